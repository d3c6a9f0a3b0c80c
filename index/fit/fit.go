package fit

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"verbatim/corpus"
	"verbatim/index"
	"verbatim/index/eval"
)

// asides are things said to assistants that no document answers, written for this.
//
//go:embed asides.txt
var asides string

// seed makes every run draw the same.
const seed = 7

// ranking and confidence are how the trees of the two are grown: chosen on the sets that are not
// learned from, see DESIGN.md.
var (
	ranking    = Trees{Count: 400, Leaves: 8, Rate: 0.08, Least: 300, Ridge: 10, Features: 0.5, Groups: 0.7}
	confidence = Trees{Count: 300, Leaves: 5, Rate: 0.06, Least: 200, Ridge: 20, Features: 0.4, Groups: 0.7}
)

// The files that [Fit] writes.
const (
	RankingFile    = "forest.json"
	ConfidenceFile = "confidence.json"
)

// Fit learns from the questions of a set about documents and writes [RankingFile] and
// [ConfidenceFile] into the folder dir. Origin names what they were learned from, and its licence.
// Progress is told to log, a line a step.
func Fit(ctx context.Context, engine index.Engine, docs []*corpus.Document, set eval.Set, origin, dir string, log io.Writer) error {
	c := collector{engine: engine, log: log}
	if err := c.collect(ctx, docs, set); err != nil {
		return err
	}
	return c.learn(ranking, confidence, origin, dir)
}

// collect asks the questions of all collections.
func (c *collector) collect(ctx context.Context, docs []*corpus.Document, set eval.Set) error {
	for name, colls := range collections(docs, set) {
		for _, coll := range colls {
			if err := c.ask(ctx, coll); err != nil {
				return err
			}
		}
		fmt.Fprintf(c.log, "asked of %s: %d questions in all\n", name, len(c.asked))
	}
	return nil
}

// learn grows the trees and writes them.
func (c *collector) learn(ranking, confidence Trees, origin, dir string) error {
	fmt.Fprintln(c.log, "growing the ranking, from each half and from all")
	var halves [2][]Tree
	for k := range halves {
		halves[k] = grow(c.candidates(func(a *asked) bool { return a.fold != k }), ranking, first, seed)
		fmt.Fprintf(c.log, "half %d: %s\n", k, c.judged(halves[k], k))
	}
	all := grow(c.candidates(func(*asked) bool { return true }), ranking, first, seed)
	if err := write(filepath.Join(dir, RankingFile), origin, index.Features(), all); err != nil {
		return err
	}
	fmt.Fprintln(c.log, "growing the confidence")
	sure := grow(c.outlooks(halves), confidence, chance, seed)
	return write(filepath.Join(dir, ConfidenceFile), origin, index.Outlooks(), sure)
}

// candidates is the table that the ranking learns from.
func (c *collector) candidates(wanted func(a *asked) bool) *Table {
	t := &Table{Width: len(index.Features()), Groups: []int{0}}
	for i := range c.asked {
		a := &c.asked[i]
		if !a.ranks || !a.held || !wanted(a) {
			continue
		}
		for j := range a.study.Candidates {
			t.add(a.study.Candidates[j].Features, a.right[j], 1)
		}
		t.Groups = append(t.Groups, t.Rows())
	}
	return t
}

func (t *Table) add(values []float64, right bool, weight float64) {
	wanted := 0.0
	if right {
		wanted = 1
	}
	t.Values = append(t.Values, values...)
	t.Wanted = append(t.Wanted, wanted)
	t.Weight = append(t.Weight, weight)
}

// scores returns what trees say of the candidates of a question, by the rules too.
func (a *asked) scores(trees []Tree) []float64 {
	scores := make([]float64, len(a.study.Candidates))
	for i := range scores {
		scores[i] = Score(trees, a.study.Candidates[i].Features) - a.study.Candidates[i].Offset
	}
	return scores
}

// best returns the place of the greatest score.
func best(scores []float64) int {
	at := 0
	for i, s := range scores {
		if s > scores[at] {
			at = i
		}
	}
	return at
}

// outlooks is the table that the confidence learns from: of each question, whether the first
// passage is right when trees order them that were learned from other articles.
func (c *collector) outlooks(halves [2][]Tree) *Table {
	t := &Table{Width: len(index.Outlooks()), Groups: []int{0}}
	rows := make([][]float64, len(c.asked))
	right := make([]bool, len(c.asked))
	each(len(c.asked), func(i int) {
		a := &c.asked[i]
		if len(a.study.Candidates) == 0 || a.weight == 0 {
			return
		}
		scores := a.scores(halves[a.fold])
		rows[i], right[i] = a.study.Outlook(scores), a.right[best(scores)]
	})
	for i, row := range rows {
		if row != nil {
			t.add(row, right[i], c.asked[i].weight)
			t.Groups = append(t.Groups, t.Rows())
		}
	}
	return t
}

// judged says how often trees put a right candidate first for the questions of a half they did not
// learn from.
func (c *collector) judged(trees []Tree, fold int) string {
	right, n := 0, 0
	for i := range c.asked {
		a := &c.asked[i]
		if a.fold != fold || !a.ranks || !a.held {
			continue
		}
		n++
		if a.right[best(a.scores(trees))] {
			right++
		}
	}
	return fmt.Sprintf("%d of %d questions about the other half first", right, n)
}

// write writes trees, one a line.
func write(file, origin string, features []string, trees []Tree) error {
	var b strings.Builder
	head, err := json.Marshal(origin)
	if err != nil {
		return err
	}
	names, err := json.Marshal(features)
	if err != nil {
		return err
	}
	fmt.Fprintf(&b, "{\"origin\": %s,\n\"features\": %s,\n\"trees\": [\n", head, names)
	for i := range trees {
		line, err := json.Marshal(trees[i])
		if err != nil {
			return err
		}
		b.Write(line)
		if i+1 < len(trees) {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
	}
	b.WriteString("]}\n")
	return os.WriteFile(file, []byte(b.String()), 0o644) //nolint:gosec // G306: source of the program
}

// sample returns n of the list, or all, in a random order.
func sample[T any](list []T, n int, random *rand.Rand) []T {
	list = slices.Clone(list)
	random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:min(n, len(list))]
}
