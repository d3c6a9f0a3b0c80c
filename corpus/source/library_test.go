package source

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"verbatim/corpus"
)

// openLibrary opens a library that must be right.
func openLibrary(t *testing.T, o LibraryOptions) *Library {
	t.Helper()
	if o.FolderOptions.Settle == 0 {
		o.FolderOptions.Settle = time.Millisecond
	}
	for i := range o.Web {
		if err := o.Web[i].Check(); err != nil {
			t.Fatal(err)
		}
	}
	l, err := OpenLibrary(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// reopenLibrary opens the folder of a library again, as the next start does.
func reopenLibrary(t *testing.T, l *Library, o LibraryOptions) *Library {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return openLibrary(t, o)
}

func syncLibrary(t *testing.T, l *Library, x *memory, want Counts) {
	t.Helper()
	if got, err := l.Sync(t.Context(), x, false); err != nil || got != want {
		t.Errorf("counts %+v, want %+v; error %v", got, want, err)
	}
}

// TestLibrary brings an index up to date with sources of all kinds, which come and go between starts.
func TestLibrary(t *testing.T) {
	s, x := newSite(t), newMemory()
	s.text("/news.txt", "text/plain", "News.")
	o := LibraryOptions{Dir: t.TempDir(), Folder: writeFiles(t, map[string]string{"a.txt": "A.", "b.txt": "B."}), Fetcher: newFetcher(t, s),
		Web: []WebSource{{Page: s.URL + "/news.txt"}}, Static: []*corpus.Document{{ID: "static", Path: "static.txt", Text: "Static."}}}
	l := openLibrary(t, o)
	syncLibrary(t, l, x, Counts{Put: 3})
	if l.Due() != 1 {
		t.Errorf("%d sources are due, want 1", l.Due())
	}
	var reports []Report
	if err := l.FetchDue(t.Context(), x, false, nil, func(r Report) { reports = append(reports, r) }); err != nil || len(reports) != 1 || reports[0] != (Report{Counts: Counts{Put: 1}}) {
		t.Errorf("reports %v, error %v", reports, err)
	}
	all := []string{"a.txt", "b.txt", s.URL + "/news.txt", "static.txt"}
	if !slices.Equal(x.paths(), all) {
		t.Errorf("the index holds %q, want %q", x.paths(), all)
	}
	if formats := l.Formats(); formats[".txt"] != 2 || formats["web"] != 1 {
		t.Errorf("formats %v", formats)
	}
	if err := l.Save(x); err != nil {
		t.Fatal(err)
	}

	x.takePuts()
	again := reopenLibrary(t, l, o)
	again.Resume(x)
	if n, err := again.Changed(t.Context()); err != nil || n > 2 {
		t.Errorf("%d files changed, error %v", n, err)
	}
	syncLibrary(t, again, x, Counts{})
	if again.Due() != 0 {
		t.Error("what was fetched is due again after a restart")
	}
	fresh := newMemory()
	if err := again.Documents(t.Context(), func(doc *corpus.Document) error {
		return fresh.Apply(t.Context(), Change{Put: []*corpus.Document{doc}})
	}); err != nil || !slices.Equal(fresh.paths(), all) {
		t.Errorf("built anew, the index holds %q, want %q; error %v", fresh.paths(), all, err)
	}

	o.Web = nil // no longer in the settings
	l = reopenLibrary(t, again, o)
	syncLibrary(t, l, x, Counts{Removed: 1})
	o.Folder = t.TempDir()
	l = reopenLibrary(t, l, o)
	l.Resume(x)
	syncLibrary(t, l, x, Counts{Removed: 2})
	o.Static = nil
	if _, err := reopenLibrary(t, l, o).Sync(t.Context(), x, false); !errors.Is(err, ErrShrunk) || len(x.paths()) != 1 {
		t.Errorf("nothing left: error %v, documents %q", err, x.paths())
	}
}

// TestAddAndForget is what admins do from Slack.
func TestAddAndForget(t *testing.T) {
	s, x := newSite(t), newMemory()
	s.text("/page.txt", "text/plain", "Page.")
	s.text("/sitemap.xml", "application/xml", s.sitemapOf("/1.txt", "/2.txt"))
	s.text("/1.txt", "text/plain", "One.")
	s.text("/2.txt", "text/plain", "Two.")
	s.text("/feed", "application/rss+xml", "<rss><channel><item><link>/3.txt</link></item></channel></rss>")
	s.text("/3.txt", "text/plain", "Three.")
	s.text("/picture", "image/png", "PNG")
	o := LibraryOptions{Dir: t.TempDir(), Folder: writeFiles(t, map[string]string{"a.txt": "A.", "b.txt": "B."}), Fetcher: newFetcher(t, s)}
	l := openLibrary(t, o)
	syncLibrary(t, l, x, Counts{Put: 2})
	progress := 0
	for path, want := range map[string]int{"/page.txt": 1, "/sitemap.xml": 2, "/feed": 1} {
		counts, err := l.Add(t.Context(), x, s.URL+path, "added", func(Progress) { progress++ })
		if err != nil || counts.Put != want {
			t.Errorf("added %s: counts %+v, error %v", path, counts, err)
		}
	}
	if progress != 4 {
		t.Errorf("progress was told %d times, want 4", progress)
	}
	for path, reason := range map[string]error{"/picture": errMediaType, "/missing": nil} {
		if _, err := l.Add(t.Context(), x, s.URL+path, "added", nil); err == nil || reason != nil && !errors.Is(err, reason) {
			t.Errorf("added %s: error %v", path, err)
		}
	}
	if _, err := l.Add(t.Context(), x, "http://169.254.169.254/", "", nil); !errors.Is(err, ErrForbidden) {
		t.Errorf("added a private address: %v", err)
	}
	forget := func(collection, path string) {
		t.Helper()
		if err := l.Forget(t.Context(), x, corpus.DocumentID(collection, path), path); err != nil {
			t.Fatal(err)
		}
	}
	forget("added", s.URL+"/page.txt")
	forget("added", s.URL+"/1.txt")
	forget(corpus.DefaultCollection, "a.txt")
	want := []string{"b.txt", s.URL + "/2.txt", s.URL + "/3.txt"}
	if !slices.Equal(x.paths(), want) {
		t.Fatalf("the index holds %q, want %q", x.paths(), want)
	}
	write(t, o.Folder, "a.txt", "A, changed.")
	syncLibrary(t, l, x, Counts{})
	restarted := reopenLibrary(t, l, o)
	syncLibrary(t, restarted, newMemory(), Counts{Put: 3})
	if due := restarted.Due(); due != 0 {
		t.Errorf("%d added sources are due again after a restart", due)
	}
	if problems := restarted.Problems(); !hasProblem(problems, "a.txt", errForgotten, false) || hasProblem(problems, s.URL+"/page.txt", errForgotten, false) {
		t.Errorf("problems %v", problems)
	}
	if err := os.WriteFile(filepath.Join(o.Dir, "added.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := restarted.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenLibrary(o); err == nil || !strings.Contains(err.Error(), "move it away") {
		t.Errorf("a damaged list: error %v", err)
	}
}

// TestLibraryWatch looks at a page as often as it is to be looked at.
func TestLibraryWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var version atomic.Int64
		version.Store(1)
		f, err := NewFetcher(FetcherOptions{})
		if err != nil {
			t.Fatal(err)
		}
		f.client.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			res := &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/plain"}}, Request: r}
			res.Body = http.NoBody
			if r.URL.Path != "/robots.txt" {
				res.Body = readCloser(fmt.Sprintf("Version %d.", version.Load()))
			}
			return res, nil
		})
		x := newMemory()
		l := openLibrary(t, LibraryOptions{Dir: t.TempDir(), Fetcher: f, Web: []WebSource{{Page: "https://site.example/a.txt", Every: time.Hour}}})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- l.Watch(ctx, x, func(Report) {}) }()
		time.Sleep(10 * time.Second)
		version.Store(2)
		time.Sleep(50 * time.Minute)
		if got := x.text("https://site.example/a.txt"); got != "Version 1." {
			t.Errorf("before an hour is over the index holds %q", got)
		}
		time.Sleep(20 * time.Minute)
		if got := x.text("https://site.example/a.txt"); got != "Version 2." {
			t.Errorf("after an hour the index holds %q", got)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

type stringBody struct{ *strings.Reader }

func (stringBody) Close() error { return nil }

func readCloser(s string) stringBody { return stringBody{strings.NewReader(s)} }

// TestWebCharsets reads pages whose server says the wrong thing, or nothing, of their encoding.
func TestWebCharsets(t *testing.T) {
	s, x := newSite(t), newMemory()
	html := func(meta, text string) string {
		return "<html><head>" + meta + "<title>Caf\xe9</title></head><body><main><h1>Caf\xe9</h1><p>" + text + "</p></main></body></html>"
	}
	latin := strings.Repeat("Le caf\xe9 est servi \xe0 midi, pr\xe8s de la fen\xeatre. ", 5)
	s.text("/header.html", "text/html; charset=iso-8859-1", html("", latin))
	s.text("/meta.html", "text/html", html(`<meta charset="windows-1252">`, latin))
	s.text("/lie.html", "text/html; charset=us-ascii", html("", latin))
	s.text("/utf8.html", "text/html; charset=utf-8", strings.ReplaceAll("<html><title>Café</title><main><h1>Café</h1><p>"+strings.Repeat("Le café est servi à midi, près de la fenêtre. ", 5)+"</p></main></html>", "\xff", ""))
	s.text("/sjis", "text/plain; charset=Shift_JIS", "\x8b\x78\x89\xc9\x82\xcd\x93\xf1\x8f\x54\x8a\xd4\x82\xc5\x82\xb7\x81\x42")
	s.text("/sitemap.xml", "application/xml", s.sitemapOf("/header.html", "/meta.html", "/lie.html", "/utf8.html", "/sjis"))
	w := openWeb(t, t.TempDir(), newFetcher(t, s), WebSource{Sitemap: s.URL + "/sitemap.xml"})
	if _, problems := refresh(t, w, x); len(problems) > 0 {
		t.Error(problems)
	}
	for _, name := range []string{"/header.html", "/meta.html", "/lie.html", "/utf8.html"} {
		if text := x.text(s.URL + name); !strings.Contains(text, "Le café est servi à midi, près de la fenêtre.") {
			t.Errorf("%s: %.100q", name, text)
		}
	}
	if text := x.text(s.URL + "/sjis"); text != "休暇は二週間です。" {
		t.Errorf("/sjis: %q", text)
	}
}

// TestDamagedListOfPagesIsPutAside keeps the bodies of files that were sent when the list of them is damaged:
// they can be had nowhere else.
func TestDamagedListOfPagesIsPutAside(t *testing.T) {
	dir := t.TempDir()
	body := filepath.Join(dir, "web", "bodies", strings.Repeat("a", 64))
	if err := os.MkdirAll(filepath.Dir(body), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{body: "a file that somebody sent", filepath.Join(dir, "web", "web.json"): `{"version":`} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l, err := OpenLibrary(LibraryOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(l.web.save(nil), l.Close()); err != nil {
		t.Fatal(err)
	}
	kept, err := filepath.Glob(filepath.Join(dir, "web.damaged-*", "bodies", strings.Repeat("a", 64)))
	if err != nil || len(kept) != 1 {
		t.Errorf("kept are %v: %v", kept, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "web", "web.json"), []byte(`{"version":99}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenLibrary(LibraryOptions{Dir: dir}); !errors.Is(err, ErrNewer) {
		t.Errorf("a list of a newer version: %v", err)
	}
}
