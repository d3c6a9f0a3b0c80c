package index

// second is the score of the second ranking: what the trees say, less what was not to be learned from
// encyclopaedic prose.
func second(s *scored) float64 {
	score := ranking.score(&s.vector)
	if s.isHeading() {
		score -= headingPenalty
	}
	if asksBack(s.text()) {
		score -= questionPenalty
	}
	return score
}
