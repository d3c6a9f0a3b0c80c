package eval

import (
	"fmt"

	"verbatim/index"
)

// Score compares the answers to the questions of set, in their order, with what was judged right.
// Texts holds the text of each document by its path. It fails when an answer is missing or is to
// another question.
func Score(set Set, answers []index.Answer, texts map[string]string) (Report, error) {
	if len(answers) != len(set.Questions) {
		return Report{}, fmt.Errorf("score answers: %d answers to the %d questions of %s", len(answers), len(set.Questions), set.Name)
	}
	s := NewScorer(set, texts)
	for i := range answers {
		if err := s.Add(&answers[i]); err != nil {
			return Report{}, err
		}
	}
	return s.Report(), nil
}
