package source

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"verbatim/corpus"
)

// memory is an index that only remembers.
type memory struct {
	mu   sync.Mutex
	docs map[string]*corpus.Document
	// texts are all texts that were ever put, and puts the number of documents.
	texts map[string]bool
	puts  int
	// fail is what the next change ends with.
	fail error
	wake chan struct{}
}

func newMemory() *memory {
	return &memory{docs: map[string]*corpus.Document{}, texts: map[string]bool{}, wake: make(chan struct{}, 1)}
}

func (m *memory) Apply(_ context.Context, c Change) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	for _, id := range c.Remove {
		delete(m.docs, id)
	}
	for _, doc := range c.Put {
		m.docs[doc.ID], m.texts[doc.Text] = doc, true
		m.puts++
	}
	select {
	case m.wake <- struct{}{}:
	default:
	}
	return nil
}

// Digests stands the texts of the documents in for their digests.
func (m *memory) Digests() map[string]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	digests := map[string]string{}
	for id, doc := range m.docs {
		digests[id] = "digest of " + doc.Text
	}
	return digests
}

// paths returns the paths of all documents, sorted.
func (m *memory) paths() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []string
	for _, doc := range m.docs {
		list = append(list, doc.Path)
	}
	slices.Sort(list)
	return list
}

// text returns the text of the document at path, "" when there is none.
func (m *memory) text(path string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, doc := range m.docs {
		if doc.Path == path {
			return doc.Text
		}
	}
	return ""
}

// held says whether a text was ever in the index.
func (m *memory) held(text string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.texts[text]
}

// takePuts returns how many documents were put since it was called last.
func (m *memory) takePuts() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := m.puts
	m.puts = 0
	return n
}

// waitFor waits until the index is as it should be.
func (m *memory) waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for !ok() {
		select {
		case <-m.wake:
		case <-t.Context().Done():
			t.Fatalf("never: %s", what)
		}
	}
}

// write writes a file, and the folders above it.
func write(t *testing.T, dir, name, data string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

// writeFiles writes files below a new folder and returns its path.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		write(t, dir, name, files[name])
	}
	return dir
}

// move renames a file or folder of dir.
func move(t *testing.T, dir, from, to string) {
	t.Helper()
	if err := os.Rename(filepath.Join(dir, from), filepath.Join(dir, to)); err != nil {
		t.Fatal(err)
	}
}

// remove removes a file or folder of dir.
func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

// link makes a symbolic link in dir, or skips the test.
func link(t *testing.T, target, dir, name string) {
	t.Helper()
	if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
		t.Skipf("symbolic links cannot be made here: %v", err)
	}
}
