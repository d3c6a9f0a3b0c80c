package eval

// Figures are what is measured. A figure is nil where it is not defined: without a question, without
// an answer, or without the questions that nothing answers.
type Figures struct {
	// Questions is the number of questions that the documents answer, Unanswerable of those they do
	// not.
	Questions    int `json:"questions"`
	Unanswerable int `json:"unanswerable"`
	// P1 is the share of answerable questions whose first passage is right; R3, R5 and R10 that of
	// those with a right one among so many.
	P1  *Figure `json:"p_at_1"`
	R3  *Figure `json:"r_at_3"`
	R5  *Figure `json:"r_at_5"`
	R10 *Figure `json:"r_at_10"`
	// MRR is the mean reciprocal rank of the first right passage, 0 beyond [Depth].
	MRR *Figure `json:"mrr"`
	// Length is the length of the first quotes by that of the gold sentences.
	Length *Figure `json:"quote_gold_length"`
	// Answered is the share of answerable questions given an answer, FalseAnswers that of the others.
	Answered     *Figure `json:"answered"`
	FalseAnswers *Figure `json:"false_answers"`
	// Precision is the share of answers to answerable questions that are right.
	Precision *Figure `json:"precision"`
	// RightWrong is the area under the ROC curve of the confidence, of right first passages against
	// wrong ones; RightNone that against unanswerable questions.
	RightWrong *Figure `json:"auc_right_wrong"`
	RightNone  *Figure `json:"auc_right_none"`
	// C90 is the share of answerable questions answered rightly at the lowest confidence that keeps
	// 90 % of all answers right, where as many questions are answerable as are not.
	C90 *Figure `json:"c_at_90"`
}

// figures computes the figures of results.
func figures(results []Result) Figures {
	var f Figures
	var reciprocal, right, wrong, none []float64
	var within [Depth + 1]int
	answered, rightly, falsely := 0, 0, 0
	var lengths lengths
	for _, r := range results {
		if !r.Answerable {
			f.Unanswerable++
			falsely += count(r.answered())
			none = append(none, r.Confidence)
			continue
		}
		f.Questions++
		reciprocal = append(reciprocal, r.reciprocal())
		for k := max(r.Rank, 1); r.Rank > 0 && k <= Depth; k++ {
			within[k]++
		}
		lengths.add(r.quoted, r.gold)
		answered += count(r.answered())
		if r.right() {
			rightly += count(r.answered())
			right = append(right, r.Confidence)
		} else {
			wrong = append(wrong, r.Confidence)
		}
	}
	f.P1, f.R3 = share(within[1], f.Questions), share(within[3], f.Questions)
	f.R5, f.R10 = share(within[5], f.Questions), share(within[10], f.Questions)
	f.MRR = mean(reciprocal)
	f.Length = lengths.figure()
	f.Answered, f.FalseAnswers = share(answered, f.Questions), share(falsely, f.Unanswerable)
	f.Precision = share(rightly, answered)
	f.RightWrong, f.RightNone = area(right, wrong), area(right, none)
	f.C90 = coverage(right, wrong, none)
	return f
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// reciprocal returns one by the rank, 0 when nothing was right.
func (r *Result) reciprocal() float64 {
	if r.Rank == 0 {
		return 0
	}
	return 1 / float64(r.Rank)
}
