package format

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verbatim/corpus"
)

func TestFrontMatter(t *testing.T) {
	day := time.Date(2026, 3, 12, 0, 0, 0, 0, time.UTC)
	cases := []struct {
		name string
		data string
		want corpus.Document
	}{
		{"nested keys", "title: Real title\ncover:\n  title: Nested\n  url: https://example.org/nested", corpus.Document{Title: "Real title"}},
		{"nested keys first", "cover:\n\turl: https://example.org/nested\n- title: Nested\ntitle: Real title", corpus.Document{Title: "Real title"}},
		{"the first of two", "title: One\ntitle: Two\nTitle: Three", corpus.Document{Title: "One"}},
		{"double quotation marks", `title: "Say \"no\" at C:\\x" # comment`, corpus.Document{Title: `Say "no" at C:\x`}},
		{"single quotation marks", "title: 'The baker''s \"bread\"' ", corpus.Document{Title: `The baker's "bread"`}},
		{"quotation mark inside", `title: Rock 'n' "roll"`, corpus.Document{Title: `Rock 'n' "roll"`}},
		{"never closed", "title: \"One\nauthor: 'Ann''", corpus.Document{}},
		{"text behind a quotation", `title: "One" two`, corpus.Document{}},
		{"comments", "# title: No\ntitle: Using C# # as of 2026\nauthor: # nobody\ndate: 2026-03-12\t# Thursday", corpus.Document{Title: "Using C#", Published: day}},
		{"number sign in a link", "url: https://example.org/a#b", corpus.Document{URL: "https://example.org/a#b"}},
		{"colon in a title", "title: Bread: a history", corpus.Document{Title: "Bread: a history"}},
		{"lists and maps", "title: [One, Two]\nauthor: {name: Ann}", corpus.Document{}},
		{"list below", "title:\n- One\nauthor:\n  - Ann\n  - Ben", corpus.Document{}},
		{"blocks", "title: >-\n  One\n  Two\nauthor: |\n  Ann", corpus.Document{}},
		{"references", "title: &a One\nauthor: *a", corpus.Document{}},
		{"archived", "status: Archived", corpus.Document{Archived: true}},
		{"not archived", "status: current\narchived: true", corpus.Document{}},
		{"supersedes one", "supersedes: policies/old.md # since May", corpus.Document{Supersedes: []string{"policies/old.md"}}},
		{"supersedes several", "supersedes: [One, \"Two, or so\", 'Three']", corpus.Document{Supersedes: []string{"One", "Two, or so", "Three"}}},
		{"supersedes a list", "supersedes:\n  - One\n# no\n  - \"Two: b\"\ntags:\n  - Three", corpus.Document{Supersedes: []string{"One", "Two: b"}}},
		{"white space", "title:\t One\u00a0 \x01Two", corpus.Document{Title: "One Two"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got corpus.Document
			if body, want := frontMatter(&got, "---\n"+c.data+"\n---\nBody"), len(c.data)+len("---\n\n---\n"); body != want {
				t.Fatalf("the body starts at %d, want %d", body, want)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestFrontMatterLanguage reads German text whose front matter names a language: where it names
// none, the language is detected.
func TestFrontMatterLanguage(t *testing.T) {
	const text = "Die Bäckerei öffnet um sechs Uhr morgens und schließt, wenn das letzte Brot verkauft ist. " +
		"Wer Roggenbrot haben möchte, sollte deshalb vor dem Mittag kommen."
	cases := []struct{ value, want string }{
		{"en", "en"}, {"EN", "en"}, {"en_US", "en"}, {"en-us", "en"}, {"eng", "en"}, {"'En'", "en"},
		{"zh-Hant-TW", "zh"}, {"pt_BR.UTF-8", "de"}, {"no", "no"}, {"iw", "he"}, {"gsw", "gsw"},
		{"English", "de"}, {"german", "de"}, {"xx", "de"}, {"und", "de"}, {"x-private", "de"}, {"", "de"},
		{"en, fr", "de"}, {"[en]", "de"}, {"42", "de"}, {"en" + strings.Repeat("-en", 20), "de"},
	}
	for _, c := range cases {
		t.Run(c.value, func(t *testing.T) {
			doc, err := Read("x.md", []byte("---\nlanguage: "+c.value+"\n---\n"+text))
			if err != nil {
				t.Fatal(err)
			}
			if doc[0].Language != c.want {
				t.Errorf("got %q, want %q", doc[0].Language, c.want)
			}
		})
	}
}

// TestFrontMatterIsNotTheText detects the language of a short text behind long front matter in
// another language.
func TestFrontMatterIsNotTheText(t *testing.T) {
	english := strings.Repeat("summary: The bakery opens at six in the morning and closes when the last loaf is sold.\n", 10)
	doc, err := Read("x.md", []byte("---\n"+english+"---\nDie Bäckerei öffnet um sechs Uhr und schließt, wenn das letzte Brot verkauft ist.\n"))
	if err != nil {
		t.Fatal(err)
	}
	if doc[0].Language != "de" {
		t.Errorf("got %q, want de", doc[0].Language)
	}
}

// TestFrontMatterThatNeverEnds takes for text what is no front matter, however long it is.
func TestFrontMatterThatNeverEnds(t *testing.T) {
	var keys strings.Builder
	for i := range maxFrontMatter / len("k: v\n") {
		fmt.Fprintf(&keys, "k%d: v\n", i)
	}
	for name, text := range map[string]string{
		"cut off":    "---\ntitle: One",
		"line":       "---\n" + strings.Repeat("a: ", 1_000_000),
		"long":       "---\ntitle: One\n" + keys.String() + "---\nBody",
		"indented":   "---\ntitle: One\n ---\nBody",
		"no newline": "---",
	} {
		t.Run(name, func(t *testing.T) {
			var doc corpus.Document
			if body := frontMatter(&doc, text); body != 0 || doc.Title != "" {
				t.Errorf("the body starts at %d, and the title is %q", body, doc.Title)
			}
		})
	}
}
