package fit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"verbatim/corpus"
	"verbatim/index"
	"verbatim/index/eval"
)

// An asked question is one question asked of one collection of documents.
type asked struct {
	study index.Study
	// right says which candidates answer it.
	right []bool
	// held says whether the collection holds an answer at all.
	held bool
	// ranks says whether the ranking learns from it, and weight how much the confidence does.
	ranks  bool
	weight float64
	// fold is which half of the documents the question is about: each half is judged by trees
	// learned from the other.
	fold int
	// size is the number of sentences in the collection.
	size int
}

// A collection is a choice of documents with the questions to ask of it.
type collection struct {
	docs      []*corpus.Document
	questions []question
}

type question struct {
	eval.Question
	ranks  bool
	weight float64
	fold   int
	// stranger says that the question is about none of the documents.
	stranger bool
}

// collector asks the questions of collections.
type collector struct {
	engine index.Engine
	log    io.Writer
	asked  []asked
}

// ask builds an index of a collection and asks its questions of it.
func (c *collector) ask(ctx context.Context, coll collection) (err error) {
	dir, err := os.MkdirTemp("", "verbatim-fit-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	x, _, err := index.Update(ctx, dir, c.engine, index.Of(coll.docs...))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	texts := map[string]string{}
	for _, d := range coll.docs {
		texts[d.Path] = d.Text
	}
	judge := eval.NewJudge(texts)
	results := make([]asked, len(coll.questions))
	errs := make([]error, len(coll.questions))
	each(len(coll.questions), func(i int) {
		q := &coll.questions[i]
		results[i], errs[i] = one(ctx, x, judge, q)
		results[i].size = x.Manifest().Sentences
	})
	balance(coll.questions, results)
	c.asked = append(c.asked, results...)
	return errors.Join(errs...)
}

// nearShare is how much the questions count that a collection does not answer though they are about
// its documents, as part of what those count that it does.
const nearShare = 0.4

// asideShare is that of what people say to assistants and of things mentioned in passing.
const asideShare = 0.6

// balance lowers the weight of the questions that are close to a collection and not answered there, of
// which an excerpt has many more than answered ones, and that of strangers, so that a small collection
// is not taken for one that answers nothing.
func balance(questions []question, results []asked) {
	var answered, near, strange, aside float64
	for i := range results {
		switch {
		case results[i].held:
			answered += results[i].weight
		case questions[i].stranger:
			strange += results[i].weight
		case !questions[i].Unanswerable:
			near += results[i].weight
		default:
			aside += results[i].weight
		}
	}
	for i := range results {
		switch {
		case results[i].held:
		case questions[i].Unanswerable:
			results[i].weight *= min(1, asideShare*answered/aside)
		case questions[i].stranger:
			results[i].weight *= min(1, (1-nearShare)*answered/strange)
		default:
			results[i].weight *= min(1, nearShare*answered/near)
		}
	}
}

func one(ctx context.Context, x *index.Index, judge *eval.Judge, q *question) (asked, error) {
	study, err := x.Study(ctx, q.Text)
	if err != nil {
		return asked{}, fmt.Errorf("ask question %s: %w", q.ID, err)
	}
	a := asked{study: study, weight: q.weight, fold: q.fold, ranks: q.ranks, right: make([]bool, len(study.Candidates))}
	right := judge.Of(&q.Question)
	for i := range study.Candidates {
		a.right[i] = right(&study.Candidates[i].Passage)
		a.held = a.held || a.right[i]
		study.Candidates[i].Passage = index.Passage{} // judged; of all that is kept it would be the most
	}
	return a, nil
}
