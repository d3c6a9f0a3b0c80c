package index

import (
	"fmt"
	"strings"
	"testing"
)

// TestLoadPanicsWhereItIsCalled: a panic of a goroutine of its own would end the program, and every answer with it.
func TestLoadPanicsWhereItIsCalled(t *testing.T) {
	for range 100 {
		list := make([]*scored, 8)
		for i := range list {
			list[i] = &scored{} // without a document
		}
		func() {
			defer func() {
				if p := recover(); p == nil || !strings.Contains(fmt.Sprint(p), "nil pointer") {
					t.Fatalf("recovered %v, want that a pointer is nil", p)
				}
			}()
			_ = (&ranker{}).load(list)
		}()
	}
}
