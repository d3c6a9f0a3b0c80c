package index

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

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
	// maxParts is how many parts there may be before [Index.Compact] has something to do.
	maxParts = 8
	// maxGone is the share of a part's sentences that may be gone before Compact writes it again.
	maxGone = 0.2
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
	before := map[string]string{}
	for _, d := range x.Documents() {
		before[d.ID] = d.Digest
	}
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
func (x *Index) Apply(ctx context.Context, c Change) (err error) {
	x.changing.Lock()
	defer x.changing.Unlock()
	defer func() {
		if err != nil {
			err = fmt.Errorf("change index in %q: %w", x.dir, err)
		}
	}()
	unlock, err := lock(ctx, x.dir, lockFile, buildPrefix)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := x.refresh(); err != nil {
		return err
	}
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

// Compact makes one part of several small ones, and writes a part again of which much is gone, if
// there are too many of either; questions and changes go on meanwhile. It is to be called now and then,
// and after changes. Done says whether there was something to do.
func (x *Index) Compact(ctx context.Context) (done bool, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("compact index in %q: %w", x.dir, err)
		}
	}()
	s := x.present()
	defer x.leave(s)
	merged := toMerge(s.segments)
	if len(merged) == 0 {
		return false, nil
	}
	unlock, err := lock(ctx, x.dir, mergeLock, mergePrefix)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	var sources []Documents
	for _, seg := range merged {
		sources = append(sources, seg.source(nil))
	}
	build, m, err := writePart(ctx, x.dir, mergePrefix, x.engine, leisurely(chain(sources...)))
	if err != nil {
		return false, err
	}
	return true, errors.Join(x.replace(ctx, merged, build, m), os.RemoveAll(build))
}

// leisurely pauses after each document for as long as the work on it took, so that questions find a processor
// free while parts are merged.
func leisurely(docs Documents) Documents {
	return func(ctx context.Context, yield func(*corpus.Document) error) error {
		began := time.Now()
		return docs(ctx, func(doc *corpus.Document) error {
			if err := yield(doc); err != nil {
				return err
			}
			select {
			case <-time.After(time.Since(began)):
			case <-ctx.Done():
				return context.Cause(ctx)
			}
			began = time.Now()
			return nil
		})
	}
}

// toMerge chooses parts to make one of: the smallest, and each further one that is at most twice as
// large as those before together, or of which too much is gone. So a sentence is written again a number
// of times that grows with the logarithm of the size of the index.
func toMerge(segments []*segment) []*segment {
	bySize := slices.Clone(segments)
	slices.SortStableFunc(bySize, func(a, b *segment) int { return a.sentences() - b.sentences() })
	var chosen []*segment
	size := 0
	for i, seg := range bySize {
		n := seg.sentences()
		many := len(segments) > maxParts && (i < 2 || n <= 2*size)
		if many || seg.wasted() > maxGone*float64(n) {
			chosen = append(chosen, seg)
			size += n
		}
	}
	return chosen
}

// wasted is the number of sentences of documents that no longer count.
func (s *segment) wasted() float64 {
	n := 0
	for id := range s.gone {
		n += s.texts.at[id].Sentences
	}
	return float64(n)
}

// replace publishes what was merged into the folder build in place of the parts it was made of. What
// has been changed meanwhile stays so.
func (x *Index) replace(ctx context.Context, merged []*segment, build string, m partManifest) (err error) {
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
	var next current
	var gone []string
	found := 0
	for _, seg := range x.now.segments {
		i := slices.IndexFunc(merged, func(old *segment) bool { return old.part == seg.part })
		if i < 0 {
			next.Parts = append(next.Parts, seg.less(nil))
			continue
		}
		found++
		for id := range seg.gone {
			if !merged[i].gone[id] {
				gone = append(gone, id)
			}
		}
	}
	if found < len(merged) {
		return nil // Somebody has built the index anew.
	}
	name, err := settle(x.dir, build, m)
	if err != nil {
		return err
	}
	next.Parts = slices.Insert(next.Parts, 0, currentPart{Name: name, Gone: distinct(gone)})
	return x.publish(next)
}

// distinct returns some strings in order, each once.
func distinct(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
