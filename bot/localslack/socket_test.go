package localslack

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestTicketsAreSingleUse(t *testing.T) {
	w := start(t)
	address := w.ticket()
	first, _, err := w.dial(address)
	ok(t, err)
	defer first.Close()
	for name, again := range map[string]string{"used": address, "unknown": strings.Replace(address, "ticket=", "ticket=0", 1)} {
		if _, res, err := w.dial(again); err == nil || res == nil || res.StatusCode != http.StatusConflict {
			t.Errorf("%s ticket: %v %v", name, err, res)
		}
	}
}

func TestHello(t *testing.T) {
	w := start(t)
	w.connect()
	ws, _, err := w.dial(w.ticket() + "&debug_reconnects=true")
	ok(t, err)
	defer ws.Close()
	hello := (&socket{ws, t}).read()
	for _, c := range []struct {
		keys []any
		want any
	}{
		{[]any{"type"}, "hello"}, {[]any{"num_connections"}, 2.0}, {[]any{"connection_info", "app_id"}, "A0VERBATIM"},
		{[]any{"debug_info", "approximate_connection_time"}, 360.0},
	} {
		if got := dig(hello, c.keys...); got != c.want {
			t.Errorf("%v is %v, want %v", c.keys, got, c.want)
		}
	}
}

func TestEleventhConnectionIsRefused(t *testing.T) {
	w := start(t)
	for range maxConns {
		w.connect()
	}
	ws, _, err := w.dial(w.ticket())
	ok(t, err)
	defer ws.Close()
	s := &socket{ws, t}
	if f := s.read(); f["type"] != "disconnect" || f["reason"] != "too_many_websockets" {
		t.Errorf("the eleventh reads %v", f)
	}
	if _, _, err := s.ReadMessage(); !websocket.IsCloseError(err, websocket.ClosePolicyViolation) {
		t.Errorf("then %v", err)
	}
	if n := len(w.Connections()); n != maxConns {
		t.Errorf("%d connections are open", n)
	}
}

func TestPingAndPong(t *testing.T) {
	w := start(t, func(c *Config) { c.Timing.PingEvery = 10 * time.Millisecond })
	s := w.connect()
	pinged, ponged := make(chan struct{}, 100), make(chan string, 1)
	answer := s.PingHandler()
	s.SetPingHandler(func(data string) error { pinged <- struct{}{}; return answer(data) })
	s.SetPongHandler(func(data string) error { ponged <- data; return nil })
	go s.ReadMessage()
	<-pinged
	<-pinged
	ok(t, s.WriteControl(websocket.PingMessage, []byte("mine"), time.Now().Add(time.Second)))
	if got := <-ponged; got != "mine" {
		t.Errorf("pong says %q", got)
	}
}

func TestPingsCanStop(t *testing.T) {
	w := start(t, func(c *Config) { c.Timing.PingEvery = 5 * time.Millisecond })
	w.Faults().NoPings(true)
	w.Faults().NoPongs(true)
	s := w.connect()
	s.SetPingHandler(func(string) error { t.Error("a PING came"); return nil })
	s.SetPongHandler(func(string) error { t.Error("a PONG came"); return nil })
	ok(t, s.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second)))
	s.SetReadDeadline(time.Now().Add(60 * time.Millisecond))
	if _, _, err := s.ReadMessage(); err == nil {
		t.Error("a frame came")
	}
}

func TestEnvelopesAreSpread(t *testing.T) {
	conns := func() (list []int) {
		w := start(t)
		for range 3 {
			w.connect()
		}
		for range 30 {
			must1[string](t)(w.Say(Ada, w.DM(Ada), "hello"))
		}
		for _, e := range w.Envelopes() {
			list = append(list, e.Conn)
		}
		return list
	}
	first, second := conns(), conns()
	count := map[int]int{}
	for i := range first {
		count[first[i]]++
		if first[i] != second[i] {
			t.Fatalf("one seed, two orders: %v and %v", first, second)
		}
	}
	if len(count) != 3 || len(first) != 30 {
		t.Errorf("spread over the connections: %v", count)
	}
}

func TestDisconnectFrames(t *testing.T) {
	for _, reason := range []string{"warning", "refresh_requested", "link_disabled", ""} {
		t.Run("reason "+reason, func(t *testing.T) {
			w := start(t, quick)
			old := w.connect()
			w.Disconnect(1, reason)
			if f := old.read(); f["type"] != "disconnect" || reason != "" && f["reason"] != reason {
				t.Fatalf("read %v", f)
			}
			fresh := w.connect()
			must1[string](t)(w.Say(Ada, w.DM(Ada), "which one?"))
			if e := fresh.take(); e["type"] != "events_api" {
				t.Errorf("the new connection reads %v", e)
			}
			if _, _, err := old.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
				t.Errorf("the old one ends with %v", err)
			}
		})
	}
}

// An announced connection still carries envelopes while it is the only one.
func TestWarnedConnectionStillWorks(t *testing.T) {
	w := start(t, func(c *Config) { c.Timing.WarningLead = time.Minute })
	s := w.connect()
	w.Disconnect(0, "warning")
	s.read()
	must1[string](t)(w.Say(Ada, w.DM(Ada), "still there?"))
	if e := s.take(); e["type"] != "events_api" {
		t.Errorf("read %v", e)
	}
}

func TestRefresh(t *testing.T) {
	w := start(t, quick, func(c *Config) { c.Timing.Refresh = 30 * time.Millisecond })
	s := w.connect()
	if f := s.read(); f["reason"] != "warning" {
		t.Errorf("read %v", f)
	}
	if _, _, err := s.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
		t.Errorf("then %v", err)
	}
}

func TestCutHasNoCloseFrame(t *testing.T) {
	w := start(t)
	s := w.connect()
	w.Cut(0)
	if _, _, err := s.ReadMessage(); err == nil || websocket.IsCloseError(err, websocket.CloseNormalClosure, websocket.CloseGoingAway) {
		t.Errorf("the cut reads as %v", err)
	}
	ok(t, w.wait(w.ctx, "no connection", func() bool { return len(w.conns) == 0 }))
}

func TestCloseFrameOfTheClient(t *testing.T) {
	w := start(t)
	s := w.connect()
	ok(t, s.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second)))
	if _, _, err := s.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
		t.Errorf("the echo is %v", err)
	}
	w.Faults().NoCloseEcho(true)
	s = w.connect()
	ok(t, s.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second)))
	s.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if _, _, err := s.ReadMessage(); websocket.IsCloseError(err, websocket.CloseNormalClosure) {
		t.Error("the close frame was echoed")
	}
}

func TestStrangeFrames(t *testing.T) {
	w := start(t, quick)
	s := w.connect()
	w.SendText(0, `{"type":`)
	w.SendBinary(1, []byte{1, 2})
	w.SendEnvelope("hologram", mustJSON(map[string]any{"x": 1}))
	w.SendEnvelope("events_api", mustJSON(map[string]any{"type": "event_callback", "event": map[string]any{"type": "moon_rose"}}))
	if kind, b, _ := s.ReadMessage(); kind != websocket.TextMessage || string(b) != `{"type":` {
		t.Errorf("read %q", b)
	}
	if kind, b, _ := s.ReadMessage(); kind != websocket.BinaryMessage || len(b) != 2 {
		t.Errorf("read kind %d %q", kind, b)
	}
	if e := s.take(); e["type"] != "hologram" || e["envelope_id"] == "" {
		t.Errorf("read %v", e)
	}
	if e := s.take(); dig(e, "payload", "event", "type") != "moon_rose" {
		t.Errorf("read %v", e)
	}
}

// TestSocketEnds ends sockets in the three ways in which they end: by a close frame of the app, without one, and by
// one of ours, to which the app's is a reply.
func TestSocketEnds(t *testing.T) {
	w := start(t)
	polite, rude, told := w.connect(), w.connect(), w.connect()
	gone := func(n int) {
		t.Helper()
		ok(t, w.WaitFor(t.Context(), "the end of a socket", func() bool { return len(w.SocketEnds()) == n }))
	}
	bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	ok(t, polite.WriteControl(websocket.CloseMessage, bye, time.Now().Add(time.Second)))
	gone(1)
	ok(t, rude.NetConn().Close())
	gone(2)
	w.CloseConnection(w.Connections()[0])
	if _, _, err := told.ReadMessage(); err == nil {
		t.Error("no close frame came")
	}
	gone(3)
	want := []SocketEnd{{Conn: 1, Code: websocket.CloseNormalClosure}, {Conn: 2}, {Conn: 3, Code: websocket.CloseNormalClosure, Told: true}}
	if got := w.SocketEnds(); !slices.Equal(got, want) {
		t.Errorf("ends %+v, want %+v", got, want)
	}
}
