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
	// kept are the blocks that were used lately.
	kept *cache.Numbers[[]byte]
}

// openBlocks opens the stream in a file.
func openBlocks(path string, table []block, c *cache.Cache) (b *blocks, err error) {
	if len(table) == 0 {
		return nil, errCut
	}
	b = &blocks{table: table[1:], kept: cache.NumbersIn[[]byte](c, len(table)-1)}
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
	b.kept.Forget()
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
	if number < 0 || number >= len(b.table) {
		return nil, errCut
	}
	if text, ok := b.kept.Get(number); ok {
		return text, nil
	}
	text, err := b.unpack(&b.table[number], blockBytes)
	if err == nil {
		b.kept.Put(number, text, len(text))
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

// handBytes is how much text is handed over at once to be compressed.
const handBytes = 256 << 10

// A blocksWriter writes the stream. A goroutine compresses it, which [blocksWriter.close] waits for.
type blocksWriter struct {
	pending []byte
	handed  chan []byte
	done    chan error // has the packer's end
	packer  blocksPacker
}

func newBlocksWriter(file *os.File) *blocksWriter {
	w := &blocksWriter{handed: make(chan []byte, 1), done: make(chan error, 1)}
	w.packer.file = bufio.NewWriterSize(file, 1<<18)
	go func() { w.done <- w.packer.run(w.handed) }()
	return w
}

// add appends text to the stream.
func (w *blocksWriter) add(text string) error {
	w.pending = append(w.pending, text...)
	if len(w.pending) < handBytes {
		return nil
	}
	return w.hand()
}

// hand hands over what is pending.
func (w *blocksWriter) hand() error {
	select {
	case w.handed <- w.pending:
		w.pending = make([]byte, 0, handBytes+handBytes/4)
		return nil
	case err := <-w.done:
		w.done <- err // for close
		return err
	}
}

// close writes what is left, and returns where the blocks lie. It must be called once, after an error too.
func (w *blocksWriter) close() ([]block, error) {
	err := w.hand()
	close(w.handed)
	if e := <-w.done; err == nil {
		err = e
	}
	return w.packer.table, err
}

// A blocksPacker compresses the stream block by block.
type blocksPacker struct {
	file    *bufio.Writer
	zstd    *zstd.Encoder // nil until the dictionary is there
	pending []byte
	table   []block
}

// run takes pieces of the stream until there are no more.
func (w *blocksPacker) run(handed <-chan []byte) error {
	for text := range handed {
		w.pending = append(w.pending, text...)
		if w.zstd == nil && len(w.pending) >= sampleBytes {
			if err := w.begin(); err != nil {
				return err
			}
		}
		if w.zstd == nil {
			continue
		}
		if err := w.flush(blockBytes); err != nil {
			return err
		}
	}
	if w.zstd == nil {
		if err := w.begin(); err != nil {
			return err
		}
	}
	return errors.Join(w.flush(1), w.file.Flush())
}

// begin writes the dictionary.
func (w *blocksPacker) begin() (err error) {
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

// newEncoder returns what compresses. The level takes a twentieth off the texts and adds as much to the time of
// a build, beside the analysis of the next documents.
func newEncoder(sample []byte) (*zstd.Encoder, error) {
	options := []zstd.EOption{zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false), zstd.WithEncoderLevel(zstd.SpeedBetterCompression)}
	if sample != nil {
		options = append(options, zstd.WithEncoderDictRaw(sampleID, sample))
	}
	return zstd.NewWriter(nil, options...)
}

// flush writes what is pending in whole blocks, as long as there are at least so many bytes.
func (w *blocksPacker) flush(least int) error {
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

func (w *blocksPacker) write(text []byte) error {
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
