package index_test

import (
	"strings"
	"testing"

	"verbatim/index"
)

// TestListens asks as one who was misheard. What sounds like the question comes first among the near misses, is no answer
// and no surer for it, and says why it stands there; with a question mark, as nobody speaks it, in another language, at
// length, and where an answer is found, nobody listens.
func TestListens(t *testing.T) {
	x, _ := update(t, t.TempDir(), document("a.txt", "Works",
		"The factory at Geelong exported cars. The factory at Ballarat exported boots. The factory at Broadmeadows exported hats.\n\nMusic is taught at six schools."))
	ask := func(question string) (index.Answer, bool) {
		t.Helper()
		a, err := x.Ask(t.Context(), question, index.Options{Explain: true})
		if err != nil || len(a.Passages) == 0 {
			t.Fatalf("%q: %d passages, %v", question, len(a.Passages), err)
		}
		for _, p := range a.Explanations[0].Points {
			if p.Group == "it holds what sounds like words of the question" {
				return a, true
			}
		}
		return a, false
	}
	for question, want := range map[string]string{
		"who ran the factory at bored meadows":                          "The factory at Broadmeadows exported hats.",
		"who ran the factory at ballad rat":                             "The factory at Ballarat exported boots.",
		"who ran the factory at jee long":                               "The factory at Geelong exported cars.",
		"who ran the factory at ballad rat, no, I mean at bored meadow": "The factory at Broadmeadows exported hats.",
	} {
		a, listened := ask(question)
		if a.Passages[0].Quote != want || a.Verdict == index.VerdictAnswer || !listened {
			t.Errorf("%q: %s, %q, listened to: %v", question, a.Verdict, a.Passages[0].Quote, listened)
		}
		if e := a.Explanations[0]; e.Confidence != a.Confidence || e.Confidence >= e.Bar {
			t.Errorf("%q: %.2f sure, explained as %.2f of %.2f", question, a.Confidence, e.Confidence, e.Bar)
		}
		if _, listened := ask(question + "?"); listened {
			t.Errorf("%q is listened to with a question mark", question)
		}
	}
	for _, question := range []string{"wer leitete die factory von ballad rat", "who ran the factory at " + strings.Repeat("the ballad rat ", 12), `who ran "the factory" at ballad rat`} {
		if _, listened := ask(question); listened {
			t.Errorf("%q is listened to", question)
		}
	}
	if a, listened := ask("where is music taught"); a.Verdict != index.VerdictAnswer || listened {
		t.Errorf("heard well: %s, listened to: %v", a.Verdict, listened)
	}
}
