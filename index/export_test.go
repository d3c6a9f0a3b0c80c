package index

import "context"

// CandidatesOnly does what an answer asks of the engine.
func (x *Index) CandidatesOnly(ctx context.Context, question string) error {
	s := x.present()
	defer x.leave(s)
	v := s.view(nil, x.words)
	q := ParseQuestion(question, v.Languages)
	st, err := v.statistics(ctx, &q)
	if err != nil {
		return err
	}
	_, err = v.candidates(ctx, st.terms(), candidates)
	return err
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
