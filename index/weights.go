package index

// The weights of the first ranking: the known recipe for sentences (parameters of BM25 lower than
// for documents, the scores of paragraph, title and headings added, a bonus for words that stay
// neighbours).
const (
	// K1 says how soon a repeated term stops adding to the score, and B how much length counts against a sentence:
	// the parameters of BM25 in [Query.Score], for engines that compute it themselves.
	K1 = 0.9
	B  = 0.4

	paragraphWeight = 0.8
	titleWeight     = 0.5
	headingWeight   = 0.3
	documentWeight  = 0.3
	pairWeight      = 0.15
	// functionWeight is the part of a function word's weight that counts.
	functionWeight = 0.3
	// asideWeight is the part of the weight of a word that was taken back.
	asideWeight = 0.8

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

// A sentence that answers a question of its own document is right when that question is the one
// asked: from sameQuestion on, the part of all words that they have in common, it gets replyBonus
// points, and its confidence is at least that part. Set by hand, as the texts learned from have none.
const (
	sameQuestion = 0.6
	replyBonus   = 12
)

// A sentence right below a heading that asks what is asked gets headedBonus points, and its confidence is at least
// headedSure, as parts of how much it is the same. Set by hand, as the texts learned from have no such headings.
const (
	headedBonus = 6
	headedSure  = 0.8
)

// What no longer holds goes behind what does: an archived or replaced document loses
// outdatedPenalty points, and each year that a document is older than the newest candidate costs
// agePenalty, up to greatestAge years. Of two sentences that are equally good the newer is first, and
// a better one of an old document still goes before a worse one. Set by hand.
const (
	outdatedPenalty = 3
	agePenalty      = 0.1
	greatestAge     = 5
)

// sameMeaning is how much a related word tells, of 1, from which on it is looked for in place of a word that no
// document has.
const sameMeaning = 0.9

// halfHeld is the part of the content words from which on what they may be misspelled for is near.
const halfHeld = 0.5

// greatestLead bounds the lead of which the confidence is told, and is that of an only candidate.
const greatestLead = 5

// doubtBar is the part of what the bar leaves up to 1 that is added to it when the words ask nothing, and
// unknownBar when one of them stands in no document.
const (
	doubtBar   = 0.6
	unknownBar = 0.25
)

// liftPoints is how far [lift] puts a sentence before another.
const liftPoints = 0.05

// An index of at most smallIndex sentences is allowed mostAllowance on the log-odds of an answer, one of
// largeIndex or more none. Set by the small sets of the tree.
const (
	mostAllowance = 4
	smallIndex    = 30
	largeIndex    = 1000
)
