package index

import "testing"

func TestAskedShortly(t *testing.T) {
	for text, want := range map[string]string{
		"Is there a way to freeze bread?":              "how to freeze bread?",
		"What’s the best way to freeze bread?":         "how to freeze bread?",
		"what do I need to do to freeze bread":         "how to freeze bread",
		"Could you tell me how bread is frozen?":       "how bread is frozen?",
		"Gibt es eine Möglichkeit, Brot einzufrieren?": "wie kann ich, Brot einzufrieren?",
		"Est-il possible de congeler le pain ?":        "comment congeler le pain ?",
		"¿Es posible congelar el pan?":                 "como puedo congelar el pan?",
		"Is there a way?":                              "Is there a way?",
		"Is there a way to":                            "Is there a way to",
		"What is the way of the cross?":                "What is the way of the cross?",
		"":                                             "",
	} {
		if got := askedShortly(text); got != want {
			t.Errorf("askedShortly(%q) = %q, want %q", text, got, want)
		}
	}
	if got, want := QuestionKey("Is there a way to freeze bread?"), QuestionKey("How to freeze bread"); got != want {
		t.Errorf("the key is %q, want %q", got, want)
	}
}

func TestPersonal(t *testing.T) {
	for text, want := range map[string]bool{"How do I freeze bread?": true, "how to freeze bread": true, "Can we freeze it?": true,
		"Wie kann man Brot einfrieren?": true, "Wie kann ich Brötchen einfrieren?": true, "Who froze the bread?": false, "How was it frozen to keep?": false} {
		if got := ParseQuestion(text, []string{"en", "de"}).Personal; got != want {
			t.Errorf("%q: personal %v, want %v", text, got, want)
		}
	}
}
