package bot

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "A sentence.", "A sentence."},
		{"white space", "  a\n\t b\u00a0\u2003c \r\n", "a b c"},
		{"controls", "a\x00b\x1b[31mc\u0085d", "ab[31mc d"},
		{"bidi override", "abc\u202edef\u202c", "abcdef"},
		{"bidi isolate", "\u2066abc\u2069", "abc"},
		{"marks of right-to-left text stay", "שלום\u200f!", "שלום\u200f!"},
		{"zero width", "a\u200bb\ufeffc\u2060d", "abcd"},
		{"tags", "a\U000e0041\U000e0042b", "ab"},
		{"non-joiner inside a Persian word", "می\u200cخواهم", "می\u200cخواهم"},
		{"joiner inside an emoji", "👩\u200d💻", "👩\u200d💻"},
		{"joiner after a variation selector", "❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"},
		{"joiner at an end", "\u200dabc\u200d", "abc"},
		{"joiner beside a space", "a\u200d b", "a b"},
		{"joiner between brackets", "<\u200d!channel>", "<!channel>"},
		{"invalid bytes", "a\xffb", "a\ufffdb"},
		{"nothing", " \u200b ", ""},
		{"combining marks stay", "e\u0301", "e\u0301"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := clean(tt.in); got != tt.want {
				t.Errorf("clean(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestUnlinked(t *testing.T) {
	const wj = wordJoiner
	tests := []struct{ name, in, want string }{
		{"words", "The U.S. law, e.g. 3.14 at 9 a.m. Then", "The U.S. law, e.g. 3.14 at 9 a.m. Then"},
		{"URL", "see https://a.example/b.html!", "see https" + wj + "://a" + wj + ".example/b" + wj + ".html!"},
		{"host", "a.b.example.", "a.b" + wj + ".example."},
		{"mail", "me@a.example", "me@a" + wj + ".example"},
		{"IPv4", "http://1.2.3.4/", "http" + wj + "://1.2.3.4/"},
		{"file", "README.md", "README" + wj + ".md"},
		{"nothing", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := unlinked(tt.in); got != tt.want {
				t.Errorf("unlinked(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestCut(t *testing.T) {
	tests := []struct {
		name string
		in   string
		n    int
		want string
	}{
		{"short", "abc", 3, "abc"},
		{"long", "abcdef", 4, "abc…"},
		{"space before the cut", "abc def", 5, "abc…"},
		{"characters, not bytes", "äöüß", 4, "äöüß"},
		{"not inside an accent", "aae\u0301bcd", 4, "aa…"},
		{"not inside an emoji", "ab👩\u200d💻cdef", 5, "ab…"},
		{"not inside a skin tone", "ab👍🏽cd", 4, "ab…"},
		{"not inside a flag", "a🇩🇪bcd", 3, "a…"},
		{"marks without end", "e" + strings.Repeat("\u0301", 20), 4, "e\u0301\u0301…"},
		{"nothing but marks", strings.Repeat("\u0301", 9), 4, strings.Repeat("\u0301", 3) + "…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := cut(tt.in, tt.n); got != tt.want {
				t.Errorf("cut(%q, %d) = %q, want %q", tt.in, tt.n, got, tt.want)
			}
		})
	}
}

func TestSafeURL(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"https", "https://a.example/b?c=d#e", "https://a.example/b?c=d#e"},
		{"http", "http://a.example", "http://a.example"},
		{"space around", " https://a.example/ ", "https://a.example/"},
		{"space inside", "https://a.example/a b", "https://a.example/a%20b"},
		{"umlaut", "https://a.example/ä", "https://a.example/%C3%A4"},
		{"bar and brackets", "https://a.example/?a|<!channel>", "https://a.example/?a%7C%3C!channel%3E"},
		{"script", "javascript:alert(1)", ""},
		{"data", "data:text/html,x", ""},
		{"file", "file:///etc/passwd", ""},
		{"relative", "/a/b", ""},
		{"no host", "https:///a", ""},
		{"password", "https://slack.com@evil.example/", ""},
		{"control", "https://a.example/\x00", ""},
		{"bidi in the host", "https://a\u202e.example/", ""},
		{"quote mark in the host", "http://\"/", ""},
		{"umlaut in the host", "https://bücher.example/", "https://b%C3%BCcher.example/"},
		{"endless host", "https://" + strings.Repeat("a.", 130) + "example/", ""},
		{"endless", "https://a.example/" + strings.Repeat("a", 3000), ""},
		{"empty", "", ""},
		{"broken", "https://[", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := safeURL(tt.in); got != tt.want {
				t.Errorf("safeURL(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"a\u202eb", "\u200d", "a \xff\u200cb", "<!channel>", "👩\u200d💻"} {
		f.Add(s, 5)
	}
	f.Fuzz(func(t *testing.T, s string, n int) {
		c := clean(s)
		if !utf8.ValidString(c) || strings.ContainsFunc(c, invisible) || strings.Contains(c, "  ") || strings.TrimSpace(c) != c {
			t.Errorf("clean(%q) = %q", s, c)
		}
		if u := unlinked(c); strings.ReplaceAll(u, wordJoiner, "") != c || selfLinking.MatchString(u) {
			t.Errorf("unlinked(%q) = %q", c, u)
		}
		n = max(1, n%100)
		if k := cut(c, n); utf8.RuneCountInString(k) > n || !utf8.ValidString(k) {
			t.Errorf("cut(%q, %d) = %q", c, n, k)
		}
	})
}
