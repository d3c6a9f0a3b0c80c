package bot

import (
	"context"
	"errors"
	"hash/fnv"
	"runtime/debug"
	"slices"
	"time"

	"verbatim/bot/memory"
	"verbatim/corpus"
	"verbatim/index"
)

// Answers are kept true: when documents have changed, what was quoted lately is looked at again, and the
// message says what reads otherwise now, is gone, or no longer holds. The same look finds questions that
// had no answer and have one now, see gaps.go.

const (
	// revisedFor is how long an answer is kept true, and a question without one is kept open.
	revisedFor = 30 * 24 * time.Hour
	// maxRevised is the most answers that are looked at: the newest. At 1 ms for each document they take
	// some ten seconds beside the questions.
	maxRevised = 10_000
	// settleFor is how long is waited for further changes after one.
	settleFor = 2 * time.Second
	// updateEvery is the time between two updates of messages. Source: docs.slack.dev, chat.update, of
	// which one in three seconds is no abuse.
	updateEvery = 3 * time.Second
	// leastAlike is the share of words that a sentence has in common with the one it stands for now
	// (Dice): with fewer, the old one is gone and not changed.
	leastAlike = 0.5
	// maxWords is the most hashes of words that are kept of a quote.
	maxWords = 64
	// wholeDocument is more sentences than a document has.
	wholeDocument = 1 << 30
)

// DocumentsChanged tells the bot that documents have been added, changed or removed. It returns at once,
// and may be called at any time; calls in quick succession count as one. What has changed while the bot
// was not running it finds at its start, without being told. Where replicas share duties only the one that
// has [DutyRecheck] looks, so that who gains it is to be told as well.
func (b *Bot) DocumentsChanged() {
	select {
	case b.reread <- struct{}{}:
	default:
	}
}

// revise looks at what was answered, at the start and whenever documents have changed, until ctx ends.
func (b *Bot) revise(ctx context.Context) {
	select {
	case <-b.socket.tried:
	case <-ctx.Done():
	}
	for ctx.Err() == nil {
		if b.leads(DutyRecheck) {
			b.guarded("keeping answers true", "", func() { b.keepTrue(ctx) })
			b.guarded("asking open questions again", "", func() { b.answerGaps(ctx) })
		}
		select {
		case <-b.reread:
			sleep(ctx, settleFor)
			select {
			case <-b.reread:
			default:
			}
		case <-ctx.Done():
		}
	}
}

// guarded has a panic, which a document may cause, end f alone: it is worth less than the bot.
func (b *Bot) guarded(what, key string, f func()) {
	defer func() {
		if v := recover(); v != nil {
			b.log.Error("panic", "while", what, "key", key, "panic", panicText(v), "stack", string(debug.Stack()))
		}
	}()
	f()
}

// A revision is an answer with what has become of its passages.
type revision struct {
	answer memory.Answer
	// beside are all answers in the same message, in the order of their questions, the answer among them.
	beside []*revision
	// moved says that there is something to note, told that there is something to tell.
	moved, told bool
}

// keepTrue looks at the answers of the last time, and updates those messages that are not true any more.
func (b *Bot) keepTrue(ctx context.Context) {
	since := time.Now().Add(-revisedFor)
	answers, err := b.config.Memory.Answers.Answers(ctx, "", maxRevised)
	if err != nil {
		b.noteMemory("", err)
		if isAway(err) {
			b.unrevised.Store(true)
		}
		return
	}
	var all []*revision
	quotes := map[string][]quoteAt{}
	messages := map[[2]string][]*revision{}
	for _, a := range answers {
		if a.At.Before(since) {
			break
		}
		if a.Alone() {
			continue
		}
		r := &revision{answer: a}
		place := [2]string{a.Channel, a.TS}
		messages[place] = append([]*revision{r}, messages[place]...) // the newest come first
		if a.Verdict != string(index.VerdictAnswer) {
			continue
		}
		all = append(all, r)
		for i, q := range a.Passages {
			quotes[q.Document] = append(quotes[q.Document], quoteAt{r, i})
		}
	}
	for document, at := range quotes {
		if ctx.Err() != nil {
			return
		}
		b.lookAgain(ctx, document, at)
	}
	for _, r := range all {
		r.beside = messages[[2]string{r.answer.Channel, r.answer.TS}]
	}
	for _, r := range all {
		if r.moved && ctx.Err() == nil {
			b.settle(ctx, r)
		}
	}
}

// A quoteAt is a passage of an answer.
type quoteAt struct {
	*revision
	passage int
}

// lookAgain finds out what has become of the quotes of one document. A document that cannot be read now
// is looked at another time.
func (b *Bot) lookAgain(ctx context.Context, document string, quotes []quoteAt) {
	now, err := b.config.Asker.Around(ctx, document, 0, 0, wholeDocument)
	if err != nil && !errors.Is(err, index.ErrNotThere) {
		b.log.Warn("cannot look at a quoted document", "document", document, "error", err)
		return
	}
	at := map[string]int{} // sentences by hash
	for i, s := range slices.Backward(now.Sentences) {
		at[hashOf(s.Text)] = i
	}
	for _, q := range quotes {
		before := q.answer.Passages[q.passage]
		after := standsNow(before, now, at)
		if same(before, after) {
			continue
		}
		q.answer.Passages = slices.Clone(q.answer.Passages)
		q.answer.Passages[q.passage] = after
		q.moved = true
		q.told = q.told || before.Hash != after.Hash || before.Gone != after.Gone || before.Outdated != after.Outdated
	}
}

func same(a, b memory.Quoted) bool {
	a.Words, b.Words = nil, nil
	return a.Document == b.Document && a.Ordinal == b.Ordinal && a.Start == b.Start && a.End == b.End && a.Hash == b.Hash &&
		a.Was == b.Was && a.Gone == b.Gone && a.Outdated == b.Outdated
}

// standsNow is what has become of a quote: it stands where it stood or elsewhere in its document, reads
// otherwise, or is gone. The quote first shown is preferred to what took its place.
func standsNow(q memory.Quoted, now index.Surroundings, at map[string]int) memory.Quoted {
	first := q.Hash
	if q.Was != "" {
		first = q.Was
	}
	place, there := at[first]
	if !there {
		place, there = at[q.Hash]
	}
	if there && q.Ordinal < len(now.Sentences) && hashOf(now.Sentences[q.Ordinal].Text) == hashOf(now.Sentences[place].Text) {
		place = q.Ordinal // of several that read the same the one that was quoted
	}
	if !there {
		place, there = mostAlike(q, now.Sentences)
	}
	q.Outdated = there && now.Document.Outdated()
	q.Gone = !there
	if q.Gone {
		return q
	}
	s := now.Sentences[place]
	q.Ordinal, q.Start, q.End = s.Ordinal, s.Start, s.End
	if hash := hashOf(s.Text); hash != q.Hash {
		q.Hash, q.Was, q.Words = hash, first, wordsOf(s.Text)
	}
	if q.Was == q.Hash {
		q.Was = ""
	}
	return q
}

// mostAlike finds the sentence that has most words in common with a quote: of several the one nearest to
// where the quote stood.
func mostAlike(q memory.Quoted, sentences []corpus.Sentence) (place int, found bool) {
	best, far := leastAlike, 0
	for i, s := range sentences {
		if s.Kind == corpus.Heading {
			continue
		}
		share, distance := alike(q.Words, wordsOf(s.Text)), max(i-q.Ordinal, q.Ordinal-i)
		if share > best || share == best && (!found || distance < far) {
			place, found, best, far = i, true, share, distance
		}
	}
	return place, found
}

// alike is the share of words that two sentences have in common, 0 to 1.
func alike(a, b []uint32) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	n := 0
	for _, w := range a {
		if _, has := slices.BinarySearch(b, w); has {
			n++
		}
	}
	return 2 * float64(n) / float64(len(a)+len(b))
}

// wordsOf hashes the words of a text, in order and each once.
func wordsOf(text string) []uint32 {
	var words []uint32
	for _, t := range index.Analyze(text, "") {
		h := fnv.New32a()
		_, _ = h.Write([]byte(t.Term)) // never fails
		words = append(words, h.Sum32())
	}
	slices.Sort(words)
	words = slices.Compact(words)
	return words[:min(len(words), maxWords)]
}
