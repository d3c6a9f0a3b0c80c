package corpus

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

// TestLinearTime runs hostile texts of 4 and 64 KB and compares their times: what is quadratic takes
// 256 times as long for sixteen times the text, and what is linear sixteen times. Each text is run
// as it is and with a letter behind it, because marks alone are often a ruler.
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
		"numbered marks":   "1. ",
		"star marks":       "* ",
		"mixed marks":      "- 1. * + 2) ",
		"tabbed marks":     "-\t",
		"quoted marks":     "> - ",
		"marked quotes":    "- > ",
		"task marks":       "- [ ] ",
		"cells":            "| a ",
		"bare cells":       "|",
		"CR tables":        "|\r",
		"CR table rows":    "|a|\r|-|\r",
		"hash marks":       "#",
		"comment lines":    "<!--\n",
		"whole comments":   "<!-- -->\n",
		"footnote marks":   "[^a]: ",
		"tildes":           "~~~",
		"indented code":    "    a\n\n",
		"titles":           "A\n\n",
		"tabbed clock":     "x\ta.m.\tB\t",
	}
	for name, part := range parts {
		for what, tail := range map[string]string{"": "", " before text": "a"} {
			t.Run(name+what, func(t *testing.T) {
				short := strings.Repeat(part, 4_000/len(part))
				testLinear(t, short+tail, strings.Repeat(short, growth)+tail)
			})
		}
	}
}

// growth is how many times as long the long text is, and tooMuch how many times as long it may not
// take: eight times what is linear, and half of what is quadratic. A busy machine may be the reason, so
// that it must be so in all of many attempts.
const (
	growth   = 16
	tooMuch  = 8 * growth
	attempts = 20
)

// testLinear fails when long takes tooMuch times the time of short. The least of several times is
// compared.
func testLinear(t *testing.T, short, long string) {
	t.Helper()
	shortTime, longTime := sentencesTime(short), sentencesTime(long)
	for attempt := 1; longTime >= tooMuch*shortTime; attempt++ {
		if attempt == attempts {
			t.Fatalf("%v for %d bytes, %v for %d", shortTime, len(short), longTime, len(long))
		}
		shortTime, longTime = min(shortTime, sentencesTime(short)), min(longTime, sentencesTime(long))
	}
}

// sentencesTime is how long it takes to cut text in every way there is, without the collection of
// garbage, which only long texts need.
func sentencesTime(text string) time.Duration {
	runtime.GC()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	began := time.Now()
	Split(text, "")
	DetectLanguage(text)
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
