package index

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
)

// A loader reads the texts of candidates and analyses them, which is a quarter of the ranking: on a processor of its
// own as soon as they are named, and on two when all are.
type loader struct {
	words *vocabulary
	list  []*scored // has room for all
	errs  []error
	named chan int // places in the list that nobody has taken yet
	open  bool     // whether more may be named

	other    sync.WaitGroup
	panicked error // of the other goroutine
}

// newLoader returns a loader for so many candidates or less. It must be closed.
func newLoader(words *vocabulary, most int) *loader {
	l := &loader{words: words, list: make([]*scored, 0, most), errs: make([]error, most), named: make(chan int, most), open: true}
	all := l.list[:most]
	l.other.Go(func() {
		defer func() {
			if p := recover(); p != nil { // which only the asker's own goroutine may end in
				l.panicked = panicOf(p)
			}
		}()
		l.work(all)
	})
	return l
}

// work loads what is named until nothing more will be.
func (l *loader) work(list []*scored) {
	for i := range l.named {
		l.errs[i] = list[i].load(l.words)
	}
}

// add names a candidate, and says whether it was the last that there is room for.
func (l *loader) add(s *scored) (full bool) {
	l.list = append(l.list, s)
	l.named <- len(l.list) - 1
	return len(l.list) == cap(l.list)
}

// loaded returns the candidates named when all are loaded, or the error of the first that cannot be.
func (l *loader) loaded() ([]*scored, error) {
	l.end()
	l.work(l.list)
	l.other.Wait()
	if l.panicked != nil {
		panic(l.panicked)
	}
	return l.list, cmp.Or(l.errs...)
}

// end says that no more are named.
func (l *loader) end() {
	if l.open {
		l.open = false
		close(l.named)
	}
}

// close waits for the other goroutine.
func (l *loader) close() {
	l.end()
	l.other.Wait()
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
