package format

import (
	"cmp"
	"encoding/json"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"verbatim/corpus"
)

// readSlack reads the ZIP that Slack exports: each public channel is a document, its messages under
// headings with their day and author, replies behind what they answer. Private channels and direct
// messages are left out: whoever asks the bot may not be of those who may read them.
func readSlack(in input) ([]*corpus.Document, error) {
	a, err := openArchive(in.data)
	if err != nil {
		return nil, err
	}
	e := slackExport{archive: a, users: map[string]string{}, channels: map[string]string{}}
	var channels []slackChannel
	if err := e.decode("channels.json", &channels); err != nil {
		return nil, err
	}
	if err := e.people(); err != nil {
		return nil, err
	}
	for _, c := range channels {
		e.channels[c.ID] = c.Name
	}
	var docs []*corpus.Document
	for _, c := range channels {
		doc, err := e.channel(c)
		if err != nil {
			return nil, err
		}
		if doc != nil {
			doc.Path = in.name + "#" + c.Name
			docs = append(docs, doc)
		}
	}
	if len(docs) == 0 {
		return nil, ErrNoText
	}
	return docs, nil
}

// A slackExport is an export being read.
type slackExport struct {
	*archive
	users, channels map[string]string // names by ids
}

type slackChannel struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Archived bool   `json:"is_archived"`
	Purpose  struct {
		Value string `json:"value"`
	} `json:"purpose"`
}

type slackMessage struct {
	Type     string `json:"type"`
	Subtype  string `json:"subtype"`
	User     string `json:"user"`
	Username string `json:"username"`
	Text     string `json:"text"`
	TS       string `json:"ts"`
	ThreadTS string `json:"thread_ts"`
	Files    []struct {
		Title     string `json:"title"`
		Permalink string `json:"permalink"`
	} `json:"files"`
	Attachments []struct {
		FromURL string `json:"from_url"`
	} `json:"attachments"`
}

// decode reads a file of JSON.
func (e *slackExport) decode(name string, into any) error {
	r, err := e.open(name)
	if err != nil {
		return err
	}
	if err := json.NewDecoder(r).Decode(into); err != nil {
		return because(ErrDamaged, "%s: %v", cutName(name), xmlError(err))
	}
	return nil
}

// people reads the names of the users.
func (e *slackExport) people() error {
	if !e.has("users.json") {
		return nil
	}
	var users []struct {
		ID       string `json:"id"`
		Name     string `json:"name"`
		RealName string `json:"real_name"`
		Profile  struct {
			DisplayName string `json:"display_name"`
			RealName    string `json:"real_name"`
		} `json:"profile"`
	}
	if err := e.decode("users.json", &users); err != nil {
		return err
	}
	for _, u := range users {
		e.users[u.ID] = firstOf(u.Profile.RealName, u.RealName, u.Profile.DisplayName, u.Name)
	}
	return nil
}

// channel reads the messages of a channel; nil when it has none.
func (e *slackExport) channel(c slackChannel) (*corpus.Document, error) {
	if c.Name == "" {
		return nil, nil
	}
	var all []slackMessage
	for _, name := range e.names {
		if path.Dir(name) != c.Name || path.Ext(name) != ".json" {
			continue
		}
		var day []slackMessage
		if err := e.decode(name, &day); err != nil {
			return nil, err
		}
		all = append(all, day...)
	}
	w := slackWriter{export: e, channel: c.ID, workspace: workspaceOf(all)}
	w.add(corpus.Heading, 1, "#"+c.Name)
	w.add(corpus.Paragraph, 0, e.plain(c.Purpose.Value))
	head := len(w.blocks)
	for _, m := range inThreads(all) {
		w.message(m)
	}
	if len(w.blocks) == head {
		return nil, nil
	}
	doc, err := w.document()
	if err != nil {
		return nil, err
	}
	doc.Title, doc.Archived, doc.Published = "#"+c.Name, c.Archived, w.last
	if w.workspace != "" {
		doc.URL = w.workspace + "/archives/" + url.PathEscape(c.ID)
	}
	return doc, nil
}

// workspaceOf returns the address of the workspace, which an export names only where a message links
// to a file or another message; "" when none does.
func workspaceOf(all []slackMessage) string {
	for _, m := range all {
		var links []string
		for _, f := range m.Files {
			links = append(links, f.Permalink)
		}
		for _, a := range m.Attachments {
			links = append(links, a.FromURL)
		}
		for _, link := range links {
			if u, err := url.Parse(link); err == nil && u.Scheme == "https" && strings.HasSuffix(u.Host, ".slack.com") && u.Host != "files.slack.com" {
				return "https://" + u.Host
			}
		}
	}
	return ""
}

// inThreads returns the messages by time, replies behind the message that they answer.
func inThreads(all []slackMessage) []slackMessage {
	key := func(m slackMessage) string { return firstOf(m.ThreadTS, m.TS) }
	slices.SortStableFunc(all, func(a, b slackMessage) int {
		return cmp.Or(cmp.Compare(seconds(key(a)), seconds(key(b))), cmp.Compare(seconds(a.TS), seconds(b.TS)))
	})
	return all
}

// seconds returns the number that a message's timestamp is; 0 when it is none.
func seconds(ts string) float64 {
	s, err := strconv.ParseFloat(ts, 64)
	if err != nil || s < 0 || s > 1e11 || s != s {
		return 0
	}
	return s
}

// A slackWriter turns the messages of a channel into blocks.
type slackWriter struct {
	builder
	export             *slackExport
	channel, workspace string
	day, author        string
	last               time.Time
}

// message adds one message that a person or an app wrote.
func (w *slackWriter) message(m slackMessage) {
	switch m.Subtype {
	case "", "bot_message", "thread_broadcast", "me_message", "file_share":
	default:
		return // Somebody joined, left, renamed the channel and the like.
	}
	text := w.export.plain(m.Text)
	if strings.TrimSpace(visible(text)) == "" {
		return
	}
	sent := time.Unix(int64(seconds(m.TS)), 0).UTC()
	if day := sent.Format(time.DateOnly); day != w.day {
		w.day, w.author = day, ""
		w.add(corpus.Heading, 2, day)
	}
	if author := firstOf(w.export.users[m.User], m.Username, m.User); author != w.author {
		w.author = author
		w.add(corpus.Heading, 3, author)
	}
	if sent.After(w.last) {
		w.last = sent
	}
	if w.workspace != "" {
		w.url = w.workspace + "/archives/" + url.PathEscape(w.channel) + "/p" + url.PathEscape(strings.ReplaceAll(m.TS, ".", ""))
		if m.ThreadTS != "" && m.ThreadTS != m.TS {
			w.url += "?thread_ts=" + url.QueryEscape(m.ThreadTS) + "&cid=" + url.QueryEscape(w.channel)
		}
	}
	w.fenced(text)
	w.url = ""
}

// fenced adds the text of a message; what stands between three backticks is code.
func (w *slackWriter) fenced(text string) {
	for i, part := range strings.Split(text, "```") {
		if i%2 == 1 {
			w.add(corpus.Code, 0, part)
			continue
		}
		part = visible(part)
		for _, block := range corpus.TextBlocks(part) {
			kind := block.Kind
			if kind == corpus.Heading {
				kind = corpus.Paragraph // A short line of a message is no heading.
			}
			w.add(kind, 0, part[block.Start:block.End])
		}
	}
}

// slackMark matches what stands between angle brackets in a message's text.
var slackMark = regexp.MustCompile(`<([^<>|]*)(?:\|([^<>]*))?>`)

// plain returns the text of a message as it is shown: names for users and channels, labels for links.
func (e *slackExport) plain(text string) string {
	text = slackMark.ReplaceAllStringFunc(text, func(mark string) string {
		m := slackMark.FindStringSubmatch(mark)
		target, label := m[1], m[2]
		switch {
		case strings.HasPrefix(target, "@"):
			return "@" + firstOf(e.users[target[1:]], label, target[1:])
		case strings.HasPrefix(target, "#"):
			return "#" + firstOf(label, e.channels[target[1:]], target[1:])
		case strings.HasPrefix(target, "!"):
			return firstOf(label, "@"+target[1:])
		}
		return firstOf(label, strings.TrimPrefix(target, "mailto:"))
	})
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text)
}
