package index

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"verbatim/corpus"
	"verbatim/index/cache"
)

// The files of a part's text store: the catalog of its documents, their texts, their outlines, and the
// numbers of the terms in these. What is known of a document beside stands behind its text, as JSON.
const (
	catalogFile    = "catalog"
	textsFile      = "texts.zst"
	outlinesFile   = "outlines"
	dictionaryFile = "dictionary"
)

// castagnoli makes the CRC-32C, which processors compute themselves.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A storedText is a document with its sentences.
type storedText struct {
	corpus.Document
	Sentences []corpus.Sentence
}

// texts is the text store of one part, open for reading; safe for concurrent use.
type texts struct {
	catalog
	blocks     *blocks
	outlines   *os.File
	dictionary *dictionary
	// known are the outlines that were used lately, by the numbers of their documents.
	known   *cache.Numbers[*outline]
	records sync.Pool // of *[]byte, for reading outlines
}

func openTexts(dir string, c *cache.Cache) (t *texts, err error) {
	t = new(texts)
	t.records.New = func() any { return new([]byte) }
	defer func() {
		if err != nil {
			err = errors.Join(err, t.close())
		}
	}()
	if t.catalog, err = readCatalog(dir); err != nil {
		return t, err
	}
	t.known = cache.NumbersIn[*outline](c, len(t.entries))
	if t.dictionary, err = openDictionary(dir); err != nil {
		return t, fmt.Errorf("read %s: %w", dictionaryFile, err)
	}
	if t.outlines, err = os.Open(filepath.Join(dir, outlinesFile)); err != nil {
		return t, err
	}
	t.blocks, err = openBlocks(filepath.Join(dir, textsFile), t.table, c)
	return t, err
}

func (t *texts) close() error {
	var err error
	if t.blocks != nil {
		err = t.blocks.close()
	}
	if t.outlines != nil {
		err = errors.Join(err, t.outlines.Close())
	}
	if t.known != nil {
		t.known.Forget()
	}
	return err
}

// digestOf returns the SHA-256 of data in hexadecimal digits.
func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// outline returns that of a document.
func (t *texts) outline(e *catalogEntry) (*outline, error) {
	if o, ok := t.known.Get(e.number); ok {
		o.draw()
		return o, nil
	}
	buffer := t.records.Get().(*[]byte)
	defer t.records.Put(buffer)
	*buffer = slices.Grow((*buffer)[:0], e.outlineLength)
	record := (*buffer)[:e.outlineLength]
	_, err := t.outlines.ReadAt(record, e.outlineAt)
	if err == nil && crc32.Checksum(record, castagnoli) != e.sum {
		err = errAltered
	}
	var o *outline
	if err == nil {
		o, err = unpackOutline(e, t, record)
	}
	if err != nil {
		return nil, fmt.Errorf("read outline of document %s: %w", e.ID, err)
	}
	t.known.Put(e.number, o, o.bytes())
	return o, nil
}

// text returns the bytes [start, end) of a document.
func (t *texts) text(e *catalogEntry, start, end int) (string, error) {
	if start < 0 || start > end || end > e.textLength {
		return "", fmt.Errorf("read text of document %s: bytes %d to %d lie outside", e.ID, start, end)
	}
	text, err := t.blocks.read(e.textAt+int64(start), end-start)
	if err != nil {
		return "", fmt.Errorf("read text of document %s: %w", e.ID, err)
	}
	return text, nil
}

// document returns a document as it was put.
func (t *texts) document(e *catalogEntry) (*corpus.Document, error) {
	text, err := t.text(e, 0, e.textLength)
	if err != nil {
		return nil, err
	}
	rest, err := t.blocks.read(e.textAt+int64(e.textLength), e.restLength)
	doc := &corpus.Document{ID: e.ID, Collection: e.Collection, Path: e.Path, Title: e.Title, Source: e.origin, URL: e.URL, Author: e.author,
		Language: e.Language, Published: e.Published, Archived: e.archived, Supersedes: e.Supersedes, Text: text}
	if err == nil {
		err = unpackRest(doc, rest)
	}
	if err != nil {
		return nil, fmt.Errorf("read document %s: %w", e.ID, err)
	}
	return doc, nil
}

// packRest packs what the catalog does not say of a document, beside its text.
func packRest(doc *corpus.Document) string {
	var p packer
	p.text(doc.Missing)
	p.number(len(doc.Pages))
	before := 0
	for _, start := range doc.Pages {
		p.signed(start - before)
		before = start
	}
	if doc.Blocks == nil {
		return string(p.data)
	}
	before = 0
	for _, b := range doc.Blocks {
		p.number(max(0, slices.Index(blockKinds[:], b.Kind)) + 1)
		p.signed(b.Level)
		p.signed(b.Start - before) // what a reader says of blocks is not trusted
		p.signed(b.End - b.Start)
		p.text(b.URL)
		before = b.End
	}
	p.number(0)
	return string(p.data)
}

func unpackRest(doc *corpus.Document, rest string) error {
	u := &unpacker{data: []byte(rest)}
	doc.Missing = u.text()
	before := 0
	for range u.length() {
		before += u.signed()
		doc.Pages = append(doc.Pages, before)
	}
	if len(u.data) == 0 {
		return u.err
	}
	doc.Blocks, before = []corpus.Block{}, 0
	for {
		kind := u.number()
		if kind == 0 || kind > len(blockKinds) || u.err != nil {
			return u.err
		}
		b := corpus.Block{Kind: blockKinds[kind-1], Level: u.signed()}
		b.Start = before + u.signed()
		b.End = b.Start + u.signed()
		b.URL = u.text()
		before = b.End
		doc.Blocks = append(doc.Blocks, b)
	}
}

// sentence returns a sentence of a document.
func (o *outline) sentence(ordinal int) (corpus.Sentence, error) {
	s := &o.sentences[ordinal]
	text, err := o.text(ordinal)
	if err != nil {
		return corpus.Sentence{}, err
	}
	url := ""
	if s.url > 0 {
		url = o.urls[s.url-1]
	}
	return corpus.Sentence{Ordinal: ordinal, Start: int(s.start), End: int(s.end), Text: text, Paragraph: int(s.number), Kind: o.kindOf(ordinal),
		Headings: o.paths[s.path], Page: int(s.page), URL: url, CutStart: s.cut&cutStart != 0, CutEnd: s.cut&cutEnd != 0}, nil
}

// text returns the text of a sentence.
func (o *outline) text(ordinal int) (string, error) {
	return o.store.text(o.catalogEntry, int(o.sentences[ordinal].start), int(o.sentences[ordinal].end))
}

// A textsWriter writes the text store of a part.
type textsWriter struct {
	dir      string
	catalog  catalog
	texts    *blocksWriter
	outlines *bufio.Writer
	numbers  numbering
	words    *vocabulary
	files    []*os.File
}

func createTexts(dir string) (*textsWriter, error) {
	w := &textsWriter{dir: dir, numbers: numbering{map[string]uint32{}}, words: newVocabulary()}
	for _, name := range []string{textsFile, outlinesFile} {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			return nil, errors.Join(err, w.closeFiles())
		}
		w.files = append(w.files, f)
	}
	w.texts, w.outlines = newBlocksWriter(w.files[0]), bufio.NewWriterSize(w.files[1], 1<<18)
	return w, nil
}

// add writes a document, of which e says what is known, and returns the terms by which its sentences are
// found.
func (w *textsWriter) add(doc *storedText, e catalogEntry) (terms [][]string, err error) {
	o, terms := outlineOf(&e, doc, &w.numbers, w.words)
	rest := packRest(&doc.Document)
	e.textLength, e.restLength = len(doc.Text), len(rest)
	for _, text := range []string{doc.Text, rest} {
		if err := w.texts.add(text); err != nil {
			return nil, err
		}
	}
	record := o.pack()
	e.outlineLength, e.sum = len(record), crc32.Checksum(record, castagnoli)
	e.titles, e.terms, e.paragraphs = len(o.title), 0, 0
	for i := range o.sentences {
		at := &o.extents[i]
		e.terms += int(at.terms)
		if int(at.paragraph[0]) == i {
			e.paragraphs++
		}
	}
	w.catalog.entries = append(w.catalog.entries, e)
	_, err = w.outlines.Write(record)
	return terms, err
}

// close makes what was added durable. It must be called once, after an error too.
func (w *textsWriter) close() error {
	table, err := w.texts.close()
	w.catalog.table = table
	err = errors.Join(err, w.outlines.Flush())
	for _, f := range w.files {
		err = errors.Join(err, f.Sync())
	}
	err = errors.Join(err, w.closeFiles())
	dictionary, e := w.numbers.pack()
	return errors.Join(err, e, writeDurably(filepath.Join(w.dir, dictionaryFile), dictionary),
		writeDurably(filepath.Join(w.dir, catalogFile), w.catalog.pack()))
}

func (w *textsWriter) closeFiles() error {
	var err error
	for _, f := range w.files {
		err = errors.Join(err, f.Close())
	}
	return err
}
