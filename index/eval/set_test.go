package eval_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verbatim/index/eval"
)

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		name, lines string
		want        []eval.Question
	}{
		{"gold", `{"id": "7", "q": "How?", "doc": "a.md", "gold": ["So.", "Thus."], "answers": ["so"]}`,
			[]eval.Question{{ID: "7", Text: "How?", Doc: "a.md", Gold: []string{"So.", "Thus."}}}},
		{"nothing answers it", `{"id": "8", "q": "Why?", "gold": []}`, []eval.Question{{ID: "8", Text: "Why?", Gold: []string{}, Unanswerable: true}}},
		{"nothing in the named document does", `{"q": "Why?", "doc": "a.md", "gold": []}`,
			[]eval.Question{{ID: "Why?", Text: "Why?", Doc: "a.md", Gold: []string{}, Unanswerable: true}}},
		{"document alone", `{"q": "Where?", "doc": "people/a.md"}`, []eval.Question{{ID: "Where?", Text: "Where?", Doc: "people/a.md"}}},
		{"null is as good as absent", `{"q": "Where?", "doc": "a.md", "gold": null, "words": null}`, []eval.Question{{ID: "Where?", Text: "Where?", Doc: "a.md"}}},
		{"words", `{"q": "How long?", "words": "two-hour call"}`, []eval.Question{{ID: "How long?", Text: "How long?", Words: []string{"two-hour call"}}}},
		{"several wordings", `{"q": "How long?", "words": ["two hours", "2 h"]}`,
			[]eval.Question{{ID: "How long?", Text: "How long?", Words: []string{"two hours", "2 h"}}}},
		{"byte order mark, carriage returns and empty lines", "\ufeff{\"q\":\"A?\",\"doc\":\"a\"}\r\n\r\n  \n{\"q\":\"B?\",\"doc\":\"b\"}\r\n",
			[]eval.Question{{ID: "A?", Text: "A?", Doc: "a"}, {ID: "B?", Text: "B?", Doc: "b"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set, err := eval.Parse("q.jsonl", strings.NewReader(tt.lines))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, set.Questions); diff != "" || set.Name != "q.jsonl" {
				t.Errorf("set %q differs:\n%s", set.Name, diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, tt := range []struct{ name, lines, message string }{
		{"nothing", "\n\n", "q.jsonl: it holds none"},
		{"plain text", "How?", "q.jsonl line 1: no judged question"},
		{"no question", `{"doc": "a.md"}`, `line 1: no "q"`},
		{"nothing to judge by", "{\"q\": \"A?\", \"doc\": \"a\"}\n\n{\"q\": \"How?\"}", "line 3: nothing to judge by"},
		{"words of a question that nothing answers", `{"q": "How?", "gold": [], "words": "so"}`, "yet \"words\" says what does"},
		{"words without a letter", `{"q": "How?", "words": ["so", "--"]}`, "no letter and no digit"},
		{"words of another type", `{"q": "How?", "words": 7}`, "neither a text nor a list"},
		{"empty words", `{"q": "How?", "words": ""}`, "neither a text nor a list"},
		{"gold of another type", `{"q": "How?", "gold": "so"}`, "no judged question"},
		{"a line without an end", `{"q": "` + strings.Repeat("a", 2<<20) + `"}`, "q.jsonl after line 0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := eval.Parse("q.jsonl", strings.NewReader(tt.lines))
			if err == nil || !strings.Contains(err.Error(), tt.message) {
				t.Errorf("error %v, want one with %q", err, tt.message)
			}
		})
	}
	if _, err := eval.Load(filepath.Join(t.TempDir(), "none.jsonl")); err == nil || !strings.Contains(err.Error(), "load questions") {
		t.Errorf("a file that is not there: error %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"id": "7", "q": "How?", "doc": "a.md", "gold": ["So."]}`)
	f.Add("{\"q\": \"A?\", \"words\": [\"a\"]}\n\n{\"q\": \"B?\", \"gold\": []}")
	f.Add("\ufeff{\"q\": \"谁？\", \"words\": \"ﬁne\"}")
	f.Fuzz(func(t *testing.T, lines string) {
		set, err := eval.Parse("q.jsonl", strings.NewReader(lines))
		if err != nil {
			return
		}
		if len(set.Questions) == 0 {
			t.Error("a set without a question is no error")
		}
		for _, q := range set.Questions {
			if q.Text == "" || q.ID == "" {
				t.Errorf("question %+v has no text or no ID", q)
			}
			if !q.Unanswerable && q.Doc == "" && len(q.Gold) == 0 && len(q.Words) == 0 {
				t.Errorf("question %+v cannot be judged", q)
			}
			if kind := eval.KindOf(q.Text); kind == "" {
				t.Errorf("question %q has no kind", q.Text)
			}
		}
	})
}
