package bot

import (
	"testing"
	"time"

	"verbatim/bot/localslack"
)

// doubts are faults after which nobody can know whether Slack has taken a post.
var doubts = map[string]localslack.APIFault{
	"500":              localslack.ServerError(500),
	"502":              localslack.ServerError(502),
	"504":              localslack.ServerError(504),
	"page for people":  localslack.HTMLPage(),
	"half a reply":     localslack.BrokenJSON(),
	"no ts":            {Body: `{"ok":true}`},
	"empty reply":      {Body: ""},
	"internal_error":   localslack.SlackError("internal_error"),
	"fatal_error":      localslack.SlackError("fatal_error"),
	"connection reset": {CutReply: true},
	"silence":          localslack.Hangs(),
}

// TestDoubtfulPosts asks where the bot may look for its answer and where it may not, and lets each
// fault happen to a post that Slack has taken and to one that it has not.
func TestDoubtfulPosts(t *testing.T) {
	for name, fault := range doubts {
		for _, taken := range []bool{false, true} {
			for _, direct := range []bool{false, true} {
				t.Run(name+map[bool]string{true: ", taken"}[taken]+map[bool]string{true: ", direct"}[direct], func(t *testing.T) {
					inWorld(t, nil, func(w *world) {
						fault.AfterEffect = taken
						w.slack.Faults().API("chat.postMessage", 1, fault)
						b := w.start()
						channel, text, want := localslack.General, "@verbatim "+laptopQuestion, 1
						if direct {
							channel, text = w.slack.DM(localslack.Ada), laptopQuestion
						} else if taken {
							want = 2 // it may not look, and an answer twice is better than none
						}
						w.say(localslack.Ada, channel, text)
						w.pass(time.Minute)
						if got := w.answers(channel); len(got) != want {
							t.Errorf("%d answers, want %d: %v", len(got), want, texts(got))
						}
						b.mustStop()
						wantClosed(t, w)
						if got := b.Stats(); got.Answered != 1 || got.Failed != 0 {
							t.Errorf("stats %+v, want 1 answered", got)
						}
					})
				})
			}
		}
	}
}

// TestDoubtfulPostsAreRare lets Slack take every post and lose every reply.
func TestDoubtfulPostsAreRare(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.slack.Faults().API("chat.postMessage", 1000, localslack.LostReply())
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		w.pass(time.Minute)
		if n := len(w.answers(localslack.General)); n < 1 || n > 4 {
			t.Errorf("%d answers after a minute, want 1 to 4", n)
		}
		w.pass(time.Hour)
		if n := len(w.answers(localslack.General)); n > 9 {
			t.Errorf("%d answers in half an hour, want 9 at most", n)
		}
		b.mustStop()
		wantOpen(t, w, 1)
	})
}

// TestUndeliverableStaysOpen wants a question that was given up for now to be answered while the bot
// runs, once Slack takes it, and then no more; and by the next start where there is one before.
func TestUndeliverableStaysOpen(t *testing.T) {
	tests := []struct {
		name  string
		fault localslack.APIFault
		times int // more than one try to deliver the answer takes
		by    time.Duration
	}{
		{"nobody can know", localslack.ServerError(500), 11, 20 * time.Hour},
		{"certainly not there", localslack.ServerError(503), 110, time.Hour},
		{"rate limited", localslack.RateLimited(600), 5, 2 * time.Hour},
	}
	for _, tt := range tests {
		for _, restart := range []bool{false, true} {
			t.Run(tt.name+map[bool]string{true: ", restart"}[restart], func(t *testing.T) {
				rarely := func(c *localslack.Config) { c.Timing.PingEvery = 25 * time.Second }
				inWorld(t, rarely, func(w *world) {
					w.slack.Faults().API("chat.postMessage", tt.times, tt.fault)
					b := w.start()
					w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
					w.pass(31 * time.Minute)
					if got := w.answers(localslack.General); len(got) > 0 {
						t.Fatalf("answered: %v", texts(got))
					}
					if restart {
						b.mustStop()
						wantOpen(t, w, 1)
						b = w.start()
					}
					m := w.oneAnswer(localslack.General, tt.by)
					w.wantText(m, "You asked ")
					b.mustStop()
					wantClosed(t, w)
				})
			})
		}
	}
}

// TestLookingThroughFaults wants no second post while the bot may look and only cannot just now.
func TestLookingThroughFaults(t *testing.T) {
	tests := []struct {
		name  string
		fault localslack.APIFault
	}{
		{"500", localslack.ServerError(500)},
		{"rate limited", localslack.RateLimited(20)},
		{"page for people", localslack.HTMLPage()},
		{"connection reset", localslack.APIFault{CutReply: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				w.slack.Faults().API("chat.postMessage", 1, localslack.LostReply())
				w.slack.Faults().API("conversations.replies", 3, tt.fault)
				b := w.start()
				dm := w.slack.DM(localslack.Ada)
				w.say(localslack.Ada, dm, laptopQuestion)
				w.oneAnswer(dm, 10*time.Minute)
				b.mustStop()
				wantClosed(t, w)
				if got := b.Stats(); got.Answered != 1 {
					t.Errorf("stats %+v, want 1 answered", got)
				}
			})
		})
	}
}
