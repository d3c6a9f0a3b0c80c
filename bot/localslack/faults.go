package localslack

import (
	"maps"
	"slices"
	"strconv"
	"sync"
)

// APIFault is what a Web API call meets in place of, or after, its effect.
type APIFault struct {
	Status      int    // HTTP status; 0 means 200
	ContentType string // empty means application/json
	Body        string // sent as it is
	RetryAfter  int    // seconds, for the header of that name; 0 means no header
	Hang        bool   // no reply until the caller gives up or the workspace closes
	CutReply    bool   // the connection breaks instead of a reply
	AfterEffect bool   // the call is carried out first, then this happens to its reply
}

// RateLimited answers 429 and asks for a pause of after seconds.
func RateLimited(after int) APIFault {
	return APIFault{Status: 429, Body: `{"ok":false,"error":"ratelimited"}`, RetryAfter: after}
}

// ServerError answers with a bare HTTP error such as 500, 502 or 503.
func ServerError(status int) APIFault {
	return APIFault{Status: status, ContentType: "text/plain", Body: "error " + strconv.Itoa(status)}
}

// HTMLPage answers 200 with a page for people, as proxies do.
func HTMLPage() APIFault {
	return APIFault{ContentType: "text/html; charset=utf-8", Body: "<!doctype html><title>Sorry</title><p>Something went wrong.</p>"}
}

// BrokenJSON answers 200 with half a JSON object.
func BrokenJSON() APIFault { return APIFault{Body: `{"ok":true,"ts":"17`} }

// SlackError answers 200 with {"ok":false,"error":code}.
func SlackError(code string) APIFault {
	return APIFault{Body: `{"ok":false,"error":` + strconv.Quote(code) + `}`}
}

// Hangs never replies.
func Hangs() APIFault { return APIFault{Hang: true} }

// LostReply carries the call out and then breaks the connection, so that the
// caller cannot know.
func LostReply() APIFault { return APIFault{CutReply: true, AfterEffect: true} }

// Faults makes a workspace misbehave on purpose. The zero value does nothing.
// Its methods may be called at any time, from any goroutine.
type Faults struct {
	mu          sync.Mutex
	api         map[string][]APIFault
	dropAcks    int
	duplicates  int
	freshDup    bool
	hold        int
	mentionTwo  bool
	noPings     bool
	noPongs     bool
	noCloseEcho bool
	plan        *Plan
	turns       map[string]int // things counted for the plan, by kind
	met         map[string]int // faults that happened, by kind
}

// API makes the next n calls of method meet f. "*" stands for every method.
func (f *Faults) API(method string, n int, fault APIFault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.api == nil {
		f.api = map[string][]APIFault{}
	}
	f.api[method] = append(f.api[method], slices.Repeat([]APIFault{fault}, n)...)
}

func (f *Faults) nextAPI(method string) (APIFault, bool) {
	fault, broken := f.queuedAPI(method)
	if !broken {
		fault, broken = f.plannedAPI(method)
	}
	if broken {
		f.meet(method)
	}
	return fault, broken
}

// Clear forgets the faults of API calls that have not happened yet.
func (f *Faults) Clear() { f.set(func() { clear(f.api) }) }

// meet counts a fault that happens.
func (f *Faults) meet(kind string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.met == nil {
		f.met = map[string]int{}
	}
	f.met[kind]++
}

// Met returns how many faults have happened, by kind: the method, or what was done to a frame or socket.
func (f *Faults) Met() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.met)
}

func (f *Faults) queuedAPI(method string) (APIFault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, name := range []string{method, "*"} {
		if queue := f.api[name]; len(queue) > 0 {
			f.api[name] = queue[1:]
			return queue[0], true
		}
	}
	return APIFault{}, false
}

// DropAcks loses the next n acks, as if they had never arrived.
func (f *Faults) DropAcks(n int) { f.set(func() { f.dropAcks = n }) }

// Duplicate delivers the next n events twice: with the same envelope_id, or
// with a new one and retry_attempt 1. The event_id stays the same.
func (f *Faults) Duplicate(n int, newEnvelope bool) {
	f.set(func() { f.duplicates, f.freshDup = n, newEnvelope })
}

// OutOfOrder holds the next n envelopes back and sends them, last first, when
// the n-th has come.
func (f *Faults) OutOfOrder(n int) { f.set(func() { f.hold = n }) }

// MentionAsMessage delivers each mention also as a message event with another
// event_id and the same ts, as for an app that subscribes to both.
func (f *Faults) MentionAsMessage(on bool) { f.set(func() { f.mentionTwo = on }) }

// NoPings stops the server's WebSocket PINGs.
func (f *Faults) NoPings(on bool) { f.set(func() { f.noPings = on }) }

// NoPongs stops answers to the client's PINGs.
func (f *Faults) NoPongs(on bool) { f.set(func() { f.noPongs = on }) }

// NoCloseEcho ignores close frames and leaves TCP open.
func (f *Faults) NoCloseEcho(on bool) { f.set(func() { f.noCloseEcho = on }) }

func (f *Faults) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

// is reads one switch.
func (f *Faults) is(flag *bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return *flag
}

// take counts one use of a fault down and reports whether there was one.
func (f *Faults) take(n *int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if *n <= 0 {
		return false
	}
	*n--
	return true
}

// holds reports whether the next envelope is to be held back, and whether it is the last such.
func (f *Faults) holds() (hold, last bool) {
	hold = f.take(&f.hold)
	return hold, hold && !f.more(&f.hold)
}

func (f *Faults) more(n *int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return *n > 0
}
