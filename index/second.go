package index

import (
	"math/bits"
	"slices"
)

// second is the score of the second ranking: what the trees say, and what the rules add or take.
func second(s *scored) float64 { return ranking.score(s.vector[:]) - penalty(s) }

// penalty is what the rules take from the score of the trees.
func penalty(s *scored) float64 {
	sum := 0.0
	for _, p := range rules(s) {
		sum -= p.Points
	}
	return sum
}

// rules are what was not to be learned from encyclopaedic prose: headings, questions with their
// answers, and what no longer holds.
func rules(s *scored) []Point {
	var points []Point
	if s.isHeading() || s.asked < 0 {
		points = append(points, Point{"it is a heading or a question", -headingPenalty})
	}
	switch {
	case s.asked >= sameQuestion:
		points = append(points, Point{"it answers the same question", replyBonus * s.asked})
	case s.asked >= 0 && asksBack(s.text):
		points = append(points, Point{"it is itself a question", -questionPenalty})
	}
	if s.headed >= sameQuestion {
		points = append(points, Point{"it stands below a heading that asks the same", headedBonus * s.headed})
	}
	if s.lifted > 0 {
		points = append(points, Point{"it holds what a sentence beside it holds, and more", s.lifted})
	}
	if s.heard > 0 {
		points = append(points, Point{"it holds what sounds like words of the question", s.heard})
	}
	if s.heardAround > 0 {
		points = append(points, Point{"its paragraph holds what sounds like words of the question", s.heardAround})
	}
	if s.outdated {
		points = append(points, Point{"its document no longer holds", -outdatedPenalty})
	}
	if s.age > 0 {
		points = append(points, Point{"its document is older", -agePenalty * min(s.age, greatestAge)})
	}
	return points
}

// lift puts a sentence before those of its paragraph that hold a part of what it holds of the question,
// and no more of the kind of thing asked for: "In Germany it is 30 days." answers for Germany, "In France
// it is 25 days." beside it does not. The trees have learned that the subject often stands in the
// sentence before the answer, and cannot tell that from this.
func lift(list []scored) {
	order := make([]*scored, 0, len(list))
	for i := range list {
		if s := &list[i]; !s.isHeading() && s.asked == 0 {
			order = append(order, s)
		}
	}
	slices.SortStableFunc(order, func(a, b *scored) int { return bits.OnesCount64(a.held) - bits.OnesCount64(b.held) })
	for i, s := range order {
		for _, less := range order[:i] {
			if s.beside(less) && s.held != less.held && s.held&less.held == less.held && bits.OnesCount64(s.held) < 2*bits.OnesCount64(less.held) &&
				s.vector[fKindHeld] > 0 && s.vector[fKindHeld] >= less.vector[fKindHeld] && s.score <= less.score {
				s.lifted += less.score + liftPoints - s.score
				s.score = less.score + liftPoints
			}
		}
	}
}

// beside says whether two sentences stand in one paragraph.
func (s *scored) beside(other *scored) bool {
	return s.doc == other.doc && s.paragraph() == other.paragraph()
}
