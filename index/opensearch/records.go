package opensearch

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// A Record is a small document that processes share.
type Record struct {
	// Kind and ID name the record; neither is empty.
	Kind, ID string
	// Body is JSON that is stored and not looked into; nil reads back as null.
	Body json.RawMessage
	// Keys are what [RecordQuery.Keys] finds it by, at most [MaxKey] bytes each with its name, which holds no "=".
	Keys map[string]string
	// At orders records and tells their age, in nanoseconds between the years 1678 and 2262; zero is before all.
	At time.Time
	// Version is that of the record as it was read.
	Version Version
}

// MaxKey is the length of a key with its name, in bytes.
const MaxKey = 1024

// A Version tells one state of a record from all others.
type Version struct{ SeqNo, PrimaryTerm int64 }

// Records are small documents with create-only and compare-and-swap writes, in one index of OpenSearch that is made when
// it is first written to. What is written is on the disks of all copies that are in step when a call returns. They are
// safe for concurrent use.
type Records struct {
	of *Client
	// ready tells that the index was seen to be there and of this version since it was last missing.
	ready atomic.Bool
}

// Records returns the records of the cluster under the client's name.
func (c *Client) Records() *Records { return &c.records }

// A storedRecord is how a record stands in OpenSearch.
type storedRecord struct {
	Kind string   `json:"kind"`
	ID   string   `json:"id"`
	At   int64    `json:"at"` // nanoseconds since 1970
	Keys []string `json:"keys"`
	Body string   `json:"body"` // text, so that OpenSearch's limits on JSON do not matter
	// Write is another for each write, so that one whose answer was lost is known again.
	Write string `json:"write"`
}

func stored(r Record) (storedRecord, error) {
	s := storedRecord{Kind: r.Kind, ID: r.ID, Keys: []string{}, Body: string(r.Body), Write: rand.Text()}
	if r.Kind == "" || r.ID == "" {
		return s, errors.New("a record needs a kind and an ID")
	}
	if !json.Valid(r.Body) && len(r.Body) > 0 {
		return s, errors.New("the body is no JSON")
	}
	if !r.At.IsZero() {
		s.At = r.At.UnixNano()
	}
	for name, value := range r.Keys {
		key := name + "=" + value
		if strings.Contains(name, "=") || len(key) > MaxKey {
			return s, fmt.Errorf("key %.100q holds \"=\", or has more than %d bytes with its value", name, MaxKey)
		}
		s.Keys = append(s.Keys, key)
	}
	return s, nil
}

func (s storedRecord) record(v Version) Record {
	r := Record{Kind: s.Kind, ID: s.ID, Body: json.RawMessage(s.Body), Keys: map[string]string{}, Version: v}
	if s.Body == "" {
		r.Body = json.RawMessage("null")
	}
	if s.At != 0 {
		r.At = time.Unix(0, s.At).UTC()
	}
	for _, key := range s.Keys {
		name, value, _ := strings.Cut(key, "=")
		r.Keys[name] = value
	}
	return r
}

// alias is the name that records are read and written under.
func (r *Records) alias() string { return r.of.config.Name + "-records" }

// wait is for how long one host is waited for: less than with others, so that within the time that the bot gives a call
// another host answers in place of one that hangs.
func (r *Records) wait() time.Duration { return r.of.patience * 3 / 5 }

// path is where a record stands, in the part of the API that is named.
func (r *Records) path(api, kind, id string) string {
	name := kind + "/" + id
	if len(name) > 512 { // which is the most that OpenSearch takes
		sum := sha256.Sum256([]byte(name))
		name = "sha256/" + hex.EncodeToString(sum[:])
	}
	return "/" + r.alias() + "/" + api + "/" + url.PathEscape(name)
}

// Create writes a record that is not there yet; the error wraps [ErrExists] when it is. A write whose answer was lost and
// which is tried again by this call is known again; after an error that wraps [ErrAway] the record may be there.
func (r *Records) Create(ctx context.Context, record Record) (Version, error) {
	v, err := r.write(ctx, record, url.Values{"op_type": {"create"}}, ErrExists)
	return v, named("create", record.Kind, record.ID, err)
}

// Replace writes a record if its Version is still the present one; else the error wraps [ErrConflict]. Lost answers are as
// with [Records.Create].
func (r *Records) Replace(ctx context.Context, record Record) (Version, error) {
	v, err := r.write(ctx, record, url.Values{
		"if_seq_no":       {strconv.FormatInt(record.Version.SeqNo, 10)},
		"if_primary_term": {strconv.FormatInt(record.Version.PrimaryTerm, 10)},
	}, ErrConflict)
	return v, named("replace", record.Kind, record.ID, err)
}

// Put writes a record, whatever stands there.
func (r *Records) Put(ctx context.Context, record Record) (Version, error) {
	v, err := r.write(ctx, record, url.Values{}, ErrConflict)
	return v, named("put", record.Kind, record.ID, err)
}

// named says of an error what was done with which record.
func named(what, kind, id string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s record %.100q of kind %.100q: %w", what, id, kind, err)
}

// write writes a record under a condition; conflict is the error where it does not hold.
func (r *Records) write(ctx context.Context, record Record, condition url.Values, conflict error) (Version, error) {
	s, err := stored(record)
	if err != nil {
		return Version{}, err
	}
	condition.Set("require_alias", "true") // without the index it would be made anew, by OpenSearch's own guess
	var answer struct {
		SeqNo       int64 `json:"_seq_no"`
		PrimaryTerm int64 `json:"_primary_term"`
	}
	send := request{method: http.MethodPut, path: r.path("_doc", record.Kind, record.ID), query: condition, time: r.wait()}
	err = r.call(ctx, send, s, &answer)
	if !hasStatus(err, http.StatusConflict) {
		return Version(answer), err
	}
	there, found, err := r.get(ctx, record.Kind, record.ID)
	switch {
	case err != nil && !errors.Is(err, ErrUnknown):
		return Version{}, err
	case err == nil && found.Write == s.Write: // an attempt whose answer was lost
		return there, nil
	}
	return Version{}, conflict
}

// Get returns a record as it was last written; the error wraps [ErrUnknown] when there is none.
func (r *Records) Get(ctx context.Context, kind, id string) (Record, error) {
	v, s, err := r.get(ctx, kind, id)
	if err != nil {
		return Record{}, named("get", kind, id, err)
	}
	return s.record(v), nil
}

func (r *Records) get(ctx context.Context, kind, id string) (Version, storedRecord, error) {
	var answer struct {
		SeqNo       int64        `json:"_seq_no"`
		PrimaryTerm int64        `json:"_primary_term"`
		Source      storedRecord `json:"_source"`
	}
	// A copy may not have yet what its primary has, and is writing.
	primary := url.Values{"preference": {"_primary"}}
	err := r.call(ctx, request{method: http.MethodGet, path: r.path("_doc", kind, id), query: primary, time: r.wait()}, nil, &answer)
	if hasStatus(err, http.StatusNotFound) {
		err = ErrUnknown
	}
	return Version{answer.SeqNo, answer.PrimaryTerm}, answer.Source, err
}

// Delete removes a record. That it is gone already is no error.
func (r *Records) Delete(ctx context.Context, kind, id string) error {
	err := r.call(ctx, request{method: http.MethodDelete, path: r.path("_doc", kind, id), time: r.wait()}, nil, nil)
	if hasStatus(err, http.StatusNotFound) {
		return nil
	}
	return named("delete", kind, id, err)
}
