package index

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
)

// A snapshot is what an index holds at one time. Questions that began with it end with it.
type snapshot struct {
	segments []*segment // those built first in front
	refs     int        // questions and the index itself; guarded by Index.mu
}

// segmentOf returns the segment that has a document, nil if none has.
func (s *snapshot) segmentOf(id string) *segment {
	for _, seg := range s.segments {
		if seg.holds(id) {
			return seg
		}
	}
	return nil
}

// documents is the number of documents that count.
func (s *snapshot) documents() int {
	n := 0
	for _, seg := range s.segments {
		n += len(seg.texts.entries) - len(seg.gone)
	}
	return n
}

// built is when the newest part was built.
func (s *snapshot) built() time.Time {
	var newest time.Time
	for _, seg := range s.segments {
		if seg.manifest.Built.After(newest) {
			newest = seg.manifest.Built
		}
	}
	return newest
}

// A view is what one question may see of a snapshot: the documents of some collections.
type view struct {
	*snapshot
	Manifest
	// collections are, for each segment, the places of the collections there.
	collections [][]int
	words       *vocabulary
}

// view returns what can be seen of the collections, all with nil.
func (s *snapshot) view(collections []string, words *vocabulary) *view {
	v := &view{snapshot: s, words: words, collections: make([][]int, len(s.segments))}
	var all sums
	for i, seg := range s.segments {
		for n, collection := range seg.collections {
			if collections == nil || slices.Contains(collections, collection) {
				v.collections[i] = append(v.collections[i], n)
				all.addAll(seg.sumsOf(collection))
			}
		}
	}
	v.Manifest = Manifest{Built: s.built(), Documents: all.documents, Sentences: all.sentences, Terms: all.terms,
		Paragraphs: all.paragraphs, Titles: all.titles, Languages: all.inLanguages()}
	return v
}

// frequencies returns for each term the number of sentences that hold it.
func (v *view) frequencies(ctx context.Context, terms []string) ([]int, error) {
	counts := make([]int, len(terms))
	for i, seg := range v.segments {
		for _, c := range v.collections[i] {
			pre, prefixed := prefix(c), make([]string, len(terms))
			for t, term := range terms {
				prefixed[t] = pre + term
			}
			found, err := seg.search.Frequencies(ctx, prefixed)
			if err != nil {
				return nil, err
			}
			for t, n := range found {
				counts[t] += n - seg.losses(c, terms[t])
			}
		}
	}
	return counts, nil
}

// A candidate is a sentence that holds terms of a question.
type candidate struct {
	*catalogEntry
	in      *texts
	ordinal int
	score   float64
}

// compare orders candidates: best first, ties by document and ordinal.
func (c candidate) compare(o candidate) int {
	return cmp.Or(cmp.Compare(o.score, c.score), cmp.Compare(c.ID, o.ID), cmp.Compare(c.ordinal, o.ordinal))
}

// candidates returns the best limit sentences for the terms, best first, ties by document and ordinal.
func (v *view) candidates(ctx context.Context, terms []QueryTerm, limit int) ([]candidate, error) {
	var best []candidate
	floor := 0.0
	for _, i := range v.largestFirst() {
		q := Query{MeanLength: mean(v.Terms, v.Sentences), Limit: limit, Floor: floor}
		for _, t := range terms {
			for _, c := range v.collections[i] {
				q.Terms = append(q.Terms, QueryTerm{prefix(c) + t.Term, t.Weight})
			}
		}
		found, err := v.segments[i].candidates(ctx, q)
		if err != nil {
			return nil, err
		}
		best = append(best, found...)
		slices.SortFunc(best, candidate.compare)
		if len(best) >= limit {
			best = best[:limit]
			floor = best[limit-1].score
		}
	}
	return best, nil
}

// largestFirst returns the places of the segments in the order in which they are asked: so most of what
// is found first stays, and the others need not name what is worse.
func (v *view) largestFirst() []int {
	order := make([]int, len(v.segments))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return v.segments[b].sentences() - v.segments[a].sentences() })
	return order
}

// candidates returns at least the best sentences of documents that count. As others come along, it asks
// for more, and for more again if that was not enough.
func (s *segment) candidates(ctx context.Context, q Query) ([]candidate, error) {
	limit := q.Limit
	for q.Limit += s.others(limit); ; q.Limit *= 2 {
		found, err := s.search.Candidates(ctx, q)
		if err != nil {
			return nil, err
		}
		counting := make([]candidate, 0, len(found))
		for _, f := range found {
			e, ordinal, err := s.texts.sentenceAt(f.Number)
			if err != nil {
				return nil, err
			}
			if !s.gone[e.ID] {
				counting = append(counting, candidate{e, s.texts, ordinal, f.Score})
			}
		}
		if len(found) < q.Limit || len(counting) >= limit || found[len(found)-1].Score < q.Floor {
			return counting, nil
		}
	}
}

// others is how many sentences that do not count come along with n that do, or somewhat more.
func (s *segment) others(n int) int {
	return int(othersMore * float64(n*s.wasted()) / float64(max(1, s.sentences())))
}

// othersMore leaves room for chance: asking for a few candidates too many costs less than asking again.
const othersMore = 1.5

// similar returns the terms that resemble one: nearest first, then those that most sentences hold, then
// by their letters; at most limit.
func (v *view) similar(ctx context.Context, term string, edits, limit int) ([]string, error) {
	nearest := map[string]int{}
	for i, seg := range v.segments {
		dictionary, ok := seg.search.(Dictionary)
		if !ok {
			continue
		}
		for _, c := range v.collections[i] {
			pre := prefix(c)
			found, err := dictionary.Similar(ctx, pre, term, edits, mostSimilar)
			if err != nil {
				return nil, err
			}
			for _, s := range found {
				t := strings.TrimPrefix(s.Term, pre)
				if before, ok := nearest[t]; !ok || s.Edits < before {
					nearest[t] = s.Edits
				}
			}
		}
	}
	terms := make([]string, 0, len(nearest))
	for t := range nearest {
		terms = append(terms, t)
	}
	slices.Sort(terms)
	counts, err := v.frequencies(ctx, terms)
	if err != nil {
		return nil, err
	}
	held := map[string]int{}
	for i, t := range terms {
		held[t] = counts[i]
	}
	terms = slices.DeleteFunc(terms, func(t string) bool { return held[t] <= 0 })
	slices.SortFunc(terms, func(a, b string) int {
		return cmp.Or(cmp.Compare(nearest[a], nearest[b]), cmp.Compare(held[b], held[a]), cmp.Compare(a, b))
	})
	return terms[:min(limit, len(terms))], nil
}

// mostSimilar bounds how many terms of one collection are looked at for one that is misspelled.
const mostSimilar = 200
