package index_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"verbatim/corpus"
	"verbatim/index"
)

// TestSourcesSayWhatNoLongerHolds looks at documents that are archived or replaced, in one part and over
// several, and at one of another collection that claims to replace them.
func TestSourcesSayWhatNoLongerHolds(t *testing.T) {
	old := in("hr", "hr/leave-2024.md", "Leave 2024", "Parents may take twelve weeks of leave.")
	x, _ := update(t, t.TempDir(), old, in("it", "it/mail.md", "Mail", "Mail is kept for ten years."))
	source := func() index.Source {
		t.Helper()
		around, err := x.Around(t.Context(), old.ID, 0, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		if a := ask(t, x, "How many weeks of leave may parents take?", 9); !has(a, around.Document) {
			t.Errorf("an answer names the document otherwise than %+v", around.Document)
		}
		return around.Document
	}
	replacing := func(collection, path, title, name string, day int) *corpus.Document {
		d := in(collection, path, title, "The new rules.")
		d.Supersedes, d.Published = []string{name}, time.Date(2026, 3, day, 0, 0, 0, 0, time.UTC)
		return d
	}
	byPath := replacing("hr", "hr/leave-2025.md", "Leave 2025", old.Path, 1)
	archived := *old
	archived.Archived = true
	for _, tt := range []struct {
		name   string
		change index.Change
		want   string
	}{
		{"nothing", index.Change{}, ""},
		{"by a stranger", index.Change{Put: []*corpus.Document{replacing("it", "it/leave.md", "Leave of IT", old.Path, 9)}}, ""},
		{"by itself", index.Change{Put: []*corpus.Document{replacing("hr", "hr/other.md", "Other", "hr/other.md", 9)}}, ""},
		{"by path", index.Change{Put: []*corpus.Document{byPath}}, "Leave 2025"},
		{"by title, and newer", index.Change{Put: []*corpus.Document{replacing("hr", "hr/leave-2026.md", "Leave 2026", old.Title, 2)}}, "Leave 2026"},
		{"the newest is gone", index.Change{Remove: []string{corpus.DocumentID("hr", "hr/leave-2026.md")}}, "Leave 2025"},
		{"archived besides", index.Change{Put: []*corpus.Document{&archived}}, "Leave 2025"},
		{"both are gone", index.Change{Remove: []string{byPath.ID}}, ""},
	} {
		apply(t, x, tt.change)
		s := source()
		if s.SupersededBy != tt.want || s.Archived != (tt.name == "archived besides" || tt.name == "both are gone") {
			t.Errorf("%s: %+v, want it replaced by %q", tt.name, s, tt.want)
		}
		if s.Outdated() != (s.Archived || tt.want != "") {
			t.Errorf("%s: outdated is %v", tt.name, s.Outdated())
		}
	}
	form, err := json.Marshal(index.Source{Archived: true, SupersededBy: "B"})
	if err != nil || !strings.Contains(string(form), `"archived":true,"superseded_by":"B"`) {
		t.Errorf("JSON form %s: %v", form, err)
	}
}

func has(a index.Answer, s index.Source) bool {
	for _, p := range a.Passages {
		if p.Document == s {
			return true
		}
	}
	return false
}
