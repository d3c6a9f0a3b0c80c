package bot

import (
	"regexp"
	"strings"

	"github.com/slack-go/slack"

	"verbatim/index"
)

// Several questions in one message are answered one by one, in one message.

// maxSeveral is the most questions of a message that are answered: more do not fit into one that can
// still be read.
const maxSeveral = 3

// listMark is what a line of a list begins with.
var listMark = regexp.MustCompile(`^(?:[-*•–]|\d{1,2}[.)])\s+`)

// several splits a text at its question marks. What comes before a question goes with it. It returns
// at most maxSeveral questions, and whether there were more; a text with one question or none is
// returned as it is.
func several(text string) (questions []string, more bool) {
	var found []string
	from, code := 0, false
	for i, c := range text {
		if strings.HasPrefix(text[i:], "```") {
			code = !code
		}
		if code || c != '?' && c != '？' && c != '؟' || !endsThere(text[i:], c) {
			continue
		}
		end := i + len(string(c))
		if q := listMark.ReplaceAllString(strings.TrimLeft(strings.TrimSpace(text[from:end]), "?？؟ "), ""); isQuestion(q) {
			found = append(found, q)
		}
		from = end
	}
	if len(found) < 2 {
		return []string{text}, false
	}
	return found[:min(len(found), maxSeveral)], len(found) > maxSeveral
}

// endsThere says that a question mark ends a question: white space or nothing follows, unlike in a URL.
func endsThere(rest string, mark rune) bool {
	after := strings.TrimLeft(rest, "?!？؟)\"”'*_")
	return mark != '?' || after == "" || after[0] == ' ' || after[0] == '\n' || after[0] == '\t'
}

// isQuestion says that a text asks for something. A single word of content, as in "Anyone?", does not.
func isQuestion(text string) bool {
	q := index.ParseQuestion(text, nil)
	return q.Chat == index.ChatNone && !(len(q.Words) == 1 && q.Words[0].Content && !q.Words[0].Pair && len(strings.Fields(text)) == 1)
}

// withoutGreeting takes what is said before a question, such as "Hi!" and "Thank you.", off a text.
func withoutGreeting(text string) string {
	for {
		i := strings.IndexAny(text, "!.,\n")
		if i < 0 || strings.TrimSpace(text[i+1:]) == "" {
			return text
		}
		switch index.ParseQuestion(text[:i], nil).Chat {
		case index.ChatGreeting, index.ChatThanks:
			text = strings.TrimSpace(text[i+1:])
		default:
			return text
		}
	}
}

// messageOf lays out sheets, one for each question, in one message within Slack's limits.
func messageOf(sheets []sheet) Message {
	if len(sheets) == 1 {
		return sheets[0].message()
	}
	var m Message
	var texts []string
	for i, s := range sheets {
		s.fit(maxBlockText / len(sheets))
		if i > 0 {
			m.Blocks = append(m.Blocks, slack.NewDividerBlock())
		}
		m.Blocks = append(m.Blocks, s.blocks()...)
		texts = append(texts, s.text(maxText/len(sheets)-1))
	}
	m.Text = strings.Join(texts, "\n")
	return m
}
