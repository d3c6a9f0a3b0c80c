package main

import (
	"context"
	"errors"

	"verbatim/index"
)

// An engine is a peer that keeps our contract.
type engine struct{ index.Searcher }

// buildEngine returns what fills an engine of ours.
func buildEngine(e index.Engine) build {
	return func(ctx context.Context, dir string, c *collection) (searcher, error) {
		w, err := e.Create(dir)
		if err != nil {
			return nil, err
		}
		var batch []index.Entry
		err = eachEntry(c.terms, func(entry index.Entry) error {
			if batch = append(batch, entry); len(batch) < 2000 {
				return nil
			}
			err := w.Add(ctx, batch)
			batch = batch[:0]
			return err
		})
		if err == nil {
			err = w.Add(ctx, batch)
		}
		if err = errors.Join(err, w.Close(ctx)); err != nil {
			return nil, err
		}
		s, err := e.Open(dir)
		if err != nil {
			return nil, err
		}
		return each(engine{s}), nil
	}
}

// ask asks for the best candidates.
func (e engine) ask(ctx context.Context, q *index.Query) ([]int, error) {
	found, err := e.Candidates(ctx, *q)
	numbers := make([]int, len(found))
	for i, c := range found {
		numbers[i] = c.Number
	}
	return numbers, err
}
