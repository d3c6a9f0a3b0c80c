package source

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"verbatim/corpus"
)

// A webPage is what is known of one page, or of one file that was added. Its body lies in a file of its
// own, named by its sum.
type webPage struct {
	// File is the name of the file, "" for a page.
	File string `json:"file,omitempty"`
	// URL is where it was asked for, Final where it was found. Of a file, URL is the key of its source.
	URL   string `json:"url"`
	Final string `json:"final"`
	// Source is the key of the source it comes from, and Collection its collection.
	Source     string `json:"source"`
	Collection string `json:"collection"`
	MediaType  string `json:"media_type,omitempty"`
	Sum        string `json:"sum"`
	ETag       string `json:"etag,omitempty"`
	Modified   string `json:"last_modified,omitempty"`
	// Checked is when it was last known to be as it is here.
	Checked time.Time `json:"checked"`
	// Author and Published are what a feed says of it.
	Author    string    `json:"author,omitempty"`
	Published time.Time `json:"published,omitzero"`
	// Title and Text are the title of its document and the length in bytes of its text.
	Title string       `json:"title,omitempty"`
	Text  int          `json:"text"`
	Docs  []webPageDoc `json:"docs"`
	// Missing says what its documents lack of it, "" when nothing.
	Missing string `json:"missing,omitempty"`
	// Twins are documents that it has in common with another page, from which they come.
	Twins []string `json:"twins,omitempty"`
	// Missed is how often it was gone or not listed in a row; Suspect is the sum of a body that was
	// not taken over, and Suspects how often it was seen.
	Missed   int    `json:"missed,omitempty"`
	Suspect  string `json:"suspect,omitempty"`
	Suspects int    `json:"suspects,omitempty"`
}

// A webPageDoc is a document of a page.
type webPageDoc struct {
	ID     string `json:"id"`
	Digest string `json:"digest,omitempty"`
}

func (p *webPage) ids() []string {
	ids := make([]string, 0, len(p.Docs))
	for _, d := range p.Docs {
		ids = append(ids, d.ID)
	}
	return ids
}

// indexed says whether an index with these digests holds the documents of the page as they are.
func (p *webPage) indexed(digests map[string]string) bool {
	return !slices.ContainsFunc(p.Docs, func(d webPageDoc) bool { return d.Digest == "" || digests[d.ID] != d.Digest })
}

// page returns what to ask with whether the page changed.
func (p *webPage) page() *Page {
	if p == nil {
		return nil
	}
	return &Page{ETag: p.ETag, LastModified: p.Modified}
}

// webState is the file in which a [Web] is kept.
type webState struct {
	Version int                `json:"version"`
	Pages   []*webPage         `json:"pages"`
	Runs    map[string]*webRun `json:"runs"`
}

func (w *Web) stateFile() string          { return filepath.Join(w.dir, "web.json") }
func (w *Web) bodyFile(sum string) string { return filepath.Join(w.dir, "bodies", sum) }
func sumHex(data []byte) string           { sum := sha256.Sum256(data); return hex.EncodeToString(sum[:]) }
func isSum(name string) bool              { _, err := hex.DecodeString(name); return err == nil && len(name) == 64 }
func (w *Web) disown(p *webPage)          { w.eachOwned(p, func(id string) { delete(w.owners, id) }) }
func (w *Web) eachOwned(p *webPage, do func(string)) {
	for _, id := range p.ids() {
		if w.owners[id] == p.URL {
			do(id)
		}
	}
}

// load reads what was kept. Where that makes no sense it is put aside, as files that were sent cannot be
// fetched again, and everything else is fetched anew.
func (w *Web) load() error {
	w.pages, w.runs = map[string]*webPage{}, map[string]*webRun{}
	if err := os.MkdirAll(filepath.Join(w.dir, "bodies"), 0o700); err != nil {
		return fmt.Errorf("open the folder of fetched pages: %w", err)
	}
	data, err := os.ReadFile(w.stateFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read what was fetched: %w", err)
	}
	var s webState
	if err := json.Unmarshal(data, &s); err != nil || s.Version < 1 {
		return w.putAside()
	}
	if s.Version > FormatVersion {
		return fmt.Errorf("read what was fetched %q: %w (format %d, this one reads up to %d)", w.stateFile(), ErrNewer, s.Version, FormatVersion)
	}
	for _, p := range s.Pages {
		if p != nil && isSum(p.Sum) {
			w.pages[p.URL] = p
		}
	}
	for key, run := range s.Runs {
		if run != nil {
			w.runs[key] = run
		}
	}
	return nil
}

// putAside renames the folder of what was fetched, of which the list is damaged, and begins a new one.
func (w *Web) putAside() error {
	aside := w.dir + ".damaged-" + time.Now().UTC().Format("20060102T150405Z")
	if err := os.Rename(w.dir, aside); err != nil {
		return fmt.Errorf("put what was fetched aside, of which the list is damaged: %w", err)
	}
	return os.MkdirAll(filepath.Join(w.dir, "bodies"), 0o700)
}

// save keeps what is known, with the digests that the index has of the documents, and removes bodies
// that no page has any more.
func (w *Web) save(digests map[string]string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return fmt.Errorf("save what was fetched: %w", errClosed)
	}
	s := webState{Version: FormatVersion, Runs: w.runs}
	used := map[string]bool{}
	for _, address := range slices.Sorted(maps.Keys(w.pages)) {
		p := w.pages[address]
		for i := range p.Docs {
			p.Docs[i].Digest = digests[p.Docs[i].ID]
		}
		s.Pages, used[p.Sum] = append(s.Pages, p), true
	}
	data, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("save what was fetched: %w", err)
	}
	if err := replaceFile(w.stateFile(), data); err != nil {
		return fmt.Errorf("save what was fetched: %w", err)
	}
	entries, err := os.ReadDir(filepath.Join(w.dir, "bodies"))
	for _, entry := range entries {
		if !used[entry.Name()] {
			err = errors.Join(err, os.Remove(w.bodyFile(entry.Name())))
		}
	}
	return err
}

// stored returns the documents of a page from the body that is kept.
func (w *Web) stored(ctx context.Context, p *webPage) ([]*corpus.Document, error) {
	body, err := os.ReadFile(w.bodyFile(p.Sum))
	if err != nil {
		return nil, err
	}
	if sumHex(body) != p.Sum {
		return nil, fmt.Errorf("the kept body of %s is damaged", p.URL)
	}
	return w.documents(ctx, p, body)
}

// documents reads the documents of a page. They are known by the address of the page, or by the one
// that the page itself calls its own if that is of the same site; those of a file by its name.
func (w *Web) documents(ctx context.Context, p *webPage, body []byte) ([]*corpus.Document, error) {
	name := cmp.Or(p.File, fileName(p.Final))
	docs, err := w.read(ctx, p.MediaType, name, body)
	if err != nil {
		return nil, err
	}
	for _, doc := range docs {
		if p.File == "" {
			p.place(doc, name)
		}
		doc.Collection = p.Collection
		doc.ID = corpus.DocumentID(doc.Collection, doc.Path)
		doc.Author = cmp.Or(doc.Author, p.Author)
		if doc.Published.IsZero() {
			doc.Published = p.Published
		}
	}
	return docs, nil
}

// place gives a document of a page, which was read under a name, its address.
func (p *webPage) place(doc *corpus.Document, name string) {
	address := p.Final
	if own, err := NormalizeURL(doc.URL); err == nil && sameSite(own, p.Final) && !isRoot(own) {
		address = own
	}
	doc.Path = address + strings.TrimPrefix(doc.Path, name)
	doc.URL = address
}

// isRoot says whether an address is that of a whole site. Templates name it as the address of each
// page by mistake.
func isRoot(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Path == "" || u.Path == "/") && u.RawQuery == ""
}

// own notes which documents a page has, and returns those that are to be put: not those that come
// from another page or were forgotten.
func (w *Web) own(p *webPage, docs []*corpus.Document) []*corpus.Document {
	p.Docs, p.Twins, p.Text, p.Title, p.Missing = []webPageDoc{}, nil, 0, "", ""
	var put []*corpus.Document
	for _, doc := range docs {
		p.Text += len(doc.Text)
		p.Title = cmp.Or(p.Title, doc.Title)
		p.Missing = cmp.Or(p.Missing, doc.Missing)
		owner, owned := w.owners[doc.ID]
		switch {
		case w.skip(doc.ID):
		case owned && owner != p.URL && w.pages[owner] != nil:
			p.Twins = append(p.Twins, doc.ID)
		default:
			w.owners[doc.ID] = p.URL
			p.Docs = append(p.Docs, webPageDoc{ID: doc.ID})
			put = append(put, doc)
		}
	}
	return put
}
