package bot

import (
	"context"
	"math/rand/v2"
	"time"
)

// Pauses between tries. Slack's own Node SDK waits 5 s times the number of failures; doubling from
// one second answers short breaks faster, and half a minute as the most keeps the recovery from a
// long one under a minute.
const (
	firstPause = time.Second
	longPause  = 30 * time.Second
)

// backoff returns how long to wait after so many failures in a row: nothing before the first,
// then doubling, with up to half of it taken off at random so that several bots do not come at once.
func backoff(failures int) time.Duration {
	if failures <= 0 {
		return 0
	}
	pause := longPause
	if failures < 6 {
		pause = min(longPause, firstPause<<(failures-1))
	}
	return pause - time.Duration(rand.Int64N(int64(pause/2)))
}

// sleep waits, and reports whether it did so to the end.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return ctx.Err() == nil
	}
}
