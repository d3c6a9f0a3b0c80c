package localslack

import "time"

// Slack's rate tiers, in calls a minute for each method.
const (
	tier1 = 1
	tier2 = 20
	tier3 = 50
	tier4 = 100
	// tierSpecial is what the reference gives for assistant.threads.setStatus,
	// and what stands here for every method with "special" limits.
	tierSpecial = 600
	// postBurst is how many messages one channel takes at once before the rate
	// of one a second holds: "short bursts" in Slack's words, without a figure.
	postBurst = 3
)

// limiter counts calls. The zero value limits nothing.
type limiter struct {
	on      bool
	calls   map[string][]time.Time
	buckets map[string]bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

// method counts one call and returns how long the caller must wait; 0 means that it may go on.
func (l *limiter) method(name string, perMinute int, now time.Time) time.Duration {
	if !l.on || perMinute == 0 {
		return 0
	}
	if l.calls == nil {
		l.calls = map[string][]time.Time{}
	}
	recent := l.calls[name]
	for len(recent) > 0 && now.Sub(recent[0]) >= time.Minute {
		recent = recent[1:]
	}
	if len(recent) >= perMinute {
		l.calls[name] = recent
		return recent[0].Add(time.Minute).Sub(now)
	}
	l.calls[name] = append(recent, now)
	return 0
}

// post counts one message to a channel and reports whether it may be posted now.
func (l *limiter) post(channel string, now time.Time) bool {
	if !l.on {
		return true
	}
	if l.buckets == nil {
		l.buckets = map[string]bucket{}
	}
	b, seen := l.buckets[channel]
	if !seen {
		b = bucket{tokens: postBurst, at: now}
	}
	b.tokens = min(postBurst, b.tokens+now.Sub(b.at).Seconds())
	b.at = now
	ok := b.tokens >= 1
	if ok {
		b.tokens--
	}
	l.buckets[channel] = b
	return ok
}
