package opensearch

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"verbatim/index"
)

// Errors that callers decide on.
var (
	// ErrAway: OpenSearch cannot be reached, did not answer in time, is overloaded, or lacks shards: try again later. It
	// wraps [index.ErrAway].
	ErrAway = fmt.Errorf("OpenSearch does not answer: %w", index.ErrAway)
	// ErrRefused: OpenSearch does not take the credentials, or they do not allow what was asked for. Trying again does not help.
	ErrRefused = errors.New("OpenSearch refuses the credentials (VERBATIM_ENGINE_USER and VERBATIM_ENGINE_PASSWORD, or VERBATIM_ENGINE_TOKEN)")
	// ErrRed: shards of an index are missing, so that no answer would be whole. It wraps [ErrAway].
	ErrRed = fmt.Errorf("shards of the index are missing: %w", ErrAway)
	// ErrReadOnly: the index takes no writes, as when a disk of the cluster is nearly full. It wraps [ErrAway].
	ErrReadOnly = fmt.Errorf("the index is read-only, free disk space and lift the block: %w", ErrAway)
	// ErrClosed: somebody has closed the index; it has to be opened. It wraps [ErrAway].
	ErrClosed = fmt.Errorf("the index is closed, open it (POST /INDEX/_open): %w", ErrAway)
	// ErrGone: the index is not there any more. It wraps [index.ErrDamaged], so it is built again.
	ErrGone = fmt.Errorf("the index of OpenSearch is gone: %w", index.ErrDamaged)
	// ErrVersion: the index was written by another version, or is not the one that belongs here. It wraps [index.ErrDamaged].
	ErrVersion = fmt.Errorf("the index of OpenSearch is of another version: %w", index.ErrDamaged)
)

// Errors of [Records].
var (
	// ErrExists: a record of this kind and ID is there already.
	ErrExists = errors.New("record exists")
	// ErrUnknown: there is no such record.
	ErrUnknown = errors.New("no such record")
	// ErrConflict: the record is not the one that was read any more.
	ErrConflict = errors.New("record was changed by somebody else")
	// ErrNewer: the records were written by another version of this program, which has to be run.
	ErrNewer = errors.New("records of OpenSearch are of another version of Verbatim: run the version that wrote them")
)

// A statusError is an answer of OpenSearch that is no success. Which of the package's errors it is, its status and
// type decide.
type statusError struct {
	status int
	// kind is OpenSearch's name for it, as in "index_not_found_exception", and reason its text.
	kind, reason string
}

func (e *statusError) Error() string {
	text := fmt.Sprintf("status %d", e.status)
	if e.kind != "" {
		text += ", " + e.kind + ": " + cut(e.reason)
	}
	if means := e.Unwrap(); means != nil {
		text = means.Error() + ": " + text
	}
	return text
}

// cut bounds a text of OpenSearch: it may repeat a whole document.
func cut(text string) string {
	const most = 200
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// Unwrap returns the error that callers decide on.
func (e *statusError) Unwrap() error {
	switch {
	case e.blocked():
		return ErrReadOnly
	case e.kind == "index_closed_exception":
		return ErrClosed
	case e.kind == "no_shard_available_action_exception" || e.kind == "unavailable_shards_exception" || e.kind == "search_phase_execution_exception" && e.status == http.StatusServiceUnavailable:
		return ErrRed
	case e.status == http.StatusUnauthorized || e.status == http.StatusForbidden:
		return ErrRefused
	case e.passes():
		return ErrAway
	}
	return nil
}

// blocked tells that writes are blocked, which takes somebody to lift.
func (e *statusError) blocked() bool {
	return e.kind == "cluster_block_exception" && (e.status == http.StatusForbidden || e.status == http.StatusTooManyRequests)
}

// passes tells that trying again may help. A node that loses another on the way answers 500.
func (e *statusError) passes() bool {
	return !e.blocked() && (e.status == http.StatusTooManyRequests || e.status >= http.StatusInternalServerError)
}

// missing tells that the index is not there, rather than a document of it.
func missing(err error) bool {
	var e *statusError
	return errors.As(err, &e) && e.status == http.StatusNotFound && e.kind != ""
}

// hasStatus tells whether err is an answer with this status.
func hasStatus(err error, status int) bool {
	var e *statusError
	return errors.As(err, &e) && e.status == status
}

// failure reads the body of an answer that is no success. What stands before OpenSearch may send anything.
func failure(status int, body []byte) *statusError {
	e := &statusError{status: status}
	var answer struct {
		Error json.RawMessage `json:"error"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return e
	}
	var detail failureDetail
	if json.Unmarshal(answer.Error, &detail) == nil {
		e.kind, e.reason = detail.root()
	} else if json.Unmarshal(answer.Error, &e.reason) == nil && e.reason != "" {
		e.kind = "error"
	}
	return e
}

// A failureDetail is how OpenSearch describes an error.
type failureDetail struct {
	Type      string          `json:"type"`
	Reason    string          `json:"reason"`
	RootCause []failureDetail `json:"root_cause"`
}

// root returns the type and text of the first cause: a search that failed on a closed index says so only there.
func (d failureDetail) root() (kind, reason string) {
	if len(d.RootCause) > 0 && d.RootCause[0].Type != "" {
		return d.RootCause[0].Type, d.RootCause[0].Reason
	}
	return d.Type, d.Reason
}
