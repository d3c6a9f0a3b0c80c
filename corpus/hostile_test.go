package corpus

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestLinearTime runs hostile texts of 0.2 and 0.4 MB and compares their times: what is quadratic
// takes four times as long for twice the text.
func TestLinearTime(t *testing.T) {
	parts := map[string]string{
		"dots":             ".",
		"spaced dots":      ". ",
		"quotes":           "\"",
		"closers":          ".\"”’)",
		"openers":          "(“[",
		"stop and openers": ". ((((",
		"no spaces":        "x",
		"blanks":           " ",
		"letters":          "a. b. ",
		"clock":            "x a.m. B ",
		"list numbers":     "1. A ",
		"bullets":          "• ",
		"questions":        "?\" A b",
		"footnotes":        ".[1",
		"brackets":         "[",
		"han":              "語",
		"thai":             "ก",
		"thai with spaces": "ก ",
		"marks":            "e\u0301\u0301",
		"prepended":        "\u0600",
		"flags":            "🇫",
		"emoji":            "👨\u200d",
		"invalid":          "\xff",
		"half runes":       "\xf0\x9f",
		"NUL":              "\x00",
		"bidi":             "\u202e\u2066",
		"lines":            "a\n",
		"carriage returns": "\r",
		"list lines":       "- a\n",
		"quoted lines":     "> > > a\n",
		"quote marks":      ">",
		"list marks":       "- ",
		"fences":           "```\n",
		"backquotes":       "`",
		"links":            "[a](<b",
		"comments":         "<!--",
		"tags":             "<a ",
		"tables":           "|a|\n|-|\n",
		"hashes":           "# ",
		"definitions":      "[a]: b\n",
		"underlines":       "a\n---\n",
	}
	for name, part := range parts {
		t.Run(name, func(t *testing.T) {
			half := strings.Repeat(part, 200_000/len(part))
			for attempt := range 3 {
				short, long := sentencesTime(half), sentencesTime(half+half)
				if long < 50*time.Millisecond || long < 3*short {
					return
				}
				t.Logf("attempt %d: %v for 0.2 MB, %v for 0.4 MB", attempt, short, long)
			}
			t.Error("twice the text takes three times as long or more")
		})
	}
}

// sentencesTime is how long it takes to cut text in every way there is.
func sentencesTime(text string) time.Duration {
	began := time.Now()
	Split(text, "")
	for _, blocks := range [][]Block{TextBlocks(text), MarkdownBlocks(text)} {
		doc := Document{Text: text, Blocks: blocks}
		doc.Sentences()
	}
	return time.Since(began)
}

func BenchmarkSplit(b *testing.B) {
	text := strings.ReplaceAll(macronPutinCall, "\n", " ")
	for _, lang := range []string{"en", ""} {
		b.Run("lang="+lang, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				Split(text, lang)
			}
		})
	}
}

func BenchmarkSentences(b *testing.B) {
	doc := Document{Text: usingVerbatim, Language: "en"}
	b.SetBytes(int64(len(doc.Text)))
	for b.Loop() {
		doc.Blocks = MarkdownBlocks(doc.Text)
		doc.Sentences()
	}
}

// BenchmarkShared measures the cutting of a real corpus, where there is one beside the tree.
func BenchmarkShared(b *testing.B) {
	names, _ := filepath.Glob("../../shared/eval/squad2/corpus/*.md")
	var docs []Document
	size := 0
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		docs = append(docs, Document{Text: string(data), Language: "en"})
		size += len(data)
	}
	if size == 0 {
		b.Skip("the judged sets are not beside the tree")
	}
	b.SetBytes(int64(size))
	for b.Loop() {
		for _, doc := range docs {
			doc.Blocks = MarkdownBlocks(doc.Text)
			doc.Sentences()
		}
	}
}
