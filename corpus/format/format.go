// Package format reads the bytes of files into documents, one file of this package per format.
//
// Readers never trust their input: size, depth, time and memory are bounded, and a file that
// cannot be read is an error that names the reason.
package format

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"verbatim/corpus"
)

// MaxFileSize is the size in bytes of the largest file that is read: 64 MiB, about twenty times the
// complete works of Shakespeare. Larger files are data rather than documents.
const MaxFileSize = 64 << 20

// ErrUnsupported is the error of [Read] for files of formats that no reader knows.
var ErrUnsupported = errors.New("unsupported format: only .txt, .text, .md and .markdown are read")

// A reader fills in what the bytes of a file say: text, blocks, and title and the like when the
// format has them.
type reader func(doc *corpus.Document, data []byte) error

// readerFor returns the reader for a lower-case file extension, nil when there is none.
func readerFor(extension string) reader {
	switch extension {
	case ".txt", ".text":
		return readText
	case ".md", ".markdown":
		return readMarkdown
	}
	return nil
}

// Supported says whether [Read] knows the format of the file with this name.
func Supported(name string) bool {
	return readerFor(strings.ToLower(path.Ext(name))) != nil
}

// Read returns the document that the file with the given slash-separated path and content holds,
// with Path, Title, Language, Text and Blocks; its ID and Collection are left to the caller. The
// format is chosen by the extension: ".txt" and ".text" for plain text, ".md" and ".markdown" for
// Markdown. Any other yields [ErrUnsupported]. The title is the document's own, else its first
// heading, else the file name. Errors do not name the file: the caller knows where it lies.
func Read(name string, data []byte) (*corpus.Document, error) {
	read := readerFor(strings.ToLower(path.Ext(name)))
	if read == nil {
		return nil, ErrUnsupported
	}
	if len(data) > MaxFileSize {
		return nil, fmt.Errorf("%d bytes are more than the limit of %d", len(data), MaxFileSize)
	}
	doc := &corpus.Document{Path: name}
	if err := read(doc, data); err != nil {
		return nil, err
	}
	if doc.Title == "" {
		doc.Title = headingTitle(doc)
	}
	if doc.Title == "" {
		doc.Title = nameTitle(name)
	}
	if doc.Language == "" && len(doc.Blocks) > 0 { // Front matter is in a language of its own.
		doc.Language = corpus.DetectLanguage(doc.Text[doc.Blocks[0].Start:])
	}
	return doc, nil
}

// maxTitle is the length in bytes of the longest title taken from a heading.
const maxTitle = 200

// headingTitle returns the text of the first heading of level 1, else of the first heading; "" when
// there is none that could be a title.
func headingTitle(doc *corpus.Document) string {
	title := ""
	for _, b := range doc.Blocks {
		if b.Kind != corpus.Heading || b.End-b.Start > maxTitle {
			continue
		}
		text := strings.Join(strings.FieldsFunc(doc.Text[b.Start:b.End], isSeparator), " ")
		if b.Level == 1 && text != "" {
			return text
		}
		if title == "" {
			title = text
		}
	}
	return title
}

func isSeparator(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\ufeff'
}

// nameTitle makes a title of a file name: "travel-policy_2026.txt" is "Travel policy 2026".
func nameTitle(name string) string {
	base := path.Base(name)
	base = strings.TrimSuffix(base, path.Ext(base))
	words := strings.FieldsFunc(base, func(r rune) bool { return r == '-' || r == '_' || isSeparator(r) })
	if len(words) == 0 {
		return path.Base(name)
	}
	title := strings.ToValidUTF8(strings.Join(words, " "), "\ufffd")
	first, size := utf8.DecodeRuneInString(title)
	return string(unicode.ToUpper(first)) + title[size:]
}
