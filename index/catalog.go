package index

import (
	"bufio"
	"encoding/json"
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

// A catalogEntry is one line of the catalog of a part: a document, its share in the sums that ranking
// needs, and where its text lies.
type catalogEntry struct {
	DocumentInfo
	Terms      int   `json:"terms"`
	Paragraphs int   `json:"paragraphs"`
	Titles     int   `json:"titles"`
	Offset     int64 `json:"offset"`
	Length     int   `json:"length"`
	// SHA256 is of the document's line in the text store, so that no altered text is ever quoted.
	SHA256 string `json:"sha256"`
}

func readCatalog(dir string) (map[string]*catalogEntry, error) {
	f, err := os.Open(filepath.Join(dir, catalogFile))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all := map[string]*catalogEntry{}
	dec := json.NewDecoder(bufio.NewReader(f))
	for dec.More() {
		e := new(catalogEntry)
		if err := dec.Decode(e); err != nil {
			return nil, fmt.Errorf("read %s: %w", catalogFile, err)
		}
		all[e.ID] = e
	}
	return all, nil
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
	s.terms += n * e.Terms
	s.paragraphs += n * e.Paragraphs
	s.titles += n * e.Titles
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
