package bot

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"verbatim/bot/localslack"
	"verbatim/bot/rights"
)

// keptDocuments is a list of documents.
type keptDocuments struct{ added, removed []string }

// Add takes a while, and fails for one address.
func (s *keptDocuments) Add(_ context.Context, address string, progress func(string)) (string, error) {
	for _, step := range []string{"1 of 3", "2 of 3 <!channel>", "3 of 3"} {
		<-time.After(2 * time.Second)
		progress(step)
	}
	if strings.Contains(address, "bad") {
		return "", errors.New("the page says 404: look whether the address is right")
	}
	s.added = append(s.added, address)
	return "3 pages added.", nil
}

// Remove notes what is removed.
func (s *keptDocuments) Remove(_ context.Context, document string) (string, error) {
	s.removed = append(s.removed, document)
	return "1 document removed.", nil
}

// TestDocumentsFromSlack adds and removes some as an admin, and asks questions that begin alike.
func TestDocumentsFromSlack(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		s := &keptDocuments{}
		w.change = func(c *Config) {
			c.Rules, c.Desk.Documents = rights.Rules{Admins: []string{localslack.Ada}}, s
		}
		b := w.start()
		dm := w.slack.DM(localslack.Ada)
		for _, order := range []struct{ text, during, after string }{
			{"add https://a.example/x?a=1&b=2", "2 of 3", "3 pages added."},
			{"add https://bad.example/", "2 of 3", "404"},
			{"Forget “Parental leave”", "", "1 document removed."},
			{"forget hr/leave.md", "", "1 document removed."},
		} {
			if err := w.slack.Slash(localslack.Ada, localslack.General, "/ask", order.text); err != nil {
				t.Fatal(err)
			}
			w.pass(5 * time.Second)
			all := w.answers(dm)
			if len(all) == 0 {
				t.Fatalf("%q: nothing is told", order.text)
			}
			if order.during != "" {
				w.wantText(all[len(all)-1], order.during)
			}
			w.pass(5 * time.Second)
			all = w.answers(dm)
			w.wantText(all[len(all)-1], order.after)
			if strings.Contains(all[len(all)-1].Text, "<!channel>") {
				t.Errorf("progress is markup: %q", all[len(all)-1].Text)
			}
		}
		for _, question := range []string{"forget about holidays?", "add two days to my holiday", "forget", "add"} {
			if err := w.slack.Slash(localslack.Mei, localslack.General, "/ask", question); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.slack.Slash(localslack.Mei, localslack.General, "/ask", "forget hr/leave.md"); err != nil {
			t.Fatal(err)
		}
		w.pass(5 * time.Second)
		if n := len(w.library.questions()); n != 4 {
			t.Errorf("%d questions were asked, want 4: %q", n, w.library.questions())
		}
		if seen := w.sees(localslack.Mei); !strings.Contains(seen, english().MayNot) {
			t.Errorf("she sees %s", seen)
		}
		if len(s.added) != 1 || s.added[0] != "https://a.example/x?a=1&b=2" || strings.Join(s.removed, ", ") != "Parental leave, hr/leave.md" {
			t.Errorf("added %q, removed %q", s.added, s.removed)
		}
		b.mustStop()
	})
}
