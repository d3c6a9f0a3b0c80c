package localslack

import (
	"slices"
	"strings"
)

// tokenKind says which token a method takes.
type tokenKind int

const (
	botToken tokenKind = iota
	appToken
	anyToken
	noToken
)

// method is one Web API method: the facts of its reference page, and what it does.
type method struct {
	token     tokenKind
	scopes    []string
	anyScope  bool // one of scopes is enough; the method itself asks for the one that fits
	perMinute int
	required  []string
	errors    []string // codes of its own that it may give, besides the common ones
	run       func(*Workspace, *request) (reply, *failure)
}

// commonErrors may come from every method.
const commonErrors = "not_authed invalid_auth account_inactive token_expired token_revoked not_allowed_token_type missing_scope invalid_arguments invalid_form_data " +
	"invalid_post_type missing_post_type request_timeout ratelimited internal_error invalid_json unknown_method"

func (m method) declares(code string) bool {
	return slices.Contains(m.errors, code) || slices.Contains(strings.Fields(commonErrors), code)
}

// messageErrors are those that the content of a message can cause.
const messageErrors = "no_text invalid_blocks invalid_blocks_format markdown_text_conflict too_many_attachments channel_not_found"

// methods returns every method that is served, by name.
func methods() map[string]method {
	all := map[string]method{}
	for _, group := range []map[string]method{baseMethods(), chatMethods(), conversationMethods(), peopleMethods(), reactionMethods(), viewMethods(), assistantMethods()} {
		for name, m := range group {
			all[name] = m
		}
	}
	return all
}

func words(s string) []string { return strings.Fields(s) }

func baseMethods() map[string]method {
	return map[string]method{
		"api.test":              {token: noToken, perMinute: tier4, run: apiTest},
		"auth.test":             {token: anyToken, perMinute: tierSpecial, run: authTest},
		"apps.connections.open": {token: appToken, scopes: words(connectionsWrite), perMinute: tier3, run: connectionsOpen},
		"team.info":             {scopes: words("team:read"), perMinute: tier3, errors: words("team_not_found"), run: teamInfo},
		"bots.info":             {scopes: words("users:read"), perMinute: tier3, errors: words("bot_not_found"), run: botsInfo},
	}
}

func chatMethods() map[string]method {
	write := words("chat:write")
	return map[string]method{
		"chat.postMessage": {scopes: write, perMinute: tierSpecial, required: words("channel"), run: postMessage,
			errors: words(messageErrors + " is_archived not_in_channel msg_blocks_too_long invalid_metadata_format metadata_too_large cannot_reply_to_message invalid_thread_ts messages_tab_disabled")},
		"chat.postEphemeral": {scopes: write, perMinute: tier4, required: words("channel user"), run: postEphemeral,
			errors: words(messageErrors + " is_archived not_in_channel user_not_in_channel messages_tab_disabled msg_too_long msg_blocks_too_long cannot_reply_to_message invalid_thread_ts")},
		"chat.update": {scopes: write, perMinute: tier3, required: words("channel ts"), run: updateMessage,
			errors: words(messageErrors + " msg_too_long msg_blocks_too_long message_not_found cant_update_message invalid_metadata_format metadata_too_large")},
		"chat.delete": {scopes: write, perMinute: tier3, required: words("channel ts"), run: deleteMessage,
			errors: words("channel_not_found message_not_found cant_delete_message")},
		"chat.getPermalink": {perMinute: tierSpecial, required: words("channel message_ts"), run: permalink,
			errors: words("channel_not_found message_not_found")},
	}
}

func conversationMethods() map[string]method {
	history := words("channels:history groups:history im:history mpim:history")
	read := words("channels:read groups:read im:read mpim:read")
	pages := " invalid_cursor invalid_limit"
	return map[string]method{
		"conversations.history": {scopes: history, anyScope: true, perMinute: tier3, required: words("channel"), run: conversationsHistory,
			errors: words("channel_not_found not_in_channel invalid_ts_latest invalid_ts_oldest" + pages)},
		"conversations.replies": {scopes: history, anyScope: true, perMinute: tier3, required: words("channel ts"), run: conversationsReplies,
			errors: words("channel_not_found not_in_channel thread_not_found invalid_ts_latest invalid_ts_oldest" + pages)},
		"conversations.info": {scopes: read, anyScope: true, perMinute: tier3, required: words("channel"), run: conversationsInfo,
			errors: words("channel_not_found")},
		"conversations.list": {scopes: read, anyScope: true, perMinute: tier2, run: conversationsList,
			errors: words("invalid_types" + pages)},
		"conversations.members": {scopes: read, anyScope: true, perMinute: tier4, required: words("channel"), run: conversationsMembers,
			errors: words("channel_not_found" + pages)},
		"conversations.open": {scopes: words("im:write"), perMinute: tier3, run: conversationsOpen,
			errors: words("channel_not_found user_not_found users_list_not_supplied too_many_users")},
		"conversations.join": {scopes: words("channels:join"), perMinute: tier3, required: words("channel"), run: conversationsJoin,
			errors: words("channel_not_found is_archived method_not_supported_for_channel_type")},
		"users.conversations": {scopes: read, anyScope: true, perMinute: tier3, run: usersConversations,
			errors: words("invalid_types" + pages)},
	}
}

func peopleMethods() map[string]method {
	return map[string]method{
		"users.info":            {scopes: words("users:read"), perMinute: tier4, required: words("user"), errors: words("user_not_found"), run: usersInfo},
		"users.list":            {scopes: words("users:read"), perMinute: tier2, errors: words("invalid_cursor invalid_limit"), run: usersList},
		"usergroups.list":       {scopes: words("usergroups:read"), perMinute: tier2, run: userGroupsList},
		"usergroups.users.list": {scopes: words("usergroups:read"), perMinute: tier2, required: words("usergroup"), errors: words("no_such_subteam"), run: userGroupsUsers},
		"files.info":            {scopes: words("files:read"), perMinute: tier4, required: words("file"), errors: words("file_not_found"), run: filesInfo},
	}
}

func reactionMethods() map[string]method {
	at := "bad_timestamp channel_not_found message_not_found no_item_specified"
	return map[string]method{
		"reactions.add": {scopes: words("reactions:write"), perMinute: tier3, required: words("channel name timestamp"), run: reactionsAdd,
			errors: words(at + " already_reacted invalid_name is_archived not_reactable")},
		"reactions.remove": {scopes: words("reactions:write"), perMinute: tier2, required: words("name"), run: reactionsRemove,
			errors: words(at + " no_reaction invalid_name")},
		"reactions.get": {scopes: words("reactions:read"), perMinute: tier3, errors: words(at), run: reactionsGet},
	}
}

func viewMethods() map[string]method {
	trigger := " invalid_trigger_id expired_trigger_id exchanged_trigger_id"
	return map[string]method{
		"views.open":    {perMinute: tier4, required: words("view"), errors: words("view_too_large duplicate_external_id" + trigger), run: viewsOpen},
		"views.push":    {perMinute: tier4, required: words("view"), errors: words("view_too_large duplicate_external_id not_found push_limit_reached" + trigger), run: viewsPush},
		"views.update":  {perMinute: tier4, required: words("view"), errors: words("view_too_large duplicate_external_id not_found hash_conflict"), run: viewsUpdate},
		"views.publish": {perMinute: tier4, required: words("user_id view"), errors: words("view_too_large duplicate_external_id not_enabled hash_conflict"), run: viewsPublish},
	}
}

func assistantMethods() map[string]method {
	at := "channel_not_found invalid_thread_ts"
	return map[string]method{
		"assistant.threads.setStatus": {scopes: words("chat:write"), perMinute: tierSpecial, required: words("channel_id thread_ts"), errors: words(at), run: setStatus},
		// thread_ts is left out in an agent view, so it is not required here.
		"assistant.threads.setSuggestedPrompts": {scopes: words("assistant:write"), perMinute: tier4, required: words("channel_id prompts"), errors: words(at), run: setPrompts},
		"agents.sessions.setStatus":             {scopes: words("chat:write"), perMinute: tier3, required: words("channel_id thread_ts status"), errors: words(at), run: setSession},
		"agents.sessions.rename":                {scopes: words("chat:write"), perMinute: tier3, required: words("channel_id thread_ts title"), errors: words(at), run: renameSession},
		"assistant.threads.setTitle":            {scopes: words("assistant:write"), perMinute: tier4, required: words("channel_id thread_ts title"), errors: words(at), run: setTitle},
	}
}
