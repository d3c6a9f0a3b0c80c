package index

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// relatedText lists words that mean nearly the same, or of which one is made from the other in a way
// that stems do not show. Origin and licence stand in the file.
//
//go:embed related.txt
var relatedText string

// relatedTerms gives for an English term those of related words.
var relatedTerms = sync.OnceValue(func() map[string][]string {
	m := map[string][]string{}
	stem := stemmerFor("en")
	relate := func(a, b string) {
		if a != b && !slices.Contains(m[a], b) {
			m[a] = append(m[a], b)
		}
	}
	for line := range strings.SplitSeq(relatedText, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		words := strings.Fields(line)
		for i := range words {
			words[i] = stem.term(baseForm(words[i], "en"))
		}
		for i := 1; i < len(words); i++ {
			relate(words[0], words[i])
			relate(words[i], words[0])
		}
	}
	return m
})
