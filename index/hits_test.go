package index

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"verbatim/corpus"
)

// TestHits compares what is found of a question in a document, term by term, with what analysis finds: with
// numbers that take one place and such that take three.
func TestHits(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var text strings.Builder
	for s := range 120 {
		for range 1 + random.IntN(40) {
			fmt.Fprintf(&text, "w%c ", 'a'+rune(random.IntN(20)))
		}
		text.WriteString([]string{"end. ", "end.\n\n"}[s%2])
	}
	d := corpus.Document{ID: "d", Path: "d.txt", Language: "en", Text: text.String()}
	doc := &storedText{Document: d, Sentences: d.Sentences()}
	numbers := &numbering{map[string]uint32{}}
	for i := range longNumber - 8 {
		numbers.of(fmt.Sprint("x", i))
	}
	o, terms := outlineOf(&catalogEntry{}, doc, numbers, newVocabulary())
	q := ParseQuestion("wa wb wc wd we wf wg wh wi wj wk wl", []string{"en"})
	st := &statistics{question: &q}
	st.lookFor()
	m := newMarks(len(numbers.numbers))
	for i, term := range st.lookedFor {
		m.set(numbers.numbers[term], uint16(i+1))
	}
	store := &texts{}
	o.store = store
	r := &ranker{st: st, marked: map[*texts]*marks{store: m}, scratch: newScratch()}

	var all inDocument
	long := 0
	for ordinal, said := range terms {
		r.enter(o, int32(ordinal), int32(ordinal)+1)
		var want []hit
		for i, term := range said {
			if at, ok := st.places[term]; ok {
				want = append(want, hit{int32(i), uint16(at)})
				all[st.wordOf[at]]++
				if numbers.numbers[term] >= longNumber {
					long++
				}
			}
		}
		if got := r.hitsIn(int32(ordinal), int32(ordinal)+1); !slices.Equal(got, want) {
			t.Fatalf("sentence %d: hits %v, want %v", ordinal, got, want)
		}
	}
	if len(terms) < 50 || long == 0 || len(o.tokens) < 2*tokensAtOnce {
		t.Fatalf("%d sentences with %d tokens and %d long numbers are no test", len(terms), len(o.tokens), long)
	}
	if got := r.inDocument(o); *got != all {
		t.Errorf("the document holds %v, want %v", *got, all)
	}
}

// TestInOrder compares the order in which candidates come with that of all their scores, of which many are
// equal.
func TestInOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 50 {
		r := &ranker{st: &statistics{idf: []float64{2}}, scratch: newScratch()}
		var list []*scored
		var want []string
		type place struct {
			score   float64
			doc     string
			ordinal int
		}
		var places []place
		for d := range 10 {
			doc := &outline{catalogEntry: &catalogEntry{DocumentInfo: DocumentInfo{ID: fmt.Sprint(d)}}}
			r.inDocuments[doc] = &inDocument{int32(random.IntN(3) * 200)} // 200 are as good as can be
			for ordinal := range 5 {
				s := &scored{doc: doc, ordinal: ordinal, parts: parts{sentence: 2 * documentWeight * float64(random.IntN(3)), document: 2}}
				s.first = s.parts.sum()
				list = append(list, s)
				known := s.parts
				known.document = r.document(doc)
				places = append(places, place{known.sum(), doc.ID, ordinal})
			}
		}
		slices.SortFunc(places, func(a, b place) int {
			switch {
			case a.score != b.score:
				return map[bool]int{true: -1, false: 1}[a.score > b.score]
			case a.doc != b.doc:
				return strings.Compare(a.doc, b.doc)
			}
			return a.ordinal - b.ordinal
		})
		for _, p := range places {
			want = append(want, fmt.Sprint(p))
		}
		random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		var got []string
		for s := range r.inOrder(list) {
			got = append(got, fmt.Sprint(place{s.first, s.doc.ID, s.ordinal}))
		}
		if !slices.Equal(got, want) {
			t.Fatalf("order\n%v, want\n%v", got, want)
		}
	}
}
