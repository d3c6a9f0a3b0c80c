package bot

import (
	"context"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// inMemory is a network of one host, so that a whole workspace and a bot can live
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
	here, there := connected()
	select {
	case n.conns <- there:
		return here, nil
	case <-n.done:
	case <-ctx.Done():
	}
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

// A flow carries bytes one way, and takes all that is written at once, as a socket does while its
// buffer is not full.
type flow struct {
	mu   sync.Mutex
	data []byte
	end  bool          // nothing more will be written
	gone bool          // nobody reads any more
	news chan struct{} // closed and replaced when something changes
}

func newFlow() *flow { return &flow{news: make(chan struct{})} }

// change does something under the lock and tells who waits.
func (f *flow) change(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do()
	close(f.news)
	f.news = make(chan struct{})
}

// take moves bytes into p. With none it returns what to wait for, or [io.EOF].
func (f *flow) take(p []byte) (int, <-chan struct{}, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n := copy(p, f.data); n > 0 {
		f.data = f.data[n:]
		return n, nil, nil
	}
	if f.end {
		return 0, nil, io.EOF
	}
	return 0, f.news, nil
}

// A memoryConn is one end of a connection. Unlike those of [net.Pipe], its ends do not wait for each
// other, and its deadlines take no goroutines.
type memoryConn struct {
	in, out *flow
	closed  chan struct{}
	once    sync.Once

	mu       sync.Mutex
	deadline time.Time
	moved    chan struct{} // closed and replaced when the deadline changes
}

func connected() (here, there *memoryConn) {
	a, b := newFlow(), newFlow()
	return newMemoryConn(a, b), newMemoryConn(b, a)
}

func newMemoryConn(in, out *flow) *memoryConn {
	return &memoryConn{in: in, out: out, closed: make(chan struct{}), moved: make(chan struct{})}
}

func (c *memoryConn) Read(p []byte) (int, error) {
	for {
		select {
		case <-c.closed:
			return 0, net.ErrClosed
		default:
		}
		c.mu.Lock()
		deadline, moved := c.deadline, c.moved
		c.mu.Unlock()
		n, news, err := c.in.take(p)
		if n > 0 || err != nil || len(p) == 0 {
			return n, err
		}
		if !deadline.IsZero() && !time.Now().Before(deadline) {
			return 0, os.ErrDeadlineExceeded
		}
		c.await(deadline, news, moved)
	}
}

// await returns when there may be something to read or the deadline has come or changed.
func (c *memoryConn) await(deadline time.Time, news, moved <-chan struct{}) {
	var late <-chan time.Time
	if !deadline.IsZero() {
		timer := time.NewTimer(time.Until(deadline))
		defer timer.Stop()
		late = timer.C
	}
	select {
	case <-news:
	case <-moved:
	case <-late:
	case <-c.closed:
	}
}

func (c *memoryConn) Write(p []byte) (int, error) {
	select {
	case <-c.closed:
		return 0, net.ErrClosed
	default:
	}
	broken := false
	c.out.change(func() {
		if broken = c.out.gone; !broken {
			c.out.data = append(c.out.data, p...)
		}
	})
	if broken {
		return 0, io.ErrClosedPipe
	}
	return len(p), nil
}

func (c *memoryConn) Close() error {
	c.once.Do(func() {
		close(c.closed)
		c.out.change(func() { c.out.end = true })
		c.in.change(func() { c.in.gone = true })
	})
	return nil
}

func (c *memoryConn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deadline = t
	close(c.moved)
	c.moved = make(chan struct{})
	return nil
}

func (c *memoryConn) SetDeadline(t time.Time) error    { return c.SetReadDeadline(t) }
func (c *memoryConn) SetWriteDeadline(time.Time) error { return nil }
func (c *memoryConn) LocalAddr() net.Addr              { return (*inMemory)(nil).Addr() }
func (c *memoryConn) RemoteAddr() net.Addr             { return (*inMemory)(nil).Addr() }
