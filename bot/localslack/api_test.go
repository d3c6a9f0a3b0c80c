package localslack

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const form = "application/x-www-form-urlencoded"

func TestTokens(t *testing.T) {
	w := start(t)
	bot, app := w.Config().BotToken, w.Config().AppToken
	for _, c := range []struct {
		name, method, path, contentType, header, body, want string
	}{
		{"none", "POST", "auth.test", form, "", "", "not_authed"},
		{"wrong", "POST", "auth.test", form, "xoxb-wrong", "", "invalid_auth"},
		{"in a form", "POST", "auth.test", form, "", "token=" + bot, ""},
		{"in the query", "GET", "auth.test?token=" + bot, "", "", "", ""},
		{"in the header", "POST", "auth.test", form, bot, "", ""},
		{"in a JSON body", "POST", "auth.test", "application/json", "", `{"token":"` + bot + `"}`, "not_authed"},
		{"of the app, on auth.test", "POST", "auth.test", form, app, "", ""},
		{"of the app, on a bot's method", "POST", "chat.getPermalink", form, app, "channel=C&message_ts=1", "not_allowed_token_type"},
		{"of the bot, on apps.connections.open", "POST", "apps.connections.open", "", bot, "", "not_allowed_token_type"},
		{"of the app, in the body", "POST", "apps.connections.open", form, "", "token=" + app, "not_authed"},
		{"no token for api.test", "POST", "api.test", form, "", "foo=bar", ""},
		{"unknown method", "POST", "chat.sing", form, bot, "", "unknown_method"},
		{"unknown content type", "POST", "auth.test", "image/png", bot, "x", "invalid_post_type"},
		{"no content type", "POST", "auth.test", "", bot, "x", "missing_post_type"},
		{"broken JSON", "POST", "chat.postMessage", "application/json", bot, "{", "invalid_json"},
		{"broken form", "POST", "chat.postMessage", form, bot, "%zz", "invalid_form_data"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := w.request(c.method, "/api/"+c.path, c.contentType, c.header, c.body)
			if a.code() != c.want || a.body["ok"] != (c.want == "") || a.status != http.StatusOK {
				t.Errorf("got %d %v, want error %q", a.status, a.body, c.want)
			}
		})
	}
	for _, c := range w.Calls() {
		if _, kept := c.Args["token"]; kept {
			t.Errorf("the record of %s keeps the token", c.Method)
		}
	}
}

func TestBodies(t *testing.T) {
	w := start(t)
	var mp bytes.Buffer
	m := multipart.NewWriter(&mp)
	m.WriteField("token", w.Config().BotToken)
	m.WriteField("channel", General)
	m.WriteField("text", "by multipart")
	m.Close()
	for name, a := range map[string]answer{
		"form":      w.api("chat.postMessage", "channel", General, "text", "by form"),
		"json":      w.json("chat.postMessage", map[string]any{"channel": General, "text": "by json", "unfurl_links": false}),
		"multipart": w.request("POST", "/api/chat.postMessage", m.FormDataContentType(), "", mp.String()),
	} {
		if a.body["ok"] != true || dig(a.body, "message", "text") != "by "+name {
			t.Errorf("%s: %v", name, a.body)
		}
	}
}

func TestScopes(t *testing.T) {
	w := start(t)
	ts := must1[string](t)(w.Say(Ada, General, "hello"))
	for _, c := range []struct {
		method string
		args   []string
		needed string
	}{
		{"users.info", []string{"user", Ada}, "users:read"},
		{"conversations.history", []string{"channel", General}, "channels:history"},
		{"conversations.replies", []string{"channel", Leaders, "ts", ts}, "groups:history"},
		{"reactions.get", []string{"channel", General, "timestamp", ts}, "reactions:read"},
		{"reactions.add", []string{"channel", General, "timestamp", ts, "name", "eyes"}, "reactions:write"},
		{"usergroups.list", nil, "usergroups:read"},
	} {
		a := w.api(c.method, c.args...)
		if a.code() != "missing_scope" || a.str("needed") != c.needed || !strings.Contains(a.str("provided"), "chat:write") {
			t.Errorf("%s: %v, want missing_scope %s", c.method, a.body, c.needed)
		}
	}
	if a := w.api("conversations.history", "channel", w.DM(Ada)); a.body["ok"] != true {
		t.Errorf("history of a direct message needs im:history alone: %v", a.body)
	}
}

// TestDefaultScopes holds the workspace to the rights that the bot asks of a real one.
func TestDefaultScopes(t *testing.T) {
	file, err := os.ReadFile(filepath.Join("..", "..", "deploy", "slack-manifest.yaml"))
	ok(t, err)
	var manifest struct {
		OAuth struct {
			Scopes struct {
				Bot []string `yaml:"bot"`
			} `yaml:"scopes"`
		} `yaml:"oauth_config"`
	}
	ok(t, yaml.Unmarshal(file, &manifest))
	want := manifest.OAuth.Scopes.Bot
	if len(want) == 0 {
		t.Fatal("the manifest asks for no scopes: it was not read")
	}
	for name, got := range map[string][]string{"Default": Default().Scopes, "MinimalScopes": MinimalScopes()} {
		if !slices.Equal(got, want) {
			t.Errorf("%s grants %q, the manifest asks for %q", name, got, want)
		}
	}
	for _, s := range OptionalScopes() {
		if slices.Contains(want, s) {
			t.Errorf("the scope %s is optional, and the manifest asks for it", s)
		}
	}
}

// errorCase is one call and the error it must give; empty means ok.
type errorCase struct {
	name, method string
	args         []string
	want         string
}

func TestChatErrors(t *testing.T) {
	w := start(t, grants("", ""))
	theirs := must1[string](t)(w.Say(Ada, General, "hello"))
	mine := w.api("chat.postMessage", "channel", General, "text", "mine").str("ts")
	ok(t, w.Archive(News, true))
	long := strings.Repeat("x", maxUpdateText+1)
	for _, c := range []errorCase{
		{"no channel", "chat.postMessage", []string{"text", "x"}, "invalid_arguments"},
		{"unknown channel", "chat.postMessage", []string{"channel", "C1", "text", "x"}, "channel_not_found"},
		{"channel by name", "chat.postMessage", []string{"channel", "#general", "text", "x"}, ""},
		{"user's DM", "chat.postMessage", []string{"channel", Ada, "text", "x"}, ""},
		{"not a member", "chat.postMessage", []string{"channel", Random, "text", "x"}, "not_in_channel"},
		{"archived", "chat.postMessage", []string{"channel", News, "text", "x"}, "is_archived"},
		{"nothing said", "chat.postMessage", []string{"channel", General}, "no_text"},
		{"only spaces", "chat.postMessage", []string{"channel", General, "text", " \n"}, "no_text"},
		{"empty blocks", "chat.postMessage", []string{"channel", General, "blocks", "[]"}, "no_text"},
		{"blocks that are no list", "chat.postMessage", []string{"channel", General, "blocks", "{}"}, "invalid_blocks_format"},
		{"unknown block", "chat.postMessage", []string{"channel", General, "blocks", `[{"type":"sculpture"}]`}, "invalid_blocks"},
		{"markdown and text", "chat.postMessage", []string{"channel", General, "text", "x", "markdown_text", "y"}, "markdown_text_conflict"},
		{"markdown", "chat.postMessage", []string{"channel", General, "markdown_text", "**y**"}, ""},
		{"malformed thread", "chat.postMessage", []string{"channel", General, "text", "x", "thread_ts", "17"}, "invalid_thread_ts"},
		{"unknown thread", "chat.postMessage", []string{"channel", General, "text", "x", "thread_ts", "1700000000.000001"}, "invalid_thread_ts"},
		{"thread", "chat.postMessage", []string{"channel", General, "text", "x", "thread_ts", theirs}, ""},
		{"metadata no object", "chat.postMessage", []string{"channel", General, "text", "x", "metadata", "[]"}, "invalid_metadata_format"},
		{"metadata without payload", "chat.postMessage", []string{"channel", General, "text", "x", "metadata", `{"event_type":"a"}`}, "invalid_metadata_format"},
		{"metadata empty, as slack-go sends it", "chat.postMessage", []string{"channel", General, "text", "x", "metadata", `{"event_type":"","event_payload":null}`}, ""},
		{"metadata too large", "chat.postMessage", []string{"channel", General, "text", "x", "metadata", `{"event_type":"a","event_payload":{"k":"` + strings.Repeat("x", maxMetadata) + `"}}`}, "metadata_too_large"},
		{"ephemeral for nobody", "chat.postEphemeral", []string{"channel", General, "text", "x"}, "invalid_arguments"},
		{"ephemeral for a stranger to the channel", "chat.postEphemeral", []string{"channel", General, "text", "x", "user", Outsider}, "user_not_in_channel"},
		{"ephemeral", "chat.postEphemeral", []string{"channel", General, "text", "x", "user", Ada}, ""},
		{"update of others", "chat.update", []string{"channel", General, "ts", theirs, "text", "x"}, "cant_update_message"},
		{"update of nothing", "chat.update", []string{"channel", General, "ts", "1.000001", "text", "x"}, "message_not_found"},
		{"update too long", "chat.update", []string{"channel", General, "ts", mine, "text", long}, "msg_too_long"},
		{"update", "chat.update", []string{"channel", General, "ts", mine, "text", "new"}, ""},
		{"delete of others", "chat.delete", []string{"channel", General, "ts", theirs}, "cant_delete_message"},
		{"permalink", "chat.getPermalink", []string{"channel", General, "message_ts", mine}, ""},
		{"permalink of nothing", "chat.getPermalink", []string{"channel", General, "message_ts", "1.000001"}, "message_not_found"},
		{"delete", "chat.delete", []string{"channel", General, "ts", mine}, ""},
		{"delete again", "chat.delete", []string{"channel", General, "ts", mine}, "message_not_found"},
	} {
		t.Run(c.name, func(t *testing.T) { w.expect(t, c) })
	}
	if a := w.api("chat.postMessage", "channel", Leaders, "text", "x"); a.body["ok"] != true {
		t.Errorf("the bot is a member of the private channel: %v", a.body)
	}
	ok(t, w.Remove(Ada, Leaders))
	if a := w.api("chat.postMessage", "channel", Leaders, "text", "x"); a.code() != "channel_not_found" {
		t.Errorf("a private channel without the bot: %v", a.body)
	}
}

func (wd *world) expect(t *testing.T, c errorCase) {
	t.Helper()
	a := wd.api(c.method, c.args...)
	if a.code() != c.want || a.body["ok"] != (c.want == "") {
		t.Errorf("got %v, want error %q", a.body, c.want)
	}
}

func TestOtherErrors(t *testing.T) {
	w := start(t, grants(strings.Join(OptionalScopes(), " ")))
	ts := must1[string](t)(w.Say(Ada, General, "hello"))
	for _, c := range []errorCase{
		{"user", "users.info", []string{"user", Outsider, "include_locale", "true"}, ""},
		{"no user", "users.info", nil, "invalid_arguments"},
		{"unknown user", "users.info", []string{"user", "U1"}, "user_not_found"},
		{"users", "users.list", []string{"limit", "2"}, ""},
		{"bad cursor", "users.list", []string{"cursor", "x"}, "invalid_cursor"},
		{"bad limit", "conversations.list", []string{"limit", "0"}, "invalid_limit"},
		{"bad type", "conversations.list", []string{"types", "secret"}, "invalid_types"},
		{"unscoped type", "conversations.list", []string{"types", "mpim"}, "missing_scope"},
		{"channels", "conversations.list", []string{"types", "public_channel,private_channel,im"}, ""},
		{"members", "conversations.members", []string{"channel", General}, ""},
		{"info", "conversations.info", []string{"channel", Partners, "include_num_members", "true"}, ""},
		{"info of nothing", "conversations.info", []string{"channel", "C1"}, "channel_not_found"},
		{"history where it is no member", "conversations.history", []string{"channel", Random}, "not_in_channel"},
		{"history from nonsense", "conversations.history", []string{"channel", General, "oldest", "x"}, "invalid_ts_oldest"},
		{"no such thread", "conversations.replies", []string{"channel", General, "ts", "1.000001"}, "thread_not_found"},
		{"open", "conversations.open", []string{"users", Grace, "return_im", "true"}, ""},
		{"open nobody", "conversations.open", nil, "users_list_not_supplied"},
		{"join", "conversations.join", []string{"channel", Random}, ""},
		{"join private", "conversations.join", []string{"channel", Leaders}, "method_not_supported_for_channel_type"},
		{"mine", "users.conversations", nil, ""},
		{"team", "team.info", nil, ""},
		{"other team", "team.info", []string{"team", "T9"}, "team_not_found"},
		{"bot", "bots.info", []string{"bot", "B0VERBATIM"}, ""},
		{"no bot", "bots.info", []string{"bot", "B1"}, "bot_not_found"},
		{"groups", "usergroups.list", nil, ""},
		{"react", "reactions.add", []string{"channel", General, "timestamp", ts, "name", "eyes"}, ""},
		{"react twice", "reactions.add", []string{"channel", General, "timestamp", ts, "name", "eyes"}, "already_reacted"},
		{"react with nonsense", "reactions.add", []string{"channel", General, "timestamp", ts, "name", "e y"}, "invalid_name"},
		{"react to nothing", "reactions.add", []string{"channel", General, "timestamp", "1.000001", "name", "eyes"}, "message_not_found"},
		{"react at nonsense", "reactions.add", []string{"channel", General, "timestamp", "x", "name", "eyes"}, "bad_timestamp"},
		{"reactions", "reactions.get", []string{"channel", General, "timestamp", ts}, ""},
		{"unreact", "reactions.remove", []string{"channel", General, "timestamp", ts, "name", "eyes"}, ""},
		{"unreact twice", "reactions.remove", []string{"channel", General, "timestamp", ts, "name", "eyes"}, "no_reaction"},
		{"status", "assistant.threads.setStatus", []string{"channel_id", General, "thread_ts", ts, "status", "is searching", "loading_messages", "a,b"}, ""},
		{"status gone", "assistant.threads.setStatus", []string{"channel_id", General, "thread_ts", ts, "status", ""}, ""},
		{"status nowhere", "assistant.threads.setStatus", []string{"channel_id", General, "thread_ts", "1.000001", "status", "x"}, "invalid_thread_ts"},
		{"prompts without thread", "assistant.threads.setSuggestedPrompts", []string{"channel_id", "D0ADA", "prompts", `[{"title":"a","message":"b"}]`}, ""},
		{"five prompts", "assistant.threads.setSuggestedPrompts", []string{"channel_id", "D0ADA", "prompts", `[` + strings.Repeat(`{"title":"a","message":"b"},`, 4) + `{"title":"a","message":"b"}]`}, "invalid_arguments"},
		{"title", "assistant.threads.setTitle", []string{"channel_id", General, "thread_ts", ts, "title", "T"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) { w.expect(t, c) })
	}
	if w.Title(General, ts) != "T" || len(w.Prompts("D0ADA", "").Prompts) != 1 {
		t.Error("title or prompts are not kept")
	}
}

func TestHistoryKeepsMetadata(t *testing.T) {
	w := start(t, grants("channels:history"))
	ts := must1[string](t)(w.Say(Ada, General, "question"))
	w.json("chat.postMessage", map[string]any{"channel": General, "thread_ts": ts, "text": "answer", "metadata": map[string]any{"event_type": "answer", "event_payload": map[string]any{"key": "k1"}}})
	a := w.api("conversations.replies", "channel", General, "ts", ts, "include_all_metadata", "true")
	if got := dig(a.body, "messages", 1, "metadata", "event_payload", "key"); got != "k1" {
		t.Errorf("metadata of the reply: %v in %v", got, a.body)
	}
	if got := dig(a.body, "messages", 0, "reply_count"); got != 1.0 {
		t.Errorf("reply_count: %v", got)
	}
	a = w.api("conversations.replies", "channel", General, "ts", ts)
	if got := dig(a.body, "messages", 1, "metadata"); got != nil {
		t.Errorf("metadata without asking: %v", got)
	}
	a = w.api("conversations.history", "channel", General)
	if list, _ := a.body["messages"].([]any); len(list) != 1 {
		t.Errorf("history shows replies: %v", list)
	}
}

func TestHistoryPages(t *testing.T) {
	w := start(t, grants("channels:history"))
	for range 5 {
		must1[string](t)(w.Say(Ada, General, "hello"))
	}
	seen, next, last := 0, "", ""
	for range 3 {
		a := w.api("conversations.history", "channel", General, "limit", "2", "cursor", next)
		list, _ := a.body["messages"].([]any)
		for _, m := range list {
			ts, _ := dig(m, "ts").(string)
			if last != "" && ts >= last {
				t.Errorf("%s comes after %s", ts, last)
			}
			seen, last = seen+1, ts
		}
		next, _ = dig(a.body, "response_metadata", "next_cursor").(string)
	}
	if seen != 5 || next != "" {
		t.Errorf("saw %d messages, cursor %q", seen, next)
	}
}

func TestLongTextIsCut(t *testing.T) {
	w := start(t)
	a := w.request("POST", "/api/chat.postMessage", form, "", url.Values{"token": {w.Config().BotToken}, "channel": {General}, "text": {strings.Repeat("é", maxText+5)}}.Encode())
	text, _ := dig(a.body, "message", "text").(string)
	if len([]rune(text)) != maxText || dig(a.body, "response_metadata", "messages", 0) == nil {
		t.Errorf("%d characters, %v", len([]rune(text)), a.body["response_metadata"])
	}
}
