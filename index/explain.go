package index

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// An Explanation says why a passage stands where it does: what became of the words of the question, what
// the passage has points for, how sure it is that it answers and how sure that must be, and what comes
// next. Its JSON form is stable. [Explanation.Lines] says the same in words.
type Explanation struct {
	// Words says of each word of the question what became of it.
	Words []WordMatch `json:"words"`
	// Score is the passage's, and Points what it is made of, greatest first. Their sum is the score
	// but for what all passages have in common.
	Score  float64 `json:"score"`
	Points []Point `json:"points"`
	// Lead is how many points the passage is ahead of the next one, RunnerUp; 0 and nil for the last.
	Lead     float64   `json:"lead"`
	RunnerUp *RunnerUp `json:"runner_up,omitempty"`
	// Confidence is the probability that the passage answers, and Bar the one it takes to be
	// called an answer.
	Confidence float64 `json:"confidence"`
	Bar        float64 `json:"bar"`
}

// A RunnerUp is the sentence that comes next.
type RunnerUp struct {
	Quote    string  `json:"quote"`
	Document Source  `json:"document"`
	Score    float64 `json:"score"`
}

// A WordMatch is one word of the question in a passage.
type WordMatch struct {
	// Word is the word as typed, and Found what stands for it in the passage, "" for nothing.
	Word  string `json:"word"`
	Found string `json:"found,omitempty"`
	How   Match  `json:"how"`
	// Weight is how rare the word is, as part of the weight of the question, 0 to 1.
	Weight float64 `json:"weight"`
}

// A Match is how a word of the question stands in a passage.
type Match string

// The matches, best first.
const (
	MatchExact   Match = "exact"   // as typed, but for capitals
	MatchForm    Match = "form"    // in another form of the same word
	MatchGuess   Match = "guess"   // a word that the one typed may be a misspelling of
	MatchAlike   Match = "alike"   // another word that begins or ends alike
	MatchRelated Match = "related" // another word of like meaning
	MatchAround  Match = "around"  // not in the sentence but in its paragraph, headings or title
	MatchMissing Match = "missing" // neither
)

// A Point is what one group of features adds to the score of a passage.
type Point struct {
	Group  string  `json:"group"`
	Points float64 `json:"points"`
}

// explain returns why ranked[i] stands where it does.
func (r *ranker) explain(ranked []scored, i int) (Explanation, error) {
	s := &ranked[i]
	e := Explanation{Score: s.score, Points: points(s), Bar: r.st.needed()}
	if i+1 < len(ranked) {
		passages, err := r.view.passages(ranked, []int{i + 1})
		if err != nil {
			return Explanation{}, err
		}
		next := passages[0]
		e.Lead = s.score - next.Score
		e.RunnerUp = &RunnerUp{Quote: next.Quote, Document: next.Document, Score: next.Score}
	}
	e.Confidence = confidence(ranked, i, r.st)
	r.begin()
	defer r.release()
	rd := r.readingOf(s)
	for w := range r.st.question.Words {
		e.Words = append(e.Words, rd.match(w))
	}
	return e, nil
}

// match says how word w of the question stands in the sentence.
func (rd *reading) match(w int) WordMatch {
	word := &rd.st.question.Words[w]
	m := WordMatch{Word: word.Text, How: MatchMissing, Weight: round2(rd.st.idf[w] / rd.st.all)}
	for i, t := range rd.s.tokens {
		if int(rd.word[i]) != w {
			continue
		}
		found, how := rd.s.text[t.start:t.end], MatchForm
		switch {
		case strings.EqualFold(found, word.Text):
			how = MatchExact
		case word.meant:
			how = MatchRelated
		case word.Guessed:
			how = MatchGuess
		}
		if m.Found == "" || how == MatchExact {
			m.Found, m.How = found, how
		}
	}
	if m.Found != "" {
		return m
	}
	switch {
	case word.Content && !word.Pair && rd.relatives()[w].strength >= toldRelated:
		t := rd.s.tokens[rd.relatives()[w].token]
		m.Found, m.How = rd.s.text[t.start:t.end], MatchRelated
	case word.Content && !word.Pair && rd.alike(word) > 0:
		m.How = MatchAlike
	case rd.around.paragraph[w]+rd.around.above[w] > 0:
		m.How = MatchAround
	}
	return m
}

// toldRelated is how much a related word must tell to be named: half of what the word itself would.
const toldRelated = 0.5

// points adds up what the trees owe to each group of features, and what the rules say.
func points(s *scored) []Point {
	_, each := ranking.explain(s.vector[:])
	sums := map[string]float64{}
	for f, p := range each {
		sums[rankingFeatures[f].group] += p
	}
	for _, p := range rules(s) {
		sums[p.Group] += p.Points
	}
	list := make([]Point, 0, len(sums))
	for g, p := range sums {
		list = append(list, Point{Group: g, Points: round2(p)})
	}
	slices.SortFunc(list, func(a, b Point) int {
		return cmp.Or(cmp.Compare(b.Points, a.Points), cmp.Compare(a.Group, b.Group))
	})
	return list
}

// Lines says in plain sentences what the explanation holds.
func (e *Explanation) Lines() []string {
	by := map[Match][]string{}
	for _, w := range e.Words {
		text := w.Word
		if w.Found != "" && w.How != MatchExact {
			text = fmt.Sprintf("%s (%s)", w.Word, w.Found)
		}
		by[w.How] = append(by[w.How], text)
	}
	var lines []string
	for _, how := range []struct {
		match Match
		says  string
	}{
		{MatchExact, "As you wrote them"}, {MatchForm, "In another form"}, {MatchGuess, "Perhaps misspelled"},
		{MatchRelated, "In a word of like meaning"}, {MatchAlike, "Only something that begins or ends alike"}, {MatchAround, "Not in the sentence but near it"}, {MatchMissing, "Missing"},
	} {
		if words := by[how.match]; len(words) > 0 {
			lines = append(lines, how.says+": "+strings.Join(words, ", ")+".")
		}
	}
	for _, p := range e.Points {
		if math.Abs(p.Points) >= 0.3 {
			lines = append(lines, fmt.Sprintf("%+.1f points for %s.", p.Points, p.Group))
		}
	}
	if e.RunnerUp != nil {
		lines = append(lines, fmt.Sprintf("Next, %.1f points behind: “%s” (%s).", e.Lead, e.RunnerUp.Quote, e.RunnerUp.Document.Title))
	}
	verdict := "enough for an answer"
	if e.Confidence < e.Bar {
		verdict = "too little for an answer"
	}
	return append(lines, fmt.Sprintf("%.0f %% likely to answer: %s, which takes %.0f %%.", 100*e.Confidence, verdict, 100*e.Bar))
}

func round2(x float64) float64 { return math.Round(100*x) / 100 }
