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
//	GET  /local/state?as=U     team, app, me, users, channels, messages by channel,
//	                           statuses, prompts, views (open modals), home
//	GET  /local/events?as=U    server-sent events, each {type, channel, …}; types: message,
//	                           update, ephemeral, reaction (with message), delete (with ts),
//	                           status, prompts, view (closed:true when it goes), channel, and
//	                           reset: read the state again. Last-Event-ID resumes.
//	POST /local/say            {as, channel, text, thread_ts?, broadcast?, files?} → ts
//	POST /local/slash          {as, channel, command, text}
//	POST /local/click          {as, channel, ts, block_id, action_id, value?} or with view_id
//	                           and values in place of channel and ts
//	POST /local/react          {as, channel, ts, name, remove?}
//	POST /local/edit           {as, channel, ts, text}
//	POST /local/delete         {as, channel, ts}; dismisses an ephemeral message
//	POST /local/shortcut       {as, channel, ts, callback_id}; a global one without ts
//	POST /local/home           {as, tab?} → view; tab is home or messages
//	POST /local/submit         {as, view_id, values}; waits for the app; "errors" by block_id
//	                           come with error view_errors
//	POST /local/close          {as, view_id}
//	POST /local/join, leave    {as, channel}
//	POST /local/invite         {as, channel}: the bot joins
//	POST /local/read           {as, channel}: nothing is unread any more
//	POST /local/stop           {as, channel, thread_ts}: stop the app's work in a thread
//	POST /local/reset          {}: forget all messages
//
// A message is {ts, thread_ts?, reply_count?, channel, user, username, bot, text,
// blocks?, ephemeral?, edited?, reactions, files?, metadata?, pings?, links?}.
// A user sees the channels they are a member of and, if they belong to the
// team, the public ones.
package localslack
