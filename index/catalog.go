package index

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// A DocumentInfo is what the index knows of a document without reading its text.
type DocumentInfo struct {
	ID         string `json:"id"`
	Collection string `json:"collection"`
	Path       string `json:"path"`
	Title      string `json:"title"`
	// URL is http or https, or "".
	URL string `json:"url,omitempty"`
	// Language is as [corpus.Document.Language].
	Language  string    `json:"language,omitempty"`
	Published time.Time `json:"published,omitzero"`
	Sentences int       `json:"sentences"`
	// Heading is the first heading that says something else than the title, as an example of what
	// can be asked; "" when there is none.
	Heading string `json:"heading,omitempty"`
	// Supersedes is as [corpus.Document.Supersedes].
	Supersedes []string `json:"supersedes,omitempty"`
	// Digest is that of the document and all that is known about it; see [Digest].
	Digest string `json:"digest"`
}

// A catalogEntry is what the catalog of a part says of a document: what is known of it, its share in the
// sums that ranking needs, and where its text and its outline lie.
type catalogEntry struct {
	DocumentInfo
	origin, author string
	archived       bool
	// number is the document's place in the part, and first is the number of its first sentence.
	number, first int
	// terms are those of all sentences, and titles those of the title.
	terms, paragraphs, titles int
	// textAt is where the document's text begins in the stream; behind its textLength bytes stand restLength
	// of all else that is known of it.
	textAt                 int64
	textLength, restLength int
	// outlineAt is where its outline begins in the file of outlines, and sum is the outline's CRC-32C.
	outlineAt     int64
	outlineLength int
	sum           uint32
}

// pack appends an entry; offsets follow from the lengths of those before.
func (e *catalogEntry) pack(p *packer) {
	for _, s := range []string{e.ID, e.Collection, e.Path, e.Title, e.URL, e.Language, e.Heading, e.origin, e.author} {
		p.text(s)
	}
	p.digits(e.Digest)
	p.texts(e.Supersedes)
	published := ""
	if !e.Published.IsZero() {
		published = e.Published.Format(time.RFC3339Nano)
	}
	p.text(published)
	archived := 0
	if e.archived {
		archived = 1
	}
	for _, n := range []int{archived, e.Sentences, e.terms, e.paragraphs, e.titles, e.textLength, e.restLength, e.outlineLength, int(e.sum)} {
		p.number(n)
	}
}

// unpack reads an entry; before is the one before it, nil for the first.
func (e *catalogEntry) unpack(u *unpacker, before *catalogEntry) {
	for _, s := range []*string{&e.ID, &e.Collection, &e.Path, &e.Title, &e.URL, &e.Language, &e.Heading, &e.origin, &e.author} {
		*s = u.text()
	}
	e.Digest = u.digits()
	e.Supersedes = u.texts()
	if published := u.text(); published != "" {
		var err error
		if e.Published, err = time.Parse(time.RFC3339Nano, published); err != nil {
			u.fail()
		}
	}
	e.archived = u.number() != 0
	for _, n := range []*int{&e.Sentences, &e.terms, &e.paragraphs, &e.titles, &e.textLength, &e.restLength, &e.outlineLength} {
		*n = u.number()
	}
	e.sum = uint32(u.number())
	if before != nil {
		e.number, e.first = before.number+1, before.first+before.Sentences
		e.textAt = before.textAt + int64(before.textLength) + int64(before.restLength)
		e.outlineAt = before.outlineAt + int64(before.outlineLength)
	}
}

// A catalog is what a part says of its documents, in their order, and where the blocks of their texts lie.
type catalog struct {
	entries []catalogEntry
	at      map[string]*catalogEntry // by ID
	starts  []uint32                 // the entries' first sentences: close together, as every candidate is looked up in them
	table   []block
}

func (c *catalog) pack() []byte {
	var p packer
	packTable(&p, c.table)
	p.number(len(c.entries))
	for i := range c.entries {
		c.entries[i].pack(&p)
	}
	return p.data
}

func readCatalog(dir string) (catalog, error) {
	data, err := os.ReadFile(filepath.Join(dir, catalogFile))
	if err != nil {
		return catalog{}, err
	}
	u := &unpacker{data: data, shared: string(data)}
	c := catalog{table: unpackTable(u)}
	n := u.length()
	c.entries, c.at = make([]catalogEntry, n), make(map[string]*catalogEntry, n)
	c.starts = make([]uint32, 0, n)
	var before *catalogEntry
	for i := range c.entries {
		e := &c.entries[i]
		e.unpack(u, before)
		c.at[e.ID] = e
		c.starts = append(c.starts, uint32(e.first))
		before = e
	}
	if u.err != nil {
		return catalog{}, fmt.Errorf("read %s: %w", catalogFile, u.err)
	}
	return c, nil
}

// sums are the numbers of some documents.
type sums struct {
	documents, sentences, terms, paragraphs, titles int
	languages                                       map[string]int // documents by language
}

// add adds n times a document: 1 or -1.
func (s *sums) add(e *catalogEntry, n int) {
	s.documents += n
	s.sentences += n * e.Sentences
	s.terms += n * e.terms
	s.paragraphs += n * e.paragraphs
	s.titles += n * e.titles
	if s.languages == nil {
		s.languages = map[string]int{}
	}
	s.languages[e.Language] += n
}

func (s *sums) addAll(other *sums) {
	s.documents += other.documents
	s.sentences += other.sentences
	s.terms += other.terms
	s.paragraphs += other.paragraphs
	s.titles += other.titles
	if s.languages == nil {
		s.languages = map[string]int{}
	}
	for language, n := range other.languages {
		s.languages[language] += n
	}
}

// inLanguages returns the languages that at least one document is in, in order of their codes.
func (s *sums) inLanguages() []string {
	var list []string
	for language, n := range s.languages {
		if n > 0 {
			list = append(list, language)
		}
	}
	slices.Sort(list)
	return list
}
