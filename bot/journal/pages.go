package journal

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"go.etcd.io/bbolt"
)

// The layout of a bbolt file, version 2, as far as checkPages reads it. Numbers
// are in the byte order of the machine; sizes and offsets are in bytes.
//
//	page    id 8, flags 2, count 2, overflow 4, then count elements
//	branch  position 4, key size 4, page 8
//	leaf    flags 4, position 4, key size 4, value size 4
//	meta    16 in front, root page 8, sequence 8, freelist page 8, number of pages 8
//	bucket  root page 8 or 0, sequence 8, and if 0 a page follows
const (
	pageHeader = 16
	element    = 16
	bucketHead = 16
	metaRoot   = pageHeader + 16
	metaFree   = pageHeader + 32
	metaPages  = pageHeader + 40

	flagBranch   = 0x01
	flagLeaf     = 0x02
	flagFreelist = 0x10
	leafIsBucket = 0x01
	countIsFirst = 0xFFFF // of a freelist: the first number is the count
)

// pages walks the pages of a file. bbolt trusts them: a wrong number can make it
// run in circles, use up the memory, or end the process.
type pages struct {
	file io.ReaderAt
	size uint64 // of one page
	used []bool // by page number: met before
}

// checkPages reports damage in the tree of pages that a reader of db would meet.
func checkPages(db *bbolt.DB, file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	p := &pages{file: file, size: uint64(db.Info().PageSize)}
	return db.View(func(tx *bbolt.Tx) error {
		meta := make([]byte, metaPages+8)
		current := int64(tx.ID() % 2) // the transactions use the two meta pages in turn
		if _, err := file.ReadAt(meta, current*int64(p.size)); err != nil {
			return err
		}
		n := binary.NativeEndian.Uint64(meta[metaPages:])
		if n < 2 || n > uint64(info.Size())/p.size {
			return fmt.Errorf("%w: %d pages do not fit into %d bytes", ErrDamaged, n, info.Size())
		}
		p.used = make([]bool, n)
		p.used[0], p.used[1] = true, true
		if err := p.tree(binary.NativeEndian.Uint64(meta[metaRoot:])); err != nil {
			return err
		}
		return p.freelist(binary.NativeEndian.Uint64(meta[metaFree:]))
	})
}

// claim marks pages as met.
func (p *pages) claim(id, n uint64) error {
	if id >= uint64(len(p.used)) || n > uint64(len(p.used))-id {
		return fmt.Errorf("%w: page %d of %d", ErrDamaged, id, len(p.used))
	}
	for i := id; i < id+n; i++ {
		if p.used[i] {
			return fmt.Errorf("%w: page %d is in use twice", ErrDamaged, i)
		}
		p.used[i] = true
	}
	return nil
}

// load claims and reads one page with those that continue it.
func (p *pages) load(id uint64) ([]byte, error) {
	if id >= uint64(len(p.used)) {
		return nil, fmt.Errorf("%w: page %d of %d", ErrDamaged, id, len(p.used))
	}
	head := make([]byte, pageHeader)
	if _, err := p.file.ReadAt(head, int64(id*p.size)); err != nil {
		return nil, err
	}
	if binary.NativeEndian.Uint64(head) != id {
		return nil, fmt.Errorf("%w: page %d bears another number", ErrDamaged, id)
	}
	n := 1 + uint64(binary.NativeEndian.Uint32(head[12:]))
	if err := p.claim(id, n); err != nil {
		return nil, err
	}
	page := make([]byte, n*p.size)
	_, err := p.file.ReadAt(page, int64(id*p.size))
	return page, err
}

// tree checks page id and all pages below it.
func (p *pages) tree(id uint64) error {
	page, err := p.load(id)
	if err != nil {
		return err
	}
	if flagsOf(page) == flagLeaf {
		return p.leaf(page)
	}
	elements, err := elementsOf(page)
	if err != nil {
		return err
	}
	if flagsOf(page) != flagBranch || len(elements) == 0 {
		return fmt.Errorf("%w: page %d is neither branch nor leaf", ErrDamaged, id)
	}
	for ; len(elements) > 0; elements = elements[element:] {
		if _, err := content(page, elements, binary.NativeEndian.Uint32(elements), binary.NativeEndian.Uint32(elements[4:])); err != nil {
			return err
		}
		if err := p.tree(binary.NativeEndian.Uint64(elements[8:])); err != nil {
			return err
		}
	}
	return nil
}

// leaf checks the elements of a leaf and the buckets among them.
func (p *pages) leaf(page []byte) error {
	elements, err := elementsOf(page)
	if err != nil {
		return err
	}
	for ; len(elements) > 0; elements = elements[element:] {
		flags, keySize := binary.NativeEndian.Uint32(elements), binary.NativeEndian.Uint32(elements[8:])
		both, err := content(page, elements, binary.NativeEndian.Uint32(elements[4:]), keySize, binary.NativeEndian.Uint32(elements[12:]))
		if err != nil {
			return err
		}
		switch flags {
		case 0:
		case leafIsBucket:
			err = p.bucket(both[keySize:])
		default:
			err = fmt.Errorf("%w: an element with unknown flags", ErrDamaged)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// bucket checks a bucket, whose only page may stand inside its value.
func (p *pages) bucket(value []byte) error {
	if len(value) < bucketHead {
		return fmt.Errorf("%w: a bucket is cut", ErrDamaged)
	}
	if root := binary.NativeEndian.Uint64(value); root != 0 {
		return p.tree(root)
	}
	page := value[bucketHead:]
	if len(page) < pageHeader || flagsOf(page) != flagLeaf {
		return fmt.Errorf("%w: a bucket is cut", ErrDamaged)
	}
	return p.leaf(page)
}

// freelist checks that the pages free to be overwritten are not in use.
func (p *pages) freelist(id uint64) error {
	page, err := p.load(id)
	if err != nil {
		return err
	}
	ids, n := page[pageHeader:], uint64(binary.NativeEndian.Uint16(page[10:]))
	if n == countIsFirst {
		n, ids = binary.NativeEndian.Uint64(ids), ids[8:]
	}
	if flagsOf(page) != flagFreelist || n > uint64(len(ids))/8 {
		return fmt.Errorf("%w: the list of free pages is cut", ErrDamaged)
	}
	for ids = ids[:8*n]; len(ids) > 0; ids = ids[8:] {
		if err := p.claim(binary.NativeEndian.Uint64(ids), 1); err != nil {
			return err
		}
	}
	return nil
}

func flagsOf(page []byte) uint16 { return binary.NativeEndian.Uint16(page[8:]) }

// elementsOf returns the table of a page's elements.
func elementsOf(page []byte) ([]byte, error) {
	n := element * int(binary.NativeEndian.Uint16(page[10:]))
	if n > len(page)-pageHeader {
		return nil, fmt.Errorf("%w: a page is cut", ErrDamaged)
	}
	return page[pageHeader : pageHeader+n], nil
}

// content returns the bytes at position, counted from the first of elements, the
// rest of the table of page.
func content(page, elements []byte, position uint32, sizes ...uint32) ([]byte, error) {
	table := element * int(binary.NativeEndian.Uint16(page[10:]))
	start := uint64(pageHeader+table-len(elements)) + uint64(position)
	end := start
	for _, size := range sizes {
		end += uint64(size)
	}
	if end > uint64(len(page)) {
		return nil, fmt.Errorf("%w: an element reaches beyond its page", ErrDamaged)
	}
	return page[start:end], nil
}
