package bot

import (
	"context"
	"net"
	"sync"
	"time"
)

// inMemory is a network of one host, made of pipes, so that a whole workspace and a bot can live
// in a synctest bubble.
type inMemory struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once

	mu     sync.Mutex
	broken error // what dialling meets
}

func newInMemory() *inMemory { return &inMemory{conns: make(chan net.Conn), done: make(chan struct{})} }

func (n *inMemory) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	n.mu.Lock()
	broken := n.broken
	n.mu.Unlock()
	if broken != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: broken}
	}
	a, b := net.Pipe()
	here, there := newBuffered(a), newBuffered(b)
	select {
	case n.conns <- there:
		return here, nil
	case <-n.done:
	case <-ctx.Done():
	}
	_ = here.Close()
	_ = there.Close()
	return nil, &net.OpError{Op: "dial", Net: network, Err: net.ErrClosed}
}

// breaks makes dialling fail with err; nil mends it.
func (n *inMemory) breaks(err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.broken = err
}

func (n *inMemory) Accept() (net.Conn, error) {
	select {
	case c := <-n.conns:
		return c, nil
	case <-n.done:
		return nil, net.ErrClosed
	}
}

func (n *inMemory) Close() error   { n.once.Do(func() { close(n.done) }); return nil }
func (n *inMemory) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

// A buffered end of a pipe takes writes at once, as a socket does. Without that, two sides that
// answer each other's pings wait for each other.
type buffered struct {
	net.Conn
	out    chan []byte
	closed chan struct{}
	once   sync.Once
}

func newBuffered(c net.Conn) *buffered {
	b := &buffered{Conn: c, out: make(chan []byte, 4096), closed: make(chan struct{})}
	go b.pump()
	return b
}

// pump carries what was written to the other side. After Close it carries the rest, for a while.
func (b *buffered) pump() {
	defer b.Conn.Close()
	for {
		select {
		case p := <-b.out:
			if _, err := b.Conn.Write(p); err != nil {
				return
			}
		case <-b.closed:
			_ = b.Conn.SetWriteDeadline(time.Now().Add(time.Second))
			for len(b.out) > 0 {
				if _, err := b.Conn.Write(<-b.out); err != nil {
					return
				}
			}
			return
		}
	}
}

func (b *buffered) Write(p []byte) (int, error) {
	select {
	case <-b.closed:
		return 0, net.ErrClosed
	default:
	}
	select {
	case <-b.closed:
		return 0, net.ErrClosed
	case b.out <- append([]byte(nil), p...):
		return len(p), nil
	}
}

func (b *buffered) Close() error {
	b.once.Do(func() {
		close(b.closed)
		_ = b.Conn.SetReadDeadline(time.Unix(1, 0)) // ends a read under way
	})
	return nil
}

func (b *buffered) SetReadDeadline(t time.Time) error {
	select {
	case <-b.closed:
		return net.ErrClosed
	default:
		return b.Conn.SetReadDeadline(t)
	}
}

func (b *buffered) SetDeadline(t time.Time) error    { return b.SetReadDeadline(t) }
func (b *buffered) SetWriteDeadline(time.Time) error { return nil }
