package localslack

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// wrap puts a fixture of one folder into blocks that may hold it.
func wrap(dir, name string, raw json.RawMessage) []byte {
	s := string(raw)
	typ := typeOf(mustDecode(raw))
	switch {
	case dir == "blocks":
		return []byte("[" + s + "]")
	case dir == "elements" && name == "url_source_basic.json":
		return []byte(`[{"type":"task_card","task_id":"1","title":"t","sources":[` + s + `]}]`)
	case dir == "elements" && typ == "image":
		return []byte(`[{"type":"context","elements":[` + s + `]}]`)
	case dir == "elements" && strings.Contains(typ, "input"):
		return []byte(`[{"type":"input","label":{"type":"plain_text","text":"l"},"element":` + s + `}]`)
	case dir == "elements":
		return []byte(`[{"type":"actions","elements":[` + s + `]}]`)
	case dir == "rich_text" && strings.HasPrefix(typ, "rich_text_"):
		return []byte(`[{"type":"rich_text","elements":[` + s + `]}]`)
	case dir == "rich_text":
		return []byte(`[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[` + s + `]}]}]`)
	}
	return nil
}

func mustDecode(raw []byte) any {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		panic(err)
	}
	return v
}

// objectCheck is the check for a fixture of an object that is no block.
func objectCheck(name string) check {
	for prefix, is := range map[string]check{
		"confirmation": confirmation(), "conversation_filter": conversationFilter(), "dispatch": dispatchConfig(), "input_parameter": inputParameter(),
		"option_group": object(must("label", plain(75)), must("options", array(1, 100, option75()))), "option_basic": option75(), "option_value": option75(),
		"text": textObject(3000), "trigger": workflowTrigger(), "workflow": workflow(),
	} {
		if strings.HasPrefix(name, prefix) {
			return is
		}
	}
	return nil
}

func checkFixture(dir, name string, raw json.RawMessage) error {
	switch dir {
	case "messages":
		// Two of these use one block_id twice, which Slack refuses.
		parts := strings.Split(string(raw), `"fake_block_id"`)
		whole := parts[0]
		for i, p := range parts[1:] {
			whole += fmt.Sprintf(`"id_%d"`, i) + p
		}
		return ValidateMessage(json.RawMessage(whole))
	case "views":
		return ValidateView(raw)
	case "attachments":
		_, err := validateAttachments(json.RawMessage("[" + string(raw) + "]"))
		return err
	case "objects":
		c := &checker{ids: map[string]bool{}}
		objectCheck(name)(c, mustDecode(raw), "")
		if len(c.errs) > 0 {
			return &BlockError{Code: codeInvalidBlocks, Messages: c.errs}
		}
		return nil
	}
	return ValidateBlocks(wrap(dir, name, raw))
}

func TestValidFixtures(t *testing.T) {
	root := filepath.Join(sharedDir(t), "blockkit", "valid")
	n := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		n++
		dir, name := filepath.Base(filepath.Dir(path)), d.Name()
		t.Run(dir+"/"+name, func(t *testing.T) {
			var raw json.RawMessage
			readJSONFile(t, path, &raw)
			if err := checkFixture(dir, name, raw); err != nil {
				t.Error(err)
			}
			if dir == "messages" || dir == "objects" || dir == "attachments" {
				return
			}
			broken := strings.Replace(string(raw), `"type"`, `"typo": 1, "type"`, 1)
			if err := checkFixture(dir, name, json.RawMessage(broken)); err == nil {
				t.Error("a field that Slack does not know is accepted")
			}
		})
		return nil
	})
	if err != nil || n < 80 {
		t.Fatalf("%d fixtures, %v", n, err)
	}
}

func x(n int) string { return strings.Repeat("x", n) }

func sections(n, size int) string {
	one := fmt.Sprintf(`{"type":"section","text":{"type":"mrkdwn","text":%q}}`, x(size))
	return "[" + strings.TrimSuffix(strings.Repeat(one+",", n), ",") + "]"
}

// Each of these is at its limit in valid and over it in broken.
func TestLimits(t *testing.T) {
	plainText := func(n int) string { return fmt.Sprintf(`{"type":"plain_text","text":%q}`, x(n)) }
	button := func(text, value, url int) string {
		return fmt.Sprintf(`[{"type":"actions","elements":[{"type":"button","text":%s,"value":%q,"url":"https:%s","action_id":"a"}]}]`, plainText(text), x(value), x(url-6))
	}
	repeat := func(n int, one string) string { return strings.TrimSuffix(strings.Repeat(one+",", n), ",") }
	for _, c := range []struct{ name, valid, broken, says string }{
		{"blocks", sections(50, 1), sections(51, 1), "no more than 50 items"},
		{"section text", sections(1, 3000), sections(1, 3001), "less than 3001 characters [json-pointer:/blocks/0/text/text]"},
		{"empty text", sections(1, 1), sections(1, 0), "more than 0 characters"},
		{"section with nothing", sections(1, 1), `[{"type":"section"}]`, "missing required field: text"},
		{"fields", `[{"type":"section","fields":[` + repeat(10, plainText(1)) + `]}]`, `[{"type":"section","fields":[` + repeat(11, plainText(1)) + `]}]`, "no more than 10 items"},
		{"field", `[{"type":"section","fields":[` + plainText(2000) + `]}]`, `[{"type":"section","fields":[` + plainText(2001) + `]}]`, "less than 2001"},
		{"header", `[{"type":"header","text":` + plainText(150) + `}]`, `[{"type":"header","text":` + plainText(151) + `}]`, "less than 151"},
		{"header is plain", `[{"type":"header","text":` + plainText(1) + `}]`, `[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`, "unsupported type: mrkdwn"},
		{"context", `[{"type":"context","elements":[` + repeat(10, plainText(1)) + `]}]`, `[{"type":"context","elements":[` + repeat(11, plainText(1)) + `]}]`, "no more than 10"},
		{"button text", button(75, 1, 10), button(76, 1, 10), "less than 76"},
		{"button value", button(1, 2000, 10), button(1, 2001, 10), "less than 2001"},
		{"button url", button(1, 1, 3000), button(1, 1, 3001), "less than 3001"},
		{"actions", `[{"type":"actions","elements":[` + repeat(25, `{"type":"button","text":`+plainText(1)+`}`) + `]}]`, `[{"type":"actions","elements":[` + repeat(26, `{"type":"button","text":`+plainText(1)+`}`) + `]}]`, "no more than 25"},
		{"block_id", `[{"type":"divider","block_id":"` + x(255) + `"}]`, `[{"type":"divider","block_id":"` + x(256) + `"}]`, "less than 256"},
		{"unique block_id", `[{"type":"divider","block_id":"a"},{"type":"divider","block_id":"b"}]`, `[{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}]`, `"a" already exists`},
		{"unique action_id", button(1, 1, 10), `[{"type":"actions","elements":[` + repeat(2, `{"type":"button","action_id":"a","text":`+plainText(1)+`}`) + `]}]`, `action_id "a" already exists`},
		{"image alt", `[{"type":"image","image_url":"https://x.test/a.png","alt_text":"` + x(2000) + `"}]`, `[{"type":"image","image_url":"https://x.test/a.png","alt_text":"` + x(2001) + `"}]`, "less than 2001"},
		{"image source", `[{"type":"image","image_url":"https://x.test/a.png","alt_text":""}]`, `[{"type":"image","alt_text":""}]`, "either image_url or slack_file"},
		{"markdown", `[{"type":"markdown","text":"` + x(12000) + `"}]`, `[{"type":"markdown","text":"` + x(12001) + `"}]`, "less than 12001"},
		{"markdown in sum", `[{"type":"markdown","text":"` + x(6000) + `"},{"type":"markdown","text":"` + x(6000) + `"}]`, `[{"type":"markdown","text":"` + x(6000) + `"},{"type":"markdown","text":"` + x(6001) + `"}]`, "markdown text of all blocks"},
		{"one table", `[{"type":"table","rows":[[{"type":"raw_text","text":"a"}]]}]`, `[` + repeat(2, `{"type":"table","rows":[[{"type":"raw_text","text":"a"}]]}`) + `]`, "only one table"},
		{"rich text leaf", `[{"type":"rich_text","elements":[{"type":"rich_text_quote","elements":[{"type":"text","text":"x"}]}]}]`, `[{"type":"rich_text","elements":[{"type":"rich_text_quote","elements":[{"type":"text","text":""}]}]}]`, "more than 0"},
		{"rich text part", `[{"type":"rich_text","elements":[]}]`, `[{"type":"rich_text","elements":[{"type":"text","text":"x"}]}]`, "unsupported type: text"},
		{"link", `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"link","url":"https://x.test"}]}]}]`, `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"link","url":"x test"}]}]}]`, "valid URL"},
		{"a menu's beginning", `[{"type":"actions","elements":[{"type":"static_select","options":[{"text":` + plainText(1) + `,"value":"1"}],"initial_option":{"text":` + plainText(1) + `,"value":"1"}}]}]`,
			`[{"type":"actions","elements":[{"type":"static_select","options":[{"text":` + plainText(1) + `,"value":"1"}],"initial_option":{"text":` + plainText(1) + `,"value":"2"}}]}]`, "none of the options"},
		{"a menu's options", `[{"type":"actions","elements":[{"type":"static_select","options":[{"text":` + plainText(1) + `,"value":"1"}]}]}]`, `[{"type":"actions","elements":[{"type":"static_select"}]}]`, "either options or option_groups"},
		{"radio buttons begin with one", `[{"type":"actions","elements":[{"type":"radio_buttons","options":[{"text":` + plainText(1) + `,"value":"1"}]}]}]`,
			`[{"type":"actions","elements":[{"type":"radio_buttons","options":[{"text":` + plainText(1) + `,"value":"1"}],"initial_options":[]}]}]`, "additional property: initial_options"},
		{"element in its slot", button(1, 1, 10), `[{"type":"actions","elements":[{"type":"feedback_buttons"}]}]`, "unsupported type: feedback_buttons"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := ValidateBlocks(json.RawMessage(c.valid)); err != nil {
				t.Errorf("at the limit: %v", err)
			}
			var b *BlockError
			if err := ValidateBlocks(json.RawMessage(c.broken)); !errors.As(err, &b) || b.Code != codeInvalidBlocks || !strings.Contains(err.Error(), c.says) {
				t.Errorf("over it: %v, want %q", err, c.says)
			}
		})
	}
}

func TestValidateMessage(t *testing.T) {
	for _, c := range []struct{ name, message, want string }{
		{"text", `{"text":"x"}`, ""},
		{"nothing", `{"text":" "}`, "no_text"},
		{"empty blocks", `{"blocks":[]}`, "no_text"},
		{"null blocks", `{"text":"x","blocks":null}`, ""},
		{"blocks alone", `{"blocks":` + sections(1, 1) + `}`, ""},
		{"at the sum", `{"blocks":` + sections(13, 1000) + `}`, ""},
		{"over the sum", `{"blocks":` + sections(14, 1000) + `}`, "msg_blocks_too_long"},
		{"text too long", `{"text":"` + x(maxText+1) + `"}`, "msg_too_long"},
		{"no object", `[]`, "invalid_blocks_format"},
		{"blocks no list", `{"blocks":"x"}`, "invalid_blocks_format"},
		{"attachment with a bad block", `{"attachments":[{"blocks":[{"type":"x"}]}]}`, "invalid_blocks"},
		{"many attachments", `{"attachments":[` + strings.TrimSuffix(strings.Repeat(`{"text":"a"},`, 101), ",") + `]}`, "too_many_attachments"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := ValidateMessage(json.RawMessage(c.message))
			var b *BlockError
			if errors.As(err, &b); c.want == "" && err != nil || c.want != "" && (b == nil || b.Code != c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestValidateView(t *testing.T) {
	with := func(kind, rest, blocks string) string {
		return `{"type":"` + kind + `"` + rest + `,"blocks":[` + blocks + `]}`
	}
	title, submit := `,"title":{"type":"plain_text","text":"T"}`, `,"submit":{"type":"plain_text","text":"S"}`
	input := `{"type":"input","label":{"type":"plain_text","text":"L"},"element":{"type":"plain_text_input","action_id":"a"}}`
	for _, c := range []struct{ name, view, says string }{
		{"modal", with("modal", title+submit, input), ""},
		{"home with an input", with("home", "", input), ""},
		{"inputs without submit", with("modal", title, input), "missing required field: submit"},
		{"no title", with("modal", "", `{"type":"divider"}`), "missing required field: title"},
		{"long title", with("modal", `,"title":{"type":"plain_text","text":"`+x(25)+`"}`, `{"type":"divider"}`), "less than 25"},
		{"home with a title", with("home", title, `{"type":"divider"}`), "additional property: title"},
		{"feedback in a modal", with("modal", title, `{"type":"context_actions","elements":[]}`), "unsupported type: context_actions"},
		{"a table at home", with("home", "", `{"type":"table","rows":[]}`), "unsupported type: table"},
		{"private_metadata", with("modal", title+`,"private_metadata":"`+x(3001)+`"`, `{"type":"divider"}`), "less than 3001"},
		{"blocks", with("home", "", strings.TrimSuffix(strings.Repeat(`{"type":"divider"},`, 101), ",")), "no more than 100"},
		{"no blocks", with("home", "", ""), "no less than 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := ValidateView(json.RawMessage(c.view))
			if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
}

// The API names the place of each mistake, in the two forms that clients read.
func TestInvalidBlocksReply(t *testing.T) {
	w := start(t)
	a := w.api("chat.postMessage", "channel", General, "blocks", sections(1, 3001))
	want := "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
	if a.code() != "invalid_blocks" || dig(a.body, "errors", 0) != want || dig(a.body, "response_metadata", "messages", 0) != "[ERROR] "+want {
		t.Errorf("%v", a.body)
	}
	if a := w.api("chat.postMessage", "channel", General, "blocks", `[{"type":"divider"},{"type":"alert","text":{"type":"plain_text","text":"x"}}]`); a.code() != "invalid_blocks" || dig(a.body, "errors", 0) != "unsupported type: alert [json-pointer:/blocks/1/type]" {
		t.Errorf("a block for streams alone: %v", a.body)
	}
	if a := w.api("chat.postMessage", "channel", General, "blocks", sections(14, 1000)); a.code() != "msg_blocks_too_long" {
		t.Errorf("%v", a.body)
	}
}

func FuzzValidateBlocks(f *testing.F) {
	f.Add([]byte(sections(2, 3)))
	f.Add([]byte(`[{"type":"rich_text","elements":[{"type":"rich_text_list","style":"bullet","elements":[]}]}]`))
	f.Add([]byte(`[{"type":"container","title":{},"child_blocks":[{"type":"container"}]}]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var b *BlockError
		if err := ValidateBlocks(raw); err != nil && !errors.As(err, &b) {
			t.Fatalf("%T is no *BlockError", err)
		}
		Live("<!here>", raw)
	})
}
