package index

import (
	"container/heap"
	"iter"
)

// inOrder yields candidates in the order of the first ranking. How much a whole document speaks for its
// candidates takes longest to find out, and can only be so much: so it is found out for a candidate when none
// can be before it any more, which most are never. It changes the order of list.
func (r *ranker) inOrder(list []*scored) iter.Seq[*scored] {
	return func(yield func(*scored) bool) {
		rest := unsettled(list)
		for heap.Init(&rest); len(rest) > 0; {
			s := rest[0]
			if !s.settled {
				s.parts.document = r.document(s.doc)
				s.first, s.settled = s.parts.sum(), true
				heap.Fix(&rest, 0)
				continue
			}
			if heap.Pop(&rest); !yield(s) {
				return
			}
		}
	}
}

// unsettled is a heap of candidates: the one in front can be best. Of several that can be equally good, those
// that are not settled come first, as they may turn out to be just that.
type unsettled []*scored

func (u unsettled) Len() int { return len(u) }

func (u unsettled) Less(i, j int) bool {
	a, b := u[i], u[j]
	if a.first != b.first {
		return a.first > b.first
	}
	if a.settled != b.settled {
		return b.settled
	}
	return a.byPlace(b) < 0
}

func (u unsettled) Swap(i, j int) { u[i], u[j] = u[j], u[i] }

func (u *unsettled) Push(s any) { *u = append(*u, s.(*scored)) }

func (u *unsettled) Pop() any {
	last := len(*u) - 1
	s := (*u)[last]
	*u = (*u)[:last]
	return s
}
