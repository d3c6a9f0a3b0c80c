package bot

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestQuestion(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"own mention", "<@UBOT> why?", "why?"},
		{"own mention with a name", "<@UBOT|verbatim> why?", "why?"},
		{"own mention in the middle", "hey <@UBOT> why?", "hey   why?"},
		{"own mention alone", " <@UBOT> ", ""},
		{"someone's mention", "what did <@U1|ada> say?", "what did @ada say?"},
		{"someone's mention without a name", "what did <@U1> say?", "what did   say?"},
		{"channel", "is <#C1|general> open?", "is #general open?"},
		{"private channel", "is <#C1|> open?", "is   open?"},
		{"group", "who is <!subteam^S1|@ops>?", "who is @ops?"},
		{"broadcast", "<!here> why?", "@here why?"},
		{"link", "what is <https://a.example/x?b=1&amp;c=2>?", "what is https://a.example/x?b=1&c=2?"},
		{"link with a label", "what is <https://a.example|this>?", "what is this?"},
		{"mail", "who is <mailto:a@b.example|a@b.example>?", "who is a@b.example?"},
		{"mail without a label", "who is <mailto:a@b.example>?", "who is a@b.example?"},
		{"date", "on <!date^1|tomorrow>", "on tomorrow"},
		{"escaped", "is a &lt; b &amp;&amp; c &gt; d?", "is a < b && c > d?"},
		{"escaped twice", "&amp;lt;!channel&amp;gt;", "&lt;!channel&gt;"},
		{"typed markup stays text", "&lt;!channel&gt;", "<!channel>"},
		{"unpaired", "a < b", "a < b"},
		{"lines", "one\ntwo", "one\ntwo"},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, cut := Question(tt.text, "UBOT"); got != tt.want || cut {
				t.Errorf("got %q, cut %v; want %q", got, cut, tt.want)
			}
		})
	}
}

func TestQuestionIsBounded(t *testing.T) {
	tests := []struct {
		name string
		text string
		cut  bool
	}{
		{"at the limit", strings.Repeat("é", MaxQuestion), false},
		{"above the limit", strings.Repeat("é", MaxQuestion+1), true},
		{"escaped at the limit", strings.Repeat("&lt;", MaxQuestion), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, cut := Question(tt.text, "UBOT")
			if cut != tt.cut || utf8.RuneCountInString(got) != MaxQuestion {
				t.Errorf("%d characters, cut %v; want %d, %v", utf8.RuneCountInString(got), cut, MaxQuestion, tt.cut)
			}
		})
	}
}

func FuzzQuestion(f *testing.F) {
	for _, s := range []string{"<@UBOT> a", "<<@UBOT>>", "&amp;lt;", "<!date^1^{d}|x>", "<#|>", "a\xffb", "<|>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, _ := Question(s, "UBOT")
		if !utf8.ValidString(q) || utf8.RuneCountInString(q) > MaxQuestion || strings.TrimSpace(q) != q {
			t.Errorf("Question(%q) = %q", s, q)
		}
	})
}
