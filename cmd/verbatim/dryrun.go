package main

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"verbatim/corpus/source"
	"verbatim/index"
	"verbatim/index/opensearch"
)

// A rehearsal is an index that takes changes and only counts what it would hold.
type rehearsal struct {
	mu     sync.Mutex
	before map[string]string
	// docs are the documents it would hold.
	docs map[string]rehearsed
}

type rehearsed struct {
	digest, language string
	sentences        int
}

// newRehearsal returns one that holds what an index holds; a missing or damaged one holds nothing.
func newRehearsal(dir string, engine index.Engine) (*rehearsal, error) {
	r := &rehearsal{before: map[string]string{}, docs: map[string]rehearsed{}}
	x, err := index.Open(dir, engine)
	if errors.Is(err, index.ErrNoIndex) || errors.Is(err, index.ErrDamaged) {
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	for _, d := range x.Documents() {
		r.before[d.ID] = d.Digest
		r.docs[d.ID] = rehearsed{digest: d.Digest, language: d.Language, sentences: d.Sentences}
	}
	return r, x.Close()
}

// Apply counts a change.
func (r *rehearsal) Apply(_ context.Context, c source.Change) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range c.Remove {
		delete(r.docs, id)
	}
	for _, doc := range c.Put {
		digest, err := index.Digest(doc)
		if err != nil {
			return err
		}
		if r.docs[doc.ID].digest != digest {
			r.docs[doc.ID] = rehearsed{digest: digest, language: doc.Language, sentences: len(doc.Sentences())}
		}
	}
	return nil
}

// Digests returns the digest of each document by its ID.
func (r *rehearsal) Digests() map[string]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	digests := map[string]string{}
	for id, d := range r.docs {
		digests[id] = d.digest
	}
	return digests
}

// counts says what would change.
func (r *rehearsal) counts() source.Counts {
	var c source.Counts
	after := r.Digests()
	for id, digest := range after {
		if r.before[id] != digest {
			c.Put++
		}
	}
	for id := range r.before {
		if after[id] == "" {
			c.Removed++
		}
	}
	return c
}

// manifest says what the index would hold.
func (r *rehearsal) manifest() index.Manifest {
	var m index.Manifest
	languages := map[string]bool{}
	for _, d := range r.docs {
		m.Documents++
		m.Sentences += d.sentences
		languages[d.language] = true
	}
	m.Languages = slices.Sorted(maps.Keys(languages))
	return m
}

// dry brings a rehearsal of the index in dir up to date. What it has to note of the sources it notes in
// a folder that is removed.
func (l *library) dry(ctx context.Context, dir string) (r *rehearsal, err error) {
	tmp, err := os.MkdirTemp("", "verbatim-dry-run-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	if kept := filepath.Join(l.data, "sources"); l.data != "" {
		if _, err := os.Stat(kept); err == nil {
			if err := os.CopyFS(filepath.Join(tmp, "sources"), os.DirFS(kept)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
		}
	}
	stop, err := l.start(filepath.Join(tmp, dirSources), nil)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	if l.shared != nil {
		dir = filepath.Join(tmp, dirIndex)
		if _, err := l.shared.depot.Pull(ctx, dir); err != nil && !errors.Is(err, opensearch.ErrNothingPushed) {
			return nil, err
		}
	}
	if r, err = newRehearsal(dir, l.engine); err != nil {
		return nil, err
	}
	l.known().Resume(r)
	if err := l.count(ctx); err != nil {
		return nil, err
	}
	_, err = l.known().Sync(ctx, r, l.force)
	if errors.Is(err, source.ErrShrunk) {
		l.shrunk, err = err, nil
	}
	return r, err
}
