package index

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
)

// TestVocabulary has a vocabulary analyse words that take each other the places, in two languages and several
// goroutines at once: it must say what one says that remembers nothing.
func TestVocabulary(t *testing.T) {
	v := newVocabulary()
	var g errgroup.Group
	for n, language := range []string{"en", "de", "en", ""} {
		g.Go(func() error {
			for i := range knownWords / 8 {
				text := fmt.Sprintf("Running %d Häuser%x %s U.S. 東京 1.5", i, i*7+n%2, strings.Repeat("Donaudampf", i%4))
				if got, want := v.tokens(text, language), new(vocabulary).tokens(text, language); !slices.Equal(got, want) {
					return fmt.Errorf("%q in %q: %v, want %v", text, language, got, want)
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}
