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
	// Words as typed, words that begin or end alike, and words of like meaning.
	fSurface
	fPrefix
	fRelated
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
	fWithBefore
	fWithAfter
	fPronounBefore
	fStartsWith
	fDefines
	// The kind of thing asked for.
	fKindHeld
	fKindMissing
	fKindNear
	fKindIs
	// The word that says what kind of thing is asked for ("what river"), and the part of the other
	// content words' weight that is in the sentence and around it; the last content word.
	fFocus
	fCoverUnfocused
	fContextUnfocused
	fLast
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
	// How many candidates hold as much, and how many of the best ten stand in the same document and
	// paragraph.
	fRivals
	fSameDocument
	fSameParagraph
	numFeatures
)

// A described feature has a name, for the file of the trees, and a group, as people are told of it.
type described struct{ name, group string }

// The groups of features.
const (
	groupWords     = "the words in the sentence"
	groupTogether  = "words together and in order"
	groupParagraph = "the paragraph around it"
	groupDocument  = "the document"
	groupKind      = "the kind of thing asked for"
	groupForm      = "the sentence itself"
	groupAll       = "all words, wherever they stand"
	groupQuestion  = "the question itself"
)

var rankingFeatures = [numFeatures]described{
	fSentence:         {"sentence", groupWords},
	fParagraph:        {"paragraph", groupParagraph},
	fTitle:            {"title", groupDocument},
	fDocument:         {"document", groupDocument},
	fPairs:            {"pairs", groupTogether},
	fNear:             {"near", groupTogether},
	fOrder:            {"order", groupTogether},
	fRun:              {"run", groupTogether},
	fDensity:          {"density", groupTogether},
	fCover:            {"cover", groupWords},
	fParagraphCover:   {"paragraph cover", groupParagraph},
	fContextCover:     {"context cover", groupParagraph},
	fRestCover:        {"rest cover", groupParagraph},
	fMatchedPart:      {"matched part", groupWords},
	fRarest:           {"rarest", groupWords},
	fSecondRarest:     {"second rarest", groupWords},
	fMissing:          {"missing", groupWords},
	fMissingContext:   {"missing context", groupParagraph},
	fTopicless:        {"topicless", groupDocument},
	fSquared:          {"squared", groupWords},
	fFunction:         {"function", groupWords},
	fNames:            {"names", groupWords},
	fNamesMissing:     {"names missing", groupWords},
	fSurface:          {"surface", groupWords},
	fPrefix:           {"prefix", groupWords},
	fRelated:          {"related", groupWords},
	fOwn:              {"own", groupWords},
	fShare:            {"share", groupWords},
	fLocal:            {"local", groupWords},
	fLength:           {"length", groupForm},
	fNew:              {"new", groupForm},
	fNewNames:         {"new names", groupForm},
	fFirstInParagraph: {"first in paragraph", groupForm},
	fFirstInDocument:  {"first in document", groupDocument},
	fPlaceInParagraph: {"place in paragraph", groupForm},
	fBefore:           {"before", groupParagraph},
	fWithBefore:       {"with the sentence before", groupParagraph},
	fWithAfter:        {"with the sentence after", groupParagraph},
	fAfter:            {"after", groupParagraph},
	fPronounBefore:    {"pronoun before", groupParagraph},
	fStartsWith:       {"starts with", groupForm},
	fDefines:          {"defines", groupForm},
	fKindHeld:         {"kind held", groupKind},
	fKindMissing:      {"kind missing", groupKind},
	fKindNear:         {"kind near", groupKind},
	fKindIs:           {"kind is", groupKind},
	fFocus:            {"focus", groupKind},
	fCoverUnfocused:   {"cover unfocused", groupWords},
	fContextUnfocused: {"context unfocused", groupParagraph},
	fLast:             {"last", groupWords},
	fContentWords:     {"content words", groupQuestion},
	fMeanWeight:       {"mean weight", groupQuestion},
	fUnknown:          {"unknown", groupQuestion},
	fFirstScore:       {"first score", groupAll},
	fFirstGap:         {"first gap", groupAll},
	fFirstRank:        {"first rank", groupAll},
	fParagraphGap:     {"paragraph gap", groupParagraph},
	fInParagraphGap:   {"in paragraph gap", groupParagraph},
	fSentenceGap:      {"sentence gap", groupWords},
	fCoverGap:         {"cover gap", groupWords},
	fSurfaceGap:       {"surface gap", groupWords},
	fLocalGap:         {"local gap", groupWords},
	fContextGap:       {"context gap", groupParagraph},
	fRivals:           {"rivals", groupAll},
	fSameDocument:     {"same document", groupDocument},
	fSameParagraph:    {"same paragraph", groupParagraph},
}

// A vector holds the features of a candidate.
type vector [numFeatures]float64

// relate fills in how far each candidate is behind the best one. The list is in the order of the
// first ranking.
func (r *ranker) relate(list []scored) {
	type paragraph struct {
		doc  *outline
		from int32
	}
	bestIn := map[paragraph]float64{}
	var best vector
	for i := range list {
		s := &list[i]
		p := paragraph{s.doc, s.paragraph()[0]}
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
		v[fInParagraphGap] = bestIn[paragraph{s.doc, s.paragraph()[0]}] - v[fSentence]
		v[fRivals] = math.Log(float64(rivals(list, v[fCover])))
		v[fSameDocument], v[fSameParagraph] = company(list, s)
		for _, f := range [...][2]feature{{fParagraphGap, fParagraph}, {fSentenceGap, fSentence}, {fCoverGap, fCover},
			{fSurfaceGap, fSurface}, {fLocalGap, fLocal}, {fContextGap, fContextCover}} {
			v[f[0]] = best[f[1]] - v[f[1]]
		}
	}
}

// rivals returns how many of the candidates hold at least a part cover of the question.
func rivals(list []scored, cover float64) int {
	n := 0
	for i := range list {
		if list[i].vector[fCover] >= cover {
			n++
		}
	}
	return n
}

// company returns which parts of the ten best candidates stand in the document and in the paragraph
// of s.
func company(list []scored, s *scored) (inDocument, inParagraph float64) {
	best := list[:min(10, len(list))]
	for i := range best {
		if best[i].doc == s.doc {
			inDocument++
			inParagraph += is(best[i].paragraph() == s.paragraph())
		}
	}
	return inDocument / float64(len(best)), inParagraph / float64(len(best))
}
