package journal

import (
	"context"
	"errors"
	"fmt"
)

// Find returns the question that bears an alias, without its payload, or [ErrUnknown]. It finds what
// repeats are still recognised of, with [Options.Claims] those of other replicas as well; [ErrAway] means
// that they could not be asked.
func (j *Journal) Find(ctx context.Context, alias string) (Entry, error) {
	var found Entry
	err := j.do(ctx, func(v *view) error {
		e, ok, err := v.byAlias(alias)
		if err != nil {
			return err
		}
		if !ok || !v.remembered(e) {
			return ErrUnknown
		}
		e.Payload = nil
		found = e
		return nil
	})
	if errors.Is(err, ErrUnknown) && j.opts.Claims != nil && alias != "" {
		found, err = j.opts.Claims.Look(ctx, alias)
		found.Elsewhere = true
	}
	if err != nil && !errors.Is(err, ErrNotDurable) {
		return Entry{}, fmt.Errorf("find question: %w", err)
	}
	return found, nil
}
