package index

import "strings"

// likeness looks for words as they were typed, and for words that begin like those which the
// sentence does not hold, or are related to them.
func (rd *reading) likeness(v *vector) {
	st := rd.st
	relatives := rd.relatives()
	for i := range st.question.Words {
		w := &st.question.Words[i]
		if w.Content && !w.Pair && rd.in[i] == 0 {
			v[fPrefix] += rd.alike(w) * st.idf[i] / st.total
			v[fRelated] += relatives[i].strength * st.idf[i] / st.total
		}
	}
	for i, w := range rd.word {
		if w >= 0 && st.question.Words[w].Content && strings.EqualFold(rd.s.text[rd.s.tokens[i].start:rd.s.tokens[i].end], st.question.Words[w].Text) {
			v[fSurface] += st.idf[w] / st.total / float64(rd.in[w])
		}
	}
}

// alike returns how much of w the word of the sentence that begins most like it has in common.
func (rd *reading) alike(w *Word) float64 {
	best := 0.0
	for i, t := range rd.s.tokens {
		if rd.word[i] >= 0 || t.marks&(markFunction|markDigits) != 0 {
			continue
		}
		for _, term := range w.Terms {
			best = max(best, beginning(term, t.term), ending(term, t.term))
		}
	}
	return best
}

// beginning returns how much of two terms their common beginning is, if it has at least four bytes
// and six tenths of the shorter term, else 0.
func beginning(a, b string) float64 {
	n, short := 0, min(len(a), len(b))
	for n < short && a[n] == b[n] {
		n++
	}
	if n < 4 || 10*n < 6*short {
		return 0
	}
	return 2 * float64(n) / float64(len(a)+len(b))
}

// ending returns how much of two terms the shorter one is with which the longer ends, as in
// "gewinnbeteiligung" and "beteiligung" or "regain" and "gain", if it has at least four bytes, else 0.
func ending(a, b string) float64 {
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(b) < 4 || !strings.HasSuffix(a, b) {
		return 0
	}
	return 2 * float64(len(b)) / float64(len(a)+len(b))
}
