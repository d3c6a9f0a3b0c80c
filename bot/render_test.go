package bot

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"verbatim/bot/localslack"
	"verbatim/index"
)

var update = flag.Bool("update", false, "write the golden files anew")

// wireForm is a message as Slack gets it.
func wireForm(t testing.TB, m Message) json.RawMessage {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(struct {
		Text   string `json:"text"`
		Blocks any    `json:"blocks"`
	}{m.Text, m.Blocks}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// wantValid fails the test unless Slack would take a message and find in it no ping, and no link
// but those wanted.
func wantValid(t testing.TB, m Message, links ...string) {
	t.Helper()
	raw := wireForm(t, m)
	if err := localslack.ValidateMessage(raw); err != nil {
		t.Errorf("slack would refuse the message: %v\n%s", err, raw)
	}
	blocks, err := json.Marshal(m.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	pings, live := localslack.Live(m.Text, blocks)
	if len(pings) > 0 {
		t.Errorf("the message pings: %v\n%s", pings, raw)
	}
	allowed := map[string]bool{}
	for _, l := range links {
		allowed[l] = true
	}
	for _, l := range live {
		if !allowed[l.URL] {
			t.Errorf("the message has a link that is not of a source: %v\n%s", l, raw)
		}
		if host := foreignHost(l); host != "" {
			t.Errorf("the link %v is labelled with another host, %s", l, host)
		}
	}
	if got := selfLinking.FindString(markup.ReplaceAllString(m.Text, " ")); got != "" {
		t.Errorf("slack may make a link of %q in the text %q", got, m.Text)
	}
	for line := range strings.Lines(m.Text) {
		if strings.HasPrefix(strings.TrimSpace(line), "&gt;") {
			t.Errorf("the line %q would be a block quote", line)
		}
	}
	if n := utf8.RuneCountInString(m.Text); n > maxText || n == 0 {
		t.Errorf("text of %d characters, want 1 to %d", n, maxText)
	}
}

var (
	// markup is what stands between < and >, which document text cannot.
	markup = regexp.MustCompile(`<[^<>]*>`)
	// selfLinking is what a client may make a link of though nothing says that it is one.
	selfLinking = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://|[\pL\pN]\.\pL{2}`)
	// hostLike is what a person may read as a host.
	hostLike = regexp.MustCompile(`[\pL\pM\pN_-]+(?:\.[\pL\pM\pN_-]+)*\.\pL{2}[\pL\pM\pN_-]*`)
)

// foreignHost returns a host in the label of a link to which the link does not lead, or "".
func foreignHost(l localslack.Link) string {
	u, err := url.Parse(l.URL)
	if err != nil {
		return l.Label
	}
	for _, host := range hostLike.FindAllString(l.Label, -1) {
		if !strings.EqualFold(host, u.Hostname()) && l.Label != l.URL {
			return host
		}
	}
	return ""
}

// passage makes a passage of a document.
func passage(id, quote string, change func(*index.Passage)) index.Passage {
	p := index.Passage{Quote: quote, End: len(quote), Heading: []string{}, Matched: [][2]int{}}
	p.Document = index.Source{ID: id, Title: "Document " + id, Path: id + ".md"}
	if change != nil {
		change(&p)
	}
	return p
}

// matched marks words of the quote as matching the question.
func matched(p *index.Passage, words ...string) {
	for _, w := range words {
		if i := strings.Index(p.Quote, w); i >= 0 {
			p.Matched = append(p.Matched, [2]int{i, i + len(w)})
		}
	}
}

// laptop is a passage with all there is to say about it.
func laptop() index.Passage {
	return passage("d1", "The laptop must be returned within 14 days of the last working day.", func(p *index.Passage) {
		p.Before = "Equipment stays the property of the company."
		p.After = "Bring it to the service desk."
		p.Heading = []string{"Offboarding guide", "Equipment"}
		p.Page = 4
		matched(p, "laptop", "returned")
		p.Document = index.Source{
			ID: "d1", Title: "Offboarding guide", URL: "https://docs.example/offboarding?a=1&b=2",
			Author: "People team", Origin: "Intranet", Published: "2026-03-12",
		}
	})
}

func second() index.Passage {
	return passage("d2", "Laptops go back to\n  the service desk.", func(p *index.Passage) {
		matched(p, "Laptops")
		p.Document.Title, p.Document.Origin = "People handbook", "Shared folder"
	})
}

func samePlaceAgain() index.Passage {
	p := laptop()
	p.Quote, p.Before, p.After, p.Matched = "The charger goes with the laptop.", "", "", [][2]int{{26, 32}}
	p.Heading, p.Page = []string{"Offboarding guide", "Accessories"}, 5
	return p
}

func answerOf(passages ...index.Passage) index.Answer {
	return index.Answer{Verdict: index.VerdictAnswer, Searched: 214, Passages: passages}
}

const earlierURL = "https://verbatim.slack.example/archives/C1/p1?thread_ts=1.1&cid=C1"

// aged shows an answer two years later, when it had been given before.
func aged() Options {
	return Options{
		Now: time.Date(2028, 3, 12, 0, 0, 0, 0, time.UTC), OldAfter: DefaultOldAfter,
		Earlier: &Earlier{URL: earlierURL, At: time.Date(2027, 5, 4, 0, 0, 0, 0, time.UTC)},
	}
}

// disagreeing is an answer of three documents: two disagree, of which the second is newer, and a third
// that says what the first does is replaced.
func disagreeing() index.Answer {
	newer := passage("d4", "Laptops must be returned within 30 days.", func(p *index.Passage) {
		p.Document.Title, p.Document.Published = "Leaving", "2027-11-02"
	})
	replaced := passage("d5", "Laptops must be returned within 21 days.", func(p *index.Passage) {
		p.Document.Title, p.Document.Archived, p.Document.SupersededBy = "Leaving 2020", true, "Leaving <2027>"
	})
	a := answerOf(replaced, laptop(), newer)
	a.Question = "When must the laptop be returned?"
	for i := range a.Passages {
		a.Passages[i].Document.Language = "en"
	}
	return a
}

var renderCases = []struct {
	name    string
	answer  index.Answer
	options Options
	links   []string
}{
	{"answer", answerOf(laptop()), Options{}, []string{"https://docs.example/offboarding?a=1&b=2"}},
	{"answer-two-documents", answerOf(laptop(), second()), Options{}, []string{"https://docs.example/offboarding?a=1&b=2"}},
	{"answer-same-document", answerOf(laptop(), samePlaceAgain()), Options{}, []string{"https://docs.example/offboarding?a=1&b=2"}},
	{"answer-document-comes-again", answerOf(laptop(), second(), samePlaceAgain()), Options{}, []string{"https://docs.example/offboarding?a=1&b=2"}},
	{"answer-slash", answerOf(second()), Options{Restate: "Where do <laptops> & chargers go?", Cut: true}, nil},
	{"answer-title-of-another-host", answerOf(passage("d1", "Log in at https://evil.example or evil.example.", func(p *index.Passage) {
		p.Document.Title, p.Document.URL = "google.com/login", "https://evil.example/x"
	})), Options{}, []string{"https://evil.example/x"}},
	{"answer-unknown-term", func() index.Answer {
		a := answerOf(second())
		a.UnknownTerms = []string{"<!here>", "kerberos"}
		return a
	}(), Options{}, nil},
	{"answer-piece", answerOf(passage("d1", "and so it goes on and on", func(p *index.Passage) { p.CutStart, p.CutEnd = true, true })), Options{}, nil},
	{"answer-of-another-time", answerOf(second(), laptop()), aged(), []string{"https://docs.example/offboarding?a=1&b=2", earlierURL}},
	{"answer-disagree", disagreeing(), aged(), []string{"https://docs.example/offboarding?a=1&b=2", earlierURL}},
	{"near", index.Answer{Verdict: index.VerdictNear, Searched: 214, Passages: []index.Passage{second(), laptop()}}, Options{}, []string{"https://docs.example/offboarding?a=1&b=2"}},
	{"near-nothing", index.Answer{Verdict: index.VerdictNear, Searched: 214}, Options{}, nil},
	{"no-documents", index.Answer{Verdict: index.VerdictNear}, Options{}, nil},
	{"unknown", index.Answer{Verdict: index.VerdictUnknown, Searched: 214, UnknownTerms: []string{"kerberos"}}, Options{}, nil},
	{"unknown-terms", index.Answer{Verdict: index.VerdictUnknown, Searched: 1, UnknownTerms: []string{"kerberos", "*ldap*", "<!here>"}, Passages: []index.Passage{second()}}, Options{}, nil},
	{"chat-empty", index.Answer{Verdict: index.VerdictChat, Chat: index.ChatEmpty}, Options{Name: "verbatim", Command: "/ask"}, nil},
	{"chat-help", index.Answer{Verdict: index.VerdictChat, Chat: index.ChatHelp}, Options{Name: "verbatim", Command: "/ask", Restate: "help"}, nil},
	{"chat-greeting", index.Answer{Verdict: index.VerdictChat, Chat: index.ChatGreeting}, Options{}, nil},
	{"chat-thanks", index.Answer{Verdict: index.VerdictChat, Chat: index.ChatThanks}, Options{}, nil},
}

func TestRenderGolden(t *testing.T) {
	for _, tt := range renderCases {
		t.Run(tt.name, func(t *testing.T) {
			m := Render(tt.answer, tt.options)
			wantValid(t, m, tt.links...)
			wantGolden(t, tt.name, wireForm(t, m))
		})
	}
}

func TestSayGolden(t *testing.T) {
	for name, words := range map[string]string{
		"say-broken": english().sayBroken("abcd1234"), "say-busy": english().Busy,
		"say-external": english().sayExternal(false, Options{Command: DefaultCommand}), "say-external-direct": english().sayExternal(true, Options{Command: DefaultCommand}),
	} {
		t.Run(name, func(t *testing.T) {
			m := plain(words, Options{})
			wantValid(t, m)
			wantGolden(t, name, wireForm(t, m))
		})
	}
}

func wantGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", "render", name+".json")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestGoldenFilesAreUsed finds golden files that no case reads any more.
func TestGoldenFilesAreUsed(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "render", "*.json"))
	if err != nil || len(files) != len(renderCases)+4 {
		t.Errorf("%d golden files (%v), want %d", len(files), err, len(renderCases)+4)
	}
}

// quoted is a text as it stands within JSON.
func quoted(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		t.Fatal(err)
	}
	return strings.Trim(strings.TrimSpace(b.String()), `"`)
}

func TestTitles(t *testing.T) {
	tests := []struct {
		name   string
		source index.Source
		want   string
	}{
		{"title", index.Source{Title: "A", Path: "a/b.md"}, "A"},
		{"lines", index.Source{Title: " A\n\nB "}, "A B"},
		{"empty", index.Source{Path: "a/b.md"}, "b.md"},
		{"invisible", index.Source{Title: "\u200b", Path: "a/b.md"}, "b.md"},
		{"nothing", index.Source{}, "Untitled document"},
		{"long", index.Source{Title: strings.Repeat("x", 400)}, strings.Repeat("x", 299) + "…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := title(tt.source, english()); got != tt.want {
				t.Errorf("title %q, want %q", got, tt.want)
			}
		})
	}
}

// TestShrinking wants neighbours to go before passages, and the footer to count what is shown.
func TestShrinking(t *testing.T) {
	long := strings.Repeat("x", 590)
	full := func(id string, n int) index.Passage {
		return passage(id, strings.Repeat("y", n), func(p *index.Passage) { p.Before, p.After = long, long })
	}
	tests := []struct {
		name       string
		passages   []index.Passage
		quotes     int
		neighbours bool
		footer     string
	}{
		{"all fits", []index.Passage{full("d1", 1000), full("d2", 1000)}, 2, true, "from 2 of 214"},
		{"neighbours go", []index.Passage{full("d1", 2800), full("d2", 2800), full("d3", 2800)}, 3, false, "from 3 of 214"},
		{"a passage goes", []index.Passage{wide("d1"), wide("d2"), wide("d3")}, 1, false, "from 1 of 214"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := Render(answerOf(tt.passages...), Options{})
			wantValid(t, m)
			raw := string(wireForm(t, m))
			if got := strings.Count(raw, `"rich_text_quote"`); got != tt.quotes {
				t.Errorf("%d quotes, want %d", got, tt.quotes)
			}
			if got := strings.Contains(raw, `"`+long); got != tt.neighbours {
				t.Errorf("neighbours shown: %v, want %v", got, tt.neighbours)
			}
			if !strings.Contains(raw, tt.footer) {
				t.Errorf("footer does not say %q", tt.footer)
			}
		})
	}
}

// wide is a passage whose characters take two UTF-16 units each.
func wide(id string) index.Passage { return passage(id, strings.Repeat("𝒳", 2800), nil) }

// TestQuotesStandWordForWord joins the runs of each quote and wants the sentence, white space aside.
func TestQuotesStandWordForWord(t *testing.T) {
	sentence := "Der \"Laptop\" (13″) & <das> Ladegerät   gehören\tzurück — binnen 14 Tagen."
	for _, spans := range [][][2]int{nil, {{0, 3}}, {{5, 11}, {25, 30}}, {{1, 2}, {2, 3}}, {{0, 1 << 20}}, {{21, 22}}} {
		runs, wasCut := mark(sentence, spans, maxQuote, true)
		if got, want := join(runs), strings.Join(strings.Fields(sentence), " "); got != want || wasCut {
			t.Errorf("spans %v: %q, want %q", spans, got, want)
		}
	}
}

func FuzzRender(f *testing.F) {
	for _, s := range hostile {
		f.Add(s, s, "https://a.example/?x="+s, 0, 3, uint8(0))
	}
	verdicts := []index.Verdict{index.VerdictAnswer, index.VerdictNear, index.VerdictUnknown}
	f.Fuzz(func(t *testing.T, quote, other, url string, from, to int, kind uint8) {
		p := passage("d1", quote, func(p *index.Passage) {
			p.Before, p.After, p.Heading, p.Page = other, other, []string{other, quote}, int(kind)
			p.Matched = [][2]int{{from, to}, {to, from}}
			p.Document = index.Source{ID: "d1", Title: other, URL: url, Author: other, Published: other}
		})
		q := p
		q.Document.ID, q.Quote = "d2", other
		a := index.Answer{Verdict: verdicts[int(kind)%len(verdicts)], Searched: int(kind), Passages: []index.Passage{p, q, p}, UnknownTerms: []string{quote, other}}
		wantValid(t, Render(a, Options{Restate: quote, Name: "verbatim"}), safeURL(url))
	})
}
