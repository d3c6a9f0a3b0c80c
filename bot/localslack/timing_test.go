package localslack

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// carryOut carries a method out without a network.
func carryOut(w *Workspace, method string, args url.Values) *httptest.ResponseRecorder {
	args.Set("token", w.Config().BotToken)
	r := httptest.NewRequest(http.MethodPost, "/api/"+method, strings.NewReader(args.Encode()))
	r.Host = "127.0.0.1"
	r.Header.Set("Content-Type", form)
	rec := httptest.NewRecorder()
	w.Handler().ServeHTTP(rec, r)
	return rec
}

// call is carryOut of a method that must succeed.
func call(t *testing.T, w *Workspace, method string, args url.Values) {
	t.Helper()
	if rec := carryOut(w, method, args); !strings.Contains(rec.Body.String(), `"ok":true`) {
		t.Fatalf("%s: %s", method, rec.Body)
	}
}

// Slack's own durations, with time that costs nothing.
func TestScheduleOfRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, err := New(Default())
		ok(t, err)
		defer w.Close()
		begin := time.Now()
		must1[string](t)(w.Say(Ada, General, "@verbatim hello"))
		time.Sleep(time.Hour)
		var at []time.Duration
		for _, e := range w.Envelopes() {
			at = append(at, e.Sent.Sub(begin))
		}
		want := []time.Duration{0, 0, time.Minute, 6 * time.Minute}
		if len(at) != len(want) {
			t.Fatalf("deliveries at %v, want %v", at, want)
		}
		for i := range want {
			if at[i] != want[i] {
				t.Errorf("delivery %d at %v, want %v", i, at[i], want[i])
			}
		}
	})
}

func TestResetEndsDeliveries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, err := New(Default())
		ok(t, err)
		defer w.Close()
		must1[string](t)(w.Say(Ada, General, "@verbatim hello"))
		synctest.Wait()
		w.Reset()
		time.Sleep(time.Hour)
		if n := len(w.Envelopes()); n != 2 {
			t.Errorf("%d deliveries", n)
		}
	})
}

func TestStatusEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, err := New(Default())
		ok(t, err)
		defer w.Close()
		ts := must1[string](t)(w.Say(Ada, General, "hello"))
		call(t, w, "assistant.threads.setStatus", url.Values{"channel_id": {General}, "thread_ts": {ts}, "status": {"is searching"}})
		time.Sleep(2*time.Minute - time.Second)
		if w.Status(General, ts).Status == "" {
			t.Error("the status ended too early")
		}
		time.Sleep(2 * time.Second)
		if w.Status(General, ts).Status != "" {
			t.Error("the status stays")
		}
	})
}

func TestRateLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, err := New(Default())
		ok(t, err)
		defer w.Close()
		post := url.Values{"channel": {General}, "text": {"x"}}
		for range postBurst {
			call(t, w, "chat.postMessage", post)
		}
		rec := carryOut(w, "chat.postMessage", post)
		if rec.Code != http.StatusTooManyRequests || !strings.Contains(rec.Body.String(), `"ratelimited"`) || rec.Header().Get("Retry-After") != "1" {
			t.Errorf("after the burst: %d %s", rec.Code, rec.Body)
		}
		if calls := w.Calls(); calls[postBurst].RetryAfter != time.Second || calls[0].RetryAfter != 0 {
			t.Errorf("recorded %+v", calls)
		}
		call(t, w, "chat.postMessage", url.Values{"channel": {News}, "text": {"x"}}) // has its own limit
		update := url.Values{"channel": {General}, "ts": {w.Messages(General)[0].TS}, "text": {"y"}}
		for range tier3 {
			call(t, w, "chat.update", update)
		}
		if rec := carryOut(w, "chat.update", update); rec.Code != http.StatusTooManyRequests {
			t.Errorf("call %d of chat.update: %d", tier3+1, rec.Code)
		}
		if n := len(w.Messages(General)); n != postBurst {
			t.Errorf("%d messages stand in the channel, want %d", n, postBurst)
		}
	})
}

// After a pause the channel takes a burst again, and one message a second after that.
func TestPostingRateRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, err := New(Default())
		ok(t, err)
		defer w.Close()
		for range 10 {
			call(t, w, "chat.postMessage", url.Values{"channel": {General}, "text": {"x"}})
			time.Sleep(time.Second)
		}
		if n := len(w.Messages(General)); n != 10 {
			t.Errorf("%d messages", n)
		}
	})
}
