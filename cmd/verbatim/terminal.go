package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"verbatim/bot"
	"verbatim/index"
)

// terminal lays an answer out as text.
type terminal struct {
	// color says whether to use ANSI escapes for bold and dim.
	color bool
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

func (t terminal) answer(a *index.Answer) string {
	var b strings.Builder
	b.WriteString(bot.Opening(*a))
	if b.Len() > 0 {
		b.WriteString("\n")
	}
	for _, p := range a.Passages {
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		if p.Before != "" {
			fmt.Fprintf(&b, "  %s\n", t.style(dim, display(p.Before)))
		}
		fmt.Fprintf(&b, "> %s\n", t.style(bold, display(p.Quote)))
		if p.After != "" {
			fmt.Fprintf(&b, "  %s\n", t.style(dim, display(p.After)))
		}
		fmt.Fprintf(&b, "  — %s\n", display(bot.SourceLine(p)))
	}
	if len(a.Passages) > 0 {
		fmt.Fprintf(&b, "\n%s\n", t.style(dim, bot.Footer(*a)))
	}
	return b.String()
}

// display makes text of a document safe to print: white space becomes single spaces, and control
// and direction characters, which could move the cursor or turn the text around, are left out.
func display(text string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\ufeff':
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(clean), " ")
}
