package bot

import (
	"fmt"
	"strings"

	"verbatim/index"
)

// Everything the bot says in its own words stands here.

// sayNear says that no passage answers; some says that the nearest follow.
func sayNear(searched int, some bool) string {
	switch {
	case searched == 0 && !some:
		return "I have no documents to search yet."
	case !some:
		return fmt.Sprintf("No passage in the %s answers this. Try other words, or one question at a time.", documentsOf(searched))
	}
	return fmt.Sprintf("No passage in the %s answers this. The nearest are:", documentsOf(searched))
}

// sayUnknown names the terms that stand in no document.
func sayUnknown(terms []string, searched int, some bool) []run {
	if len(terms) == 0 {
		return words(sayNear(searched, some))
	}
	runs := words("No document mentions ")
	for i, t := range terms {
		switch {
		case i > 0 && i == len(terms)-1:
			runs = append(runs, run{text: " or "})
		case i > 0:
			runs = append(runs, run{text: ", "})
		}
		runs = append(runs, run{text: t, bold: true})
	}
	end := fmt.Sprintf(" at all. I searched %s.", documentsOf(searched))
	if some {
		end += " The nearest passages are:"
	}
	return append(runs, run{text: end})
}

// sayNotMentioned names, under an answer, the terms of the question that stand in no document.
func sayNotMentioned(terms []string) string {
	return fmt.Sprintf("No document mentions %s: see whether this is what you asked.", strings.Join(terms, " or "))
}

// sayQuoted is the foot of every message with quotes.
func sayQuoted(quoted, searched int) string {
	return fmt.Sprintf("Quoted word for word from %d of %s. No AI wrote this.", quoted, documentsOf(searched))
}

func documentsOf(n int) string {
	if n == 1 {
		return "1 document"
	}
	return fmt.Sprintf("%d documents", n)
}

func sayCutQuote() string {
	return "“…” marks where a long sentence was cut to fit."
}

func sayCutQuestion() string {
	return fmt.Sprintf("Your question was long: I searched with its first %d characters.", MaxQuestion)
}

func sayYouAsked() string { return "You asked: " }

func sayBefore(s string) string { return "Before it: " + s }

func sayAfter(s string) string { return "After it: " + s }

func sayUntitled() string { return "Untitled document" }

// sayChat answers what is no question to the documents.
func sayChat(c index.Chat, o Options) string {
	switch c {
	case index.ChatGreeting:
		return "Hello! Ask me a question, and I quote the sentences of our documents that answer it, word for word. Write help to see how."
	case index.ChatThanks:
		return "You are welcome. Ask me again any time."
	}
	return sayHelp(o)
}

// sayHelp says how to ask. The name is written without its markup, which would notify the bot.
func sayHelp(o Options) string {
	var b strings.Builder
	b.WriteString("Ask me a question, and I quote the sentences of our documents that answer it, word for word, each with its source.")
	if o.Name != "" {
		fmt.Fprintf(&b, "\n• In a channel: @%s and your question. I answer in the thread.", clean(o.Name))
	}
	b.WriteString("\n• In a direct message to me: just your question.")
	if o.Command != "" {
		fmt.Fprintf(&b, "\n• Anywhere: %s and your question. Only you see the answer.", o.Command)
	}
	b.WriteString("\nA whole question with the words of the documents finds more than a single word.")
	return b.String()
}

// sayBroken is said when answering failed. The reference stands in the log as well.
func sayBroken(ref string) string {
	return fmt.Sprintf("Something broke on my side (ref %s). This is not a “no”: please ask again, and if it stays so, tell the people who run me the reference.", ref)
}

// sayBusy answers a command when too many questions wait.
func sayBusy() string {
	return "I have more questions waiting than I can hold. Please ask again in a minute."
}

// sayExternal refuses where people of another organisation would read along, or ask. It tells nothing
// of what documents there are. direct says that nobody but the asker reads it, who is a stranger then,
// so that no other door is named.
func sayExternal(direct bool, o Options) string {
	if direct {
		return "I answer only people of the organisation that runs me."
	}
	command := ""
	if o.Command != "" {
		command = ", with " + o.Command
	}
	return "I do not answer in channels shared with other organisations. People of the organisation that runs me can ask me in a direct message" + command + ", or in a channel of their own."
}
