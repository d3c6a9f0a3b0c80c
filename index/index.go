package index

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"verbatim/corpus"
)

// An Index is one published generation, open for questions. It is safe for concurrent use.
type Index struct {
	manifest Manifest
	texts    *texts
	search   Searcher
}

// Open opens the current generation of the index in dir. The error wraps [ErrNoIndex] or
// [ErrDamaged] when there is none to open; [Update] mends both.
func Open(dir string, engine Engine) (*Index, error) { return open(dir, engine, false) }

// open is Open; with verify set it reads every file of the generation and compares its sum.
func open(dir string, engine Engine, verify bool) (*Index, error) {
	gen, m, err := current(dir, engine.Name(), verify)
	if err != nil {
		return nil, err
	}
	t, err := openTexts(gen)
	if err != nil {
		return nil, fmt.Errorf("open index %q: %w: %w", gen, ErrDamaged, err)
	}
	search, err := engine.Open(filepath.Join(gen, engineDir))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open index %q: %w: %w", gen, ErrDamaged, err), t.close())
	}
	return &Index{manifest: m, texts: t, search: search}, nil
}

// Update opens the index in dir, after building it from docs if there is none, if it is damaged
// (the damaged one is put aside, not deleted) or if it was built from other documents. It reads
// docs and the index once, and docs once more when it builds. Built says whether it did.
func Update(ctx context.Context, dir string, engine Engine, docs Documents) (x *Index, built bool, err error) {
	digest, err := Digest(ctx, docs)
	if err != nil {
		return nil, false, err
	}
	x, err = open(dir, engine, true)
	switch {
	case err == nil && x.manifest.Corpus == digest:
		return x, false, nil
	case err == nil:
		if err := x.Close(); err != nil {
			return nil, false, err
		}
	case errors.Is(err, ErrDamaged):
		gen, _, _ := current(dir, engine.Name(), true)
		if err := quarantine(dir, gen); err != nil {
			return nil, false, fmt.Errorf("put aside damaged index %q: %w", gen, err)
		}
	case !errors.Is(err, ErrNoIndex):
		return nil, false, err
	}
	if _, err := Build(ctx, dir, engine, docs); err != nil {
		return nil, false, err
	}
	x, err = Open(dir, engine)
	return x, true, err
}

// Manifest says what the index holds.
func (x *Index) Manifest() Manifest { return x.manifest }

// Close releases the files of the index. No call of a method may be under way.
func (x *Index) Close() error { return errors.Join(x.search.Close(), x.texts.close()) }

// Options are the wishes of one question.
type Options struct {
	// Top is the number of passages wanted whatever the verdict; 0 means at most
	// [DefaultPassages], and of an answer only those that pass the bar.
	Top int
	// Explain asks for [Answer.Explanations].
	Explain bool
}

// Ask answers a question. Its errors are faults of the index or the context's; that nothing
// answers the question is no error but a verdict.
func (x *Index) Ask(ctx context.Context, question string, opts Options) (Answer, error) {
	began := time.Now()
	q := ParseQuestion(question, x.manifest.Languages)
	a := Answer{Question: question, Chat: q.Chat, Searched: x.manifest.Documents, Passages: []Passage{}, UnknownTerms: []string{}}
	if q.Chat != ChatNone {
		a.Verdict = VerdictChat
	} else if err := x.answer(ctx, &q, opts, &a); err != nil {
		return Answer{}, fmt.Errorf("answer question: %w", err)
	}
	a.TookMS = float64(time.Since(began).Microseconds()) / 1000
	return a, nil
}

func (x *Index) answer(ctx context.Context, q *Question, opts Options, a *Answer) error {
	st, err := x.statistics(ctx, q)
	if err != nil {
		return err
	}
	a.UnknownTerms = st.unknown()
	found, err := x.search.Candidates(ctx, q.terms(), candidates)
	if err != nil {
		return err
	}
	r := &ranker{st: st, texts: x.texts}
	ranked, err := r.rank(ctx, found, opts.Top)
	if err != nil {
		return err
	}
	judge(ranked, st, a)
	chosen := choose(ranked, st, a.Verdict, opts.Top)
	a.Passages = passages(ranked, chosen)
	if opts.Explain {
		for _, i := range chosen {
			a.Explanations = append(a.Explanations, r.explain(ranked, i))
		}
	}
	return nil
}

// Check reads the quoted span of p again from what is stored. It returns an error when the
// document is gone or no longer reads so; such a passage must not be quoted.
func (x *Index) Check(_ context.Context, p Passage) error {
	doc, err := x.texts.read(p.Document.ID)
	if err != nil {
		return err
	}
	if p.Start < 0 || p.End > len(doc.Text) || p.Start > p.End || doc.Text[p.Start:p.End] != p.Quote {
		return fmt.Errorf("check quote of document %s at bytes %d to %d: the text has changed", p.Document.ID, p.Start, p.End)
	}
	return nil
}

// sourceOf returns how a document is named in an answer.
func sourceOf(d *corpus.Document) Source {
	s := Source{ID: d.ID, Title: d.Title, URL: d.URL, Path: d.Path, Collection: d.Collection, Origin: d.Source, Author: d.Author}
	if !d.Published.IsZero() {
		s.Published = d.Published.Format(DateFormat)
	}
	return s
}
