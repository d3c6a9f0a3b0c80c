package index

import (
	"slices"

	"verbatim/corpus"
)

// closeEnough is the part of the first passage's score that another one of the same answer needs.
const closeEnough = 0.7

// choose returns the sentences to show: the top best, or with top 0 at most [DefaultPassages], of
// which, in an answer, each must pass the bar on its own.
func choose(ranked []scored, st *statistics, verdict Verdict, top int) []scored {
	limit := top
	if top <= 0 {
		limit = DefaultPassages
	}
	var chosen []scored
	for _, s := range ranked {
		if len(chosen) == limit || s.score <= 0 {
			break
		}
		if top <= 0 && verdict == VerdictAnswer && len(chosen) > 0 && !alsoAnswers(&s, &chosen[0], st) {
			continue
		}
		chosen = append(chosen, s)
	}
	return chosen
}

// alsoAnswers says whether a sentence answers beside the first one: it comes close to it, would be
// an answer if it stood alone, and holds the kind of thing asked for if the first one does.
func alsoAnswers(s, first *scored, st *statistics) bool {
	return s.score >= closeEnough*first.score && s.kind >= first.kind && confidence(&s.features, st, 0) >= bar
}

// passages turns sentences into passages. No sentence is shown twice: one that is quoted is no
// other's context.
func passages(chosen []scored) []Passage {
	shown := map[SentenceKey]bool{}
	for _, s := range chosen {
		shown[SentenceKey{s.doc.doc.ID, s.ordinal}] = true
	}
	list := make([]Passage, 0, len(chosen))
	for _, s := range chosen {
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
			Matched:  nonNil(s.matched),
			Document: sourceOf(&doc.Document),
			Ordinal:  s.ordinal,
		})
	}
	return list
}

// neighbour returns the sentence before or after another, or "" when it is not prose, stands
// under another heading or is shown elsewhere.
func neighbour(doc *storedText, ordinal, step int, shown map[SentenceKey]bool) string {
	i := ordinal + step
	if i < 0 || i >= len(doc.Sentences) {
		return ""
	}
	at, next := doc.Sentences[ordinal], doc.Sentences[i]
	key := SentenceKey{doc.ID, i}
	if shown[key] || !isProse(at.Kind) || !isProse(next.Kind) || !slices.Equal(at.Headings, next.Headings) {
		return ""
	}
	shown[key] = true
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
