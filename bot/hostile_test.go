package bot

import (
	"maps"
	"strings"
	"testing"

	"verbatim/index"
)

// hostile are texts that must reach Slack as text.
var hostile = map[string]string{
	"channel broadcast":   "<!channel> stop",
	"here with a label":   "<!here|here> stop",
	"user":                "<@U0ADA> look",
	"group":               "<!subteam^S1> look",
	"channel link":        "<#C0GENERAL> look",
	"date":                "<!date^1392734382^{date}|then>",
	"masked link":         "<https://evil.example|https://bank.example>",
	"escaped broadcast":   "&lt;!channel&gt; stop",
	"escaped twice":       "&amp;lt;!channel&amp;gt; stop",
	"backticks":           "```rm -rf``` and `this`",
	"quote marks":         ">>> all of this\n> and this",
	"formatting":          "*bold* _italic_ ~struck~ [a](https://evil.example)",
	"emoji":               ":smile: :rotating_light:",
	"right-to-left":       "abc \u202egnp.exe\u202c def",
	"isolate":             "abc \u2066def\u2069",
	"zero width":          "<\u200b!chan\u200bnel>",
	"zero width joiner":   "<\u200d!channel\u200d>",
	"controls":            "a\x00b\x07c\x1b]0;x\x07",
	"invalid bytes":       "a\xff\xfeb",
	"bare link":           "see https://evil.example/?q=1 or evil.example",
	"bare links":          "ftp://a.example, HTTPS://B.EXAMPLE:1/?x=<y>&z mailto:c@d.example www.e.example/f (http://1.2.3.4) https://g https://bücher.example",
	"joined beforehand":   "https\u2060://evil.example evil\u2060.example",
	"at":                  "@channel @here @everyone @ada #general",
	"ten thousand":        strings.Repeat("All work and no play. ", 455),
	"one endless word":    strings.Repeat("ä", 10_000),
	"ten thousand arrows": strings.Repeat("<", 10_000),
	"emoji without end":   strings.Repeat("👩\u200d💻", 3000),
	"many lines":          strings.Repeat("<!channel>\n", 500),
	"nothing visible":     "\u200b\u202e\x00",
	"empty":               "",
}

func TestHostileDocuments(t *testing.T) {
	for name, text := range hostile {
		evil := passage("d1", text, func(p *index.Passage) {
			p.Before, p.After, p.Heading = text, text, []string{text, text}
			p.Matched = [][2]int{{0, 3}, {2, 5}, {-4, 2}, {9, 1}, {4, 1 << 30}}
			p.Document = index.Source{ID: "d1", Title: text, Path: text, Author: text, Origin: text, Published: text, URL: text}
		})
		other := evil
		other.Document.ID = "d2"
		for _, verdict := range []index.Verdict{index.VerdictAnswer, index.VerdictNear, index.VerdictUnknown, index.VerdictChat, "another"} {
			t.Run(name+" "+string(verdict), func(t *testing.T) {
				a := index.Answer{Verdict: verdict, Searched: 3, Passages: []index.Passage{evil, other, evil, other}, UnknownTerms: []string{text, text, text, text, text, text}}
				wantValid(t, Render(a, Options{Restate: text, Cut: true, Name: text, Command: "/ask"}))
			})
		}
	}
}

// TestHostileTitlesOfLinks gives each text to a document with a link of its own.
func TestHostileTitlesOfLinks(t *testing.T) {
	const link = "https://docs.example/a?b=1&c=2"
	hostile := maps.Clone(hostile)
	hostile["host"], hostile["its own host"] = "google.com/login", "docs.example"
	for name, text := range hostile {
		for _, verdict := range []index.Verdict{index.VerdictAnswer, index.VerdictNear} {
			t.Run(name+" "+string(verdict), func(t *testing.T) {
				p := passage("d1", "A sentence.", func(p *index.Passage) { p.Document.Title, p.Document.URL = text, link })
				wantValid(t, Render(index.Answer{Verdict: verdict, Searched: 3, Passages: []index.Passage{p}}, Options{}), link)
			})
		}
	}
}

func TestHostileTextIsShownAsWritten(t *testing.T) {
	for _, name := range []string{"channel broadcast", "masked link", "escaped broadcast", "escaped twice", "backticks", "formatting", "emoji", "at", "bare link"} {
		t.Run(name, func(t *testing.T) {
			m := Render(answerOf(passage("d1", hostile[name], nil)), Options{})
			if got := string(wireForm(t, m)); !strings.Contains(got, quoted(t, hostile[name])) {
				t.Errorf("%s does not hold %q", got, hostile[name])
			}
		})
	}
}

func TestTitleThatNamesAnotherAddress(t *testing.T) {
	const evil = "https://evil.example/x"
	tests := []struct{ name, title, url, want string }{
		{"another URL", "https://bank.example/", evil, "evil.example"},
		{"another URL of the same host", "https://evil.example/y", evil, "evil.example"},
		{"another scheme", "ftp://files/a", evil, "evil.example"},
		{"another host", "google.com/login", evil, "evil.example"},
		{"another host among words", "Log in at Google.COM, please", evil, "evil.example"},
		{"a host below", "evil.example.bank.test", evil, "evil.example"},
		{"a host above", "www.evil.example", evil, "evil.example"},
		{"own host and another", "evil.example or bank.test", evil, "evil.example"},
		{"mail address", "help@bank.test", evil, "evil.example"},
		{"IPv4", "10.0.0.1", evil, "evil.example"},
		{"signs that look like dots", "bank․test and bank。test", evil, "evil.example"},
		{"letters beyond ASCII", "bücher.example", evil, "evil.example"},
		{"file name", "README.md", evil, "evil.example"},
		{"the same URL", evil, evil, ""},
		{"the same host", "Start page of EVIL.example", evil, ""},
		{"words", "A page", evil, ""},
		{"version", "Handbook v2.1, U.S. edition", evil, ""},
		{"end of a sentence", "Who? Me. You", evil, ""},
		{"no link", "google.com", "", ""},
		{"port", "google.com", "https://evil.example:8443/", "evil.example"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := sourceOf(index.Source{Title: tt.title, URL: tt.url}, english())
			if s.host != tt.want {
				t.Errorf("host %q, want %q", s.host, tt.want)
			}
			if s.title != tt.title || s.url != tt.url {
				t.Errorf("title %q and link %q, want %q and %q", s.title, s.url, tt.title, tt.url)
			}
		})
	}
}
