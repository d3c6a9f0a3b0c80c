package bot

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"verbatim/bot/localslack"
)

func TestUnderstand(t *testing.T) {
	const (
		germany = "How many days of holiday are there in Germany?"
		laptop  = "When must the laptop be returned?"
		verdun  = "When did the battle of Verdun begin?"
		putin   = "What did Vladimir Putin say about the war?"
	)
	tests := []struct{ question, last, want string }{ // want "" stands by itself
		{"and in France?", germany, "How many days of holiday are there in France?"},
		{"in France?", germany, "How many days of holiday are there in France?"},
		{"And how long did it last?", verdun, "how long did it last? (battle Verdun begin)"},
		{"how long did it last?", verdun, "how long did it last? (battle Verdun begin)"},
		{"why?", laptop, "why? (laptop returned)"},
		{"since when", laptop, "since when? (laptop returned)"},
		{"Where do I bring it?", laptop, "Where do I bring it? (laptop)"},
		{"what about Zelensky?", putin, "What did Zelensky say about the war?"},
		{"Zelensky?", putin, "What did Zelensky say about the war?"},
		{"When was he elected?", putin, "When was he elected? (Vladimir Putin war)"},
		{"and chargers?", laptop, "When must the chargers be returned?"},
		{"what about chargers?", "where is it brought to? (laptop)", "where is it brought to? (chargers)"},
		{"what about sick leave?", "How many days of holiday do we have?", "How many days of sick leave do we have?"},
		{"and how many days?", "How long may parental leave be?", "how many days? (parental leave)"},
		{"und in Frankreich?", "Wie viele Tage Urlaub gibt es in Deutschland?", "Wie viele Tage Urlaub gibt es in Frankreich?"},
		{"und wie lange hat er gedauert?", "Wann begann der Krieg?", "wie lange hat er gedauert? (Krieg)"},
		{"et en Allemagne ?", "Combien de jours de congé y a-t-il en France ?", "Combien de jours de congé y a-t-il en Allemagne?"},
		// Questions of their own.
		{"How large is a mailbox?", laptop, ""},
		{"And who approves a screen of 500 euros?", laptop, ""},
		{"How many days of holiday are there in France?", germany, ""},
		{"Is there a canteen?", laptop, ""},
		{"Where is the laptop when it is broken?", laptop, ""},
		{"parental leave", laptop, ""},
		{"thanks!", laptop, ""},
		{"help", laptop, ""},
		{"", laptop, ""},
		{"?", laptop, ""},
		{"😀", laptop, ""},
		{"and in France?", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.question, func(t *testing.T) {
			got, leant := understand(tt.question, tt.last)
			if want := tt.want; leant != (want != "") || leant && got != want || !leant && got != tt.question {
				t.Errorf("after %q: %q, leant %v; want %q", tt.last, got, leant, want)
			}
		})
	}
}

func FuzzUnderstand(f *testing.F) {
	f.Add("and in France?", "How many days are there in Germany?")
	f.Add("what about? (x)", "why? (a b c)")
	f.Add("und?", "? ()")
	f.Add("it", "\xff\xfe ? (")
	f.Fuzz(func(t *testing.T, question, last string) {
		asked, leant := understand(question, last)
		if !leant && asked != question {
			t.Errorf("%q became %q without leaning", question, asked)
		}
		if leant && (asked == "" || utf8.RuneCountInString(asked) > 2*(utf8.RuneCountInString(question)+utf8.RuneCountInString(last))+20) {
			t.Errorf("%q after %q became %q", question, last, asked)
		}
	})
}

func TestSeveral(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
		more       bool
	}{
		{"one", "When was the war?", []string{"When was the war?"}, false},
		{"two", "When was the war? Who won it?", []string{"When was the war?", "Who won it?"}, false},
		{"what is said before goes along", "I start in May. How many days do I get? And who approves them?", []string{"I start in May. How many days do I get?", "And who approves them?"}, false},
		{"a list", "1. When was the war?\n2. Who won it?\n- And why?", []string{"When was the war?", "Who won it?", "And why?"}, false},
		{"more than three", "Who is A? Who is B? Who is C? Who is D?", []string{"Who is A?", "Who is B?", "Who is C?"}, true},
		{"a tail is no question", "When was the war? Who won it? Thanks!", []string{"When was the war?", "Who won it?"}, false},
		{"a word is none either", "When was the war? Anyone?", []string{"When was the war? Anyone?"}, false},
		{"an address", "What is https://a.example/?q=1&b=2 for?", []string{"What is https://a.example/?q=1&b=2 for?"}, false},
		{"code", "What does ```a ? b : c\nd ? e``` mean?", []string{"What does ```a ? b : c\nd ? e``` mean?"}, false},
		{"marks in a row", "Who won??? Why?!", []string{"Who won?", "Why?"}, false},
		{"full width", "戦争はいつ始まりましたか？誰が勝ちましたか？", []string{"戦争はいつ始まりましたか？", "誰が勝ちましたか？"}, false},
		{"none", "the war", []string{"the war"}, false},
		{"empty", "", []string{""}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, more := several(tt.text)
			if !slices.Equal(got, tt.want) || more != tt.more {
				t.Errorf("got %q, %v; want %q, %v", got, more, tt.want, tt.more)
			}
		})
	}
}

func TestWithoutGreeting(t *testing.T) {
	for text, want := range map[string]string{
		"Hi! When was the war?":            "When was the war?",
		"Hello, thanks. When was the war?": "Hello, thanks. When was the war?"[len("Hello, thanks. "):],
		"Thank you!":                       "Thank you!",
		"Hi!":                              "Hi!",
		"In 1916, when did it begin?":      "In 1916, when did it begin?",
		"":                                 "",
	} {
		if got := withoutGreeting(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestOnlyEmoji(t *testing.T) {
	for text, want := range map[string]bool{
		":tada:": true, ":+1::skin-tone-2: :tada:": true, "👍": true, "👩‍💻 ❤️": true, "🇩🇪": true,
		"what is :tada:?": false, "a:b:c": false, "": false, "?": false, "12:30": false, "ok": false, "```👍```": false,
	} {
		if got := onlyEmoji(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// TestFollowUpIsNotReadInSlack asks a follow-up in a thread, and looks that nothing was read there.
func TestFollowUpIsNotReadInSlack(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		const asked = "Where do I bring it? (laptop)"
		w.library.set(asked, quoting("Bring it to the service desk."))
		b := w.start()
		thread := w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		w.pass(2 * time.Second)
		if _, err := w.slack.Reply(localslack.Mei, localslack.General, thread, "@verbatim Where do I bring it?"); err != nil {
			t.Fatal(err)
		}
		w.pass(2 * time.Second)
		all := w.answers(localslack.General)
		if len(all) != 2 || !strings.HasPrefix(all[1].Text, english().Understood+asked) || !strings.Contains(all[1].Text, "service desk") {
			t.Errorf("answers %q", texts(all))
		}
		// Another thread knows nothing of it.
		w.say(localslack.Ada, localslack.General, "@verbatim Where do I bring it?")
		w.pass(2 * time.Second)
		for _, c := range w.slack.Calls() {
			if strings.HasPrefix(c.Method, "conversations.") {
				t.Errorf("%s was called", c.Method)
			}
		}
		if got := w.library.questions(); got[len(got)-1] != "Where do I bring it?" {
			t.Errorf("asked %q", got)
		}
		b.mustStop()
	})
}
