package format

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"verbatim/corpus"
)

// maxReply is the most that a process may answer to one file, in bytes: what it says of the documents,
// and again their text.
const maxReply = 16 * MaxText

// A request comes before the bytes of each file.
type request struct {
	// Prepare asks for what all files need to be made ready, and for nothing to be read.
	Prepare   bool   `json:"prepare,omitempty"`
	MediaType string `json:"mediaType"`
	Name      string `json:"name"`
	Size      int    `json:"size"`
}

// A reply is what the process has to say of a file.
type reply struct {
	Documents []*corpus.Document `json:"documents,omitempty"`
	// Texts are the lengths in bytes of the documents' texts, which follow the reply as they are.
	Texts  []int  `json:"texts,omitempty"`
	Reason Reason `json:"reason,omitempty"`
	Text   string `json:"text,omitempty"` // of the error
}

// writeFrame writes a value as JSON with its length before it, and raw bytes behind it.
func writeFrame(w io.Writer, value any, data []byte) error {
	head, err := json.Marshal(value)
	if err != nil {
		return err
	}
	frame := binary.BigEndian.AppendUint32(nil, uint32(len(head)))
	if _, err := w.Write(append(frame, head...)); err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// readFrame reads a value that writeFrame wrote, of at most limit bytes.
func readFrame(r io.Reader, limit int, value any) error {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return err
	}
	size := int(binary.BigEndian.Uint32(head[:]))
	if size > limit {
		return fmt.Errorf("an answer of %d bytes", size)
	}
	data := make([]byte, size)
	if _, err := io.ReadFull(r, data); err != nil {
		return err
	}
	return json.Unmarshal(data, value)
}

// writeReply writes a reply and the texts of its documents.
func writeReply(w io.Writer, r reply) error {
	docs := r.Documents
	r.Documents = make([]*corpus.Document, 0, len(docs))
	for _, doc := range docs {
		bare := *doc
		bare.Text = ""
		r.Documents, r.Texts = append(r.Documents, &bare), append(r.Texts, len(doc.Text))
	}
	if err := writeFrame(w, r, nil); err != nil {
		return err
	}
	for _, doc := range docs {
		if _, err := io.WriteString(w, doc.Text); err != nil {
			return err
		}
	}
	return nil
}

// readReply reads what writeReply wrote.
func readReply(r *bufio.Reader) (reply, error) {
	var answer reply
	if err := readFrame(r, maxReply, &answer); err != nil {
		return reply{}, err
	}
	if len(answer.Texts) != len(answer.Documents) {
		return reply{}, fmt.Errorf("an answer of %d documents with %d texts", len(answer.Documents), len(answer.Texts))
	}
	left := maxReply
	for i, size := range answer.Texts {
		if left -= size; size < 0 || left < 0 {
			return reply{}, fmt.Errorf("an answer with a text of %d bytes", size)
		}
		var text strings.Builder
		text.Grow(size)
		if _, err := io.CopyN(&text, r, int64(size)); err != nil {
			return reply{}, err
		}
		answer.Documents[i].Text = strings.ToValidUTF8(text.String(), "\ufffd")
	}
	return answer, nil
}
