package eval_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	"verbatim/index/sound"
)

// An ear mishears questions as programs do that write down what is said: in words that are common, sound like
// those that were said, and may begin and end in other places.
type ear struct {
	words  []earWord
	counts map[string]int
	random *rand.Rand
}

type earWord struct {
	word   string
	sounds sound.Sounds
	common float64 // the logarithm of how often it stands in the texts
}

// newEar returns an ear that knows the common words of some texts.
func newEar(texts map[string]string, random *rand.Rand) *ear {
	const leastCount, mostWords = 3, 15000
	e := &ear{counts: map[string]int{}, random: random}
	for _, text := range texts {
		for _, w := range strings.FieldsFunc(strings.ToLower(text), isNoLetter) {
			e.counts[w]++
		}
	}
	for w, n := range e.counts {
		if n >= leastCount && len(w) > 1 && !strings.ContainsFunc(w, func(r rune) bool { return r < 'a' || r > 'z' }) {
			e.words = append(e.words, earWord{w, sound.Of(w), math.Log(float64(n))})
		}
	}
	slices.SortFunc(e.words, func(a, b earWord) int { return cmp.Or(cmp.Compare(b.common, a.common), cmp.Compare(a.word, b.word)) })
	e.words = e.words[:min(len(e.words), mostWords)]
	return e
}

func isNoLetter(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// question returns a question as the ear takes it. How much it mishears differs from one to the next: rooms and
// speakers do.
func (e *ear) question(text string) string {
	words := strings.FieldsFunc(text, isNoLetter)
	noise := 0.2 + 1.6*e.random.Float64()
	var taken []string
	for i := 0; i < len(words); i++ {
		said := strings.ToLower(words[i])
		if strings.ContainsAny(said, "0123456789") || e.random.Float64() > noise*e.misheard(said) {
			if len(said) > shortWord || e.random.Float64() > 0.03*noise { // now and then a short one is missed
				taken = append(taken, said)
			}
			continue
		}
		sounds, next := sound.Of(said), i
		if i+1 < len(words) && e.random.Float64() < 0.3 {
			next++
			sounds = sounds.Then(sound.Of(strings.ToLower(words[next])))
		}
		if heard := e.hear(sounds, said); heard != "" {
			taken = append(taken, heard)
			i = next
		} else {
			taken = append(taken, said)
		}
	}
	return strings.Join(taken, " ")
}

// shortWord is how long a word is that is easily missed.
const shortWord = 3

// misheard is how likely a word is misheard: the less, the more common it is.
func (e *ear) misheard(word string) float64 {
	switch n := e.counts[word]; {
	case len(word) <= shortWord:
		return 0.05
	case n < 10:
		return 0.5
	case n < 100:
		return 0.3
	case n < 1000:
		return 0.15
	}
	return 0.08
}

// hear returns one word or two that sound like what was said, "" where nothing does; not the word itself.
func (e *ear) hear(said sound.Sounds, itself string) string {
	one, like := e.word(said, itself)
	if said.Len() < 6 {
		return one
	}
	at := 2 + e.random.IntN(said.Len()-4)
	begins, ends := said.Cut(at)
	first, likeFirst := e.word(begins, "")
	second, likeSecond := e.word(ends, "")
	if first == "" || second == "" {
		return one
	}
	part := float64(at) / float64(said.Len())
	if both := part*likeFirst + (1-part)*likeSecond; one == "" || both > like+0.05 || e.random.Float64() < 0.25 {
		return first + " " + second
	}
	return one
}

// word returns one of the words that sound most like what was said, and how much; common ones are taken sooner.
func (e *ear) word(said sound.Sounds, itself string) (string, float64) {
	const least, kept = 0.35, 8
	type choice struct {
		word         string
		like, weight float64
	}
	var best []choice
	for i := range e.words {
		w := &e.words[i]
		like := sound.Alike(said, w.sounds, least)
		if like == 0 || w.word == itself {
			continue
		}
		c := choice{w.word, like, 12*like + 0.35*w.common}
		if at, _ := slices.BinarySearchFunc(best, c, func(a, b choice) int { return cmp.Compare(b.weight, a.weight) }); at < kept {
			best = slices.Insert(best, at, c)
			best = best[:min(len(best), kept)]
		}
	}
	if len(best) == 0 {
		return "", 0
	}
	c := best[min(int(1.5*e.random.ExpFloat64()), len(best)-1)]
	return c.word, c.like
}
