package index

import (
	"context"
	"fmt"
)

// CandidatesOnly does what an answer asks of the engine.
func (x *Index) CandidatesOnly(ctx context.Context, question string) error {
	s := x.present()
	defer x.leave(s)
	_, err := s.view(nil, x.words).candidatesFor(ctx, question, candidates)
	return err
}

// CandidatesFor names the best limit candidates of a question, with their scores.
func (x *Index) CandidatesFor(ctx context.Context, question string, collections []string, limit int) (named []string, err error) {
	s := x.present()
	defer x.leave(s)
	found, err := s.view(collections, x.words).candidatesFor(ctx, question, limit)
	for _, c := range found {
		named = append(named, fmt.Sprint(c.ID, " ", c.ordinal, " ", c.score))
	}
	return named, err
}

func (v *view) candidatesFor(ctx context.Context, question string, limit int) ([]candidate, error) {
	q := ParseQuestion(question, v.Languages)
	st, err := v.statistics(ctx, &q)
	if err != nil {
		return nil, err
	}
	return v.candidates(ctx, st.terms(), limit)
}

// SetTail sets how many sentences the newest part may have to be written again with the next change.
func (x *Index) SetTail(sentences int) { x.tail = sentences }

// Parts is the number of parts that the index is made of.
func (x *Index) Parts() int {
	s := x.present()
	defer x.leave(s)
	return len(s.segments)
}

// BuildInStepsOf is [BuildInSteps] with another size of the first step, in bytes of text.
func BuildInStepsOf(ctx context.Context, dir string, engine Engine, docs Documents, step int) error {
	return buildInSteps(ctx, dir, engine, docs, step)
}

// Leisurely is a source that pauses while busy, and RestAfter the time after which it does.
func Leisurely(docs Documents, busy func() bool) Documents { return leisurely(docs, busy) }

const RestAfter = restAfter
