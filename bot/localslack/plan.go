package localslack

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"sync"
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
	// spared, so that what is refused can be said there. Of posts with blocks, in direct messages too, the same share
	// is refused for their blocks.
	Refusals float64
	// Every is the mean time between two faults of sockets; 0 means none. These and the next are caused by
	// [Workspace.Misbehave].
	Every time.Duration
	// Places is the mean time between two channels that close just after somebody has asked there; 0 means none. Each
	// is archived or, where it is public, may lose the app instead.
	Places time.Duration
	// Tokens is the mean time between two refusals of one of the two tokens; 0 means none. An app that starts while
	// its token is refused rightly ends.
	Tokens time.Duration
	// Pause is how long faults of sockets last that can be switched off, and those of places and tokens. Default: 5 s.
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

// The codes with which the plan refuses: for good, to post in a channel; and blocks, which may be gone without.
// Source: docs.slack.dev, the errors of chat.postMessage.
var (
	refusedPlaces = words("is_archived not_in_channel channel_not_found cannot_reply_to_message message_limit_exceeded no_permission " +
		"restricted_action restricted_action_non_threadable_channel restricted_action_read_only_channel " +
		"restricted_action_thread_locked restricted_action_thread_only_channel team_access_not_granted")
	refusedBlocks = words("invalid_blocks invalid_blocks_format msg_blocks_too_long")
)

// plannedRefusal is the plan's definite no to the present of a kind of posts.
func (f *Faults) plannedRefusal(kind string, codes []string) (APIFault, bool) {
	r := f.turn(kind)
	if r == nil || r.Float64() >= f.share(func(p *Plan) float64 { return p.Refusals }) {
		return APIFault{}, false
	}
	f.meet(kind)
	return SlackError(codes[r.IntN(len(codes))]), true
}

// misfortune is the fault that a call meets, if any: one that was asked for, or one of the plan's.
func (w *Workspace) misfortune(c Call) (APIFault, bool) {
	fault, broken := w.faults.nextAPI(c.Method)
	if broken || c.Method != ByPost {
		return fault, broken
	}
	if c.Text("blocks") != "" {
		if fault, broken = w.faults.plannedRefusal("refusal of blocks", refusedBlocks); broken {
			return fault, true
		}
	}
	w.mu.Lock()
	ch := w.find(c.Text("channel"))
	w.mu.Unlock()
	if ch == nil || ch.Kind == Direct {
		return APIFault{}, false
	}
	return w.faults.plannedRefusal("refusal", refusedPlaces)
}

// keepsID reports whether the present redelivery keeps its envelope_id by the plan: half of them do.
func (f *Faults) keepsID() bool {
	r := f.turn("redelivery")
	return r != nil && f.share(func(p *Plan) float64 { return p.Frames }) > 0 && r.IntN(2) == 0
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

// Misbehave causes the plan's faults of sockets, places and tokens, until ctx or the plan ends. Then every switch is
// off again and what was held back is sent.
func (w *Workspace) Misbehave(ctx context.Context) {
	defer w.behave()
	var all sync.WaitGroup
	defer all.Wait()
	var last worries
	all.Go(func() {
		w.nowAndThen(ctx, "socket", func(p *Plan) time.Duration { return p.Every }, func(p *Plan, r *rand.Rand) {
			w.worry(ctx, p, r, &last)
		})
	})
	all.Go(func() {
		w.nowAndThen(ctx, "place", func(p *Plan) time.Duration { return p.Places }, func(p *Plan, r *rand.Rand) { w.shutPlace(ctx, p, r) })
	})
	all.Go(func() {
		w.nowAndThen(ctx, "token", func(p *Plan) time.Duration { return p.Tokens }, func(p *Plan, r *rand.Rand) { w.refuseToken(ctx, p, r) })
	})
}

// nowAndThen causes something at the plan's random times for a kind of fault, until ctx or the plan ends.
func (w *Workspace) nowAndThen(ctx context.Context, kind string, every func(*Plan) time.Duration, cause func(*Plan, *rand.Rand)) {
	for n := 1; ; n++ {
		w.faults.mu.Lock()
		p := w.faults.plan
		w.faults.mu.Unlock()
		if p == nil || every(p) <= 0 {
			return
		}
		r := p.draw(kind, n)
		if !pause(ctx, time.Duration(r.ExpFloat64()*float64(every(p)))) {
			return
		}
		cause(p, r)
	}
}

// worries are when faults of sockets that need a pause between them came last.
type worries struct{ cut, off time.Time }

// worry does something to one of the connections.
func (w *Workspace) worry(ctx context.Context, p *Plan, r *rand.Rand, last *worries) {
	conns := w.Connections()
	if len(conns) == 0 {
		return
	}
	conn := conns[r.IntN(len(conns))]
	switch {
	case r.IntN(3) != 0:
		w.nag(ctx, conn, r, p.lasting(), last)
	case time.Since(last.cut) >= orElse(p.Cuts, 15*time.Second):
		last.cut = time.Now()
		w.faults.meet("socket ended")
		w.strike(conn, r)
	}
}

func (p *Plan) lasting() time.Duration { return orElse(p.Pause, 5*time.Second) }

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

// strike ends a connection at once, in one of the ways in which connections end.
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

const (
	// interruption is how long Socket Mode is switched off: an app that is told so for the first time may be back soon.
	interruption = time.Second
	// interruptionsApart is the least time between two: for a second one soon after, it rightly waits for half a
	// minute and more.
	interruptionsApart = 75 * time.Second
)

// nag causes a fault that a connection outlives for a while.
func (w *Workspace) nag(ctx context.Context, conn int, r *rand.Rand, lasting time.Duration, last *worries) {
	w.faults.meet("socket troubled")
	f := w.faults
	switch r.IntN(13) {
	case 0, 1, 2:
		w.Disconnect(conn, "warning")
	case 3, 4:
		w.Disconnect(conn, "refresh_requested")
	case 5:
		w.Disconnect(conn, []string{"", "spring_cleaning"}[r.IntN(2)])
	case 6:
		on := []func(bool){f.NoPings, f.NoPongs, f.NoCloseEcho, f.MentionAsMessage}[r.IntN(4)]
		on(true)
		pause(ctx, lasting)
		on(false)
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
	case 12:
		if time.Since(last.off) < interruptionsApart {
			return
		}
		last.off = time.Now()
		f.meet("socket mode off")
		w.SocketMode(false)
		pause(ctx, interruption)
		w.SocketMode(true)
	}
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
