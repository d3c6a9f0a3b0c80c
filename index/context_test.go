package index_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAround(t *testing.T) {
	x, _ := update(t, t.TempDir(), handbook...)
	id := handbook[0].ID
	for _, tt := range []struct {
		ordinal, before, after int
		want                   []string
	}{
		{1, 0, 0, []string{"Ask your manager in March."}},
		{1, 9, 1, []string{"Parents may take twelve weeks of leave.", "Ask your manager in March.", "The office closes on Friday."}},
		{2, -1, 9, []string{"The office closes on Friday."}},
	} {
		got, err := x.Around(t.Context(), id, tt.ordinal, tt.before, tt.after)
		var texts []string
		for _, s := range got.Sentences {
			texts = append(texts, s.Text)
		}
		if diff := cmp.Diff(tt.want, texts); err != nil || diff != "" || got.Document.Title != "Leave" {
			t.Errorf("around %d of %q: %v\n%s", tt.ordinal, got.Document.Title, err, diff)
		}
	}
	for _, ordinal := range []int{-1, 3} {
		if _, err := x.Around(t.Context(), id, ordinal, 1, 1); err == nil {
			t.Errorf("there is a sentence %d", ordinal)
		}
	}
	if _, err := x.Around(t.Context(), "gone", 0, 1, 1); err == nil {
		t.Error("there is a document that is not there")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Around(ctx, id, 0, 1, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want cancelled", err)
	}
}
