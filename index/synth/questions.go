package synth

import (
	"math/rand/v2"
	"strings"

	"verbatim/corpus"
	"verbatim/index"
)

// askedWords is how many words of content a question about a sentence holds at most: as many as
// people's questions do.
const askedWords = 5

// Questions returns n questions about sentences of the corpus. The same numbers give the same
// questions; of a small corpus the same ones come again.
func (c *Corpus) Questions(n int) ([]string, error) {
	r := rand.New(rand.NewPCG(mix(c.seed, 1), mix(c.seed, 2))) //nolint:gosec // G404: nothing is secret here
	questions := make([]string, 0, n)
	for tries := 0; len(questions) < n; tries++ {
		doc, err := c.Document(r.IntN(c.Len()), 0)
		if err != nil {
			return nil, err
		}
		all := doc.Sentences()
		sentence := all[r.IntN(len(all))]
		q, ok := QuestionAbout(&sentence, doc.Language, r)
		if !ok && tries > 100*n { // a corpus of a few odd sentences
			q, ok = "What is "+sentence.Text, true
		}
		if ok {
			questions = append(questions, q)
		}
	}
	return questions, nil
}

// QuestionAbout makes a question of words of content of a sentence, in their order; not ok where it
// has too few of them.
func QuestionAbout(s *corpus.Sentence, language string, r *rand.Rand) (question string, ok bool) {
	if s.Kind != corpus.Paragraph && s.Kind != corpus.ListItem {
		return "", false
	}
	var words []string
	q := index.ParseQuestion(s.Text, []string{language})
	for _, w := range q.Words {
		if w.Content && !w.Pair {
			words = append(words, strings.ToLower(w.Text))
		}
	}
	if len(words) < 3 {
		return "", false
	}
	for len(words) > askedWords {
		i := r.IntN(len(words))
		words = append(words[:i], words[i+1:]...)
	}
	return "What " + strings.Join(words, " ") + "?", true
}
