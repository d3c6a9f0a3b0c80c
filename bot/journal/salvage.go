package journal

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"hash/fnv"
	"os"
	"slices"
	"strings"
	"time"
)

// Places in a meta page of bbolt's file, version 2; see pages.go for the others.
const (
	metaMagic    = pageHeader
	metaPageSize = pageHeader + 8
	metaTxID     = pageHeader + 48
	metaSum      = pageHeader + 56
	boltMagic    = 0xED0CDAED
	minPageSize  = 1 << 10
	maxPageSize  = 1 << 16
)

// A wreck is a damaged file, from which every whole record is read.
type wreck struct {
	data []byte
	size int          // of one page
	live map[int]bool // pages that belong to the newest state of the file, as far as it can be followed
	rows map[string]find
	load map[string][]byte // payloads
}

// find is the best record of a key found so far.
type find struct {
	entry Entry
	live  bool
}

// better says that a record is to be preferred to another of the same question.
func (f find) better(than find) bool {
	if f.live != than.live {
		return f.live
	}
	if d := f.entry.Changed.Compare(than.entry.Changed); d != 0 {
		return d > 0
	}
	return !f.entry.State.Open()
}

// salvage returns every question of a damaged file of which a whole record is there, newest first. It
// finds records by their magic, so that damage costs only the records it hits. As bbolt keeps old pages
// until it uses them again, an older record can stand in for a damaged one, so that an answered question
// may count as open again, and is better answered twice than never. A question whose text is gone is
// left out.
func salvage(path string) ([]Entry, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	w := &wreck{data: data, rows: map[string]find{}, load: map[string][]byte{}, live: map[int]bool{}}
	w.size = w.pageSize()
	w.follow(w.root())
	for at := 0; ; at++ {
		next := bytes.Index(data[at:], []byte(sealMagic))
		if next < 0 {
			return w.whole(), nil
		}
		at += next
		if kind, key, body, ok := readSeal(data[at:]); ok {
			w.keep(kind, key, body, w.live[at/w.size])
		}
	}
}

// keep takes a whole row.
func (w *wreck) keep(kind byte, key string, body []byte, live bool) {
	switch kind {
	case sealPayload:
		w.load[key] = bytes.Clone(body)
	case sealEntry:
		e, err := parse(key, body)
		if err != nil {
			return
		}
		f := find{e, live}
		if old, ok := w.rows[key]; !ok || f.better(old) {
			w.rows[key] = f
		}
	}
}

// whole picks what is to be carried over.
func (w *wreck) whole() []Entry {
	oldest := time.Time{}
	for _, f := range w.rows {
		if f.live && (oldest.IsZero() || f.entry.Changed.Before(oldest)) {
			oldest = f.entry.Changed
		}
	}
	var all []Entry
	for key, f := range w.rows {
		if !f.live && f.entry.Changed.Before(oldest) {
			continue // dropped long ago, as older ones are no longer remembered
		}
		if f.entry.State.Open() {
			payload, ok := w.load[key]
			if !ok {
				continue
			}
			f.entry.Payload = payload
		}
		all = append(all, f.entry)
	}
	slices.SortFunc(all, func(a, b Entry) int {
		return cmp.Or(b.Changed.Compare(a.Changed), strings.Compare(a.Key, b.Key))
	})
	return all
}

// metas are the meta pages whose checksum holds, the newest first.
func (w *wreck) metas(size int) (all [][]byte) {
	for _, at := range []int{0, size} {
		if at+metaSum+8 > len(w.data) {
			continue
		}
		meta := w.data[at : at+metaSum+8]
		h := fnv.New64a()
		_, _ = h.Write(meta[pageHeader:metaSum]) // a hash takes everything
		if binary.NativeEndian.Uint32(meta[metaMagic:]) == boltMagic && binary.NativeEndian.Uint64(meta[metaSum:]) == h.Sum64() {
			all = append(all, meta)
		}
	}
	slices.SortFunc(all, func(a, b []byte) int {
		return cmp.Compare(binary.NativeEndian.Uint64(b[metaTxID:]), binary.NativeEndian.Uint64(a[metaTxID:]))
	})
	return all
}

// pageSize is what a whole meta page says, or else what bbolt takes on this machine.
func (w *wreck) pageSize() int {
	for size := minPageSize; size <= maxPageSize; size *= 2 {
		for _, meta := range w.metas(size) {
			if n := int(binary.NativeEndian.Uint32(meta[metaPageSize:])); n >= minPageSize && n <= maxPageSize {
				return n
			}
		}
	}
	return os.Getpagesize()
}

// root is the page at which the newest state begins, 0 when no meta page is whole.
func (w *wreck) root() int {
	if metas := w.metas(w.size); len(metas) > 0 {
		return int(binary.NativeEndian.Uint64(metas[0][metaRoot:]))
	}
	return 0
}

// page returns page id with those that continue it, as far as the file goes; nil if it bears another
// number.
func (w *wreck) page(id int) []byte {
	at := id * w.size
	if id < 2 || at/w.size != id || at < 0 || at+pageHeader > len(w.data) || binary.NativeEndian.Uint64(w.data[at:]) != uint64(id) {
		return nil
	}
	more := int(binary.NativeEndian.Uint32(w.data[at+12:]))
	return w.data[at:min(len(w.data), at+min(1+more, MaxPayload/w.size+2)*w.size)]
}

// follow marks page id and those below it as belonging to the newest state.
func (w *wreck) follow(id int) {
	page := w.page(id)
	if page == nil || w.live[id] {
		return
	}
	for i := range (len(page) + w.size - 1) / w.size {
		w.live[id+i] = true
	}
	elements, err := elementsOf(page)
	if err != nil {
		return
	}
	for ; len(elements) > 0; elements = elements[element:] {
		switch {
		case flagsOf(page) == flagBranch:
			w.follow(int(binary.NativeEndian.Uint64(elements[8:])))
		case binary.NativeEndian.Uint32(elements) == leafIsBucket:
			if root := bucketRoot(page, elements); root > 0 {
				w.follow(root)
			}
		}
	}
}

// bucketRoot is the root page of the bucket that is the first of elements of a leaf; 0 if it stands in
// the leaf itself.
func bucketRoot(page, elements []byte) int {
	keySize := binary.NativeEndian.Uint32(elements[8:])
	both, err := content(page, elements, binary.NativeEndian.Uint32(elements[4:]), keySize, binary.NativeEndian.Uint32(elements[12:]))
	if err != nil || len(both)-int(keySize) < bucketHead {
		return 0
	}
	return int(binary.NativeEndian.Uint64(both[keySize:]))
}
