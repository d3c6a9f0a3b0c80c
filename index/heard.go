package index

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"verbatim/index/sound"
)

// Who speaks a question is misheard: in words that sound alike, divided in other places ("broad meadows" for
// "Broadmeadows"). So where next to nothing is found, and nothing says that the question was typed with care, the
// candidates are ordered once more, with regard to what sounds like the words that they lack. No answer comes of it,
// but a nearer miss.
const (
	// listenBelow is the confidence below which one listens.
	listenBelow = 0.2
	// leastHeard is how alike words must sound, and wellHeard from when on it is more than chance.
	leastHeard, wellHeard = 0.45, 0.6
	// heardPoints is what a sentence gets for the whole question, per likeness above leastHeard; wellHeardBonus is
	// added to the likeness of what sounds well alike, and aroundHeard is the part that the best of its paragraph
	// adds. They were chosen for misheard questions about squad2, and show the same on others, see DESIGN.md.
	heardPoints, wellHeardBonus, aroundHeard = 3.0, 0.6, 0.85
	// mostSaid and mostHeard are how many words side by side may be one word said, in the question and in the
	// sentence; shortestHeard is how many bytes they have there.
	mostSaid, mostHeard, shortestHeard = 3, 2, 4
)

// mayBeMisheard says whether a question may have been spoken, in English: nobody speaks a question mark.
func (q *Question) mayBeMisheard(languages []string) bool {
	return !strings.ContainsAny(q.Text, "?？؟") && slices.Contains(languages, "en")
}

// A run is some words of a question that stand side by side.
type run struct {
	from, to int     // places in the question
	words    uint64  // its content words, a bit each
	share    float64 // what these weigh, as part of the question
	sounds   sound.Sounds
}

// runs returns the runs of words of the question that hold a content word.
func (st *statistics) runs() []run {
	var list []run
	tokens := Analyze(st.question.Text, "")
	for i := range tokens {
		r := run{from: i, to: i}
		for _, t := range tokens[i:min(i+mostSaid, len(tokens))] {
			form := fold(st.question.Text[t.Start:t.End])
			r.to++
			r.sounds = r.sounds.Then(sound.Of(form))
			w := slices.IndexFunc(st.question.Words, func(w Word) bool { return w.Content && !w.Aside && !w.Pair && fold(w.Text) == form })
			if w >= 0 {
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
	*ranker
	runs []run
	// heard are the likenesses of what was listened to, to each run; sounds are those of single words.
	heard  map[sound.Sounds][]float64
	sounds map[string]sound.Sounds
	// likes are, for each run, the greatest likenesses in the candidates, in order, of which there are n.
	likes [][]float64
	n     int
}

// listen orders the candidates again by what in them and in their paragraphs sounds like words of the question.
func (r *ranker) listen(list []scored) {
	best := list[:min(reranked, len(list))]
	l := listener{ranker: r, runs: r.st.runs(), heard: map[sound.Sounds][]float64{}, sounds: map[string]sound.Sounds{}, n: len(best)}
	echoes := make([][]echo, len(best))
	for i := range best {
		echoes[i] = l.echoes(&best[i])
	}
	l.compare(echoes)
	own := make([]float64, len(best))
	for i := range best {
		own[i] = l.points(echoes[i])
	}
	for i := range best {
		s := &best[i]
		around := 0.0
		for j := range best {
			if best[j].beside(s) {
				around = max(around, own[j])
			}
		}
		s.heard = own[i] + aroundHeard*around
		s.score += s.heard
	}
	byScore(best)
}

// echoes returns what in a sentence sounds like runs of which it holds no content word.
func (l *listener) echoes(s *scored) []echo {
	rd := l.readingOf(s)
	var list []echo
	for i := range s.tokens {
		var said sound.Sounds
		for j := i; j < min(i+mostHeard, len(s.tokens)); j++ {
			t := &s.tokens[j]
			if rd.word[j] >= 0 || t.marks&(markFunction|markDigits) != 0 {
				break
			}
			said = said.Then(l.soundsOf(s.text[t.start:t.end]))
			if t.end-s.tokens[i].start < shortestHeard {
				continue
			}
			for r, like := range l.likenesses(said) {
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

// likenesses returns how much something sounds like each run.
func (l *listener) likenesses(said sound.Sounds) []float64 {
	likes, known := l.heard[said]
	if !known {
		likes = make([]float64, len(l.runs))
		for i := range l.runs {
			likes[i] = sound.Alike(l.runs[i].sounds, said, leastHeard)
		}
		l.heard[said] = likes
	}
	return likes
}

// compare notes for each run how much the candidates sound like it.
func (l *listener) compare(echoes [][]echo) {
	l.likes = make([][]float64, len(l.runs))
	for _, list := range echoes {
		most := make([]float64, len(l.runs))
		for _, e := range list {
			most[e.run] = max(most[e.run], e.like)
		}
		for r, like := range most {
			if like > 0 {
				l.likes[r] = append(l.likes[r], like)
			}
		}
	}
	for _, likes := range l.likes {
		slices.Sort(likes)
	}
}

// worth is the points that an echo gives: more for rare words that sound much alike, and the less, the more
// candidates sound as much alike.
func (l *listener) worth(e echo) float64 {
	likes := l.likes[e.run]
	at, _ := slices.BinarySearch(likes, e.like)
	rarity := 1 - math.Log(float64(len(likes)-at))/math.Log(float64(l.n+1))
	like := e.like - leastHeard
	if e.like >= wellHeard {
		like += wellHeardBonus
	}
	return heardPoints * l.runs[e.run].share * like * rarity
}

// points adds up the echoes of a sentence, greatest first; each word of either counts once.
func (l *listener) points(echoes []echo) float64 {
	type valued struct {
		echo
		worth float64
	}
	list := make([]valued, len(echoes))
	for i, e := range echoes {
		list[i] = valued{e, l.worth(e)}
	}
	slices.SortStableFunc(list, func(a, b valued) int { return cmp.Compare(b.worth, a.worth) })
	sum := 0.0
	taken := list[:0]
	for _, e := range list {
		a := &l.runs[e.run]
		if !slices.ContainsFunc(taken, func(o valued) bool {
			b := &l.runs[o.run]
			return a.from < b.to && b.from < a.to || e.first <= o.last && o.first <= e.last
		}) {
			taken = append(taken, e)
			sum += e.worth
		}
	}
	return sum
}
