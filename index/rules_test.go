package index_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"verbatim/corpus"
	"verbatim/index"
)

func first(t *testing.T, x *index.Index, question string) string {
	t.Helper()
	a := ask(t, x, question, 5)
	if len(a.Passages) == 0 {
		t.Fatalf("%q has no passages", question)
	}
	return a.Passages[0].Quote
}

func TestQuotedPhrase(t *testing.T) {
	x, _ := update(t, t.TempDir(), document("a.txt", "Rooms", "The blue room has a projector and a screen.\n\nThe room with the blue door has a projector.\n\nA projector is in the hall."))
	if got := first(t, x, `Which room with "blue door" has a projector?`); got != "The room with the blue door has a projector." {
		t.Errorf("first %q", got)
	}
	a := ask(t, x, `Which "blue door" has a projector?`, 5)
	for _, p := range a.Passages {
		if !strings.Contains(p.Quote, "blue door") {
			t.Errorf("%q does not hold the phrase", p.Quote)
		}
	}
	a = ask(t, x, `Has the "blue projector room" a screen?`, 0)
	if a.Verdict != index.VerdictUnknown || fmt.Sprint(a.UnknownTerms) != "[blue projector room]" {
		t.Errorf("a phrase that stands nowhere: %s, unknown %q", a.Verdict, a.UnknownTerms)
	}
}

func TestPhraseInTheParagraph(t *testing.T) {
	x, _ := update(t, t.TempDir(), document("a.txt", "Plays", "“Die Möwe” is a play by Chekhov. It was first shown in 1896.\n\nThe gull is a bird. It was first ringed in 1903."))
	if got := first(t, x, "When was „die mowe“ first shown?"); got != "It was first shown in 1896." {
		t.Errorf("first %q", got)
	}
}

func TestQuestionsAndAnswersOfADocument(t *testing.T) {
	text := "Q: Where do I get a new badge?\nA: At the reception, with your passport. It takes a day.\n\n" +
		"**Q:** Who waters the plants in the badge office?\n\n**A:** Tom does.\n\nA new badge costs ten euros where you lose one."
	x, _ := update(t, t.TempDir(), document("faq.md", "FAQ", text))
	for question, want := range map[string]string{
		"where can I get a new badge":   "At the reception, with your passport.",
		"Who waters the plants?":        "Tom does.",
		"What does a new badge cost me": "A new badge costs ten euros where you lose one.",
	} {
		a := ask(t, x, question, 3)
		if len(a.Passages) == 0 || a.Passages[0].Quote != want {
			t.Errorf("%q: %+v, want %q", question, a.Passages, want)
			continue
		}
		p := a.Passages[0]
		if text[p.Start:p.End] != p.Quote {
			t.Errorf("%q stands at bytes %d to %d as %q", p.Quote, p.Start, p.End, text[p.Start:p.End])
		}
		if err := x.Check(t.Context(), p); err != nil {
			t.Error(err)
		}
	}
	if a := ask(t, x, "where do I get a new badge", 0); a.Verdict != index.VerdictAnswer {
		t.Errorf("the question as the document has it: %s at %g", a.Verdict, a.Confidence)
	}
}

// guide returns a document in a language with paragraphs, and headings where a text begins with "## ".
func guide(title, language, text string) *corpus.Document {
	d := document(title+".md", title, text)
	d.Language = language
	for at, block := 0, ""; at < len(text); at += len(block) + 2 {
		block, _, _ = strings.Cut(text[at:], "\n\n")
		b := corpus.Block{Kind: corpus.Paragraph, Start: at, End: at + len(block)}
		if strings.HasPrefix(block, "## ") {
			b.Kind, b.Level, b.Start = corpus.Heading, 2, at+3
		}
		d.Blocks = append(d.Blocks, b)
	}
	return d
}

// TestHeadingThatAsks has headings that say what one wants to do: what stands first below answers, and only
// for who asks that.
func TestHeadingThatAsks(t *testing.T) {
	mill := guide("Mill guide", "en", "The mill has guests and grinding days.\n\n## How to book a grinding day\n\nWrite your name on the sheet by the door. "+
		"The day is yours when the sheet has no other name beside it. A day costs nine euros.\n\n"+
		"## Bringing guests\n\nTell the miller before noon. Guests of a grinding day bring bread.\n\n## Returning a key\n\nClean the key before you hand it in. The key must be returned within 14 days of the last day.\n\n## Guests\n\nIn June there were many. They ate.")
	german := guide("Mühle", "de", "## Einen Mahltag buchen\n\nSchreib deinen Namen auf das Blatt an der Tür. Der Mahltag gehört dir, wenn das Blatt keinen anderen Namen hat.")
	x, _ := update(t, t.TempDir(), mill, german)
	for question, want := range map[string]string{
		"How do I book a grinding day?":              "Write your name on the sheet by the door.",
		"Is there a way to book a day for grinding?": "Write your name on the sheet by the door.",
		"how to book a mill grinding day":            "Write your name on the sheet by the door.",
		"How much does it cost to book a day?":       "A day costs nine euros.",
		"When must I return my key?":                 "The key must be returned within 14 days of the last day.",
		"Can I bring guests?":                        "Tell the miller before noon.",
		"Wie kann ich einen Mahltag buchen?":         "Schreib deinen Namen auf das Blatt an der Tür.",
	} {
		if got := first(t, x, question); got != want {
			t.Errorf("%q: first %q, want %q", question, got, want)
		}
	}
	if a := ask(t, x, "How do I book a grinding day?", 0); a.Verdict != index.VerdictAnswer {
		t.Errorf("the heading's own question: %s at %g", a.Verdict, a.Confidence)
	}
	if got := first(t, x, "Were there guests in June?"); got != "In June there were many." {
		t.Errorf("a question that no heading asks: first %q", got)
	}
}

// TestPassedOn has sections and answers of a document in which another sentence than the first says what is asked.
func TestPassedOn(t *testing.T) {
	x, _ := update(t, t.TempDir(), guide("Money", "en", "## Getting my company card\n\nHenrik hands out every company card. Freeze a card in the app where it is lost.\n\n"+
		"## Travel\n\nBook the train yourself."),
		document("faq.md", "FAQ", "Q: How long is the probation period?\nA: It is six months. The notice period during probation is two weeks."))
	for question, want := range map[string]string{
		"How do I get my company card?":                       "Henrik hands out every company card.",
		"I lost my company card":                              "Freeze a card in the app where it is lost.",
		"How long is the probation period?":                   "It is six months.",
		"How long is the notice period during the probation?": "The notice period during probation is two weeks.",
	} {
		if a := ask(t, x, question, 0); a.Verdict != index.VerdictAnswer || a.Passages[0].Quote != want {
			t.Errorf("%q: %s %+v, want %q", question, a.Verdict, a.Passages, want)
		}
	}
}

// TestNearByItsHeading: below a no stands what is under a heading of which the words are half of what is asked.
func TestNearByItsHeading(t *testing.T) {
	x, _ := update(t, t.TempDir(), guide("Expenses", "en", "Ask before you buy.\n\n## Per diem\n\nGermany pays 28 euros.\n\n## Meals\n\nUp to 60 euros."))
	for question, want := range map[string]string{
		"per diem":                             "Germany pays 28 euros.",
		"expenses":                             "Ask before you buy.",
		"Which expenses has a beer in Lisbon?": "", // a word of four
	} {
		a := ask(t, x, question, 0)
		got := ""
		if len(a.Passages) > 0 {
			got = a.Passages[0].Quote
		}
		if got != want {
			t.Errorf("%q: %s, first %q, want %q", question, a.Verdict, got, want)
		}
	}
}

// TestNeighbours: what a sentence announces stands behind it whatever it is, and no other question of the document is
// anybody's neighbour.
func TestNeighbours(t *testing.T) {
	d := guide("Deploying", "en", "## Rollback\n\nGo back to the version before:\n\ndeploy --previous shop\n\nTell the channel.")
	d.Blocks[2].Kind = corpus.Code
	x, _ := update(t, t.TempDir(), d, document("faq.md", "FAQ", "Q: Where is my payslip?\nA: In the drawer of Rosa.\n\nQ: Who feeds the cat?\nA: Tom feeds it at noon."))
	a := ask(t, x, "How do I go back to the version before?", 1)
	if p := a.Passages[0]; p.Quote != "Go back to the version before:" || p.After != "deploy --previous shop" {
		t.Errorf("announced: %q, then %q", p.Quote, p.After)
	}
	a = ask(t, x, "Where is my payslip?", 1)
	if p := a.Passages[0]; p.Quote != "In the drawer of Rosa." || p.Before != "Q: Where is my payslip?" || p.After != "" {
		t.Errorf("in a FAQ: %q between %q and %q", p.Quote, p.Before, p.After)
	}
}

// TestSameMeaning: in a small index a word that no document has is looked for by another that means the same, is told as
// unknown, and explained as what it is.
func TestSameMeaning(t *testing.T) {
	x, _ := update(t, t.TempDir(), append(handbook[:2:2], document("days.txt", "Days", "Everybody has 30 days of holiday. They are taken by March."))...)
	a, err := x.Ask(t.Context(), "How many vacation days do I have?", index.Options{Explain: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Passages) == 0 || a.Passages[0].Quote != "Everybody has 30 days of holiday." || fmt.Sprint(a.UnknownTerms) != "[vacation]" {
		t.Fatalf("%+v", a)
	}
	if lines := strings.Join(a.Explanations[0].Lines(), "\n"); !strings.Contains(lines, "vacation (holiday)") || strings.Contains(lines, "misspelled") {
		t.Errorf("explained as:\n%s", lines)
	}
}

// TestIncidentalWords: what people say beside a question is not asked for, and not missed.
func TestIncidentalWords(t *testing.T) {
	x, _ := update(t, t.TempDir(), handbook...)
	for question, want := range map[string]index.Verdict{
		"Hi team! What do hotels cost? Thanks a lot!":     index.VerdictAnswer,
		"What do hotels cost? Danke!":                     index.VerdictAnswer,
		"hello, can somebody say what hotels cost today?": index.VerdictNear,
	} {
		if a := ask(t, x, question, 0); len(a.UnknownTerms) > 0 || a.Verdict != want || a.Passages[0].Quote != "Hotels cost at most 120 euros a night." {
			t.Errorf("%q: %s at %g, unknown %q, want %s", question, a.Verdict, a.Confidence, a.UnknownTerms, want)
		}
	}
	x, _ = update(t, t.TempDir(), document("a.txt", "Bot", "Somebody has to invite the bot."))
	if a := ask(t, x, "hey, can somebody tell me who is the king of Norway today?", 0); len(a.Passages) > 0 {
		t.Errorf("below a no stands %q", a.Passages[0].Quote)
	}
	if a := ask(t, x, "Hi! Thanks!", 0); a.Verdict != index.VerdictChat {
		t.Errorf("small talk alone: %s", a.Verdict)
	}
}

func TestCopiesTakeOnePlace(t *testing.T) {
	var docs []*corpus.Document
	for i := range 30 {
		text := "The dam was finished after eleven years of work by the men of the valley."
		if i%2 == 1 {
			text = "The dam was finally finished after eleven years of work by the men of the valley."
		}
		docs = append(docs, document(fmt.Sprintf("copy%02d.txt", i), fmt.Sprintf("Copy %d", i), text+fmt.Sprintf("\n\nThis is number %d of the copies.", i)))
	}
	docs = append(docs, document("other.txt", "Other", "The dam was inspected by two engineers before it was finished."),
		document("not.txt", "Not", "The dam was not finished after eleven years of work by the men of the valley."))
	x, _ := update(t, t.TempDir(), docs...)
	a := ask(t, x, "When was the dam finished?", 10)
	copies, others := 0, 0
	for _, p := range a.Passages {
		switch {
		case strings.HasPrefix(p.Document.Path, "copy") && strings.Contains(p.Quote, "dam"):
			copies++
		case strings.HasPrefix(p.Document.Path, "other"), strings.HasPrefix(p.Document.Path, "not"):
			others++
		}
	}
	if copies != 1 || others != 2 {
		t.Errorf("%d copies and %d others are shown, want 1 and 2", copies, others)
	}
}

func TestOutdatedDocumentsStandBehind(t *testing.T) {
	old := document("old.txt", "Leave 2019", "Everyone has 25 days of leave.")
	now := document("new.txt", "Leave 2024", "Everyone has 30 days of leave.")
	for name, change := range map[string]func(old, now *corpus.Document){
		"archived":            func(old, _ *corpus.Document) { old.Archived = true },
		"superseded by path":  func(_, now *corpus.Document) { now.Supersedes = []string{"old.txt"} },
		"superseded by title": func(_, now *corpus.Document) { now.Supersedes = []string{"Leave 2019"} },
		"older": func(old, now *corpus.Document) {
			old.Published, now.Published = time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, swapped := range []bool{false, true} {
				a, b := *old, *now
				if swapped {
					a.Text, b.Text = now.Text, old.Text
				}
				change(&a, &b)
				x, _ := update(t, t.TempDir(), &a, &b)
				if got := first(t, x, "How many days of leave has everyone?"); got != b.Text {
					t.Errorf("first %q, want %q", got, b.Text)
				}
			}
		})
	}
}

func TestBars(t *testing.T) {
	x, _ := update(t, t.TempDir(), handbook...)
	for _, tt := range []struct {
		bar  index.Bar
		want index.Verdict
	}{{0.01, index.VerdictAnswer}, {1, index.VerdictNear}} {
		a, err := x.Ask(t.Context(), "What do hotels cost a night?", index.Options{Bar: tt.bar})
		if err != nil || a.Verdict != tt.want {
			t.Errorf("bar %g: %s, %v; want %s", tt.bar, a.Verdict, err, tt.want)
		}
	}
	for text, want := range map[string]index.Bar{"": index.NormalBar, "normal": index.NormalBar, "strict": index.StrictBar, "lenient": index.LenientBar, "0.4": 0.4, "1": 1} {
		if got, err := index.ParseBar(text); got != want || err != nil {
			t.Errorf("ParseBar(%q) = %g, %v, want %g", text, got, err, want)
		}
	}
	for _, text := range []string{"high", "0", "-1", "1.1", "NaN", "50%"} {
		if _, err := index.ParseBar(text); err == nil || !strings.Contains(err.Error(), "strict") {
			t.Errorf("ParseBar(%q): error %v", text, err)
		}
	}
}

// A word that was taken back leads to its place; the second ranking sees the question that is asked.
func TestTakenBackWordsOnlyFind(t *testing.T) {
	x, _ := update(t, t.TempDir(), document("a.txt", "Rooms", "The blue room by the kitchen has a projector.\n\nThe green room has a screen, and the kitchen a stove.\n\nThe hall is green."))
	features := func(question string) map[string][]float64 {
		study, err := x.Study(t.Context(), question)
		if err != nil {
			t.Fatal(err)
		}
		of := map[string][]float64{}
		for _, c := range study.Candidates {
			for i, name := range index.Features() {
				if name == "function" || name == "own" || name == "near" || name == "order" || name == "cover" {
					of[c.Passage.Quote] = append(of[c.Passage.Quote], c.Features[i])
				}
			}
		}
		return of
	}
	plain, corrected := features("Which colour has the kitchen?"), features("Which colour has the projector, I mean the kitchen?")
	if len(plain) < 2 || len(plain["The blue room by the kitchen has a projector."]) != 5 {
		t.Fatalf("features %v", plain)
	}
	for quote, want := range plain {
		if got := corrected[quote]; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q: features %v, without the correction %v", quote, got, want)
		}
	}
}
