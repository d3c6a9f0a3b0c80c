package journal

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// The buckets of the file, format version 2.
const (
	bucketMeta     = "meta"     // "version" → sealed decimal format version
	bucketEntries  = "entries"  // key → sealed record
	bucketPayloads = "payloads" // key → sealed payload, open questions only
	bucketAliases  = "aliases"  // alias → key
	bucketOrder    = "order"    // orderKey → nothing
)

// rows are the buckets within one transaction. Without buckets they are empty, as for a journal that has
// no file yet.
type rows struct {
	entries, payloads, aliases, order *bbolt.Bucket
}

func rowsOf(tx *bbolt.Tx) (rows, error) {
	r := rows{
		entries:  tx.Bucket([]byte(bucketEntries)),
		payloads: tx.Bucket([]byte(bucketPayloads)),
		aliases:  tx.Bucket([]byte(bucketAliases)),
		order:    tx.Bucket([]byte(bucketOrder)),
	}
	if r.entries == nil || r.payloads == nil || r.aliases == nil || r.order == nil {
		return rows{}, fmt.Errorf("%w: a bucket is missing", ErrDamaged)
	}
	return r, nil
}

const (
	orderOpen   = 0 // first byte of the order keys of open questions, by Received
	orderClosed = 1 // the same for closed ones, by Changed
	orderPrefix = 9 // bytes in front of the question's key
)

// orderKey sorts open questions before closed ones, and each by time.
func orderKey(e Entry) []byte {
	kind, at := byte(orderClosed), e.Changed
	if e.State.Open() {
		kind, at = orderOpen, e.Received
	}
	const signBit = 1 << 63 // so that times before 1970 sort first
	k := binary.BigEndian.AppendUint64([]byte{kind}, uint64(at.UnixNano())^signBit)
	return append(k, e.Key...)
}

// get returns the entry of key with its payload.
func (r rows) get(key string) (Entry, bool, error) {
	if r.entries == nil {
		return Entry{}, false, nil
	}
	sealed := r.entries.Get([]byte(key))
	if sealed == nil {
		return Entry{}, false, nil
	}
	e, err := decode(key, sealed)
	if err != nil || !e.State.Open() {
		return e, err == nil, err
	}
	payload, err := unseal(sealPayload, key, r.payloads.Get([]byte(key)))
	if err != nil {
		return Entry{}, false, err
	}
	e.Payload = slices.Clone(payload)
	return e, true, nil
}

// has reports whether there is an entry of key.
func (r rows) has(key string) bool { return r.entries != nil && r.entries.Get([]byte(key)) != nil }

// byAlias returns the key of the entry that bears alias, or "".
func (r rows) byAlias(alias string) string {
	if r.aliases == nil {
		return ""
	}
	return string(r.aliases.Get([]byte(alias)))
}

// eachOpen calls f with the keys of the open questions until it returns an error.
func (r rows) eachOpen(f func(key string) error) error {
	if r.order == nil {
		return nil
	}
	c := r.order.Cursor()
	for k, _ := c.First(); k != nil && k[0] == orderOpen; k, _ = c.Next() {
		if err := f(string(k[orderPrefix:])); err != nil {
			return err
		}
	}
	return nil
}

// put writes an entry in place of the one of the same key.
func (r rows) put(e Entry) error {
	if err := r.remove(e.Key, e.State.Open()); err != nil {
		return err
	}
	record, err := encode(e)
	if err != nil {
		return err
	}
	if err := r.entries.Put([]byte(e.Key), record); err != nil {
		return err
	}
	if err := r.order.Put(orderKey(e), nil); err != nil {
		return err
	}
	if e.Alias != "" {
		if err := r.aliases.Put([]byte(e.Alias), []byte(e.Key)); err != nil {
			return err
		}
	}
	return r.putPayload(e)
}

func (r rows) putPayload(e Entry) error {
	if !e.State.Open() {
		return nil
	}
	sealed := seal(sealPayload, e.Key, e.Payload)
	if bytes.Equal(r.payloads.Get([]byte(e.Key)), sealed) {
		return nil
	}
	return r.payloads.Put([]byte(e.Key), sealed)
}

// remove drops the entry of key, if there is one, and what refers to it.
func (r rows) remove(key string, leavePayload bool) error {
	e, ok, err := r.get(key)
	if err != nil || !ok {
		return err
	}
	if err := r.entries.Delete([]byte(key)); err != nil {
		return err
	}
	if err := r.order.Delete(orderKey(e)); err != nil {
		return err
	}
	if e.Alias != "" && string(r.aliases.Get([]byte(e.Alias))) == key {
		if err := r.aliases.Delete([]byte(e.Alias)); err != nil {
			return err
		}
	}
	if leavePayload {
		return nil
	}
	return r.payloads.Delete([]byte(key))
}

// total counts the entries.
func (r rows) total() (n int) {
	c := r.order.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		n++
	}
	return n
}

// pruning says what prune may drop.
type pruning struct {
	horizon time.Time // closed questions changed at or before it are dropped
	excess  int       // and so many of the oldest closed ones in any case
	limit   int       // but no more than so many
}

// prune drops closed questions, the oldest first, and returns how many.
func (r rows) prune(p pruning) (removed int, err error) {
	end := orderKey(Entry{State: Answered, Changed: p.horizon.Add(time.Nanosecond)})
	var due []string
	c := r.order.Cursor()
	for k, _ := c.Seek([]byte{orderClosed}); k != nil && len(due) < p.limit; k, _ = c.Next() {
		if len(due) >= p.excess && bytes.Compare(k, end) >= 0 {
			break
		}
		due = append(due, string(k[orderPrefix:]))
	}
	for _, key := range due {
		if err := r.remove(key, false); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}
