package index

import (
	"context"
	"math"
)

// statistics is what the index knows about the words of one question.
type statistics struct {
	question *Question
	manifest *Manifest
	// idf is the weight of each word: how much rarer than common it is, in nats.
	idf []float64
	// frequency is the number of sentences that hold each word.
	frequency []int
	// byTerm gives the word a term belongs to.
	byTerm map[string]int
	// total is the sum of the weights of the content words.
	total float64
}

func (x *Index) statistics(ctx context.Context, q *Question) (*statistics, error) {
	st := &statistics{question: q, manifest: &x.manifest, byTerm: map[string]int{},
		idf: make([]float64, len(q.Words)), frequency: make([]int, len(q.Words))}
	counts, err := x.search.Frequencies(ctx, q.terms())
	if err != nil {
		return nil, err
	}
	for i, w := range q.Words {
		for _, term := range w.Terms {
			st.frequency[i] = max(st.frequency[i], counts[0])
			counts = counts[1:]
			if _, taken := st.byTerm[term]; !taken {
				st.byTerm[term] = i
			}
		}
		st.idf[i] = inverseFrequency(st.frequency[i], x.manifest.Sentences)
		if w.Content {
			st.total += st.idf[i]
		} else {
			st.idf[i] *= functionWeight
		}
	}
	return st, nil
}

// inverseFrequency is the weight of a term held by df of n sentences, as BM25 is commonly computed.
func inverseFrequency(df, n int) float64 {
	return math.Log(1 + (float64(n-df)+0.5)/(float64(df)+0.5))
}

// unknown returns the content words that stand in no sentence, as typed. A pair of characters is
// no word, so that its absence says nothing; nor does any word's where there are no sentences.
func (st *statistics) unknown() []string {
	words := []string{}
	if st.manifest.Sentences == 0 {
		return words
	}
	for i, w := range st.question.Words {
		if w.Content && !w.Pair && st.frequency[i] == 0 {
			words = append(words, w.Text)
		}
	}
	return words
}
