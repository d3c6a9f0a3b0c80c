package opensearch

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
)

const (
	// bulkTime is for how long a host is waited for that has a batch to write.
	bulkTime = time.Minute
	// bulkRounds is how often a batch is tried of which some were not written for want of room or time: with pauses that
	// grow to bulkPause it is given up after some two minutes.
	bulkRounds = 20
	bulkPause  = 10 * time.Second
)

// bulk writes documents into an index; each of them is two lines, an action "create" with an ID and the document, so that
// one that is there already was written by an attempt before. Those that OpenSearch had no room or time for are tried again,
// alone and with growing pauses. It returns when all are written.
func (c *Client) bulk(ctx context.Context, name string, documents [][]byte) error {
	for round := 1; ; round++ {
		left, why, err := c.bulkOnce(ctx, name, documents)
		if err != nil || len(left) == 0 {
			return err
		}
		if round == bulkRounds {
			return fmt.Errorf("write %d documents into %s: %w", len(left), name, why)
		}
		c.log.Debug("write documents again", "index", name, "documents", len(left), "round", round, "error", why)
		if err := bulkWait(ctx, round); err != nil {
			return err
		}
		documents = left
	}
}

func bulkWait(ctx context.Context, round int) error {
	timer := time.NewTimer(min(firstPause<<min(round, 10), bulkPause))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// bulkOnce writes documents and returns those that can be tried again, with one of the reasons.
func (c *Client) bulkOnce(ctx context.Context, name string, documents [][]byte) (left [][]byte, why error, err error) {
	var answer struct {
		Errors bool `json:"errors"`
		Items  []struct {
			Create struct {
				Status int           `json:"status"`
				Error  failureDetail `json:"error"`
			} `json:"create"`
		} `json:"items"`
	}
	r := request{method: http.MethodPost, path: "/" + name + "/_bulk", body: slices.Concat(documents...), lines: true, time: bulkTime,
		query: url.Values{"filter_path": {"errors,items.create.status,items.create.error"}}}
	if err := c.call(ctx, r, nil, &answer); err != nil {
		return nil, nil, err
	}
	if len(answer.Items) != len(documents) {
		return documents, fmt.Errorf("%w: it answers for %d of %d documents", ErrAway, len(answer.Items), len(documents)), nil
	}
	for i, item := range answer.Items {
		status := item.Create.Status
		if status < 300 || status == http.StatusConflict {
			continue
		}
		kind, reason := item.Create.Error.root()
		failed := &statusError{status: status, kind: kind, reason: reason}
		if !failed.passes() {
			return nil, nil, fmt.Errorf("OpenSearch bulk into %s: %w", name, failed)
		}
		left, why = append(left, documents[i]), failed
	}
	return left, why, nil
}
