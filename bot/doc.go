// Package bot carries a question from Slack to the documents, and the answer back.
//
// The way of a question, and the file in which each step stands:
//
//	envelope over a WebSocket      socket.go, connections.go (the only files that touch one)
//	envelope → Incoming, or why not   wire.go, event.go, question.go
//	remembered, then acknowledged  receive.go, slash.go
//	its turn in its channel        lanes.go
//	asked, and its quotes checked  answer.go
//	answer → Message               message.go, quote.go, source.go, blocks.go, text.go, wording.go
//	posted, and noted in the journal  post.go, respond.go, limits.go, work.go
//
// A bot is made in config.go and bot.go, signs in in introduce.go, and what it says to who sets it
// up stands in errors.go.
//
// [Decode] and [Render] are pure functions; everything between them is plumbing.
//
// # What is promised
//
// A question is written to the journal before its envelope is acknowledged, so that a crash loses
// none: what Slack was not told about it sends again, and what it was told about is taken up at
// the next start. Repeats are dropped by event and by message. One window remains: when the process
// dies, or the connection breaks, between Slack's accepting a post and our hearing of it. There the
// bot looks for its answer in the thread, and where it may not look it posts again: an answer twice
// is better than none. post.go holds the rule.
//
// Text of documents and questions reaches Slack only as literal text elements of rich_text blocks
// and as escaped fallback text, never as markup; see escape.go. Logs hold ids, never texts.
package bot
