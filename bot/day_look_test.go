package bot

import (
	"fmt"
	"strings"

	"verbatim/bot/localslack"
)

// look tells what is new, changed or gone since the last look: messages, what single people see,
// modals and Home tabs.
func (d *day) look() {
	now, order := map[string]string{}, []string{}
	note := func(key, shown string) {
		if _, twice := now[key]; !twice {
			order = append(order, key)
		}
		now[key] = shown
	}
	for _, u := range d.slack.Config().Users {
		for _, c := range d.channels(u.ID) {
			for _, m := range d.slack.Messages(c) {
				if m.Bot {
					note(d.nameOf(c)+" "+m.TS, d.heading(m)+d.shown(m))
				}
			}
			for _, m := range d.slack.Whispers(u.ID, c) {
				note(d.nameOf(c)+" "+u.Name+" "+m.TS, d.heading(m)+" (only "+u.Name+" sees this)"+d.shown(m))
			}
		}
		if prompts := d.slack.Prompts(d.slack.DM(u.ID), "").Prompts; len(prompts) > 0 {
			text := u.Name + " may ask:"
			for _, p := range prompts {
				text += "\n[" + p.Title + "]"
			}
			note("prompts "+u.ID, text)
		}
		for _, v := range d.slack.Views(u.ID) {
			note("view "+text0(v["id"]), u.Name+" sees a modal: "+labelled(v["title"])+blockText(blocksOf(raw(v["blocks"])))+buttonsOf(v))
		}
		if v := d.slack.HomeView(u.ID); v != nil {
			note("home "+u.ID, u.Name+"’s Home tab:"+blockText(blocksOf(raw(v["blocks"]))))
		}
	}
	for _, key := range order {
		switch before, known := d.seen[key]; {
		case !known:
			d.tell(now[key])
		case before != now[key]:
			d.tell("changed: " + now[key])
		}
	}
	for key, before := range d.seen {
		if _, there := now[key]; !there {
			first, _, _ := strings.Cut(before, "\n")
			d.tell("gone: " + first)
		}
	}
	d.seen = now
}

// tell adds to the transcript, indented and with names.
func (d *day) tell(text string) {
	for _, u := range d.slack.Config().Users {
		text = strings.ReplaceAll(text, "@"+u.ID, "@"+u.Name)
	}
	for _, c := range d.slack.Config().Channels {
		text = strings.ReplaceAll(text, "@"+c.ID, "#"+c.Name)
	}
	for line := range strings.Lines(text) {
		fmt.Fprintf(&d.out, "    %s\n", strings.TrimRight(line, "\n"))
	}
}

// nameOf names a channel as people do.
func (d *day) nameOf(id string) string {
	for _, c := range d.slack.Config().Channels {
		if c.ID == id {
			return "#" + c.Name
		}
	}
	for _, u := range d.slack.Config().Users {
		if d.slack.DM(u.ID) == id {
			return "dm of " + u.Name
		}
	}
	return id
}

func (d *day) heading(m localslack.Message) string {
	where := d.nameOf(m.Channel)
	if m.ThreadTS != "" {
		where += ", in the thread"
	}
	return "verbatim in " + where
}

func (d *day) shown(m localslack.Message) string {
	blocks := blocksOf(m.Blocks)
	if len(blocks) == 0 {
		return "\n" + m.Text
	}
	return blockText(blocks)
}

func labelled(v any) string {
	o, _ := v.(map[string]any)
	return text0(o["text"])
}

func buttonsOf(view map[string]any) string {
	out := ""
	for _, name := range []string{"submit", "close"} {
		if s := labelled(view[name]); s != "" {
			out += " [" + s + "]"
		}
	}
	if out == "" {
		return ""
	}
	return "\n" + strings.TrimSpace(out)
}

// blockText is what a reader sees of blocks, a line for each part.
func blockText(blocks []map[string]any) string {
	var b strings.Builder
	for _, block := range blocks {
		elements, _ := block["elements"].([]any)
		switch block["type"] {
		case "rich_text":
			for _, e := range elements {
				part, _ := e.(map[string]any)
				line := richText(part)
				if part["type"] == "rich_text_quote" {
					line = "> " + strings.ReplaceAll(line, "\n", "\n> ")
				}
				b.WriteString("\n" + line)
			}
		case "context":
			for _, e := range elements {
				b.WriteString("\n~ " + text0(e.(map[string]any)["text"]))
			}
		case "actions", "context_actions":
			b.WriteString("\n" + strings.Join(elementsText(elements), " "))
		case "header", "section":
			b.WriteString("\n## " + labelled(block["text"]))
		case "divider":
			b.WriteString("\n---")
		case "input":
			el, _ := block["element"].(map[string]any)
			b.WriteString("\n" + labelled(block["label"]) + ": " + strings.Join(elementsText([]any{el}), " "))
		default:
			fmt.Fprintf(&b, "\n(%v)", block["type"])
		}
	}
	return b.String()
}

func richText(part map[string]any) string {
	var b strings.Builder
	elements, _ := part["elements"].([]any)
	for _, e := range elements {
		el, _ := e.(map[string]any)
		style, _ := el["style"].(map[string]any)
		mark := ""
		if style["bold"] == true {
			mark += "*"
		}
		if style["italic"] == true {
			mark += "_"
		}
		switch el["type"] {
		case "link":
			fmt.Fprintf(&b, "[%v](%v)", el["text"], el["url"])
		case "user", "channel", "usergroup":
			fmt.Fprintf(&b, "@%v%v%v", text0(el["user_id"]), text0(el["channel_id"]), text0(el["usergroup_id"]))
		default:
			b.WriteString(mark + text0(el["text"]) + reverse(mark))
		}
	}
	return b.String()
}

func reverse(s string) string {
	if len(s) < 2 {
		return s
	}
	return s[1:] + s[:1]
}

func elementsText(elements []any) (all []string) {
	for _, e := range elements {
		el, _ := e.(map[string]any)
		switch el["type"] {
		case "button":
			all = append(all, "["+labelOf(el)+"]")
		case "feedback_buttons":
			for _, side := range []string{"positive_button", "negative_button"} {
				b, _ := el[side].(map[string]any)
				all = append(all, "["+labelOf(b)+"]")
			}
		case "plain_text_input":
			all = append(all, "__"+text0(el["initial_value"])+"__")
		default:
			options, _ := el["options"].([]any)
			for _, o := range options {
				option, _ := o.(map[string]any)
				mark := "( ) "
				if chosen(el, option["value"]) {
					mark = "(x) "
				}
				all = append(all, mark+labelOf(option))
			}
			users, _ := el["initial_users"].([]any)
			for _, u := range users {
				all = append(all, "@"+text0(u))
			}
		}
	}
	return all
}

// chosen says that an option of an element is chosen to begin with.
func chosen(el map[string]any, value any) bool {
	list, _ := el["initial_options"].([]any)
	for _, o := range append(list, el["initial_option"]) {
		if option, _ := o.(map[string]any); option != nil && option["value"] == value {
			return true
		}
	}
	return false
}
