package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// Limits and times of one connection.
const (
	// readLimit bounds one frame. Slack's largest documented payload, a view, has 250 kB.
	readLimit = 2 << 20
	// writeBuffer keeps an acknowledgement in one WebSocket frame; slack-go's authors saw
	// fragmented ones lost.
	writeBuffer = 32 << 10
	// maxAck is the size in bytes that an acknowledgement must stay below. Slack drops larger
	// ones in silence; measured by slack-go's authors, not documented.
	maxAck = 20_480
	// deadAfter is how long a connection may be without a ping or a frame from Slack. Both of
	// Slack's SDKs for Node and slack-go take 30 s.
	deadAfter = 30 * time.Second
	// pingEvery is how often we ping; pongWithin how old the last pong may be, a little more than the five
	// seconds of Slack's own SDK for Node. What Slack sends into a connection that is half open is late or
	// lost, so that it must be noticed soon.
	pingEvery  = time.Second
	pongWithin = 6 * time.Second
	// silentAfter is the age of the last pong from which a replacement is opened beside a connection that
	// answered before: commands that are sent into it meanwhile are lost three seconds later, and events late.
	// A packet that is lost three times in a row takes TCP 1.4 s to bring. A false alarm costs one more opening.
	silentAfter = 1500 * time.Millisecond
	// openWithin is how long the handshake, and then the hello, may take.
	openWithin = 15 * time.Second
	// writeWithin is how long one write may take.
	writeWithin = 5 * time.Second
	// leaveWithin is how long acknowledgements under way are waited for when a connection is
	// left: what Slack waits for them.
	leaveWithin = 3 * time.Second
	// maxHandling is the most envelopes of one connection that are handled at once. Above it
	// they stay unacknowledged and Slack sends them again.
	maxHandling = 256
)

// errAckTooLarge means that an acknowledgement was not sent for its size.
var errAckTooLarge = errors.New("acknowledgement too large")

// A handler acts on an envelope and calls ack once, at once. It does not call it when Slack is to
// send the envelope again. payload may be nil, and is looked at only by Slack's commands.
type handler func(ctx context.Context, e Envelope, ack func(payload any) error)

// An ending says how a connection came to its end.
type ending string

const (
	endRefresh  ending = "refresh"       // Slack wants it replaced; it still works for a while
	endClosed   ending = "closed"        // it broke or was closed
	endDisabled ending = "link_disabled" // Socket Mode was switched off in the app's settings
	endTooMany  ending = "too_many_websockets"
	endSilent   ending = "silent"  // it answers no ping, and is heard until its replacement is
	endStopped  ending = "stopped" // we are shutting down
)

// A link is one open WebSocket to Slack.
type link struct {
	conn   *websocket.Conn
	handle handler
	log    *slog.Logger

	writing  sync.Mutex
	slots    chan struct{}  // one element for each envelope being handled
	handling sync.WaitGroup // those envelopes
	running  sync.WaitGroup // reader and pinger

	// taking is held for writing once, to make leaving final: no envelope is taken after it.
	taking  sync.RWMutex
	leaving bool

	// lastPong is when the last pong came, or when the link was opened. It keeps its monotonic reading, as a
	// clock that is set while the bot runs makes no link dead and no silence short.
	lastPong atomic.Pointer[time.Time]
	answers  atomic.Bool   // a pong has come: who greets and is silent then is not heard
	parts    chan ending   // why the link is to be replaced; it is heard until then, or until Slack closes it
	parting  atomic.Bool   // something was sent on parts
	done     chan struct{} // closed when the reader has ended
	err      error         // what ended the reader; set before done is closed
}

// dial opens a WebSocket at url, waits for Slack's hello, and starts reading. ctx bounds the
// opening alone; handlers run with work.
func dial(ctx, work context.Context, dialer *websocket.Dialer, url string, handle handler, log *slog.Logger) (*link, error) {
	conn, response, err := dialer.DialContext(ctx, url, http.Header{})
	if err != nil {
		if response != nil {
			err = fmt.Errorf("%w (HTTP %d)", err, response.StatusCode)
		}
		return nil, fmt.Errorf("dial Slack's socket: %w", err)
	}
	l := &link{
		conn: conn, handle: handle, log: log,
		slots: make(chan struct{}, maxHandling),
		parts: make(chan ending, 1),
		done:  make(chan struct{}),
	}
	l.prepare()
	if err := l.hello(); err != nil {
		_ = conn.Close() // the dial has failed already
		return nil, err
	}
	l.running.Go(func() { l.read(work) })
	l.running.Go(l.ping)
	return l, nil
}

// prepare sets limits and answers to pings.
func (l *link) prepare() {
	l.conn.SetReadLimit(readLimit)
	opened := time.Now()
	l.lastPong.Store(&opened)
	l.conn.SetPongHandler(func(string) error {
		l.ponged(time.Now())
		return nil
	})
	l.conn.SetPingHandler(func(data string) error {
		l.alive()
		err := l.conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(writeWithin))
		if errors.Is(err, websocket.ErrCloseSent) {
			return nil
		}
		return err
	})
}

// ponged notes that Slack has answered a ping.
func (l *link) ponged(at time.Time) {
	l.lastPong.Store(&at)
	l.answers.Store(true)
}

// silent is how long Slack has answered no ping.
func (l *link) silent(now time.Time) time.Duration { return now.Sub(*l.lastPong.Load()) }

// alive puts off the moment at which the connection counts as dead.
func (l *link) alive() { _ = l.conn.SetReadDeadline(time.Now().Add(deadAfter)) }

// hello waits for the first frame.
func (l *link) hello() error {
	_ = l.conn.SetReadDeadline(time.Now().Add(openWithin))
	_, data, err := l.conn.ReadMessage()
	if err != nil {
		return fmt.Errorf("wait for Slack's hello: %w", err)
	}
	e, err := parseEnvelope(data)
	if err != nil {
		return fmt.Errorf("wait for Slack's hello: %w", err)
	}
	if e.Type == typeDisconnect {
		return &disconnected{ending(e.Reason)}
	}
	if e.Type != typeHello {
		return fmt.Errorf("wait for Slack's hello: got an envelope of another type")
	}
	l.alive()
	return nil
}

// disconnected is the error of a connection that Slack closed in place of a hello.
type disconnected struct{ reason ending }

func (d *disconnected) Error() string { return "Slack refused the connection: " + string(d.reason) }

// read takes frames until the connection ends. It never waits for a handler.
func (l *link) read(ctx context.Context) {
	defer close(l.done)
	for {
		kind, data, err := l.conn.ReadMessage()
		if err != nil {
			l.err = err
			return
		}
		l.alive()
		if kind != websocket.TextMessage {
			l.log.Warn("frame ignored", "why", "not text", "bytes", len(data))
			continue
		}
		e, err := parseEnvelope(data)
		if err != nil {
			l.log.Warn("frame ignored", "why", "malformed JSON", "bytes", len(data))
			continue
		}
		if e.Type == typeDisconnect {
			l.disconnect(ending(e.Reason))
			continue
		}
		l.take(ctx, e)
	}
}

// disconnect notes why Slack wants to part. What it says first holds.
func (l *link) disconnect(reason ending) {
	l.log.Info("slack asks to disconnect", "reason", string(reason))
	if reason != endDisabled && reason != endTooMany {
		reason = endRefresh
	}
	l.part(reason)
}

// part asks for a replacement, unless that was asked for before.
func (l *link) part(why ending) {
	if l.parting.CompareAndSwap(false, true) {
		l.parts <- why
	}
}

// take has an envelope handled in a goroutine of its own, if there is room.
func (l *link) take(ctx context.Context, e Envelope) {
	if e.ID == "" {
		return
	}
	l.taking.RLock()
	defer l.taking.RUnlock()
	if l.leaving {
		return
	}
	select {
	case l.slots <- struct{}{}:
	default:
		l.log.Error("envelope left for Slack to send again", "why", "too many at once", "envelope", e.ID)
		return
	}
	l.handling.Go(func() {
		defer func() { <-l.slots }()
		defer l.rescue(e)
		l.handle(ctx, e, func(payload any) error { return l.ack(e, payload) })
	})
}

// rescue keeps a fault in a handler from ending the process. It does not acknowledge the envelope: nobody
// knows here whether its question was remembered. Slack sends it again, and the journal knows a repeat.
func (l *link) rescue(e Envelope) {
	if v := recover(); v != nil {
		l.log.Error("panic while handling an envelope", "envelope", e.ID, "ref", reference(e.key()), "panic", panicText(v), "stack", string(debug.Stack()))
	}
}

// ack acknowledges an envelope. A failed write ends the connection, as nothing more will get
// through it.
func (l *link) ack(e Envelope, payload any) error {
	data, err := json.Marshal(struct {
		ID      string `json:"envelope_id"`
		Payload any    `json:"payload,omitempty"`
	}{e.ID, payload})
	if err != nil {
		return fmt.Errorf("acknowledge envelope %q: %w", e.ID, err)
	}
	if len(data) >= maxAck {
		return errAckTooLarge
	}
	l.writing.Lock()
	defer l.writing.Unlock()
	_ = l.conn.SetWriteDeadline(time.Now().Add(writeWithin))
	if err := l.conn.WriteMessage(websocket.TextMessage, data); err != nil {
		_ = l.conn.Close() // the write's error is the one to report
		return fmt.Errorf("acknowledge envelope %q: %w", e.ID, err)
	}
	return nil
}

// ping finds connections that the other side has forgotten. The first ping goes out at once.
func (l *link) ping() {
	ticker := time.NewTicker(pingEvery)
	defer ticker.Stop()
	for now := time.Now(); ; {
		age := l.silent(now)
		late := age > pongWithin
		if age > silentAfter && l.answers.Load() {
			l.part(endSilent)
		}
		err := l.conn.WriteControl(websocket.PingMessage, nil, now.Add(writeWithin))
		if late || err != nil && !errors.Is(err, websocket.ErrCloseSent) {
			l.log.Warn("connection is dead", "why", "no pong")
			_ = l.conn.Close() // ends the reader
			return
		}
		select {
		case <-l.done:
			return
		case now = <-ticker.C:
		}
	}
}

// answered is when Slack last answered a ping; the zero time if it never did.
func (l *link) answered() time.Time {
	if !l.answers.Load() {
		return time.Time{}
	}
	return *l.lastPong.Load()
}

// leave takes no more envelopes, gives those under way time to be acknowledged, and closes. It
// returns when nothing of the link runs any more; handlers bound their own time.
func (l *link) leave() {
	l.taking.Lock()
	l.leaving = true
	l.taking.Unlock()
	handled := make(chan struct{})
	go func() { l.handling.Wait(); close(handled) }()
	select {
	case <-handled:
	case <-l.done:
	case <-time.After(leaveWithin):
	}
	bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	_ = l.conn.WriteControl(websocket.CloseMessage, bye, time.Now().Add(time.Second)) // a courtesy
	_ = l.conn.Close()
	l.running.Wait()
	<-handled
}

// panicText tells of a panic without its value, which may hold a text, unless the runtime made it.
func panicText(v any) string {
	if err, ok := v.(interface{ RuntimeError() }); ok {
		return fmt.Sprint(err)
	}
	return fmt.Sprintf("%T", v)
}
