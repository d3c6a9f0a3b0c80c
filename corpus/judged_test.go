package corpus

import (
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
)

// splitTexts returns the texts of the sentences that Split finds.
func splitTexts(text, lang string) []string {
	var out []string
	for _, span := range Split(text, lang) {
		out = append(out, text[span.Start:span.End])
	}
	return out
}

// TestGoldenRules holds Split to the English Golden Rules. One may be missed: it begins a
// sentence with the ellipsis that ends the one before.
func TestGoldenRules(t *testing.T) {
	type rule struct {
		Name, Text string
		Sentences  []string
	}
	wrong := 0
	for _, r := range readLines[rule](t, sharedFile(t, "eval/splitter/golden-rules-en.jsonl")) {
		if got := splitTexts(r.Text, "en"); !slices.Equal(got, r.Sentences) {
			wrong++
			t.Logf("%s\n got %q\nwant %q", r.Name, got, r.Sentences)
		}
	}
	if wrong > 1 {
		t.Errorf("%d golden rules are broken, at most 1 may be", wrong)
	}
	t.Logf("%d golden rules are broken", wrong)
}

// judged is a question with the sentences that answer it and the answers within them.
type judged struct {
	Doc     string
	Gold    []string
	Answers []string
}

// TestAnswersStayWhole counts the answers, as people marked them in the text, that a boundary cuts
// in two.
func TestAnswersStayWhole(t *testing.T) {
	sets := []struct {
		name, lang string
		most       float64 // percent
	}{
		{"squadshifts-wiki", "en", 0.2},
		{"xquad-en", "en", 0.3},
		{"xquad-de", "de", 0.3},
		{"xquad-es", "es", 0.3},
		{"xquad-zh", "zh", 0.3},
	}
	for _, set := range sets {
		t.Run(set.name, func(t *testing.T) {
			docs := documents(t, set.name, set.lang)
			spans, cut := 0, 0
			seen := map[[2]string]bool{}
			for _, q := range readLines[judged](t, sharedFile(t, "eval/"+set.name+"/questions.jsonl")) {
				doc := docs[q.Doc]
				for _, answer := range q.Answers {
					start := strings.Index(doc.text, answer)
					if start < 0 || answer == "" || strings.Contains(answer, "\n") {
						continue
					}
					spans++
					if doc.inside(start, start+len(answer)) {
						continue
					}
					cut++
					if key := [2]string{q.Doc, answer}; !seen[key] {
						seen[key] = true
						t.Logf("%s: %q", q.Doc, doc.text[max(0, start-30):min(len(doc.text), start+len(answer)+30)])
					}
				}
			}
			share := 100 * float64(cut) / float64(spans)
			t.Logf("%d of %d answers are cut, %.3f %%", cut, spans, share)
			if spans == 0 || share > set.most {
				t.Errorf("%.3f %% of the answers are cut, at most %.1f %% may be", share, set.most)
			}
		})
	}
}

// TestGoldSentences counts the sentences of other splitters that Split finds too. Those of the German
// and Spanish sets cut behind every ordinal and initial, so that their bars are low: what is logged
// as "joined" there is right.
func TestGoldSentences(t *testing.T) {
	sets := []struct {
		name, lang string
		least      float64 // percent
	}{
		{"squad2", "en", 99},
		{"squadshifts-wiki", "en", 98},
		{"xquad-en", "en", 99},
		{"xquad-de", "de", 87},
		{"xquad-es", "es", 92},
		{"xquad-zh", "zh", 97},
	}
	for _, set := range sets {
		t.Run(set.name, func(t *testing.T) {
			docs := documents(t, set.name, set.lang)
			gold := map[[2]string]bool{}
			for _, q := range readLines[judged](t, sharedFile(t, "eval/"+set.name+"/questions.jsonl")) {
				for _, sentence := range q.Gold {
					gold[[2]string{q.Doc, sentence}] = true
				}
			}
			found := 0
			for key := range gold {
				doc := docs[key[0]]
				if slices.Contains(doc.sentences, key[1]) {
					found++
				} else if i := strings.Index(doc.text, key[1]); i >= 0 {
					doc.logDifference(t, key[0], i, i+len(key[1]))
				}
			}
			share := 100 * float64(found) / float64(len(gold))
			t.Logf("%d of %d gold sentences are found, %.2f %%", found, len(gold), share)
			if share < set.least {
				t.Errorf("%.2f %% of the gold sentences are found, at least %.0f %% should be", share, set.least)
			}
		})
	}
}

// cutDocument is a document with its sentences.
type cutDocument struct {
	text      string
	spans     []Sentence
	sentences []string
}

func documents(t *testing.T, set, lang string) map[string]cutDocument {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(sharedFile(t, "eval/"+set+"/corpus"), "*.md"))
	if err != nil || len(names) == 0 {
		t.Fatalf("set %s holds no documents: %v", set, err)
	}
	docs := map[string]cutDocument{}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		doc := Document{Language: lang, Text: string(data), Blocks: MarkdownBlocks(string(data))}
		c := cutDocument{text: doc.Text, spans: doc.Sentences()}
		for _, s := range c.spans {
			c.sentences = append(c.sentences, s.Text)
		}
		docs[filepath.Base(name)] = c
	}
	return docs
}

// inside says whether one sentence holds the span, or the span runs over paragraphs.
func (c cutDocument) inside(start, end int) bool {
	i := sort.Search(len(c.spans), func(i int) bool { return c.spans[i].End > start })
	j := sort.Search(len(c.spans), func(i int) bool { return c.spans[i].End >= end })
	return i == j || j == len(c.spans) || c.spans[i].Paragraph != c.spans[j].Paragraph
}

// logDifference logs the boundaries that are ours alone ("cut") or theirs alone ("joined") in the
// span of a gold sentence.
func (c cutDocument) logDifference(t *testing.T, name string, start, end int) {
	t.Helper()
	show := func(what string, at int) {
		t.Logf("%s: %s %q | %q", name, what, c.text[max(0, at-40):at], c.text[at:min(len(c.text), at+40)])
	}
	for _, s := range c.spans {
		if s.Start < start && s.End > start {
			show("joined", start)
		}
		if s.End > start && s.End < end {
			show("cut", s.End)
		}
		if s.Start < end && s.End > end {
			show("joined", end)
		}
	}
}
