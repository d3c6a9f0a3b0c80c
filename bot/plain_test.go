package bot

import (
	"testing"

	"verbatim/index"
)

// TestPlainPartsSayWhatTheMessageSays holds the parts for terminals to the words of messages.
func TestPlainPartsSayWhatTheMessageSays(t *testing.T) {
	tests := []struct {
		name                    string
		answer                  index.Answer
		opening, source, footer string
	}{
		{"answer", answerOf(laptop()), "", "Offboarding guide › Equipment › p. 4 · People team · 12 Mar 2026", "Quoted word for word from 1 of 214 documents. No AI wrote this."},
		{"near", index.Answer{Verdict: index.VerdictNear, Searched: 2, Passages: []index.Passage{second()}}, "No passage in the 2 documents answers this. The nearest are:", "People handbook · Shared folder", "Quoted word for word from 1 of 2 documents. No AI wrote this."},
		{"unknown", index.Answer{Verdict: index.VerdictUnknown, Searched: 2, UnknownTerms: []string{"ldap"}, Passages: []index.Passage{second()}}, "No document mentions ldap at all. I searched 2 documents. The nearest passages are:", "People handbook · Shared folder", "Quoted word for word from 1 of 2 documents. No AI wrote this."},
		{"chat", index.Answer{Verdict: index.VerdictChat, Chat: index.ChatThanks, Passages: []index.Passage{second()}}, "", "People handbook · Shared folder", "Quoted word for word from 1 of 1 document. No AI wrote this."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Opening(tt.answer); got != tt.opening {
				t.Errorf("opening %q, want %q", got, tt.opening)
			}
			if got := SourceLine(tt.answer.Passages[0]); got != tt.source {
				t.Errorf("source %q, want %q", got, tt.source)
			}
			if got := Footer(tt.answer); got != tt.footer {
				t.Errorf("footer %q, want %q", got, tt.footer)
			}
			if got := Clean("a\u202e\n b"); got != "a b" {
				t.Errorf("clean text %q, want %q", got, "a b")
			}
		})
	}
}
