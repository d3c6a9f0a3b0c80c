package bot

import (
	"context"
	"maps"
	"slices"
	"sync"
)

// Bounds of the questions that are worked on or wait for it in memory. Those above them wait in the
// journal alone, and are taken up when there is room; see upkeep.go.
const (
	// maxInHand is the most of all. At 4,000 characters each they take some 16 MB.
	maxInHand = 1024
	// maxCommon is the most of questions in channels, so that there is always room for direct
	// messages, commands and clicks.
	maxCommon = 768
	// maxInLane is the most of one channel: two minutes of Slack's rate of posting.
	maxInLane = 128
)

// A job is a question to be answered, or an act to be carried out.
type job struct {
	in Incoming
	// act is nil for a question.
	act *Act
	// offer takes the answer into the acknowledgement of a command; nil where that is over.
	offer *offer
	// maybePosted says that the answer may have been posted already, by an earlier run or try.
	maybePosted bool
	// restored says that the question was open in a backup: it may have been answered since.
	restored bool
	// attempts counts the posts tried so far, in earlier runs as well.
	attempts int
	// uses counts how often the response_url was used to tell that the question waits.
	uses int
	// blind counts the posts after which nobody could know whether they had arrived.
	blind int
	// tries is the number of this try of a question that was taken up again, but for those that were survived; 0
	// for one that has just come.
	tries int
	// waited says that it was last let go of because something was away.
	waited bool
	// stands says that the answer stands, ts where.
	stands bool
	ts     string
	// verdicts are what was found, once it was; see [End].
	verdicts []string
}

// lanes work on questions: those of one channel one after the other, in the order in which they came
// in, and those of different channels side by side, so that a channel that is slow to post to holds
// up no other.
type lanes struct {
	work func(context.Context, job)

	mu      sync.Mutex
	waiting map[string][]job  // by lane; a lane that is worked on has an entry
	size    map[string]int    // questions in hand, by lane
	common  int               // those of them in channels
	held    map[string]bool   // the keys of questions in hand
	coming  map[string]bool   // those of them that room was made for and that are in no lane yet
	seen    map[string]bool   // keys that were in hand at any time since the last round
	behind  map[string]uint64 // lanes whose questions wait in the journal, by the round that last saw one
	round   uint64
	running sync.WaitGroup
}

func newLanes(work func(context.Context, job)) *lanes {
	return &lanes{
		work: work, waiting: map[string][]job{}, size: map[string]int{},
		held: map[string]bool{}, coming: map[string]bool{}, seen: map[string]bool{}, behind: map[string]uint64{},
	}
}

// reserve makes room for a question that has just come. It reports false where there is none, and
// where older questions of its lane wait in the journal; then it is to wait there, too.
func (l *lanes) reserve(in Incoming) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[in.Key] {
		return false // a repeat
	}
	if _, behind := l.behind[lane(in)]; behind || !l.fits(in) {
		l.behind[lane(in)] = l.round
		return false
	}
	l.hold(in)
	return true
}

// retake makes room for a question that waits in the journal, if there is any.
func (l *lanes) retake(in Incoming) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[in.Key] || !l.fits(in) {
		return false
	}
	l.hold(in)
	return true
}

func (l *lanes) fits(in Incoming) bool {
	return len(l.held) < maxInHand && l.size[lane(in)] < maxInLane && (in.Kind != KindMention || l.common < maxCommon)
}

func (l *lanes) hold(in Incoming) {
	l.held[in.Key], l.coming[in.Key], l.seen[in.Key] = true, true, true
	l.size[lane(in)]++
	if in.Kind == KindMention {
		l.common++
	}
}

// abandon gives the room of a question back that did not come into its lane.
func (l *lanes) abandon(in Incoming) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.coming[in.Key] {
		l.leave(in)
	}
}

// release gives the room of a question back.
func (l *lanes) release(in Incoming) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.leave(in)
}

func (l *lanes) leave(in Incoming) {
	delete(l.held, in.Key)
	delete(l.coming, in.Key)
	if l.size[lane(in)]--; l.size[lane(in)] == 0 {
		delete(l.size, lane(in))
	}
	if in.Kind == KindMention {
		l.common--
	}
}

// begin starts a round of taking up what waits in the journal: from now on it is noted which
// questions are in hand, so that one that ends meanwhile is not taken up again.
func (l *lanes) begin() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.round++
	l.seen = maps.Clone(l.held)
}

// wasHeld says that a question was in hand at some moment of this round.
func (l *lanes) wasHeld(key string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.seen[key]
}

// mark notes a lane whose questions wait in the journal.
func (l *lanes) mark(lane string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.behind[lane] = l.round
}

// finish ends a round: lanes in which it and whatever came since left nothing are behind no more. It
// reports whether any still is.
func (l *lanes) finish() (behind bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.DeleteFunc(l.behind, func(_ string, round uint64) bool { return round < l.round })
	return len(l.behind) > 0
}

// add puts a question, for which there is room, into its lane, behind those that were asked before it:
// Slack sends by any connection, in no order. It returns how many are before it.
func (l *lanes) add(ctx context.Context, j job) (before int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	name := lane(j.in)
	delete(l.coming, j.in.Key)
	queue, busy := l.waiting[name]
	before = len(queue)
	for before > 0 && j.in.asked() != "" && queue[before-1].in.asked() > j.in.asked() {
		before--
	}
	l.waiting[name] = slices.Insert(queue, before, j)
	if !busy {
		l.running.Go(func() { l.run(ctx, name) })
	}
	return before
}

// run works through a lane until it is empty.
func (l *lanes) run(ctx context.Context, name string) {
	for {
		j, ok := l.next(name)
		if !ok {
			return
		}
		if ctx.Err() == nil {
			l.work(ctx, j)
		}
		l.release(j.in)
	}
}

// next takes the first question of a lane, and ends the lane if there is none.
func (l *lanes) next(name string) (job, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	queue := l.waiting[name]
	if len(queue) == 0 {
		delete(l.waiting, name)
		return job{}, false
	}
	l.waiting[name] = queue[1:]
	return queue[0], true
}

// holds says that a question is in hand.
func (l *lanes) holds(key string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.held[key]
}

// inHand is how many questions are worked on or wait for it in memory.
func (l *lanes) inHand() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.held)
}

// wait returns when all lanes are empty. Nothing may be added any more.
func (l *lanes) wait() { l.running.Wait() }
