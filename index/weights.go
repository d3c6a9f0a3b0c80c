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
// of SQuAD 2.0 asked of texts that hold their answer and of others, in collections of 20 to 4,000
// sentences, ranked by trees learned without these articles, and of a hundred things said to
// assistants, which weigh almost as much as all others. So it says less than is true of questions
// that are about the documents: on questions of SQuAD 2.0 (seen by the trees) among as many that have
// no answer there, it is right in 74 of 100 cases between 0.5 and 0.6, in 90 between 0.7 and 0.8, in
// 98 above 0.9. That names are missing is left out: the fit took it for a good sign, as things said to
// assistants hold no names.
const (
	biasConfidence  = -9.25
	leadConfidence  = 0.437
	scoreConfidence = 0.471
	sizeConfidence  = -0.556
	// greatestLead bounds the lead, and loneLead is that of an only candidate.
	greatestLead = 5
	loneLead     = 3
)

var featureConfidence = [...]struct {
	feature feature
	weight  float64
}{
	{fContextCover, 3.739},
	{fMissingContext, 1.344},
	{fSurface, 1.137},
	{fContentWords, 2.437},
	{fFirstScore, 1.639},
}

// The bar for an answer: chosen so that of things people say to assistants which no document
// answers at most one in fifty is answered. In a text of a page that chance is so much smaller that
// a lower bar does; from 800 sentences on it stays the same.
const (
	lowBar     = 0.16
	highBar    = 0.53
	smallIndex = 100
	largeIndex = 800
	// Below tinyIndex sentences, fewer than were fitted, the bar is tinyBar: every word is rare there,
	// right answers have a confidence near 1, and what only shares words with the question about 0.3.
	tinyIndex = 30
	tinyBar   = 0.5
	// unknownBar is the part of what the bar leaves up to 1 that is added to it when a word of the
	// question stands in no document: of 200 things said to assistants that no document answers it
	// takes at most one answer, of English questions with an answer one in a hundred, of German ones four.
	unknownBar = 0.25
)
