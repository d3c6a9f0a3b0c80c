package bot

import (
	"regexp"
	"strings"
	"unicode"

	"verbatim/index"
)

// Messages in which there is nothing to search for.

// emojiName is an emoji as Slack writes it.
var emojiName = regexp.MustCompile(`:[\pL\pN_+'-]+:`)

// wordless is what to say to a message without a word in it; "" to all others, and to an empty one, which
// is a wish for help.
func wordless(in Incoming, c *catalogue) string {
	switch {
	case in.Attached && index.ParseQuestion(in.Question, nil).Chat == index.ChatEmpty:
		return c.WordsOnly
	case in.Question != "" && onlyEmoji(in.Question):
		return c.OnlyEmoji
	}
	return ""
}

// onlyEmoji says that a text is nothing but emoji, by name or as signs, and what stands between them.
func onlyEmoji(text string) bool {
	rest := emojiName.ReplaceAllString(text, "")
	signs := rest != text
	for _, r := range rest {
		switch {
		case unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r) || isFlag(r):
			signs = true
		case !unicode.IsSpace(r) && !unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Me, r) && !isJoiner(r):
			return false
		}
	}
	return signs && !strings.Contains(text, "```")
}
