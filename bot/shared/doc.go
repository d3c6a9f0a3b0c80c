// Package shared lets several processes of the bot, its replicas, answer the questions of one app: each
// question once, whoever of them dies. What they share lies in a [Store] of small records that are created
// once or replaced by compare-and-swap; which engine keeps it is no matter here.
//
//   - [Replica] is one process: it beats, sees which others beat, takes over what the dead left open, and
//     holds duties that only one may do, such as the weekly digest.
//   - [Replica.Claims] stand behind the journal: a record for each question says whose it is and how far it
//     has come, and one for each message that no second event of it is answered.
//   - [NewMemory] is the bot's memory in the store.
//
// # Who is who
//
// A replica draws a new name at each start, and nobody else ever writes as it: what bears its name it has
// written. So a write whose answer was lost is known again. The name of the process before is kept in the data
// folder, so that a restart need not wait for its questions until that counts as dead. For its duties it does: the
// folder may be a copy of one in use.
//
// # Who is dead
//
// A replica beats every [beatEvery] seconds. Another counts it as dead when it has not seen it beat for
// [deadAfter], by its own monotonic clock, and only while it could read the store itself. That is longer than
// a request to Slack may take, so that what a dead replica was posting has ended. Being wrong about it costs
// time and no second answer: a replica that only stalled finds at its next write that its questions are gone.
//
// # What is promised
//
// DESIGN.md lists every point at which a replica may die, stall or lose the store, and what holds then.
package shared
