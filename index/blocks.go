package index

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"

	"verbatim/index/cache"
)

const (
	// The texts of a part are one stream, compressed in blocks of blockBytes, so that a sentence is read
	// without its document: larger blocks take less disk and longer to read.
	blockBytes = 4 << 10
	// sampleBytes is how much of the beginning of the stream is the dictionary of the compression, from
	// leastSample on. With it small blocks take as little room as ones of 64 KiB.
	sampleBytes = 256 << 10
	leastSample = 1 << 10
)

// sumBytes is how many bytes of the SHA-256 of a compressed block are kept, by which an altered one is
// known.
const sumBytes = 8

// errAltered: a file was changed since it was written.
var errAltered = fmt.Errorf("%w: the text is not the one that was stored", ErrDamaged)

// A block is where one of the stream's blocks lies in the file; the first of a table is the dictionary.
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

// openBlocks opens the stream in a file.
func openBlocks(path string, table []block, c *cache.Cache) (b *blocks, err error) {
	if len(table) == 0 {
		return nil, errCut
	}
	b = &blocks{table: table[1:], cache: c}
	if b.file, err = os.Open(path); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.file.Close())
		}
	}()
	if b.zstd, err = newDecoder(nil); err != nil || table[0].length == 0 {
		return b, err
	}
	sample, err := b.unpack(&table[0], sampleBytes)
	b.zstd.Close()
	if err == nil {
		b.zstd, err = newDecoder(sample)
	}
	return b, err
}

func newDecoder(sample []byte) (*zstd.Decoder, error) {
	options := []zstd.DOption{zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(2 * sampleBytes)}
	if sample != nil {
		options = append(options, zstd.WithDecoderDictRaw(sampleID, sample))
	}
	return zstd.NewReader(nil, options...)
}

// sampleID is how a compressed block names its dictionary.
const sampleID = 1

func (b *blocks) close() error {
	b.cache.Forget(b)
	b.zstd.Close()
	return b.file.Close()
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
	text, err := b.unpack(&b.table[number], blockBytes)
	if err == nil {
		b.cache.Put(key, text, len(text))
	}
	return text, err
}

// unpack reads a block that is at most so large.
func (b *blocks) unpack(at *block, most int) ([]byte, error) {
	packed := make([]byte, at.length)
	if _, err := b.file.ReadAt(packed, at.offset); err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(packed); [sumBytes]byte(sum[:sumBytes]) != at.sum {
		return nil, errAltered
	}
	text, err := b.zstd.DecodeAll(packed, make([]byte, 0, most))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return text, nil
}

// A blocksWriter writes the stream.
type blocksWriter struct {
	file    *bufio.Writer
	zstd    *zstd.Encoder // nil until the dictionary is there
	pending []byte
	table   []block
}

// add appends text to the stream.
func (w *blocksWriter) add(text string) error {
	w.pending = append(w.pending, text...)
	if w.zstd == nil {
		if len(w.pending) < sampleBytes {
			return nil
		}
		if err := w.begin(); err != nil {
			return err
		}
	}
	return w.flush(blockBytes)
}

// begin writes the dictionary.
func (w *blocksWriter) begin() (err error) {
	if w.zstd, err = newEncoder(nil); err != nil {
		return err
	}
	sample := w.pending[:min(len(w.pending), sampleBytes)]
	if len(sample) < leastSample {
		w.table = append(w.table, block{})
		return nil
	}
	if err := w.write(sample); err != nil {
		return err
	}
	w.zstd, err = newEncoder(slices.Clone(sample))
	return err
}

func newEncoder(sample []byte) (*zstd.Encoder, error) {
	options := []zstd.EOption{zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false)}
	if sample != nil {
		options = append(options, zstd.WithEncoderDictRaw(sampleID, sample))
	}
	return zstd.NewWriter(nil, options...)
}

// flush writes what is pending in whole blocks, as long as there are at least so many bytes.
func (w *blocksWriter) flush(least int) error {
	done := 0
	for len(w.pending)-done >= least {
		n := min(blockBytes, len(w.pending)-done)
		if err := w.write(w.pending[done : done+n]); err != nil {
			return err
		}
		done += n
	}
	w.pending = append(w.pending[:0], w.pending[done:]...)
	return nil
}

// close writes what is left.
func (w *blocksWriter) close() error {
	if w.zstd == nil {
		if err := w.begin(); err != nil {
			return err
		}
	}
	return errors.Join(w.flush(1), w.file.Flush())
}

func (w *blocksWriter) write(text []byte) error {
	packed := w.zstd.EncodeAll(text, nil)
	sum := sha256.Sum256(packed)
	w.table = append(w.table, block{length: len(packed), sum: [sumBytes]byte(sum[:sumBytes])})
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
