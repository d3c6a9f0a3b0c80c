// Package eval measures answers against judged questions: how often the right sentence comes first,
// how often there is an answer at all, and what the confidence is worth.
//
// [Load] reads a [Set] of questions, [Score] compares answers with what was judged right and
// computes a [Report], and [Compare] says whether two reports differ by more than chance. What
// counts as right is in judge.go; every figure has an interval that holds the true value of 95 % of
// such samples.
package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// maxLine bounds a line of a file of questions, in bytes.
const maxLine = 1 << 20

// A Set is a list of judged questions.
type Set struct {
	// Name is that of the file the questions were read from.
	Name      string
	Questions []Question
}

// A Question is a question with what answers it. Of Doc, Gold and Words all that are given must
// hold for a passage to be right.
type Question struct {
	// ID tells the question from others; the question itself where the file gives none.
	ID string
	// Text is the question.
	Text string
	// Doc is the file name, or the end of the path, of the document that holds the answer; "" for
	// any document.
	Doc string
	// Gold holds the sentences that answer the question.
	Gold []string
	// Words are wordings of which a right quote holds one.
	Words []string
	// Unanswerable says that no document answers the question. Then Gold and Words are empty.
	Unanswerable bool
}

// Load reads the judged questions of a file; see [Parse] for its form.
func Load(file string) (Set, error) {
	f, err := os.Open(file)
	if err != nil {
		return Set{}, fmt.Errorf("load questions: %w", err)
	}
	defer f.Close()
	return Parse(file, f)
}

// Parse reads judged questions, one JSON object a line: the question under "q", and what answers it
// under "doc" (the name of the file that does), "gold" (the sentences that do; an empty list says
// that none does) or "words" (what a right quote holds; several wordings as a list). An "id" is
// wanted where questions are worded alike. Other fields and empty lines are passed over. Name is the
// file's, for errors; the first line that does not fit is one.
func Parse(name string, r io.Reader) (Set, error) {
	set := Set{Name: name}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(bytes.TrimPrefix(lines.Bytes(), []byte("\ufeff")))
		if len(line) == 0 {
			continue
		}
		q, err := parseQuestion(line)
		if err != nil {
			return Set{}, fmt.Errorf("read questions from %s line %d: %w", name, n, err)
		}
		set.Questions = append(set.Questions, q)
	}
	if err := lines.Err(); err != nil {
		return Set{}, fmt.Errorf("read questions from %s after line %d: %w", name, n, err)
	}
	if len(set.Questions) == 0 {
		return Set{}, fmt.Errorf("read questions from %s: it holds none", name)
	}
	return set, nil
}

func parseQuestion(line []byte) (Question, error) {
	var item struct {
		ID    string   `json:"id"`
		Q     string   `json:"q"`
		Doc   string   `json:"doc"`
		Gold  []string `json:"gold"`
		Words wordings `json:"words"`
	}
	if err := json.Unmarshal(line, &item); err != nil {
		return Question{}, fmt.Errorf("no judged question: %w", err)
	}
	q := Question{ID: item.ID, Text: item.Q, Doc: item.Doc, Gold: item.Gold, Words: item.Words,
		Unanswerable: item.Gold != nil && len(item.Gold) == 0}
	if q.ID == "" {
		q.ID = q.Text
	}
	return q, q.check()
}

// check returns why q cannot be judged.
func (q *Question) check() error {
	switch {
	case q.Text == "":
		return errors.New(`no "q" with the question`)
	case q.Unanswerable && len(q.Words) > 0:
		return errors.New(`an empty "gold" says that nothing answers the question, yet "words" says what does`)
	case !q.Unanswerable && q.Doc == "" && len(q.Gold) == 0 && len(q.Words) == 0:
		return errors.New(`nothing to judge by: give "doc", "gold" or "words", or an empty "gold" when nothing answers the question`)
	}
	for _, w := range q.Words {
		if letters(w) == "" {
			return fmt.Errorf("%q in \"words\" has no letter and no digit", w)
		}
	}
	return nil
}

// wordings is one string or a list of them.
type wordings []string

func (w *wordings) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil && one != "" {
		*w = wordings{one}
		return nil
	}
	var list []string
	if err := json.Unmarshal(data, &list); err != nil {
		return errors.New(`"words" is neither a text nor a list of texts`)
	}
	*w = list
	return nil
}
