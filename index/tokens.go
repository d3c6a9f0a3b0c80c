package index

import (
	"math/bits"
	"slices"
)

// packTokens appends the tokens: a bit for each says whether it takes two bytes; then come the lower bytes of
// all, then the upper ones of those that have one. So they are read without a branch.
func (o *outline) packTokens(p *packer) {
	large, upper := make([]byte, (len(o.tokens)+7)/8), []byte(nil)
	lower := make([]byte, len(o.tokens))
	for i, t := range o.tokens {
		lower[i] = byte(t)
		if t > 0xFF {
			large[i/8] |= 1 << (i % 8)
			upper = append(upper, byte(t>>8))
		}
	}
	p.data = slices.Concat(p.data, large, lower, upper)
}

// unpackTokens reads n tokens, which end the record.
func (o *outline) unpackTokens(u *unpacker, n int) {
	large, lower := u.bytes((n+7)/8), u.bytes(n)
	upper := u.data
	u.data = nil
	two := 0
	for _, eight := range large {
		two += bits.OnesCount8(eight)
	}
	if two != len(upper) {
		u.fail()
		return
	}
	o.tokens = make([]uint16, len(lower))
	if two == 0 {
		upper = []byte{0}
	}
	at, last := 0, len(upper)-1
	for i, low := range lower {
		bit := uint16(large[i/8]>>(i%8)) & 1
		o.tokens[i] = uint16(low) | uint16(upper[min(at, last)])<<8&-bit
		at += int(bit)
	}
}
