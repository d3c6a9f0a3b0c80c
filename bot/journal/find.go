package journal

import (
	"context"
	"errors"
	"fmt"
)

// Find returns the question that bears an alias, without its payload, or [ErrUnknown]. It finds what
// repeats are still recognised of.
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
	if err != nil && !errors.Is(err, ErrNotDurable) {
		return Entry{}, fmt.Errorf("find question: %w", err)
	}
	return found, nil
}
