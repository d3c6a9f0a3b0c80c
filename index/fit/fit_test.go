package fit

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"verbatim/corpus"
	"verbatim/corpus/source"
	"verbatim/index"
	"verbatim/index/bleve"
	"verbatim/index/eval"
)

// groups returns questions of which the right candidate has the greatest sum of its first two features,
// the second of which counts only above 0.5; the third is noise.
func groups(n int) *Table {
	random := rand.New(rand.NewPCG(3, 4))
	t := &Table{Width: 3, Groups: []int{0}}
	for range n {
		best, at := math.Inf(-1), 0
		from := t.Rows()
		for range 10 {
			row := []float64{random.Float64(), random.Float64(), random.Float64()}
			worth := row[0]
			if row[1] > 0.5 {
				worth++
			}
			if worth > best {
				best, at = worth, t.Rows()
			}
			t.add(row, false, 1)
		}
		t.Wanted[at] = 1
		t.Groups = append(t.Groups, from+10)
	}
	return t
}

func TestRankingIsLearned(t *testing.T) {
	how := Trees{Count: 60, Leaves: 5, Rate: 0.2, Least: 20, Ridge: 1, Features: 1, Groups: 0.8}
	table := groups(800)
	trees := grow(table, how, first, 1)
	if again := grow(table, how, first, 1); !reflect.DeepEqual(trees, again) {
		t.Error("the same questions give other trees the second time")
	}
	fresh, right := groups(1000), 0
	for g := range len(fresh.Groups) - 1 {
		at, top := 0, math.Inf(-1)
		for row := fresh.Groups[g]; row < fresh.Groups[g+1]; row++ {
			if s := Score(trees, fresh.Values[row*3:row*3+3]); s > top {
				at, top = row, s
			}
		}
		if fresh.Wanted[at] == 1 {
			right++
		}
	}
	if right < 850 {
		t.Errorf("%d of 1000 are first, want 850", right)
	}
}

func TestChanceIsLearned(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	table := &Table{Width: 2, Groups: []int{0}}
	for range 6000 {
		x := random.Float64()
		table.add([]float64{x, random.Float64()}, random.Float64() < x*x, 1)
		table.Groups = append(table.Groups, table.Rows())
	}
	trees := grow(table, Trees{Count: 80, Leaves: 4, Rate: 0.1, Least: 100, Ridge: 5, Features: 1, Groups: 0.7}, chance, 1)
	for _, x := range []float64{0.2, 0.5, 0.8} {
		if p := 1 / (1 + math.Exp(-Score(trees, []float64{x, 0.5}))); math.Abs(p-x*x) > 0.08 {
			t.Errorf("chance at %g is %.2f, want %.2f", x, p, x*x)
		}
	}
}

// TestFit learns a few trees from the small golden set and reads what it wrote.
func TestFit(t *testing.T) {
	dir := filepath.Join("..", "eval", "testdata", "golden")
	set, err := eval.Load(filepath.Join(dir, "questions.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var docs []*corpus.Document
	if err := source.NewFolder(filepath.Join(dir, "corpus"), source.FolderOptions{Settle: time.Millisecond}).Documents(t.Context(), func(d *corpus.Document) error {
		docs = append(docs, d)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	c := collector{engine: bleve.Engine{}, log: &log}
	if err := c.collect(t.Context(), docs, set); err != nil {
		t.Fatal(err)
	}
	small := Trees{Count: 3, Leaves: 3, Rate: 0.1, Least: 20, Ridge: 1, Features: 0.5, Groups: 0.7}
	to := t.TempDir()
	if err := c.learn(small, small, "test", to); err != nil {
		t.Fatal(err)
	}
	for file, names := range map[string][]string{RankingFile: index.Features(), ConfidenceFile: index.Outlooks()} {
		var written struct {
			Origin   string
			Features []string
			Trees    []Tree
		}
		data, err := os.ReadFile(filepath.Join(to, file))
		if err == nil {
			err = json.Unmarshal(data, &written)
		}
		if err != nil || written.Origin != "test" || !reflect.DeepEqual(written.Features, names) || len(written.Trees) != 3 || len(written.Trees[0].Yes) < 3 {
			t.Errorf("%s: %v, origin %q, %d trees", file, err, written.Origin, len(written.Trees))
		}
	}
	right, wrong := 0, 0
	for i := range c.asked {
		if c.asked[i].held {
			right++
		} else {
			wrong++
		}
	}
	if right < 100 || wrong < 100 {
		t.Errorf("%d questions with an answer and %d without", right, wrong)
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := (&collector{engine: bleve.Engine{}, log: &log}).collect(canceled, docs, set); err == nil {
		t.Error("it goes on when it is told to stop")
	}
}

func TestBetween(t *testing.T) {
	for _, tt := range [][3]float64{{0.123456, 0.2, 0.2}, {0, 1, 0.5}, {1, 1.0000001, 1}, {-2, -1, -1.5}, {0.30000001, 0.30000002, 0}} {
		got := between(tt[0], tt[1])
		if got < tt[0] || got >= tt[1] {
			t.Errorf("between(%v, %v) = %v", tt[0], tt[1], got)
		}
	}
}
