package index

import (
	"cmp"
	"strings"

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
		if s.first <= 0 || top <= 0 && !worthShowing(ranked, i, st, verdict) {
			continue
		}
		chosen = append(chosen, i)
	}
	return chosen
}

// worthShowing says whether a sentence tells more than that nothing was found: in an answer it must
// be one, elsewhere near, and a heading must be all there is.
func worthShowing(ranked []scored, i int, st *statistics, verdict Verdict) bool {
	s := &ranked[i]
	switch {
	case i == 0:
		return verdict == VerdictAnswer || s.isNear(st)
	case s.isHeading():
		return false
	case verdict != VerdictAnswer:
		return s.isNear(st)
	}
	return alsoAnswers(ranked, i, st)
}

// isNear says whether a sentence holds a content word of the question, or what sounds like one, or whether half of
// them stand above it: "expenses" is asked of the document of that title. Words that the
// question's may be misspelled for are mostly other words where little else is held ("word" for "world"): they must be
// half of what is asked. Those that mean the same do so in one of their senses ("work" for "plant"): alone they do not count, and
// what is said beside a question ("somebody") does not either.
func (s *scored) isNear(st *statistics) bool {
	if s.heard > 0 {
		return true
	}
	above, guessed := 0, false
	for i, w := range st.question.Words {
		here := s.held>>i&1 != 0
		switch {
		case here && w.misspelled:
			guessed = true
		case here && !w.meant && !w.incidental:
			return true
		case s.above>>i&1 != 0 && !w.Guessed:
			above++
		}
	}
	return guessed && s.vector[fMatchedPart] >= halfHeld || above > 0 && float64(above) >= halfHeld*float64(st.content)
}

// alsoAnswers says whether a sentence answers beside the first one: it comes close to it, would be
// an answer if those before it were not there, and holds the kind of thing asked for if the first
// one does.
func alsoAnswers(ranked []scored, i int, st *statistics) bool {
	s, first := &ranked[i], &ranked[0]
	return s.score >= first.score-closeEnough && s.vector[fCover] > 0 && s.vector[fKindHeld] >= first.vector[fKindHeld] && confidence(ranked, i, st) >= st.needed()
}

// passages turns sentences into passages. No sentence is shown twice: one that is quoted is no
// other's context.
func (v *view) passages(ranked []scored, chosen []int) ([]Passage, error) {
	shown := map[string]bool{}
	for _, i := range chosen {
		shown[folded(ranked[i].text)] = true
	}
	list := make([]Passage, 0, len(chosen))
	for _, i := range chosen {
		p, err := v.passage(&ranked[i], shown)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

func (v *view) passage(s *scored, shown map[string]bool) (Passage, error) {
	at, err := s.doc.sentence(s.ordinal)
	if err != nil {
		return Passage{}, err
	}
	mark := 0
	if to, ok := s.doc.replyAt(s.ordinal); ok && s.ordinal == to.from {
		_, mark = corpus.TurnOf(at.Text)
	}
	p := Passage{
		Quote:    at.Text[mark:],
		Heading:  nonNil(at.Headings),
		Page:     at.Page,
		Start:    at.Start + mark,
		End:      at.End,
		Score:    s.score,
		Matched:  joined(s.matched, mark),
		Document: v.sourceAt(s.doc.catalogEntry, at),
		Ordinal:  s.ordinal,
		CutStart: at.CutStart,
		CutEnd:   at.CutEnd,
	}
	if p.Before, err = s.neighbour(-1, shown); err == nil {
		p.After, err = s.neighbour(+1, shown)
	}
	return p, err
}

// sourceAt returns the source of a sentence, with the address of its own block where it has one, such as
// the message of a channel.
func (v *view) sourceAt(doc *catalogEntry, at corpus.Sentence) Source {
	source := v.source(doc)
	source.URL = cmp.Or(at.URL, source.URL)
	return source
}

// joined returns spans, which are in order of their start, with those that overlap made one: pairs of
// characters do. Of a text without its first cut bytes.
func joined(spans [][2]int, cut int) [][2]int {
	list := [][2]int{}
	for _, span := range spans {
		if span[0] -= cut; span[0] < 0 {
			continue
		}
		span[1] -= cut
		if n := len(list); n > 0 && span[0] < list[n-1][1] {
			list[n-1][1] = max(list[n-1][1], span[1])
			continue
		}
		list = append(list, span)
	}
	return list
}

// neighbour returns the sentence before or after, or "" when it is not prose, stands under another
// heading, belongs to another question of the document or is shown elsewhere. Behind a sentence that announces
// something ("…, run:") it is whatever stands there.
func (s *scored) neighbour(step int, shown map[string]bool) (string, error) {
	doc, i := s.doc, s.ordinal+step
	if i < 0 || i >= len(doc.sentences) || doc.sentences[i].path != doc.sentences[s.ordinal].path {
		return "", nil
	}
	announced := step > 0 && doc.kindOf(i) != corpus.Heading && strings.HasSuffix(strings.TrimSpace(s.text), ":")
	if !announced && !(isProse(doc.kindOf(s.ordinal)) && isProse(doc.kindOf(i))) || !doc.sameReply(s.ordinal, i) {
		return "", nil
	}
	next, err := doc.text(i)
	if text := folded(next); err == nil && !shown[text] {
		shown[text] = true
		return next, nil
	}
	return "", err
}

func isProse(k corpus.BlockKind) bool { return k == corpus.Paragraph || k == corpus.ListItem }

// nonNil makes an empty list of nil, which JSON would call null.
func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
