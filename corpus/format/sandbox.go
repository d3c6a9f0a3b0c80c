package format

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"

	"verbatim/corpus"
)

// Limits of the process that reads a file.
const (
	// MaxTime is how long one file may take.
	MaxTime = 30 * time.Second
	// softTime is when a reader that can stop half-way does, and says what is missing.
	softTime = 20 * time.Second
	// MaxMemory is how many bytes of memory the process may use.
	MaxMemory = 384 << 20
	// maxWorkers is how many processes read at the same time.
	maxWorkers = 2
)

// A Sandbox reads files in processes of its own, under [MaxTime] and [MaxMemory]: a file that breaks a
// limit or the process is an error, and the next file meets a new process. No format is read without
// one, however simple. It is safe for concurrent use.
type Sandbox struct {
	// command starts a process that runs [Serve] on its standard input and output.
	command func(ctx context.Context) *exec.Cmd
	limit   time.Duration

	slots chan struct{} // holds one token for each process that may run
	mu    sync.Mutex
	idle  []*worker

	preparing sync.Mutex
	prepared  bool
}

// NewSandbox returns a sandbox. The command, which the sandbox starts when it needs it, runs [Serve] on
// its standard input and output; the caller must call Close.
func NewSandbox(command func(ctx context.Context) *exec.Cmd) *Sandbox {
	return &Sandbox{command: command, limit: MaxTime, slots: make(chan struct{}, maxWorkers)}
}

// ReadAs is [ReadAs] under limits of time and memory. The reasons [ErrTooSlow], [ErrMemory] and
// [ErrCrashed] say that the file broke them; other errors without a [Reason] say that no process could
// be started or that ctx ended, which is not the file's fault.
func (s *Sandbox) ReadAs(ctx context.Context, mediaType, name string, data []byte) ([]*corpus.Document, error) {
	kind, err := kindOfFile(mediaType, name, data)
	if err != nil {
		return nil, err
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if needsPDFium(kind, data) {
		if err := s.prepare(ctx); err != nil {
			return nil, err
		}
	}
	for {
		w, err := s.worker()
		if err != nil {
			return nil, fmt.Errorf("start the reader's process: %w", err)
		}
		used := w.used
		docs, err, alive := w.read(ctx, s.limit, request{MediaType: mediaType, Name: name, Size: len(data)}, data)
		if alive && !exhausts(err) {
			s.mu.Lock()
			s.idle = append(s.idle, w)
			s.mu.Unlock()
			return docs, err
		}
		w.kill()
		if alive || !used || !exhausts(err) {
			return docs, err
		}
		// The files before may have left it too little room: this one gets a process of its own.
	}
}

// exhausts says whether an error leaves a process that had better read no other file.
func exhausts(err error) bool {
	return errors.Is(err, ErrCrashed) || errors.Is(err, ErrMemory) || errors.Is(err, ErrTooLarge)
}

// needsPDFium says whether a file is a PDF, or mail that may have one attached.
func needsPDFium(k kind, data []byte) bool {
	return k == kindPDF || (k == kindEML || k == kindMbox) && bytes.Contains(bytes.ToLower(data), []byte("pdf"))
}

// prepareTime is how long the compilation of PDFium may take: some 6 seconds on one core, once on a
// machine.
const prepareTime = 5 * time.Minute

// prepare has PDFium compiled by a process of its own before the first file that may need it: that
// takes more memory than reading may, and no file is at hand that could abuse it.
func (s *Sandbox) prepare(ctx context.Context) error {
	s.preparing.Lock()
	defer s.preparing.Unlock()
	if s.prepared {
		return nil
	}
	w, err := startWorker(s.command)
	if err != nil {
		return fmt.Errorf("start the reader's process: %w", err)
	}
	_, err, alive := w.read(ctx, prepareTime, request{Prepare: true}, nil)
	if alive {
		w.kill()
	}
	if err != nil {
		return fmt.Errorf("prepare the reader of PDF: %w", err)
	}
	s.prepared = true
	return nil
}

// kindOfFile is kindOf without a look into archives, which is left to the process.
func kindOfFile(mediaType, name string, data []byte) (kind, error) {
	if len(data) <= MaxFileSize && isZIP(data) && !isLock(name) {
		return kindZIP, nil
	}
	return kindOf(mediaType, name, data)
}

// worker returns a process that waits for a file.
func (s *Sandbox) worker() (*worker, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.idle); n > 0 {
		w := s.idle[n-1]
		s.idle = s.idle[:n-1]
		return w, nil
	}
	return startWorker(s.command)
}

// Close ends the processes that wait. No call may be under way.
func (s *Sandbox) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range s.idle {
		w.kill()
	}
	s.idle = nil
	return nil
}

// A remoteError is an error that came from the process.
type remoteError struct {
	reason Reason
	text   string
}

func (e *remoteError) Error() string { return e.text }
func (e *remoteError) Unwrap() error { return e.reason }

// A worker is a process that reads one file after the other.
type worker struct {
	cmd    *exec.Cmd
	cancel context.CancelFunc
	in     io.WriteCloser
	out    *bufio.Reader
	said   *head // on its standard error
	used   bool  // it has read a file
}

// startWorker starts a process. It lives until it is killed, not as long as a call.
func startWorker(command func(ctx context.Context) *exec.Cmd) (*worker, error) {
	ctx, cancel := context.WithCancel(context.Background())
	w := &worker{cmd: command(ctx), cancel: cancel, said: new(head)}
	w.cmd.Stderr = w.said
	in, err := w.cmd.StdinPipe()
	if err != nil {
		cancel()
		return nil, err
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		cancel()
		return nil, err
	}
	w.in, w.out = in, bufio.NewReader(out)
	if err := w.cmd.Start(); err != nil {
		cancel()
		return nil, err
	}
	return w, nil
}

// kill ends the process and waits until it is gone. It returns its exit code.
func (w *worker) kill() int {
	w.cancel()
	_ = w.in.Close()
	_ = w.cmd.Wait() // How it ended is in its state.
	return w.cmd.ProcessState.ExitCode()
}

// read has the process read one file; alive says that it can read another.
func (w *worker) read(ctx context.Context, limit time.Duration, r request, data []byte) (docs []*corpus.Document, err error, alive bool) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	w.used = true
	type outcome struct {
		reply reply
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		if o.err = writeFrame(w.in, r, data); o.err == nil {
			o.reply, o.err = readReply(w.out)
		}
		done <- o
	}()
	select {
	case o := <-done:
		if o.err != nil {
			return nil, w.fate(o.err), false
		}
		if o.reply.Reason != "" {
			return nil, &remoteError{o.reply.Reason, o.reply.Text}, true
		}
		return o.reply.Documents, nil, true
	case <-ctx.Done():
		w.kill() // Which ends the goroutine, too.
		<-done
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return nil, ErrTooSlow, false
		}
		return nil, ctx.Err(), false
	}
}

// fate says why the process ended in the middle of a file. Go's runtime writes what was the matter.
func (w *worker) fate(err error) error {
	code := w.kill()
	last := string(w.said.bytes())
	if strings.Contains(last, "out of memory") || strings.Contains(last, "cannot allocate memory") || strings.Contains(last, "errno=12") {
		return ErrMemory
	}
	return because(ErrCrashed, "the process ended with %d: %v", code, err)
}

// A head keeps the first bytes that are written to it.
type head struct {
	mu   sync.Mutex
	kept []byte
}

// maxHead is how many bytes a head keeps.
const maxHead = 4096

func (h *head) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.kept = append(h.kept, p[:min(len(p), maxHead-len(h.kept))]...)
	return len(p), nil
}

func (h *head) bytes() []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.kept
}
