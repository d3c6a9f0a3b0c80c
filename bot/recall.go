package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"verbatim/bot/memory"
	"verbatim/bot/rights"
	"verbatim/corpus"
	"verbatim/index"
)

// answerID names an answer in the memory, and on its buttons: 16 hexadecimal digits of a hash of the
// question's key.
func answerID(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:8])
}

// A finding is what became of a question: what was searched, and what was found.
type finding struct {
	answer index.Answer
	scope  rights.Scope
	// by shared the answer for all; "" where nobody did.
	by string
	// in is the question as it was asked, which may lean on the one before.
	in Incoming
	// broken says that something broke, and that the asker is told so.
	broken bool
	// each are the findings of the questions of one message, in order; none where there was nothing to
	// search for.
	each []finding
}

// keep writes to the memory what was answered, once it stands at ts. Features miss what could not be
// written; the answer stands all the same.
func (b *Bot) keep(ctx context.Context, in Incoming, f finding, ts string) {
	for _, e := range f.each {
		e.in.Received = in.Received
		b.keep(ctx, e.in, e, ts)
	}
	if f.answer.Verdict == index.VerdictChat || f.answer.Verdict == "" {
		return
	}
	ctx = context.WithoutCancel(ctx)
	a := memory.Answer{
		ID: in.id(), Channel: b.poster.channelOf(in.Channel), TS: ts, Thread: in.Thread, QuestionTS: in.TS, User: in.User, Kind: string(in.Kind), Author: in.Author,
		Question: in.Question, Verdict: string(f.answer.Verdict), All: f.scope.All, Collections: f.scope.Names, Asked: index.QuestionKey(in.Question),
		External: in.External, By: f.by, At: time.Now().UTC(),
	}
	if !in.Received.IsZero() {
		a.Took = a.At.Sub(in.Received) // what comes later, unasked, took no time
	}
	for _, p := range f.answer.Passages {
		a.Passages = append(a.Passages, quotedOf(p))
	}
	m := b.config.Memory
	b.noteMemory(in.Key, m.Answers.SaveAnswer(ctx, a))
	if in.Thread != "" && !in.Kind.private() {
		t := memory.Thread{Channel: in.Channel, TS: in.Thread, User: in.User, Question: in.Question, Answer: a.ID, At: a.At}
		b.noteMemory(in.Key, m.Threads.SaveThread(ctx, t))
		if t.TS = anyThread; in.Kind == KindDirect {
			b.noteMemory(in.Key, m.Threads.SaveThread(ctx, t))
		}
	}
	if f.answer.Verdict != index.VerdictAnswer {
		b.noteMemory(in.Key, m.Gaps.SaveGap(ctx, memory.Gap{
			ID: a.ID, Channel: in.Channel, Thread: in.Thread, User: in.User, Question: in.Question,
			All: a.All, Collections: a.Collections, At: a.At,
		}))
	}
}

// quotedOf is where a passage stands, and how to know it again.
func quotedOf(p index.Passage) memory.Quoted {
	return memory.Quoted{
		Document: p.Document.ID, Collection: p.Document.Collection, Ordinal: p.Ordinal, Start: p.Start, End: p.End,
		Hash: hashOf(p.Quote), Words: wordsOf(p.Quote), Outdated: p.Document.Outdated(),
	}
}

func (b *Bot) noteMemory(key string, err error) {
	if isAway(err) {
		b.log.Info("the memory is away", "key", key, "error", err) // which was reported
	} else if err != nil {
		b.log.Error("memory", "key", key, "error", err)
	}
}

// replyMark is the length of the mark "A:" that a text begins with; 0 without one.
func replyMark(text string) int {
	if turn, mark := corpus.TurnOf(text); turn == corpus.Reply {
		return mark
	}
	return 0
}

// hashOf is the SHA-256 of a quote in hexadecimal digits, whatever white space stands between its words:
// lines broken elsewhere do not make it another one, and neither does the mark of an answer before it,
// which is not quoted.
func hashOf(quote string) string {
	quote = quote[replyMark(quote):]
	sum := sha256.Sum256([]byte(strings.Join(strings.Fields(quote), " ")))
	return hex.EncodeToString(sum[:])
}
