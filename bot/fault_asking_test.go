package bot

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"verbatim/bot/localslack"
	"verbatim/bot/rights"
	"verbatim/index"
)

// TestFault04OddMessages sends what people and programs send besides plain questions. Each has the one
// result that stands here; nothing panics, and the bot answers neither itself nor another bot.
func TestFault04OddMessages(t *testing.T) {
	const general = localslack.General
	dm := func(w *world) string { return w.slack.DM(localslack.Ada) }
	tests := []struct {
		name    string
		act     func(w *world)
		general []string // what each of the bot's messages in #general holds
		direct  []string // the same in Ada's direct messages
	}{
		{"empty mention", func(w *world) { w.say(localslack.Ada, general, "@verbatim") }, []string{"Ask me a question"}, nil},
		{"mention with a mark", func(w *world) { w.say(localslack.Ada, general, "@verbatim ?") }, []string{"Ask me a question"}, nil},
		{"emoji alone", func(w *world) { w.say(localslack.Ada, general, "@verbatim :tada: 👍") }, []string{"I read words"}, nil},
		{"file alone", func(w *world) { w.attach(localslack.Ada, dm(w), "") }, nil, []string{"I cannot look into files"}},
		{"file with a question", func(w *world) { w.attach(localslack.Ada, dm(w), laptopQuestion) }, nil, []string{laptopQuote}},
		{"file with a mention", func(w *world) { w.attach(localslack.Ada, general, "@verbatim") }, []string{"I cannot look into files"}, nil},
		{"40,000 characters", func(w *world) { w.say(localslack.Ada, dm(w), strings.Repeat("laptop ", 5714)) }, nil, []string{"first 4000 characters"}},
		{"40,000 characters without a space", func(w *world) { w.say(localslack.Ada, general, "@verbatim "+strings.Repeat("ä", 39_990)) }, []string{"first 4000 characters"}, nil},
		{"10,000 questions", func(w *world) { w.say(localslack.Ada, dm(w), strings.Repeat("Who is it? ", 3600)) }, nil, []string{"3 questions at a time"}},
		{"code", func(w *world) { w.say(localslack.Ada, dm(w), "```if a ? b : c {\n<!channel>\n}```") }, nil, []string{"No passage"}},
		{"greeting", func(w *world) { w.say(localslack.Ada, general, "@verbatim hi") }, []string{"Hello!"}, nil},
		{"thanks", func(w *world) { w.say(localslack.Ada, dm(w), "thanks a lot!") }, nil, []string{"You are welcome"}},
		{"edit", func(w *world) {
			ts := w.say(localslack.Ada, dm(w), "Where is the moon?")
			w.pass(time.Second)
			w.edit(localslack.Ada, dm(w), ts, laptopQuestion)
		}, nil, []string{laptopQuote}},
		{"edit before the answer", func(w *world) {
			ts := w.say(localslack.Ada, dm(w), "Where is the moon?")
			w.edit(localslack.Ada, dm(w), ts, laptopQuestion)
		}, nil, []string{laptopQuote}},
		{"deletion before the answer", func(w *world) {
			ts := w.say(localslack.Ada, dm(w), laptopQuestion)
			if err := w.slack.Delete(localslack.Ada, dm(w), ts); err != nil {
				w.t.Fatal(err)
			}
		}, nil, nil},
		{"edit that comes before its question", func(w *world) {
			w.slack.Faults().OutOfOrder(2)
			ts := w.say(localslack.Ada, dm(w), "Where is the moon?")
			w.edit(localslack.Ada, dm(w), ts, laptopQuestion)
		}, nil, []string{laptopQuote}},
		{"deletion that comes before its question", func(w *world) {
			w.slack.Faults().OutOfOrder(2)
			ts := w.say(localslack.Ada, dm(w), laptopQuestion)
			if err := w.slack.Delete(localslack.Ada, dm(w), ts); err != nil {
				w.t.Fatal(err)
			}
		}, nil, nil},
		{"deletion", func(w *world) {
			ts := w.say(localslack.Ada, dm(w), laptopQuestion)
			w.pass(time.Second)
			if err := w.slack.Delete(localslack.Ada, dm(w), ts); err != nil {
				w.t.Fatal(err)
			}
		}, nil, nil},
		{"reply in a thread", func(w *world) {
			ts := w.say(localslack.Mei, general, "I got a laptop.")
			if _, err := w.slack.Reply(localslack.Ada, general, ts, "@verbatim "+laptopQuestion); err != nil {
				w.t.Fatal(err)
			}
		}, []string{laptopQuote}, nil},
		{"reply shown in the channel too", func(w *world) {
			ts := w.say(localslack.Mei, general, "I got a laptop.")
			if _, err := w.slack.Post(localslack.SayArgs{As: localslack.Ada, Channel: general, ThreadTS: ts, Text: "@verbatim " + laptopQuestion, Broadcast: true}); err != nil {
				w.t.Fatal(err)
			}
		}, []string{laptopQuote}, nil},
		{"another bot", func(w *world) { w.say("U0OTHERBOT", general, "@verbatim "+laptopQuestion) }, nil, nil},
		{"one text as direct message and mention", func(w *world) {
			w.say(localslack.Ada, dm(w), laptopQuestion)
			w.say(localslack.Ada, general, "@verbatim "+laptopQuestion)
		}, []string{laptopQuote}, []string{laptopQuote}},
		{"mention in a direct message", func(w *world) { w.say(localslack.Ada, dm(w), "@verbatim "+laptopQuestion) }, nil, []string{laptopQuote}},
		{"mention that comes as a message too", func(w *world) {
			w.slack.Faults().MentionAsMessage(true)
			w.say(localslack.Ada, general, "@verbatim "+laptopQuestion)
		}, []string{laptopQuote}, nil},
		{"bot not in the channel", func(w *world) { w.say(localslack.Ada, localslack.Random, "@verbatim "+laptopQuestion) }, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(c *localslack.Config) {
				readsChannels(c)
				withOtherBot(c)
			}, func(w *world) {
				// The channel answers everything it hears, so that silence is the bot's choice.
				w.change = func(c *Config) {
					c.Rules.Channels = map[string]rights.Channel{general: {Untagged: rights.Answer, FollowUps: rights.Answer}}
				}
				w.library.set(laptopQuestion, sure(0.7))
				b := w.start()
				tt.act(w)
				w.pass(time.Minute)
				w.wantTexts(general, tt.general)
				w.wantTexts(dm(w), tt.direct)
				w.wantTexts(localslack.Random, nil)
				if strings.Contains(w.log.String(), "panic") {
					t.Error("there was a panic")
				}
				if tt.name != "bot not in the channel" {
					w.wantAcked()
				}
				b.mustStop()
			})
		})
	}
}

// TestFault04ArchivedChannel closes a channel while a question from it is being answered.
func TestFault04ArchivedChannel(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.library.set(laptopQuestion, slow(2*time.Second, sure(1)))
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		w.pass(time.Second)
		if err := w.slack.Archive(localslack.General, true); err != nil {
			t.Fatal(err)
		}
		w.pass(10 * time.Minute)
		w.wantTexts(localslack.General, nil)
		if n := w.called("chat.postMessage"); n > 2 {
			t.Errorf("%d posts into an archived channel", n)
		}
		w.say(localslack.Ada, localslack.News, "@verbatim "+laptopQuestion)
		w.wantText(w.oneAnswer(localslack.News, 10*time.Second), laptopQuote)
		b.mustStop()
		wantClosed(t, w)
	})
}

func withOtherBot(c *localslack.Config) {
	c.Users = append(c.Users, localslack.User{ID: "U0OTHERBOT", Name: "otherbot", BotID: "B0OTHER"})
	for i := range c.Channels {
		c.Channels[i].Members = append(c.Channels[i].Members[:len(c.Channels[i].Members):len(c.Channels[i].Members)], "U0OTHERBOT")
	}
}

func (w *world) attach(user, channel, text string) {
	w.t.Helper()
	if _, err := w.slack.Post(localslack.SayArgs{As: user, Channel: channel, Text: text, Files: []localslack.File{{ID: "F1", Name: "a.png"}}}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) edit(user, channel, ts, text string) {
	w.t.Helper()
	if err := w.slack.Edit(user, channel, ts, text); err != nil {
		w.t.Fatal(err)
	}
}

// wantTexts wants the bot's own messages in a channel to be so many, each with a text.
func (w *world) wantTexts(channel string, want []string) {
	w.t.Helper()
	var got []localslack.Message
	for _, m := range w.answers(channel) {
		if m.User == localslack.Bot {
			got = append(got, m)
		}
	}
	if len(got) != len(want) {
		w.t.Fatalf("%d messages in %s, want %d: %q", len(got), channel, len(want), texts(got))
	}
	for i, m := range got {
		w.wantText(m, want[i])
	}
}

// injected are fragments of which hostile texts are made.
var injected = []string{
	"<!channel>", "<!here|x>", "<!everyone>", "<@U0ADA>", "<@W1|ada>", "<!subteam^S1>", "<#C0GENERAL>", "<#C1|general>", "<!date^1392734382^{date}|x>",
	"<https://evil.example|https://bank.example>", "<https://evil.example>", "<mailto:a@evil.example|a>", "[a](https://evil.example)", "![](https://evil.example/x.png)",
	"`", "```", "&lt;!channel&gt;", "&amp;lt;!here&amp;gt;", "&", "<", ">", "|", "*", "_", "~", ">>>", "\n", "\r\n", " ", "@here", "@channel", "@everyone", "@ada",
	"http://evil.example/?q=1", "evil.example", "www.evil.example", "a@evil.example", "\u202e", "\u200b", "\u2066", "\u2060", "\u00ad", "\x00", "\xff", "\xf0\x9f",
	"a", "Who", "laptop", "ä", "é", "e\u0301", "猫", "0", ":smile:", "👍", "?", "？", "!", ".", "(", ")", "? (", "{terms}", "{documents}", "{n}", "%s", "\\n", "\"", "'", "</script>", "javascript:alert(1)",
}

func hostileText(rng *rand.Rand) string {
	var b strings.Builder
	for range 1 + rng.IntN(12) {
		b.WriteString(injected[rng.IntN(len(injected))])
	}
	return b.String()
}

// TestFault09Injection puts 10,000 hostile texts into documents and questions: nobody is notified, no link
// is there that is not a source's, and the text is shown as it was written.
func TestFault09Injection(t *testing.T) {
	const link = "https://docs.example/a"
	rng := rand.New(rand.NewPCG(9, 2026))
	shown := 0
	for i := range 10_000 {
		text := hostileText(rng)
		if t.Failed() {
			t.Fatalf("text %q", text)
		}
		evil := passage("d1", text, func(p *index.Passage) {
			p.Before, p.After, p.Heading = hostileText(rng), hostileText(rng), []string{hostileText(rng)}
			p.Matched = [][2]int{{rng.IntN(9), rng.IntN(30)}}
			p.Document = index.Source{ID: "d1", Title: hostileText(rng), Path: hostileText(rng), Author: hostileText(rng), Origin: hostileText(rng), URL: link}
		})
		a := index.Answer{Verdict: index.VerdictAnswer, Searched: 3, Passages: []index.Passage{evil}, UnknownTerms: []string{hostileText(rng)}}
		if rng.IntN(2) == 0 {
			a.Verdict = index.VerdictUnknown
		}
		asked, _ := Question("<@UBOT> "+escaper.Replace(strings.ToValidUTF8(text, "\uFFFD")), "UBOT")
		o := Options{Restate: asked}
		if asked2, leant := understand(asked, hostileText(rng)); leant {
			o = Options{Understood: asked2}
		}
		one := Render(a, o)
		wantValid(t, one, link)
		if i%10 == 0 {
			other := a
			other.Passages = nil
			wantValid(t, messageOf([]sheet{compose(a, o), compose(other, Options{Restate: hostileText(rng)}), compose(a, o)}), link)
		}
		wire := literal(t, one)
		for _, want := range []string{cut(clean(o.Restate), maxRestated), cut(clean(o.Understood), maxRestated), cut(clean(text), maxNearQuote)} {
			if want != "" && !strings.HasSuffix(want, ellipsis) {
				if shown++; !strings.Contains(wire, want) {
					t.Errorf("%q is not shown as written: %q", want, wire)
				}
			}
		}
	}
	if shown < 15_000 {
		t.Errorf("only %d texts were looked for", shown)
	}
}

// literal is all text of a message's blocks that Slack shows as it is.
func literal(t *testing.T, m Message) string {
	t.Helper()
	var tree any
	if err := json.Unmarshal(raw(m.Blocks), &tree); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if s, ok := v["text"].(string); ok && (v["type"] == "text" || v["type"] == "plain_text") {
				b.WriteString(s)
				return
			}
			for _, key := range []string{"text", "elements"} {
				walk(v[key])
			}
		}
	}
	walk(tree)
	return b.String()
}

// TestFault09InjectionOverTheWire sends hostile texts by every door, as question, as document and both, and
// looks at what Slack would make live.
func TestFault09InjectionOverTheWire(t *testing.T) {
	texts := []string{}
	for _, text := range hostile {
		if strings.TrimSpace(clean(text)) != "" {
			texts = append(texts, firstRunes(strings.ToValidUTF8(text, "\uFFFD"), MaxQuestion))
		}
	}
	rng := rand.New(rand.NewPCG(9, 9))
	for range 60 {
		if text := strings.ToValidUTF8(hostileText(rng), "\uFFFD"); strings.TrimSpace(clean(text)) != "" {
			texts = append(texts, text)
		}
	}
	inWorld(t, func(c *localslack.Config) {
		readsChannels(c)
		c.Scopes = append(c.Scopes, scopeChannels)
		c.Shortcuts = []localslack.Shortcut{{Name: "Find", CallbackID: "find_passages", Type: "message"}}
	}, func(w *world) {
		w.change = func(c *Config) {
			c.Rules.Channels = map[string]rights.Channel{localslack.News: {Untagged: rights.Answer, FollowUps: rights.Answer}}
		}
		b := w.start()
		dm := w.slack.DM(localslack.Ada)
		for _, text := range texts {
			asked, _ := Question(escaper.Replace(text), "")
			w.library.set(withoutGreeting(asked), quoting(text))
			ts := w.say(localslack.Ada, localslack.General, "@verbatim "+text)
			w.say(localslack.Ada, dm, text)
			w.say(localslack.Ada, localslack.News, text)
			if _, err := w.slack.Reply(localslack.Ada, localslack.General, ts, "@verbatim and "+text); err != nil {
				t.Fatal(err)
			}
			if err := w.slack.Slash(localslack.Ada, localslack.News, "/ask", text); err != nil {
				t.Fatal(err)
			}
			if err := w.slack.Shortcut(localslack.Ada, localslack.General, ts, "find_passages"); err != nil {
				t.Fatal(err)
			}
			w.pass(6 * time.Second)
		}
		looked := 0
		for _, channel := range []string{localslack.General, localslack.News, dm} {
			for _, m := range append(w.answers(channel), w.slack.Whispers(localslack.Ada, channel)...) {
				if looked++; len(m.Pings) > 0 || len(m.Links) > 0 || m.Unfurls() {
					t.Errorf("pings %v, links %v, unfurls %v: %s", m.Pings, m.Links, m.Unfurls(), m.Text)
				}
			}
		}
		if want := 5 * len(texts); looked < want {
			t.Errorf("%d messages for %d texts, want %d", looked, len(texts), want)
		}
		b.mustStop()
		wantClosed(t, w)
	})
}
