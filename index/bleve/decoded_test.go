package bleve

import (
	"fmt"
	"testing"
)

func TestDecodedIsBounded(t *testing.T) {
	const size = decodedBytes / 70 // ten of these fill it
	d := newDecoded()
	for i := range 30 {
		d.put(fmt.Sprint(i), &postings{sentences: make([]uint32, size)})
		if d.get("0") == nil {
			t.Fatalf("what is used again and again is gone after %d more", i)
		}
		if d.bytes > decodedBytes {
			t.Fatalf("%d bytes, the bound is %d", d.bytes, decodedBytes)
		}
	}
	if d.get("1") != nil || d.get("29") == nil {
		t.Error("not what was used longest ago is gone")
	}
	d.put("29", &postings{sentences: make([]uint32, 1)})
	if n := len(d.get("29").sentences); n != size {
		t.Errorf("what is there was replaced: %d sentences", n)
	}
}
