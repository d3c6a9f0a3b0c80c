package bot

import (
	"sync"
	"time"
)

// postponed remembers, while the bot runs, when each question that could not be delivered, or waits for what
// is away, is taken up again. The zero value is ready.
type postponed struct {
	mu   sync.Mutex
	keys map[string]postponement
	away int // how many of them wait for what is away
}

// A postponement is what is known of one such question.
type postponement struct {
	until time.Time
	// blind is how often its answer was posted blindly.
	blind int
	// away says that it waits for what is away, told that its asker knows, uses how often its response_url
	// was used for that.
	away, told bool
	uses       int
	// answers is how many questions the engine had answered when this one last found it away, unlucky how
	// often it had answered others since the time before.
	answers int64
	unlucky int
}

// put notes that a question is to be left alone for a while.
func (p *postponed) put(key string, d time.Duration, blind int) {
	p.change(key, func(q *postponement) { q.until, q.blind, q.away = time.Now().Add(d), blind, false })
}

// wait notes the same of one that waits for what is away, and returns what is known of it. The unluckier it is,
// the longer it waits, so that it does not keep the engine from others.
func (p *postponed) wait(key string, blind int) postponement {
	return p.change(key, func(q *postponement) {
		q.until, q.blind, q.away = time.Now().Add(min(awayPause*time.Duration(1+q.unlucky), maxAwayPause)), blind, true
	})
}

// tell notes that the asker of a question that waits was told so.
func (p *postponed) tell(key string, uses int) {
	p.change(key, func(q *postponement) { q.told = true; q.uses += uses })
}

// unlucky notes that a question has found the engine away, which has answered so many others, and returns
// how often it has while others were answered.
func (p *postponed) unlucky(key string, answers int64) int {
	return p.change(key, func(q *postponement) {
		if q.answers != answers {
			q.unlucky++
		}
		q.answers = answers
	}).unlucky
}

func (p *postponed) change(key string, f func(*postponement)) postponement {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.keys == nil {
		p.keys = map[string]postponement{}
	}
	q := p.keys[key]
	was := q.away
	f(&q)
	p.count(was, q.away)
	p.keys[key] = q
	return q
}

// count keeps the number of those that wait for what is away.
func (p *postponed) count(was, is bool) {
	if was {
		p.away--
	}
	if is {
		p.away++
	}
}

// hurry lets all that waits for what was away be taken up now, but for the unlucky.
func (p *postponed) hurry() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, q := range p.keys {
		if q.away && q.unlucky == 0 {
			q.until = time.Time{}
			p.keys[key] = q
		}
	}
}

// waiting says that some wait for what is away.
func (p *postponed) waiting() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.away > 0
}

// drop forgets a question that has come to its end.
func (p *postponed) drop(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count(p.keys[key].away, false)
	delete(p.keys, key)
}

// due returns what is known of a question, and whether it may be taken up.
func (p *postponed) due(key string) (q postponement, due bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	q = p.keys[key]
	return q, !time.Now().Before(q.until)
}
