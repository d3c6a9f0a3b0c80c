package localslack

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"time"
)

// A Plan is misbehaviour by chance that can be repeated: whether the n-th call of a method, the n-th
// acknowledgement, envelope or fault of a socket goes wrong, and how, depends on Seed and n alone.
type Plan struct {
	Seed uint64
	// API is the share of Web API calls and uses of response URLs that meet a fault, 0 to 1.
	API float64
	// Frames is the share of acknowledgements that are lost, of envelopes that come twice or out of order, and of
	// events with fields that nobody knows.
	Frames float64
	// Refusals is the share of posts in channels that Slack refuses for good, 0 to 1: those in direct messages are
	// spared, so that what is refused can be said there.
	Refusals float64
	// Every is the mean time between two faults of sockets, which [Workspace.Misbehave] causes.
	Every time.Duration
	// Pause is how long a socket fault that can be switched off lasts. Default: 5 s.
	Pause time.Duration
	// Cuts is the least time between two faults that end a socket at once, so that the app can have
	// another one open. Default: 15 s.
	Cuts time.Duration
}

// draw is the randomness of the n-th of a kind of thing.
func (p *Plan) draw(kind string, n int) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(kind)) // a hash takes everything
	return rand.New(rand.NewPCG(p.Seed^h.Sum64(), uint64(n)))
}

// turn counts things of a kind and returns the randomness of the present one; nil without a plan.
func (f *Faults) turn(kind string) *rand.Rand {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.plan == nil {
		return nil
	}
	if f.turns == nil {
		f.turns = map[string]int{}
	}
	f.turns[kind]++
	return f.plan.draw(kind, f.turns[kind])
}

// Plan sets the misbehaviour by chance; nil ends it.
func (f *Faults) Plan(p *Plan) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.plan = p
}

func (f *Faults) share(of func(*Plan) float64) float64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.plan == nil {
		return 0
	}
	return of(f.plan)
}

// plannedAPI is the fault that the plan has for the present call of a method.
func (f *Faults) plannedAPI(method string) (APIFault, bool) {
	r := f.turn("api " + method)
	if r == nil || r.Float64() >= f.share(func(p *Plan) float64 { return p.API }) {
		return APIFault{}, false
	}
	after := func(a APIFault) APIFault { a.AfterEffect = true; return a }
	all := []APIFault{
		RateLimited(1), RateLimited(2), ServerError(500), ServerError(502), ServerError(503), ServerError(504),
		HTMLPage(), BrokenJSON(), {CutReply: true},
		SlackError("service_unavailable"), SlackError("internal_error"), SlackError("request_timeout"),
		LostReply(), LostReply(), after(ServerError(500)), after(ServerError(504)), after(HTMLPage()),
		after(BrokenJSON()), after(SlackError("internal_error")), after(SlackError("fatal_error")),
	}
	if r.IntN(100) == 0 {
		return Hangs(), true
	}
	return all[r.IntN(len(all))], true
}

// plannedRefusal is the plan's definite no to the present post in a channel.
func (f *Faults) plannedRefusal() (APIFault, bool) {
	r := f.turn("refusal")
	if r == nil || r.Float64() >= f.share(func(p *Plan) float64 { return p.Refusals }) {
		return APIFault{}, false
	}
	codes := []string{"is_archived", "not_in_channel", "restricted_action", "channel_not_found"}
	f.meet("refusal")
	return SlackError(codes[r.IntN(len(codes))]), true
}

// misfortune is the fault that a call of a method meets, if any: one that was asked for, or one of the plan's.
func (w *Workspace) misfortune(method, channel string) (APIFault, bool) {
	fault, broken := w.faults.nextAPI(method)
	if broken || method != ByPost {
		return fault, broken
	}
	w.mu.Lock()
	ch := w.find(channel)
	w.mu.Unlock()
	if ch == nil || ch.Kind == Direct {
		return APIFault{}, false
	}
	return w.faults.plannedRefusal()
}

// planned reports whether the present frame of a kind goes wrong.
func (f *Faults) planned(kind string) bool {
	r := f.turn(kind)
	wrong := r != nil && r.Float64() < f.share(func(p *Plan) float64 { return p.Frames })
	if wrong {
		f.meet(kind)
	}
	return wrong
}

// Misbehave causes the plan's faults of sockets, until ctx ends. Then every switch is off again and
// what was held back is sent.
func (w *Workspace) Misbehave(ctx context.Context) {
	defer w.behave()
	var lastCut time.Time
	for n := 1; ; n++ {
		w.faults.mu.Lock()
		p := w.faults.plan
		w.faults.mu.Unlock()
		if p == nil || p.Every <= 0 {
			return
		}
		r := p.draw("socket", n)
		if !pause(ctx, time.Duration(r.ExpFloat64()*float64(p.Every))) {
			return
		}
		conns := w.Connections()
		if len(conns) == 0 {
			continue
		}
		conn := conns[r.IntN(len(conns))]
		if r.IntN(3) == 0 {
			if time.Since(lastCut) >= orElse(p.Cuts, 15*time.Second) {
				lastCut = time.Now()
				w.faults.meet("socket ended")
				w.strike(conn, r)
			}
			continue
		}
		w.faults.meet("socket troubled")
		if !w.nag(ctx, conn, r, orElse(p.Pause, 5*time.Second)) {
			return
		}
	}
}

func orElse(d, otherwise time.Duration) time.Duration {
	if d <= 0 {
		return otherwise
	}
	return d
}

// behave switches off what Misbehave switched on.
func (w *Workspace) behave() {
	f := w.faults
	f.NoPings(false)
	f.NoPongs(false)
	f.NoCloseEcho(false)
	f.MentionAsMessage(false)
	w.mu.Lock()
	defer w.mu.Unlock()
	f.OutOfOrder(0)
	held := w.held
	w.held = nil
	for _, o := range held {
		w.send(o)
	}
}

// strike ends a connection at once, in one of the ways in which connections end. link_disabled is not among them: it
// says that Socket Mode is switched off, after which an app rightly hears nothing for minutes.
func (w *Workspace) strike(conn int, r *rand.Rand) {
	switch r.IntN(9) {
	case 0, 1:
		w.Cut(conn)
	case 2, 3:
		w.CloseConnection(conn)
	case 4:
		w.Stall(conn)
	case 5:
		w.Disconnect(conn, "too_many_websockets")
		w.CloseConnection(conn)
	case 6:
		w.faults.API("link", 1, ServerError(409))
		w.Cut(conn)
	case 7:
		w.faults.API("apps.connections.open", 1, RateLimited(1))
		w.CloseConnection(conn)
	case 8:
		w.faults.API("apps.connections.open", 1, ServerError([]int{409, 500, 503}[r.IntN(3)]))
		w.CloseConnection(conn)
	}
}

// nag causes a fault that a connection outlives for a while. It reports false when ctx has ended.
func (w *Workspace) nag(ctx context.Context, conn int, r *rand.Rand, lasting time.Duration) bool {
	f := w.faults
	switch r.IntN(12) {
	case 0, 1, 2:
		w.Disconnect(conn, "warning")
	case 3, 4:
		w.Disconnect(conn, "refresh_requested")
	case 5:
		w.Disconnect(conn, []string{"", "spring_cleaning"}[r.IntN(2)])
	case 6:
		on := []func(bool){f.NoPings, f.NoPongs, f.NoCloseEcho, f.MentionAsMessage}[r.IntN(4)]
		on(true)
		ended := !pause(ctx, lasting)
		on(false)
		return !ended
	case 7:
		w.SendText(conn, []string{`{"envelope_id":"x"`, `[]`, ``, `{"type":"something_new"}`, `{"envelope_id":7,"type":8}`}[r.IntN(5)])
	case 8:
		w.SendBinary(conn, []byte{0, 1, 2})
	case 9:
		w.SendEnvelope("workflow_"+strconv.Itoa(r.IntN(9)), json.RawMessage(`{"unknown":true}`))
	case 10:
		w.SendEnvelope(kindEvent, json.RawMessage(`{"type":"event_callback","event_id":"EvNew","event":{"type":"something_new","field":{"a":1}}}`))
	case 11:
		f.OutOfOrder(2 + r.IntN(3))
	}
	return true
}

// Stall makes connection n (0 for all) half open: nothing that is sent to it arrives and nothing
// that it sends is seen, but neither side is told.
func (w *Workspace) Stall(n int) { w.each(n, func(c *conn) { c.stalled.Store(true) }) }

// pause waits and reports whether it did so to the end.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
