package bot

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"verbatim/corpus"
	folder "verbatim/corpus/source"
	"verbatim/index"
	"verbatim/index/bleve"
)

// A shelf is a library of documents that can be changed from within a bubble. The work is done outside,
// where what the index leaves running belongs.
type shelf struct {
	*Library
	work chan func() error
	done chan error
}

// newShelf indexes documents.
func newShelf(t *testing.T, docs ...*corpus.Document) *shelf {
	t.Helper()
	x, _, err := index.Update(t.Context(), t.TempDir(), bleve.Engine{}, index.Of(docs...))
	if err != nil {
		t.Fatal(err)
	}
	s := &shelf{Library: NewLibrary(x), work: make(chan func() error), done: make(chan error)}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for f := range s.work {
			s.done <- f()
		}
	}()
	t.Cleanup(func() {
		close(s.work)
		<-stopped
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// put adds documents, or puts them in the place of those with their paths.
func (s *shelf) put(t *testing.T, docs ...*corpus.Document) {
	t.Helper()
	s.apply(t, index.Change{Put: docs})
}

// remove takes documents away.
func (s *shelf) remove(t *testing.T, docs ...*corpus.Document) {
	t.Helper()
	var c index.Change
	for _, d := range docs {
		c.Remove = append(c.Remove, d.ID)
	}
	s.apply(t, c)
}

func (s *shelf) apply(t *testing.T, c index.Change) {
	t.Helper()
	s.work <- func() error { return s.Apply(context.Background(), c) }
	if err := <-s.done; err != nil {
		t.Fatal(err)
	}
}

// replace changes the documents to those given; an empty one takes the document of its path away.
func (s *shelf) replace(t *testing.T, docs []*corpus.Document) {
	t.Helper()
	var c index.Change
	for _, d := range docs {
		if strings.TrimSpace(d.Text) == "" {
			c.Remove = append(c.Remove, d.ID)
			continue
		}
		c.Put = append(c.Put, d)
	}
	s.apply(t, c)
}

// documentsOf reads the documents that stand under a name in an archive. It cannot be called in a bubble, as
// it waits for files.
func documentsOf(t *testing.T, archive *txtar.Archive, name string) (docs []*corpus.Document) {
	t.Helper()
	dir := t.TempDir()
	if err := txtar.Write(archive, dir); err != nil {
		t.Fatal(err)
	}
	files := folder.NewFolder(filepath.Join(dir, name), folder.FolderOptions{Settle: time.Millisecond})
	err := files.Documents(t.Context(), func(d *corpus.Document) error {
		docs = append(docs, d)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return docs
}

// page is a document of a collection; its ID is that of its title.
func page(collection, title, text string) *corpus.Document {
	path := collection + "/" + title + ".txt"
	return &corpus.Document{
		ID: corpus.DocumentID(collection, path), Collection: collection, Path: path, Title: title, Language: "en", Text: text,
	}
}
