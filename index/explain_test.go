package index_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"verbatim/corpus"
	"verbatim/index"
)

func TestExplain(t *testing.T) {
	x, _ := update(t, t.TempDir(), handbook...)
	a, err := x.Ask(t.Context(), "What does a hotle cost a night in Travel?", index.Options{Top: 2, Explain: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Explanations) != len(a.Passages) || len(a.Passages) == 0 {
		t.Fatalf("%d explanations of %d passages", len(a.Explanations), len(a.Passages))
	}
	e := a.Explanations[0]
	if e.Confidence != a.Confidence || e.Score != a.Passages[0].Score || e.Bar <= 0 || len(e.Points) == 0 {
		t.Errorf("explanation %+v of answer with confidence %g", e, a.Confidence)
	}
	if next := e.RunnerUp; next == nil || next.Quote != a.Passages[1].Quote || next.Score != a.Passages[1].Score || next.Document.Title == "" || math.Abs(e.Lead-(e.Score-next.Score)) > 1e-9 {
		t.Errorf("runner-up %+v, want %+v", next, a.Passages[1])
	}
	got := map[string]string{}
	for _, w := range e.Words {
		got[w.Word] = fmt.Sprintf("%s %s", w.How, w.Found)
	}
	for word, want := range map[string]string{"hotle": "guess Hotels", "cost": "exact cost", "night": "exact night", "Travel": "around "} {
		if got[word] != want {
			t.Errorf("%s: %q, want %q", word, got[word], want)
		}
	}
	if text := strings.Join(e.Lines(), "\n"); !strings.Contains(text, "Perhaps misspelled: hotle (Hotels).") || !strings.Contains(text, "an answer, which takes") {
		t.Errorf("in words:\n%s", text)
	}
}

func TestNoExplanationUnlessAsked(t *testing.T) {
	x, _ := update(t, t.TempDir(), handbook...)
	data, err := json.Marshal(ask(t, x, "What do hotels cost?", 0))
	if err != nil || strings.Contains(string(data), "explanations") {
		t.Errorf("%s, %v", data, err)
	}
}

func TestMisspelledWordsStayUnknown(t *testing.T) {
	x, _ := update(t, t.TempDir(), handbook...)
	a := ask(t, x, "What do hotles cost?", 0)
	if len(a.Passages) == 0 || a.Passages[0].Quote != "Hotels cost at most 120 euros a night." || len(a.UnknownTerms) != 1 {
		t.Errorf("got %+v", a)
	}
}

// TestGuessesAreNotNear: what words may be misspelled for is shown below a no only where it is half of what is asked.
func TestGuessesAreNotNear(t *testing.T) {
	x, _ := update(t, t.TempDir(), append(handbook[:2:2], document("guide.txt", "Guide", "Use the words that you expect to find."),
		document("it.txt", "IT", "A laptop is handed out by the help desk."),
		&corpus.Document{ID: "urlaub", Collection: corpus.DefaultCollection, Path: "urlaub.txt", Title: "Urlaub", Language: "de",
			Text: "Die Regel für den Urlaub steht im Vertrag."})...)
	for question, shown := range map[string]string{
		"Who won the world cup?":              "", // "world" is nearly "words"
		"trians world cup schedule?":          "",
		"recepits?":                           "Keep the receipts.",
		"Which recepits and badges?":          "Keep the receipts.",
		"Welche Urlaubsregel kennt Firma Bo?": "Die Regel für den Urlaub steht im Vertrag.", // a compound's parts are no guess
		"Who won the cup on a Friday?":        "The office closes on Friday.",
		"Who won the world cup of words?":     "Use the words that you expect to find.", // asked for as well
		"My labtop is broken, how do I get a new laptop from Bob in Paris?": "A laptop is handed out by the help desk.",
		"My laptop is broken, how do I get a new labtop from Bob in Paris?": "A laptop is handed out by the help desk.",
	} {
		a := ask(t, x, question, 0)
		var quotes []string
		for _, p := range a.Passages {
			quotes = append(quotes, p.Quote)
		}
		if got := strings.Join(quotes, " "); got != shown || a.Verdict == index.VerdictAnswer {
			t.Errorf("%s: %s, shown %q, want %q", question, a.Verdict, got, shown)
		}
	}
}

func TestLongQuestion(t *testing.T) {
	x, _ := update(t, t.TempDir(), handbook...)
	var words []string
	for i := range 500 {
		words = append(words, fmt.Sprintf("word%d", i))
	}
	q := strings.Join(words[:250], " ") + " what do hotels cost a night " + strings.Join(words[250:], " ")
	if a := ask(t, x, q, 1); len(a.Passages) != 0 && a.Verdict == index.VerdictAnswer {
		t.Errorf("answered: %+v", a)
	}
}
