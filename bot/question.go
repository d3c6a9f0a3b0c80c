package bot

import (
	"regexp"
	"strings"
	"unicode"
)

// MaxQuestion is the most characters of a message that are taken as a question: what Slack itself
// lets a person type in one message without making a file of it.
const MaxQuestion = 4000

// longestWord is how many bytes at the end of a question that was cut may be half a word.
const longestWord = 100

// token matches Slack's markup in incoming text. What people type as < and > comes escaped.
var token = regexp.MustCompile(`<([^<>]*)>`)

var unescaper = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// Question turns the text of a Slack message into plain text to search with: the bot's own mention
// is taken out, other mentions and links become what a reader sees of them, and what Slack escaped
// is put back. It says whether the text was cut at [MaxQuestion].
func Question(text, botUser string) (question string, cut bool) {
	text = token.ReplaceAllStringFunc(text, func(t string) string {
		return readable(t[1:len(t)-1], botUser)
	})
	text = strings.TrimSpace(unescaper.Replace(strings.ToValidUTF8(text, "�")))
	short := firstRunes(text, MaxQuestion)
	if len(short) == len(text) {
		return text, false
	}
	if i := strings.LastIndexFunc(short, unicode.IsSpace); i > len(short)-longestWord {
		short = short[:i] // half a word would be searched, and be missing
	}
	return strings.TrimSpace(short), true
}

// readable returns what a person sees of a token: the label where there is one. A mention of a
// person, group or channel without a label is an id that says nothing to anyone, and is left out.
func readable(inner, botUser string) string {
	target, label, labelled := strings.Cut(inner, "|")
	switch {
	case botUser != "" && target == "@"+botUser:
		return " "
	case strings.HasPrefix(target, "@"), strings.HasPrefix(target, "!subteam^"):
		if label == "" {
			return " "
		}
		return "@" + strings.TrimPrefix(label, "@")
	case strings.HasPrefix(target, "#"):
		if label == "" {
			return " "
		}
		return "#" + label
	case strings.HasPrefix(target, "!date^"):
		return label
	case strings.HasPrefix(target, "!"):
		return "@" + strings.TrimPrefix(target, "!")
	case labelled && label != "":
		return label
	}
	return strings.TrimPrefix(target, "mailto:")
}
