package index

import "time"

// A Verdict says what kind of answer a question got.
type Verdict string

// The four verdicts.
const (
	// VerdictAnswer: the first passage answers the question, as far as can be told.
	VerdictAnswer Verdict = "answer"
	// VerdictNear: no passage is good enough to be called an answer; the nearest are given.
	VerdictNear Verdict = "near"
	// VerdictUnknown: no answer, and the question has terms that stand in no document.
	VerdictUnknown Verdict = "unknown"
	// VerdictChat: the words were no question to the documents but a greeting, thanks, a call
	// for help, or nothing at all; see [Chat].
	VerdictChat Verdict = "chat"
)

// An Answer is what a question got. Its JSON form is stable: other programs read it.
type Answer struct {
	Question string  `json:"question"`
	Verdict  Verdict `json:"verdict"`
	// Confidence is the probability, 0 to 1, that the first passage answers the question.
	Confidence float64 `json:"confidence"`
	// Passages stand best first: at most [DefaultPassages] that pass the bar when the verdict is
	// answer, the nearest ones when it is near or unknown. Never null in JSON.
	Passages []Passage `json:"passages"`
	// UnknownTerms are the content words of the question, as typed, that stand in no document.
	UnknownTerms []string `json:"unknown_terms"`
	// Explanations say of each passage why it stands where it does; only when asked for, see
	// [Options].
	Explanations []Explanation `json:"explanations,omitempty"`
	// TookMS is how long the answer took, in milliseconds.
	TookMS float64 `json:"took_ms"`
	// Chat says which kind of small talk it was when the verdict is chat.
	Chat Chat `json:"-"`
	// Searched is the number of documents that were searched.
	Searched int `json:"-"`
}

// A Passage is one quoted sentence with its neighbours and its source.
type Passage struct {
	// Quote is the sentence, byte for byte as it stands in the document.
	Quote string `json:"quote"`
	// Before and After are the neighbouring sentences under the same heading, "" where there is
	// none or where the neighbour is shown elsewhere in the same answer.
	Before string `json:"before"`
	After  string `json:"after"`
	// Heading is the path of headings above the quote, outermost first. Never null in JSON.
	Heading []string `json:"heading"`
	// Page is the page of the quote, from 1; 0 for documents without pages.
	Page int `json:"page"`
	// Start and End are byte offsets of Quote in the document's text.
	Start int `json:"start"`
	End   int `json:"end"`
	// Score orders passages within one answer; higher is better. It has no unit.
	Score float64 `json:"score"`
	// Matched holds byte spans [start, end) within Quote of the words that match the question, in
	// order. Never null in JSON.
	Matched  [][2]int `json:"matched"`
	Document Source   `json:"document"`
	// Ordinal is the quote's place among the sentences of its document.
	Ordinal int `json:"-"`
	// CutStart and CutEnd say that the quote is a piece of a sentence too long to be shown whole,
	// which began before it or goes on after it.
	CutStart bool `json:"-"`
	CutEnd   bool `json:"-"`
}

// A Source names the document of a passage.
type Source struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	// URL is http or https, or "".
	URL        string `json:"url"`
	Path       string `json:"path"`
	Collection string `json:"collection"`
	// Published is a date, YYYY-MM-DD, or "" when unknown.
	Published string `json:"published"`
	// Archived says that the document is kept for the record and no longer holds; SupersededBy is the
	// title of the document of the same collection that replaces it, "" where none does. Either is left
	// out of JSON where it says nothing.
	Archived     bool   `json:"archived,omitempty"`
	SupersededBy string `json:"superseded_by,omitempty"`
	// Language is as [corpus.Document.Language].
	Language string `json:"-"`
	// Origin and Author are what the source line says besides; either may be "".
	Origin string `json:"-"`
	Author string `json:"-"`
}

// Outdated says that the document no longer holds, by what its owners say.
func (s Source) Outdated() bool { return s.Archived || s.SupersededBy != "" }

// DefaultPassages is the most passages an answer shows unless asked for more.
const DefaultPassages = 3

// DateFormat is the form of [Source.Published].
const DateFormat = time.DateOnly

// Chat is a kind of small talk.
type Chat string

// The kinds of small talk. ChatNone is a question to the documents.
const (
	ChatNone     Chat = ""
	ChatEmpty    Chat = "empty"
	ChatHelp     Chat = "help"
	ChatGreeting Chat = "greeting"
	ChatThanks   Chat = "thanks"
)
