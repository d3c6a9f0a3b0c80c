package index

import "math"

// bar is the confidence from which a passage is called an answer.
const bar = 0.5

// The weights of the confidence: a logistic model of what tells a right first passage from a wrong
// one and from any passage where the documents hold no answer.
const (
	biasConfidence     = -4.2
	coverageConfidence = 4.5
	contextConfidence  = 2.2
	pairsConfidence    = 0.8
	kindConfidence     = 0.5
	missingKind        = -0.6
	gapConfidence      = 2.5
)

// judge sets the verdict and the confidence of a.
func judge(ranked []scored, st *statistics, a *Answer) {
	a.Verdict = VerdictNear
	if len(a.UnknownTerms) > 0 {
		a.Verdict = VerdictUnknown
	}
	if len(ranked) == 0 {
		return
	}
	gap := 1.0
	if len(ranked) > 1 && ranked[0].score > 0 {
		gap = 1 - ranked[1].score/ranked[0].score
	}
	a.Confidence = confidence(&ranked[0].features, st, gap)
	if a.Confidence >= bar {
		a.Verdict = VerdictAnswer
	}
}

// confidence is the probability that a sentence with these features answers the question. Gap says
// how far the next best sentence is behind, 0 to 1.
func confidence(f *features, st *statistics, gap float64) float64 {
	if st.total == 0 {
		return 0
	}
	x := biasConfidence + coverageConfidence*f.coverage + contextConfidence*f.context + gapConfidence*gap +
		pairsConfidence*math.Min(1, f.pairs/st.total)
	if st.question.Kind != KindOther {
		x += kindConfidence*f.kind + missingKind*(1-f.kind)
	}
	return math.Round(1e4/(1+math.Exp(-x))) / 1e4
}
