// Package memory is what the bot keeps for its features beyond the questions in hand: answers it gave
// and what was quoted in them, votes, questions without an answer, threads, settings of channels, calls
// for a person, proposals for the FAQ.
//
// Each purpose has an interface of its own, so that another store can stand in; [Memory] is one of each.
// [Open] makes one that lives in a bbolt file beside the journal's. Unlike the journal it is no part of
// the promise that no question is lost: when it cannot write, features suffer and answers do not. A
// damaged file is put aside and a new one begun. Records are bounded in number and age, and [People] forgets
// all that is known of a person. What is deleted leaves the disk when [Upkeep] renews the file.
//
// Records hold the text of questions and of votes, and of documents nothing but places and hashes.
package memory

import (
	"context"
	"errors"
	"time"
)

// ErrUnknown means that there is no such record, or none any more.
var ErrUnknown = errors.New("unknown")

// An Answer is an answer that the bot gave.
type Answer struct {
	// ID is what buttons carry: 16 hexadecimal digits.
	ID      string `json:"id"`
	Channel string `json:"channel"`
	// TS is the message's; "" for an answer that only the asker sees.
	TS string `json:"ts,omitempty"`
	// Thread is the ts of the thread's first message, Question the ts of the one that asked.
	Thread     string `json:"thread,omitempty"`
	QuestionTS string `json:"question_ts,omitempty"`
	User       string `json:"user"`
	Kind       string `json:"kind"`
	// Author is who wrote the message that passages were found for, where that is not the user's question.
	Author   string `json:"author,omitempty"`
	Question string `json:"question"`
	Verdict  string `json:"verdict"`
	// All says that all collections were searched, Collections which ones otherwise.
	All         bool     `json:"all,omitempty"`
	Collections []string `json:"collections,omitempty"`
	Passages    []Quoted `json:"passages,omitempty"`
	// Asked is the same for questions that ask the same.
	Asked string `json:"asked,omitempty"`
	// External says that people of another organisation could read it, By who shared it for all.
	External bool      `json:"external,omitempty"`
	By       string    `json:"by,omitempty"`
	At       time.Time `json:"at"`
	// Took is the time from the question to the answer, in nanoseconds; 0 where nobody knows.
	Took time.Duration `json:"took,omitempty"`
}

// Alone says that nobody but the asker sees the answer.
func (a Answer) Alone() bool { return a.TS == "" }

// A Quoted is where a passage of an answer stands.
type Quoted struct {
	Document   string `json:"document"`
	Collection string `json:"collection,omitempty"`
	// Ordinal is the sentence's place in its document; Start and End are byte offsets.
	Ordinal int `json:"ordinal"`
	Start   int `json:"start"`
	End     int `json:"end"`
	// Hash is the SHA-256 of the quote, as the message shows it now, in hexadecimal digits; Was is that of
	// the quote first shown, where that was another.
	Hash string `json:"hash,omitempty"`
	Was  string `json:"was,omitempty"`
	// Words are hashes of the quote's words, of each once: by them it is known again when it has changed.
	Words []uint32 `json:"words,omitempty"`
	// Gone says that the message shows it no more, because it stands in the document no more; Outdated,
	// that the message says that the document no longer holds.
	Gone     bool `json:"gone,omitempty"`
	Outdated bool `json:"outdated,omitempty"`
}

// A Vote is what a person thinks of an answer. The last one of each person holds.
type Vote struct {
	Answer string `json:"answer"`
	User   string `json:"user"`
	Up     bool   `json:"up"`
	// Reason is one of a form's choices, Text what was written besides.
	Reason string `json:"reason,omitempty"`
	Text   string `json:"text,omitempty"`
	// Notice is the ts of the message that told the admins.
	Notice string    `json:"notice,omitempty"`
	At     time.Time `json:"at"`
}

// A Gap is a question that no document answered.
type Gap struct {
	ID          string    `json:"id"` // that of its [Answer]
	Channel     string    `json:"channel"`
	Thread      string    `json:"thread,omitempty"`
	User        string    `json:"user"`
	Question    string    `json:"question"`
	All         bool      `json:"all,omitempty"`
	Collections []string  `json:"collections,omitempty"`
	At          time.Time `json:"at"`
	// Written is when somebody wrote an answer for it, which is yet to be found in the documents.
	Written time.Time `json:"written,omitzero"`
	// Closed is when it was answered or put aside; zero while it is open.
	Closed time.Time `json:"closed,omitzero"`
}

// A Thread is what is known of a thread that the bot was called into.
type Thread struct {
	Channel string `json:"channel"`
	TS      string `json:"ts"`
	// User asked last, and Question is what they asked, with what it leant on put in.
	User     string    `json:"user"`
	Question string    `json:"question"`
	Answer   string    `json:"answer"` // id
	At       time.Time `json:"at"`
	// Talk says that people have talked among themselves there since.
	Talk bool `json:"talk,omitempty"`
}

// A Channel is what was set for a channel from within Slack.
type Channel struct {
	ID          string    `json:"id"`
	Collections []string  `json:"collections,omitempty"`
	FollowUps   string    `json:"follow_ups,omitempty"`
	Untagged    string    `json:"untagged,omitempty"`
	Private     bool      `json:"private,omitempty"`
	People      []string  `json:"people,omitempty"`
	By          string    `json:"by"`
	At          time.Time `json:"at"`
}

// A Call is a person's wish that another one look.
type Call struct {
	ID      string    `json:"id"`
	Answer  string    `json:"answer,omitempty"`
	Channel string    `json:"channel"`
	Thread  string    `json:"thread,omitempty"`
	TS      string    `json:"ts,omitempty"` // of the message that called
	User    string    `json:"user"`
	At      time.Time `json:"at"`
	// By resolved it, at Resolved; "" and zero while nobody did.
	By       string    `json:"by,omitempty"`
	Resolved time.Time `json:"resolved,omitzero"`
}

// Answers remembers answers.
type Answers interface {
	// SaveAnswer writes an answer, in place of the one with its ID.
	SaveAnswer(ctx context.Context, a Answer) error
	// Answer returns an answer, or [ErrUnknown].
	Answer(ctx context.Context, id string) (Answer, error)
	// Answers returns at most n answers, newest first: a user's, or with "" everyone's.
	Answers(ctx context.Context, user string, n int) ([]Answer, error)
}

// Votes remembers votes.
type Votes interface {
	// SaveVote writes a vote in place of the user's last one on that answer, unless that is newer.
	SaveVote(ctx context.Context, v Vote) error
	// Vote returns a user's vote on an answer, or [ErrUnknown].
	Vote(ctx context.Context, answer, user string) (Vote, error)
	// Votes returns at most n votes, newest first.
	Votes(ctx context.Context, n int) ([]Vote, error)
}

// Gaps remembers questions without an answer.
type Gaps interface {
	// SaveGap writes a gap, in place of the one with its ID.
	SaveGap(ctx context.Context, g Gap) error
	// Gap returns a gap, or [ErrUnknown].
	Gap(ctx context.Context, id string) (Gap, error)
	// Gaps returns at most n gaps, open and closed, newest first.
	Gaps(ctx context.Context, n int) ([]Gap, error)
}

// Changes changes records that are there: what was forgotten meanwhile does not come back by it. Each method
// replaces a record by what f makes of it as it stands then, or returns [ErrUnknown]; so do the others of this name. f may
// be called more than once, and leaves what names the record as it is.
type Changes interface {
	// ChangeAnswer changes what is known of an answer.
	ChangeAnswer(ctx context.Context, id string, f func(*Answer)) error
	// ChangeGap changes a question without an answer.
	ChangeGap(ctx context.Context, id string, f func(*Gap)) error
	// ChangeVote changes the vote of a user on an answer.
	ChangeVote(ctx context.Context, answer, user string, f func(*Vote)) error
}

// Threads remembers what was asked in threads.
type Threads interface {
	// SaveThread writes what is known of a thread.
	SaveThread(ctx context.Context, t Thread) error
	// Thread returns what is known of a thread, or [ErrUnknown].
	Thread(ctx context.Context, channel, ts string) (Thread, error)
	// ChangeThread changes what is known of a thread, as [Changes] do.
	ChangeThread(ctx context.Context, channel, ts string, f func(*Thread)) error
}

// Channels remembers the settings of channels.
type Channels interface {
	// SaveChannel writes the settings of a channel.
	SaveChannel(ctx context.Context, c Channel) error
	// Channel returns the settings of a channel, or [ErrUnknown].
	Channel(ctx context.Context, id string) (Channel, error)
	// Channels returns the settings of all channels, newest first.
	Channels(ctx context.Context) ([]Channel, error)
}

// Calls remembers calls for a person, proposals for the FAQ.
type Calls interface {
	// SaveCall writes a call, in place of the one with its ID.
	SaveCall(ctx context.Context, c Call) error
	// Call returns a call, or [ErrUnknown].
	Call(ctx context.Context, id string) (Call, error)
	// ChangeCall changes a call, as [Changes] do.
	ChangeCall(ctx context.Context, id string, f func(*Call)) error
}

// People tells and forgets what a person did, asked or took back.
type People interface {
	// Export returns all records of a user.
	Export(ctx context.Context, user string) (Personal, error)
	// Forget deletes all records of a user and returns how many there were. What they set for a
	// channel stays, without their name, and their name is taken off the records of others.
	Forget(ctx context.Context, user string) (int, error)
	// Withdraw deletes an answer, and the gap and the thread that came of its question.
	Withdraw(ctx context.Context, answer string) error
}

// Upkeep keeps the store small, and what was deleted from staying on the disk.
type Upkeep interface {
	// Prune deletes what is too old or too much, and returns how many records that were.
	Prune(ctx context.Context) (int, error)
	// Renew rewrites the store without what was deleted in it.
	Renew() error
}

// A Memory is one store for each purpose.
type Memory struct {
	Answers   Answers
	Votes     Votes
	Gaps      Gaps
	Changes   Changes
	Threads   Threads
	Channels  Channels
	Calls     Calls
	Proposals Proposals
	Marks     Marks
	People    People
	Upkeep    Upkeep
}

// Complete says that there is a store for each purpose.
func (m Memory) Complete() bool {
	return m.Answers != nil && m.Votes != nil && m.Gaps != nil && m.Changes != nil && m.Threads != nil &&
		m.Channels != nil && m.Calls != nil && m.Proposals != nil && m.Marks != nil && m.People != nil && m.Upkeep != nil
}
