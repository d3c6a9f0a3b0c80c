package localslack

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

var (
	typedUser  = regexp.MustCompile(`^<@([UW][A-Z0-9]+)(\|[^<>]*)?>`)
	typedURL   = regexp.MustCompile(`^https?://[^\s<>|]*[^\s<>|.,;:!?)\]}'"]`)
	typedAt    = regexp.MustCompile(`^@([\pL\pN._-]*[\pL\pN_-])`)
	typedHash  = regexp.MustCompile(`^#([\pL\pN_-]+)`)
	entityName = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")
	entityMake = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
)

// Escape turns & < > into entities, as Slack does with what people type.
func Escape(text string) string { return entityMake.Replace(text) }

// Unescape turns the three entities back.
func Unescape(text string) string { return entityName.Replace(text) }

// piece is one part of typed text: plain, or a mention, channel or link.
type piece struct {
	kind string // text, user, usergroup, channel, broadcast, link
	text string // as typed
	id   string // of the user, group or channel; range or URL
	name string // of a channel
}

// escaped is the piece in the text of a message.
func (e piece) escaped() string {
	switch e.kind {
	case "user":
		return "<@" + e.id + ">"
	case "channel":
		return "<#" + e.id + "|" + e.name + ">"
	case "broadcast":
		return "<!" + e.id + ">"
	case "usergroup":
		return "<!subteam^" + e.id + ">"
	case "link":
		return "<" + Escape(e.id) + ">"
	}
	return Escape(e.text)
}

func (e piece) richText() map[string]any {
	switch e.kind {
	case "user":
		return map[string]any{"type": "user", "user_id": e.id}
	case "channel":
		return map[string]any{"type": "channel", "channel_id": e.id}
	case "broadcast":
		return map[string]any{"type": "broadcast", "range": e.id}
	case "usergroup":
		return map[string]any{"type": "usergroup", "usergroup_id": e.id}
	case "link":
		return map[string]any{"type": "link", "url": e.id}
	}
	return map[string]any{"type": "text", "text": e.text}
}

// typed cuts what a person typed into pieces. The caller holds w.mu.
func (w *Workspace) typed(text string) []piece {
	var out []piece
	var plain strings.Builder
	flush := func() {
		if plain.Len() > 0 {
			out = append(out, piece{kind: "text", text: plain.String()})
			plain.Reset()
		}
	}
	for i := 0; i < len(text); {
		atWord := i == 0 || !isWord(text[i-1])
		if e, n := w.special(text[i:], atWord); n > 0 {
			flush()
			out = append(out, e)
			i += n
			continue
		}
		plain.WriteByte(text[i])
		i++
	}
	flush()
	return out
}

func isWord(b byte) bool {
	return b >= 0x80 || b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// special recognises a mention, channel or link at the beginning of text and
// returns its length; 0 means that it is plain.
func (w *Workspace) special(text string, atWord bool) (piece, int) {
	if m := typedUser.FindStringSubmatch(text); m != nil && w.users[m[1]] != nil {
		return piece{kind: "user", text: m[0], id: m[1]}, len(m[0])
	}
	if !atWord {
		return piece{}, 0
	}
	if u := typedURL.FindString(text); u != "" {
		return piece{kind: "link", text: u, id: u}, len(u)
	}
	if m := typedAt.FindStringSubmatch(text); m != nil {
		if slices.Contains([]string{"here", "channel", "everyone"}, m[1]) {
			return piece{kind: "broadcast", text: m[0], id: m[1]}, len(m[0])
		}
		if id := w.handle(m[1]); id != "" {
			return piece{kind: "user", text: m[0], id: id}, len(m[0])
		}
		if g := w.group(m[1]); g != nil {
			return piece{kind: "usergroup", text: m[0], id: g.ID}, len(m[0])
		}
	}
	if m := typedHash.FindStringSubmatch(text); m != nil {
		if ch := w.find(m[0]); ch != nil {
			e := piece{kind: "channel", text: m[0], id: ch.ID, name: ch.Name}
			if ch.Kind == Private {
				e.name = ""
			}
			return e, len(m[0])
		}
	}
	return piece{}, 0
}

// handle returns the id of the user of that name, whatever its case.
func (w *Workspace) handle(name string) string {
	var found string
	for id, u := range w.users {
		if strings.EqualFold(u.Name, name) && (found == "" || id < found) {
			found = id
		}
	}
	return found
}

// compose turns typed text into a message's text and its rich_text block.
func (w *Workspace) compose(text string) (escaped string, blocks json.RawMessage) {
	elements := w.typed(text)
	var b strings.Builder
	rich := []any{}
	for _, e := range elements {
		b.WriteString(e.escaped())
		rich = append(rich, e.richText())
	}
	if len(rich) == 0 {
		return "", nil
	}
	section := map[string]any{"type": "rich_text_section", "elements": rich}
	return b.String(), mustJSON([]any{map[string]any{"type": "rich_text", "block_id": w.id("")[:5], "elements": []any{section}}})
}

// mentions reports whether the escaped text mentions user.
func mentions(text, user string) bool {
	return strings.Contains(text, "<@"+user+">") || strings.Contains(text, "<@"+user+"|")
}

// mustJSON encodes values that are made of plain maps, slices and strings.
func mustJSON(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // only our own plain values come here
	}
	return b
}
