package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"verbatim/corpus/source"
)

// TestReadmeSources reads the example of README.md as the program does.
func TestReadmeSources(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, example, found := strings.Cut(string(data), "```yaml\nsources:\n")
	example, _, closed := strings.Cut(example, "```")
	if !found || !closed {
		t.Fatal("README.md has no example of the section sources")
	}
	s, err := parseSettings([]byte("sources:\n" + example))
	if err != nil {
		t.Fatal(err)
	}
	want := sourceSettings{
		Allow: []string{"wiki.corp.example", "wiki.corp.example:8443", "10.20.0.0/16"}, Proxy: "http://proxy.corp.example:3128", Poll: 15 * time.Second,
		Web: []source.WebSource{
			{Page: "https://example.com/handbook/leave.html", Collection: "handbook", Every: 6 * time.Hour, MaxPages: 500},
			{Sitemap: "https://example.com/sitemap.xml", Collection: "default", Every: 24 * time.Hour, Include: []string{"https://example.com/docs/"}, MaxPages: 2000},
			{Feed: "https://example.com/news.atom", Collection: "news", Every: time.Hour, MaxPages: 500},
		},
	}
	if diff := cmp.Diff(want, s.Sources); diff != "" {
		t.Error(diff)
	}
}

func TestSourceSettingsRefused(t *testing.T) {
	for settings, want := range map[string]string{
		"sources: {web: [{}]}":                                                        "entry 1: give exactly one",
		"sources: {web: [{page: 'ftp://a.example/'}]}":                                "only addresses that begin with http",
		"sources: {web: [{page: 'https://a.example/', x: 1}]}":                        "field x not found",
		"sources: {web: [{page: 'https://a.example'}, {page: 'https://A.example/'}]}": "is there twice",
		"sources: {allow: ['10.0.0.0/99']}":                                           "sources.allow",
		"sources: {proxy: proxy.example}":                                             "sources.proxy",
		"sources: {poll: 1ms}":                                                        "sources.poll",
		"sources: {web: [{page: 'https://a.example/', every: soon}]}":                 "line 1",
	} {
		if _, err := parseSettings([]byte(settings)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", settings, err, want)
		}
	}
}

// TestProgress shows a count where there is a terminal and where there is none.
func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := newProgress(&out)
		p.start("files", 100)
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				for range 10 {
					time.Sleep(time.Second)
					p.step("files")
					p.step("pages") // which are not counted
				}
			})
		}
		group.Wait()
		p.end()
		if got := out.String(); !regexp.MustCompile(`^(3\d|40) of 100 files, 4/s, 1[5-7]s left\n$`).MatchString(got) {
			t.Errorf("without a terminal: %q", got)
		}
		out.Reset()
		p = &progress{out: &out, width: 60}
		p.start("files", 4)
		for range 3 {
			time.Sleep(time.Second)
			p.step("files")
		}
		lines := strings.Split(out.String(), "\r\x1b[K")
		if got := lines[len(lines)-1]; !regexp.MustCompile(`^\[#{15,}-{5,}\] 3 of 4 files, 1/s, 1s left$`).MatchString(got) {
			t.Errorf("on a terminal: %q", got)
		}
		if p.end(); !strings.HasSuffix(out.String(), "\r\x1b[K") {
			t.Error("the bar is not taken away")
		}
		var none *progress
		none.start("files", 1)
		none.step("files")
		none.end()
	})
}

// TestTryFollowsTheFolder edits a file while the bot runs, and asks for it over the wire.
func TestTryFollowsTheFolder(t *testing.T) {
	dir := t.TempDir()
	save := func(text string) {
		if err := os.WriteFile(filepath.Join(dir, "office.txt"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	save("The office cat is called Ada. She sleeps on the printer.")
	url := startTry(t, "--corpus", dir)
	channel := directMessages(t, url, "U0ADA")
	reply := func() string {
		return watch(t, url, "U0ADA", func() {
			post(t, url, "say", map[string]string{"as": "U0ADA", "channel": channel, "text": "What is the office cat called?"})
		}, func(event string) bool { return strings.Contains(event, "office cat is called ") })
	}
	if event := reply(); !strings.Contains(event, "called Ada") {
		t.Fatalf("the answer is %s", event)
	}
	save("The office cat is called Grace. She sleeps on the printer.")
	for !strings.Contains(reply(), "called Grace") {
		if t.Context().Err() != nil {
			t.Fatal("the change was never seen")
		}
	}
}
