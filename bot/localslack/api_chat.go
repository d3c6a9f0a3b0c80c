package localslack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of a message's parts, from the reference of chat.postMessage and chat.update.
const (
	maxText         = 40000 // chat.postMessage cuts longer text
	maxUpdateText   = 4000  // chat.update refuses longer text
	maxMarkdownText = 12000
	maxAttachments  = 100
	maxMetadata     = 8 << 10 // bytes
)

// noMetadata in chat.update takes away what the message had.
const noMetadata = "{}"

// content is what a posting call says, checked.
type content struct {
	text        string
	blocks      json.RawMessage
	attachments json.RawMessage
	metadata    json.RawMessage
	live        live
	unfurl      bool
}

// content checks text, blocks, attachments and metadata of a call.
func (w *Workspace) content(req *request) (content, *failure) {
	c := content{text: req.text("text"), blocks: req.raw("blocks"), attachments: req.raw("attachments")}
	if md := req.text("markdown_text"); md != "" {
		if c.text != "" || c.blocks != nil {
			return c, fail("markdown_text_conflict")
		}
		if utf8.RuneCountInString(md) > maxMarkdownText {
			return c, invalid("markdown_text must be less than 12001 characters")
		}
		c.text = md
	}
	if f := blocksFailure(ValidateBlocks(c.blocks)); f != nil && !(req.unbounded && f.code == codeBlocksTooLong) {
		return c, f
	}
	if f := streamedBlocks(c.blocks); f != nil {
		return c, f
	}
	if n, err := validateAttachments(c.attachments); err != nil {
		return c, blocksFailure(err)
	} else if n > maxAttachments {
		return c, fail("too_many_attachments")
	} else if n == 0 {
		c.attachments = nil
	}
	if isEmptyList(c.blocks) {
		c.blocks = nil
	}
	if strings.TrimSpace(c.text) == "" && c.blocks == nil && c.attachments == nil {
		return c, fail("no_text")
	}
	if f := c.readMetadata(req.raw("metadata")); f != nil {
		return c, f
	}
	c.blocks = w.nameBlocks(c.blocks)
	c.alive(req)
	return c, nil
}

// streamedOnly are kinds of block that Slack takes in streams alone and refuses in messages
// (read in slack-go's change log, not documented).
const streamedOnly = "alert card carousel"

func streamedBlocks(raw json.RawMessage) *failure {
	list, err := decodeBlocks(raw)
	if err != nil {
		return blocksFailure(err)
	}
	for i, b := range list {
		if typ := typeOf(b); slices.Contains(words(streamedOnly), typ) {
			return &failure{code: codeInvalidBlocks, messages: []string{fmt.Sprintf("unsupported type: %s [json-pointer:/blocks/%d/type]", typ, i)}}
		}
	}
	return nil
}

// alive finds what is live. Slack fetches previews of text links unless told not to.
func (c *content) alive(req *request) {
	names := req.flag("link_names") || req.text("parse") == "full"
	if req.has("markdown_text") {
		c.live.markdown(c.text, "markdown_text")
	} else {
		c.live.mrkdwn(c.text, "text", true, names)
	}
	c.live.raw(c.blocks)
	c.live.attachments(c.attachments)
	off := func(name string) bool { return req.has(name) && !req.flag(name) }
	c.unfurl = !off("unfurl_links") || !off("unfurl_media")
}

func (c *content) readMetadata(raw json.RawMessage) *failure {
	if raw == nil {
		return nil
	}
	var m struct {
		Type    *string         `json:"event_type"`
		Payload json.RawMessage `json:"event_payload"`
	}
	if strings.Join(strings.Fields(string(raw)), "") == noMetadata {
		c.metadata = json.RawMessage(noMetadata)
		return nil
	}
	if err := json.Unmarshal(raw, &m); err != nil || m.Type == nil {
		return fail("invalid_metadata_format")
	}
	empty := len(m.Payload) == 0 || string(m.Payload) == "null"
	if *m.Type == "" && empty {
		return nil
	}
	var payload map[string]any
	if *m.Type == "" || empty || json.Unmarshal(m.Payload, &payload) != nil {
		return fail("invalid_metadata_format")
	}
	if len(raw) > maxMetadata {
		return fail("metadata_too_large")
	}
	c.metadata = mustJSON(map[string]any{"event_type": *m.Type, "event_payload": payload})
	return nil
}

// nameBlocks gives each block without a block_id, and each element without an action_id,
// one of its own, as Slack does.
func (w *Workspace) nameBlocks(raw json.RawMessage) json.RawMessage {
	var list []any
	if json.Unmarshal(raw, &list) != nil || len(list) == 0 {
		return raw
	}
	w.nameAll(list)
	elementsIn(list, func(_, el map[string]any) {
		if id, _ := el["action_id"].(string); id == "" && interactive(typeOf(el)) {
			el["action_id"] = w.id("")[:5]
		}
	})
	return mustJSON(list)
}

func (w *Workspace) nameAll(blocks []any) {
	for _, x := range blocks {
		b, _ := x.(map[string]any)
		if id, _ := b["block_id"].(string); id == "" {
			b["block_id"] = w.id("")[:5]
		}
		children, _ := b["child_blocks"].([]any)
		w.nameAll(children)
	}
}

// interactive reports whether an element of this kind can be used by a person.
func interactive(typ string) bool {
	return heldKey(typ) != "" || slices.Contains(words("button workflow_button icon_button feedback_buttons overflow"), typ)
}

// put writes checked content into a message.
func (c content) put(m *Message) {
	m.Text, m.Blocks, m.Attachments = c.text, c.blocks, c.attachments
	m.Pings, m.Links, m.unfurl = c.live.pings, c.live.links, c.unfurl
	switch {
	case c.metadata == nil:
	case string(c.metadata) == noMetadata:
		m.Metadata = nil
	default:
		m.Metadata = c.metadata
	}
}

// target finds the channel that the bot wants to write to.
func (w *Workspace) target(name string) (*channel, *failure) {
	ch := w.find(name)
	bot := w.cfg.App.BotUserID
	switch {
	case ch == nil || !w.sees(bot, ch):
		return nil, fail("channel_not_found")
	case ch.Archived:
		return nil, fail("is_archived")
	case !ch.has(bot):
		return nil, fail("not_in_channel")
	case ch.Kind == Direct && w.cfg.NoMessagesTab:
		return nil, fail("messages_tab_disabled")
	}
	return ch, nil
}

// thread checks a thread_ts. Slack takes the ts of a reply too, and then the
// message hangs where nobody sees it; so does this.
func (c *channel) thread(ts string) *failure {
	if ts == "" {
		return nil
	}
	if !validTS(ts) || c.message(ts) == nil {
		return fail("invalid_thread_ts")
	}
	return nil
}

func (w *Workspace) botMessage() *Message {
	app := w.cfg.App
	return &Message{User: app.BotUserID, Bot: true, BotID: app.BotID}
}

func postMessage(w *Workspace, req *request) (reply, *failure) {
	ch, f := w.target(req.text("channel"))
	if f != nil {
		return nil, f
	}
	c, f := w.content(req)
	if f != nil {
		return nil, f
	}
	if f := ch.thread(req.text("thread_ts")); f != nil {
		return nil, f
	}
	if !w.limits.post(ch.ID, time.Now()) {
		return nil, fail(codeRateLimited)
	}
	var warnings []string
	if r := []rune(c.text); len(r) > maxText {
		c.text, warnings = string(r[:maxText]), []string{"[WARN] A message's text was cut at 40000 characters"}
	}
	m := w.botMessage()
	c.put(m)
	m.ThreadTS, m.Broadcast = req.text("thread_ts"), req.flag("reply_broadcast")
	w.add(ch, m)
	w.ledger.said(ByPost, m, ch)
	w.messageEvent(ch, m, nil)
	out := reply{"channel": ch.ID, "ts": m.TS, "message": w.wire(m, true)}
	if warnings != nil {
		out["response_metadata"] = reply{"messages": warnings}
	}
	return out, nil
}

func postEphemeral(w *Workspace, req *request) (reply, *failure) {
	ch, f := w.target(req.text("channel"))
	if f != nil {
		return nil, f
	}
	user := req.text("user")
	if w.users[user] == nil || !ch.has(user) {
		return nil, fail("user_not_in_channel")
	}
	c, f := w.content(req)
	if f != nil {
		return nil, f
	}
	if utf8.RuneCountInString(c.text) > maxText {
		return nil, fail("msg_too_long")
	}
	if f := ch.thread(req.text("thread_ts")); f != nil {
		return nil, f
	}
	m := w.botMessage()
	c.put(m)
	m.Ephemeral, m.To, m.ThreadTS = true, user, req.text("thread_ts")
	w.add(ch, m)
	w.ledger.said(ByEphemeral, m, ch)
	return reply{"message_ts": m.TS}, nil
}

// own finds a message of the bot; notMine is the error for others'.
func (w *Workspace) own(channel, ts, notMine string) (*channel, *Message, *failure) {
	ch := w.channels[channel]
	if ch == nil || !w.sees(w.cfg.App.BotUserID, ch) {
		return nil, nil, fail("channel_not_found")
	}
	m := ch.message(ts)
	if m == nil {
		return nil, nil, fail("message_not_found")
	}
	if m.BotID != w.cfg.App.BotID {
		return nil, nil, fail(notMine)
	}
	return ch, m, nil
}

func updateMessage(w *Workspace, req *request) (reply, *failure) {
	ch, m, f := w.own(req.text("channel"), req.text("ts"), "cant_update_message")
	if f != nil {
		return nil, f
	}
	c, f := w.content(req)
	if f != nil {
		return nil, f
	}
	if utf8.RuneCountInString(c.text) > maxUpdateText && !req.has("markdown_text") {
		return nil, fail("msg_too_long")
	}
	before := m.clone()
	if !req.has("text") && c.blocks == nil {
		c.text, c.blocks = m.Text, m.Blocks // without new text the blocks stay
	}
	c.put(m)
	w.edited(ch, m, &before, w.cfg.App.BotUserID)
	return reply{"channel": ch.ID, "ts": m.TS, "text": m.Text, "message": w.wire(m, true)}, nil
}

// edited marks m as changed by user and tells page and app.
func (w *Workspace) edited(ch *channel, m, before *Message, user string) {
	m.Edited = &Edited{User: user, TS: w.timestamp()}
	w.changedMessage(ch, m)
	w.messageEvent(ch, m, before)
}

func deleteMessage(w *Workspace, req *request) (reply, *failure) {
	ch, m, f := w.own(req.text("channel"), req.text("ts"), "cant_delete_message")
	if f != nil {
		return nil, f
	}
	w.erase(ch, m)
	return reply{"channel": ch.ID, "ts": m.TS}, nil
}

func permalink(w *Workspace, req *request) (reply, *failure) {
	ch := w.channels[req.text("channel")]
	if ch == nil || !w.sees(w.cfg.App.BotUserID, ch) {
		return nil, fail("channel_not_found")
	}
	m := ch.message(req.text("message_ts"))
	if m == nil {
		return nil, fail("message_not_found")
	}
	link := w.teamURL() + "archives/" + ch.ID + "/p" + strings.ReplaceAll(m.TS, ".", "")
	if m.ThreadTS != "" && m.ThreadTS != m.TS {
		link += "?thread_ts=" + m.ThreadTS + "&cid=" + ch.ID
	}
	return reply{"channel": ch.ID, "permalink": link}, nil
}
