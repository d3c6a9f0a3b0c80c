package eval_test

import (
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verbatim/corpus"
	"verbatim/corpus/source"
	"verbatim/index"
	"verbatim/index/bleve"
	"verbatim/index/eval"
)

// TestMisheardQuestions asks questions of the judged sets as an ear takes them, with a question mark and without one: only
// without one the index listens, which is to put more of them right than it puts wrong, in each set.
func TestMisheardQuestions(t *testing.T) {
	folder := shared(t)
	for _, name := range []string{"squad2", "squadshifts-wiki", "xquad-en"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			listened, deaf := misheard(t, filepath.Join(folder, name), 500)
			gained, lost := 0, 0
			for i := range listened {
				switch {
				case listened[i] && !deaf[i]:
					gained++
				case deaf[i] && !listened[i]:
					lost++
				}
			}
			t.Logf("%s: of %d misheard questions %d are right if it listens that are not else, and %d the other way round", name, len(listened), gained, lost)
			if gained <= lost {
				t.Errorf("%d gained, %d lost", gained, lost)
			}
		})
	}
}

// misheard asks n answerable questions of a set and returns which get the right sentence first, listened to and not.
func misheard(t *testing.T, dir string, n int) (listened, deaf []bool) {
	set, err := eval.Load(filepath.Join(dir, "questions.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var docs []*corpus.Document
	texts := map[string]string{}
	if err := source.NewFolder(filepath.Join(dir, "corpus"), source.FolderOptions{Settle: time.Millisecond}).Documents(t.Context(), func(d *corpus.Document) error {
		docs, texts[d.Path] = append(docs, d), d.Text
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	x, _, err := index.Update(t.Context(), t.TempDir(), bleve.Engine{}, index.Of(docs...))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	random := rand.New(rand.NewPCG(11, 12))
	ear, judge := newEar(texts, random), eval.NewJudge(texts)
	random.Shuffle(len(set.Questions), func(i, j int) { set.Questions[i], set.Questions[j] = set.Questions[j], set.Questions[i] })
	for _, q := range set.Questions {
		if q.Unanswerable || len(listened) == n {
			continue
		}
		heard := strings.TrimSpace(ear.question(q.Text))
		right := judge.Of(&q)
		first := func(question string) bool {
			a, err := x.Ask(t.Context(), question, index.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return len(a.Passages) > 0 && right(&a.Passages[0])
		}
		listened, deaf = append(listened, first(heard)), append(deaf, first(heard+"?"))
	}
	return listened, deaf
}
