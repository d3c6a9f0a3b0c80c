package bot

import (
	"context"
	"sync"
)

// maxInHand is the most questions that are worked on or wait for it. Above it envelopes are not
// acknowledged, so that Slack keeps them and sends them again. At 4,000 characters each they take
// some 16 MB.
const maxInHand = 1024

// A job is a question to be answered, or an act to be carried out.
type job struct {
	in Incoming
	// act is nil for a question.
	act *Act
	// offer takes the answer into the acknowledgement of a command; nil where that is over.
	offer *offer
	// maybePosted says that an earlier run may have posted the answer already.
	maybePosted bool
}

// lanes work on questions: those of one channel one after the other, in the order in which they came
// in, and those of different channels side by side, so that a channel that is slow to post to holds
// up no other.
type lanes struct {
	work  func(context.Context, job)
	slots chan struct{} // one element for each question in hand

	mu      sync.Mutex
	waiting map[string][]job // by lane; a lane that is worked on has an entry
	running sync.WaitGroup
}

func newLanes(work func(context.Context, job)) *lanes {
	return &lanes{work: work, slots: make(chan struct{}, maxInHand), waiting: map[string][]job{}}
}

// reserve makes room for one question, if there is any. A room is given back by release, or by
// the lane once the question added for it is done.
func (l *lanes) reserve() bool {
	select {
	case l.slots <- struct{}{}:
		return true
	default:
		return false
	}
}

// await is reserve, but waits for room until ctx ends.
func (l *lanes) await(ctx context.Context) bool {
	select {
	case l.slots <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (l *lanes) release() { <-l.slots }

// add puts a question, for which there is room, at the end of a lane.
func (l *lanes) add(ctx context.Context, lane string, j job) {
	l.mu.Lock()
	defer l.mu.Unlock()
	queue, busy := l.waiting[lane]
	l.waiting[lane] = append(queue, j)
	if !busy {
		l.running.Go(func() { l.run(ctx, lane) })
	}
}

// run works through a lane until it is empty.
func (l *lanes) run(ctx context.Context, lane string) {
	for {
		j, ok := l.next(lane)
		if !ok {
			return
		}
		if ctx.Err() == nil {
			l.work(ctx, j)
		}
		l.release()
	}
}

// next takes the first question of a lane, and ends the lane if there is none.
func (l *lanes) next(lane string) (job, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	queue := l.waiting[lane]
	if len(queue) == 0 {
		delete(l.waiting, lane)
		return job{}, false
	}
	l.waiting[lane] = queue[1:]
	return queue[0], true
}

// wait returns when all lanes are empty. Nothing may be added any more.
func (l *lanes) wait() { l.running.Wait() }
