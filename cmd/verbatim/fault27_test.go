package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"verbatim/bot/localslack"
)

// markup are attempts to become a part of the page, as text, title, name and question may hold them.
const markup = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`

// TestFault27LocalPage: the page of "verbatim try" answers its own page and programs of this machine alone,
// whatever a page of another site sends, in whichever way; it listens on the loopback and nowhere else; and
// what documents, titles, questions and names of files hold stays text.
func TestFault27LocalPage(t *testing.T) {
	dir := t.TempDir()
	docs := map[string]string{
		"evil.md":                  "---\ntitle: '" + strings.ReplaceAll(markup, "'", "") + "'\n---\n# " + markup + "\n\nThe harmless teapot stands on the " + markup + " shelf.\n",
		"<img src=x onerror=1>.md": "# Kettle\n\nThe quiet kettle has the name of its file.\n",
	}
	for name, text := range docs {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	url := startTry(t, "--corpus", dir)
	t.Run("other sites are refused", func(t *testing.T) { refusesOtherSites(t, url) })
	t.Run("only the loopback", refusesOtherAddresses)
	t.Run("markup stays text", func(t *testing.T) { keepsMarkupText(t, url) })
	t.Run("the page makes no markup of text", pageMakesNoMarkup)
}

// send makes a request with headers, of which Host is the host asked for, and returns status and body.
func send(t *testing.T, method, url, body string, header map[string]string) (int, string, http.Header) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		if k == "Host" {
			req.Host = v
		} else {
			req.Header.Set(k, v)
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusSwitchingProtocols {
		return res.StatusCode, "", res.Header
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(data), res.Header
}

func refusesOtherSites(t *testing.T, url string) {
	host := strings.TrimSuffix(strings.TrimPrefix(url, "http://"), "/")
	_, port, _ := strings.Cut(host, ":")
	tokens := localslack.Default()
	bearer := func(token string) map[string]string { return map[string]string{"Authorization": "Bearer " + token} }
	// A ticket for a socket, such as an attacker may have got hold of.
	_, opened, _ := send(t, "POST", url+"api/apps.connections.open", "", bearer(tokens.AppToken))
	var ticket struct{ URL string }
	if err := json.Unmarshal([]byte(opened), &ticket); err != nil || !strings.HasPrefix(ticket.URL, "ws://") {
		t.Fatalf("no ticket: %s, %v", opened, err)
	}
	socket := map[string]string{"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
	say := `{"as":"U0ADA","channel":"C0GENERAL","text":"said by another site"}`
	targets := []struct {
		name, method, url, body string
		header                  map[string]string
	}{
		{"page", "GET", url, "", nil},
		{"script of the page", "GET", url + "static/app.js", "", nil},
		{"state", "GET", url + "local/state?as=U0ADA", "", nil},
		{"events", "GET", url + "local/events?as=U0ADA", "", nil},
		{"say", "POST", url + "local/say", say, map[string]string{"Content-Type": "application/json"}},
		{"say, as a form would", "POST", url + "local/say", say, map[string]string{"Content-Type": "text/plain"}},
		{"upload", "POST", url + "local/upload?as=U0ADA&name=x.md", "text", nil},
		{"reset", "POST", url + "local/reset", "{}", nil},
		{"Web API", "POST", url + "api/auth.test", "", bearer(tokens.BotToken)},
		{"socket", "GET", "http" + strings.TrimPrefix(ticket.URL, "ws"), "", socket},
		{"response_url", "POST", url + "response/x", "{}", nil},
	}
	attackers := []struct {
		name   string
		header map[string]string
	}{
		{"another site", map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}},
		{"another port of this machine", map[string]string{"Origin": "http://127.0.0.1:1"}},
		{"a page of no origin", map[string]string{"Origin": "null"}},
		{"this address over https", map[string]string{"Origin": "https://" + host}},
		{"an image of another site", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}},
		{"a script of another site", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}},
		{"a name that was rebound", map[string]string{"Host": "evil.example:" + port}},
		{"a name that was rebound, with its own origin", map[string]string{"Host": "evil.example:" + port, "Origin": "http://evil.example:" + port, "Sec-Fetch-Site": "same-origin"}},
		{"a name that begins like this machine", map[string]string{"Host": "localhost.evil.example:" + port}},
		{"a name that ends like this machine", map[string]string{"Host": "127.0.0.1.evil.example:" + port}},
	}
	for _, target := range targets {
		for _, attacker := range attackers {
			header := map[string]string{}
			for _, from := range []map[string]string{target.header, attacker.header} {
				for k, v := range from {
					header[k] = v
				}
			}
			status, body, got := send(t, target.method, target.url, target.body, header)
			if status != http.StatusForbidden && status != http.StatusMisdirectedRequest {
				t.Errorf("%s by %s: status %d %.80q", target.name, attacker.name, status, body)
			}
			if got.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s by %s is allowed to other origins", target.name, attacker.name)
			}
		}
	}
	if _, state, _ := send(t, "GET", url+"local/state?as=U0ADA", "", nil); strings.Contains(state, "said by another site") || !strings.Contains(state, "C0GENERAL") {
		t.Errorf("another site was heard, or nobody: %.200s", state)
	}
	if status, _, _ := send(t, "GET", "http"+strings.TrimPrefix(ticket.URL, "ws"), "", socket); status != http.StatusSwitchingProtocols {
		t.Errorf("the ticket is worth nothing: status %d", status)
	}
}

func refusesOtherAddresses(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "example.com:0", "localhost.evil.example:0"} {
		var out, errs bytes.Buffer
		if code := run(t.Context(), []string{"try", "--no-browser", "--addr", addr}, streams{in: &bytes.Buffer{}, out: &out, err: &errs}); code != exitUsage || !strings.Contains(errs.String(), "loopback") {
			t.Errorf("--addr %s: exit code %d\n%s", addr, code, &errs)
		}
	}
}

func keepsMarkupText(t *testing.T, url string) {
	for _, question := range []string{"Where does the harmless teapot stand? " + markup, "What has the quiet kettle? " + markup} {
		post(t, url, "say", map[string]string{"as": "U0ADA", "channel": directMessages(t, url, "U0ADA"), "text": question})
	}
	upload := url + "local/upload?as=U0ADA&name=" + strings.ReplaceAll("%3Cimg src=x onerror=1%3E.html", " ", "%20")
	_, reply, _ := send(t, "POST", upload, markup, map[string]string{"Content-Type": "text/html"})
	var stored struct{ File struct{ ID string } }
	if err := json.Unmarshal([]byte(reply), &stored); err != nil || stored.File.ID == "" {
		t.Fatalf("upload: %s, %v", reply, err)
	}
	for _, path := range []string{"", "local/state?as=U0ADA", "local/file?as=U0ADA&id=" + stored.File.ID, "static/app.js", "local/nothing" + "?x=%3Cscript%3E", "nothing%3Cscript%3E"} {
		status, body, header := send(t, "GET", url+path, "", nil)
		csp := header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'self'") || strings.Contains(csp, "unsafe") || !strings.Contains(csp, "object-src 'none'") {
			t.Errorf("%q: %d with the policy %q", path, status, csp)
		}
		if header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%q may be taken for another type than %q", path, header.Get("Content-Type"))
		}
		kind := header.Get("Content-Type")
		if strings.HasPrefix(kind, "text/html") && strings.Contains(body, "onerror") {
			t.Errorf("%q is a page with what somebody wrote: %s", path, kind)
		}
		if strings.HasPrefix(path, "local/file") && (kind != "application/octet-stream" || !strings.HasPrefix(header.Get("Content-Disposition"), "attachment")) {
			t.Errorf("a file that was sent is shown as %q, %q", kind, header.Get("Content-Disposition"))
		}
	}
}

// pageMakesNoMarkup looks in the scripts of the page for every way of making markup, or a program, of text.
// That a browser shows it as text is looked at by .ci/browser.
func pageMakesNoMarkup(t *testing.T) {
	makers := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|setHTMLUnsafe|srcdoc|\beval\(|new Function|setTimeout\(\s*["'` + "`" + `]|href=.javascript:`)
	root, scripts := filepath.Join("..", "..", "bot", "localslack", "page"), 0
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".js" && filepath.Ext(name) != ".html" {
			return err
		}
		scripts++
		data, err := os.ReadFile(name)
		for i, line := range strings.Split(string(data), "\n") {
			if found := makers.FindString(line); found != "" {
				t.Errorf("%s:%d: %s", filepath.Base(name), i+1, found)
			}
		}
		if filepath.Ext(name) == ".html" && regexp.MustCompile(`(?i)<script(\s[^>]*)?>\s*[^<\s]|\son[a-z]+=`).Match(data) {
			t.Errorf("%s holds a script of its own", name)
		}
		return err
	})
	if err != nil || scripts < 10 {
		t.Errorf("%d scripts: %v", scripts, err)
	}
}
