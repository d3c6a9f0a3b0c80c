package index

import (
	"bufio"
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"verbatim/corpus"
)

// The files of a generation's text store, one JSON value a line: what is known about each document
// and where its text lies, and the documents themselves.
const (
	catalogFile = "catalog.jsonl"
	textsFile   = "texts.jsonl"
)

// cacheBytes bounds the text of the documents kept analysed in memory; analysed text takes about
// five times its own size. A document that has to be read again costs a question as much as all else.
const cacheBytes = 32 << 20

// A catalogEntry is one line of the catalog.
type catalogEntry struct {
	ID     string `json:"id"`
	Offset int64  `json:"offset"`
	Length int    `json:"length"`
	// SHA256 is of the document's line, so that no altered text is ever quoted.
	SHA256 string `json:"sha256"`
}

// A storedText is one document as the text store keeps it.
type storedText struct {
	corpus.Document
	Sentences []corpus.Sentence `json:"sentences"`
}

// texts is the text store of one generation, open for reading; safe for concurrent use.
type texts struct {
	file *os.File
	at   map[string]catalogEntry

	mu     sync.Mutex
	cached map[string]*list.Element // of *analysed, most recently used first in order
	order  *list.List
	bytes  int
}

func openTexts(dir string) (t *texts, err error) {
	catalog, err := os.Open(filepath.Join(dir, catalogFile))
	if err != nil {
		return nil, err
	}
	defer catalog.Close()
	t = &texts{at: map[string]catalogEntry{}, cached: map[string]*list.Element{}, order: list.New()}
	dec := json.NewDecoder(bufio.NewReader(catalog))
	for dec.More() {
		var e catalogEntry
		if err := dec.Decode(&e); err != nil {
			return nil, fmt.Errorf("read %s: %w", catalogFile, err)
		}
		t.at[e.ID] = e
	}
	if t.file, err = os.Open(filepath.Join(dir, textsFile)); err != nil {
		return nil, err
	}
	return t, nil
}

func (t *texts) close() error { return t.file.Close() }

// digestOf returns the SHA-256 of data in hexadecimal digits.
func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// read returns a document with its sentences as they are on disk.
func (t *texts) read(id string) (*storedText, error) {
	e, ok := t.at[id]
	if !ok {
		return nil, fmt.Errorf("read text of document %s: %w", id, errNoDocument)
	}
	buf := make([]byte, e.Length)
	if _, err := t.file.ReadAt(buf, e.Offset); err != nil {
		return nil, fmt.Errorf("read text of document %s: %w", id, err)
	}
	if digestOf(buf) != e.SHA256 {
		return nil, fmt.Errorf("read text of document %s: %w: the text is not the one that was stored", id, ErrDamaged)
	}
	doc := new(storedText)
	if err := json.Unmarshal(buf, doc); err != nil {
		return nil, fmt.Errorf("read text of document %s: %w", id, err)
	}
	for i := range doc.Sentences {
		s := &doc.Sentences[i]
		if s.Ordinal != i || s.Start < 0 || s.Start > s.End || s.End > len(doc.Text) {
			return nil, fmt.Errorf("read text of document %s: sentence %d lies outside the text", id, i)
		}
		s.Text = doc.Text[s.Start:s.End]
	}
	return doc, nil
}

// analysed returns a document with its terms, from memory when it was used lately.
func (t *texts) analysed(id string) (*analysed, error) {
	t.mu.Lock()
	if el, ok := t.cached[id]; ok {
		t.order.MoveToFront(el)
		t.mu.Unlock()
		return el.Value.(*analysed), nil
	}
	t.mu.Unlock()

	doc, err := t.read(id)
	if err != nil {
		return nil, err
	}
	a := analyse(doc)

	t.mu.Lock()
	defer t.mu.Unlock()
	if el, ok := t.cached[id]; ok {
		return el.Value.(*analysed), nil
	}
	t.cached[id] = t.order.PushFront(a)
	t.bytes += len(a.doc.Text)
	for t.bytes > cacheBytes && t.order.Len() > 1 {
		old := t.order.Remove(t.order.Back()).(*analysed)
		delete(t.cached, old.doc.ID)
		t.bytes -= len(old.doc.Text)
	}
	return a, nil
}

// A textsWriter writes the text store of a generation.
type textsWriter struct {
	catalogFile, textsFile *os.File
	catalog, texts         *bufio.Writer
	offset                 int64
}

func createTexts(dir string) (*textsWriter, error) {
	c, err := os.Create(filepath.Join(dir, catalogFile))
	if err != nil {
		return nil, err
	}
	t, err := os.Create(filepath.Join(dir, textsFile))
	if err != nil {
		c.Close()
		return nil, err
	}
	return &textsWriter{catalogFile: c, textsFile: t, catalog: bufio.NewWriter(c), texts: bufio.NewWriterSize(t, 1<<18)}, nil
}

func (w *textsWriter) add(doc *storedText) error {
	line, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	entry, err := json.Marshal(catalogEntry{ID: doc.ID, Offset: w.offset, Length: len(line), SHA256: digestOf(line)})
	if err != nil {
		return err
	}
	w.offset += int64(len(line)) + 1
	if _, err := w.texts.Write(append(line, '\n')); err != nil {
		return err
	}
	_, err = w.catalog.Write(append(entry, '\n'))
	return err
}

// close makes what was added durable. It must be called once, after an error too.
func (w *textsWriter) close() error {
	err := w.texts.Flush()
	for _, step := range []func() error{w.catalog.Flush, w.textsFile.Sync, w.catalogFile.Sync, w.textsFile.Close, w.catalogFile.Close} {
		if e := step(); err == nil {
			err = e
		}
	}
	return err
}
