package source

import "time"

// A Run is what became of the last look at an address of the settings, or at one that was added.
type Run struct {
	// Address and Collection are the source's.
	Address, Collection string
	// Last is when it was looked at last, zero for never.
	Last time.Time
	// Failed says why nothing could be taken from it then, or the first thing that was wrong; "" when all
	// was well.
	Failed string
	// Pages is how many pages are known of it.
	Pages int
}

// Runs returns the web sources in the order of the settings, each with what became of the last look at it.
// Files that were added are none.
func (l *Library) Runs() []Run {
	w := l.web
	w.mu.Lock()
	defer w.mu.Unlock()
	pages := map[string]int{}
	for _, p := range w.pages {
		pages[p.Source]++
	}
	var list []Run
	for i := range w.sources {
		s := &w.sources[i]
		if s.File != "" {
			continue
		}
		r := Run{Address: s.Address(), Collection: s.Collection, Pages: pages[s.key()]}
		if run := w.runs[s.key()]; run != nil {
			r.Last, r.Failed = run.Last, run.Failed
		}
		list = append(list, r)
	}
	return list
}
