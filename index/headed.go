package index

import (
	"verbatim/corpus"
)

// Guides and notes answer under headings that say what one wants to do ("How to add documents", "Adding
// documents"), and what stands first below says how, often in words that the question does not have. The
// trees have learned from texts without such headings.

// headed returns how much the heading right above a sentence asks what is asked, 0 to 1; it is 0 when the
// question has no such form.
func (r *ranker) headed(s *scored) (float64, error) {
	doc, heading := s.doc, s.ordinal-1
	if heading < 0 || s.isHeading() || doc.kindOf(heading) != corpus.Heading {
		return 0, nil
	}
	if r.st.question.Kind != KindOther { // a date or a place may stand anywhere below
		return 0, nil
	}
	text, err := doc.text(heading)
	if err != nil {
		return 0, err
	}
	tokens := r.words.tokens(text, doc.Language)
	asks := asksBack(text) || len(tokens) > 0 && inList(openingWords, fold(text[tokens[0].start:tokens[0].end]), doc.Language)
	common, part := r.same(tokens, r.countTerms(doc, doc.title))
	if !asks && (common < 2 || !r.st.question.Personal) {
		return 0, nil
	}
	return part, nil
}

// passOn gives what a sentence has for standing first below a heading that asks the same, or first in the answer to
// the same question, to another one there that holds what neither it nor the heading says of what is asked: of "lost my
// company card" under "Company card" that is the sentence that says "lost".
func passOn(list []scored, st *statistics) {
	for i := range list {
		s := &list[i]
		if s.headed < sameQuestion && s.asked < sameQuestion {
			continue
		}
		var to *scored
		most := 0.0
		for j := range list {
			if o := &list[j]; o != s && s.begins(o) && s.held&^s.above&^o.held == 0 {
				if more := st.weightOf(o.held &^ s.above &^ s.held); more > most {
					to, most = o, more
				}
			}
		}
		if to != nil {
			to.headed, to.asked = max(to.headed, s.headed), max(to.asked, s.asked)
			s.headed, s.asked = 0, 0
		}
	}
}

// begins says whether s, which stands first below a heading or in an answer, does so for o too.
func (s *scored) begins(o *scored) bool {
	if s.doc != o.doc || o.isHeading() || o.asked < 0 || o.ordinal < s.ordinal {
		return false
	}
	if s.asked >= sameQuestion {
		return s.doc.sameReply(s.ordinal, o.ordinal)
	}
	return s.doc.sentences[s.ordinal].path == o.doc.sentences[o.ordinal].path
}

// same returns how many content words the question and some tokens have in common, and how much of their
// weight these are. Words that are known without being said do not count as missing: known are those of the title.
func (r *ranker) same(tokens []token, known counts) (common int, part float64) {
	var seen [maxWords]bool
	extra := 0
	for _, t := range tokens {
		w := r.st.word(t.term)
		switch {
		case w >= 0:
			seen[w] = true
		case t.marks&markFunction == 0:
			extra++
		}
	}
	held, asked, n := 0.0, 0.0, 0
	for i, w := range r.st.question.Words {
		if !w.Content || !seen[i] && known[i] > 0 {
			continue
		}
		n++
		asked += r.st.idf[i]
		if seen[i] {
			common++
			held += r.st.idf[i]
		}
	}
	return common, held / max(asked+float64(extra)*asked/float64(max(n, 1)), leastWeight)
}

// isPersonal says whether a question asks what somebody can do themselves: "how do I", "how to", "can we".
func isPersonal(text string, languages []string) bool {
	form := forms(text)
	for i, word := range form {
		if inLists(personalWords, word, languages) || word == "to" && i > 0 && form[i-1] == "how" {
			return true
		}
	}
	return false
}

// openingWords begin a heading that asks.
var openingWords = wordLists(map[string]string{
	"en": `how what why when where who which can do does is are should`,
	"de": `wie was warum wann wo wer welche welcher welches womit wozu kann`,
	"fr": `comment que quoi pourquoi quand ou qui quel quelle`,
	"es": `como que por cuando donde quien cual`,
	"it": `come cosa che perche quando dove chi quale`,
	"pt": `como que por quando onde quem qual`,
	"nl": `hoe wat waarom wanneer waar wie welke`,
})

// personalWords stand for who asks, or for anybody.
var personalWords = wordLists(map[string]string{
	"en": `i we one you my our me us`,
	"de": `ich wir man mein meine meinen meiner unser unsere mich mir uns`,
	"fr": `je j on nous mon ma mes notre nos`,
	"es": `puedo podemos hago mi mis nuestro nuestra me`,
	"it": `posso possiamo faccio mio mia miei nostro mi`,
	"pt": `posso podemos faco meu minha meus nosso`,
	"nl": `ik we wij je men mijn onze`,
})
