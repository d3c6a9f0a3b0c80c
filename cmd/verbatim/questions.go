package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"verbatim/index"
)

// maxQuestionLine bounds a line of a file of questions, in bytes.
const maxQuestionLine = 1 << 20

// parseQuestions reads one question a line: plain text, or a JSON object with the question under
// "q". Empty lines are skipped. Name is the file's, for errors.
func parseQuestions(name string, r io.Reader) ([]string, error) {
	var questions []string
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxQuestionLine)
	n := 0
	for lines.Scan() {
		n++
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if line == "" {
			continue
		}
		if !strings.HasPrefix(line, "{") {
			questions = append(questions, line)
			continue
		}
		var item struct {
			Q *string `json:"q"`
		}
		if err := json.Unmarshal([]byte(line), &item); err != nil {
			return nil, usagef("%s line %d: a line that begins with { must be a JSON object: %w", name, n, err)
		}
		if item.Q == nil {
			return nil, usagef("%s line %d: the JSON object has no \"q\" with the question", name, n)
		}
		questions = append(questions, *item.Q)
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, usagef("%s line %d: it is longer than %d bytes", name, n+1, maxQuestionLine)
	} else if err != nil {
		return nil, fmt.Errorf("read questions from %s after line %d: %w", name, n, err)
	}
	return questions, nil
}

// askAll answers questions in parallel, one for each processor at a time.
func askAll(ctx context.Context, x *index.Index, questions []string, opts index.Options) ([]index.Answer, error) {
	answers := make([]index.Answer, len(questions))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, q := range questions {
		g.Go(func() (err error) {
			answers[i], err = x.Ask(ctx, q, opts)
			return err
		})
	}
	return answers, g.Wait()
}
