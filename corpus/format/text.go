package format

import (
	"strings"

	"verbatim/corpus"
)

// readText reads plain text.
func readText(in input) ([]*corpus.Document, error) {
	text, err := decode(in.data, in.charset)
	if err != nil {
		return nil, err
	}
	return []*corpus.Document{{Text: text, Blocks: corpus.TextBlocks(text)}}, nil
}

// checkText refuses text in which more than one byte in a hundred is a control character that no
// text file needs.
func checkText(text string) (string, error) {
	controls := strings.Count(text, "\ufffd")
	for i := range len(text) {
		switch c := text[i]; {
		case c == '\t', c == '\n', c == '\v', c == '\f', c == '\r', c == 0x1b:
		case c < ' ', c == 0x7f:
			controls++
		}
	}
	if 100*controls > len(text) {
		return "", ErrBinary
	}
	return text, nil
}
