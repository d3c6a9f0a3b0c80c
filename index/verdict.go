package index

import "math"

// judge sets the verdict and the confidence of a.
func judge(ranked []scored, st *statistics, a *Answer) {
	a.Verdict = VerdictNear
	if len(a.UnknownTerms) > 0 {
		a.Verdict = VerdictUnknown
	}
	if len(ranked) == 0 {
		return
	}
	a.Confidence = confidence(&ranked[0], st, lead(ranked))
	if a.Confidence >= st.bar() {
		a.Verdict = VerdictAnswer
	}
}

// lead is how many points the first passage is ahead of the second.
func lead(ranked []scored) float64 {
	if len(ranked) < 2 {
		return loneLead
	}
	return min(ranked[0].score-ranked[1].score, greatestLead)
}

// confidence is the probability that a sentence answers the question, by a logistic model of what
// tells a right first passage from a wrong one and from any passage where the documents hold no
// answer. Lead says how many points it is ahead of the next.
func confidence(s *scored, st *statistics, lead float64) float64 {
	x := biasConfidence + leadConfidence*lead + scoreConfidence*s.score + sizeConfidence*math.Log(1+float64(st.manifest.Sentences))
	for _, w := range featureConfidence {
		x += w.weight * s.vector[w.feature]
	}
	return math.Round(1e4/(1+math.Exp(-x))) / 1e4
}

// bar is the confidence from which a passage is called an answer. Between a small and a large index it
// rises with the logarithm of the size, in a tiny one it is higher again, and it is higher for a
// question with a word that stands in no document.
func (st *statistics) bar() float64 {
	at := (math.Log(float64(max(st.manifest.Sentences, 1))) - math.Log(smallIndex)) / (math.Log(largeIndex) - math.Log(smallIndex))
	needed := lowBar + (highBar-lowBar)*min(max(at, 0), 1)
	if st.manifest.Sentences < tinyIndex {
		needed = tinyBar
	}
	if len(st.unknown()) > 0 {
		needed += unknownBar * (1 - needed)
	}
	return needed
}
