package index

// A sketch tells how often a term can stand in the sentences of a document at most, in a small part of their
// tokens' room: it counts to three, in places that terms share by chance.
type sketch []uint64

const (
	// placesAToken is how many places a sketch has for each token: of those in which nothing is counted.
	placesAToken = 2
	// countBits is what a count takes, and manyTimes the greatest one: that many times or more.
	countBits = 2
	manyTimes = 1<<countBits - 1
	// countsAWord is how many counts a word of the sketch holds.
	countsAWord = 64 / countBits
)

// How far the sketch of an outline is.
const (
	notDrawn = iota
	beingDrawn
	drawn
)

// draw draws the sketch, unless somebody does or has done so.
func (o *outline) draw() {
	if o.drawing.Load() == notDrawn && o.drawing.CompareAndSwap(notDrawn, beingDrawn) {
		o.sketch = o.sketched()
		o.drawing.Store(drawn)
	}
}

// sketched returns the sketch of the outline's tokens.
func (o *outline) sketched() sketch {
	s := make(sketch, sketchWords(len(o.tokens)))
	for i := range o.sentences {
		for number := range o.numbers(i) {
			word, shift := s.place(number)
			if s[word]>>shift&manyTimes < manyTimes {
				s[word] += 1 << shift
			}
		}
	}
	return s
}

// sketchWords is the size of the sketch of so many tokens.
func sketchWords(tokens int) int { return placesAToken*tokens/countsAWord + 1 }

// atMost returns how often a term stands in the document at most; manyTimes stands for any number of times.
func (s sketch) atMost(number uint32) int {
	word, shift := s.place(number)
	return int(s[word] >> shift & manyTimes)
}

// place returns where a term is counted.
func (s sketch) place(number uint32) (word, shift uint32) {
	// The golden ratio spreads numbers that stand side by side.
	at := uint32(uint64(number*0x9E3779B1) * uint64(len(s)*countsAWord) >> 32)
	return at / countsAWord, at % countsAWord * countBits
}
