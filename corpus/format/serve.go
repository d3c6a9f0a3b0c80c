package format

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"time"
)

// maxRequest is the length in bytes of the longest description of a file.
const maxRequest = 1 << 20

// Serve reads files for a [Sandbox]: their bytes come from in, their documents go to out, until in
// ends. Before the first file it lowers the memory that this process may use to [MaxMemory], for good;
// where the system offers no such limit, Go's own stands in for it. Machine code that takes seconds to
// make is kept in cacheDir, which is made if needed: without one, no PDF can be read.
func Serve(in io.Reader, out io.Writer, cacheDir string) (err error) {
	t := tools{cacheDir: cacheDir}
	defer func() { err = errors.Join(err, t.Close()) }()
	r, w := bufio.NewReader(in), bufio.NewWriter(out)
	limited := false
	for {
		var req request
		if err := readFrame(r, maxRequest, &req); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if !req.Prepare && !limited {
			if err := limitMemory(MaxMemory); err != nil {
				return fmt.Errorf("limit memory: %w", err)
			}
			debug.SetMemoryLimit(MaxMemory * 3 / 4)
			limited = true
		}
		if req.Size < 0 || req.Size > MaxFileSize {
			return fmt.Errorf("a file of %d bytes", req.Size)
		}
		data := make([]byte, req.Size)
		if _, err := io.ReadFull(r, data); err != nil {
			return err
		}
		if err := writeReply(w, t.answer(req, data)); err != nil {
			return err
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
}

// answer reads one file. A panic of a reader is an error of that file.
func (t *tools) answer(req request, data []byte) (answer reply) {
	defer func() {
		if p := recover(); p != nil {
			answer = failed(because(ErrCrashed, "%v", p))
		}
	}()
	if req.Prepare {
		if _, err := t.pdfium(); err != nil {
			return failed(err)
		}
		return reply{}
	}
	t.deadline = time.Now().Add(softTime)
	docs, err := t.read(req.MediaType, req.Name, data)
	if err != nil {
		return failed(err)
	}
	return reply{Documents: docs}
}

func failed(err error) reply { return reply{Reason: ReasonOf(err), Text: err.Error()} }
