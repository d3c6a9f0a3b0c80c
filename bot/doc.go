// Package bot carries a question from Slack to the documents, and the answer back.
//
// The way of a question, and the file in which each step stands:
//
//	envelope over a WebSocket      socket.go, connections.go (the only files that touch one)
//	envelope → Incoming, or why not   wire.go, event.go, question.go
//	remembered, then acknowledged  receive.go, slash.go
//	its turn in its channel        lanes.go
//	understood, split, or left alone  follow.go, lexicon.go, several.go, wordless.go, untagged.go
//	asked, and its quotes checked  answer.go
//	while it takes long, and stopped  agent.go
//	answer → Message               message.go, quote.go, source.go, blocks.go, text.go
//	posted, and noted in the journal  post.go, respond.go, limits.go, work.go, private.go
//	changed or deleted by its author  edit.go
//	or brought to the asker otherwise  elsewhere.go, which also tells who waits
//	taken up again from the journal  upkeep.go
//
// Acts, which is all that people do other than to ask, go another way:
//
//	envelope → Act, or why not     act.go, act_wire.go
//	remembered, acknowledged, carried out  dispatch.go
//	which feature an act is for    acts.go, the table of all features
//	who may do and see it          guard.go, over bot/rights
//	one file for each feature      context.go, why.go, more.go, vote.go, share.go, shortcut.go,
//	                               person.go, faq.go, settings_form.go, stats.go, documents.go, home.go, home_admin.go, personal.go, guide.go, joined.go, again.go
//	what admins are told of        review.go, digest.go; what they have at hand: desk.go
//	shown to one user, or opened   whisper.go
//	kept for later                 recall.go, into bot/memory
//
// What comes of answers later, when documents change or a question comes again:
//
//	told that it changed, or is gone   truth.go, retell.go
//	answered now that it can be    gaps.go
//	asked before, and by whom it may be seen   before.go, places.go
//	more for the asker alone       narrow.go
//
// All words of the bot's own stand in a catalogue for each language: wording.go, wording_say.go,
// wording_en.go and its siblings; locale.go finds out which is the reader's.
//
// A bot is made in config.go and bot.go, signs in in introduce.go, and what it says to who sets it
// up stands in errors.go.
//
// What is seen from outside stands in watch.go (questions, stage by stage, and whether the bot hears Slack)
// and calls.go (requests to Slack); bot/metrics and bot/traces make of it what others read.
//
// # A feature
//
// A feature is one file and one row of the table in acts.go. Its buttons carry the id of an answer in
// the memory and nothing else; [Bot.recalled] looks the answer up and takes out of it what the user may
// not see, whatever the button said; only "ask again" carries a question, asked with the rights of who clicks. What comes of an act is shown to the user alone, with
// [Bot.whisper] or in a modal, unless the feature is to post.
//
// [Decode] and [Render] are pure functions; everything between them is plumbing.
//
// # What is promised
//
// A question is written to the journal before its envelope is acknowledged, so that a crash loses
// none: what Slack was not told about it sends again, and what it was told about is taken up at
// the next start, or by the same run if it could not be delivered for a while or there was no room. Repeats are dropped by event and by message. One window remains: when the process
// dies, or the connection breaks, between Slack's accepting a post and our hearing of it. There the
// bot looks for its answer in the thread, and where it may not look it posts again: an answer twice
// is better than none. post.go holds the rule.
//
// Text of documents and questions reaches Slack only as literal text elements of rich_text blocks
// and as escaped fallback text, never as markup; see escape.go. Logs hold ids, never texts.
package bot
