package bot

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"verbatim/bot/memory"
	"verbatim/bot/rights"
	"verbatim/index"
)

// What the admins are told of what was asked, on the Home tab, by command and in the digest, is counted
// here from the memory. Titles are told only of documents that may be seen where they are told.

const (
	// reviewed is how many records are looked through at most, newest first.
	reviewed = 20_000
	// old is the age from which a document that is quoted wants a look.
	old = 365 * 24 * time.Hour
	// maxListed is how many things of one kind are listed.
	maxListed = 5
	// maxLooked is how many documents are looked up for a list.
	maxLooked = 50
)

// nowMinus is so long ago.
func nowMinus(d time.Duration) time.Time { return time.Now().Add(-d) }

// figures count what was asked since a time.
type figures struct {
	asked, answered int
	ways            map[Kind]int
	up, down        int
	// took are the times to the answer, shortest first.
	took []time.Duration
}

func (b *Bot) figures(ctx context.Context, since time.Time) (figures, error) {
	f := figures{ways: map[Kind]int{}}
	answers, err := b.config.Memory.Answers.Answers(ctx, "", reviewed)
	if err != nil {
		return f, err
	}
	for _, a := range answers {
		if a.At.Before(since) {
			break
		}
		f.asked++
		f.ways[Kind(a.Kind)]++
		if a.Verdict == string(index.VerdictAnswer) {
			f.answered++
		}
		if a.Took > 0 {
			f.took = append(f.took, a.Took)
		}
	}
	slices.Sort(f.took)
	votes, err := b.config.Memory.Votes.Votes(ctx, reviewed)
	for _, v := range votes {
		switch {
		case v.At.Before(since):
		case v.Up:
			f.up++
		default:
			f.down++
		}
	}
	return f, err
}

// quantile is the time within which a share of the answers came; 0 without any.
func (f figures) quantile(share float64) time.Duration {
	if len(f.took) == 0 {
		return 0
	}
	return f.took[min(len(f.took)-1, int(share*float64(len(f.took))))]
}

// unanswered groups the open questions that no document answered since a time: those most often asked
// first. Questions with the same words that mean something are one group.
func (b *Bot) unanswered(ctx context.Context, since time.Time) ([][]memory.Gap, error) {
	gaps, err := b.config.Memory.Gaps.Gaps(ctx, reviewed)
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	var groups [][]memory.Gap
	for _, g := range gaps {
		if !g.Closed.IsZero() || !g.Written.IsZero() || g.At.Before(since) {
			continue
		}
		key := gist(g.Question)
		i, known := at[key]
		if !known {
			i = len(groups)
			at[key], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], g)
	}
	slices.SortStableFunc(groups, func(a, b []memory.Gap) int { return len(b) - len(a) })
	return groups, nil
}

func holds(group []memory.Gap, id string) bool {
	return slices.ContainsFunc(group, func(g memory.Gap) bool { return g.ID == id })
}

// gist is the same for questions with the same words, in whatever order and form.
func gist(question string) string {
	var terms []string
	for _, w := range index.ParseQuestion(question, []string{"en"}).Words {
		if w.Content && len(w.Terms) > 0 {
			terms = append(terms, w.Terms[0])
		}
	}
	slices.Sort(terms)
	return cmp.Or(strings.Join(terms, " "), strings.Trim(strings.ToLower(clean(question)), ".?! "))
}

// A standing is how a document has done.
type standing struct {
	document         string
	ordinal          int // of a sentence that was quoted
	collection       string
	quoted, up, down int
	source           index.Source
}

// standings count quotes and votes of each document since a time.
func (b *Bot) standings(ctx context.Context, since time.Time) ([]*standing, error) {
	answers, err := b.config.Memory.Answers.Answers(ctx, "", reviewed)
	if err != nil {
		return nil, err
	}
	all, of := map[string]*standing{}, map[string][]*standing{}
	for _, a := range answers {
		for _, q := range a.Passages {
			if a.At.Before(since) || a.Verdict != string(index.VerdictAnswer) {
				continue
			}
			s := all[q.Document]
			if s == nil {
				s = &standing{document: q.Document, ordinal: q.Ordinal, collection: q.Collection}
				all[q.Document] = s
			}
			if !slices.Contains(of[a.ID], s) {
				of[a.ID] = append(of[a.ID], s)
				s.quoted++
			}
		}
	}
	votes, err := b.config.Memory.Votes.Votes(ctx, reviewed)
	for _, v := range votes {
		for _, s := range of[v.Answer] {
			if v.Up {
				s.up++
			} else {
				s.down++
			}
		}
	}
	sorted := slices.SortedFunc(maps.Values(all), func(a, b *standing) int { return strings.Compare(a.document, b.document) })
	return sorted, err
}

// worst lists the documents that were voted down most, of those in a scope.
func (b *Bot) worst(ctx context.Context, all []*standing, scope rights.Scope) []*standing {
	return b.seen(ctx, all, scope,
		func(s *standing) int { return 2*s.down - s.up },
		func(s *standing) bool { return s.down > 0 })
}

// stale lists the documents that are quoted most and are old, of those in a scope.
func (b *Bot) stale(ctx context.Context, all []*standing, scope rights.Scope) []*standing {
	before := time.Now().Add(-old).Format(index.DateFormat)
	return b.seen(ctx, all, scope,
		func(s *standing) int { return s.quoted },
		func(s *standing) bool { return s.source.Published != "" && s.source.Published < before })
}

// seen lists documents in a scope, those with the highest rank first, looked up in the index as they
// are now: what has gone is left out.
func (b *Bot) seen(ctx context.Context, all []*standing, scope rights.Scope, rank func(*standing) int, wanted func(*standing) bool) []*standing {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b *standing) int { return rank(b) - rank(a) })
	var list []*standing
	for i, looked := 0, 0; i < len(sorted) && looked < maxLooked && len(list) < maxListed; i++ {
		s := sorted[i]
		if !scope.Has(s.collection) {
			continue
		}
		looked++
		around, err := b.config.Asker.Around(ctx, s.document, s.ordinal, 0, 0)
		if s.source = around.Document; err == nil && scope.Has(s.source.Collection) && wanted(s) {
			list = append(list, s)
		}
	}
	return list
}
