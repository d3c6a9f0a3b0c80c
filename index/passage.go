package index

import (
	"cmp"
	"slices"

	"verbatim/corpus"
)

// choose returns the places among ranked of the sentences to show: the top best, or with top 0 at
// most [DefaultPassages] that are worth it.
func choose(ranked []scored, st *statistics, verdict Verdict, top int) []int {
	limit := top
	if top <= 0 {
		limit = DefaultPassages
	}
	var chosen []int
	for i := range ranked {
		s := &ranked[i]
		if len(chosen) == limit {
			break
		}
		if s.first <= 0 || top <= 0 && !worthShowing(s, i == 0, &ranked[0], st, verdict) {
			continue
		}
		chosen = append(chosen, i)
	}
	return chosen
}

// worthShowing says whether a sentence tells more than that nothing was found: in an answer it must
// be one, elsewhere at least hold a content word of the question, and a heading must be all there is.
func worthShowing(s *scored, isFirst bool, first *scored, st *statistics, verdict Verdict) bool {
	switch {
	case isFirst:
		return verdict == VerdictAnswer || s.vector[fCover] > 0
	case s.isHeading():
		return false
	case verdict != VerdictAnswer:
		return s.vector[fCover] > 0
	}
	return alsoAnswers(s, first, st)
}

// alsoAnswers says whether a sentence answers beside the first one: it comes close to it, would be
// an answer if it stood alone, and holds the kind of thing asked for if the first one does.
func alsoAnswers(s, first *scored, st *statistics) bool {
	return s.score >= first.score-closeEnough && s.vector[fKindHeld] >= first.vector[fKindHeld] && confidence(s, st, 0) >= st.bar()
}

// passages turns sentences into passages. No sentence is shown twice: one that is quoted is no
// other's context.
func (v *view) passages(ranked []scored, chosen []int) []Passage {
	shown := map[string]bool{}
	for _, i := range chosen {
		shown[folded(ranked[i].text())] = true
	}
	list := make([]Passage, 0, len(chosen))
	for _, i := range chosen {
		s := &ranked[i]
		doc := s.doc.doc
		at := doc.Sentences[s.ordinal]
		list = append(list, Passage{
			Quote:    at.Text,
			Before:   neighbour(doc, s.ordinal, -1, shown),
			After:    neighbour(doc, s.ordinal, +1, shown),
			Heading:  nonNil(at.Headings),
			Page:     at.Page,
			Start:    at.Start,
			End:      at.End,
			Score:    s.score,
			Matched:  joined(s.matched),
			Document: v.sourceAt(&doc.Document, at),
			Ordinal:  s.ordinal,
			CutStart: at.CutStart,
			CutEnd:   at.CutEnd,
		})
	}
	return list
}

// sourceAt returns the source of a sentence, with the address of its own block where it has one, such as
// the message of a channel.
func (v *view) sourceAt(doc *corpus.Document, at corpus.Sentence) Source {
	source := v.source(doc)
	source.URL = cmp.Or(at.URL, source.URL)
	return source
}

// joined returns spans, which are in order of their start, with those that overlap made one: pairs of
// characters do.
func joined(spans [][2]int) [][2]int {
	list := [][2]int{}
	for _, span := range spans {
		if n := len(list); n > 0 && span[0] < list[n-1][1] {
			list[n-1][1] = max(list[n-1][1], span[1])
			continue
		}
		list = append(list, span)
	}
	return list
}

// neighbour returns the sentence before or after another, or "" when it is not prose, stands under
// another heading or is shown elsewhere.
func neighbour(doc *storedText, ordinal, step int, shown map[string]bool) string {
	i := ordinal + step
	if i < 0 || i >= len(doc.Sentences) {
		return ""
	}
	at, next := doc.Sentences[ordinal], doc.Sentences[i]
	text := folded(next.Text)
	if shown[text] || !isProse(at.Kind) || !isProse(next.Kind) || !slices.Equal(at.Headings, next.Headings) {
		return ""
	}
	shown[text] = true
	return next.Text
}

func isProse(k corpus.BlockKind) bool { return k == corpus.Paragraph || k == corpus.ListItem }

// nonNil makes an empty list of nil, which JSON would call null.
func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
