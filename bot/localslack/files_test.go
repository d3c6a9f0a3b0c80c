package localslack

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

// file fetches a file as the app does.
func (wd *world) file(address, token string) (string, string) {
	wd.t.Helper()
	req, err := http.NewRequest("GET", address, nil)
	if err != nil {
		wd.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := wd.http.Do(req.WithContext(wd.ctx))
	if err != nil {
		wd.t.Fatal(err)
	}
	defer res.Body.Close()
	b := make([]byte, 4096)
	n, _ := res.Body.Read(b)
	return res.Header.Get("Content-Type"), string(b[:n])
}

func TestDroppedFile(t *testing.T) {
	for _, c := range []struct {
		name, scopes, token, content, says string
	}{
		{"with the scope", "files:read", "xoxb-local-verbatim", "a,b\n", ""},
		{"without it", "", "xoxb-local-verbatim", "Sign in", "missing_scope"},
		{"with another token", "files:read", "xoxb-other", "Sign in", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, grants(c.scopes))
			s := w.connect()
			up := w.request("POST", "/local/upload?as=U0ADA&name=..%2Fa%20table.csv", "text/csv; charset=utf-8", "", "a,b\n")
			id, _ := dig(up.body, "file", "id").(string)
			w.local("say", map[string]any{"as": Ada, "channel": w.DM(Ada), "text": "look", "files": []any{map[string]any{"id": id}}})
			ev := eventOf(s.take())
			if ev["subtype"] != "file_share" || ev["text"] != "look" || dig(ev, "files", 0, "name") != "a table.csv" || dig(ev, "files", 0, "mimetype") != "text/csv" || dig(ev, "files", 0, "size") != 4.0 {
				t.Fatalf("event: %v", ev)
			}
			address, _ := dig(ev, "files", 0, "url_private_download").(string)
			kind, content := w.file(address, c.token)
			if !strings.Contains(content, c.content) || strings.HasPrefix(kind, "text/csv") != (c.content == "a,b\n") {
				t.Errorf("the app reads %q of type %q", content, kind)
			}
			a := w.api("files.info", "file", id)
			if a.code() != c.says || c.says == "" && dig(a.body, "file", "ims", 0) != "D0ADA" {
				t.Errorf("files.info: %v", a.body)
			}
		})
	}
}

func TestFileRights(t *testing.T) {
	w := start(t, grants("files:read"))
	secret := must1[File](t)(w.Upload(Ada, "secret.txt", "", []byte("x")))
	if secret.Mimetype != "text/plain" {
		t.Errorf("guessed %q", secret.Mimetype)
	}
	if a := w.api("files.info", "file", secret.ID); a.code() != "file_not_found" {
		t.Errorf("before it was shown to the bot: %v", a.body)
	}
	must1[string](t)(w.Post(SayArgs{As: Ada, Channel: Leaders, Files: []File{{ID: secret.ID}}}))
	for user, want := range map[string]int{Grace: 200, Linus: 404, "U1": 404} {
		if a := w.request("GET", "/local/file?as="+user+"&id="+secret.ID, "", "", ""); a.status != want {
			t.Errorf("%s gets status %d, want %d", user, a.status, want)
		}
	}
	if _, err := w.Post(SayArgs{As: Linus, Channel: General, Files: []File{{ID: secret.ID}}}); err == nil {
		t.Error("Linus showed Ada's file")
	}
	for name, err := range map[string]error{
		"nobody": second(w.Upload("U1", "a", "", []byte("x"))), "the bot": second(w.Upload(Bot, "a", "", []byte("x"))),
		"no name": second(w.Upload(Ada, " ", "", []byte("x"))), "empty": second(w.Upload(Ada, "a", "", nil)), "too large": second(w.Upload(Ada, "a", "", make([]byte, maxUpload+1))),
	} {
		var refused localError
		if !errors.As(err, &refused) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second(_ File, err error) error { return err }
