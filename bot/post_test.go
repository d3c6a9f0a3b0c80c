package bot

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"verbatim/bot/localslack"
)

func TestPostingThroughFaults(t *testing.T) {
	tests := []struct {
		name  string
		fault localslack.APIFault
		times int
		// after is when the answer must not stand yet, by when it must.
		after, by time.Duration
		want      int // 0 means that the answer is brought to the asker as a direct message
	}{
		{"rate limited", localslack.RateLimited(7), 1, 6 * time.Second, 9 * time.Second, 1},
		{"rate limited again and again", localslack.RateLimited(30), 4, 119 * time.Second, 130 * time.Second, 1},
		{"rate limited without a time", localslack.SlackError("ratelimited"), 1, 59 * time.Second, 70 * time.Second, 1},
		{"rate_limited", localslack.SlackError("rate_limited"), 1, 59 * time.Second, 70 * time.Second, 1},
		{"not available", localslack.ServerError(503), 3, 0, time.Minute, 1},
		{"service_unavailable", localslack.SlackError("service_unavailable"), 2, 0, time.Minute, 1},
		{"blocks refused", localslack.SlackError("invalid_blocks"), 1, 0, 10 * time.Second, 1},
		{"blocks too long", localslack.SlackError("msg_blocks_too_long"), 1, 0, 10 * time.Second, 1},
		{"text refused too", localslack.SlackError("invalid_blocks"), 2, 0, 10 * time.Second, 0},
		{"restricted", localslack.SlackError("restricted_action"), 1, 0, time.Minute, 0},
		{"not found", localslack.ServerError(404), 1, 0, time.Minute, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				w.slack.Faults().API("chat.postMessage", tt.times, tt.fault)
				b := w.start()
				w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
				if tt.after > 0 {
					w.pass(tt.after)
					if n := len(w.answers(localslack.General)); n > 0 {
						t.Errorf("answered before %v", tt.after)
					}
				}
				w.pass(tt.by - tt.after)
				if got := w.answers(localslack.General); len(got) != tt.want {
					t.Errorf("%d answers, want %d: %v", len(got), tt.want, texts(got))
				}
				direct := w.answers(w.slack.DM(localslack.Ada))
				if len(direct) != 1-tt.want {
					t.Fatalf("%d direct messages, want %d: %v", len(direct), 1-tt.want, texts(direct))
				}
				for _, m := range direct {
					w.wantText(m, "I could not answer where you asked")
					w.wantText(m, laptopQuestion)
					w.wantText(m, laptopQuote)
				}
				b.mustStop()
				wantClosed(t, w)
				if got := b.Stats(); got.Answered != 1 {
					t.Errorf("stats %+v", got)
				}
			})
		})
	}
}

// TestChannelsThatCannotBePostedTo closes channels to the bot while it works on questions in them: each
// asker gets the answer as a direct message that says why.
func TestChannelsThatCannotBePostedTo(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.library.set("Slow?", slow(3*time.Second, quoting(laptopQuote)))
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim Slow?")
		w.say(localslack.Grace, localslack.News, "@verbatim Slow?")
		w.say(localslack.Linus, w.slack.DM(localslack.Linus), "Slow?")
		w.pass(time.Second)
		if err := errors.Join(w.slack.Archive(localslack.General, true), w.slack.Remove(localslack.Ada, localslack.News)); err != nil {
			t.Fatal(err)
		}
		w.wantText(w.oneAnswer(w.slack.DM(localslack.Ada), time.Minute), "the channel is archived")
		m := w.oneAnswer(w.slack.DM(localslack.Grace), 0)
		w.wantText(m, "I am not in the channel any more")
		w.wantText(m, laptopQuote)
		w.oneAnswer(w.slack.DM(localslack.Linus), 0)
		b.mustStop()
		for _, reason := range []string{"is_archived", "not_in_channel"} {
			if !strings.Contains(w.log.String(), reason) {
				t.Errorf("the log does not tell of %s", reason)
			}
		}
		if got := b.Stats(); got.Failed != 0 || got.Answered != 3 {
			t.Errorf("stats %+v, want 3 answered", got)
		}
		wantClosed(t, w)
	})
}

// TestRightEnds gives each of Slack's refusals its end: the answer elsewhere, or a reason in the log.
func TestRightEnds(t *testing.T) {
	refusals := []struct {
		code   string
		direct bool // asked in a direct message
		told   int  // answers that the asker gets as direct messages
	}{
		{"channel_not_found", false, 1}, {"is_archived", false, 1}, {"not_in_channel", false, 1},
		{"restricted_action", false, 1}, {"restricted_action_read_only_channel", false, 1},
		{"restricted_action_thread_locked", false, 1}, {"cannot_reply_to_message", false, 1},
		{"message_limit_exceeded", false, 1}, {"no_permission", false, 1}, {"ekm_access_denied", false, 1},
		{"message_not_found", false, 0}, {"thread_not_found", false, 0}, // the question was taken back
		{"messages_tab_disabled", true, 0}, {"channel_not_found", true, 0}, {"user_disabled", true, 0},
	}
	for _, tt := range refusals {
		t.Run(tt.code+map[bool]string{true: ", direct"}[tt.direct], func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				b := w.start()
				w.slack.Faults().API("chat.postMessage", 1, localslack.SlackError(tt.code))
				dm := w.slack.DM(localslack.Ada)
				channel, question := localslack.General, "@verbatim "+laptopQuestion
				if tt.direct {
					channel, question = dm, laptopQuestion
				}
				w.say(localslack.Ada, channel, question)
				w.pass(time.Minute)
				if got := w.answers(dm); len(got) != tt.told {
					t.Errorf("%d direct messages, want %d: %v", len(got), tt.told, texts(got))
				}
				w.say(localslack.Grace, localslack.News, "@verbatim "+laptopQuestion)
				w.oneAnswer(localslack.News, time.Second)
				b.mustStop()
				wantClosed(t, w)
				if tt.told == 0 && (b.Stats().Failed != 1 || !strings.Contains(w.log.String(), tt.code)) {
					t.Errorf("stats %+v, want 1 failed, and %s in the log", b.Stats(), tt.code)
				}
			})
		})
	}
}

// TestNetworkGoneWhilePosting keeps a question until the network is back.
func TestNetworkGoneWhilePosting(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.library.set("Slow?", slow(3*time.Second, quoting(laptopQuote)))
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim Slow?")
		w.pass(time.Second)
		w.net.breaks(errors.New("no route to host"))
		b.transport.CloseIdleConnections()
		w.pass(20 * time.Minute)
		w.net.breaks(nil)
		w.oneAnswer(localslack.General, time.Minute)
		b.mustStop()
	})
}

func TestResponseURLThroughFaults(t *testing.T) {
	tests := []struct {
		name  string
		fault localslack.APIFault
		times int
		want  int // 0 means that the answer is brought to the asker as a direct message
	}{
		{"server error", localslack.ServerError(500), 2, 1},
		{"server errors without end", localslack.ServerError(500), 9, 0},
		{"rate limited", localslack.RateLimited(5), 1, 1},
		{"cut", localslack.APIFault{CutReply: true}, 1, 1},
		{"blocks refused", localslack.APIFault{Status: 400, Body: `{"ok":false,"error":"invalid_blocks"}`}, 1, 1},
		{"refused with status 200", localslack.SlackError("invalid_blocks"), 1, 1},
		{"used up", localslack.APIFault{Status: 404, Body: `used_url`}, 9, 0},
		{"no answer", localslack.Hangs(), 1, 1},
		{"redirect", localslack.APIFault{Status: 302}, 9, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				w.library.set("Slow?", slow(3*time.Second, quoting(laptopQuote)))
				w.slack.Faults().API("response_url", tt.times, tt.fault)
				b := w.start()
				if err := w.slack.Slash(localslack.Ada, localslack.General, "/ask", "Slow?"); err != nil {
					t.Fatal(err)
				}
				w.pass(2 * time.Minute)
				if got := w.slack.Whispers(localslack.Ada, localslack.General); len(got) != tt.want {
					t.Errorf("%d answers, want %d: %v", len(got), tt.want, texts(got))
				}
				uses := 0
				for _, c := range w.slack.Calls() {
					if c.Method == "response_url" {
						uses++
					}
				}
				if uses > 4 { // the fifth is what the acknowledgement may have counted as
					t.Errorf("the response_url was used %d times", uses)
				}
				direct := w.answers(w.slack.DM(localslack.Ada))
				if len(direct) != 1-tt.want {
					t.Fatalf("%d direct messages, want %d: %v", len(direct), 1-tt.want, texts(direct))
				}
				b.mustStop()
				wantClosed(t, w)
			})
		})
	}
}

func TestJudge(t *testing.T) {
	dial := &url.Error{Op: "Post", Err: &net.OpError{Op: "dial", Err: errors.New("refused")}}
	tests := []struct {
		name string
		err  error
		want outcome
		wait time.Duration
	}{
		{"429", &slack.RateLimitedError{RetryAfter: 3 * time.Second}, wait, 3 * time.Second},
		{"429 without a pause", &slack.RateLimitedError{}, wait, time.Second},
		{"429 without a header", slack.StatusCodeError{Code: 429}, wait, unknownPause},
		{"dial", dial, again, 0},
		{"wrapped", fmt.Errorf("chat.postMessage: %w", dial), again, 0},
		{"name", &net.DNSError{Err: "no such host"}, again, 0},
		{"reset", &net.OpError{Op: "read", Err: errors.New("reset")}, ambiguous, 0},
		{"end of file", io.ErrUnexpectedEOF, ambiguous, 0},
		{"502", slack.StatusCodeError{Code: http.StatusBadGateway}, ambiguous, 0},
		{"503", slack.StatusCodeError{Code: http.StatusServiceUnavailable}, again, 0},
		{"404", slack.StatusCodeError{Code: http.StatusNotFound}, refused, 0},
		{"channel", slack.SlackErrorResponse{Err: "channel_not_found"}, refused, 0},
		{"blocks", slack.SlackErrorResponse{Err: "invalid_blocks_format"}, simpler, 0},
		{"fatal", slack.SlackErrorResponse{Err: "fatal_error"}, ambiguous, 0},
		{"token", slack.SlackErrorResponse{Err: "account_inactive"}, unfit, 0},
		{"scope", slack.SlackErrorResponse{Err: "missing_scope"}, unfit, 0},
		{"unknown", slack.SlackErrorResponse{Err: "something_new"}, refused, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, pause := judge(tt.err); got != tt.want || pause != tt.wait {
				t.Errorf("judged %d, %v; want %d, %v", got, pause, tt.want, tt.wait)
			}
		})
	}
}

func TestResponseURLMustLeadToSlack(t *testing.T) {
	tests := []struct {
		name, address string
		want          bool
	}{
		{"hooks", "https://hooks.slack.com/commands/T1/2/3", true},
		{"slack.com", "https://slack.com/x", true},
		{"government", "https://hooks.slack-gov.com/x", true},
		{"configured host", "http://127.0.0.1:8080/response/1", true},
		{"configured host, other port", "http://127.0.0.1:8081/response/1", false},
		{"configured host, other scheme", "https://127.0.0.1:8080/response/1", false},
		{"no encryption", "http://hooks.slack.com/x", false},
		{"other port", "https://hooks.slack.com:8443/x", false},
		{"name that begins alike", "https://hooks.slack.com.evil.example/x", false},
		{"name that ends alike", "https://evilslack.com/x", false},
		{"user", "https://hooks.slack.com@evil.example/x", false},
		{"user at slack", "https://u:p@hooks.slack.com/x", false},
		{"metadata service", "http://169.254.169.254/latest", false},
		{"file", "file:///etc/passwd", false},
		{"no host", "https:///x", false},
		{"empty", "", false},
		{"broken", "https://[", false},
	}
	r := newResponder(http.DefaultTransport, "http://127.0.0.1:8080/api/")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := ofSlack(r.api, tt.address); got != tt.want {
				t.Errorf("allowed %q: %v, want %v", tt.address, got, tt.want)
			}
		})
	}
}

func TestBackoff(t *testing.T) {
	for failures, want := range map[int]struct{ least, most time.Duration }{
		-1: {0, 0}, 0: {0, 0}, 1: {firstPause / 2, firstPause}, 2: {firstPause, 2 * firstPause},
		5: {8 * firstPause, 16 * firstPause}, 6: {longPause / 2, longPause}, 1 << 40: {longPause / 2, longPause},
	} {
		for range 100 {
			if got := backoff(failures); got < want.least || got > want.most {
				t.Errorf("backoff(%d) = %v, want %v to %v", failures, got, want.least, want.most)
			}
		}
	}
}
