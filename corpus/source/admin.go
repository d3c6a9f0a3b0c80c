package source

import (
	"bytes"
	"context"
	"errors"
	"slices"
)

// Add fetches what is at an address and takes it in from now on: a page, or all pages that a sitemap
// or feed names. Documents of it that were forgotten are remembered. The error says why nothing could
// be had; then nothing is added. Progress may be nil.
func (l *Library) Add(ctx context.Context, index Index, address, collection string, progress func(Progress)) (Counts, error) {
	s, err := l.kindOf(ctx, address)
	if err != nil {
		return Counts{}, err
	}
	s.Collection = collection
	if err := s.Check(); err != nil {
		return Counts{}, err
	}
	err = l.lists.change(func(state *listState) {
		state.Forgotten = slices.DeleteFunc(state.Forgotten, func(f Forgotten) bool { return f.Path == s.Address() })
		state.Added = slices.DeleteFunc(state.Added, func(other WebSource) bool { return other.key() == s.key() })
		state.Added = append(state.Added, s)
	})
	if err != nil {
		return Counts{}, err
	}
	l.web.add(s)
	counts, err := l.web.Refresh(ctx, s, index, false, progress)
	if err == nil {
		err = l.web.failed(s.key())
	}
	if err != nil {
		undone := l.lists.change(func(state *listState) {
			state.Added = slices.DeleteFunc(state.Added, func(other WebSource) bool { return other.key() == s.key() })
		})
		return counts, errors.Join(err, undone, index.Apply(ctx, l.web.drop(s.key())))
	}
	return counts, nil
}

// ProblemsOf returns what could not be had, the last time, of an address or file that was added, and what
// its documents lack.
func (l *Library) ProblemsOf(address, collection string) []Problem {
	if normal, err := NormalizeURL(address); err == nil {
		address = normal
	}
	s := WebSource{Page: address, Collection: collection}
	return l.web.problemsOf(s.key())
}

// kindOf finds out whether a page, a sitemap or a feed is at an address.
func (l *Library) kindOf(ctx context.Context, address string) (WebSource, error) {
	if l.opts.Fetcher == nil {
		return WebSource{}, errors.New("nothing can be fetched here")
	}
	page, err := l.opts.Fetcher.Fetch(ctx, address, nil, maxSitemapBytes)
	if err != nil {
		return WebSource{}, err
	}
	if _, _, err := parseSitemap(page.Body); err == nil {
		return WebSource{Sitemap: address}, nil
	}
	head := bytes.TrimSpace(page.Body[:min(len(page.Body), 512)])
	if bytes.HasPrefix(head, []byte("<?xml")) || bytes.HasPrefix(head, []byte("<rss")) || bytes.HasPrefix(head, []byte("<feed")) {
		if _, err := parseFeed(page.Body, page.URL); err == nil {
			return WebSource{Feed: address}, nil
		}
	}
	return WebSource{Page: address}, nil
}

// Forget removes the document with an ID, whose path the index knows, and leaves it out from now on.
// An address or file that was added for it alone, by [Library.Add] or [Library.AddFile], is forgotten as
// well, with what was kept of it.
func (l *Library) Forget(ctx context.Context, index Index, id, path string) error {
	added := map[string]bool{}
	for _, s := range l.lists.get().Added {
		if s.single() && (s.Address() == path || l.web.holds(s.key(), id)) {
			added[s.key()] = true
		}
	}
	err := l.lists.change(func(state *listState) {
		state.Added = slices.DeleteFunc(state.Added, func(s WebSource) bool { return added[s.key()] })
		if len(added) == 0 && !slices.ContainsFunc(state.Forgotten, func(f Forgotten) bool { return f.ID == id }) {
			state.Forgotten = append(state.Forgotten, Forgotten{ID: id, Path: path})
		}
	})
	if err != nil {
		return err
	}
	remove := []string{id}
	for key := range added {
		remove = append(remove, l.web.drop(key).Remove...)
	}
	slices.Sort(remove)
	err = index.Apply(ctx, Change{Remove: slices.Compact(remove)})
	return errors.Join(err, l.web.save(index.Digests()))
}
