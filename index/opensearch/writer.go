package opensearch

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"verbatim/index"
)

const (
	// bulkBytes is the size of a request that writes sentences, and inFlight how many are under way at most: so a writer
	// holds 8 MiB, and no more wait at OpenSearch.
	bulkBytes = 2 << 20
	inFlight  = 4
	// closeTime bounds what is done after the last sentence, greenTime the wait for copies.
	closeTime = time.Hour
	greenTime = 30 * time.Second
)

// A writer fills an index of OpenSearch.
type writer struct {
	client  *Client
	dir     string
	words   *collector
	pointer pointer
	made    bool

	documents [][]byte // not sent yet
	bytes     int
	numbers   []uint32
	requests  *errgroup.Group
	ctx       context.Context // of the requests; ends when one fails
	cancel    context.CancelFunc
	failed    error // the first error of Add
}

func newWriter(c *Client, dir string) *writer {
	w := &writer{client: c, dir: dir, words: newCollector()}
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	w.requests, w.ctx = errgroup.WithContext(ctx)
	w.requests.SetLimit(inFlight)
	return w
}

// Add takes entries into the index. It waits while as many requests are under way as may be.
func (w *writer) Add(ctx context.Context, entries []index.Entry) error {
	defer context.AfterFunc(ctx, w.cancel)()
	if w.failed == nil {
		w.failed = w.add(ctx, entries)
	}
	return w.failed
}

func (w *writer) add(ctx context.Context, entries []index.Entry) error {
	if !w.made && len(entries) > 0 {
		w.pointer.Index, w.pointer.Build = w.client.newIndexName(), rand.Text()
		if err := w.client.createSentences(ctx, w.pointer.Index, w.pointer.Build); err != nil {
			return err
		}
		w.made = true
	}
	for _, e := range entries {
		if err := context.Cause(w.ctx); err != nil {
			return err
		}
		if err := w.encode(e); err != nil {
			return err
		}
		if w.bytes >= bulkBytes {
			w.send()
		}
	}
	return ctx.Err()
}

// encode adds a sentence to those that wait.
func (w *writer) encode(e index.Entry) (err error) {
	if w.numbers, err = w.words.add(e.Terms, w.numbers[:0]); err != nil {
		return err
	}
	id := strconv.Itoa(w.pointer.Sentences)
	line := append([]byte(`{"create":{"_id":"`), id...)
	line = append(append(append(line, `"}}`+"\n"+`{"n":`...), id...), `,"t":"`...)
	var packed []byte
	for i, n := range w.numbers {
		if i > 0 {
			line = append(line, ' ')
		}
		line = strconv.AppendUint(line, uint64(n), 36)
		packed = binary.AppendUvarint(packed, uint64(n))
	}
	if len(packed) > 0 { // OpenSearch takes no empty value
		line = base64.StdEncoding.AppendEncode(append(line, `","d":"`...), packed)
		w.pointer.Filled++
	}
	line = append(line, `"}`+"\n"...)
	w.documents, w.bytes = append(w.documents, line), w.bytes+len(line)
	w.pointer.Sentences++
	w.pointer.Terms += int64(len(w.numbers))
	w.pointer.Longest = max(w.pointer.Longest, len(w.numbers))
	return nil
}

// send sends the sentences that wait.
func (w *writer) send() {
	documents := w.documents
	w.documents, w.bytes = nil, 0
	w.requests.Go(func() error { return w.client.bulk(w.ctx, w.pointer.Index, documents) })
}

// Close writes what is left, sees that all is there, lets OpenSearch make copies, and writes the pointer. After an error of
// Add, and when ctx ends, it removes what was written.
func (w *writer) Close(ctx context.Context) error {
	defer w.cancel()
	defer context.AfterFunc(ctx, w.cancel)()
	if w.failed != nil || ctx.Err() != nil {
		w.cancel()
		return errors.Join(ctx.Err(), w.requests.Wait(), w.remove())
	}
	if len(w.documents) > 0 {
		w.send()
	}
	err := w.requests.Wait()
	if err == nil && w.made {
		err = w.finish(ctx)
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("fill OpenSearch index %s: %w", w.pointer.Index, err), w.remove())
	}
	words, err := w.words.pack()
	if err != nil {
		return err
	}
	return w.pointer.write(w.dir, words)
}

// remove removes the index of OpenSearch.
func (w *writer) remove() error {
	if !w.made {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), adminTime)
	defer cancel()
	err := w.client.call(ctx, request{method: http.MethodDelete, path: "/" + w.pointer.Index, time: adminTime}, nil, nil)
	if missing(err) {
		return nil
	}
	return err
}

// finish makes the index durable, searchable and quick, and sees that it holds what was sent.
func (w *writer) finish(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, closeTime)
	defer cancel()
	c, name := w.client, w.pointer.Index
	if err := c.call(ctx, request{method: http.MethodPost, path: "/" + name + "/_flush", time: closeTime}, nil, nil); err != nil {
		return err
	}
	c.merge(ctx, name)
	if err := c.refresh(ctx, name); err != nil {
		return err
	}
	if err := c.verify(ctx, w.pointer); err != nil {
		return err
	}
	settings := map[string]any{"index": map[string]any{"refresh_interval": nil, "translog.durability": "request"}}
	if c.config.Copies == 0 {
		settings["index"].(map[string]any)["auto_expand_replicas"] = "0-2"
	} else {
		settings["index"].(map[string]any)["number_of_replicas"] = max(c.config.Copies, 0)
	}
	if err := c.call(ctx, request{method: http.MethodPut, path: "/" + name + "/_settings", time: adminTime}, settings, nil); err != nil {
		return err
	}
	return c.awaitCopies(ctx, name)
}

// merge makes one segment of each shard: a third less on the disk, and questions take a tenth less time. An index that
// could not be merged is whole all the same, and OpenSearch goes on when nobody waits.
func (c *Client) merge(ctx context.Context, name string) {
	err := c.call(ctx, request{method: http.MethodPost, path: "/" + name + "/_forcemerge", query: url.Values{"max_num_segments": {"1"}}, time: closeTime / 2, attempts: 1}, nil, nil)
	if err != nil {
		c.log.Warn("an index of OpenSearch is not merged yet, questions take somewhat longer", "index", name, "error", err)
	}
}

// awaitCopies waits until the copies of an index are there. On too small a cluster they never are: that is told, and no error.
func (c *Client) awaitCopies(ctx context.Context, name string) error {
	err := c.call(ctx, request{method: http.MethodGet, path: "/_cluster/health/" + name, time: 2 * greenTime,
		query: url.Values{"wait_for_status": {"green"}, "timeout": {fmt.Sprintf("%ds", int(greenTime.Seconds()))}}}, nil, nil)
	if hasStatus(err, http.StatusRequestTimeout) {
		c.log.Warn("an index of OpenSearch has not all of its copies yet", "index", name)
		return nil
	}
	return err
}
