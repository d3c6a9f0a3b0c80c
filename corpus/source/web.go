package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"verbatim/corpus"
)

// Defaults and limits of a [WebSource].
const (
	// DefaultMaxPages is how many pages one sitemap or feed gives unless it says otherwise, and
	// MaxPages the most it may say.
	DefaultMaxPages = 500
	MaxPages        = maxSitemapURLs
	// DefaultEvery is the time between two looks at a page or sitemap, DefaultFeedEvery that for a
	// feed, and MinEvery the least.
	DefaultEvery     = 24 * time.Hour
	DefaultFeedEvery = time.Hour
	MinEvery         = time.Minute
	// retryEvery is the time after which a source is tried again that failed as a whole.
	retryEvery = 15 * time.Minute
	// maxRunTime and maxRunBytes bound what one look at a source may take.
	maxRunTime  = 24 * time.Hour
	maxRunBytes = 2 << 30
	// recheck is how old a page may get on the word of a sitemap that it has not changed.
	recheck = 7 * 24 * time.Hour
)

// A WebSource is an address from which documents come.
type WebSource struct {
	// Page, Sitemap and Feed are addresses; exactly one of them and File is given.
	Page    string `yaml:"page" json:"page,omitempty"`
	Sitemap string `yaml:"sitemap" json:"sitemap,omitempty"`
	Feed    string `yaml:"feed" json:"feed,omitempty"`
	// File is the name of a file that [Library.AddFile] took in. There is nothing to fetch.
	File string `yaml:"-" json:"file,omitempty"`
	// Collection is that of its documents; "" means [corpus.DefaultCollection].
	Collection string `yaml:"collection" json:"collection,omitempty"`
	// Every is the time between two looks; 0 means [DefaultEvery] or [DefaultFeedEvery].
	Every time.Duration `yaml:"every" json:"every,omitempty"`
	// Include are beginnings of addresses; of a sitemap or feed only pages with one of them are
	// fetched. None means all.
	Include []string `yaml:"include" json:"include,omitempty"`
	// MaxPages is how many pages are fetched; 0 means [DefaultMaxPages].
	MaxPages int `yaml:"max_pages" json:"max_pages,omitempty"`
}

// Check fills in defaults and reports what is wrong with the settings.
func (s *WebSource) Check() error {
	given := 0
	for _, at := range []*string{&s.Page, &s.Sitemap, &s.Feed} {
		if *at == "" {
			continue
		}
		given++
		address, err := NormalizeURL(*at)
		if err != nil {
			return err
		}
		*at = address
	}
	if s.File != "" {
		given++
	}
	switch {
	case given != 1:
		return errors.New("give exactly one of page, sitemap and feed")
	case s.File != "" && !isFileName(s.File):
		return errFileName
	case s.Every != 0 && s.Every < MinEvery:
		return fmt.Errorf("every: %v is less than %v", s.Every, MinEvery)
	case s.MaxPages < 0 || s.MaxPages > MaxPages:
		return fmt.Errorf("max_pages: give a number from 1 to %d", MaxPages)
	case strings.Contains(s.Collection, "/"):
		return fmt.Errorf("collection: %q holds a slash", s.Collection)
	}
	s.Collection = cmp.Or(s.Collection, corpus.DefaultCollection)
	s.MaxPages = cmp.Or(s.MaxPages, DefaultMaxPages)
	s.Every = cmp.Or(s.Every, s.defaultEvery())
	return nil
}

func (s *WebSource) defaultEvery() time.Duration {
	if s.Feed != "" {
		return DefaultFeedEvery
	}
	return DefaultEvery
}

// Address returns the address of the source, or the name of its file.
func (s *WebSource) Address() string { return cmp.Or(s.Page, s.Sitemap, s.Feed, s.File) }

// single says that the source is one page or file, which is forgotten with its document.
func (s *WebSource) single() bool { return s.Page != "" || s.File != "" }

// key tells sources apart.
func (s *WebSource) key() string { return s.Collection + " " + s.Address() }

// included says whether the source takes a page.
func (s *WebSource) included(address string) bool {
	return len(s.Include) == 0 || slices.ContainsFunc(s.Include, func(p string) bool { return strings.HasPrefix(address, p) })
}

// Progress tells how far a look at a source is.
type Progress struct {
	// Address is the page that was just fetched, Done the number of pages looked at, of Total.
	Address     string
	Done, Total int
}

// A Web is a set of addresses, and what was fetched from them, kept in a folder. It is safe for
// concurrent use.
type Web struct {
	dir     string
	fetcher *Fetcher
	read    Read
	skip    func(id string) bool

	mu      sync.Mutex
	sources []WebSource
	pages   map[string]*webPage
	runs    map[string]*webRun
	// owners are the pages, by address, from which the document with an ID comes.
	owners map[string]string
	closed bool // nothing is saved any more
}

// A webRun is what became of the last look at a source.
type webRun struct {
	Next time.Time `json:"next"`
	// Last is when it began, and Failed the first of its problems.
	Last   time.Time `json:"last,omitzero"`
	Failed string    `json:"failed,omitempty"`
	// problems are those of the last look; they are not kept.
	problems []Problem
}

// OpenWeb opens what was fetched from sources, each of which [WebSource.Check] has accepted. Pages of
// sources that are no longer given are left out. The folder is made if needed.
func OpenWeb(dir string, fetcher *Fetcher, read Read, skip func(id string) bool, sources []WebSource) (*Web, error) {
	w := &Web{dir: dir, fetcher: fetcher, read: read, skip: skip, sources: slices.Clone(sources), owners: map[string]string{}}
	if w.read == nil {
		w.read = readHere
	}
	if w.skip == nil {
		w.skip = func(string) bool { return false }
	}
	if err := w.load(); err != nil {
		return nil, err
	}
	keys := map[string]bool{}
	for i := range w.sources {
		keys[w.sources[i].key()] = true
	}
	maps.DeleteFunc(w.pages, func(_ string, p *webPage) bool { return !keys[p.Source] })
	maps.DeleteFunc(w.runs, func(key string, _ *webRun) bool { return !keys[key] })
	for _, address := range slices.Sorted(maps.Keys(w.pages)) {
		for _, d := range w.pages[address].Docs {
			w.owners[d.ID] = address
		}
	}
	return w, nil
}

// Add makes s one of the sources. It is due at once.
func (w *Web) add(s WebSource) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.ContainsFunc(w.sources, func(other WebSource) bool { return other.key() == s.key() }) {
		w.sources = append(w.sources, s)
	}
}

// drop removes a source, and returns the change that removes its documents.
func (w *Web) drop(key string) Change {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sources = slices.DeleteFunc(w.sources, func(s WebSource) bool { return s.key() == key })
	delete(w.runs, key)
	var c Change
	for address, p := range w.pages {
		if p.Source == key {
			c.Remove = append(c.Remove, p.ids()...)
			w.disown(p)
			delete(w.pages, address)
		}
	}
	return c
}

// due returns the sources that are to be looked at now, and when the next one is.
func (w *Web) due(now time.Time) (list []WebSource, next time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	next = now.Add(DefaultEvery)
	for _, s := range w.sources {
		run := w.runs[s.key()]
		switch {
		case s.File != "":
		case run == nil || !run.Next.After(now):
			list = append(list, s)
		case run.Next.Before(next):
			next = run.Next
		}
	}
	return list, next
}

// IDs adds the IDs of all documents to ids.
func (w *Web) IDs(ids map[string]bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id := range w.owners {
		ids[id] = true
	}
}

// Problems returns what could not be fetched, and what the documents of pages lack, sorted by address.
func (w *Web) Problems() []Problem {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.listProblems(func(string) bool { return true })
}

// problemsOf returns the problems of one source.
func (w *Web) problemsOf(key string) []Problem {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.listProblems(func(other string) bool { return other == key })
}

// listProblems lists the problems of sources, sorted by address. The caller holds the lock.
func (w *Web) listProblems(of func(key string) bool) []Problem {
	var list []Problem
	for key, run := range w.runs {
		if of(key) {
			list = append(list, run.problems...)
		}
	}
	for _, p := range w.pages {
		if p.Missing != "" && of(p.Source) {
			list = append(list, Problem{Path: cmp.Or(p.File, p.URL), Err: errors.New(p.Missing), Kept: true})
		}
	}
	slices.SortFunc(list, func(a, b Problem) int { return cmp.Compare(a.Path, b.Path) })
	return list
}

// Formats adds the number of pages that are kept to counts, as "web", and that of files by extension.
func (w *Web) Formats(counts map[string]int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.pages {
		if p.File == "" {
			counts["web"]++
		} else {
			counts[strings.ToLower(path.Ext(p.File))]++
		}
	}
}

// Documents passes the documents of all pages that are kept to yield, sorted by address. A page that
// can no longer be read is left out, and fetched again when it is due.
func (w *Web) Documents(ctx context.Context, yield func(*corpus.Document) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.documentsOfAll(ctx, yield)
}

// documentsOfAll is Documents for a caller that holds the lock.
func (w *Web) documentsOfAll(ctx context.Context, yield func(*corpus.Document) error) error {
	return w.restoreAll(ctx, nil, func(_ context.Context, c Change) error {
		for _, doc := range c.Put {
			if err := yield(doc); err != nil {
				return err
			}
		}
		return nil
	})
}

// restore applies the documents of kept pages that an index with these digests lacks or has otherwise.
func (w *Web) restore(ctx context.Context, digests map[string]string, apply func(context.Context, Change) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.restoreAll(ctx, digests, apply)
}

// restoreAll is restore for a caller that holds the lock.
func (w *Web) restoreAll(ctx context.Context, digests map[string]string, apply func(context.Context, Change) error) error {
	w.owners = map[string]string{}
	for _, address := range slices.Sorted(maps.Keys(w.pages)) {
		p := w.pages[address]
		if digests != nil && p.indexed(digests) {
			for _, d := range p.Docs {
				w.owners[d.ID] = address
			}
			continue
		}
		docs, err := w.stored(ctx, p)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			delete(w.pages, address)
			if run := w.runs[p.Source]; run != nil {
				run.Next = time.Time{}
			}
			continue
		}
		if err := apply(ctx, Change{Put: w.own(p, docs)}); err != nil {
			return err
		}
	}
	return nil
}

// holds says whether a document comes from a source.
func (w *Web) holds(key, id string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.pages[w.owners[id]]
	return p != nil && p.Source == key
}

// failed returns why a source gives no page at all, nil when it gives one.
func (w *Web) failed(key string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.pages {
		if p.Source == key {
			return nil
		}
	}
	if run := w.runs[key]; run != nil && len(run.problems) > 0 {
		return fmt.Errorf("%s: %w", run.problems[0].Path, run.problems[0].Err)
	}
	return nil
}
