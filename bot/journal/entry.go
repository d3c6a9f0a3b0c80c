package journal

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of one entry. Slack's own ids are below 60 bytes, and Slack cuts a
// message at 40,000 characters, which is below 256 KiB in any JSON form.
const (
	// MaxName is the most bytes a key, an alias or a kind may have.
	MaxName = 512
	// MaxPayload is the most bytes a payload may have.
	MaxPayload = 256 << 10
	// maxNote is where an error text or an answer's ts is cut, in bytes.
	maxNote = 500
)

// State says how far a question has come.
type State string

// The states of a question. Received and Posting are open, the others final.
const (
	Received State = "received" // written down, no post tried yet
	Posting  State = "posting"  // a post may be under way or done
	Answered State = "answered" // the answer stands in Slack
	Failed   State = "failed"   // given up because of an error
	Expired  State = "expired"  // given up because it was too old
)

// Open reports whether a question in this state still needs an answer.
func (s State) Open() bool { return s == Received || s == Posting }

func (s State) known() bool {
	return s.Open() || s == Answered || s == Failed || s == Expired
}

// Entry is one question as the journal remembers it. The caller of
// [Journal.Receive] sets the first four fields, the journal the others.
type Entry struct {
	// Key names the question: the event_id, or what stands in for it.
	// Required, valid UTF-8, at most MaxName bytes.
	Key string `json:"-"`
	// Alias is a second name by which a repeat is recognised: team, channel and
	// ts. May be empty.
	Alias string `json:"alias,omitempty"`
	// Kind says how the question came: "mention", "dm", "slash" and so on.
	Kind string `json:"kind,omitempty"`
	// Payload is the question in the bot's own form, at most MaxPayload bytes.
	// It is gone once the question is closed.
	Payload []byte `json:"-"`

	// State says how far the question has come.
	State State `json:"state"`
	// Received is when the question was first received, in UTC.
	Received time.Time `json:"received"`
	// Changed is when the state was last set, in UTC.
	Changed time.Time `json:"changed"`
	// Attempts counts the calls of Posting.
	Attempts int `json:"attempts,omitempty"`
	// Tries counts the calls of [Journal.Tried], and Survived those of [Journal.Survived].
	Tries    int `json:"tries,omitempty"`
	Survived int `json:"survived,omitempty"`
	// Restored says that the question was open in a backup: what became of it since is not known.
	Restored bool `json:"restored,omitempty"`
	// AnswerTS is the ts of the answer's message in Slack.
	AnswerTS string `json:"answer_ts,omitempty"`
	// Error is why the question failed or expired, cut at 500 bytes.
	Error string `json:"error,omitempty"`
	// Elsewhere says that another replica has the question, open or closed.
	Elsewhere bool `json:"-"`
}

// Deaths is how many tries may have ended the process: those not noted as survived.
func (e Entry) Deaths() int { return max(0, e.Tries-e.Survived) }

func (e Entry) check() error {
	if e.Key == "" {
		return errors.New("the key is empty")
	}
	for _, name := range []string{e.Key, e.Alias, e.Kind} {
		if len(name) > MaxName || !utf8.ValidString(name) {
			return fmt.Errorf("key, alias or kind is not UTF-8 of at most %d bytes", MaxName)
		}
	}
	if len(e.Payload) > MaxPayload {
		return fmt.Errorf("the payload has %d bytes, more than %d", len(e.Payload), MaxPayload)
	}
	return nil
}

// note makes a text from outside fit for a record.
func note(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= maxNote {
		return s
	}
	cut := maxNote
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut]
}

// encode returns the record of an entry; key and payload are stored beside it.
func encode(e Entry) ([]byte, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("encode question %q: %w", e.Key, err)
	}
	return seal(sealEntry, e.Key, body), nil
}

// decode reads the record that encode wrote for key.
func decode(key string, sealed []byte) (Entry, error) {
	body, err := unseal(sealEntry, key, sealed)
	if err != nil {
		return Entry{}, err
	}
	return parse(key, body)
}

// parse reads the body of a record.
func parse(key string, body []byte) (Entry, error) {
	e := Entry{}
	if err := json.Unmarshal(body, &e); err != nil {
		return Entry{}, fmt.Errorf("%w: record of question %q: %w", ErrDamaged, key, err)
	}
	e.Key = key
	utc := e.Received.Location() == time.UTC && e.Changed.Location() == time.UTC
	if e.check() != nil || !e.State.known() || e.Attempts < 0 || e.Tries < 0 || e.Survived < 0 || !utc {
		return Entry{}, fmt.Errorf("%w: record of question %q holds impossible values", ErrDamaged, key)
	}
	return e, nil
}

// What is sealed: the kind goes into the checksum, so that one row is never taken for another.
const (
	sealEntry   = 'e'
	sealPayload = 'p'
	sealVersion = 'v'
)

// The head of a sealed row: magic 4, kind 1, key size 2, body size 4, checksum 4; then key and body
// follow. A row holds its own key and sizes, so that it is found in a damaged file by its magic, wherever
// it stands.
const (
	sealMagic = "Vbj2"
	sealKind  = 4
	sealKey   = 5
	sealBody  = 7
	sealSum   = 11
	sealHead  = 15
)

// seal returns a row that can be checked and found.
func seal(kind byte, key string, body []byte) []byte {
	row := make([]byte, sealHead, sealHead+len(key)+len(body))
	copy(row, sealMagic)
	row[sealKind] = kind
	binary.BigEndian.PutUint16(row[sealKey:], uint16(len(key)))
	binary.BigEndian.PutUint32(row[sealBody:], uint32(len(body)))
	row = append(append(row, key...), body...)
	binary.BigEndian.PutUint32(row[sealSum:], checksum(row))
	return row
}

// unseal returns the body inside a row of this kind and key, without copying it.
func unseal(kind byte, key string, row []byte) ([]byte, error) {
	k, name, body, ok := readSeal(row)
	if !ok || k != kind || name != key || sealHead+len(name)+len(body) != len(row) {
		return nil, fmt.Errorf("%w: the row of %q is not whole", ErrDamaged, key)
	}
	return body, nil
}

// readSeal reads the row at the beginning of data, if there is one.
func readSeal(data []byte) (kind byte, key string, body []byte, ok bool) {
	if len(data) < sealHead || string(data[:sealKind]) != sealMagic {
		return 0, "", nil, false
	}
	keyEnd := sealHead + int(binary.BigEndian.Uint16(data[sealKey:]))
	size := int64(binary.BigEndian.Uint32(data[sealBody:]))
	if int64(keyEnd)+size > int64(len(data)) {
		return 0, "", nil, false
	}
	row := data[:keyEnd+int(size)]
	if binary.BigEndian.Uint32(row[sealSum:]) != checksum(row) {
		return 0, "", nil, false
	}
	return row[sealKind], string(row[sealHead:keyEnd]), row[keyEnd:], true
}

// checksum covers all of a row but the place where it stands.
func checksum(row []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	return crc32.Update(crc32.Checksum(row[:sealSum], table), table, row[sealHead:])
}
