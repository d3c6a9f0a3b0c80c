package index

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"verbatim/index/sound"
)

// Who speaks a question is misheard: in words that sound alike, divided in other places ("broad meadows" for
// "Broadmeadows"). So where next to nothing is found, and the question may have been spoken, the candidates are ordered
// once more, with regard to what sounds like the words that they lack. No answer comes of it, but a nearer miss.
const (
	// listenBelow is the confidence below which one listens, and mostListened how many words of a question, and of a
	// sentence, one listens to.
	listenBelow, mostListened = 0.2, 40
	// leastHeard is how alike words must sound, and wellHeard from when on it is more than chance.
	leastHeard, wellHeard = 0.45, 0.6
	// heardPoints is what a sentence gets for the whole question, per likeness above leastHeard; wellHeardBonus is
	// added to the likeness of what sounds well alike, and aroundHeard is the part of the points of the best of its
	// paragraph, itself included, that a sentence gets beside its own. See DESIGN.md for how they were chosen.
	heardPoints, wellHeardBonus, aroundHeard = 3.0, 0.6, 0.85
	// mostSaid and mostHeard are how many words side by side may be one word said, in the question and in the
	// sentence; shortestHeard is how many bytes they have there.
	mostSaid, mostHeard, shortestHeard = 3, 2, 4
)

// A run is some words of a question that stand side by side.
type run struct {
	from, to int     // places in the question
	words    uint64  // its content words, a bit each
	share    float64 // what these weigh, as part of the question
	sounds   sound.Sounds
}

// runs returns the runs of words of the question that hold a content word; none of a long question.
func (st *statistics) runs() []run {
	text := st.question.said
	tokens := Analyze(text, "")
	if len(tokens) > mostListened {
		return nil
	}
	content := map[string]int{} // by form
	for i, w := range st.question.Words {
		if w.Content && !w.Aside && !w.Pair {
			content[fold(w.Text)] = i
		}
	}
	var list []run
	for i := range tokens {
		r := run{from: i, to: i}
		for _, t := range tokens[i:min(i+mostSaid, len(tokens))] {
			form := fold(text[t.Start:t.End])
			r.to++
			r.sounds = r.sounds.Then(sound.Of(form))
			if w, ok := content[form]; ok && r.words>>w&1 == 0 {
				r.words |= 1 << w
				r.share += st.idf[w] / st.total
			}
			if r.words != 0 {
				list = append(list, r)
			}
		}
	}
	return list
}

// An echo is a run of the question and some words of a sentence that sound alike.
type echo struct {
	run         int
	first, last int // tokens
	like        float64
}

// A listener knows how a question sounds.
type listener struct {
	*statistics
	runs []run
	// likenesses of what was listened to, to each run, and the sounds of single words.
	likenesses map[sound.Sounds][]float64
	sounds     map[string]sound.Sounds
	// greatest are the likenesses to each run in the candidates that hold one, of each the greatest, in order.
	greatest [][]float64
	// candidates is how many there are.
	candidates int
}

// listen orders the candidates again by what in them and in their paragraphs sounds like words of the question.
func (r *ranker) listen(ctx context.Context, list []scored) error {
	best := list[:min(reranked, len(list))]
	l := listener{statistics: r.st, runs: r.st.runs(), likenesses: map[sound.Sounds][]float64{}, sounds: map[string]sound.Sounds{}, candidates: len(best)}
	if len(l.runs) == 0 {
		return nil
	}
	heard := make([][]echo, len(best))
	sure := make([]float64, len(best))
	for i := range best {
		if err := ctx.Err(); err != nil {
			return err
		}
		heard[i] = l.echoes(&best[i])
		sure[i] = min(confidence(best, i, r.st), listenBelow)
	}
	l.compare(heard)
	for i := range best {
		best[i].heard = l.points(heard[i])
	}
	for i := range best {
		s := &best[i]
		s.listened, s.sure = true, sure[i]
		if s.heard == 0 && s.vector[fCover] == 0 {
			continue // it has nothing of the question
		}
		for j := range best {
			if best[j].beside(s) {
				s.heardAround = max(s.heardAround, aroundHeard*best[j].heard)
			}
		}
		s.score += s.heard + s.heardAround
	}
	byScore(best)
	return nil
}

// echoes returns what in a sentence sounds like runs of which it holds no content word. Other languages are spelled by
// other rules.
func (l *listener) echoes(s *scored) []echo {
	if lang, _, _ := strings.Cut(s.doc.Language, "-"); lang != "en" && lang != "" {
		return nil
	}
	var list []echo
	tokens := s.tokens[:min(len(s.tokens), mostListened)]
	for i := range tokens {
		var said sound.Sounds
		for j := i; j < min(i+mostHeard, len(tokens)); j++ {
			t := &tokens[j]
			if l.word(t.term) >= 0 || t.marks&(markFunction|markDigits) != 0 {
				break
			}
			said = said.Then(l.soundsOf(s.text[t.start:t.end]))
			if t.end-tokens[i].start < shortestHeard {
				continue
			}
			for r, like := range l.likenessesOf(said) {
				if like > 0 && l.runs[r].words&s.held == 0 {
					list = append(list, echo{r, i, j, like})
				}
			}
		}
	}
	return list
}

// soundsOf returns the sounds of a word.
func (l *listener) soundsOf(word string) sound.Sounds {
	s, known := l.sounds[word]
	if !known {
		s = sound.Of(fold(word))
		l.sounds[word] = s
	}
	return s
}

// likenessesOf returns how much something sounds like each run.
func (l *listener) likenessesOf(said sound.Sounds) []float64 {
	likes, known := l.likenesses[said]
	if !known {
		likes = make([]float64, len(l.runs))
		for i := range l.runs {
			likes[i] = sound.Alike(l.runs[i].sounds, said, leastHeard)
		}
		l.likenesses[said] = likes
	}
	return likes
}

// compare notes for each run how much the candidates sound like it.
func (l *listener) compare(heard [][]echo) {
	l.greatest = make([][]float64, len(l.runs))
	for _, list := range heard {
		most := make([]float64, len(l.runs))
		for _, e := range list {
			most[e.run] = max(most[e.run], e.like)
		}
		for r, like := range most {
			if like > 0 {
				l.greatest[r] = append(l.greatest[r], like)
			}
		}
	}
	for _, likes := range l.greatest {
		slices.Sort(likes)
	}
}

// worth is the points that an echo gives: more for rare words that sound much alike, and the less, the more
// candidates sound as much alike.
func (l *listener) worth(e echo) float64 {
	likes := l.greatest[e.run]
	at, _ := slices.BinarySearch(likes, e.like)
	rarity := 1 - math.Log(float64(len(likes)-at))/math.Log(float64(l.candidates+1))
	like := e.like - leastHeard
	if e.like >= wellHeard {
		like += wellHeardBonus
	}
	return heardPoints * l.runs[e.run].share * like * rarity
}

// points adds up the echoes of a sentence, greatest first; each word of either counts once.
func (l *listener) points(heard []echo) float64 {
	type valued struct {
		echo
		worth float64
	}
	list := make([]valued, len(heard))
	for i, e := range heard {
		list[i] = valued{e, l.worth(e)}
	}
	slices.SortStableFunc(list, func(a, b valued) int { return cmp.Compare(b.worth, a.worth) })
	sum := 0.0
	taken := list[:0]
	for _, e := range list {
		a := &l.runs[e.run]
		if !slices.ContainsFunc(taken, func(o valued) bool {
			b := &l.runs[o.run]
			return a.words&b.words != 0 || a.from < b.to && b.from < a.to || e.first <= o.last && o.first <= e.last
		}) {
			taken = append(taken, e)
			sum += e.worth
		}
	}
	return sum
}
