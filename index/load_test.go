package index

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
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
			_, _ = (&ranker{}).withoutRepeats(slices.Values(list), len(list))
		}()
	}
}

// TestLoadNamesTheFirst: of several texts that cannot be read, always the same is named.
func TestLoadNamesTheFirst(t *testing.T) {
	for range 100 {
		list := make([]*scored, 40)
		for i := range list {
			list[i] = &scored{examined: &examined{}}
		}
		for _, i := range []int{7, 8, 30} {
			e := &catalogEntry{DocumentInfo: DocumentInfo{ID: fmt.Sprint("number", i)}}
			list[i] = &scored{doc: &outline{catalogEntry: e, store: &texts{}, sentences: []outlined{{start: 1, end: 2}}}}
		}
		if _, err := (&ranker{}).withoutRepeats(slices.Values(list), len(list)); err == nil || !strings.Contains(err.Error(), "number7") {
			t.Fatalf("error %v, want that number7 cannot be read", err)
		}
	}
}

// TestAskersPanicLeavesNobody: the goroutine that loads ends when the candidates come to a bad end.
func TestAskersPanicLeavesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // fails when a goroutine is left
		defer func() {
			if p := recover(); p != "bad end" {
				t.Errorf("recovered %v", p)
			}
		}()
		_, _ = (&ranker{}).withoutRepeats(func(yield func(*scored) bool) {
			yield(&scored{examined: &examined{}})
			panic("bad end")
		}, 40)
	})
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
