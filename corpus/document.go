// Package corpus holds what is asked: documents, and the sentences they are cut into.
//
// A [Document] is the text of one file or page with what is known about it. [Document.Sentences]
// cuts the text into [Sentence]s, each a span of bytes of that text, so that whatever is quoted
// later can be checked against its source. Packages to the right (index, bot, cmd) import this
// one; it imports none of them.
package corpus

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// DefaultCollection is the name of the collection of documents that stand directly in a corpus
// folder; each of its subfolders is a collection by its own name.
const DefaultCollection = "default"

// A Document is one source of quotes: its text and where it comes from.
type Document struct {
	// ID is stable as long as the document keeps its collection and path. See [DocumentID].
	ID string `json:"id"`
	// Collection is the top-level folder of the corpus, or [DefaultCollection].
	Collection string `json:"collection"`
	// Path is the slash-separated path within the corpus.
	Path string `json:"path"`
	// Title is what the source line says; never empty.
	Title string `json:"title"`
	// Source says where the document comes from when it has neither URL nor author, such as
	// "News article, contributed by the project's owner"; "" when nothing is known.
	Source string `json:"source,omitempty"`
	// URL is where the document can be opened, http or https; "" when it has no such place.
	URL string `json:"url,omitempty"`
	// Author names who wrote it; "" when unknown.
	Author string `json:"author,omitempty"`
	// Language is a BCP 47 code such as "en" or "pt", in lower case and without script and region; ""
	// when unknown.
	Language string `json:"language,omitempty"`
	// Published is when the document was published or last changed by its author; zero when unknown.
	Published time.Time `json:"published,omitzero"`
	// Archived says that the document is kept for the record and no longer holds.
	Archived bool `json:"archived,omitempty"`
	// Supersedes names the documents of the same collection that this one replaces, each by its path
	// or its title.
	Supersedes []string `json:"supersedes,omitempty"`
	// Text is the document's text, valid UTF-8. Text formats keep their bytes, markup included, so
	// that an offset into Text is an offset into the file.
	Text string `json:"text"`
	// Blocks cut Text into headings, paragraphs, list items and so on, in order and without
	// overlap. Bytes outside every block are white space or markup. Nil means unknown:
	// [TextBlocks] then finds them. Empty means that there are none.
	Blocks []Block `json:"blocks,omitzero"`
	// Pages holds the offset at which each page starts; nil for formats without pages.
	Pages []int `json:"pages,omitempty"`
	// Missing says what of the source Text lacks, and why, for whoever reads the report of an index;
	// "" when nothing is known to be missing.
	Missing string `json:"missing,omitempty"`
}

// A Block is a span of a document that no sentence crosses.
type Block struct {
	Kind BlockKind `json:"kind"`
	// Level is the depth of a heading, 1 to 6; 0 for other kinds.
	Level int `json:"level,omitempty"`
	// Start and End are byte offsets into the document's text.
	Start int `json:"start"`
	End   int `json:"end"`
	// URL is where this block can be opened, such as one message of a channel; "" where the
	// document's URL says it.
	URL string `json:"url,omitempty"`
}

// BlockKind says what a block is.
type BlockKind string

// The kinds of blocks. Prose is cut into sentences; the others are quoted whole, except that list
// items long enough to be prose are cut too.
const (
	Heading   BlockKind = "heading"
	Paragraph BlockKind = "paragraph"
	ListItem  BlockKind = "item"
	TableRow  BlockKind = "row"
	Code      BlockKind = "code"
)

// A Sentence is the smallest thing that is quoted: a span of a document's text.
type Sentence struct {
	// Ordinal is the sentence's place in its document, from 0.
	Ordinal int `json:"ordinal"`
	// Start and End are byte offsets: the sentence's text is doc.Text[Start:End].
	Start int `json:"start"`
	End   int `json:"end"`
	// Text is that text, without surrounding white space.
	Text string `json:"-"`
	// CutStart says that this is a piece of a longer sentence, item, row or block of code, which
	// began before Start; CutEnd, that it goes on after End: with the next ordinal, in the same
	// paragraph. Whoever shows such a piece should show an ellipsis there, outside the quote. Both
	// are false for what is whole, as all text of at most [MaxSentence] bytes is.
	CutStart bool `json:"cutStart,omitempty"`
	CutEnd   bool `json:"cutEnd,omitempty"`
	// Paragraph numbers the block that holds the sentence, from 0.
	Paragraph int `json:"paragraph"`
	// Kind is the kind of that block.
	Kind BlockKind `json:"kind"`
	// Headings is the path of headings above the sentence, outermost first.
	Headings []string `json:"headings,omitempty"`
	// Page is the page on which the sentence starts, from 1; 0 for formats without pages.
	Page int `json:"page,omitempty"`
	// URL is where the sentence's block can be opened; "" where the document's URL says it.
	URL string `json:"url,omitempty"`
}

// DocumentID returns the stable ID of the document at path in a collection: the first 16
// hexadecimal digits of a SHA-256, so that a million documents collide with a chance under one in
// ten million.
func DocumentID(collection, path string) string {
	sum := sha256.Sum256([]byte(collection + "\x00" + path))
	return hex.EncodeToString(sum[:8])
}
