package source

import (
	"strings"
	"testing"
)

// TestIgnore holds the rules against what git does with them (git check-ignore, 2.39).
func TestIgnore(t *testing.T) {
	cases := []struct {
		rules, path string
		folder      bool
		want        bool
	}{
		{"a.txt", "a.txt", false, true},
		{"a.txt", "sub/a.txt", false, true},
		{"/a.txt", "sub/a.txt", false, false},
		{"sub/a.txt", "sub/a.txt", false, true},
		{"sub/a.txt", "other/sub/a.txt", false, false},
		{"*.txt\n!b.txt", "b.txt", false, false},
		{"!b.txt\n*.txt", "b.txt", false, true},
		{"drafts/", "drafts", true, true},
		{"drafts/", "drafts", false, false},
		{"drafts/", "sub/drafts", true, true},
		{"drafts/", "drafts/a.txt", false, true},
		{"**/logs", "a/b/logs", true, true},
		{"logs/**", "logs/a/b.txt", false, true},
		{"logs/**", "logs", true, false},
		{"a/**/b", "a/b", false, true},
		{"a/**/b", "a/x/y/b", false, true},
		{"a/*/b", "a/x/y/b", false, false},
		{"*", "a.txt", false, true},
		{"*.md", "a.md/b.txt", false, true},
		{"doc?.txt", "doc1.txt", false, true},
		{"[ab].txt", "c.txt", false, false},
		{`\#a.txt`, "#a.txt", false, true},
		{`\!a.txt`, "!a.txt", false, true},
		{"# a.txt", "# a.txt", false, false},
		{"a.txt   ", "a.txt", false, true},
		{"a.txt\r", "a.txt", false, true},
		{"\ufeffa.txt", "a.txt", false, true},
		{"[", "[", false, false},
		{"", "a.txt", false, false},
	}
	for _, c := range cases {
		if got := parseIgnore([]byte(c.rules)).ignoredBelow(c.path, c.folder); got != c.want {
			t.Errorf("rules %q, path %q: ignored %t, want %t", c.rules, c.path, got, c.want)
		}
	}
}

func FuzzIgnore(f *testing.F) {
	f.Add("*.txt\n!a/**/b.txt\n", "a/x/b.txt")
	f.Add(strings.Repeat("**/", 30)+"a", strings.Repeat("b/", 100)+"a")
	f.Fuzz(func(t *testing.T, rules, path string) {
		if len(path) > 4096 {
			return
		}
		a, b := parseIgnore([]byte(rules)), parseIgnore([]byte(rules+"\n"))
		if a.ignoredBelow(path, false) != b.ignoredBelow(path, false) {
			t.Errorf("a line end decides on %q", path)
		}
	})
}
