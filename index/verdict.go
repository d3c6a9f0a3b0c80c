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
	a.Confidence = confidence(ranked, 0, st)
	if a.Confidence >= st.needed() && len(st.missingPhrases) == 0 {
		a.Verdict = VerdictAnswer
	}
}

// What the confidence knows beside the features of the sentence.
const (
	oScore = iota
	oLead
	oLeadElsewhere
	oSize
	oDocuments
	oRarest
	oWords
	oHeld
	numOutlooks
)

var outlookFeatures = [numOutlooks]described{
	oScore:         {"points", groupAll},
	oLead:          {"lead", groupAll},
	oLeadElsewhere: {"lead over other paragraphs", groupAll},
	oSize:          {"sentences in the index", groupQuestion},
	oDocuments:     {"documents in the index", groupQuestion},
	oRarest:        {"rarest word", groupQuestion},
	oWords:         {"words", groupQuestion},
	oHeld:          {"words held", groupWords},
}

// outlookOf returns what is known of whether ranked[i] answers: its features, then [outlookFeatures].
func outlookOf(ranked []scored, i int, st *statistics) []float64 {
	s := &ranked[i]
	o := make([]float64, int(numFeatures)+numOutlooks)
	copy(o, s.vector[:])
	more := o[numFeatures:]
	more[oScore] = s.score
	more[oLead], more[oLeadElsewhere] = lead(ranked[i:])
	more[oSize] = math.Log(1 + float64(st.manifest.Sentences))
	more[oDocuments] = math.Log(1 + float64(st.manifest.Documents))
	more[oRarest] = st.rarest
	more[oWords] = math.Log(1 + float64(len(st.question.Words)))
	more[oHeld] = s.vector[fMatchedPart] * float64(st.content)
	return o
}

// lead is how many points the first passage is ahead of the second, and of the first one in another
// paragraph.
func lead(ranked []scored) (next, elsewhere float64) {
	next, elsewhere = greatestLead, greatestLead
	if len(ranked) > 1 {
		next = min(ranked[0].score-ranked[1].score, greatestLead)
	}
	first := &ranked[0]
	for i := range ranked {
		s := &ranked[i]
		if s.doc != first.doc || s.paragraph() != first.paragraph() {
			return next, min(first.score-s.score, greatestLead)
		}
	}
	return next, elsewhere
}

// allowance is added to the log-odds of an answer from a small index. The trees have learned from
// excerpts of articles, asked all the questions about the whole; what a team asks of its few pages
// mostly stands there. It counts as far as the words of the question stand in the sentence, and around it.
func (st *statistics) allowance() float64 {
	n := math.Log(float64(max(st.manifest.Sentences, 1)))
	part := (math.Log(largeIndex) - n) / (math.Log(largeIndex) - math.Log(smallIndex))
	return mostAllowance * min(max(part, 0), 1)
}

// confidence is the probability that ranked[i] answers the question. What sounds like the question does not add to it.
func confidence(ranked []scored, i int, st *statistics) float64 {
	if s := &ranked[i]; s.listened {
		return s.sure
	}
	p := 1 / (1 + math.Exp(-certainty.score(outlookOf(ranked, i, st))-st.allowance()*(ranked[i].vector[fCover]+ranked[i].vector[fContextCover])/2))
	if s := &ranked[i]; s.asked >= sameQuestion {
		p = max(p, s.asked)
	}
	if s := &ranked[i]; s.headed >= sameQuestion {
		p = max(p, headedSure*s.headed)
	}
	return math.Round(1e4*p) / 1e4
}

// needed is the confidence from which a passage is called an answer: more than the bar for words that
// ask nothing, and for a question with a word that stands in no document.
func (st *statistics) needed() float64 {
	needed := st.bar.value()
	if st.question.Tells {
		needed += doubtBar * (1 - needed)
	}
	if len(st.unknown()) > 0 {
		needed += unknownBar * (1 - needed)
	}
	return needed
}
