package bot

import (
	"cmp"
	"slices"

	"verbatim/index"
)

// weigh says so where documents that hold disagree, and puts the newest of them first. One that is
// archived or replaced disagrees with nobody: its source line says that it no longer holds.
func (s *sheet) weigh(question string, passages []index.Passage) {
	dates := map[string]string{} // of the documents that disagree, by id
	for i, p := range passages {
		for _, other := range passages[i+1:] {
			if !p.Document.Outdated() && !other.Document.Outdated() && index.Disagree(question, p, other) {
				dates[p.Document.ID], dates[other.Document.ID] = p.Document.Published, other.Document.Published
			}
		}
	}
	if len(dates) == 0 {
		return
	}
	rank := func(g group) int {
		if _, disagrees := dates[g.document]; disagrees {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(s.groups, func(a, b group) int {
		return cmp.Or(rank(a)-rank(b), cmp.Compare(dates[b.document], dates[a.document]))
	})
	number(s.groups)
	s.lead = words(s.say.Disagree)
	for _, published := range dates {
		if date(published, s.say) == "" {
			s.lead = words(s.say.DisagreeUndated)
		}
	}
}
