package index

import (
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// load reads the texts of candidates and analyses them, on two processors: that is a third of the ranking.
func (r *ranker) load(list []*scored) error {
	var errs [2]error
	var panicked error
	var next atomic.Int32
	work := func(err *error) {
		for i := next.Add(1) - 1; int(i) < len(list) && *err == nil; i = next.Add(1) - 1 {
			*err = list[i].load(r.words)
		}
	}
	var other sync.WaitGroup
	other.Go(func() {
		defer func() {
			if p := recover(); p != nil { // which only the asker's own goroutine may end in
				panicked = fmt.Errorf("%v, at %s", p, debug.Stack())
			}
		}()
		work(&errs[1])
	})
	work(&errs[0])
	other.Wait()
	if panicked != nil {
		panic(panicked)
	}
	return errors.Join(errs[:]...)
}

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
