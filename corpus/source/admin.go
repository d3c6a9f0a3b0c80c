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
// An address that was added by [Library.Add] for it alone is forgotten as well.
func (l *Library) Forget(ctx context.Context, index Index, id, path string) error {
	var dropped Change
	err := l.lists.change(func(state *listState) {
		state.Added = slices.DeleteFunc(state.Added, func(s WebSource) bool {
			match := s.Page != "" && (s.Page == path || l.web.holds(s.key(), id))
			if match {
				dropped = l.web.drop(s.key())
			}
			return match
		})
		if len(dropped.Remove) == 0 && !slices.ContainsFunc(state.Forgotten, func(f Forgotten) bool { return f.ID == id }) {
			state.Forgotten = append(state.Forgotten, Forgotten{ID: id, Path: path})
		}
	})
	if err != nil {
		return err
	}
	if !slices.Contains(dropped.Remove, id) {
		dropped.Remove = append(dropped.Remove, id)
	}
	return index.Apply(ctx, dropped)
}
