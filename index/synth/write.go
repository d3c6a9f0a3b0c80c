package synth

import (
	"math/rand/v2"
	"sort"
	"strconv"
	"strings"
)

// A writer writes one document.
type writer struct {
	source *Source
	random *rand.Rand
	// home is the document of the source that this one is like.
	home int
	// cast are names that come up again and again.
	cast [4]string
	text []byte
}

func newWriter(s *Source, r *rand.Rand) *writer {
	w := &writer{source: s, random: r, text: make([]byte, 0, 6<<10)}
	sentence := r.IntN(len(s.sentences)) // longer documents of the source are the home of more
	w.home = sort.Search(len(s.starts)-1, func(i int) bool { return s.starts[i+1] > sentence })
	for i := range w.cast {
		w.cast[i] = w.draw(nameSlot)
	}
	return w
}

// document returns a document of so many sentences: a title, and paragraphs under headings.
func (w *writer) document(sentences int) string {
	if sentences > 1 {
		w.heading("# ")
		sentences--
	}
	for paragraph := 1; sentences > 0; paragraph++ {
		if paragraph%4 == 0 && sentences > 1 {
			w.heading("## ")
			sentences--
		}
		n := min(sentences, 3+w.random.IntN(4))
		for range n {
			w.sentence()
		}
		w.text[len(w.text)-1] = '\n'
		w.text = append(w.text, '\n')
		sentences -= n
	}
	return string(w.text)
}

func (w *writer) heading(mark string) {
	w.text = append(w.text, mark...)
	w.text = append(w.text, w.cast[w.random.IntN(len(w.cast))]...)
	w.text = append(w.text, " and the "...)
	w.text = append(w.text, w.draw(wordSlot)...)
	w.text = append(w.text, ' ')
	w.text = append(w.text, w.draw(wordSlot)...)
	w.text = append(w.text, "\n\n"...)
}

// fewSlots is how many words of a sentence are so few that all are exchanged.
const fewSlots = 4

// sentence writes a sentence of the source, half of them of home, with about half of its words
// exchanged, and a space.
func (w *writer) sentence() {
	s, r := w.source, w.random
	from, to := 0, len(s.sentences)
	if r.IntN(2) == 0 {
		from, to = s.starts[w.home], s.starts[w.home+1]
	}
	t := &s.sentences[from+r.IntN(to-from)]
	at := 0
	for _, slot := range t.slots {
		if len(t.slots) > fewSlots && r.IntN(2) == 0 {
			continue
		}
		w.text = append(w.text, t.text[at:slot.start]...)
		at = int(slot.end)
		if slot.kind == numberSlot {
			w.number(t.text[slot.start:slot.end])
		} else {
			w.text = append(w.text, w.draw(slot.kind)...)
		}
	}
	w.text = append(w.text, t.text[at:]...)
	w.text = append(w.text, ' ')
}

// number writes a number in the place of another: of as many digits, a year for a year.
func (w *writer) number(old string) {
	if len(old) == 4 && (old[0] == '1' || strings.HasPrefix(old, "20")) {
		w.text = strconv.AppendInt(w.text, int64(1100+w.random.IntN(930)), 10)
		return
	}
	w.text = append(w.text, byte('1'+w.random.IntN(9)))
	for range len(old) - 1 {
		w.text = append(w.text, byte('0'+w.random.IntN(10)))
	}
}

// draw returns a word of content or a name: a coined one, one of home, or any of the source.
func (w *writer) draw(kind slotKind) string {
	p, r := &w.source.words, w.random
	if kind == nameSlot {
		p = &w.source.names
		if w.cast[len(w.cast)-1] != "" && r.IntN(3) == 0 {
			return w.cast[r.IntN(len(w.cast))]
		}
	}
	if len(p.tokens) == 0 || r.Float64() < p.fresh {
		return w.source.coin.word(w.rank(p), kind == nameSlot)
	}
	list := p.tokens
	if home := p.of(w.home); len(home) > 0 && r.IntN(2) == 0 {
		list = home
	}
	return list[r.IntN(len(list))]
}

// mostRank bounds the rank of a coined word.
const mostRank = 1 << 40

// rank returns the rank of a coined word, from 0. Words that the source has not are beyond the many that
// texts share, where the frequency of a word falls with the square of its rank; then the number of
// different words grows with the root of the length of the text.
func (w *writer) rank(p *pool) uint64 {
	first := float64(max(p.distinct, 1))
	return uint64(min(first/(1-w.random.Float64())-first, mostRank))
}
