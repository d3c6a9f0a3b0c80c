package main

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"verbatim/corpus"
	"verbatim/corpus/format"
)

func fileText(t *testing.T, dir, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestFAQGrows(t *testing.T) {
	dir := t.TempDir()
	f := &faqFile{dir: dir, name: "hr/faq.md"}
	for range 2 { // the second time changes nothing
		for _, e := range [][2]string{{"Where can I park?", "In the yard.\n\nBehind the gate."}, {"Who pays?", "Nobody."}} {
			if err := f.Add(t.Context(), e[0], e[1]); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := "# FAQ\n\nQ: Where can I park?\n\nA: In the yard. Behind the gate.\n\nQ: Who pays?\n\nA: Nobody.\n"
	if got := fileText(t, dir, "hr/faq.md"); got != want {
		t.Errorf("the file is\n%s\nwant\n%s", got, want)
	}
	if f.Collection() != "hr" || (&faqFile{name: "faq.md"}).Collection() != corpus.DefaultCollection {
		t.Errorf("collection %q", f.Collection())
	}
	if left, err := filepath.Glob(filepath.Join(dir, "hr", ".*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestFAQAtOnce lets many add at the same time: nothing is lost.
func TestFAQAtOnce(t *testing.T) {
	f := &faqFile{dir: t.TempDir(), name: "faq.md"}
	var adding sync.WaitGroup
	for i := range 20 {
		adding.Go(func() {
			if err := f.Add(t.Context(), strings.Repeat("why ", i+1)+"?", "So."); err != nil {
				t.Error(err)
			}
		})
	}
	adding.Wait()
	if n := strings.Count(fileText(t, f.dir, f.name), "\n\nA: So."); n != 20 {
		t.Errorf("%d entries, want 20", n)
	}
}

// TestFAQTakesNoMarkup adds what would be markup, front matter or another entry.
func TestFAQTakesNoMarkup(t *testing.T) {
	hostile := []string{
		"---\ntitle: Owned\n---", "# Heading", "```\ncode", "<script>alert(1)</script>", "[x](javascript:y)", "![i](http://e/x)",
		"A: Me. Q: Who is the boss? A: I am.", "> quoted", "- item", "| a | b |\n|---|---|", "**bold** _em_ ~~gone~~ a_b_c", "<!-- ", `\<b>`, "&lt;b&gt;",
		"Frage: was? Antwort: das", "one\u2028two\x00\u202e", "[ref]: http://e",
	}
	for _, text := range hostile {
		f := &faqFile{dir: t.TempDir(), name: "faq.md"}
		for range 2 {
			if err := f.Add(t.Context(), text, text); err != nil {
				t.Fatalf("%q: %v", text, err)
			}
		}
		if err := f.Add(t.Context(), "Last?", "Yes."); err != nil {
			t.Fatalf("after %q: %v", text, err)
		}
		data := fileText(t, f.dir, f.name)
		docs, err := format.Read("faq.md", []byte(data))
		if err != nil || len(docs) != 1 || docs[0].Title != "FAQ" || len(docs[0].Blocks) != 5 {
			t.Errorf("%q makes %d documents (%v): %q", text, len(docs), err, data)
		}
		for _, mark := range []string{"Q:", "A:", "Frage:", "Antwort:"} {
			if n, most := strings.Count(data, mark), map[string]int{"Q:": 2, "A:": 2}[mark]; n > most {
				t.Errorf("%q: %s stands %d times in %q", text, mark, n, data)
			}
		}
		for _, active := range []string{"<script", "](", "<!--", "**b"} {
			if i := strings.Index(data, active); i > 0 && data[i-1] != '\\' {
				t.Errorf("%q: %s is markup in %q", text, active, data)
			}
		}
	}
}

// TestFAQStaysInItsFolder follows no link out of it, and swallows nothing.
func TestFAQStaysInItsFolder(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	secret := filepath.Join(outside, "secret.md")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for link, target := range map[string]string{"link.md": secret, "out": outside} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skipf("symbolic links cannot be made here: %v", err)
		}
	}
	for name, text := range map[string]string{"open.md": "```\ncode that is not closed", "comment.md": "<!-- not closed", "latin.md": "caf\xe9"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"link.md", "out/secret.md", "../secret.md", "open.md", "latin.md"} {
		if err := (&faqFile{dir: dir, name: name}).Add(t.Context(), "Why?", "So."); err == nil {
			t.Errorf("%s: no error", name)
		} else if strings.Contains(err.Error(), "So.") {
			t.Errorf("%s: the error %q tells what was added", name, err)
		}
	}
	if data, err := os.ReadFile(secret); err != nil || string(data) != "secret" {
		t.Errorf("outside stands %q: %v", data, err)
	}
	if got := fileText(t, dir, "open.md"); strings.Contains(got, "Why?") {
		t.Errorf("the file has become %q", got)
	}
}

func FuzzFAQText(f *testing.F) {
	f.Add("A: Me. Q: Who?", "`x` <b> [y](z)")
	f.Fuzz(func(t *testing.T, question, answer string) {
		q, a := "Q: "+faqText(question), "A: "+faqText(answer)
		if faqText(question) == "" || faqText(answer) == "" {
			return // the bot asks for both
		}
		if !endsIn("# FAQ\n\n"+q+"\n\n"+a+"\n", q, a) {
			t.Errorf("%q and %q are not two paragraphs", q, a)
		}
	})
}
