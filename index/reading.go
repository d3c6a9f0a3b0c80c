package index

import (
	"math"
	"strings"
	"unicode/utf8"
)

// A reading is one candidate sentence beside the question.
type reading struct {
	*ranker
	s *scored
	// word gives for each token the word of the question it is, or -1, and in how often each word
	// of the question stands in the sentence.
	word []int8
	in   counts
}

// A surrounding is what the question's words do in the paragraph of a sentence.
type surrounding struct {
	doc  *outline
	from int32
	// paragraph is how often each word stands in the paragraph and the headings above it, sentences
	// in how many of its sentences, and above how often in title and headings.
	paragraph, sentences, above counts
}

// readingOf begins the reading of a candidate.
func (r *ranker) readingOf(s *scored) reading {
	rd := reading{ranker: r, s: s, word: r.wordAt[:0]}
	for range s.tokens {
		rd.word = append(rd.word, -1)
	}
	r.wordAt = rd.word
	r.surround(s)
	for _, h := range r.hitsIn(int32(s.ordinal), int32(s.ordinal)+1) {
		w := r.st.wordOf[h.term]
		rd.word[h.token] = int8(w)
		rd.in[w]++
	}
	return rd
}

// read fills in the features of a candidate but those that compare it with others.
func (r *ranker) read(s *scored) {
	rd := r.readingOf(s)
	s.matched = rd.matched()
	for i, w := range r.st.question.Words {
		if w.Content && rd.in[i] > 0 {
			s.held |= 1 << i
		}
		if w.Content && r.around.above[i] > 0 {
			s.above |= 1 << i
		}
	}
	v, all := &s.vector, r.st.all
	v[fSentence] = s.parts.sentence / all
	v[fParagraph] = s.parts.paragraph / all
	v[fTitle] = s.parts.title / all
	v[fDocument] = s.parts.document / all
	v[fPairs] = s.parts.pairs / all
	rd.coverage(v)
	rd.local(v)
	rd.neighbours(v)
	rd.proximity(v)
	rd.likeness(v)
	rd.form(v)
	rd.kind(v)
	v[fContentWords] = math.Log(1 + float64(r.st.content))
	v[fMeanWeight] = r.st.total / float64(max(r.st.content, 1)) / math.Log(1+float64(r.st.manifest.Sentences))
}

// matched returns the spans of the content words of the question in the sentence.
func (rd *reading) matched() [][2]int {
	var spans [][2]int
	for i, t := range rd.s.tokens {
		if w := rd.word[i]; w >= 0 && rd.st.question.Words[w].Content {
			spans = append(spans, [2]int{t.start, t.end})
		}
	}
	return spans
}

// surround enters the paragraph of a sentence and counts the words there, unless the sentence before stood in the same
// paragraph.
func (r *ranker) surround(s *scored) {
	span := s.paragraph()
	if r.around.doc == s.doc && r.around.from == span[0] {
		return
	}
	r.enter(s.doc, span[0], span[1])
	r.around = surrounding{doc: s.doc, from: span[0], above: r.countTerms(s.doc, s.doc.title)}
	for i, n := range r.countTerms(s.doc, s.doc.above[s.doc.extents[s.ordinal].above]) {
		r.around.above[i] += n
		r.around.paragraph[i] += n
	}
	for o := span[0]; o < span[1]; o++ {
		var in counts
		r.count(o, o+1, &in)
		for i := range r.st.idf {
			r.around.paragraph[i] += in[i]
			r.around.sentences[i] += min(in[i], 1)
		}
	}
}

// coverage says which of the question's content words stand in the sentence and around it.
func (rd *reading) coverage(v *vector) {
	st := rd.st
	var matched, topicless, squares, unfocused float64
	for i, w := range st.question.Words {
		idf, here := st.idf[i], held(rd.in[i])
		if w.onlyFinds() {
			continue
		}
		if !w.Content {
			v[fFunction] += here * idf / st.all
			continue
		}
		squares += idf * idf
		v[fSquared] += here * idf * idf
		matched += here
		v[fCover] += here * idf / st.total
		if rd.around.above[i] == 0 {
			topicless += idf
			v[fTopicless] += here * idf
		}
		rd.missing(v, i, here)
		if st.frequency[i] == 0 {
			v[fUnknown] += idf / st.total
		}
		if !w.focus {
			unfocused += idf
			v[fCoverUnfocused] += here * idf
			v[fContextUnfocused] += held(rd.in[i]+rd.around.paragraph[i]+rd.around.above[i]) * idf
		} else {
			v[fFocus] = 1 + here
		}
		v[fLast] = here // of the words, the last one's stays
		if w.name {
			v[fNames] += here * idf / st.total
			v[fNamesMissing] += (1 - here) * idf / st.total
		}
	}
	v[fTopicless] /= max(topicless, leastWeight)
	v[fSquared] /= max(squares, leastWeight)
	v[fCoverUnfocused] /= max(unfocused, leastWeight)
	v[fContextUnfocused] /= max(unfocused, leastWeight)
	v[fShare] = v[fCover] / max(v[fParagraphCover], leastWeight)
	v[fMatchedPart] = matched / float64(max(st.content, 1))
}

// missing looks for word i of the question around the sentence, and notes the rarest words held and
// missing.
func (rd *reading) missing(v *vector, i int, here float64) {
	st := rd.st
	rare := st.idf[i] / st.rarest
	if here > 0 {
		v[fSecondRarest] = max(v[fSecondRarest], min(rare, v[fRarest]))
		v[fRarest] = max(v[fRarest], rare)
	} else {
		v[fMissing] = max(v[fMissing], rare)
	}
	v[fParagraphCover] += held(rd.around.paragraph[i]) * st.idf[i] / st.total
	if rd.around.paragraph[i]+rd.around.above[i] == 0 {
		v[fMissingContext] = max(v[fMissingContext], rare)
		return
	}
	v[fContextCover] += st.idf[i] / st.total
	v[fRestCover] += (1 - here) * st.idf[i] / st.total
}

// local weighs the words by how few sentences of the paragraph and of the document hold them.
func (rd *reading) local(v *vector) {
	span := rd.s.paragraph()
	n, all, inDocument := float64(span[1]-span[0]), 0.0, rd.inDocument(rd.s.doc)
	for i, w := range rd.st.question.Words {
		holding := float64(rd.around.sentences[i])
		if holding == 0 || w.onlyFinds() {
			continue
		}
		here := held(rd.in[i])
		v[fOwn] += here * (1 - (holding-1)/n) * rd.st.idf[i] / rd.st.all
		if w.Content {
			weight := math.Log(1 + float64(len(rd.s.doc.sentences))/float64(max(inDocument[i], 1)))
			all += weight
			v[fLocal] += here * weight
		}
	}
	v[fLocal] /= max(all, leastWeight)
}

// neighbours scores the sentences before and after, which a sentence that begins with "he" or "it"
// speaks of.
func (rd *reading) neighbours(v *vector) {
	o, span := rd.s.ordinal, rd.s.paragraph()
	from, to := int(span[0]), int(span[1])
	v[fWithBefore], v[fWithAfter] = v[fCover], v[fCover]
	if o > from {
		score, more := rd.beside(o - 1)
		v[fBefore] = score
		v[fWithBefore] += more
	}
	if o+1 < to {
		score, more := rd.beside(o + 1)
		v[fAfter] = score
		v[fWithAfter] += more
	}
	if o == from {
		v[fFirstInParagraph] = 1
	}
	if from <= 1 {
		v[fFirstInDocument] = 1
	}
	v[fPlaceInParagraph] = float64(o-from) / float64(to-from)
	for _, t := range rd.s.tokens[:min(3, len(rd.s.tokens))] {
		if t.marks&markPronoun != 0 {
			v[fPronounBefore] = v[fBefore]
		}
	}
}

// beside returns the score of a sentence beside the one that is read, and the part of the weight of the
// content words that it adds to those held.
func (rd *reading) beside(ordinal int) (score, more float64) {
	var in counts
	rd.count(int32(ordinal), int32(ordinal)+1, &in)
	for i, w := range rd.st.question.Words {
		if w.Content && in[i] > 0 && rd.in[i] == 0 {
			more += rd.st.idf[i] / rd.st.total
		}
	}
	return rd.bm25(&in, int(rd.s.doc.extents[ordinal].terms), mean(rd.st.manifest.Terms, rd.st.manifest.Sentences)) / rd.st.all, more
}

// proximity says how close together the question's words stand, and whether in its order.
func (rd *reading) proximity(v *vector) {
	words, idf := rd.st.question.Words, rd.st.idf
	last, from, to, n, run := -1, -1, 0, 0, 0.0
	var near [maxWords]bool
	for i, w := range rd.word {
		if w < 0 || words[w].onlyFinds() {
			continue
		}
		step := 0
		if last >= 0 {
			step = words[w].place - words[rd.word[last]].place
		}
		if last >= 0 && i-last <= 4 && !near[w] && step != 0 && step >= -3 && step <= 4 {
			near[w] = true
			v[fNear] += (idf[w] + idf[rd.word[last]]) / 2 / rd.st.all
		}
		if last < 0 || last != i-1 || step != 1 {
			run = 0
		}
		run += idf[w]
		v[fRun] = max(v[fRun], run/rd.st.all)
		if words[w].Content {
			if from < 0 {
				from = i
			}
			to = i
			n++
		}
		last = i
	}
	if n > 1 {
		v[fDensity] = float64(n) / float64(to-from+1)
	}
	v[fOrder] = rd.inOrder() / rd.st.all
}

// inOrder returns the greatest weight of words that stand in the sentence in the question's order.
func (rd *reading) inOrder() float64 {
	var best [maxWords]float64
	top := 0.0
	for _, w := range rd.word {
		if w < 0 || rd.st.question.Words[w].onlyFinds() {
			continue
		}
		sum := 0.0
		for before := range w {
			sum = max(sum, best[before])
		}
		best[w] = max(best[w], sum+rd.st.idf[w])
		top = max(top, best[w])
	}
	return top
}

// form describes the sentence itself.
func (rd *reading) form(v *vector) {
	v[fLength] = math.Log(1 + float64(len(rd.s.tokens)))
	fresh, names := 0, 0
	for i, t := range rd.s.tokens {
		if rd.word[i] >= 0 || t.marks&markFunction != 0 {
			continue
		}
		fresh++
		if t.marks&markCapital != 0 {
			names++
		}
	}
	v[fNew], v[fNewNames] = math.Log(1+float64(fresh)), math.Log(1+float64(names))
	for i, w := range rd.word[:min(4, len(rd.word))] {
		if w < 0 || !rd.st.question.Words[w].Content {
			continue
		}
		v[fStartsWith] = 1
		for _, t := range rd.s.tokens[i+1 : min(i+3, len(rd.s.tokens))] {
			if t.marks&markBe != 0 {
				v[fDefines] = 1
			}
		}
	}
}

// kind looks for the kind of thing asked for, and for words of the question around it.
func (rd *reading) kind(v *vector) {
	kind := rd.st.question.Kind
	v[fKindIs] = kind.number()
	if kind == KindOther {
		return
	}
	for i := range rd.s.tokens {
		held := kind.holds(rd, i)
		if held == 0 {
			continue
		}
		v[fKindHeld] = max(v[fKindHeld], held)
		near := 0.0
		var seen [maxWords]bool
		for _, w := range rd.word[max(0, i-7):min(len(rd.word), i+8)] {
			if w >= 0 && !seen[w] {
				seen[w] = true
				near += rd.st.idf[w]
			}
		}
		v[fKindNear] = max(v[fKindNear], near/rd.st.all)
	}
	if v[fKindHeld] == 0 {
		v[fKindMissing] = 1
	}
}

// asksBack says whether a sentence is itself a question.
func asksBack(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text, "\"”’')» "))
	return r == '?' || r == '？' || r == '؟'
}

func held(n uint16) float64 {
	if n > 0 {
		return 1
	}
	return 0
}
