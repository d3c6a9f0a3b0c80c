package index

// The weights of the first ranking: the known recipe for sentences (parameters of BM25 lower than
// for documents, the scores of paragraph, title and headings added, a bonus for words that stay
// neighbours).
const (
	k1 = 0.9 // how soon a repeated term stops adding to the score
	b  = 0.4 // how much length counts against a sentence

	paragraphWeight = 0.8
	titleWeight     = 0.5
	headingWeight   = 0.3
	documentWeight  = 0.3
	pairWeight      = 0.15
	// functionWeight is the part of a function word's weight that counts.
	functionWeight = 0.3
	// asideWeight is the part of the weight of a word that was taken back.
	asideWeight = 0.5

	// A word that no sentence holds is taken for a misspelling of at most mostGuesses terms at
	// guessWeight of their weight: one character may be wrong from shortestGuessed characters on,
	// two from longGuessed on.
	guessWeight     = 0.7
	shortestGuessed = 4
	longGuessed     = 8
	mostGuesses     = 3

	// candidates is how many sentences the engine is asked for, expanded how many of the best of
	// them bring the other sentences of their paragraph along, which may answer without holding a
	// word of the question, and reranked how many the second ranking looks at.
	candidates = 300
	expanded   = 30
	reranked   = 40

	// maxWords is how many words of a question are looked for; of more, the rarest.
	maxWords = 48
)

// questionPenalty is what the second ranking takes from a sentence that is itself a question, in its
// own points (the best candidate is mostly ahead of the next by about one): it is answered elsewhere.
// Set by hand, as the texts learned from have none.
const questionPenalty = 1.0

// headingPenalty puts headings after all else: they say what is answered below them.
const headingPenalty = 100

// closeEnough is how many points a passage may be behind the first one of the same answer.
const closeEnough = 1.0

// The weights of the confidence: a logistic regression, fitted to the first passages of questions
// asked of the texts that hold their answer and of others, in collections of 20 to 8,000 sentences,
// and of a hundred things said to assistants, which weigh as much as a fifth of all. On judged
// questions of other writers, half of them without an answer, it is right at least about as often as
// it says: in 62 of 100 cases between 0.5 and 0.6, in 84 between 0.7 and 0.8, in 97 above 0.9.
const (
	biasConfidence  = -7.827
	leadConfidence  = 0.383
	scoreConfidence = 0.71
	sizeConfidence  = -0.454
	// greatestLead bounds the lead, and loneLead is that of an only candidate.
	greatestLead = 5
	loneLead     = 3
)

var featureConfidence = [...]struct {
	feature feature
	weight  float64
}{
	{fContextCover, 1.544},
	{fMissingContext, 0.791},
	{fSurface, 0.875},
	{fContentWords, 2.293},
	{fNamesMissing, -0.506},
	{fFirstScore, 1.79},
}

// The bar for an answer: chosen so that of things people say to assistants which no document
// answers at most one in fifty is answered. In a text of a page that chance is so much smaller that
// a lower bar does; from 800 sentences on it stays the same.
const (
	lowBar     = 0.27
	highBar    = 0.65
	smallIndex = 100
	largeIndex = 800
	// unknownBar is the part of what the bar leaves up to 1 that is added to it when a word of the
	// question stands in no document: of 200 things said to assistants that no document answers it
	// takes one or two answers, of questions with an answer one in a hundred.
	unknownBar = 0.25
)
