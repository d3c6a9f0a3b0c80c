package bot

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"verbatim/bot/localslack"
	"verbatim/bot/rights"
	"verbatim/corpus"
)

// A day is a conversation in a workspace, acted out over the wire. Each file of testdata/day holds
// documents, under docs/, and a script; what people then see in Slack is its golden transcript.
//
// A line of a script is a comment, which the transcript repeats, or what a person does:
//
//	# anything
//	ada in #general: text              says it; "in dm" to the bot
//	ada replies: text                  in the thread that was last spoken in
//	ada attaches in dm: text           says it with a file; no text is a file alone
//	ada runs in #general: /ask text
//	ada clicks Label                   the newest such button that ada sees: in a modal, a message, the Home tab
//	ada sends reason=old, text=words   the open form, by action_id
//	ada closes                         the open modal
//	ada uses find_passages             a shortcut, on the message last said
//	ada edits: text                    what ada said last
//	ada deletes                        the same
//	ada opens home
//	ada invites in #random
//	ada pastes in dm: text     says it with so many words around it that Slack takes no more
//	ada opens messages         the other tab of the bot
//	wait 10m
//	at 16:30: anything         a heading, when it is so late; "at 16 Mar 08:30" on another day
//	documents change: later   to those under later/, where an empty file takes one away
type day struct {
	*world
	// seen is what the transcript has told already.
	seen map[string]string
	out  strings.Builder
	// last is where something was last said; said is where each person last did.
	last place
	said map[string]place
	// documentsChange changes the documents.
	documentsChange func(name string)
}

// A place is a message.
type place struct{ channel, ts, thread string }

// Channels of a day: of the admins, one in which questions to nobody are answered, one in which answers are
// offered, and one in which the asker alone sees them.
const (
	dayAdmins   = localslack.Admins
	dayAnswered = "C0ANSWERED"
	dayOffered  = "C0OFFERED"
	dayQuiet    = "C0QUIET"
)

// dayLibrary is a library whose index is always of the same day.
type dayLibrary struct{ *shelf }

func (dayLibrary) Built() time.Time { return time.Date(2026, 3, 12, 0, 0, 0, 0, time.UTC) }

// dayRules are the rights in a day.
func dayRules(name string) rights.Rules {
	if name == "day" {
		return rights.Rules{
			Admins: []string{localslack.Ada}, AdminChannel: dayAdmins,
			Collections: map[string]rights.Audience{
				"handbook": {Everyone: true}, "it": {Everyone: true}, "travel": {Everyone: true}, "minutes": {Everyone: true},
				"hr": {Users: []string{localslack.Grace}}, "board": {Channels: []string{localslack.Leaders}, Users: []string{localslack.Grace}},
			},
			Channels: map[string]rights.Channel{localslack.General: {People: []string{localslack.Linus}}},
		}
	}
	return rights.Rules{
		Admins: []string{localslack.Ada}, AdminChannel: dayAdmins,
		Collections: map[string]rights.Audience{
			"handbook": {Everyone: true},
			"it":       {Everyone: true},
			"hr":       {Users: []string{localslack.Grace}},
		},
		Channels: map[string]rights.Channel{
			localslack.General: {People: []string{localslack.Linus}},
			dayAnswered:        {Untagged: rights.Answer, FollowUps: rights.Answer},
			dayOffered:         {Untagged: rights.Ask, FollowUps: rights.Ask},
			dayQuiet:           {Private: true},
		},
	}
}

// dayDesk is what admins have at hand in a day; the digest is posted in that of people and admins.
func dayDesk(name string) Desk {
	return Desk{
		Health: func(context.Context) []Check {
			return []Check{{Name: "Disk", OK: true}, {Name: "Folder", Detail: "it/ cannot be read: let the bot read it"}}
		},
		Problems: func() []Problem {
			return []Problem{{Collection: "it", Path: "it/scan.pdf", Reason: "no text in it"}, {Collection: "hr", Path: "hr/salaries.doc", Reason: "unknown format"}}
		},
		FAQ:    &listFAQ{},
		Weekly: name == "people" || name == "day",
	}
}

// listFAQ is an FAQ that is a list.
type listFAQ struct {
	mu      sync.Mutex
	entries []string
}

// Add adds a line to the list.
func (l *listFAQ) Add(_ context.Context, question, answer string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, question+" "+answer)
	return nil
}

// Collection is that of everyone.
func (l *listFAQ) Collection() string { return "handbook" }

func (l *listFAQ) list() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.entries)
}

func dayWorkspace(c *localslack.Config) {
	everyone := []string{localslack.Ada, localslack.Grace, localslack.Linus, localslack.Mei, localslack.Bot}
	for _, id := range []string{dayAnswered, dayOffered, dayQuiet} {
		c.Channels = append(c.Channels, localslack.Channel{ID: id, Name: strings.ToLower(id[2:]), Kind: localslack.Public, Members: everyone})
	}
	c.Events = append(c.Events, "member_joined_channel", "message.channels")
	c.Scopes = append(c.Scopes, "channels:read", "users:read", "channels:history", "assistant:write")
	c.Shortcuts = []localslack.Shortcut{
		{Name: "Find passages for this", CallbackID: "find_passages", Type: "message"},
		{Name: "Propose for the FAQ", CallbackID: "faq_shortcut", Type: "message"},
	}
}

// dayLanguages lets everyone read English, but in the day of languages.
func dayLanguages(name string) func(*localslack.Config) {
	return func(c *localslack.Config) {
		dayWorkspace(c)
		for i := range c.Users {
			if name != "languages" && (name != "day" || c.Users[i].ID != localslack.Ines) {
				c.Users[i].Locale = "en-US"
			}
		}
	}
}

func TestDays(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "day", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no days: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			lib, later := dayLibraryOf(t, archive), map[string][]*corpus.Document{}
			for _, f := range archive.Files {
				if name, _, nested := strings.Cut(f.Name, "/"); nested && later[name] == nil {
					later[name] = documentsOf(t, archive, name)
				}
			}
			inWorld(t, dayLanguages(name), func(w *world) {
				w.change = func(c *Config) { c.Asker, c.Catalog, c.Rules, c.Desk = lib, lib, dayRules(name), dayDesk(name) }
				if name == "day" {
					w.pass(time.Until(dayBegins))
				}
				b := w.start()
				d := &day{world: w, seen: map[string]string{}, said: map[string]place{}}
				d.documentsChange = func(name string) { lib.replace(w.t, later[name]); b.DocumentsChanged() }
				d.play(script(archive))
				b.mustStop()
				w.wantAcked()
				wantText(w.t, strings.TrimSuffix(file, ".txtar")+".golden", d.out.String())
			})
		})
	}
}

// longest is the most characters that Slack takes in a message.
const longest = 40_000

// dayBegins is when the day of all begins: the others do at the first moment of a bubble.
var dayBegins = time.Date(2026, 3, 12, 8, 0, 0, 0, time.UTC)

// wantText compares a text with a golden file.
func wantText(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; write it with -update", err)
	}
	if string(want) != got {
		t.Errorf("%s differs; see it with -update and git diff. Got:\n%s", file, got)
	}
}

func script(archive *txtar.Archive) []string {
	for _, f := range archive.Files {
		if f.Name == "script" {
			return strings.Split(strings.TrimSpace(string(f.Data)), "\n")
		}
	}
	return nil
}

// dayLibraryOf indexes the documents of a day.
func dayLibraryOf(t *testing.T, archive *txtar.Archive) dayLibrary {
	t.Helper()
	return dayLibrary{newShelf(t, documentsOf(t, archive, "docs")...)}
}

// step matches what a person does: who, what, where, and the words.
var step = regexp.MustCompile(`^(\w+) (in|replies|attaches|pastes|runs|clicks|sends|closes|uses|edits|deletes|opens|invites)\b(?: in)?(?: (#\w+|dm))?(?:: | )?(.*)$`)

// play acts out a script.
func (d *day) play(lines []string) {
	d.t.Helper()
	if len(lines) == 0 {
		d.t.Fatal("the day has no script")
	}
	d.look() // what was there before is not told
	d.out.Reset()
	for _, line := range lines {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case strings.HasPrefix(line, "#"):
			fmt.Fprintf(&d.out, "\n%s\n", line)
		case strings.HasPrefix(line, "at "):
			d.comes(line)
		case strings.HasPrefix(line, "documents change: "):
			fmt.Fprintf(&d.out, "\n%s\n", line)
			d.documentsChange(strings.TrimPrefix(line, "documents change: "))
			d.pass(time.Minute)
			d.look()
		case strings.HasPrefix(line, "wait "):
			pause, err := time.ParseDuration(strings.TrimPrefix(line, "wait "))
			if err != nil {
				d.t.Fatal(err)
			}
			d.pass(pause)
			d.look()
		default:
			d.act(line)
		}
	}
}

// comes waits for a time of day, which becomes a heading.
func (d *day) comes(line string) {
	d.t.Helper()
	m := clock.FindStringSubmatch(line)
	if m == nil {
		d.t.Fatalf("line %q names no time", line)
	}
	date := m[1]
	if date == "" {
		date = time.Now().UTC().Format("2 Jan ")
	}
	at, err := time.Parse("2006 2 Jan 15:04", fmt.Sprint(time.Now().UTC().Year(), " ", date, m[2]))
	if err != nil || time.Until(at) < 0 {
		d.t.Fatalf("line %q: it is %s already: %v", line, time.Now().UTC(), err)
	}
	d.pass(time.Until(at))
	fmt.Fprintf(&d.out, "\n\n%s%s: %s\n", m[1], m[2], m[3])
	d.look()
}

// clock matches the time of a heading.
var clock = regexp.MustCompile(`^at (\d+ \w+ )?(\d\d:\d\d): (.*)$`)

// act lets a person do one thing, and tells what everyone sees of it.
func (d *day) act(line string) {
	d.t.Helper()
	m := step.FindStringSubmatch(line)
	if m == nil {
		d.t.Fatalf("line %q is no step", line)
	}
	user, words := d.user(m[1]), m[4]
	fmt.Fprintf(&d.out, "\n%s\n", line)
	if err := d.do(user, m[2], m[3], words); err != nil {
		fmt.Fprintf(&d.out, "    cannot: %v\n", err)
	}
	d.pass(5 * time.Second)
	d.look()
}

func (d *day) do(user, verb, where, words string) (err error) {
	switch verb {
	case "in":
		p := place{channel: d.channel(user, where)}
		p.ts, err = d.slack.Say(user, p.channel, words)
		p.thread = p.ts
		d.spoke(user, p)
	case "replies":
		p := d.last
		p.ts, err = d.slack.Reply(user, p.channel, p.thread, words)
		d.spoke(user, p)
	case "attaches":
		p := place{channel: d.channel(user, where)}
		p.ts, err = d.slack.Post(localslack.SayArgs{As: user, Channel: p.channel, Text: words, Files: []localslack.File{{ID: "F1", Name: "screen.png"}}})
		p.thread = p.ts
		d.spoke(user, p)
	case "pastes":
		p := place{channel: d.channel(user, where)}
		p.ts, err = d.slack.Say(user, p.channel, words+strings.Repeat(" Please tell me how.", longest)[:longest-len(words)])
		p.thread = p.ts
		d.spoke(user, p)
	case "runs":
		command, text, _ := strings.Cut(words, " ")
		err = d.slack.Slash(user, d.channel(user, where), command, text)
	case "clicks":
		err = d.click(user, words)
	case "sends":
		err = d.send(user, words)
	case "closes":
		err = d.slack.CloseView(user, d.top(user))
	case "uses":
		err = d.slack.Shortcut(user, d.last.channel, d.last.ts, words)
	case "edits":
		err = d.slack.Edit(user, d.said[user].channel, d.said[user].ts, words)
	case "deletes":
		err = d.slack.Delete(user, d.said[user].channel, d.said[user].ts)
	case "opens":
		err = d.slack.Home(user, words)
	case "invites":
		err = d.slack.Invite(user, d.channel(user, where))
	}
	return err
}

// spoke notes where something was said. The transcript does not repeat it.
func (d *day) spoke(user string, p place) {
	d.last, d.said[user] = p, p
}

func (d *day) user(name string) string {
	d.t.Helper()
	i := slices.IndexFunc(d.slack.Config().Users, func(u localslack.User) bool { return u.Name == name })
	if i < 0 {
		d.t.Fatalf("there is nobody called %q", name)
	}
	return d.slack.Config().Users[i].ID
}

func (d *day) channel(user, where string) string {
	d.t.Helper()
	if where == "dm" {
		return d.slack.DM(user)
	}
	for _, c := range d.slack.Config().Channels {
		if "#"+c.Name == where {
			return c.ID
		}
	}
	d.t.Fatalf("there is no channel %q", where)
	return ""
}
