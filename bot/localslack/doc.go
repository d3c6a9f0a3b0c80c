// Package localslack is a Slack workspace in one process: the Web API, Socket
// Mode, response URLs, and a page in the browser. It serves people who try the
// bot before they have a Slack account, and tests, and it is as strict as
// Slack wherever Slack's behaviour is known. It meets the bot on the wire only.
//
//	w, err := localslack.New(localslack.Default())
//	s, err := w.Start(ctx, "127.0.0.1:0")
//	// the bot: API address s.APIURL(), tokens w.Config().BotToken and AppToken
//	ts, err := w.Say(localslack.Ada, localslack.General, "@verbatim how long did it last?")
//	m, err := w.WaitForMessage(ctx, localslack.General, nil)
//	s.Close()
//
// # What is served
//
//	/api/<method>    the Web API; methods lists what is known, the rest is unknown_method
//	/link/           the WebSocket of Socket Mode, opened with a ticket of apps.connections.open
//	/response/<key>  response URLs
//	/files-pri/…     the files of messages, for the app's token with files:read
//	/local/…         the user API, below
//	/ and /static/   the page
//
// Every request must come to a loopback host, and from the page itself or from
// a program. There is no other access control: whoever may reach the port may
// act as any user.
//
// # The user API
//
// Bodies and replies are JSON. Each request names the acting user in "as".
// Replies are {"ok":true,…} or {"ok":false,"error":code,"hint":words} with a
// status from 400 on.
//
//	GET  /local/state?as=U     team, app, me, users, usergroups, channels, messages by
//	                           channel, statuses, prompts, views (open modals), home
//	GET  /local/events?as=U    server-sent events, each {type, channel, …}; types: message,
//	                           update, ephemeral, reaction (with message), delete (with ts),
//	                           status, prompts, view (closed:true when it goes), user, channel,
//	                           and reset: read the state again. Last-Event-ID resumes.
//	POST /local/say            {as, channel, text, thread_ts?, broadcast?, files?} → ts;
//	                           files are [{id}] of uploads
//	POST /local/upload?as&name the bytes of a file, its type in Content-Type → file
//	GET  /local/file?as&id     the bytes of a file that the user sees
//	POST /local/slash          {as, channel, command, text}
//	POST /local/click          {as, channel, ts, block_id, action_id, value?, values?}; with
//	                           view_id in place of channel and ts
//	POST /local/react          {as, channel, ts, name, remove?}
//	POST /local/edit           {as, channel, ts, text}
//	POST /local/delete         {as, channel, ts}; dismisses an ephemeral message
//	POST /local/unfurl         {as, channel, ts}: the message gets previews of its links
//	POST /local/shortcut       {as, channel, ts, callback_id}; a global one without ts
//	POST /local/home           {as, tab?} → view; tab is home or messages
//	POST /local/submit         {as, view_id, values}; waits for the app; "errors" by block_id
//	                           come with error view_errors
//	POST /local/close          {as, view_id, all?}; all closes the modals under it too
//	POST /local/locale         {as, locale}: the language that the person has chosen
//	POST /local/join, leave    {as, channel}
//	POST /local/invite, remove {as, channel}: the bot joins, or leaves
//	POST /local/read           {as, channel}: nothing is unread any more
//	POST /local/stop           {as, channel, thread_ts}: stop the app's work in a thread
//	POST /local/reset          {}: forget all messages
//
// A value is what was chosen: the text, the value of an option, the id of a user or
// channel, a list of these, or the object that Slack's payloads have. values are
// block_id, then action_id, then a value. What nobody could choose is refused: a test
// that wants a forged click says so with "forged", the fields to write over Slack's own;
// any other forged payload goes by SendEnvelope.
//
// A message is {ts, thread_ts?, reply_count?, channel, user, username, bot, text,
// blocks?, ephemeral?, edited?, reactions, files?, metadata?, pings?, links?}.
// A user sees the channels they are a member of and, if they belong to the
// team and are no guest, the public ones.
//
// # What is not here
//
// Streaming (chat.startStream), scheduled messages, chat.unfurl, external selects
// (block_suggestion), workflows, group messages, and app_context_changed. Unlike in Slack,
// ephemeral messages survive a reload of the page, until they are dismissed or Reset.
package localslack
