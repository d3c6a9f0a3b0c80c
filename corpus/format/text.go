package format

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"verbatim/corpus"
)

// errBinary is the error for files whose bytes are no text.
var errBinary = errors.New("holds binary data, not text")

// readText reads plain text.
func readText(doc *corpus.Document, data []byte) error {
	text, err := decode(data)
	if err != nil {
		return err
	}
	doc.Text = text
	doc.Blocks = corpus.TextBlocks(text)
	return nil
}

// decode returns data as UTF-8. Valid UTF-8 stays as it is, byte order mark included, so that
// offsets into the text are offsets into the file. UTF-16 is known by its byte order mark; any
// other bytes are taken for Windows-1252, which includes Latin-1. A file that is mostly not text
// is refused.
func decode(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		decoded, err := unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
		if err != nil {
			return "", fmt.Errorf("decode UTF-16: %w", err)
		}
		return checkText(string(decoded))
	case utf8.Valid(data):
		return checkText(string(data))
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return "", errBinary
	}
	decoded, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil {
		return "", fmt.Errorf("decode Windows-1252: %w", err)
	}
	return checkText(string(decoded))
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
		return "", errBinary
	}
	return text, nil
}
