package format

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/mail"
	"strconv"

	"verbatim/corpus"
)

// Limits of a mailbox.
const (
	// maxMessages is the number of messages of the largest one that is read.
	maxMessages = 20_000
	// maxMailbox is the length in bytes of all their texts.
	maxMailbox = 32 << 20
)

// readMbox reads a mailbox: each message with text is a document.
func readMbox(in input) ([]*corpus.Document, error) {
	var docs []*corpus.Document
	broken, size := 0, 0
	seen := map[string]bool{}
	for message := range messages(in.data) {
		m := mailReader{in: in}
		doc, err := m.message(message)
		if err != nil {
			if ReasonOf(err) != ErrNoText {
				broken++
			}
			continue
		}
		id := messageID(message)
		if seen[id] {
			continue
		}
		seen[id] = true
		doc.Path = in.name + "#" + id
		if size += len(doc.Text); size > maxMailbox || len(docs) == maxMessages {
			docs[0].Missing = "the messages behind the first " + strconv.Itoa(len(docs))
			break
		}
		docs = append(docs, doc)
	}
	switch {
	case len(docs) == 0 && broken > 0:
		return nil, because(ErrDamaged, "none of its messages can be read")
	case len(docs) == 0:
		return nil, ErrNoText
	case broken > 0 && docs[0].Missing == "":
		docs[0].Missing = strconv.Itoa(broken) + " damaged messages"
	}
	return docs, nil
}

// messageID returns a name for a message that it keeps in any mailbox.
func messageID(message []byte) string {
	id := message
	if msg, err := mail.ReadMessage(bytes.NewReader(message)); err == nil && msg.Header.Get("Message-Id") != "" {
		id = []byte(msg.Header.Get("Message-Id"))
	}
	sum := sha256.Sum256(id)
	return hex.EncodeToString(sum[:6])
}

// messages yields the messages of a mailbox: each begins behind a line "From …" that follows an
// empty line, and its lines that begin so are marked with ">".
func messages(data []byte) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		var message []byte
		begun, blank := false, true
		for line := range bytes.Lines(data) {
			if blank && bytes.HasPrefix(line, []byte("From ")) {
				if begun && !yield(message) {
					return
				}
				begun, message = true, nil
				continue
			}
			blank = len(bytes.TrimRight(line, "\r\n")) == 0
			if unmarked := bytes.TrimLeft(line, ">"); len(unmarked) < len(line) && bytes.HasPrefix(unmarked, []byte("From ")) {
				line = line[1:]
			}
			message = append(message, line...)
		}
		if begun {
			yield(message)
		}
	}
}
