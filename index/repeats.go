package index

import (
	"iter"
	"slices"
)

// withoutRepeats returns the first limit sentences, of those that say the same only the first: a
// folder of copies of one document takes one place.
func (r *ranker) withoutRepeats(ranked iter.Seq[*scored], limit int) ([]scored, error) {
	seen := make(map[string]bool, limit)
	kept := make([]scored, 0, limit)
	keep := func(some []*scored) {
		for _, s := range some {
			text := folded(s.text)
			if !seen[text] && !s.copiesOneOf(kept) {
				seen[text] = true
				kept = append(kept, *s)
			}
		}
	}
	l := newLoader(r.words, limit)
	defer func() { l.close() }()
	for s := range ranked {
		if full := l.add(s); !full {
			continue
		}
		some, err := l.loaded()
		if err != nil {
			return nil, err
		}
		if keep(some); len(kept) == limit {
			return kept, nil
		}
		l = newLoader(r.words, limit-len(kept))
	}
	some, err := l.loaded()
	if err != nil {
		return nil, err
	}
	keep(some)
	return kept, nil
}

func (s *scored) copiesOneOf(kept []scored) bool {
	for i := range kept {
		if s.copies(&kept[i]) {
			return true
		}
	}
	return false
}

// copies says whether a sentence is that of another document with a few words changed that tell
// nothing: at one place, at most one in eight, and neither a number, a name nor a "not", since those
// make it another statement.
func (s *scored) copies(o *scored) bool {
	if s.doc == o.doc {
		return false
	}
	a, b := s.tokens, o.tokens
	most := max(len(a), len(b)) / 8
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return false
	}
	from := 0
	for from < min(len(a), len(b)) && a[from].term == b[from].term {
		from++
	}
	a, b = a[from:], b[from:]
	for len(a) > 0 && len(b) > 0 && a[len(a)-1].term == b[len(b)-1].term {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return max(len(a), len(b)) <= most && tellNothing(a) && tellNothing(b)
}

// tellNothing says whether tokens of a sentence can be other ones without making it another statement.
func tellNothing(tokens []token) bool {
	return !slices.ContainsFunc(tokens, func(t token) bool {
		return t.marks&(markNumber|markCapital|markTime) != 0 || negations[t.term]
	})
}

var negations = set(`not no never none without nor kein nicht nie ohne ne pas jamais sans no nunca sin non mai senza nao sem niet geen не нет без`)
