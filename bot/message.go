package bot

import (
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/slack-go/slack"

	"verbatim/index"
)

// Limits of one message. The source of each is docs.slack.dev unless said otherwise.
const (
	// maxQuote is the most characters of a sentence that are shown; a text object holds 3,000.
	maxQuote = 2800
	// maxNearQuote is the same for a passage that is only near: enough to judge it by.
	maxNearQuote = 300
	// maxNeighbour is the longest neighbouring sentence that is shown; a longer one is left out.
	maxNeighbour = 600
	// maxBlockText is the most UTF-16 units of text in all blocks of a message. Slack refuses
	// messages above some 13,000 (msg_blocks_too_long), a limit it does not document; refusals
	// were seen from 11,341 on.
	maxBlockText = 10_000
	// maxText is the most characters of the fallback text; Slack recommends 4,000.
	maxText = 3900
	// maxRestated is how much of a question is restated above its answer.
	maxRestated = 500
	// maxTerms is how many unknown terms are named, maxTerm how long each may be.
	maxTerms, maxTerm = 5, 60
)

// A Message is what goes to Slack.
type Message struct {
	// Text is the whole answer, escaped: for notifications, for screen readers, and in place of
	// blocks that Slack refuses. At most 3,900 characters. Its only links are those of sources.
	Text   string
	Blocks []slack.Block
}

// Options say how an answer is to be shown.
type Options struct {
	// Restate is the question to put above the answer, for answers that do not stand under it;
	// "" puts none.
	Restate string
	// Understood is the question as it was asked, where that is not as it was written; "" puts none.
	Understood string
	// Cut says that only the first [MaxQuestion] characters were searched with.
	Cut bool
	// Name is the bot's user name and Command its slash command, for the help text.
	Name, Command string
	// Notes are lines of the bot's own below the answer.
	Notes []string
	// Limited says that not all documents were searched, so that nothing is said of all.
	Limited bool
	// Locale is the reader's, such as de-DE. "" means English.
	Locale string
	// Now is the time to tell the age of documents by; zero tells none.
	Now time.Time
	// OldAfter is the age from which it is told; 0 tells none.
	OldAfter time.Duration
	// Earlier is where the question was answered before; nil for nowhere.
	Earlier *Earlier
	// Actions are the blocks below the answer: what can be done with it. Readers of the text alone
	// do without.
	Actions []slack.Block
}

// An Earlier is an answer to the same question that somebody called helpful.
type Earlier struct {
	// URL is the message's, http or https.
	URL string
	At  time.Time
}

// Render lays an answer out as a message within Slack's limits. What does not fit is left out in
// this order: neighbouring sentences, then the last passages.
func Render(a index.Answer, o Options) Message {
	return compose(a, o).message()
}

// plain is a message of the bot's own words.
func plain(text string, o Options) Message {
	s := newSheet(o)
	s.lead = words(text)
	return s.message()
}

// A sheet is what a message says, before it takes the form of blocks or of text.
type sheet struct {
	// restated is the question, and restating what is said before it.
	restated, restating string
	lead                []run
	groups              []group
	earlier             *Earlier
	foot                []string
	// searched is the number of documents that were searched.
	searched int
	actions  []slack.Block
	say      *catalogue
	now      time.Time
	oldAfter time.Duration
}

func newSheet(o Options) sheet {
	s := sheet{say: catalogueOf(o.Locale), actions: o.Actions, now: o.Now, oldAfter: o.OldAfter, restated: cut(clean(o.Restate), maxRestated)}
	s.restating, s.foot = s.say.YouAsked, slices.Clone(o.Notes)
	if o.Understood != "" {
		s.restated, s.restating = cut(clean(o.Understood), maxRestated), s.say.Understood
	}
	if o.Cut {
		s.foot = append(s.foot, s.say.sayCutQuestion())
	}
	return s
}

// A run is text of one style. Its text is clean.
type run struct {
	text         string
	bold, italic bool
}

// A group is the quotes of one document, with its source line.
type group struct {
	document string // its ID
	quotes   []quote
	source   source
	// sourceFirst puts the source above the quotes: where the document matters more.
	sourceFirst bool
	// above is said before the quotes, notes below them.
	above string
	notes []string
}

// words is a run of the bot's own words.
func words(text string) []run { return []run{{text: text}} }

// compose lays an answer out without regard to the size of the whole.
func compose(a index.Answer, o Options) sheet {
	s := newSheet(o)
	s.searched = a.Searched
	passages := a.Passages[:min(len(a.Passages), index.DefaultPassages)]
	switch a.Verdict {
	case index.VerdictChat:
		s.lead = words(s.say.sayChat(a.Chat, o))
		return s
	case index.VerdictAnswer:
		s.groups, s.earlier = s.gather(passages, true), o.Earlier
		s.weigh(a.Question, passages)
		if unknown := terms(a.UnknownTerms); len(unknown) > 0 && len(s.groups) > 0 {
			s.foot = append(s.foot, s.say.sayNotMentioned(unknown, o.Limited))
		}
	default:
		s.groups = s.gather(passages, false)
	}
	switch some := len(s.groups) > 0; {
	case a.Verdict == index.VerdictUnknown:
		s.lead = s.say.sayUnknown(terms(a.UnknownTerms), a.Searched, some, o.Limited)
	case a.Verdict != index.VerdictAnswer || !some:
		s.lead = words(s.say.sayNear(a.Searched, some))
	}
	return s
}

// feet are the lines below: where the quotes come from, and that one was cut if one was.
func (s sheet) feet() []string {
	documents, wasCut := map[string]bool{}, false
	for _, g := range s.groups {
		documents[g.document] = true
		wasCut = wasCut || slices.ContainsFunc(g.quotes, func(q quote) bool { return q.cut })
	}
	lines := slices.Clone(s.foot)
	if wasCut {
		lines = append(lines, s.say.CutQuote)
	}
	if n := len(documents); n > 0 {
		lines = append(lines, s.say.sayQuoted(n, max(n, s.searched)))
	}
	return lines
}

func (s sheet) message() Message {
	s.fit(maxBlockText)
	return Message{Text: s.text(maxText), Blocks: s.blocks()}
}

// fit leaves out what can best be spared until at most so many UTF-16 units of text are left.
func (s *sheet) fit(most int) {
	for s.size() > most && s.shrink() {
	}
}

// shrink leaves out what can best be spared and reports whether there was anything.
func (s *sheet) shrink() bool {
	neighbours := false
	for _, g := range s.groups {
		for i := range g.quotes {
			neighbours = neighbours || g.quotes[i].before != "" || g.quotes[i].after != ""
			g.quotes[i].before, g.quotes[i].after = "", ""
		}
	}
	if neighbours || len(s.groups) == 0 {
		return neighbours
	}
	last := &s.groups[len(s.groups)-1]
	if len(last.quotes) > 1 {
		last.quotes = last.quotes[:len(last.quotes)-1]
		return true
	}
	s.groups = s.groups[:len(s.groups)-1]
	return len(s.groups) > 0
}

// size is the text of all blocks in UTF-16 units, the largest of the ways Slack may count.
func (s sheet) size() int {
	n := units(s.restated) + sizeOfRuns(s.lead)
	for _, g := range s.groups {
		n += units(g.source.label() + g.source.url + g.source.host + g.source.rest() + g.above + strings.Join(g.notes, ""))
		for _, q := range g.quotes {
			n += units(q.before+q.after) + sizeOfRuns(q.runs)
		}
	}
	if s.earlier != nil {
		n += units(s.say.sayEarlier(s.earlier) + s.say.EarlierLink + s.earlier.URL)
	}
	for _, f := range s.feet() {
		n += units(f)
	}
	return n
}

func sizeOfRuns(runs []run) (n int) {
	for _, r := range runs {
		n += units(r.text)
	}
	return n
}

func units(s string) (n int) {
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// terms makes unknown terms fit to be shown.
func terms(all []string) []string {
	var shown []string
	for _, t := range all {
		if t = cut(clean(t), maxTerm); t != "" && len(shown) < maxTerms {
			shown = append(shown, t)
		}
	}
	return shown
}
