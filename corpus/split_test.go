package corpus

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A splitCase is one case of testdata/split. Its file holds one sentence a line under a line "# lang
// name". The text is the lines joined by spaces, or by nothing in Chinese and Japanese; where the
// lines of the text are no sentences, the sentences follow a line "# cut".
type splitCase struct {
	lang, name string
	text       string
	want       []string
}

func readSplitCases(t *testing.T) []splitCase {
	t.Helper()
	names, err := filepath.Glob("testdata/split/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	var cases []splitCase
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range strings.Split(strings.TrimSpace(string(data)), "\n\n") {
			cases = append(cases, parseSplitCase(t, name, part))
		}
	}
	return cases
}

func parseSplitCase(t *testing.T, file, part string) splitCase {
	t.Helper()
	lines := strings.Split(part, "\n")
	header, found := strings.CutPrefix(lines[0], "# ")
	lang, name, named := strings.Cut(header, " ")
	if !found || !named || len(lines) < 2 {
		t.Fatalf("%s: no case: %q", file, part)
	}
	c := splitCase{lang: lang, name: header, want: lines[1:]}
	if lang == "-" {
		c.lang = ""
	}
	text := lines[1:]
	if cut := slices.Index(text, "# cut"); cut >= 0 {
		text, c.want = text[:cut], text[cut+1:]
	}
	joint := " "
	if lang == "zh" || lang == "ja" {
		joint = ""
	}
	c.text = strings.Join(text, joint)
	if name == "" {
		t.Fatalf("%s: a case has no name", file)
	}
	return c
}

func TestSplit(t *testing.T) {
	cases := readSplitCases(t)
	if len(cases) < 60 {
		t.Fatalf("only %d cases in testdata/split", len(cases))
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := splitTexts(c.text, c.lang); !slices.Equal(got, c.want) {
				t.Errorf("Split(%q)\n got %q\nwant %q", c.text, got, c.want)
			}
			wrapped := strings.ReplaceAll(c.text, " ", "\n")
			if got, want := len(Split(wrapped, c.lang)), len(c.want); got != want {
				t.Errorf("%d sentences when every space is a line break, want %d", got, want)
			}
		})
	}
}
