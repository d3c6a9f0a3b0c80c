package shared

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"verbatim/bot/journal"
)

// The kinds of records that claims are made of.
const (
	kindQuestion = "question" // by a hash of the question's key
	kindMessage  = "message"  // by a hash of its alias: which question is answered for a message
)

// The keys that questions are listed by. Owner stands in open questions alone.
const (
	keyOwner = "owner"
	keyOpen  = "open"
	yes      = "yes"
	no       = "no"
)

// A question is what a record holds of one.
type question struct {
	Key   string `json:"key"`
	Alias string `json:"alias,omitempty"`
	Kind  string `json:"kind,omitempty"`
	// Owner is the replica whose question it is, and the one that closed it.
	Owner string `json:"owner"`
	// Payload is gone once the question is closed.
	Payload  []byte        `json:"payload,omitempty"`
	State    journal.State `json:"state"`
	Received time.Time     `json:"received"`
	Changed  time.Time     `json:"changed"`
	Attempts int           `json:"attempts,omitempty"`
	Tries    int           `json:"tries,omitempty"`
	Survived int           `json:"survived,omitempty"`
	Restored bool          `json:"restored,omitempty"`
	AnswerTS string        `json:"answer_ts,omitempty"`
	Error    string        `json:"error,omitempty"`
}

// questionOf is an entry of the journal as its owner's record.
func questionOf(e journal.Entry, owner string) question {
	return question{
		Key: e.Key, Alias: e.Alias, Kind: e.Kind, Owner: owner, Payload: e.Payload, State: e.State, Received: e.Received,
		Changed: e.Changed, Attempts: e.Attempts, Tries: e.Tries, Survived: e.Survived, Restored: e.Restored, AnswerTS: e.AnswerTS, Error: e.Error,
	}
}

// entry is the question as a journal has it.
func (q question) entry() journal.Entry {
	return journal.Entry{
		Key: q.Key, Alias: q.Alias, Kind: q.Kind, Payload: q.Payload, State: q.State, Received: q.Received.UTC(), Changed: q.Changed.UTC(),
		Attempts: q.Attempts, Tries: q.Tries, Survived: q.Survived, Restored: q.Restored, AnswerTS: q.AnswerTS, Error: q.Error,
	}
}

// record is what the store keeps of the question, in the place of the version that was read.
func (q question) record(v Version) (Record, error) {
	r := Record{Kind: kindQuestion, ID: idOf(q.Key), Version: v, Keys: map[string]string{keyOpen: no}, At: q.Changed}
	if q.State.Open() {
		r.Keys, r.At = map[string]string{keyOpen: yes, keyOwner: q.Owner}, q.Received
	}
	body, err := json.Marshal(q)
	r.Body = body
	return r, err
}

// readQuestion reads a record.
func readQuestion(r Record) (q question, err error) {
	if err = json.Unmarshal(r.Body, &q); err == nil && idOf(q.Key) != r.ID {
		err = fmt.Errorf("it is of question %q", q.Key)
	}
	if err != nil {
		return q, fmt.Errorf("read question %s: %w", r.ID, err)
	}
	return q, nil
}

// A messageClaim says which question is answered for a message: the first that came of it.
type messageClaim struct {
	Key string `json:"key"`
}

// idOf is the id of a record for a name of any length.
func idOf(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:])
}
