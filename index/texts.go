package index

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"verbatim/corpus"
)

// The files of a part's text store, one JSON value a line: what is known about each document
// and where its text lies, and the documents themselves.
const (
	catalogFile = "catalog.jsonl"
	textsFile   = "texts.jsonl"
)

// A storedText is one document as the text store keeps it.
type storedText struct {
	corpus.Document
	Sentences []corpus.Sentence `json:"sentences"`
}

// texts is the text store of one part, open for reading; safe for concurrent use.
type texts struct {
	file *os.File
	at   map[string]*catalogEntry
}

func openTexts(dir string) (*texts, error) {
	at, err := readCatalog(dir)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(filepath.Join(dir, textsFile))
	if err != nil {
		return nil, err
	}
	return &texts{file: file, at: at}, nil
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
		return nil, fmt.Errorf("read text of document %s: %w", id, ErrNotThere)
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

// A textsWriter writes the text store of a part.
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

// add writes a document and its line of the catalog, of which it fills in where the text lies.
func (w *textsWriter) add(doc *storedText, e catalogEntry) error {
	line, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	e.Offset, e.Length, e.SHA256 = w.offset, len(line), digestOf(line)
	entry, err := json.Marshal(e)
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
