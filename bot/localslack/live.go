package localslack

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// Ping is one thing in a message of the app that would notify people.
type Ping struct {
	Kind  string `json:"kind"`         // user, usergroup, here, channel or everyone
	ID    string `json:"id,omitempty"` // of the user or group
	Where string `json:"where"`        // "text", or the JSON pointer of the block element
}

// Link is one thing in a message of the app that can be clicked.
type Link struct {
	URL   string `json:"url"`
	Label string `json:"label,omitempty"`
	Where string `json:"where"`
	Auto  bool   `json:"auto,omitempty"` // a bare address that Slack itself turns into a link
}

var (
	liveToken    = regexp.MustCompile(`<([^<>\n]+)>`)
	liveBareURL  = regexp.MustCompile(`\bhttps?://[^\s<>|]+`)
	liveBareAt   = regexp.MustCompile(`(?:^|[^\pL\pN_])@(here|channel|everyone)\b`)
	liveMarkdown = regexp.MustCompile(`\[([^\]\n]*)\]\(\s*<?([a-zA-Z][a-zA-Z0-9+.-]*:[^)\s>]+)`)
	liveScheme   = regexp.MustCompile(`^(?i:https?|mailto|tel|slack|ftp):`)
	liveUser     = regexp.MustCompile(`^@([UW][A-Z0-9]+)$`)
	liveGroup    = regexp.MustCompile(`^!subteam\^(S[A-Z0-9]+)$`)
)

// live collects what Slack would make live.
type live struct {
	pings []Ping
	links []Link
}

// mrkdwn scans text in Slack's markup. auto says that bare addresses become
// links (always, but where verbatim is set); names, that bare @here and the
// like are live too.
func (l *live) mrkdwn(text, where string, auto, names bool) {
	for _, m := range liveToken.FindAllStringSubmatch(text, -1) {
		l.token(m[1], where)
	}
	rest := liveToken.ReplaceAllString(text, " ")
	if auto {
		for _, u := range liveBareURL.FindAllString(rest, -1) {
			l.links = append(l.links, Link{URL: Unescape(u), Where: where, Auto: true})
		}
	}
	if names {
		for _, m := range liveBareAt.FindAllStringSubmatch(rest, -1) {
			l.pings = append(l.pings, Ping{Kind: m[1], Where: where})
		}
	}
}

// token judges what stands between < and >.
func (l *live) token(inner, where string) {
	target, label, _ := strings.Cut(inner, "|")
	if m := liveUser.FindStringSubmatch(target); m != nil {
		l.pings = append(l.pings, Ping{Kind: "user", ID: m[1], Where: where})
		return
	}
	if m := liveGroup.FindStringSubmatch(target); m != nil {
		l.pings = append(l.pings, Ping{Kind: "usergroup", ID: m[1], Where: where})
		return
	}
	switch target {
	case "!here", "!channel", "!everyone", "!group":
		l.pings = append(l.pings, Ping{Kind: target[1:], Where: where})
		return
	}
	if liveScheme.MatchString(target) {
		l.links = append(l.links, Link{URL: Unescape(target), Label: Unescape(label), Where: where})
	}
}

// markdown scans a markdown block. Whether Slack's tokens are live in one is
// not documented, so they count.
func (l *live) markdown(text, where string) {
	for _, m := range liveMarkdown.FindAllStringSubmatch(text, -1) {
		l.links = append(l.links, Link{URL: m[2], Label: m[1], Where: where})
	}
	l.mrkdwn(liveMarkdown.ReplaceAllString(text, " "), where, true, true)
}

// blocks walks any Block Kit value.
func (l *live) blocks(v any, where string) {
	switch v := v.(type) {
	case []any:
		for i, x := range v {
			l.blocks(x, fmt.Sprintf("%s/%d", where, i))
		}
	case map[string]any:
		l.object(v, where)
	}
}

func (l *live) object(o map[string]any, where string) {
	str := func(key string) string { s, _ := o[key].(string); return s }
	switch str("type") {
	case "mrkdwn":
		verbatim, _ := o["verbatim"].(bool)
		l.mrkdwn(str("text"), where, !verbatim, !verbatim)
		return
	case "markdown":
		l.markdown(str("text"), where)
		return
	case "plain_text", "text", "raw_text":
		return
	case "user":
		l.pings = append(l.pings, Ping{Kind: "user", ID: str("user_id"), Where: where})
	case "usergroup":
		l.pings = append(l.pings, Ping{Kind: "usergroup", ID: str("usergroup_id"), Where: where})
	case "broadcast":
		l.pings = append(l.pings, Ping{Kind: str("range"), Where: where})
	case "link", "url":
		l.links = append(l.links, Link{URL: str("url"), Label: str("text"), Where: where})
	case "button":
		if u := str("url"); u != "" {
			l.links = append(l.links, Link{URL: u, Label: "button", Where: where})
		}
	}
	for _, key := range sortedKeys(o) {
		l.blocks(o[key], where+"/"+key)
	}
}

// attachments scans the legacy form: its text fields are mrkdwn, its blocks are blocks.
func (l *live) attachments(raw json.RawMessage) {
	var list []map[string]any
	if json.Unmarshal(raw, &list) != nil {
		return
	}
	for i, a := range list {
		where := fmt.Sprintf("attachments/%d", i)
		for _, key := range []string{"pretext", "text"} {
			if s, ok := a[key].(string); ok {
				l.mrkdwn(s, where+"/"+key, true, false)
			}
		}
		for _, key := range []string{"title_link", "author_link"} {
			if s, ok := a[key].(string); ok && s != "" {
				l.links = append(l.links, Link{URL: s, Where: where + "/" + key})
			}
		}
		l.blocks(a["blocks"], where+"/blocks")
	}
}

// Live returns what Slack would make live in a message of the app: in its
// top-level text and in its blocks. Escaped markup, plain_text and rich_text
// text elements are never live.
func Live(text string, blocks json.RawMessage) ([]Ping, []Link) {
	var l live
	l.mrkdwn(text, "text", true, false)
	l.raw(blocks)
	return l.pings, l.links
}

func (l *live) raw(blocks json.RawMessage) {
	var v any
	if json.Unmarshal(blocks, &v) == nil {
		l.blocks(v, "blocks")
	}
}
