package synth

import (
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A coiner makes words that no text has, out of pieces of words.
type coiner struct {
	pieces []string
	// step scatters neighbouring numbers; it has no factor in common with the number of pieces.
	step uint64
}

// Pieces have so many letters, and there are at most so many of them: two or three make a word of
// usual length, and two a million words.
const (
	pieceLetters = 3
	mostPieces   = 1009 // a prime
)

// newCoiner takes its pieces from words of Latin and like scripts.
func newCoiner(lists ...[]string) coiner {
	seen := map[string]bool{}
	for _, list := range lists {
		for _, word := range list {
			letters := []rune(strings.ToLower(word))
			for i := 0; i+pieceLetters <= len(letters); i += pieceLetters {
				if piece := string(letters[i : i+pieceLetters]); hasVowel(piece) {
					seen[piece] = true
				}
			}
		}
	}
	pieces := make([]string, 0, len(seen)+2)
	for piece := range seen {
		pieces = append(pieces, piece)
	}
	pieces = append(pieces, "ka", "lo") // so that there are some
	slices.Sort(pieces)
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // G404: nothing is secret here
	r.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
	pieces = pieces[:min(len(pieces), mostPieces)]
	c := coiner{pieces: pieces, step: 7919}
	for gcd(c.step, uint64(len(pieces))) != 1 {
		c.step += 2
	}
	return c
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func hasVowel(piece string) bool {
	return strings.ContainsAny(piece, "aeiouyäöüáéíóúàèâêîôû")
}

// word returns the coined word of a number: another one for each, but for the rare two whose pieces
// join to the same. Names and words of like number differ.
func (c *coiner) word(number uint64, name bool) string {
	base := uint64(len(c.pieces))
	span, count := base*base, 2
	for number >= span/2 && count < 8 {
		span *= base
		count++
	}
	number = number % (span / 2) * 2
	if name {
		number++
	}
	number = number * c.step % span // both are small enough
	var b strings.Builder
	for range count {
		b.WriteString(c.pieces[number%base])
		number /= base
	}
	if !name {
		return b.String()
	}
	first, size := utf8.DecodeRuneInString(b.String())
	return string(unicode.ToUpper(first)) + b.String()[size:]
}
