package index

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"verbatim/corpus"
)

// A Change is some documents that are new or read otherwise now, and the IDs of some that are gone.
type Change struct {
	Put    []*corpus.Document
	Remove []string
}

const (
	// tailSentences is how large the newest part may be to be written again with the next change, so
	// that many small changes do not make many parts. Writing it takes about 50 ms.
	tailSentences = 2000
	// rebuildBytes is the amount of changed text from which [Update] builds anew rather than keep it
	// all in memory.
	rebuildBytes = 64 << 20
)

// Update opens the index in dir and brings it up to date with docs: it builds one if there is none or
// it is damaged (what is damaged is put aside, not deleted), and else changes what has changed. It reads
// docs once, and once more when it builds. Changed says whether it did either.
func Update(ctx context.Context, dir string, engine Engine, docs Documents) (x *Index, changed bool, err error) {
	x, err = open(dir, engine, true)
	if err == nil {
		changed, err = x.sync(ctx, docs)
		if err != nil {
			return nil, false, errors.Join(err, x.Close())
		}
		return x, changed, nil
	}
	switch {
	case errors.Is(err, ErrDamaged):
		if err := PutAside(dir, err); err != nil {
			return nil, false, err
		}
	case !errors.Is(err, ErrNoIndex):
		return nil, false, err
	}
	if err := Build(ctx, dir, engine, docs); err != nil {
		return nil, false, err
	}
	x, err = Open(dir, engine)
	return x, true, err
}

// sync changes the index so that it holds docs and nothing else, and says whether it had to.
func (x *Index) sync(ctx context.Context, docs Documents) (bool, error) {
	before := x.Digests()
	var c Change
	seen, size := map[string]bool{}, 0
	tooMuch := errors.New("too much has changed")
	err := docs(ctx, func(doc *corpus.Document) error {
		seen[doc.ID] = true
		digest, err := Digest(doc)
		if err != nil || before[doc.ID] == digest {
			return err
		}
		c.Put = append(c.Put, doc)
		if size += len(doc.Text); size > rebuildBytes {
			return tooMuch
		}
		return nil
	})
	if errors.Is(err, tooMuch) {
		return true, x.Rebuild(ctx, docs)
	}
	if err != nil {
		return false, err
	}
	for id := range before {
		if !seen[id] {
			c.Remove = append(c.Remove, id)
		}
	}
	if len(c.Put) > len(before)/2 {
		return true, x.Rebuild(ctx, docs)
	}
	return len(c.Put)+len(c.Remove) > 0, x.Apply(ctx, c)
}

// Rebuild builds the index anew from docs, beside the present one, which is asked until the new one
// takes its place.
func (x *Index) Rebuild(ctx context.Context, docs Documents) error {
	x.changing.Lock()
	defer x.changing.Unlock()
	if err := Build(ctx, x.dir, x.engine, docs); err != nil {
		return err
	}
	return x.refresh()
}

// Refresh takes over what another process has published in the folder since.
func (x *Index) Refresh() error {
	x.changing.Lock()
	defer x.changing.Unlock()
	return x.refresh()
}

func (x *Index) refresh() error {
	c, stated, err := readCurrent(x.dir)
	if err != nil {
		return err
	}
	if bytes.Equal(stated, x.stated) {
		return nil
	}
	return x.adopt(c, stated)
}

// adopt makes c, which CURRENT states, what is asked from now on.
func (x *Index) adopt(c current, stated []byte) error {
	next, err := x.load(c, false)
	if err != nil {
		return err
	}
	x.take(next)
	x.mu.Lock()
	before := x.now
	x.now, x.stated = next, stated
	x.mu.Unlock()
	return x.leave(before)
}

// Apply changes the index; when it returns, questions see the change. Documents that are put as they
// are already cost nothing. Only what is put, and at most [tailSentences] sentences of earlier changes,
// is analysed and written. After an error the index is as it was.
func (x *Index) Apply(ctx context.Context, c Change) error {
	if err := x.alone(ctx, func() error { return x.apply(ctx, c) }); err != nil {
		return fmt.Errorf("change index in %q: %w", x.dir, err)
	}
	return nil
}

// alone calls change while nobody else changes the index, in this process or another, on what was published last.
func (x *Index) alone(ctx context.Context, change func() error) (err error) {
	x.changing.Lock()
	defer x.changing.Unlock()
	unlock, err := lock(ctx, x.dir, lockFile, buildPrefix)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := x.refresh(); err != nil {
		return err
	}
	return change()
}

func (x *Index) apply(ctx context.Context, c Change) error {
	put, err := x.news(c.Put)
	if err != nil {
		return err
	}
	gone := slices.DeleteFunc(slices.Clone(c.Remove), func(id string) bool { return x.now.segmentOf(id) == nil })
	for _, doc := range put {
		gone = append(gone, doc.ID)
	}
	if len(gone) == 0 {
		return nil
	}
	var next current
	docs := Of(put...)
	for i, seg := range x.now.segments {
		if len(put) > 0 && i == len(x.now.segments)-1 && seg.sentences() <= x.tail {
			docs = chain(seg.source(gone), docs)
		} else if kept := seg.less(gone); len(kept.Gone) < len(seg.texts.entries) {
			next.Parts = append(next.Parts, kept)
		}
	}
	if len(put) > 0 {
		name, err := buildPart(ctx, x.dir, x.engine, docs)
		if err != nil {
			return err
		}
		next.Parts = append(next.Parts, currentPart{Name: name})
	}
	return x.publish(next)
}

// publish makes c the index, here and in the folder.
func (x *Index) publish(c current) error {
	stated, err := publish(x.dir, c)
	if err != nil {
		return err
	}
	return x.adopt(c, stated)
}

// news returns the documents that differ from what the index holds.
func (x *Index) news(docs []*corpus.Document) ([]*corpus.Document, error) {
	var put []*corpus.Document
	for _, doc := range docs {
		digest, err := Digest(doc)
		if err != nil {
			return nil, err
		}
		if seg := x.now.segmentOf(doc.ID); seg == nil || seg.texts.at[doc.ID].Digest != digest {
			put = append(put, doc)
		}
	}
	return put, nil
}

// less is how CURRENT names the part without the documents gone, of which not all need be in it.
func (s *segment) less(gone []string) currentPart {
	p := currentPart{Name: s.name, Gone: slices.Collect(maps.Keys(s.gone))}
	for _, id := range gone {
		if s.holds(id) {
			p.Gone = append(p.Gone, id)
		}
	}
	p.Gone = distinct(p.Gone)
	return p
}

// source returns the documents of a segment that count, as they are stored, but for some.
func (s *segment) source(without []string) Documents {
	return func(ctx context.Context, yield func(*corpus.Document) error) error {
		for e := range s.documents() {
			if slices.Contains(without, e.ID) {
				continue
			}
			doc, err := s.texts.document(e)
			if err != nil {
				return err
			}
			if err := yield(doc); err != nil {
				return err
			}
		}
		return ctx.Err()
	}
}

// chain returns the documents of one source after those of another.
func chain(sources ...Documents) Documents {
	return func(ctx context.Context, yield func(*corpus.Document) error) error {
		for _, docs := range sources {
			if err := docs(ctx, yield); err != nil {
				return err
			}
		}
		return nil
	}
}

// distinct returns some strings in order, each once.
func distinct(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
