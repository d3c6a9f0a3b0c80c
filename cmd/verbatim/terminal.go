package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"verbatim/bot"
	"verbatim/index"
)

// terminal lays an answer out as text.
type terminal struct {
	// color says whether to use ANSI escapes for bold and dim.
	color bool
	// embedded says that the embedded articles are asked, of which examples can be given.
	embedded bool
}

// wantsColor says whether w is a terminal whose user has not asked for plain text, by the
// convention of no-color.org.
func wantsColor(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

const (
	bold  = "\x1b[1m"
	dim   = "\x1b[2m"
	reset = "\x1b[0m"
)

func (t terminal) style(code, text string) string {
	if !t.color || text == "" {
		return text
	}
	return code + text + reset
}

// smallTalk is printed when the words were no question.
const smallTalk = "That is no question to the documents. Ask one in your own words.\n"

// examples follow it where they have an answer.
const examples = `For example:
  verbatim ask "How long did the call last?"
  verbatim ask "How do I ask in a channel?"
`

func (t terminal) answer(a *index.Answer) string {
	if a.Verdict == index.VerdictChat {
		if t.embedded {
			return smallTalk + examples
		}
		return smallTalk
	}
	var b strings.Builder
	if opening := bot.Opening(*a); opening != "" {
		b.WriteString(opening + "\n\n")
	}
	for i, p := range a.Passages {
		t.context(&b, p.Before)
		fmt.Fprintf(&b, "> %s\n", t.style(bold, bot.Clean(p.Quote)))
		t.context(&b, p.After)
		fmt.Fprintf(&b, "  — %s\n", bot.SourceLine(p))
		if i < len(a.Explanations) {
			for _, line := range a.Explanations[i].Lines() {
				fmt.Fprintf(&b, "    %s\n", bot.Clean(line))
			}
		}
		b.WriteString("\n")
	}
	if len(a.Passages) > 0 {
		fmt.Fprintln(&b, t.style(dim, bot.Footer(*a)))
	}
	return b.String()
}

// context prints a sentence beside the quoted one.
func (t terminal) context(b *strings.Builder, sentence string) {
	if sentence != "" {
		fmt.Fprintf(b, "  %s\n", t.style(dim, bot.Clean(sentence)))
	}
}
