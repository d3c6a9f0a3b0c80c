package corpus

import "strings"

// Questions and answers in running text: a paragraph that begins with "Q:" and the next one with "A:".
const (
	questionMark = "Q:"
	answerMark   = "A:"
)

// questionsAndAnswers turns each question that an answer follows into a heading above it, so that the
// answer is what is quoted, with its question as the place where it stands. The marks are in no block.
func questionsAndAnswers(text string, blocks []Block) {
	above := 0
	for i := range blocks {
		b := &blocks[i]
		if b.Kind == Heading {
			above = b.Level
		}
		if i+1 == len(blocks) || b.Kind != Paragraph || blocks[i+1].Kind != Paragraph {
			continue
		}
		question, asked := marked(text, *b, questionMark)
		answer, answered := marked(text, blocks[i+1], answerMark)
		if !asked || !answered {
			continue
		}
		b.Kind, b.Level, b.Start, blocks[i+1].Start = Heading, min(above+1, 6), question, answer
	}
}

// marked returns where the text of a block goes on after a mark, and whether something follows it.
func marked(text string, b Block, mark string) (start int, ok bool) {
	rest, ok := strings.CutPrefix(text[b.Start:b.End], mark)
	rest = strings.TrimLeftFunc(rest, isBlank)
	return b.End - len(rest), ok && rest != ""
}
