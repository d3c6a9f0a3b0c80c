package eval

import (
	"fmt"
	"path/filepath"
	"unicode/utf8"

	"verbatim/index"
)

// Depth is how many passages of an answer are looked at; a right one beyond counts as none.
const Depth = 10

// A Report says how good answers are. Its JSON form is stable.
type Report struct {
	// Set names the questions.
	Set string `json:"set"`
	// All holds the figures of all questions, Kinds those of each kind that was asked.
	All   Figures       `json:"all"`
	Kinds []KindFigures `json:"kinds"`
	// Calibration compares the confidence with what became of it.
	Calibration Calibration `json:"calibration"`
	// NotFound holds the IDs of the questions left out because the documents do not hold what was
	// judged right.
	NotFound []string `json:"not_found"`
	// Results are those of each other question, in the order of the set.
	Results []Result `json:"results"`
}

// KindFigures are the figures of one kind of question.
type KindFigures struct {
	Kind Kind `json:"kind"`
	Figures
}

// A Result is what became of one question.
type Result struct {
	ID         string `json:"id"`
	Kind       Kind   `json:"kind"`
	Answerable bool   `json:"answerable"`
	// Rank is the place of the first right passage, from 1; 0 when none of the first [Depth] is.
	Rank       int           `json:"rank"`
	Verdict    index.Verdict `json:"verdict"`
	Confidence float64       `json:"confidence"`
	// Judged is the question with what was wanted, Quote the first passage's ("" without one) and
	// Path its document's.
	Judged *Question `json:"-"`
	Quote  string    `json:"-"`
	Path   string    `json:"-"`
	// quoted and gold are the lengths of the first quote and the first gold sentence in letters and
	// digits; 0 when there is not both.
	quoted, gold int
}

// right says whether the first passage is.
func (r *Result) right() bool { return r.Rank == 1 }

// answered says whether the question was given an answer, right or wrong.
func (r *Result) answered() bool { return r.Verdict == index.VerdictAnswer }

// A Scorer compares answers with the questions of a set, one after the other, so that they need not
// all be in memory.
type Scorer struct {
	set      Set
	judge    *judge
	next     int
	results  []Result
	notFound []string
}

// NewScorer returns a scorer for the answers to the questions of set from documents with the given
// texts by path.
func NewScorer(set Set, texts map[string]string) *Scorer {
	return &Scorer{set: set, judge: newJudge(texts), notFound: []string{}, results: []Result{}}
}

// Add takes the answer to the next question. It fails when there is none or it was another one.
func (s *Scorer) Add(a *index.Answer) error {
	if s.next >= len(s.set.Questions) {
		return fmt.Errorf("score answers: more than the %d questions of %s", len(s.set.Questions), s.set.Name)
	}
	q := &s.set.Questions[s.next]
	if a.Question != q.Text {
		return fmt.Errorf("score answers: answer %d is to another question than that of %s", s.next+1, s.set.Name)
	}
	s.next++
	r := Result{ID: q.ID, Kind: KindOf(q.Text), Answerable: !q.Unanswerable, Verdict: a.Verdict, Confidence: a.Confidence, Judged: q}
	if len(a.Passages) > 0 {
		r.Quote, r.Path = a.Passages[0].Quote, a.Passages[0].Document.Path
	}
	if r.Answerable {
		k, found := s.judge.key(q)
		if !found {
			s.notFound = append(s.notFound, q.ID)
			return nil
		}
		r.Rank = s.judge.rank(a.Passages, &k)
		if len(q.Gold) > 0 && len(a.Passages) > 0 {
			r.quoted, r.gold = utf8.RuneCountInString(letters(r.Quote)), utf8.RuneCountInString(letters(q.Gold[0]))
		}
	}
	s.results = append(s.results, r)
	return nil
}

// Report returns the figures of the answers so far.
func (s *Scorer) Report() Report {
	report := Report{Set: filepath.Base(s.set.Name), All: figures(s.results), Kinds: []KindFigures{},
		Calibration: calibrate(s.results), NotFound: s.notFound, Results: s.results}
	byKind := map[Kind][]Result{}
	for _, r := range s.results {
		byKind[r.Kind] = append(byKind[r.Kind], r)
	}
	for _, kind := range kinds {
		if results := byKind[kind]; len(results) > 0 {
			report.Kinds = append(report.Kinds, KindFigures{kind, figures(results)})
		}
	}
	return report
}
