package source

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxFileName is the longest name of a file that is added, in bytes: what file systems take.
const maxFileName = 255

// isFileName says whether a name is one that a file in a folder may have, without anything unseen.
func isFileName(name string) bool {
	return len(name) <= maxFileName && utf8.ValidString(name) && !strings.HasPrefix(name, ".") &&
		!strings.ContainsAny(name, `/\`) && strings.IndexFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

// AddFile takes in a file that lies in no folder, from now on, in the place of one of the same name and
// collection that was added before. Its name is its path. What is kept of it is in the folder of the
// library. The error says why it cannot be read; then all stays as it was.
func (l *Library) AddFile(ctx context.Context, index Index, name, collection string, data []byte) (Counts, error) {
	s := WebSource{File: name, Collection: collection}
	if err := s.Check(); err != nil {
		return Counts{}, err
	}
	counts, err := l.web.addFile(ctx, s, index, data)
	if err != nil {
		return counts, fmt.Errorf("read %q: %w", name, err)
	}
	err = l.lists.change(func(state *listState) {
		if !slices.ContainsFunc(state.Added, func(other WebSource) bool { return other.key() == s.key() }) {
			state.Added = append(state.Added, s)
		}
	})
	if err != nil {
		return counts, errors.Join(err, index.Apply(ctx, l.web.drop(s.key())))
	}
	return counts, nil
}

// addFile reads a file and puts its documents in the place of those it had.
func (w *Web) addFile(ctx context.Context, s WebSource, index Index, data []byte) (Counts, error) {
	pass := &webPass{Web: w, source: s, index: index}
	if err := pass.file(ctx, data); err != nil {
		return pass.counts, err
	}
	w.add(s)
	return pass.counts, w.save(index.Digests())
}

// file takes over the content of a file, unless it is what is known already.
func (s *webPass) file(ctx context.Context, data []byte) error {
	p := &webPage{File: s.source.File, URL: s.source.key(), Source: s.source.key(), Collection: s.source.Collection,
		Sum: sumHex(data), Checked: time.Now().UTC()}
	docs, err := s.documents(ctx, p, data)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.pages[p.URL]
	if old != nil && old.Sum == p.Sum {
		return nil
	}
	if err := s.keepBody(p.Sum, data); err != nil {
		return err
	}
	return s.replace(ctx, old, p, docs)
}
