package index

import "verbatim/corpus"

// People keep questions with their answers as lines or paragraphs that begin with "Q:" and "A:". What
// is asked so counts as a heading of its answer, and an answer whose question is the one asked is
// right, whatever the trees say, which have learned from texts without such.

// A reply is what a document says to a question of its own.
type reply struct {
	// ask is the ordinal of the question; the answer's sentences are [from, to).
	ask, from, to int
}

// replies finds the questions of a document with their answers: an answer ends with its paragraph, or
// where the next question begins.
func replies(sentences []corpus.Sentence) []reply {
	var list []reply
	turn := func(o int) corpus.Turn {
		t, _ := corpus.TurnOf(sentences[o].Text)
		return t
	}
	for o := range sentences {
		if turn(o) != corpus.Ask {
			continue
		}
		from := o + 1
		for from < len(sentences) && from <= o+maxAsk && turn(from) == corpus.NoTurn {
			from++
		}
		if from >= len(sentences) || turn(from) != corpus.Reply {
			continue
		}
		to := from + 1
		for to < len(sentences) && sentences[to].Paragraph == sentences[from].Paragraph && turn(to) != corpus.Ask {
			to++
		}
		list = append(list, reply{o, from, to})
	}
	return list
}

// maxAsk is how many sentences a question may have before its answer begins.
const maxAsk = 4

// matchAsk returns how much the question asked and one of the document are the same, 0 to 1: of the
// weight of all words in either, the part that stands in both. A word that only the
// document has counts like those of the question on average.
func (r *ranker) matchAsk(doc *outline, to reply) (float64, error) {
	var tokens []token
	for o := to.ask; o < to.from; o++ {
		text, err := doc.text(o)
		if err != nil {
			return 0, err
		}
		more, mark := r.words.tokens(text, doc.Language), 0
		if o == to.ask {
			_, mark = corpus.TurnOf(text)
		}
		for _, t := range more {
			if t.start >= mark {
				tokens = append(tokens, t)
			}
		}
	}
	var seen [maxWords]bool
	common, asked := 0.0, 0.0
	for i, w := range r.st.question.Words {
		if w.Content {
			asked += r.st.idf[i]
		}
	}
	extra := 0
	for _, t := range tokens {
		w := r.st.word(t.term)
		switch {
		case w < 0 && t.marks&markFunction == 0:
			extra++
		case w >= 0 && r.st.question.Words[w].Content && !seen[w]:
			seen[w] = true
			common += r.st.idf[w]
		}
	}
	each := asked / float64(max(r.st.content, 1))
	return common / max(asked+float64(extra)*each, leastWeight), nil
}

// asked says how much a sentence answers a question of its document that is the one asked; only the
// first sentence of an answer does. It is -1 for the question itself.
func (r *ranker) asked(doc *outline, ordinal int) (float64, error) {
	to, ok := doc.replyAt(ordinal)
	switch {
	case !ok || ordinal > to.from:
		return 0, nil
	case ordinal < to.from:
		return -1, nil
	}
	return r.matchAsk(doc, to)
}
