package source

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"verbatim/corpus"
)

// How often something must be seen in a row before it is believed.
const (
	missesToRemove = 2 // a page that is gone, or that its sitemap no longer lists
	suspectsToKeep = 3 // a page that lost most of its text
)

// saveEvery is the number of pages after which what was fetched is noted.
const saveEvery = 20

// A webPass is one look at a source.
type webPass struct {
	*Web
	source   WebSource
	index    Index
	progress func(Progress)
	force    bool
	run      *webRun
	counts   Counts
	bytes    int64
}

// Refresh looks at one source now and applies what changed. Progress may be nil. What cannot be
// fetched stays as it was, and is among the problems; the error is about the index, the folder or ctx.
func (w *Web) Refresh(ctx context.Context, s WebSource, index Index, force bool, progress func(Progress)) (Counts, error) {
	if progress == nil {
		progress = func(Progress) {}
	}
	limited, cancel := context.WithTimeout(ctx, maxRunTime)
	defer cancel()
	pass := &webPass{Web: w, source: s, index: index, progress: progress, force: force, run: &webRun{Next: time.Now().Add(s.Every), Last: time.Now()}}
	err := pass.look(limited)
	if ctx.Err() != nil {
		return pass.counts, ctx.Err() // and due again at the next start
	}
	if err != nil {
		pass.fail(err)
	}
	if len(pass.run.problems) > 0 {
		pass.run.Failed = pass.run.problems[0].String()
	}
	w.mu.Lock()
	w.runs[s.key()] = pass.run
	w.mu.Unlock()
	return pass.counts, errors.Join(err, w.save(index.Digests()))
}

func (s *webPass) report(address string, err error, kept bool) {
	s.run.problems = append(s.run.problems, Problem{Path: address, Err: plainFetch(err), Kept: kept})
}

// fail notes that the source could not be looked at, and has it tried again soon.
func (s *webPass) fail(err error) {
	s.run.Next = time.Now().Add(min(retryEvery, s.source.Every))
	s.report(s.source.Address(), err, true)
}

// look lists the pages of the source and looks at each.
func (s *webPass) look(ctx context.Context) error {
	pages, whole, err := s.list(ctx)
	if err != nil {
		s.fail(err)
		return nil
	}
	listed := map[string]bool{}
	for i, entry := range pages {
		if err := ctx.Err(); err != nil {
			return err
		}
		listed[entry.URL] = true
		if s.bytes > maxRunBytes {
			s.report(s.source.Address(), fmt.Errorf("more than %d bytes: the rest is left for the next time", int64(maxRunBytes)), true)
			whole = false
			break
		}
		if err := s.page(ctx, entry); err != nil {
			return err
		}
		s.progress(Progress{Address: entry.URL, Done: i + 1, Total: len(pages)})
		if (i+1)%saveEvery == 0 {
			if err := s.save(s.index.Digests()); err != nil {
				return err
			}
		}
	}
	if !whole || s.source.Feed != "" { // a feed shows the newest articles only
		return nil
	}
	return s.unlisted(ctx, listed)
}

// list returns the pages of the source, each once, at most as many as it may have. Whole says that
// what is missing is missing on purpose.
func (s *webPass) list(ctx context.Context) (pages []listed, whole bool, err error) {
	whole = true
	switch {
	case s.source.Page != "":
		return []listed{{URL: s.source.Page}}, true, nil
	case s.source.Sitemap != "":
		walk := sitemapWalk{fetch: s.fetcher.Fetch, site: s.source.Sitemap, seen: map[string]bool{}}
		walk.walk(ctx, s.source.Sitemap, 0)
		if len(walk.pages) == 0 && len(walk.reports) > 0 {
			return nil, false, walk.reports[0].Err
		}
		s.run.problems = append(s.run.problems, walk.reports[:min(len(walk.reports), 100)]...)
		pages, whole = walk.pages, !walk.broken
	default:
		page, err := s.fetcher.Fetch(ctx, s.source.Feed, nil, maxFeedBytes)
		if err != nil {
			return nil, false, err
		}
		if pages, err = parseFeed(page.Body, page.URL); err != nil {
			return nil, false, err
		}
	}
	return s.chosen(pages), whole, nil
}

// chosen normalizes addresses and leaves out those that are twice there, not wanted, or too many.
func (s *webPass) chosen(pages []listed) []listed {
	var list []listed
	seen := map[string]bool{}
	for _, entry := range pages {
		address, err := NormalizeURL(entry.URL)
		switch {
		case err != nil:
			s.report(entry.URL, err, false)
			continue
		case seen[address] || !s.source.included(address):
			continue
		case len(list) == s.source.MaxPages:
			s.report(s.source.Address(), errCap, true)
			return list
		}
		seen[address], entry.URL = true, address
		list = append(list, entry)
	}
	return list
}

// page looks at one page. Its error is about the index, the folder or the context; what is wrong with
// the page is reported.
func (s *webPass) page(ctx context.Context, entry listed) error {
	old, fetch := s.known(entry)
	if !fetch {
		return nil
	}
	page, err := s.fetcher.Fetch(ctx, entry.URL, old.page(), MaxBody)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case gone(err) && old != nil:
		return s.missed(ctx, old, errGone)
	case err != nil:
		s.report(entry.URL, err, old != nil)
		return nil
	case page.NotModified:
		old.Checked, old.Missed, old.Suspect, old.Suspects = time.Now().UTC(), 0, "", 0
		return nil
	}
	s.bytes += int64(len(page.Body))
	return s.take(ctx, entry, old, page)
}

// known returns what is known of a page, nil when nothing is, and whether it is to be fetched: not if
// another source has it, or the sitemap says that it has not changed.
func (s *webPass) known(entry listed) (old *webPage, fetch bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old = s.pages[entry.URL]
	switch {
	case old == nil:
		return nil, true
	case old.Source != s.source.key():
		return old, false
	case entry.Changed.IsZero() || !entry.Changed.Before(old.Checked) || time.Since(old.Checked) >= recheck:
		return old, true
	}
	old.Missed = 0
	return old, false
}

// take takes over what was fetched.
func (s *webPass) take(ctx context.Context, entry listed, old *webPage, page *Page) error {
	p := &webPage{URL: entry.URL, Final: page.URL, Source: s.source.key(), Collection: s.source.Collection,
		MediaType: page.MediaType, Sum: sumHex(page.Body), ETag: page.ETag, Modified: page.LastModified,
		Checked: time.Now().UTC(), Author: entry.Author, Published: entry.Published}
	if old != nil && old.Sum == p.Sum && old.Final == p.Final && old.MediaType == p.MediaType {
		old.ETag, old.Modified, old.Checked, old.Missed, old.Suspect, old.Suspects = p.ETag, p.Modified, p.Checked, 0, "", 0
		return nil
	}
	docs, err := s.documents(ctx, p, page.Body)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		err = doubt(old, p, docs)
	}
	if err != nil {
		s.report(entry.URL, err, old != nil)
		return nil
	}
	if err := s.keepBody(p.Sum, page.Body); err != nil {
		return err
	}
	return s.replace(ctx, old, p, docs)
}

// replace puts the documents of a page in the place of those it had.
func (s *webPass) replace(ctx context.Context, old, p *webPage, docs []*corpus.Document) error {
	c := Change{Put: s.own(p, docs)}
	if old != nil {
		for _, id := range old.ids() {
			if !slices.Contains(p.ids(), id) {
				c.Remove = append(c.Remove, id)
			}
		}
	}
	if err := s.apply(ctx, c); err != nil {
		if old != nil {
			s.disown(p)
			for _, id := range old.ids() {
				s.owners[id] = old.URL
			}
		}
		return err
	}
	s.pages[p.URL] = p
	for _, id := range c.Remove {
		delete(s.owners, id)
	}
	return s.inherit(ctx, c.Remove)
}

// apply applies a change, unless it is empty.
func (s *webPass) apply(ctx context.Context, c Change) error {
	if len(c.Put) == 0 && len(c.Remove) == 0 {
		return nil
	}
	if err := s.index.Apply(ctx, c); err != nil {
		return err
	}
	s.counts.add(Counts{Put: len(c.Put), Removed: len(c.Remove)})
	return nil
}

// keepBody keeps the body of a page.
func (w *Web) keepBody(sum string, body []byte) error {
	file := w.bodyFile(sum)
	if info, err := os.Stat(file); err == nil && info.Size() == int64(len(body)) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("keep what was fetched: %w", err)
	}
	if err := replaceFile(file, body); err != nil {
		return fmt.Errorf("keep what was fetched: %w", err)
	}
	return nil
}

// inherit lets documents that went with one page come from another that has them too.
func (s *webPass) inherit(ctx context.Context, ids []string) error {
	for _, p := range s.pages {
		if !slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(p.Twins, id) }) {
			continue
		}
		docs, err := s.stored(ctx, p)
		if err != nil {
			continue // it is fetched again
		}
		if err := s.apply(ctx, Change{Put: s.own(p, docs)}); err != nil {
			return err
		}
	}
	return nil
}

// missed notes that a page was not there, and removes it if that was so before.
func (s *webPass) missed(ctx context.Context, p *webPage, why error) error {
	p.Missed++
	if p.Missed < missesToRemove {
		s.report(p.URL, why, true)
		return nil
	}
	ids := p.ids()
	if err := s.apply(ctx, Change{Remove: ids}); err != nil {
		return err
	}
	s.disown(p)
	delete(s.pages, p.URL)
	return s.inherit(ctx, ids)
}

// unlisted looks at pages that the source no longer lists.
func (s *webPass) unlisted(ctx context.Context, listed map[string]bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var missing []*webPage
	all := 0
	for _, p := range s.pages {
		if p.Source == s.source.key() {
			all++
			if !listed[p.URL] {
				missing = append(missing, p)
			}
		}
	}
	if shrunk(all, all-len(missing)) && !s.force {
		s.report(s.source.Address(), ErrShrunk, true)
		return nil
	}
	for _, p := range missing {
		if err := s.missed(ctx, p, errUnlisted); err != nil {
			return err
		}
	}
	return nil
}
