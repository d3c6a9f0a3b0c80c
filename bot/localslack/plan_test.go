package localslack

import (
	"context"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"
)

// TestRefusals refuses posts in channels for good, and spares direct messages.
func TestRefusals(t *testing.T) {
	w := start(t, func(c *Config) { c.Limits = false })
	w.Faults().Plan(&Plan{Seed: 1, Refusals: 1})
	codes := map[string]bool{}
	for range 200 {
		codes[w.api("chat.postMessage", "channel", General, "text", "x").code()] = true
		if a := w.api("chat.postMessage", "channel", Ada, "text", "x"); a.body["ok"] != true {
			t.Fatalf("a direct message is refused: %v", a.body)
		}
	}
	wantCodes(t, codes, refusedPlaces)
	if w.Faults().Met()["refusal"] != 200 {
		t.Errorf("met %v", w.Faults().Met())
	}
	clear(codes)
	for range 50 {
		codes[w.api("chat.postMessage", "channel", Ada, "text", "x", "blocks", `[{"type":"divider"}]`).code()] = true
	}
	wantCodes(t, codes, refusedBlocks)
}

func wantCodes(t *testing.T, got map[string]bool, want []string) {
	t.Helper()
	if want = slices.Sorted(slices.Values(want)); !slices.Equal(sortedKeys(got), want) {
		t.Errorf("codes %v, want %v", sortedKeys(got), want)
	}
}

// carryOut has a plan carried out until the test calls what is returned.
func (w *world) carryOut(p Plan) (stop func()) {
	ctx, cancel := context.WithCancel(w.t.Context())
	done := make(chan struct{})
	w.Faults().Plan(&p)
	go func() {
		w.Misbehave(ctx)
		close(done)
	}()
	return func() {
		cancel()
		<-done
	}
}

// soon tries something again and again until it succeeds.
func soon(t *testing.T, what string, try func() bool) {
	t.Helper()
	for range 2000 {
		if try() {
			return
		}
		<-time.After(time.Millisecond)
	}
	t.Fatal(what + " did not come about")
}

// TestShutPlaces archives channels under questions and takes the app out of them, and undoes that at the end. What was
// asked of an app that was not there is brought when it is back.
func TestShutPlaces(t *testing.T) {
	closed := map[string]bool{}
	for seed := range uint64(8) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			w := start(t, grants("app_mentions:read", "app_mention"))
			stop := w.carryOut(Plan{Seed: seed, Places: time.Millisecond, Pause: time.Hour})
			post := func() string { return w.api("chat.postMessage", "channel", General, "text", "x").code() }
			code := ""
			soon(t, "a closed channel", func() bool {
				_, err := w.Say(Ada, General, "@verbatim how long?")
				code = post()
				return code != "" && (Refused(err) == code || code != "is_archived")
			})
			closed[code] = true
			asked := len(w.Ledger())
			if _, err := w.Say(Ada, General, "@verbatim and now?"); (err != nil) != (code == "is_archived") || len(w.Ledger()) != asked {
				t.Errorf("asked in a channel with %s: %v", code, err)
			}
			stop()
			if again := post(); again != "" {
				t.Errorf("at the end: %s", again)
			}
			all := w.Ledger()
			if (len(all) > asked) != (code == "not_in_channel") || len(all[len(all)-1].Tries) == 0 {
				t.Errorf("%d questions after %s, %d before; the last %+v", len(all), code, asked, all[len(all)-1])
			}
		})
	}
	wantCodes(t, closed, []string{"is_archived", "not_in_channel"})
}

// TestRefusedTokens has each token refused with each code, and accepted at the end.
func TestRefusedTokens(t *testing.T) {
	w := start(t, quick)
	codes := map[string]bool{}
	call := func(method, token string) string { return w.request("POST", "/api/"+method, form, token, "").code() }
	for seed := range uint64(64) {
		stop := w.carryOut(Plan{Seed: seed, Tokens: time.Millisecond, Pause: time.Hour})
		soon(t, "a refused token", func() bool {
			bot, app := call("auth.test", w.cfg.BotToken), call("auth.test", w.cfg.AppToken)
			codes["bot "+bot], codes["app "+app] = true, true
			return bot != "" || app != ""
		})
		stop()
		if bot, app := call("auth.test", w.cfg.BotToken), call("auth.test", w.cfg.AppToken); bot+app != "" {
			t.Fatalf("at the end: %s, %s", bot, app)
		}
	}
	delete(codes, "bot ")
	delete(codes, "app ")
	if len(codes) != 8 {
		t.Errorf("%v", sortedKeys(codes))
	}
}

// TestInterruption switches Socket Mode off and on again.
func TestInterruption(t *testing.T) {
	w := start(t)
	var off time.Duration
	for n := uint64(0); off == 0 && n < 1000; n++ {
		begun := time.Now()
		w.nag(t.Context(), 0, rand.New(rand.NewPCG(1, n)), time.Nanosecond, new(worries))
		if w.Faults().Met()["socket mode off"] > 0 {
			off = time.Since(begun)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if off < interruption || w.socketOff {
		t.Errorf("off for %v, and at the end %t", off, w.socketOff)
	}
}

// TestRedeliveriesKeepTheirIDs has half of all redeliveries keep their envelope_id.
func TestRedeliveriesKeepTheirIDs(t *testing.T) {
	w := start(t, quick, func(c *Config) { c.Timing.Retries = make([]time.Duration, 20) })
	w.connect()
	w.Faults().Plan(&Plan{Seed: 1, Frames: 1e-9})
	must1[string](t)(w.Say(Ada, w.DM(Ada), "hello"))
	ok(t, w.wait(w.ctx, "the last timeout", func() bool { return len(w.envelopes) == 21 && w.envelopes[20].TimedOut }))
	kept, last := 0, ""
	for _, e := range w.Envelopes() {
		if e.ID == last {
			kept++
		}
		last = e.ID
	}
	if kept == 0 || kept == 20 {
		t.Errorf("%d of 20 redeliveries keep their envelope_id", kept)
	}
}

// TestNewFields sends events with fields that nobody knows.
func TestNewFields(t *testing.T) {
	w := start(t, grants("app_mentions:read", "app_mention"))
	s := w.connect()
	w.Faults().Plan(&Plan{Seed: 1, Frames: 1})
	must1[string](t)(w.Say(Ada, General, "@verbatim how long?"))
	if e := s.take(); dig(e, "payload", "new_field") == nil || dig(e, "payload", "event", "new_list") == nil || dig(e, "payload", "event", "text") == nil {
		t.Errorf("%v", e)
	}
}
