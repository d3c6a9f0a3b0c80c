package index

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"verbatim/corpus"
)

const (
	// maxParts is how many parts there may be before [Index.Compact] has something to do.
	maxParts = 8
	// maxGone is the share of a part's sentences that may be gone before Compact writes it again.
	maxGone = 0.2
	// restAfter is how long a merge works without a pause: shorter ones would not end in time.
	restAfter = 10 * time.Millisecond
	// busyFor is how long after a question the index counts as one that is asked.
	busyFor = 5 * time.Second
)

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
	merged := toMerge(s.segments, x.tail)
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
	build, m, err := writePart(ctx, x.dir, mergePrefix, x.engine, leisurely(chain(sources...), x.busy))
	if err != nil {
		return false, err
	}
	err = x.alone(ctx, func() error { return x.replace(merged, build, m) })
	return true, errors.Join(err, os.RemoveAll(build))
}

// leisurely pauses now and then, while busy, for as long as the work on the documents since the last pause took,
// so that questions find a processor free while parts are merged.
func leisurely(docs Documents, busy func() bool) Documents {
	return func(ctx context.Context, yield func(*corpus.Document) error) error {
		began := time.Now()
		return docs(ctx, func(doc *corpus.Document) error {
			if err := yield(doc); err != nil {
				return err
			}
			worked := time.Since(began)
			if worked < restAfter {
				return nil
			}
			if busy() {
				select {
				case <-time.After(worked):
				case <-ctx.Done():
					return context.Cause(ctx)
				}
			}
			began = time.Now()
			return nil
		})
	}
}

// busy says that the index is asked.
func (x *Index) busy() bool { return time.Now().UnixNano()-x.asked.Load() < int64(busyFor) }

// toMerge chooses parts to make one of: the smallest, and each further one that is at most twice as
// large as those before together, or of which too much is gone. So a sentence is written again a number
// of times that grows with the logarithm of the size of the index. While the last part has at most tail
// sentences the next change writes it again, and what was made of it meanwhile would be lost with the
// others' share in it: it is chosen alone or not at all.
func toMerge(segments []*segment, tail int) []*segment {
	many := len(segments) > maxParts
	var last []*segment
	if n := len(segments) - 1; n >= 0 && segments[n].sentences() <= tail {
		segments, last = segments[:n], segments[n:]
	}
	bySize := slices.Clone(segments)
	slices.SortStableFunc(bySize, func(a, b *segment) int { return a.sentences() - b.sentences() })
	var chosen []*segment
	size := 0
	for i, seg := range bySize {
		if n := seg.sentences(); many && (i < 2 || n <= 2*size) || seg.holey() {
			chosen = append(chosen, seg)
			size += n
		}
	}
	if len(chosen) == 0 && len(last) > 0 && last[0].holey() {
		return last
	}
	return chosen
}

// holey says that too much of a segment is gone.
func (s *segment) holey() bool { return float64(s.wasted()) > maxGone*float64(s.sentences()) }

// replace publishes what was merged into the folder build in place of the parts it was made of. What
// has been changed meanwhile stays so. It is called by [Index.alone].
func (x *Index) replace(merged []*segment, build string, m partManifest) error {
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
		return nil // Somebody has built the index anew, or written one of the parts again.
	}
	name, err := settle(x.dir, build, m)
	if err != nil {
		return err
	}
	next.Parts = slices.Insert(next.Parts, 0, currentPart{Name: name, Gone: distinct(gone)})
	return x.publish(next)
}
