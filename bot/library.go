package bot

import (
	"context"
	"slices"
	"time"

	"verbatim/index"
)

// A Library is an index as the bot wants it: an [Asker] and a [Catalog].
type Library struct {
	*index.Index
	collections []index.Collection
}

// NewLibrary reads what collections there are in an index.
func NewLibrary(ctx context.Context, x *index.Index) (*Library, error) {
	collections, err := x.Collections(ctx)
	if err != nil {
		return nil, err
	}
	return &Library{Index: x, collections: collections}, nil
}

// Collections implements [Catalog].
func (l *Library) Collections() []index.Collection { return l.collections }

// Built implements [Catalog].
func (l *Library) Built() time.Time { return l.Manifest().Built }

// lookedThrough is how many passages of all collections are looked through for those of some.
const lookedThrough = 100

// Ask implements [Asker].
func (l *Library) Ask(ctx context.Context, question string, o AskOptions) (index.Answer, error) {
	if o.Collections == nil {
		return l.Index.Ask(ctx, question, index.Options{Top: o.Top, Explain: o.Explain})
	}
	a, err := l.Index.Ask(ctx, question, index.Options{Top: lookedThrough, Explain: o.Explain})
	if err != nil || a.Verdict == index.VerdictChat {
		return a, err
	}
	first := len(a.Passages) > 0 && slices.Contains(o.Collections, a.Passages[0].Document.Collection)
	a = l.only(a, o.Collections)
	if o.Top == 0 {
		shown, err := l.Index.Ask(ctx, question, index.Options{})
		if err != nil {
			return a, err
		}
		a.Passages = a.Passages[:min(len(a.Passages), max(1, len(shown.Passages)))]
	} else {
		a.Passages = a.Passages[:min(len(a.Passages), o.Top)]
	}
	if !first && a.Verdict == index.VerdictAnswer {
		a.Verdict, a.Confidence = index.VerdictNear, 0
	}
	return a, nil
}

// only takes out of an answer what is of other collections.
func (l *Library) only(a index.Answer, collections []string) index.Answer {
	kept := index.Answer{Question: a.Question, Verdict: a.Verdict, Confidence: a.Confidence, Passages: []index.Passage{}, UnknownTerms: a.UnknownTerms, TookMS: a.TookMS, Chat: a.Chat}
	for i, p := range a.Passages {
		if !slices.Contains(collections, p.Document.Collection) {
			continue
		}
		kept.Passages = append(kept.Passages, p)
		if i < len(a.Explanations) {
			kept.Explanations = append(kept.Explanations, a.Explanations[i])
		}
	}
	for _, c := range l.collections {
		if slices.Contains(collections, c.Name) {
			kept.Searched += c.Documents
		}
	}
	return kept
}
