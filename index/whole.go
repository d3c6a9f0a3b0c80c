package index

import (
	"context"
	"fmt"
	"path/filepath"
)

// OpenWhole is [Open] for a start: it reads every file of the index and compares its sum with what was
// published, so that a damaged one is found before it is asked.
func OpenWhole(dir string, engine Engine) (*Index, error) { return open(dir, engine, true) }

// Verify reads every file of the index again and compares its sum. The error wraps [ErrDamaged] when
// one is not what was published; [Index.Rebuild] mends that.
func (x *Index) Verify(ctx context.Context) error {
	s := x.present()
	defer x.leave(s)
	for _, seg := range s.segments {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := checkPart(filepath.Join(x.dir, seg.name), x.engine.Name(), true); err != nil {
			return fmt.Errorf("verify index in %q: %w", x.dir, err)
		}
	}
	return nil
}
