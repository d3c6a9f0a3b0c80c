package bot

import (
	"strings"

	"verbatim/index"
)

// What a program without Slack, such as a terminal, shows of an answer in the same words.

// Opening returns what is said above the passages of an answer: that it is none, and which terms
// stand in no document. It is "" above an answer that is one, and for small talk.
func Opening(a index.Answer) string {
	if a.Verdict == index.VerdictChat || a.Verdict == index.VerdictAnswer && len(a.Passages) > 0 {
		return ""
	}
	return join(compose(a, Options{}).lead)
}

// SourceLine returns where a passage stands: title, headings, page, author or origin, date.
func SourceLine(p index.Passage) string {
	s := sourceOf(p.Document, english())
	s.addPlace(p)
	return s.label() + s.rest()
}

// Footer returns what is said below the passages of an answer, in one line or more.
func Footer(a index.Answer) string {
	documents := map[string]bool{}
	for _, p := range a.Passages {
		documents[p.Document.ID] = true
	}
	n := len(documents)
	lines := append(compose(a, Options{}).foot, english().sayQuoted(n, max(n, a.Searched)))
	return strings.Join(lines, "\n")
}

// Clean makes text of a document or of a person fit to be shown: white space is folded, and
// characters that cannot be seen but change what is, such as controls, are left out.
func Clean(s string) string { return clean(s) }
