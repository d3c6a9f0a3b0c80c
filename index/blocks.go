package index

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"os"
	"strings"

	"github.com/klauspost/compress/zstd"

	"verbatim/index/cache"
)

// The texts of a part are one stream, compressed in blocks of blockBytes, so that a sentence is read
// without its document: larger blocks take less disk and longer to read.
const blockBytes = 4 << 10

// sumBytes is how many bytes of the SHA-256 of a compressed block are kept, by which an altered one is
// known.
const sumBytes = 8

// errAltered: a file was changed since it was written.
var errAltered = fmt.Errorf("%w: the text is not the one that was stored", ErrDamaged)

// A block is where one of the stream's blocks lies in the file.
type block struct {
	offset int64
	length int
	sum    [sumBytes]byte
}

// blocks is the stream, open for reading; safe for concurrent use.
type blocks struct {
	file  *os.File
	table []block
	zstd  *zstd.Decoder
	cache *cache.Cache
}

// read returns n bytes of the stream from an offset.
func (b *blocks) read(at int64, n int) (string, error) {
	number, from := int(at/blockBytes), int(at%blockBytes)
	text, err := b.block(number)
	if err != nil {
		return "", err
	}
	if from <= len(text) && n <= len(text)-from {
		return string(text[from : from+n]), nil
	}
	var all strings.Builder
	for n > 0 && from < len(text) {
		piece := text[from:min(len(text), from+n)]
		all.Write(piece)
		n -= len(piece)
		if n == 0 {
			return all.String(), nil
		}
		number, from = number+1, 0
		if text, err = b.block(number); err != nil {
			return "", err
		}
	}
	return "", errCut
}

// block returns one block of the stream, which must not be changed.
func (b *blocks) block(number int) ([]byte, error) {
	key := cache.Key{Of: b, Number: number}
	if text, ok := b.cache.Get(key).([]byte); ok {
		return text, nil
	}
	if number < 0 || number >= len(b.table) {
		return nil, errCut
	}
	at := &b.table[number]
	packed := make([]byte, at.length)
	if _, err := b.file.ReadAt(packed, at.offset); err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(packed); [sumBytes]byte(sum[:sumBytes]) != at.sum {
		return nil, errAltered
	}
	text, err := b.zstd.DecodeAll(packed, make([]byte, 0, blockBytes))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	b.cache.Put(key, text, len(text))
	return text, nil
}

// A blocksWriter writes the stream.
type blocksWriter struct {
	file    *bufio.Writer
	zstd    *zstd.Encoder
	pending []byte
	table   []block
}

// add appends text to the stream.
func (w *blocksWriter) add(text string) error {
	for len(text) > 0 {
		n := min(len(text), blockBytes-len(w.pending))
		w.pending = append(w.pending, text[:n]...)
		text = text[n:]
		if len(w.pending) == blockBytes {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush writes what is pending as the last block, which may be a smaller one.
func (w *blocksWriter) flush() error {
	if len(w.pending) == 0 {
		return nil
	}
	packed := w.zstd.EncodeAll(w.pending, nil)
	sum := sha256.Sum256(packed)
	w.table = append(w.table, block{length: len(packed), sum: [sumBytes]byte(sum[:sumBytes])})
	w.pending = w.pending[:0]
	_, err := w.file.Write(packed)
	return err
}

// packTable appends the table to a record.
func packTable(p *packer, table []block) {
	p.number(len(table))
	for i := range table {
		p.number(table[i].length)
		p.data = append(p.data, table[i].sum[:]...)
	}
}

func unpackTable(u *unpacker) []block {
	table := make([]block, u.length())
	offset := int64(0)
	for i := range table {
		b := &table[i]
		b.offset, b.length = offset, u.number()
		copy(b.sum[:], u.bytes(sumBytes))
		offset += int64(b.length)
	}
	return table
}
