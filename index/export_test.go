package index

import "context"

// CandidatesOnly does what an answer asks of the engine.
func (x *Index) CandidatesOnly(ctx context.Context, question string) error {
	q := ParseQuestion(question, x.manifest.Languages)
	if _, err := x.search.Frequencies(ctx, q.terms()); err != nil {
		return err
	}
	_, err := x.search.Candidates(ctx, q.terms(), candidates)
	return err
}
