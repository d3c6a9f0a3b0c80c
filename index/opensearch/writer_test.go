package opensearch

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"verbatim/index"
)

// TestClusterBackPressure lets no request through before as many are under way as may be, and counts that there are
// never more.
func TestClusterBackPressure(t *testing.T) {
	p := newProxy(t)
	c := at(t, p.URL)
	var now, most, all atomic.Int32
	full := make(chan struct{})
	p.make(on("/_bulk", 0, func(w http.ResponseWriter, r *http.Request, forward http.Handler) bool {
		n := now.Add(1)
		defer now.Add(-1)
		most.Store(max(most.Load(), n))
		if all.Add(1) == inFlight {
			close(full)
		}
		<-full
		forward.ServeHTTP(w, r)
		return true
	}))
	w, err := c.Engine().Create(filepath.Join(t.TempDir(), "engine"))
	if err != nil {
		t.Fatal(err)
	}
	var entries []index.Entry
	for n := range 200 {
		e := index.Entry{Terms: strings.Fields(strings.Repeat(fmt.Sprint("t", n, " "), 15_000))}
		entries = append(entries, e)
	}
	if err := errors.Join(w.Add(t.Context(), entries), w.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
	if most.Load() != inFlight || all.Load() <= inFlight {
		t.Errorf("%d requests, %d at a time, not %d", all.Load(), most.Load(), inFlight)
	}
}
