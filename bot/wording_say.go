package bot

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"verbatim/index"
)

// sayNear says that no passage answers; some says that the nearest follow.
func (c *catalogue) sayNear(searched int, some bool) string {
	switch {
	case searched == 0 && !some:
		return c.NoDocuments
	case !some:
		return fill(c.Near, "documents", c.Documents.of(searched))
	}
	return fill(c.NearSome, "documents", c.Documents.of(searched))
}

// sayUnknown names the terms that stand in no document, or, where the search was limited, in none of
// those searched.
func (c *catalogue) sayUnknown(terms []string, searched int, some, limited bool) []run {
	if len(terms) == 0 {
		return words(c.sayNear(searched, some))
	}
	text := c.Unknown
	if limited {
		text = c.UnknownHere
	}
	if some {
		text += " " + c.UnknownSome
	}
	before, after, _ := strings.Cut(fill(text, "documents", c.Documents.of(searched)), "{terms}")
	runs := words(before)
	for i, t := range terms {
		switch {
		case i > 0 && i == len(terms)-1:
			runs = append(runs, run{text: " " + c.Or + " "})
		case i > 0:
			runs = append(runs, run{text: ", "})
		}
		runs = append(runs, run{text: t, bold: true})
	}
	return append(runs, run{text: after})
}

// sayNotMentioned names, under an answer, the terms of the question that stand in no document.
func (c *catalogue) sayNotMentioned(terms []string, limited bool) string {
	text := c.NotMentioned
	if limited {
		text = c.NotMentionedHere
	}
	return fill(text, "terms", strings.Join(terms, " "+c.Or+" "))
}

// sayQuoted is the foot of every message with quotes.
func (c *catalogue) sayQuoted(quoted, searched int) string {
	return fill(c.Quoted, "n", strconv.Itoa(quoted), "documents", c.Documents.of(searched))
}

func (c *catalogue) sayCutQuestion() string {
	return fill(c.CutQuestion, "n", strconv.Itoa(MaxQuestion))
}

// sayChat answers what is no question to the documents.
func (c *catalogue) sayChat(chat index.Chat, o Options) string {
	switch chat {
	case index.ChatGreeting:
		return c.Greeting
	case index.ChatThanks:
		return c.Thanks
	}
	return c.sayHelp(o)
}

// sayHelp says how to ask. The name is written without its markup, which would notify the bot.
func (c *catalogue) sayHelp(o Options) string {
	lines := []string{c.Help}
	if o.Name != "" {
		lines = append(lines, fill(c.HelpChannel, "name", clean(o.Name)))
	}
	lines = append(lines, c.HelpDirect)
	if o.Command != "" {
		lines = append(lines, fill(c.HelpCommand, "command", o.Command), fill(c.HelpForget, "command", o.Command), fill(c.HelpExport, "command", o.Command))
	}
	return strings.Join(append(lines, c.HelpAdvice), "\n")
}

// sayBroken is said when answering failed. The reference stands in the log as well.
func (c *catalogue) sayBroken(ref string) string { return fill(c.Broken, "ref", ref) }

// sayExternal refuses where people of another organisation would read along, or ask. It tells nothing
// of what documents there are. direct says that nobody but the asker reads it, who is a stranger then,
// so that no other door is named.
func (c *catalogue) sayExternal(direct bool, o Options) string {
	if direct {
		return c.ExternalDirect
	}
	command := ""
	if o.Command != "" {
		command = fill(c.ExternalCommand, "command", o.Command)
	}
	return fill(c.External, "command", command)
}

// sayWhy says of one passage which words matched and how, and its score against the bar.
func (c *catalogue) sayWhy(e index.Explanation) []string {
	by := map[index.Match][]string{}
	for _, w := range e.Words {
		word := w.Word
		if w.Found != "" && w.How != index.MatchExact {
			word += " (" + w.Found + ")"
		}
		by[w.How] = append(by[w.How], clean(word))
	}
	var lines []string
	for _, how := range []struct {
		match index.Match
		says  string
	}{
		{index.MatchExact, c.WhyExact}, {index.MatchForm, c.WhyForm}, {index.MatchGuess, c.WhyGuess},
		{index.MatchAlike, c.WhyAlike}, {index.MatchRelated, c.WhyRelated}, {index.MatchAround, c.WhyAround}, {index.MatchMissing, c.WhyMissing},
	} {
		if all := by[how.match]; len(all) > 0 {
			lines = append(lines, cut(fill(how.says, "words", strings.Join(all, ", ")), maxNearQuote))
		}
	}
	return append(lines, fill(c.WhyScore, "likely", percent(e.Confidence), "bar", percent(e.Bar), "lead", strconv.FormatFloat(e.Lead, 'f', 1, 64)))
}

func percent(p float64) string { return strconv.Itoa(int(100*p + 0.5)) }

// sayCollection is one line about a collection.
func (c *catalogue) sayCollection(k Collection) string {
	line := fill(c.HomeCollection, "name", cmp.Or(cut(clean(k.Name), maxName), c.Untitled), "documents", c.Documents.of(k.Documents))
	if !k.Newest.IsZero() {
		line += fill(c.HomeNewest, "date", k.Newest.Format(c.Date))
	}
	return line
}

// sayBuilt tells of when the index is, and how old that is now.
func (c *catalogue) sayBuilt(built, now time.Time) string {
	day := built.Format(c.Date)
	age := now.Sub(built)
	says := ""
	switch {
	case age < 0:
		return fill(c.HomeIndex, "date", day)
	case age < time.Hour:
		says = c.AgeMinutes.of(int(age.Minutes()))
	case age < 2*24*time.Hour:
		says = c.AgeHours.of(int(age.Hours()))
	default:
		says = c.AgeDays.of(int(age.Hours() / 24))
	}
	return fill(c.HomeIndexAge, "date", day, "age", says)
}

// sayLate is said under an answer that comes late.
func (c *catalogue) sayLate(by time.Duration) string {
	switch minutes, hours := int(by.Minutes()), int(by.Hours()); {
	case minutes < 2:
		return c.LateMinute
	case hours < 1:
		return fill(c.LateMinutes, "n", strconv.Itoa(minutes))
	case hours == 1:
		return c.LateHour
	default:
		return fill(c.LateHours, "n", strconv.Itoa(hours))
	}
}

// sayElsewhere stands above an answer that comes as a direct message because the place where it was
// asked for, as Slack's error says, takes none. The question is repeated where the answer does not do
// so itself.
func (c *catalogue) sayElsewhere(code string, in Incoming) string {
	line := c.Elsewhere
	switch code {
	case "is_archived":
		line = c.ElsewhereArchived
	case "not_in_channel", "channel_not_found":
		line = c.ElsewhereGone
	}
	if in.Kind.private() || in.Question == "" {
		return line
	}
	return line + " " + fill(c.ElsewhereAsked, "question", cut(clean(in.Question), maxRestated))
}
