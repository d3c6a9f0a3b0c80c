package eval_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
)

// An ear mishears questions as programs do that write down what is said: in words that are common, sound like
// those that were said, and may begin and end in other places. How alike words sound it takes from their letters, by
// Editex (Zobel and Dart, "Phonetic String Matching", 1996), not as the index does.
type ear struct {
	words  []earWord
	counts map[string]int
	random *rand.Rand
}

type earWord struct {
	word   string
	common float64 // the logarithm of how often it stands in the texts
}

// newEar returns an ear that knows the common words of some texts.
func newEar(texts map[string]string, random *rand.Rand) *ear {
	const leastCount, mostWords = 3, 8000
	e := &ear{counts: map[string]int{}, random: random}
	for _, text := range texts {
		for _, w := range strings.FieldsFunc(strings.ToLower(text), isNoLetter) {
			e.counts[w]++
		}
	}
	for w, n := range e.counts {
		if n >= leastCount && len(w) > 1 && !strings.ContainsFunc(w, func(r rune) bool { return r < 'a' || r > 'z' }) {
			e.words = append(e.words, earWord{w, math.Log(float64(n))})
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
		together, next := said, i
		if i+1 < len(words) && e.random.Float64() < 0.3 {
			next++
			together += strings.ToLower(words[next])
		}
		if heard := e.hear(together, said); heard != "" {
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

// hear returns one word or two that sound like letters that were said, "" where nothing does; not the word itself.
func (e *ear) hear(said, itself string) string {
	one, like := e.word(said, itself)
	letters := []rune(said)
	if len(letters) < 7 {
		return one
	}
	at := 3 + e.random.IntN(len(letters)-5)
	first, likeFirst := e.word(string(letters[:at]), "")
	second, likeSecond := e.word(string(letters[at:]), "")
	if first == "" || second == "" {
		return one
	}
	part := float64(at) / float64(len(letters))
	if both := part*likeFirst + (1-part)*likeSecond; one == "" || both > like+0.05 || e.random.Float64() < 0.25 {
		return first + " " + second
	}
	return one
}

// word returns one of the words that sound most like letters, and how much; common ones are taken sooner.
func (e *ear) word(said, itself string) (string, float64) {
	const least, kept = 0.4, 8
	type choice struct {
		word         string
		like, weight float64
	}
	var best []choice
	for i := range e.words {
		w := &e.words[i]
		if short, long := min(len(w.word), len(said)), max(len(w.word), len(said)); w.word == itself || 3*short < 2*long {
			continue
		}
		like := editex(said, w.word)
		if like < least {
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

// editexCosts are 0 for the same letter, 1 for two that may sound alike and 2 for others.
var editexCosts = func() (costs [256][256]uint8) {
	for a := range 256 {
		for b := range 256 {
			costs[a][b] = 2
		}
		costs[a][a] = 0
	}
	for _, group := range []string{"aeiouy", "bp", "ckq", "dt", "lr", "mn", "gj", "fpv", "sxz", "csz"} {
		for _, a := range []byte(group) {
			for _, b := range []byte(group) {
				costs[a][b] = min(costs[a][b], 1)
			}
		}
	}
	return costs
}()

// editexMissed is what it costs to miss letter i of a word: less after h and w, which may be silent, and after a letter
// that may sound alike.
func editexMissed(s string, i int) uint8 {
	switch {
	case i == 0:
		return 2
	case s[i-1] != s[i] && (s[i-1] == 'h' || s[i-1] == 'w'):
		return 1
	}
	return editexCosts[s[i-1]][s[i]]
}

// editex returns how alike two words are, from 0 to 1.
func editex(a, b string) float64 {
	var row [64]uint8
	a, b = a[:min(len(a), 60)], b[:min(len(b), 60)]
	var missed [64]uint8
	for j := range len(b) {
		missed[j] = editexMissed(b, j)
		row[j+1] = row[j] + missed[j]
	}
	for i := range len(a) {
		diagonal, costs, miss := row[0], &editexCosts[a[i]], editexMissed(a, i)
		row[0] += miss
		for j := range len(b) {
			above := row[j+1]
			row[j+1] = min(above+miss, row[j]+missed[j], diagonal+costs[b[j]])
			diagonal = above
		}
	}
	return 1 - float64(row[len(b)])/float64(2*max(len(a), len(b), 1))
}
