package memory

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// A table keeps records of one kind, by id, with an index by time and one by user and time.
type table[T any] struct {
	name string
	id   func(*T) string
	user func(*T) string
	at   func(*T) time.Time
}

// The suffixes of the buckets that index a table.
const (
	byTime = ".time"
	byUser = ".user"
)

// separator stands between user and time in a key; ids of users hold none.
const separator = "\x00"

func (t table[T]) buckets() []string { return []string{t.name, t.name + byTime, t.name + byUser} }

// put writes a record in place of the one with its id.
func (t table[T]) put(tx *bbolt.Tx, v T) error {
	id := t.id(&v)
	if err := fit(id, t.user(&v)); err != nil {
		return err
	}
	if err := t.drop(tx, id); err != nil {
		return err
	}
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if len(data) > maxRecord {
		return fmt.Errorf("record %q has %d bytes, more than %d", id, len(data), maxRecord)
	}
	if err := tx.Bucket([]byte(t.name)).Put([]byte(id), data); err != nil {
		return err
	}
	if err := tx.Bucket([]byte(t.name+byTime)).Put(t.timeKey(&v), nil); err != nil {
		return err
	}
	return tx.Bucket([]byte(t.name+byUser)).Put(t.userKey(&v), nil)
}

// fit says whether texts can be parts of a key.
func fit(id, user string) error {
	if id == "" || len(id) > maxID || len(user) > maxID || strings.Contains(user, separator) {
		return fmt.Errorf("id of %d bytes and user of %d bytes: want 1 to %d and no zero byte in the user", len(id), len(user), maxID)
	}
	return nil
}

// get returns a record, or [ErrUnknown].
func (t table[T]) get(tx *bbolt.Tx, id string) (v T, err error) {
	data := tx.Bucket([]byte(t.name)).Get([]byte(id))
	if data == nil {
		return v, ErrUnknown
	}
	return v, json.Unmarshal(data, &v)
}

// drop deletes a record if there is one.
func (t table[T]) drop(tx *bbolt.Tx, id string) error {
	old, err := t.get(tx, id)
	if err != nil {
		return tx.Bucket([]byte(t.name)).Delete([]byte(id)) // not there, or not readable
	}
	for name, key := range map[string][]byte{t.name: []byte(id), t.name + byTime: t.timeKey(&old), t.name + byUser: t.userKey(&old)} {
		if err := tx.Bucket([]byte(name)).Delete(key); err != nil {
			return err
		}
	}
	return nil
}

// newest returns at most n records, newest first: those of a user, or with "" all.
func (t table[T]) newest(tx *bbolt.Tx, user string, n int) (list []T, err error) {
	bucket, prefix := t.name+byTime, []byte(nil)
	if user != "" {
		bucket, prefix = t.name+byUser, []byte(user+separator)
	}
	c := tx.Bucket([]byte(bucket)).Cursor()
	for k := last(c, prefix); k != nil && bytes.HasPrefix(k, prefix) && len(list) < n; k, _ = c.Prev() {
		v, err := t.get(tx, string(k[len(prefix)+timeSize:]))
		if err != nil {
			return nil, fmt.Errorf("record of %s: %w", t.name, err)
		}
		list = append(list, v)
	}
	return list, nil
}

// each calls f with every record. One that cannot be read is an error, at the end.
func (t table[T]) each(tx *bbolt.Tx, f func(T)) (unreadable error) {
	err := tx.Bucket([]byte(t.name)).ForEach(func(_, data []byte) error {
		var v T
		if err := json.Unmarshal(data, &v); err != nil {
			unreadable = fmt.Errorf("record of %s: %w", t.name, err)
			return nil
		}
		f(v)
		return nil
	})
	return errors.Join(unreadable, err)
}

// last goes to the last key that begins with prefix.
func last(c *bbolt.Cursor, prefix []byte) []byte {
	if len(prefix) == 0 {
		k, _ := c.Last()
		return k
	}
	after := append(bytes.Clone(prefix[:len(prefix)-1]), separator[0]+1)
	if k, _ := c.Seek(after); k == nil {
		k, _ = c.Last()
		return k
	}
	k, _ := c.Prev()
	return k
}

// forget deletes all records of a user.
func (t table[T]) forget(tx *bbolt.Tx, user string) (int, error) {
	list, err := t.newest(tx, user, maxRecords)
	if err != nil {
		return 0, err
	}
	for i := range list {
		if err := t.drop(tx, t.id(&list[i])); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}

// prune deletes records from before a time, and the oldest above a number; at most step of them.
func (t table[T]) prune(tx *bbolt.Tx, before time.Time, most, step int) (removed int, err error) {
	times := tx.Bucket([]byte(t.name + byTime))
	excess := times.Stats().KeyN - most
	var ids []string
	c := times.Cursor()
	for k, _ := c.First(); k != nil && len(ids) < step; k, _ = c.Next() {
		if len(ids) >= excess && !timeOf(k).Before(before) {
			break
		}
		ids = append(ids, string(k[timeSize:]))
	}
	for _, id := range ids {
		if err := t.drop(tx, id); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

// timeSize is the length of a time in a key: nanoseconds since 1970.
const timeSize = 8

func (t table[T]) timeKey(v *T) []byte {
	return append(stamp(t.at(v)), t.id(v)...)
}

func (t table[T]) userKey(v *T) []byte {
	return append(append([]byte(t.user(v)+separator), stamp(t.at(v))...), t.id(v)...)
}

func stamp(at time.Time) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(max(0, at.UnixNano())))
}

func timeOf(key []byte) time.Time {
	return time.Unix(0, int64(binary.BigEndian.Uint64(key[:timeSize])))
}
