package localslack

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// Limits of Socket Mode.
const (
	maxConns      = 10   // connections of one app
	outboxFrames  = 1024 // frames that wait for a slow client before it is cut off
	writeTimeout  = 10 * time.Second
	debugLifetime = 6 * time.Minute // of a connection with debug_reconnects=true
	shownLifetime = time.Hour       // what hello says of a connection that is never refreshed
)

// conn is one open WebSocket.
type conn struct {
	n       int // 1 for the first
	ws      *websocket.Conn
	out     chan frame
	gone    chan struct{} // closed once no frame will be written any more
	once    sync.Once
	closing bool        // a disconnect was announced. Guarded by Workspace.mu, as is closed.
	closed  bool        // a close frame is on its way: no more envelopes
	left    atomic.Bool // the app has sent a close frame
	stalled atomic.Bool // half open: nothing passes, and nobody is told
	code    int         // of the app's close frame; only its reader touches it
}

type frame struct {
	kind int
	data []byte
}

// cut breaks TCP without a close frame.
func (c *conn) cut() {
	c.once.Do(func() { close(c.gone) })
	c.ws.NetConn().Close()
}

// broken reports whether nothing will be written any more.
func (c *conn) broken() bool {
	select {
	case <-c.gone:
		return true
	default:
		return false
	}
}

// push queues a frame; a client that does not read is cut off. It never blocks.
func (c *conn) push(f frame) bool {
	if c.broken() {
		return false
	}
	select {
	case c.out <- f:
		return true
	default:
		c.cut()
		return false
	}
}

// serveLink upgrades a request with a ticket and reads acks until the connection ends.
func (w *Workspace) serveLink(rw http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	if !w.enter() {
		http.Error(rw, "closed", http.StatusServiceUnavailable)
		return
	}
	defer w.leave()
	if fault, broken := w.faults.nextAPI("link"); broken {
		w.misbehave(rw, r, fault)
		return
	}
	w.mu.Lock()
	fresh := w.tickets[ticket]
	delete(w.tickets, ticket)
	w.mu.Unlock()
	if !fresh {
		http.Error(rw, "the ticket is unknown or was used before", http.StatusConflict)
		return
	}
	up := websocket.Upgrader{WriteBufferSize: 32 << 10, CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := up.Upgrade(rw, r, nil)
	if err != nil {
		return
	}
	c := &conn{ws: ws, out: make(chan frame, outboxFrames), gone: make(chan struct{})}
	defer c.cut()
	life := w.cfg.Timing.Refresh
	if r.URL.Query().Get("debug_reconnects") == "true" {
		life = debugLifetime
	}
	if !w.greet(c, life) {
		c.write(frame{kind: websocket.TextMessage, data: disconnectFrame("too_many_websockets", r.Host)})
		c.writeClose(websocket.ClosePolicyViolation)
		return
	}
	w.readAcks(c)
	w.forget(c)
}

// greet lists the connection, says hello and starts its writer. It reports
// false where the app has too many connections.
func (w *Workspace) greet(c *conn, life time.Duration) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.conns) >= maxConns || w.closed {
		return false
	}
	w.connSeq++
	c.n = w.connSeq
	w.conns = append(w.conns, c)
	shown := life
	if shown == 0 {
		shown = shownLifetime
	}
	c.push(frame{kind: websocket.TextMessage, data: mustJSON(map[string]any{
		"type": "hello", "num_connections": len(w.conns),
		"connection_info": map[string]any{"app_id": w.cfg.AppOf},
		"debug_info": map[string]any{
			"host": "applink-local-" + strconv.Itoa(c.n), "build_number": 1,
			"started":                     w.cfg.Now().UTC().Format("2006-01-02 15:04:05.000"),
			"approximate_connection_time": int(shown / time.Second),
		},
	})})
	w.spawn(func() { w.writeFrames(c) })
	if life > 0 {
		w.after(max(life-w.cfg.Timing.WarningLead, 0), c.gone, func() { w.warn(c, "warning") })
	}
	w.log.Debug("socket open", "conn", c.n, "open", len(w.conns))
	w.touch()
	return true
}

func (w *Workspace) forget(c *conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conns = slices.DeleteFunc(slices.Clone(w.conns), func(x *conn) bool { return x == c })
	w.ends = append(w.ends, SocketEnd{Conn: c.n, Code: c.code, Told: c.closing || c.closed})
	w.log.Debug("socket gone", "conn", c.n, "open", len(w.conns))
	w.touch()
}

// writeFrames is the only writer of data frames. It sends PINGs in between.
func (w *Workspace) writeFrames(c *conn) {
	defer c.cut()
	ping := time.NewTicker(w.cfg.Timing.PingEvery)
	defer ping.Stop()
	for n := 1; ; {
		select {
		case <-w.ctx.Done():
			c.writeClose(websocket.CloseGoingAway)
			return
		case <-c.gone:
			return
		case f := <-c.out:
			if !c.stalled.Load() && !c.write(f) {
				return
			}
		case <-ping.C:
			if c.stalled.Load() || w.faults.is(&w.faults.noPings) {
				continue
			}
			if c.ws.WriteControl(websocket.PingMessage, []byte("ping "+strconv.Itoa(n)), time.Now().Add(writeTimeout)) != nil {
				return
			}
			n++
		}
	}
}

func (c *conn) write(f frame) bool {
	if f.kind == websocket.CloseMessage {
		c.writeClose(websocket.CloseNormalClosure)
		return true
	}
	if c.ws.SetWriteDeadline(time.Now().Add(writeTimeout)) != nil {
		return false
	}
	return c.ws.WriteMessage(f.kind, f.data) == nil
}

func (c *conn) writeClose(code int) {
	deadline := time.Now().Add(writeTimeout)
	if c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), deadline) != nil {
		c.cut()
	}
}

// readAcks reads frames until the connection ends.
func (w *Workspace) readAcks(c *conn) {
	answer := c.ws.PingHandler()
	c.ws.SetPingHandler(func(data string) error {
		if c.stalled.Load() || w.faults.is(&w.faults.noPongs) {
			return nil
		}
		return answer(data)
	})
	echo := c.ws.CloseHandler()
	c.ws.SetCloseHandler(func(code int, text string) error {
		c.left.Store(true)
		if !c.stalled.Load() {
			c.code = code
		}
		if w.faults.is(&w.faults.noCloseEcho) {
			<-c.gone
			return nil
		}
		return echo(code, text)
	})
	for {
		kind, data, err := c.ws.ReadMessage()
		if err != nil {
			return
		}
		if kind == websocket.TextMessage && !c.stalled.Load() {
			w.ack(c, data)
		}
	}
}

func disconnectFrame(reason, host string) []byte {
	f := map[string]any{"type": "disconnect", "debug_info": map[string]any{"host": host}}
	if reason != "" {
		f["reason"] = reason
	}
	return mustJSON(f)
}

// warn announces the end of a connection, and ends it later. The caller holds w.mu.
func (w *Workspace) warn(c *conn, reason string) {
	c.closing = true
	c.push(frame{kind: websocket.TextMessage, data: disconnectFrame(reason, "applink-local-"+strconv.Itoa(c.n))})
	w.after(w.cfg.Timing.WarningLead, c.gone, func() { w.finish(c) })
}

// finish sends a close frame, and cuts the connection where the client does
// not answer it. The caller holds w.mu.
func (w *Workspace) finish(c *conn) {
	c.closed = true
	c.push(frame{kind: websocket.CloseMessage})
	w.after(writeTimeout, c.gone, c.cut)
}

// Connections returns the numbers of the open connections, oldest first.
func (w *Workspace) Connections() []int {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []int
	for _, c := range w.conns {
		out = append(out, c.n)
	}
	return out
}

// each calls f, with w.mu held, for connection n, or for all when n is 0.
func (w *Workspace) each(n int, f func(*conn)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.conns {
		if n == 0 || c.n == n {
			f(c)
		}
	}
}

// Disconnect announces the end of connection n (0 for all) with a reason such
// as warning, refresh_requested or link_disabled, and closes it after
// Timing.WarningLead. Envelopes still pass until then.
func (w *Workspace) Disconnect(n int, reason string) {
	w.each(n, func(c *conn) { w.warn(c, reason) })
}

// CloseConnection ends connection n (0 for all) with a close frame and no warning.
func (w *Workspace) CloseConnection(n int) {
	w.each(n, w.finish)
}

// Cut breaks connection n (0 for all) without a close frame.
func (w *Workspace) Cut(n int) { w.each(n, (*conn).cut) }

// SendText sends any text frame to connection n (0 for all): broken JSON, an
// unknown type, anything.
func (w *Workspace) SendText(n int, text string) {
	w.each(n, func(c *conn) { c.push(frame{kind: websocket.TextMessage, data: []byte(text)}) })
}

// SendBinary sends a binary frame to connection n (0 for all).
func (w *Workspace) SendBinary(n int, data []byte) {
	w.each(n, func(c *conn) { c.push(frame{kind: websocket.BinaryMessage, data: data}) })
}

// SendEnvelope delivers payload as an envelope of any kind, known or not, and
// watches its ack like every other. Its event_id, if it has one, is recorded.
func (w *Workspace) SendEnvelope(kind string, payload json.RawMessage) {
	var known struct {
		EventID string `json:"event_id"`
	}
	if json.Unmarshal(payload, &known) != nil {
		known.EventID = "" // what is no event has none
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.deliver(outgoing{kind: kind, eventID: known.EventID, payload: payload})
}
