package index

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// statistics is what a view knows about the words of one question.
type statistics struct {
	question *Question
	manifest *Manifest
	// idf is the weight of each word: how much rarer than common it is, in nats.
	idf []float64
	// frequency is the number of sentences that hold each word.
	frequency []int
	// total is the sum of the weights of the content words, and all that of all words; at least
	// the smallest weight, so that one can divide by them.
	total, all float64
	// rarest is the greatest weight of a content word.
	rarest float64
	// content is the number of content words.
	content int
	// bar is the confidence that an answer takes.
	bar Bar
	// lookedFor are the terms of all words, each once; wordOf is the word that each stands for, the
	// first of several, and termsOf are the places there of the terms of each word.
	lookedFor []string
	wordOf    []int
	termsOf   [][]int
	places    map[string]int // of the terms in lookedFor
	// kin are the words that a term is related to.
	kin map[string]kinships
	// missingPhrases are the quoted phrases that no candidate holds.
	missingPhrases []string
}

// statistics counts the words of q in what can be seen, and keeps the rarest [maxWords] of them.
func (v *view) statistics(ctx context.Context, q *Question) (*statistics, error) {
	st := &statistics{question: q, manifest: &v.Manifest, idf: make([]float64, len(q.Words)), frequency: make([]int, len(q.Words))}
	counts, err := v.frequencies(ctx, q.terms())
	if err != nil {
		return nil, err
	}
	for i, w := range q.Words {
		for range w.Terms {
			st.frequency[i] = max(st.frequency[i], counts[0])
			counts = counts[1:]
		}
		st.idf[i] = inverseFrequency(st.frequency[i], v.Sentences)
		switch {
		case w.Aside:
			st.idf[i] *= asideWeight
		case !w.Content:
			st.idf[i] *= functionWeight
		}
	}
	st.keepRarest(maxWords)
	if err := v.guess(ctx, st); err != nil {
		return nil, err
	}
	for i, w := range q.Words {
		if w.Content {
			st.total += st.idf[i]
			st.rarest = max(st.rarest, st.idf[i])
			st.content++
		}
		if !w.Aside {
			st.all += st.idf[i]
		}
	}
	st.total, st.all, st.rarest = max(st.total, leastWeight), max(st.all, leastWeight), max(st.rarest, leastWeight)
	st.lookFor()
	st.relate()
	return st, nil
}

// weightOf is the weight of the words that have a bit in set.
func (st *statistics) weightOf(set uint64) float64 {
	sum := 0.0
	for i, idf := range st.idf {
		if set>>i&1 != 0 {
			sum += idf
		}
	}
	return sum
}

// lookFor lists the terms of the words.
func (st *statistics) lookFor() {
	st.termsOf = make([][]int, len(st.question.Words))
	st.places = map[string]int{}
	for i, w := range st.question.Words {
		for _, term := range w.Terms {
			at, known := st.places[term]
			if !known {
				at = len(st.lookedFor)
				st.places[term] = at
				st.lookedFor, st.wordOf = append(st.lookedFor, term), append(st.wordOf, i)
			}
			st.termsOf[i] = append(st.termsOf[i], at)
		}
	}
}

// word returns which word of the question a term is, -1 for none.
func (st *statistics) word(term string) int {
	if at, ok := st.places[term]; ok {
		return st.wordOf[at]
	}
	return -1
}

// guess gives the content words that no sentence holds the terms of their parts, if they are compounds,
// or else those of words that mean the same, or else those that they may be misspelled for, at a lower weight. They
// stay unknown words.
func (v *view) guess(ctx context.Context, st *statistics) error {
	for i := range st.question.Words {
		w := &st.question.Words[i]
		length := utf8.RuneCountInString(w.Terms[0])
		if st.frequency[i] > 0 || !w.Content || w.Pair || strings.ContainsAny(w.Text, "0123456789") {
			continue
		}
		terms, err := v.alike(ctx, w)
		if err == nil && len(terms) == 0 && length >= shortestGuessed {
			terms, err = v.similar(ctx, w.Terms[0], editsOf(length), mostGuesses)
			w.misspelled = len(terms) > 0 && !st.question.asksFor(terms)
		}
		if err != nil {
			return err
		}
		if len(terms) == 0 {
			continue
		}
		counts, err := v.frequencies(ctx, terms)
		if err != nil {
			return err
		}
		w.Terms, w.Guessed = append(w.Terms, terms...), true
		st.idf[i] = guessWeight * inverseFrequency(slices.Max(counts), v.Sentences)
	}
	return nil
}

// alike returns the terms of the parts of a compound or, in a small index, those that it holds of words that mean
// nearly the same: few pages say "holiday" alone, and a large index that never says "vacation" has nothing on it.
func (v *view) alike(ctx context.Context, w *Word) ([]string, error) {
	if utf8.RuneCountInString(w.Terms[0]) >= shortestGuessed {
		if terms, err := v.divide(ctx, w); err != nil || len(terms) > 0 {
			return terms, err
		}
	}
	if v.Sentences >= largeIndex || w.focus { // "which country" asks for the name of one
		return nil, nil
	}
	var kin []string
	for term, strength := range relatives(w.Text) {
		if strength >= sameMeaning {
			kin = append(kin, term)
		}
	}
	counts, err := v.frequencies(ctx, kin)
	if err != nil {
		return nil, err
	}
	var terms []string
	for i, term := range kin {
		if counts[i] > 0 {
			terms = append(terms, term)
		}
	}
	w.meant = len(terms) > 0
	return terms, nil
}

// asksFor says whether one of the terms is that of a content word as it is spelled in the question.
func (q *Question) asksFor(terms []string) bool {
	return slices.ContainsFunc(q.Words, func(w Word) bool {
		return w.Content && !w.Guessed && slices.ContainsFunc(terms, func(t string) bool { return slices.Contains(w.Terms, t) })
	})
}

// editsOf returns how many characters of a word of the given length may be wrong.
func editsOf(length int) int {
	if length >= longGuessed {
		return 2
	}
	return 1
}

// divide returns the terms of the parts of a compound that the index does not hold as one word: of
// the ways to divide it, the one whose rarer part most sentences hold.
func (v *view) divide(ctx context.Context, w *Word) ([]string, error) {
	ways := compounds(w.Text, v.Languages)
	if len(ways) == 0 {
		return nil, nil
	}
	var terms []string
	for _, c := range ways {
		terms = append(terms, c[0], c[1])
	}
	counts, err := v.frequencies(ctx, terms)
	if err != nil {
		return nil, err
	}
	most, best := 0, -1
	for i := range ways {
		if n := min(counts[2*i], counts[2*i+1]); n > most {
			most, best = n, i
		}
	}
	if best < 0 {
		return nil, nil
	}
	return slices.Compact(ways[best][:]), nil
}

// keepRarest drops all but the n weightiest words of the question.
func (st *statistics) keepRarest(n int) {
	if len(st.idf) <= n {
		return
	}
	sorted := slices.Clone(st.idf)
	slices.Sort(sorted)
	least := sorted[len(sorted)-n]
	kept := 0
	for i, w := range st.question.Words {
		if st.idf[i] >= least && kept < n {
			st.question.Words[kept], st.idf[kept], st.frequency[kept] = w, st.idf[i], st.frequency[i]
			kept++
		}
	}
	st.question.Words, st.idf, st.frequency = st.question.Words[:kept], st.idf[:kept], st.frequency[:kept]
}

// terms returns what the candidates are looked for by: each term once, with the weight of its word, those
// that weigh most in front: an engine can spare itself the common ones.
func (st *statistics) terms() []QueryTerm {
	terms := make([]QueryTerm, len(st.lookedFor))
	for at, term := range st.lookedFor {
		terms[at].Term = term
	}
	for i, list := range st.termsOf {
		for _, at := range list {
			terms[at].Weight = max(terms[at].Weight, st.idf[i])
		}
	}
	slices.SortStableFunc(terms, func(a, b QueryTerm) int { return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Term, b.Term)) })
	return terms
}

const leastWeight = 1e-3

// inverseFrequency is the weight of a term held by df of n sentences, as BM25 is commonly computed.
func inverseFrequency(df, n int) float64 {
	return math.Log(1 + (float64(n-df)+0.5)/(float64(df)+0.5))
}

// unknown returns the content words that stand in no sentence, as typed. A pair of characters is
// no word, so that its absence says nothing; nor does that of "today", or any word's where there are no sentences.
func (st *statistics) unknown() []string {
	words := []string{}
	if st.manifest.Sentences == 0 {
		return words
	}
	for i, w := range st.question.Words {
		if w.Content && !w.Pair && !w.incidental && st.frequency[i] == 0 {
			words = append(words, w.Text)
		}
	}
	return words
}
