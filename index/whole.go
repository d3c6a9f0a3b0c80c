package index

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
)

// OpenWhole is [Open] for a start: it reads every file of the index and compares its sum with what was
// published, so that a damaged one is found before it is asked.
func OpenWhole(dir string, engine Engine) (*Index, error) { return open(dir, engine, true) }

// Verify reads every file of the index again and compares its sum. The error wraps [ErrDamaged] when
// one is not what was published; [Index.Rebuild] mends that. Parts that a change or a merge removes meanwhile
// do not count.
func (x *Index) Verify(ctx context.Context) error {
	s := x.present()
	defer x.leave(s)
	for _, seg := range s.segments {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := checkPart(filepath.Join(x.dir, seg.name), x.engine.Name(), true); err != nil && x.has(seg.part) {
			return fmt.Errorf("verify index in %q: %w", x.dir, err)
		}
	}
	return nil
}

// has says whether the index is made of a part, among others.
func (x *Index) has(p *part) bool {
	s := x.present()
	defer x.leave(s)
	return slices.ContainsFunc(s.segments, func(seg *segment) bool { return seg.part == p })
}

// VerifyEngine asks the engine whether what it keeps elsewhere is there; see [Checker]. The error wraps
// [ErrDamaged] when it is not.
func (x *Index) VerifyEngine(ctx context.Context) error {
	s := x.present()
	defer x.leave(s)
	if err := s.check(ctx); err != nil {
		return fmt.Errorf("verify index in %q: %w", x.dir, err)
	}
	return nil
}

// check asks the engine of each part.
func (s *snapshot) check(ctx context.Context) error {
	var err error
	for _, seg := range s.segments {
		if c, ok := seg.search.(Checker); ok {
			err = errors.Join(err, c.Check(ctx))
		}
	}
	return err
}
