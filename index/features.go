package index

import "math"

// A feature is one thing that the second ranking knows about a candidate. Features have no scale:
// weights are parts of the weight of the question, so that they mean the same in a text of twenty
// sentences as in a library, and nothing in them depends on a language but the kind asked for.
type feature int

const (
	// The scores of the first ranking, as parts of the question's weight.
	fSentence feature = iota
	fParagraph
	fTitle
	fDocument
	fPairs
	// Words of the question near each other, in its order, and the longest run of them.
	fNear
	fOrder
	fRun
	fDensity
	// The part of the content words' weight that is in the sentence, in its paragraph, in either or
	// in title and headings, and only around it.
	fCover
	fParagraphCover
	fContextCover
	fRestCover
	fMatchedPart
	fRarest
	fSecondRarest
	fMissing
	fMissingContext
	fTopicless
	fSquared
	fFunction
	fNames
	fNamesMissing
	// Words as typed, and words that begin alike.
	fSurface
	fPrefix
	// Words that few sentences of the paragraph or the document hold.
	fOwn
	fShare
	fLocal
	// The sentence itself and where it stands.
	fLength
	fNew
	fNewNames
	fFirstInParagraph
	fFirstInDocument
	fPlaceInParagraph
	fBefore
	fAfter
	fPronounBefore
	fStartsWith
	fDefines
	// The kind of thing asked for.
	fKindHeld
	fKindMissing
	fKindNear
	fKindIs
	// The question.
	fContentWords
	fMeanWeight
	fUnknown
	// How far the candidate is behind the best one in each respect.
	fFirstScore
	fFirstGap
	fFirstRank
	fParagraphGap
	fInParagraphGap
	fSentenceGap
	fCoverGap
	fSurfaceGap
	fLocalGap
	fContextGap
	numFeatures
)

// A vector holds the features of a candidate.
type vector [numFeatures]float64

// relate fills in how far each candidate is behind the best one. The list is in the order of the
// first ranking.
func (r *ranker) relate(list []scored) {
	type paragraph struct {
		doc  *analysed
		from int32
	}
	bestIn := map[paragraph]float64{}
	var best vector
	for i := range list {
		s := &list[i]
		p := paragraph{s.doc, s.doc.paragraphs[s.ordinal][0]}
		bestIn[p] = max(bestIn[p], s.vector[fSentence])
		for f := range best {
			best[f] = max(best[f], s.vector[f])
		}
	}
	for i := range list {
		s := &list[i]
		v := &s.vector
		v[fFirstScore] = s.first / r.st.all
		v[fFirstGap] = (list[0].first - s.first) / r.st.all
		v[fFirstRank] = math.Log(float64(1 + i))
		v[fInParagraphGap] = bestIn[paragraph{s.doc, s.doc.paragraphs[s.ordinal][0]}] - v[fSentence]
		for _, f := range [...][2]feature{{fParagraphGap, fParagraph}, {fSentenceGap, fSentence}, {fCoverGap, fCover},
			{fSurfaceGap, fSurface}, {fLocalGap, fLocal}, {fContextGap, fContextCover}} {
			v[f[0]] = best[f[1]] - v[f[1]]
		}
	}
}
