package format

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"verbatim/corpus"
)

// Limits of JSON. A value takes some ten times its size in memory.
const (
	maxJSON      = 16 << 20
	maxJSONDepth = 64
)

// A jsonValue is a value with the members of objects in their order.
type jsonValue struct {
	text    string // of a string, number or truth value
	scalar  bool
	array   bool
	members []jsonMember // of an object, or of an array, there without keys
}

type jsonMember struct {
	key   string
	value jsonValue
}

// readJSON reads questions with their answers, texts with their titles, and other values with their
// keys, however they are nested.
func readJSON(in input) ([]*corpus.Document, error) {
	return readValues(in, func(text string, w *jsonWriter) error {
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		v, err := readValue(d, 0)
		if err != nil {
			return err
		}
		w.root(v)
		return nil
	})
}

// readJSONL reads one value a line, each as [readJSON] does.
func readJSONL(in input) ([]*corpus.Document, error) {
	return readValues(in, func(text string, w *jsonWriter) error {
		number := 0
		for line := range strings.Lines(text) {
			number++
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			d := json.NewDecoder(strings.NewReader(line))
			d.UseNumber()
			v, err := readValue(d, 0)
			if err != nil {
				return fmt.Errorf("line %d: %w", number, err)
			}
			w.value(v, "", 2)
		}
		return nil
	})
}

// readValues reads a file of JSON by read.
func readValues(in input, read func(text string, w *jsonWriter) error) ([]*corpus.Document, error) {
	if len(in.data) > maxJSON {
		return nil, because(ErrTooLarge, "%d bytes, and the limit for JSON is %d", len(in.data), maxJSON)
	}
	text, err := decode(in.data, in.charset)
	if err != nil {
		return nil, err
	}
	var w jsonWriter
	if err := read(strings.TrimPrefix(text, "\ufeff"), &w); err != nil {
		return nil, because(ErrDamaged, "%v", err)
	}
	doc, err := w.document()
	if err != nil {
		return nil, err
	}
	doc.Title, doc.URL = firstOf(w.title, nameTitle(in.name)), w.link
	return []*corpus.Document{doc}, nil
}

// readValue reads the next value.
func readValue(d *json.Decoder, depth int) (jsonValue, error) {
	token, err := d.Token()
	if err != nil {
		return jsonValue{}, err
	}
	delim, ok := token.(json.Delim)
	if !ok {
		v := jsonValue{scalar: true}
		if token != nil {
			v.text = fmt.Sprint(token)
		}
		return v, nil
	}
	if depth >= maxJSONDepth {
		return jsonValue{}, fmt.Errorf("nested more than %d deep", maxJSONDepth)
	}
	v := jsonValue{array: delim == '['}
	for d.More() {
		key := ""
		if !v.array {
			name, err := d.Token()
			if err != nil {
				return v, err
			}
			key, _ = name.(string)
		}
		member, err := readValue(d, depth+1)
		if err != nil {
			return v, err
		}
		v.members = append(v.members, jsonMember{key, member})
	}
	_, err = d.Token()
	return v, err
}

// get returns the first member whose key is one.
func (v jsonValue) get(is func(string) bool) (jsonValue, bool) {
	for _, m := range v.members {
		if m.key != "" && is(m.key) && (!m.value.scalar || m.value.text != "") {
			return m.value, true
		}
	}
	return jsonValue{}, false
}

// plain returns the text of a value: of an object that of its text, of an array that of its members.
func (v jsonValue) plain() string {
	if v.scalar {
		return v.text
	}
	if text, found := v.get(isTextKey); found && !v.array {
		return text.plain()
	}
	var parts []string
	for _, m := range v.members {
		if text := m.value.plain(); text != "" && (v.array || !strings.HasPrefix(m.key, "@")) {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "\n\n")
}

func isTextKey(key string) bool {
	switch strings.ToLower(key) {
	case "text", "content", "body", "description", "html", "markdown", "value":
		return true
	}
	return false
}

func isTitleKey(key string) bool {
	switch strings.ToLower(key) {
	case "title", "name", "subject", "headline", "heading":
		return true
	}
	return false
}

func isLinkKey(key string) bool {
	switch strings.ToLower(key) {
	case "url", "link", "permalink", "html_url", "href":
		return true
	}
	return false
}

// A jsonWriter turns values into blocks.
type jsonWriter struct {
	builder
	title, link string // of the document
}

// root writes the value of a whole file: the text of an object's own title is the document's.
func (w *jsonWriter) root(v jsonValue) {
	if v.array || v.scalar {
		w.value(v, "", 2)
		return
	}
	if w.entry(v, 2) {
		return
	}
	for _, m := range v.members {
		switch {
		case m.value.scalar && isTitleKey(m.key) && w.title == "":
			w.title = tidy(m.value.text)
			w.add(corpus.Heading, 1, m.value.text)
		case m.value.scalar && isLinkKey(m.key):
			w.link = webURL(m.value.text)
		case m.value.scalar && isTextKey(m.key):
			w.prose(m.value.text)
		case m.value.scalar && (m.value.text == "" || strings.HasPrefix(m.key, "@")):
		case m.value.scalar:
			w.add(corpus.TableRow, 0, m.key+": "+m.value.text)
		default:
			w.value(m.value, m.key, 2)
		}
	}
}

// value writes a value that stands under a key; headings within it are of the given level.
func (w *jsonWriter) value(v jsonValue, key string, level int) {
	switch {
	case v.scalar:
		w.prose(v.text)
	case v.array && v.isList():
		for _, m := range v.members {
			w.add(corpus.ListItem, 0, m.value.text)
		}
	case v.array:
		for _, m := range v.members {
			w.value(m.value, key, level)
		}
	case w.entry(v, level):
	default:
		w.record(v, level)
	}
}

// isList says whether an array holds nothing but scalars.
func (v jsonValue) isList() bool {
	for _, m := range v.members {
		if !m.value.scalar {
			return false
		}
	}
	return true
}

// entry writes an object that is a question with its answer, or a text with its title, and says
// whether it is one.
func (w *jsonWriter) entry(v jsonValue, level int) bool {
	answer, answered := v.get(isAnswerKey)
	question, asked := v.get(isQuestionKey)
	if !asked && answered {
		question, asked = v.get(isTitleKey)
	}
	if !asked || !answered {
		question, asked = v.get(isTitleKey)
		answer, answered = v.get(isTextKey)
	}
	if !asked || !answered || !question.scalar {
		return false
	}
	outer := w.url
	if link, found := v.get(isLinkKey); found {
		w.url = webURL(link.text)
	}
	w.add(corpus.Heading, level, question.text)
	w.prose(answer.plain())
	w.url = outer
	return true
}

// record writes another object: its scalars as a row, then what is nested in it.
func (w *jsonWriter) record(v jsonValue, level int) {
	var cells []string
	for _, m := range v.members {
		if m.value.scalar && m.value.text != "" && !strings.HasPrefix(m.key, "@") {
			cells = append(cells, m.key+": "+strings.Join(strings.Fields(m.value.text), " "))
		}
	}
	w.add(corpus.TableRow, 0, joinCells(cells))
	for _, m := range v.members {
		if !m.value.scalar {
			if len(m.value.members) > 0 && level <= 6 {
				w.add(corpus.Heading, level, m.key)
			}
			w.value(m.value, m.key, level+1)
		}
	}
}

// isJSONLines says whether data that is named .json is one value a line.
func isJSONLines(data []byte) bool {
	first, rest, found := bytes.Cut(bytes.TrimSpace(data), []byte("\n"))
	first, rest = bytes.TrimSpace(first), bytes.TrimSpace(rest)
	return found && len(rest) > 0 && rest[0] == '{' && bytes.HasPrefix(first, []byte("{")) && json.Valid(first)
}
