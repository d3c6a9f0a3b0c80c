package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"verbatim/bot/localslack"
	"verbatim/bot/rights"
	"verbatim/index"
)

// told does something, and waits until the bot has told Ada of it in a message that holds a text.
func (s *service) told(want string, do func() error) {
	s.t.Helper()
	before := len(s.slack.Messages(s.slack.DM(localslack.Ada)))
	if err := do(); err != nil {
		s.t.Fatal(err)
	}
	s.wait("a message with "+want, func() bool {
		return slices.ContainsFunc(s.slack.Messages(s.slack.DM(localslack.Ada))[before:], func(m localslack.Message) bool {
			return m.Bot && strings.Contains(strings.ReplaceAll(m.Text, "\u2060", ""), want)
		})
	})
}

// order types the slash command as Ada, and waits for its report.
func (s *service) order(text, want string) {
	s.t.Helper()
	s.told(want, func() error { return s.slack.Slash(localslack.Ada, localslack.General, "/ask", text) })
}

// question asks as Ada, and waits for an answer that holds a text.
func (s *service) question(text, want string) {
	s.t.Helper()
	s.told(want, func() error {
		_, err := s.slack.Say(localslack.Ada, s.slack.DM(localslack.Ada), text)
		return err
	})
}

// drop sends the bot a file as Ada, and waits for its report.
func (s *service) drop(name, content, want string) {
	s.t.Helper()
	s.told(want, func() error {
		f, err := s.slack.Upload(localslack.Ada, name, "", []byte(content))
		if err == nil {
			_, err = s.slack.Post(localslack.SayArgs{As: localslack.Ada, Channel: s.slack.DM(localslack.Ada), Files: []localslack.File{f}})
		}
		return err
	})
}

// TestDocumentsThroughSlack adds an address and a file as an admin, asks about both, and forgets them and a
// file of the folder, across two restarts.
func TestDocumentsThroughSlack(t *testing.T) {
	s := newService(t)
	pages := http.NewServeMux()
	pages.HandleFunc("/parking.txt", func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/plain")
		fmt.Fprint(rw, "Parking\n\nVisitors park their cars behind the brewery.")
	})
	web, closed := httptest.NewServer(pages), httptest.NewServer(pages)
	defer web.Close()
	defer closed.Close()
	dir := t.TempDir()
	config := filepath.Join(dir, "verbatim.yaml")
	for name, text := range map[string]string{
		config: "admins: [" + localslack.Ada + "]\nsources: {allow: ['" + strings.TrimPrefix(web.URL, "http://") + "']}\n",
		filepath.Join(dir, "docs", "handbook", "leave.md"): "# Leave\n\nSabbaticals last eleven weeks.\n",
		filepath.Join(dir, "docs", "handbook", "tea.md"):   "# Tea\n\nTea is served at four in the kitchen.\n",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.flags = []string{"--corpus", filepath.Join(dir, "docs"), "--config", config}
	const badge, parking, leave = "Who replaces a lost badge?", "Where do visitors park their cars?", "How long do sabbaticals last?"

	cmd := s.start()
	s.connected()
	s.order("add "+web.URL+"/parking.txt", `Done: 1 new or changed document in the collection "added".`)
	s.question(parking, "Visitors park their cars behind the brewery.")
	s.order("add "+closed.URL+"/parking.txt", "sources.allow")
	s.drop("badge.md", "# Badges\n\nThe porter replaces a lost badge within the hour.\n", `Done: 1 new or changed document in the collection "added".`)
	s.question(badge, "The porter replaces a lost badge within the hour.")
	s.drop("photo.png", "\x89PNG\r\n\x1a\n", "That did not work: ")
	s.drop("empty.docx", "PK\x03\x04", "That did not work: ")
	s.order("forget nothing.md", "there is no document")
	s.stop(cmd)

	cmd = s.start()
	s.connected()
	s.question(badge, "The porter replaces a lost badge within the hour.")
	s.question(parking, "Visitors park their cars behind the brewery.")
	s.question(leave, "Sabbaticals last eleven weeks.")
	s.order("forget badge.md", "badge.md is forgotten")
	s.order("forget "+web.URL+"/parking.txt", "is forgotten")
	s.order("forget handbook/leave.md", "handbook/leave.md is forgotten")
	s.stop(cmd)

	cmd = s.start()
	s.connected()
	before := len(s.slack.Messages(s.slack.DM(localslack.Ada)))
	for _, question := range []string{badge, parking, leave} {
		s.question(question, "document")
	}
	for _, m := range s.slack.Messages(s.slack.DM(localslack.Ada))[before:] {
		for _, gone := range []string{"porter", "brewery", "eleven"} {
			if m.Bot && strings.Contains(m.Text, gone) {
				t.Errorf("what is forgotten is quoted: %q", m.Text)
			}
		}
	}
	s.stop(cmd)
	kept, err := filepath.Glob(filepath.Join(s.data, "sources", "web", "bodies", "*"))
	if err != nil || len(kept) > 0 {
		t.Errorf("of what is forgotten %q is kept, error %v", kept, err)
	}
}

func TestFileNames(t *testing.T) {
	for told, want := range map[string]string{
		"leave.md": "leave.md", "../../etc/passwd": "passwd", `C:\docs\a.pdf`: "a.pdf", "a\nb\x00\u202ec.md": "a bc.md", "...": "file", "": "file", "/": "file",
		".ssh": "ssh", " .x.md": "x.md", "a\xff.md": "a\ufffd.md",
		strings.Repeat("é", 200) + ".md": strings.Repeat("é", 58) + ".md",
	} {
		if got := fileName(told); got != want || !utf8.ValidString(got) {
			t.Errorf("%q becomes %q, want %q", told, got, want)
		}
	}
}

// TestNamed finds documents by what people call them, and none that the admin may not see.
func TestNamed(t *testing.T) {
	all := []index.DocumentInfo{
		{ID: "1", Collection: "hr", Path: "hr/leave.md", Title: "Leave"},
		{ID: "2", Collection: "board", Path: "board/pay.md", Title: "Pay"},
		{ID: "3", Collection: "added", Path: "https://a.example/x", URL: "https://a.example/x", Title: "leave"},
		{ID: "4", Collection: "added", Path: "pay.md", Title: "hr/leave.md"},
	}
	open := func(collection string) bool { return collection == "hr" }
	for name, want := range map[string]string{
		"hr/leave.md": "1", "LEAVE": "13", "https://a.example/x": "3", "pay.md": "4", "board/pay.md": "", "Pay": "", "2": "", "1": "1", "": "", "leave.md": "",
	} {
		got := ""
		for _, d := range named(all, name, open) {
			got += d.ID
		}
		if got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

func TestUnseen(t *testing.T) {
	some := map[string]rights.Audience{"hr": {Everyone: true}}
	for _, tt := range []struct {
		rules map[string]rights.Audience
		want  bool
	}{
		{nil, false}, {some, true}, {map[string]rights.Audience{addedCollection: {}}, false}, {map[string]rights.Audience{rights.Rest: {}}, false},
	} {
		if got := unseen(rights.Rules{Collections: tt.rules}, addedCollection); got != tt.want {
			t.Errorf("%v: %t, want %t", tt.rules, got, tt.want)
		}
	}
}
