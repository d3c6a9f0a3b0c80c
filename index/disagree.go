package index

import (
	"maps"
	"slices"
)

// Two statements must have this much in common to be of the same thing: this many terms, and this share
// of all of theirs (Dice). Chosen on the examples of the test, where any from .4 to .6 does.
const (
	leastShared      = 2
	leastSharedShare = 0.5
)

// Disagree says whether two passages of different documents answer a question with different figures or
// dates: they hold the same words of the question, say most of the same, and their figures of one unit
// have none in common. It says no where it cannot tell: where one is a lower bound and one an upper, one
// speaks of a year and one of another, or a word before a common one ("part-time employees"), a name, or
// one word in the same place ("in summer", "in winter") makes them speak of different things.
func Disagree(question string, a, b Passage) bool {
	if a.Document.ID == b.Document.ID {
		return false
	}
	s, o := stateOf(a), stateOf(b)
	return sameAsked(question, s, o) && sameSubject(s, o) && otherFigures(s, o)
}

// sameAsked says whether two statements hold the same words of content of a question, and at least one.
func sameAsked(question string, s, o *statement) bool {
	q, held := ParseQuestion(question, []string{s.language, o.language}), 0
	for _, w := range q.Words {
		if form := fold(w.Text); !w.Content || idle[form] || isFigure(form) {
			continue
		}
		in := func(st *statement) bool {
			return slices.ContainsFunc(w.Terms, func(t string) bool { return st.context[t] })
		}
		if in(s) != in(o) {
			return false
		}
		if in(s) {
			held++
		}
	}
	return held > 0
}

// otherFigures says whether the figures of one unit differ, or a date together with its time of day, and
// can both hold of nothing.
func otherFigures(s, o *statement) bool {
	differ, moments := 0, 0
	for unit := range maps.Keys(s.figures) {
		theirs, both := o.figures[unit]
		if !both || slices.ContainsFunc(s.figures[unit], func(v string) bool { return slices.Contains(theirs, v) }) {
			continue
		}
		if counted[unit] || s.bounds[unit] != o.bounds[unit] && s.bounds[unit] != exactly && o.bounds[unit] != exactly {
			return false
		}
		differ++
		if unit == unitDate || unit == unitClock {
			moments++
		}
	}
	return differ == 1 || differ > 1 && differ == moments
}

// sameSubject says whether two statements speak of the same thing.
func sameSubject(s, o *statement) bool {
	mine, theirs := s.terms(), o.terms()
	shared := 0
	for t := range mine {
		if theirs[t] {
			shared++
		}
	}
	if shared < leastShared || 2*float64(shared) < leastSharedShare*float64(len(mine)+len(theirs)) {
		return false
	}
	return !s.narrower(o) && !o.narrower(s) && !swapped(s, o)
}

// terms are those of the words of content and the units of figures.
func (s *statement) terms() map[string]bool {
	all := map[string]bool{}
	for _, t := range s.tokens {
		if !t.figure {
			all[t.term] = true
		}
	}
	for unit := range s.figures {
		if unit != "" {
			all[unit] = true
		}
	}
	return all
}

// narrower says whether a statement speaks of something that another one does not name: a name, or a
// word directly before a common one.
func (s *statement) narrower(o *statement) bool {
	for i, t := range s.tokens {
		if t.figure {
			continue
		}
		if t.name && !o.context[t.term] {
			return true
		}
		if _, unit := s.figures[t.term]; unit {
			continue
		}
		if i > 0 && t.after && o.context[t.term] && !s.tokens[i-1].figure && !o.context[s.tokens[i-1].term] {
			return true
		}
	}
	return false
}

// swapped says whether two statements differ in nothing but words in the same places, which the other one
// does not have.
func swapped(s, o *statement) bool {
	if len(s.tokens) != len(o.tokens) {
		return false
	}
	differ := 0
	for i, t := range s.tokens {
		u := o.tokens[i]
		if t.figure != u.figure {
			return false
		}
		if t.term == u.term {
			continue
		}
		if o.context[t.term] || s.context[u.term] {
			return false
		}
		differ++
	}
	return differ > 0
}
