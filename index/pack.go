package index

import (
	"encoding/hex"
	"errors"
	"math"
)

// A packer appends values to a record of the text store: numbers as varints, seven bits a byte, lowest
// first, and texts behind their length.
type packer struct{ data []byte }

func (p *packer) number(n int) {
	v := uint64(n)
	for ; v >= 0x80; v >>= 7 {
		p.data = append(p.data, byte(v)|0x80)
	}
	p.data = append(p.data, byte(v))
}

// signed appends a number that may be below 0.
func (p *packer) signed(n int) { p.number(n<<1 ^ n>>63) }

func (p *packer) text(s string) {
	p.number(len(s))
	p.data = append(p.data, s...)
}

// digits appends a text of hexadecimal digits in half its size; another one as it is.
func (p *packer) digits(s string) {
	raw, err := hex.DecodeString(s)
	if err != nil || hex.EncodeToString(raw) != s {
		p.number(0)
		p.text(s)
		return
	}
	p.number(len(raw) + 1)
	p.data = append(p.data, raw...)
}

func (p *packer) texts(list []string) {
	p.number(len(list))
	for _, s := range list {
		p.text(s)
	}
}

func (p *packer) terms(list []uint32) {
	p.number(len(list))
	for _, n := range list {
		p.number(int(n))
	}
}

// An unpacker reads values in the order they were packed. After a fault all that it reads is zero, and
// err tells of it.
type unpacker struct {
	data []byte
	err  error
	// shared is the whole record where texts are to share its memory, and data what is left of it.
	shared string
}

var errCut = errors.New("a record is cut or makes no sense")

// number reads a number of at most 2^53, which is more than any size that is packed.
func (u *unpacker) number() int {
	if len(u.data) > 0 && u.data[0] < 0x80 {
		n := int(u.data[0])
		u.data = u.data[1:]
		return n
	}
	v, shift := uint64(0), 0
	for i := range len(u.data) {
		c := u.data[i]
		v |= uint64(c&0x7F) << shift
		if c < 0x80 {
			u.data = u.data[i+1:]
			return int(v)
		}
		if shift += 7; shift > 49 {
			break
		}
	}
	u.fail()
	return 0
}

func (u *unpacker) signed() int {
	n := u.number()
	return n>>1 ^ -(n & 1)
}

func (u *unpacker) fail() {
	u.data, u.err = nil, errCut
}

// length reads how many items follow, each of which takes a byte at least.
func (u *unpacker) length() int {
	n := u.number()
	if n > len(u.data) || n > math.MaxInt32 {
		u.fail()
		return 0
	}
	return n
}

// text reads a text.
func (u *unpacker) text() string {
	text := u.bytes(u.number())
	if u.shared == "" || len(text) == 0 {
		return string(text)
	}
	at := len(u.shared) - len(u.data) - len(text)
	return u.shared[at : at+len(text)]
}

// digits reads what [packer.digits] appended.
func (u *unpacker) digits() string {
	if n := u.number(); n > 0 {
		return hex.EncodeToString(u.bytes(n - 1))
	}
	return u.text()
}

// bytes reads so many bytes, which share the memory of the record.
func (u *unpacker) bytes(n int) []byte {
	if n < 0 || n > len(u.data) {
		u.fail()
		return nil
	}
	s := u.data[:n]
	u.data = u.data[n:]
	return s
}

func (u *unpacker) texts() []string {
	n := u.length()
	if n == 0 {
		return nil
	}
	list := make([]string, n)
	for i := range list {
		list[i] = u.text()
	}
	return list
}

func (u *unpacker) terms() []uint32 {
	list := make([]uint32, u.length())
	for i := range list {
		list[i] = uint32(u.number())
	}
	return list
}

func (u *unpacker) byte() byte {
	if len(u.data) == 0 {
		u.fail()
		return 0
	}
	c := u.data[0]
	u.data = u.data[1:]
	return c
}
