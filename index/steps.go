package index

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"verbatim/corpus"
)

const (
	// stageDir is where an index grows that is built in steps. It is an index folder of its own.
	stageDir = "stage"
	// stepBytes is the amount of text from which a first step ends: some 250,000 sentences. Each further
	// step is as large as all before it, so that there are few, and at most half of a build is lost.
	stepBytes = 25 << 20
)

// BuildInSteps is [Build] for engines to which everything is sent over a network: what it has built stands
// in steps, and a build that was stopped goes on after the last one, as far as the documents are still the
// same. Until it returns, and when it fails, the index in dir stays as it is.
func BuildInSteps(ctx context.Context, dir string, engine Engine, docs Documents) error {
	return buildInSteps(ctx, dir, engine, docs, stepBytes)
}

func buildInSteps(ctx context.Context, dir string, engine Engine, docs Documents, step int) (err error) {
	stage := filepath.Join(dir, stageDir)
	defer func() {
		if err != nil {
			err = fmt.Errorf("build index in %q: %w", dir, err)
		}
	}()
	if err := os.MkdirAll(stage, 0o700); err != nil {
		return err
	}
	unlock, err := lock(ctx, stage, lockFile, buildPrefix)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := grow(ctx, stage, engine, docs, step); err != nil {
		return err
	}
	whole, err := EditionIn(stage, engine)
	if err != nil {
		return err
	}
	if _, err := Adopt(ctx, dir, engine, whole, takeFiles); err != nil {
		return err
	}
	return emptyStage(stage)
}

// RebuildInSteps is [Index.Rebuild] as [BuildInSteps] builds.
func (x *Index) RebuildInSteps(ctx context.Context, docs Documents) error {
	x.changing.Lock()
	defer x.changing.Unlock()
	if err := BuildInSteps(ctx, x.dir, x.engine, docs); err != nil {
		return err
	}
	return x.refresh()
}

// emptyStage removes what grew; the folder and its lock stay.
func emptyStage(stage string) error {
	if err := os.Remove(filepath.Join(stage, currentFile)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return removeOld(stage)
}

// takeFiles puts the files of a part of the same disk into folder.
func takeFiles(_ context.Context, p EditionPart, folder string) error {
	for _, f := range p.Files {
		name := filepath.FromSlash(f.Path)
		if err := LinkFile(filepath.Join(p.Folder, name), filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	return nil
}

// LinkFile gives a file that never changes a second name, in a folder that is made if needed. On a disk without
// links it is copied, which makes nothing durable.
func LinkFile(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	if os.Link(from, to) == nil {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// grow brings the index in stage up to docs, a step at a time.
func grow(ctx context.Context, stage string, engine Engine, docs Documents, step int) error {
	x, err := Open(stage, engine)
	if err == nil {
		if err = x.now.check(ctx); err != nil {
			err = errors.Join(err, x.Close())
		}
	}
	switch {
	case errors.Is(err, ErrNoIndex), errors.Is(err, ErrDamaged):
		if err := emptyStage(stage); err != nil {
			return err
		}
		x = &Index{dir: stage, engine: engine, cache: cacheOf(engine), now: &snapshot{refs: 1}}
	case err != nil:
		return err
	}
	g := grower{x: x, step: step, standing: x.Digests(), seen: map[string]bool{}, fed: make(chan *corpus.Document)}
	group, both := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(g.fed)
		return docs(both, func(doc *corpus.Document) error { return g.feed(both, doc) })
	})
	group.Go(func() error { return g.build(both) })
	err = group.Wait()
	if err == nil {
		err = g.finish()
	}
	return errors.Join(err, x.Close())
}

// A grower adds parts to an index, of which nobody asks anything yet.
type grower struct {
	x        *Index
	step     int
	standing map[string]string // digest by document
	seen     map[string]bool
	fed      chan *corpus.Document
	bytes    int // in the steps so far
	ended    bool
}

// feed hands a document to the step that is being built, unless it stands already.
func (g *grower) feed(ctx context.Context, doc *corpus.Document) error {
	if g.seen[doc.ID] {
		return fmt.Errorf("document %q: another one has its ID", doc.Path)
	}
	g.seen[doc.ID] = true
	digest, err := Digest(doc)
	if err != nil || g.standing[doc.ID] == digest {
		return err
	}
	select {
	case g.fed <- doc:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// build builds steps until nothing more is fed. One without documents is built where there is none at all.
func (g *grower) build(ctx context.Context) error {
	for !g.ended {
		first, ok := <-g.fed
		if err := ctx.Err(); err != nil {
			return err // the feeding has failed: what came is not all
		}
		if !ok {
			g.ended = true
			if len(g.x.now.segments) > 0 {
				return nil
			}
		}
		if err := g.add(ctx, first); err != nil {
			return err
		}
	}
	return nil
}

// add builds the next step, which begins with a document.
func (g *grower) add(ctx context.Context, first *corpus.Document) error {
	size, put := 0, map[string]bool{}
	limit := max(g.step, g.bytes)
	name, err := buildPart(ctx, g.x.dir, g.x.engine, func(ctx context.Context, yield func(*corpus.Document) error) error {
		for doc := first; doc != nil; doc = <-g.fed {
			put[doc.ID] = true
			if err := yield(doc); err != nil {
				return err
			}
			if size += len(doc.Text); size >= limit {
				return ctx.Err()
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	g.bytes += size
	return g.publish(currentPart{Name: name}, func(id string) bool { return put[id] })
}

// publish makes the steps so far, without some documents, and a new one the index.
func (g *grower) publish(last currentPart, without func(id string) bool) error {
	var next current
	for _, seg := range g.x.now.segments {
		var gone []string
		for e := range seg.documents() {
			if without(e.ID) {
				gone = append(gone, e.ID)
			}
		}
		if kept := seg.less(gone); len(kept.Gone) < len(seg.texts.entries) || last.Name == "" {
			next.Parts = append(next.Parts, kept)
		}
	}
	if last.Name != "" {
		next.Parts = append(next.Parts, last)
	}
	return g.x.publish(next)
}

// finish takes out what was in an earlier build and is no longer there.
func (g *grower) finish() error {
	for id := range g.standing {
		if !g.seen[id] {
			return g.publish(currentPart{}, func(id string) bool { return !g.seen[id] })
		}
	}
	return nil
}
