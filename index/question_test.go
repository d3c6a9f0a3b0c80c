package index

import (
	"strings"
	"testing"
)

func TestSmallTalk(t *testing.T) {
	for text, want := range map[string]Chat{
		"":                       ChatEmpty,
		"  \n":                   ChatEmpty,
		"👍":                      ChatEmpty,
		"...":                    ChatEmpty,
		"?":                      ChatHelp,
		"help":                   ChatHelp,
		"Help!":                  ChatHelp,
		"What can you do?":       ChatHelp,
		"Hello":                  ChatGreeting,
		"hi there!":              ChatGreeting,
		"good morning, all":      ChatGreeting,
		"Hello Verbatim":         ChatGreeting,
		"你好":                     ChatGreeting,
		"Thanks!":                ChatThanks,
		"thank you very much":    ChatThanks,
		"great, thanks":          ChatThanks,
		"Thanks for everything!": ChatThanks,
		"Vielen Dank!":           ChatThanks,
		"hello world program":    ChatNone,
		"help desk hours":        ChatNone,
		"thanks to whom?":        ChatNone,
		"Who is Macron?":         ChatNone,
		"macron":                 ChatNone,
		"How do I ask?":          ChatNone,
		"What is the help line":  ChatNone,
	} {
		if got := smallTalk(text); got != want {
			t.Errorf("smallTalk(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestParseQuestion(t *testing.T) {
	for _, tt := range []struct {
		name, text, langs string
		kind              Kind
		words             string // content words marked with *
	}{
		{"duration", "How long did the call last?", "en", KindDuration, "long call* last"},
		{"person", "Who is Olaf Scholz?", "en", KindPerson, "Olaf* Scholz*"},
		{"number", "How often has Trump talked to Putin?", "en", KindNumber, "often has Trump* talked* to Putin*"},
		{"reason inside", "Tell me why Macron visited Moscow", "en", KindReason, "Macron* visited* Moscow*"},
		{"nothing but asking words", "What is the?", "en", KindOther, "What is the"},
		{"a word twice", "Is Putin with Putin?", "en", KindOther, "Putin* with"},
		{"German", "Wann wurde Tesla geboren?", "de", KindTime, "Tesla* geboren*"},
		{"two languages", "Wo ist das Haus?", "en de", KindPlace, "Haus*"},
		{"a German verb that is an English noun", "When was the war?", "en de", KindTime, "war*"},
		{"Italian and Turkish words in English", "Did Kim come home?", "en it tr", KindOther, "Kim* come* home*"},
		{"German where it is not expected", "Was sagt Putin über die NATO?", "en", KindOther, "sagt* Putin* über NATO*"},
		{"accents and opening marks", "¿Cuándo murió el señor García?", "es", KindTime, "murió* señor* García*"},
		{"umlauts", "Wie viele Vögel fliegen über Köln?", "de", KindNumber, "viele Vögel* fliegen* über Köln*"},
		{"curly quotation marks", "Where was “Café Müller” shown?", "en", KindPlace, "Café* Müller* shown*"},
		{"Chinese", "谁发明了电话", "zh", KindPerson, "谁发* 发明* 明了* 了电* 电话*"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := ParseQuestion(tt.text, strings.Fields(tt.langs))
			var words []string
			for _, w := range q.Words {
				if w.Content {
					w.Text += "*"
				}
				words = append(words, w.Text)
			}
			if got := strings.Join(words, " "); got != tt.words || q.Kind != tt.kind {
				t.Errorf("got %q, kind %q; want %q, kind %q", got, q.Kind, tt.words, tt.kind)
			}
		})
	}
}

func TestParseQuestionBoundsItsInput(t *testing.T) {
	q := ParseQuestion(strings.Repeat("ü", 100_000), []string{"en", "de"})
	if len(q.Text) > maxQuestion {
		t.Errorf("%d bytes of the question are kept, more than %d", len(q.Text), maxQuestion)
	}
}

// allLanguages are those with a stemmer, a list of words or a way to divide words of their own.
var allLanguages = strings.Fields("ar en de es fr it pt nl sv da nb fi ro hu ru tr zh ja ko th hi")

func FuzzParseQuestion(f *testing.F) {
	for _, s := range []string{"How long did the call last?", "什么是", "hello", "\xff\xfe", "who who who", "Where is Cairo \u064b built?", "ـ ﷺ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q := ParseQuestion(text, allLanguages)
		if (q.Chat == ChatNone) != (len(q.Words) > 0) && q.Chat != ChatNone {
			t.Fatalf("ParseQuestion(%q): chat %q with %d words", text, q.Chat, len(q.Words))
		}
		for _, w := range q.Words {
			if len(w.Terms) == 0 {
				t.Fatalf("ParseQuestion(%q): word %q has no terms", text, w.Text)
			}
		}
	})
}
