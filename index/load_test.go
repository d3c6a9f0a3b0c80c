package index

import (
	"runtime"
	"strings"
	"testing"
)

// TestLoadPanicsWhereItIsCalled: a panic of a goroutine of its own would end the program, and every answer with it.
func TestLoadPanicsWhereItIsCalled(t *testing.T) {
	for range 100 {
		list := make([]*scored, 8)
		for i := range list {
			list[i] = &scored{examined: &examined{}}
		}
		list[7] = &scored{} // without a document
		func() {
			defer func() {
				if p, ok := recover().(runtime.Error); !ok || !strings.Contains(p.Error(), "nil pointer") {
					t.Fatalf("recovered %v, want that a pointer is nil", p)
				}
			}()
			_ = (&ranker{}).load(list)
		}()
	}
}

// TestPanicElsewhere: what is logged of a panic tells where it was, and nothing of a document.
func TestPanicElsewhere(t *testing.T) {
	recovered := func(v any) (text string) {
		defer func() { text = panicOf(recover()).Error() }()
		panic(v)
	}
	if got := recovered("a secret"); strings.Contains(got, "secret") || !strings.HasPrefix(got, "string, at ") || !strings.Contains(got, "TestPanicElsewhere") {
		t.Error(got)
	}
}
