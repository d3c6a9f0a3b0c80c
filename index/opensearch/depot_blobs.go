package opensearch

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"verbatim/index"
)

const (
	// chunkSize is how many bytes of a file stand in one document of OpenSearch, whose requests may have 100 MB.
	chunkSize = 1 << 20
	// chunksAtOnce is how many chunks one request carries, and requestsAtOnce how many are under way: some 20 MB
	// of memory on this side.
	chunksAtOnce   = 4
	requestsAtOnce = 3
	// lookedUpAtOnce is how many chunks are asked for at once whether they are there.
	lookedUpAtOnce = 500
	// blobTime is for how long a host is waited for that takes or sends chunks.
	blobTime = time.Minute
	// sendTries is how often chunks are sent that OpenSearch has no room for at once.
	sendTries = 6
)

// A chunk is a piece of a file. Files are named by their sums, so that what is there is known wherever it comes from.
type chunk struct {
	file string // path on this machine
	sum  string // of the whole file
	n    int
	size int64 // in bytes, at most chunkSize
}

func (c chunk) id() string { return c.sum + "." + strconv.Itoa(c.n) }

// A storedChunk is how a chunk stands in OpenSearch.
type storedChunk struct {
	File string `json:"file"`
	N    int    `json:"n"`
	At   int64  `json:"at"` // nanoseconds since 1970
	// Sum is the SHA-256 of the data.
	Sum  string `json:"sum"`
	Data []byte `json:"data"`
}

// blobs is the name that chunks are read and written under.
func (d *Depot) blobs() string { return d.of.config.Name + "-depot" }

// chunksOf cuts a file.
func chunksOf(folder string, f index.EditionFile) []chunk {
	var list []chunk
	for at := int64(0); at < f.Size; at += chunkSize {
		list = append(list, chunk{filepath.Join(folder, filepath.FromSlash(f.Path)), f.SHA256, len(list), min(chunkSize, f.Size-at)})
	}
	return list
}

// upload sends all files of an edition's parts that are not there yet, but for known parts, and looks that the sentences are.
func (d *Depot) upload(ctx context.Context, e depotEdition, known map[string]bool) error {
	if err := d.makeBlobs(ctx); err != nil {
		return err
	}
	for _, p := range e.Parts {
		if known[p.Sum] {
			continue
		}
		var all []chunk
		for _, f := range p.Files {
			all = append(all, chunksOf(p.Folder, f)...)
		}
		for len(all) > 0 {
			n := min(len(all), lookedUpAtOnce)
			missing, err := d.missing(ctx, all[:n])
			if err == nil {
				err = d.sendAll(ctx, missing)
			}
			if err != nil {
				return err
			}
			all = all[n:]
		}
		if err := d.stands(ctx, p.Folder); err != nil {
			return err
		}
	}
	return nil
}

// stands wants the sentences of a part to be in OpenSearch.
func (d *Depot) stands(ctx context.Context, folder string) error {
	s, err := d.of.Engine().Open(filepath.Join(folder, "engine"))
	if err != nil {
		return err
	}
	if c, ok := s.(index.Checker); ok {
		err = c.Check(ctx)
	}
	return errors.Join(err, s.Close())
}

// A gotChunk is one document of an answer to a look-up by IDs.
type gotChunk struct {
	ID     string      `json:"_id"`
	Found  bool        `json:"found"`
	Source storedChunk `json:"_source"`
	Error  *struct {
		failureDetail
	} `json:"error"`
}

// get looks chunks up, with the fields named. It sees what was written before the call.
func (d *Depot) get(ctx context.Context, list []chunk, fields string) ([]gotChunk, error) {
	ids := make([]string, 0, len(list))
	for _, c := range list {
		ids = append(ids, c.id())
	}
	var answer struct {
		Docs []gotChunk `json:"docs"`
	}
	r := request{method: http.MethodPost, path: "/" + d.blobs() + "/_mget", query: url.Values{"_source_includes": {fields}}, time: blobTime}
	if err := d.of.call(ctx, r, map[string]any{"ids": ids}, &answer); err != nil {
		return nil, err
	}
	if len(answer.Docs) != len(list) {
		return nil, fmt.Errorf("%w: asked for %d chunks of files, it answers for %d", ErrAway, len(list), len(answer.Docs))
	}
	for _, doc := range answer.Docs {
		if doc.Error != nil {
			kind, text := doc.Error.root()
			return nil, fmt.Errorf("%w: read a chunk of a file: %s: %s", ErrAway, kind, cut(text))
		}
	}
	return answer.Docs, nil
}

// missing returns the chunks that are not there with the right sum.
func (d *Depot) missing(ctx context.Context, list []chunk) ([]chunk, error) {
	there, err := d.get(ctx, list, "sum")
	if err != nil {
		return nil, err
	}
	var left []chunk
	for i, c := range list {
		if there[i].Found {
			if _, sum, err := c.read(); err != nil {
				return nil, err
			} else if sum == there[i].Source.Sum {
				continue
			}
		}
		left = append(left, c)
	}
	return left, nil
}

// read returns a chunk's data and their sum.
func (c chunk) read() (data []byte, sum string, err error) {
	f, err := os.Open(c.file)
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	data = make([]byte, c.size)
	if _, err := f.ReadAt(data, int64(c.n)*chunkSize); err != nil && !errors.Is(err, io.EOF) {
		return nil, "", err
	}
	own := sha256.Sum256(data)
	return data, hex.EncodeToString(own[:]), nil
}

// sendAll sends chunks, some requests at a time.
func (d *Depot) sendAll(ctx context.Context, list []chunk) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(requestsAtOnce)
	for len(list) > 0 {
		n := min(len(list), chunksAtOnce)
		some := list[:n]
		list = list[n:]
		group.Go(func() error { return d.send(ctx, some) })
	}
	return group.Wait()
}

// send sends some chunks, again where OpenSearch was busy.
func (d *Depot) send(ctx context.Context, list []chunk) error {
	var lines bytes.Buffer
	to := json.NewEncoder(&lines)
	for _, c := range list {
		data, sum, err := c.read()
		if err == nil {
			err = errors.Join(to.Encode(map[string]any{"index": map[string]any{"_id": c.id()}}),
				to.Encode(storedChunk{File: c.sum, N: c.n, At: time.Now().UnixNano(), Sum: sum, Data: data}))
		}
		if err != nil {
			return err
		}
	}
	r := request{method: http.MethodPost, path: "/" + d.blobs() + "/_bulk", query: url.Values{"require_alias": {"true"}}, body: lines.Bytes(), lines: true, time: blobTime}
	for n := 1; ; n++ {
		err := d.of.bulkOf(ctx, r)
		if err == nil || !errors.Is(err, ErrAway) || n == sendTries {
			return err
		}
		if pause(ctx, n) != nil {
			return err
		}
	}
}

// bulkOf sends a bulk request of which every item is to succeed. The error is that of the first that did not.
func (c *Client) bulkOf(ctx context.Context, r request) error {
	var answer struct {
		Errors bool `json:"errors"`
		Items  []map[string]struct {
			Status int             `json:"status"`
			Error  json.RawMessage `json:"error"`
		} `json:"items"`
	}
	body, err := c.do(ctx, r)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return fmt.Errorf("OpenSearch %s %s: %w: its answer makes no sense: %w", r.method, r.path, ErrAway, err)
	}
	if !answer.Errors {
		return nil
	}
	for _, item := range answer.Items {
		for _, outcome := range item {
			if outcome.Status >= http.StatusMultipleChoices {
				return fmt.Errorf("OpenSearch %s %s: %w", r.method, r.path, failure(outcome.Status, []byte(`{"error":`+cmp.Or(string(outcome.Error), "null")+`}`)))
			}
		}
	}
	return fmt.Errorf("OpenSearch %s %s: %w: it tells of errors and names none", r.method, r.path, ErrAway)
}

// download puts the files of a part into folder. What came is checked by its sums there.
func (d *Depot) download(ctx context.Context, p index.EditionPart, folder string) error {
	for _, f := range p.Files {
		if err := d.downloadFile(ctx, folder, f); err != nil {
			return fmt.Errorf("file %q of a part: %w", f.Path, err)
		}
	}
	return nil
}

func (d *Depot) downloadFile(ctx context.Context, folder string, file index.EditionFile) (err error) {
	list := chunksOf(folder, file)
	name := filepath.Join(folder, filepath.FromSlash(file.Path))
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(requestsAtOnce)
	for len(list) > 0 {
		n := min(len(list), chunksAtOnce)
		some := list[:n]
		list = list[n:]
		group.Go(func() error { return d.fetch(ctx, some, f) })
	}
	return group.Wait()
}

// fetch writes some chunks to their places in a file.
func (d *Depot) fetch(ctx context.Context, list []chunk, to io.WriterAt) error {
	got, err := d.get(ctx, list, "data")
	if err != nil {
		return err
	}
	for i, c := range list {
		if !got[i].Found || int64(len(got[i].Source.Data)) != c.size {
			return fmt.Errorf("%w: chunk %d is missing or has another length", index.ErrDamaged, c.n)
		}
		if _, err := to.WriteAt(got[i].Source.Data, int64(c.n)*chunkSize); err != nil {
			return err
		}
	}
	return nil
}

// blobsThere tells whether the index of chunks is there.
func (d *Depot) blobsThere(ctx context.Context) (bool, error) {
	there, err := d.of.aliased(ctx, d.blobs())
	return len(there) > 0, err
}

// aliased returns the indexes for which an alias stands. It asks for no others than may be ours, as the rights of
// a user end there.
func (c *Client) aliased(ctx context.Context, alias string) (there map[string]any, err error) {
	path := "/" + url.PathEscape(c.config.Name) + "-*/_alias/" + url.PathEscape(alias)
	err = c.call(ctx, request{method: http.MethodGet, path: path}, nil, &there)
	if hasStatus(err, http.StatusNotFound) {
		return nil, nil
	}
	return there, err
}

// makeBlobs makes the index of chunks. Who comes second finds it there.
func (d *Depot) makeBlobs(ctx context.Context) error {
	return d.of.create(ctx, d.blobs()+"-1", map[string]any{
		"aliases":  map[string]any{d.blobs(): map[string]any{"is_write_index": true}},
		"settings": map[string]any{"number_of_shards": 1, "auto_expand_replicas": "0-2", "translog.durability": "request"},
		"mappings": map[string]any{"dynamic": "strict", "properties": map[string]any{
			"file": map[string]any{"type": "keyword"}, "at": map[string]any{"type": "long"}, "n": map[string]any{"type": "integer", "index": false},
			"sum": map[string]any{"type": "keyword", "index": false, "doc_values": false}, "data": map[string]any{"type": "binary"},
		}},
	})
}
