package localslack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func section1(text string, more string) string {
	return `[{"type":"section","text":{"type":"mrkdwn","text":` + string(mustJSON(text)) + more + `}}]`
}

func rich(kind, elements string) string {
	return `[{"type":"rich_text","elements":[{"type":"` + kind + `","elements":[` + elements + `]}]}]`
}

func TestLive(t *testing.T) {
	hostile := "<!channel> <!here|x> <!everyone> <@U123> <!subteam^S1> <https://evil.test|ok>"
	text := string(mustJSON(map[string]any{"type": "text", "text": hostile}))
	for _, c := range []struct{ name, text, blocks, want string }{
		{"top-level text", hostile, "", "channel here everyone user:U123 usergroup:S1 https://evil.test"},
		{"escaped: the bare address alone", Escape(hostile), "", "https://evil.test"},
		{"escaped twice", Escape(Escape(hostile)), "", "https://evil.test"},
		{"mrkdwn", "", section1(hostile, ""), "channel here everyone user:U123 usergroup:S1 https://evil.test"},
		{"verbatim mrkdwn is live all the same", "", section1("<!channel>", `,"verbatim":true`), "channel"},
		{"bare names in mrkdwn", "", section1("@here and https://a.test/b", ""), "here https://a.test/b"},
		{"bare names in verbatim mrkdwn", "", section1("@here and https://a.test/b", `,"verbatim":true`), ""},
		{"bare names in text", "@here, a@channel.test", "", ""},
		{"bare address in text", "see https://a.test/?x=1&amp;y=2", "", "https://a.test/?x=1&y=2"},
		{"plain_text", "", `[{"type":"section","text":{"type":"plain_text","text":` + string(mustJSON(hostile)) + `}}]`, ""},
		{"rich text", "", rich("rich_text_section", text), ""},
		{"rich quote", "", rich("rich_text_quote", text), ""},
		{"rich preformatted", "", rich("rich_text_preformatted", text), ""},
		{"rich elements", "", rich("rich_text_section", `{"type":"user","user_id":"U1"},{"type":"broadcast","range":"here"},{"type":"usergroup","usergroup_id":"S1"},{"type":"link","url":"https://a.test"}`), "user:U1 here usergroup:S1 https://a.test"},
		{"markdown block", "", `[{"type":"markdown","text":"[a](https://a.test) <!here> https://b.test"}]`, "here https://a.test https://b.test"},
		{"button", "", `[{"type":"actions","elements":[{"type":"button","url":"https://a.test","text":{"type":"plain_text","text":"x"}}]}]`, "https://a.test"},
		{"context", "", `[{"type":"context","elements":[{"type":"mrkdwn","text":"<@U9|n>"}]}]`, "user:U9"},
		{"channel and date are no pings", "<#C1|general> <!date^1^{date}|x>", "", ""},
		{"script address", "<javascript:alert(1)|x>", "", ""},
		{"mail", "<mailto:a@b.test|x>", "", "mailto:a@b.test"},
		{"brackets without sense", "a < b > c <<!here>>", "", "here"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := ValidateBlocks(json.RawMessage(c.blocks)); err != nil {
				t.Fatalf("the example is wrong: %v", err)
			}
			pings, links := Live(c.text, json.RawMessage(c.blocks))
			var got []string
			for _, p := range pings {
				got = append(got, strings.TrimSuffix(fmt.Sprintf("%s:%s", p.Kind, p.ID), ":"))
			}
			for _, l := range links {
				got = append(got, l.URL)
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("live: %q, want %q", s, c.want)
			}
		})
	}
}

func TestMessagesRecordWhatIsLive(t *testing.T) {
	w := start(t)
	w.json("chat.postMessage", map[string]any{"channel": General, "text": "<!here> <https://a.test|a>", "unfurl_links": false, "unfurl_media": false})
	w.json("chat.postMessage", map[string]any{"channel": General, "text": "@here <https://a.test|a>", "link_names": true})
	w.json("chat.postMessage", map[string]any{"channel": General, "text": "x", "attachments": []any{map[string]any{"text": "<!channel>", "title_link": "https://b.test"}}})
	m := w.Messages(General)
	for i, want := range []struct {
		ping, link string
		unfurls    bool
	}{{"here", "https://a.test", false}, {"here", "https://a.test", true}, {"channel", "https://b.test", true}} {
		if len(m[i].Pings) != 1 || m[i].Pings[0].Kind != want.ping || len(m[i].Links) != 1 || m[i].Links[0].URL != want.link || m[i].Unfurls() != want.unfurls {
			t.Errorf("message %d: %v %v unfurls %v", i, m[i].Pings, m[i].Links, m[i].Unfurls())
		}
	}
}

func FuzzTyped(f *testing.F) {
	w, err := New(Default())
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"@verbatim <b> & #general", "<@U0ADA> https://x.test/?a=<b>", "@here\xff", "&lt;!here&gt;"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w.mu.Lock()
		defer w.mu.Unlock()
		var whole strings.Builder
		for _, p := range w.typed(text) {
			whole.WriteString(p.text)
		}
		if whole.String() != text {
			t.Fatalf("the pieces of %q are %q", text, whole.String())
		}
		if got := Unescape(Escape(text)); got != text {
			t.Fatalf("unescaped %q, want %q", got, text)
		}
	})
}
