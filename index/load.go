package index

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// load reads the texts of candidates and analyses them, on two processors: that is a third of the ranking.
func (r *ranker) load(list []*scored) error {
	errs := make([]error, len(list))
	var next atomic.Int32
	work := func() {
		for i := next.Add(1) - 1; int(i) < len(list); i = next.Add(1) - 1 {
			if errs[i] = list[i].load(r.words); errs[i] != nil {
				return
			}
		}
	}
	var panicked error
	var other sync.WaitGroup
	defer other.Wait()
	other.Go(func() {
		defer func() {
			if p := recover(); p != nil { // which only the asker's own goroutine may end in
				panicked = panicOf(p)
			}
		}()
		work()
	})
	work()
	other.Wait()
	if panicked != nil {
		panic(panicked)
	}
	return cmp.Or(errs...)
}

// A panicElsewhere is the panic of another goroutine, with its stack, which that of who recovers from it does not
// show.
type panicElsewhere struct{ text string }

// panicOf is called by who recovers from v. The value of a panic that is not the runtime's may hold a text of a
// document, so that its type stands for it.
func panicOf(v any) panicElsewhere {
	what := fmt.Sprintf("%T", v)
	if err, ok := v.(runtime.Error); ok {
		what = err.Error()
	}
	return panicElsewhere{fmt.Sprintf("%s, at %s", what, debug.Stack())}
}

func (p panicElsewhere) Error() string { return p.text }

// RuntimeError says that the text may be logged, as that of the runtime's own errors may.
func (panicElsewhere) RuntimeError() {}

// load reads the text of the sentence and analyses it.
func (s *scored) load(words *vocabulary) error {
	if s.examined != nil {
		return nil
	}
	text, err := s.doc.text(s.ordinal)
	if err != nil {
		return err
	}
	s.examined = &examined{text: text, tokens: words.tokens(text, s.doc.Language)}
	return nil
}
