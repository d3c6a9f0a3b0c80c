package index

import (
	"slices"

	"verbatim/corpus"
)

// choose returns the sentences to show: the top best, or with top 0 at most [DefaultPassages], of
// which, in an answer, each after the first must come close to it.
func choose(ranked []scored, verdict Verdict, top int) []scored {
	limit := top
	if top <= 0 {
		limit = DefaultPassages
	}
	var chosen []scored
	for _, s := range ranked {
		if len(chosen) == limit || s.score <= 0 {
			break
		}
		if top <= 0 && verdict == VerdictAnswer && len(chosen) > 0 && s.score < closeEnough*ranked[0].score {
			break
		}
		chosen = append(chosen, s)
	}
	return chosen
}

// closeEnough is the part of the first passage's score that another one of the same answer needs.
const closeEnough = 0.7

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
