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

// errUnreadable means that a record is damaged, or stands under the id of another.
var errUnreadable = errors.New("record cannot be read")

// get returns a record, or [ErrUnknown].
func (t table[T]) get(tx *bbolt.Tx, id string) (v T, err error) {
	data := tx.Bucket([]byte(t.name)).Get([]byte(id))
	if data == nil {
		return v, ErrUnknown
	}
	return t.decode(id, data)
}

func (t table[T]) decode(id string, data []byte) (v T, err error) {
	if err := json.Unmarshal(data, &v); err != nil {
		return v, fmt.Errorf("%w: %s: %w", errUnreadable, t.name, err)
	}
	if t.id(&v) != id {
		return v, fmt.Errorf("%w: %s: it has another id", errUnreadable, t.name)
	}
	return v, nil
}

// drop deletes a record if there is one, with the keys that name it.
func (t table[T]) drop(tx *bbolt.Tx, id string) error {
	old, err := t.get(tx, id)
	if errors.Is(err, ErrUnknown) {
		return nil
	}
	whole := err == nil && tx.Bucket([]byte(t.name+byTime)).Get(t.timeKey(&old)) != nil && tx.Bucket([]byte(t.name+byUser)).Get(t.userKey(&old)) != nil
	if !whole {
		return t.purge(tx, map[string]bool{id: true})
	}
	for name, key := range map[string][]byte{t.name: []byte(id), t.name + byTime: t.timeKey(&old), t.name + byUser: t.userKey(&old)} {
		if err := tx.Bucket([]byte(name)).Delete(key); err != nil {
			return err
		}
	}
	return nil
}

// purge deletes damaged records, which do not tell the keys that name them: it looks at all.
func (t table[T]) purge(tx *bbolt.Tx, ids map[string]bool) error {
	if len(ids) == 0 {
		return nil
	}
	drop := map[string][][]byte{}
	for id := range ids {
		drop[t.name] = append(drop[t.name], []byte(id))
	}
	for _, name := range []string{t.name + byTime, t.name + byUser} {
		c := tx.Bucket([]byte(name)).Cursor()
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			user := 0
			if name == t.name+byUser {
				user = bytes.IndexByte(k, separator[0]) + 1
			}
			if ids[idIn(k[user:])] {
				drop[name] = append(drop[name], bytes.Clone(k))
			}
		}
	}
	for name, keys := range drop {
		for _, k := range keys {
			if err := tx.Bucket([]byte(name)).Delete(k); err != nil {
				return err
			}
		}
	}
	return nil
}

// newest returns at most n records, newest first: those of a user, or with "" all. Damaged ones are left out.
func (t table[T]) newest(tx *bbolt.Tx, user string, n int) (list []T) {
	bucket, prefix, keyOf := t.name+byTime, []byte(nil), t.timeKey
	if user != "" {
		bucket, prefix, keyOf = t.name+byUser, []byte(user+separator), t.userKey
	}
	c := tx.Bucket([]byte(bucket)).Cursor()
	for k := last(c, prefix); k != nil && bytes.HasPrefix(k, prefix) && len(list) < n; k, _ = c.Prev() {
		if v, err := t.get(tx, idIn(k[len(prefix):])); err == nil && bytes.Equal(k, keyOf(&v)) {
			list = append(list, v)
		}
	}
	return list
}

// each calls f with every record, and returns the ids of those that cannot be read.
func (t table[T]) each(tx *bbolt.Tx, f func(T)) (unreadable map[string]bool) {
	unreadable = map[string]bool{}
	c := tx.Bucket([]byte(t.name)).Cursor()
	for k, data := c.First(); k != nil; k, data = c.Next() {
		if v, err := t.decode(string(k), data); err == nil {
			f(v)
		} else {
			unreadable[string(k)] = true
		}
	}
	return unreadable
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

// forget deletes all records of a user, and those that cannot be read: they may be anybody's. It reads all records.
func (t table[T]) forget(tx *bbolt.Tx, user string) (int, error) {
	var ids []string
	damaged := t.each(tx, func(v T) {
		if t.user(&v) == user {
			ids = append(ids, t.id(&v))
		}
	})
	for _, id := range ids {
		if err := t.drop(tx, id); err != nil {
			return 0, err
		}
	}
	prefix := []byte(user + separator)
	c := tx.Bucket([]byte(t.name + byUser)).Cursor()
	for k, _ := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		damaged[idIn(k[len(prefix):])] = true // it was the user's, and says otherwise
	}
	return len(ids) + len(damaged), t.purge(tx, damaged)
}

// prune deletes records from before a time, and the oldest above a number; at most step of them. What they hold
// does not matter: each time it returns some, there are fewer.
func (t table[T]) prune(tx *bbolt.Tx, before time.Time, most, step int) (removed int, err error) {
	times := tx.Bucket([]byte(t.name + byTime))
	excess := times.Stats().KeyN - most
	var keys [][]byte
	c := times.Cursor()
	for k, _ := c.First(); k != nil && len(keys) < step; k, _ = c.Next() {
		if len(keys) >= excess && !timeOf(k).Before(before) {
			break
		}
		keys = append(keys, bytes.Clone(k))
	}
	damaged := map[string]bool{}
	for _, k := range keys {
		id := idIn(k)
		if v, err := t.get(tx, id); err != nil || !bytes.Equal(k, t.timeKey(&v)) {
			damaged[id] = true
		} else if err := t.drop(tx, id); err != nil {
			return 0, err
		}
	}
	return len(keys), t.purge(tx, damaged)
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

// idIn is the id that follows the time in a key.
func idIn(key []byte) string { return string(key[min(timeSize, len(key)):]) }

// timeOf is the time in a key; the zero time in one that is cut.
func timeOf(key []byte) time.Time {
	if len(key) < timeSize {
		return time.Time{}
	}
	return time.Unix(0, int64(binary.BigEndian.Uint64(key[:timeSize])))
}
