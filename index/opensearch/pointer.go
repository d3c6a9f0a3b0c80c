package opensearch

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/blevesearch/vellum"
)

// The files of an index's folder: all but the postings, which are in OpenSearch.
const (
	pointerFile    = "POINTER.json"
	vocabularyFile = "vocabulary.fst"
)

// schema is the version of the pointer, the vocabulary, and the mapping of an index of sentences.
const schema = 1

// A pointer says which index of OpenSearch belongs to a folder.
type pointer struct {
	Schema int `json:"schema"`
	// Index is its name, "" where there are no sentences.
	Index string `json:"index"`
	// Build tells this index from every other one, whatever its name.
	Build string `json:"build"`
	// Sentences is how many there are, Filled how many of them have terms, and Terms how many all have together; Longest is
	// how many the longest has.
	Sentences int   `json:"sentences"`
	Filled    int   `json:"filled"`
	Terms     int64 `json:"terms"`
	Longest   int   `json:"longest"`
	// Vocabulary is the SHA-256 of the vocabulary's file, and Sum that of the pointer without it.
	Vocabulary string `json:"vocabulary"`
	Sum        string `json:"sum"`
}

// sealed returns the pointer as it stands on disk.
func (p pointer) sealed() ([]byte, error) {
	p.Sum = ""
	data, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	p.Sum = digest(data)
	return json.Marshal(p)
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// write writes the pointer and the vocabulary into dir.
func (p pointer) write(dir string, words []byte) error {
	p.Schema, p.Vocabulary = schema, digest(words)
	data, err := p.sealed()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, vocabularyFile), words, 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, pointerFile), data, 0o600)
}

// readPointer returns what dir holds. Whatever differs from what was written is an error.
func readPointer(dir string) (p pointer, v vocabulary, err error) {
	data, err := os.ReadFile(filepath.Join(dir, pointerFile))
	if err != nil {
		return p, v, err
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return p, v, fmt.Errorf("read %s: %w", pointerFile, err)
	}
	if written, err := p.sealed(); err != nil || string(written) != string(data) || p.Schema != schema {
		return p, v, fmt.Errorf("%s is not the one that was written, or of another version than %d", pointerFile, schema)
	}
	words, err := os.ReadFile(filepath.Join(dir, vocabularyFile))
	if err != nil {
		return p, v, err
	}
	if digest(words) != p.Vocabulary {
		return p, v, fmt.Errorf("%s is not the one that was written", vocabularyFile)
	}
	v.terms, err = vellum.Load(words)
	return p, v, err
}
