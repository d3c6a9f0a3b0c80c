// Package format reads the bytes of files into documents, one file of this package per format.
//
// Readers never trust their input: size, depth, time and memory are bounded, and a file that
// cannot be read is an error that names the [Reason]. Files that nobody vouches for are read in a
// process of its own, which enforces that: see [Sandbox].
package format

import (
	"context"
	"mime"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"verbatim/corpus"
)

// Limits of one file.
const (
	// MaxFileSize is the size in bytes of the largest file that is read: 64 MiB, about twenty times the
	// complete works of Shakespeare. Larger files are data rather than documents.
	MaxFileSize = 64 << 20
	// MaxText is the length in bytes of the longest text of one document, more than Shakespeare wrote; what is
	// longer is cut. To index it takes some twenty times as much memory, and 512 MiB are to do for all.
	MaxText = 8 << 20
)

// formatNames is what people are told of the formats that are read.
const formatNames = "such as .txt, .md, .html, .pdf, .docx, .pptx, .xlsx, .odt, .epub, .csv, .json, .eml, .rst or .adoc"

// An input is one file to be read.
type input struct {
	// name is the slash-separated path.
	name string
	// charset is what the sender says of a text's encoding, "" when nothing.
	charset string
	data    []byte
	// attachment says that the file came within another one, whose own attachments are left alone.
	attachment bool
	// tools holds what readers keep from one file to the next.
	tools *tools
}

// tools are what a process keeps while it reads files.
type tools struct {
	// cacheDir is where machine code is kept from one process to the next; "" keeps none.
	cacheDir string
	// deadline is when a reader that can stop half-way does; zero for never.
	deadline time.Time
	pdf      *pdfEngine
}

// pdfium returns PDFium, which is started when it is first needed.
func (t *tools) pdfium() (*pdfEngine, error) {
	if t.pdf == nil {
		engine, err := openPDFium(context.Background(), t.cacheDir)
		if err != nil {
			return nil, because(ErrCrashed, "%v", err)
		}
		t.pdf = engine
	}
	return t.pdf, nil
}

// Close ends what was started.
func (t *tools) Close() error {
	if t.pdf == nil {
		return nil
	}
	return t.pdf.Close()
}

// A reader returns the documents of a file, at least one.
type reader func(in input) ([]*corpus.Document, error)

// Read returns the documents that the file with the given slash-separated path and content holds, as
// [ReadAs] does for a file of which nothing else is known.
func Read(name string, data []byte) ([]*corpus.Document, error) {
	return ReadAs("", name, data)
}

// ReadAs returns the documents of a file, at least one, each with Path, Title, Language, Text and
// Blocks and what else the file says of itself; ID and Collection are left to the caller. A file of
// several documents, such as a mailbox, gives each the path of the file, "#" and a name that stays
// the same when others come and go.
//
// The media type is what a server says of the content, with its charset; "" when nothing is said.
// Content that tells its format by its first bytes is believed first, then the media type, then the
// extension. Errors wrap a [Reason] and do not name the file: the caller knows where it lies.
//
// ReadAs works in this process, with limits of size and depth. [Sandbox.ReadAs] adds those of time
// and memory, and is for files that nobody vouches for.
func ReadAs(mediaType, name string, data []byte) ([]*corpus.Document, error) {
	t := new(tools)
	docs, err := t.read(mediaType, name, data)
	if closing := t.Close(); err == nil && closing != nil {
		return nil, because(ErrCrashed, "%v", closing)
	}
	return docs, err
}

// read is ReadAs with tools that may serve further files.
func (t *tools) read(mediaType, name string, data []byte) ([]*corpus.Document, error) {
	return t.readInput(mediaType, input{name: name, data: data, tools: t})
}

// readPart is read for a file that came within another one.
func (t *tools) readPart(mediaType, name string, data []byte) ([]*corpus.Document, error) {
	return t.readInput(mediaType, input{name: name, data: data, tools: t, attachment: true})
}

func (t *tools) readInput(mediaType string, in input) ([]*corpus.Document, error) {
	if _, params, err := mime.ParseMediaType(mediaType); err == nil {
		in.charset = params["charset"]
	}
	kind, err := kindOf(mediaType, in.name, in.data)
	if err != nil {
		return nil, err
	}
	docs, err := readerFor(kind)(in)
	if err != nil {
		return nil, err
	}
	for _, doc := range docs {
		finish(doc, in.name)
		bounds{MaxText, maxBlocks, maxSentences}.bound(doc)
	}
	return docs, nil
}

// finish fills in what a reader may leave open, and cleans what it took from the file.
func finish(doc *corpus.Document, name string) {
	if doc.Path == "" {
		doc.Path = name
	}
	if doc.Title = tidy(doc.Title); strings.IndexFunc(doc.Title, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) < 0 {
		doc.Title = ""
	}
	doc.Author = tidy(doc.Author)
	if doc.Title == "" {
		doc.Title = headingTitle(doc)
	}
	if doc.Title == "" {
		doc.Title = nameTitle(name)
	}
	if doc.Language == "" && len(doc.Blocks) > 0 { // Front matter is in a language of its own.
		doc.Language = corpus.DetectLanguage(doc.Text[doc.Blocks[0].Start:])
	}
}

// guess sets the language of a document that says which one it is in, but whose word for it counts
// less than its text: office programs and page templates write a language that nobody chose.
func guess(doc *corpus.Document, declared string) {
	if len(doc.Blocks) > 0 {
		doc.Language = corpus.DetectLanguage(doc.Text[doc.Blocks[0].Start:])
	}
	if doc.Language == "" {
		doc.Language = languageCode(declared)
	}
}

// maxTitle is the length in bytes of the longest title.
const maxTitle = 200

// tidy makes one line of what a file says of itself: white space and control characters are single
// blanks, letters are composed, and what is longer than a title may be is cut.
func tidy(value string) string {
	value = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(value, "\ufffd"), isSeparator), " ")
	value = norm.NFC.String(value)
	if len(value) > maxTitle {
		end := maxTitle
		for !utf8.RuneStart(value[end]) {
			end--
		}
		value = strings.TrimSpace(value[:end]) + "…"
	}
	return value
}

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
