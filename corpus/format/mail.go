package format

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"

	"golang.org/x/net/html/charset"

	"verbatim/corpus"
)

// Limits of one message.
const (
	maxMailDepth = 16
	maxMailParts = 200
)

// readEML reads a message: its text, without what it quotes of others and without its signature.
// Attachments in formats that are read are documents of their own.
func readEML(in input) ([]*corpus.Document, error) {
	m := mailReader{in: in}
	doc, err := m.message(in.data)
	if err != nil && len(m.attached) == 0 {
		return nil, err
	}
	if doc == nil {
		return m.attached, nil
	}
	return append([]*corpus.Document{doc}, m.attached...), nil
}

// A mailReader reads one message.
type mailReader struct {
	in       input
	plain    builder
	html     []byte // the first page
	charset  string // of it
	parts    int
	attached []*corpus.Document
	lost     []string // what of the attachments was not read
}

// message reads the bytes of a message.
func (m *mailReader) message(data []byte) (*corpus.Document, error) {
	msg, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		return nil, because(ErrDamaged, "%v", err)
	}
	if err := m.part(msg.Header.Get, msg.Body, 0); err != nil {
		return nil, err
	}
	doc, err := m.plain.document()
	if err != nil && len(m.html) > 0 {
		doc, err = m.page()
	}
	if err != nil {
		return nil, err
	}
	words := mime.WordDecoder{CharsetReader: charset.NewReaderLabel}
	header := func(name string) string {
		value := msg.Header.Get(name)
		if decoded, err := words.DecodeHeader(value); err == nil {
			value = decoded
		}
		return tidy(strings.ToValidUTF8(value, "\ufffd"))
	}
	doc.Title, doc.URL, doc.Author = header("Subject"), "", header("From")
	parser := mail.AddressParser{WordDecoder: &words}
	if from, err := parser.Parse(msg.Header.Get("From")); err == nil {
		doc.Author = tidy(firstOf(from.Name, from.Address))
	}
	if sent, err := msg.Header.Date(); err == nil && sent.Year() > 1970 && sent.Year() < 10_000 {
		doc.Published = sent.UTC()
	}
	lacks(doc, m.lost...)
	return doc, nil
}

// page reads the page of a message that has no plain text, all of it: a message has no navigation.
func (m *mailReader) page() (*corpus.Document, error) {
	root, err := parsePage(input{data: m.html, charset: m.charset})
	if err != nil {
		return nil, err
	}
	prune(root, hiddenBy(root))
	var w pageWriter
	w.write(withoutQuotes(root))
	return w.document()
}

// part reads one part of a message and those within it.
func (m *mailReader) part(header func(string) string, body io.Reader, depth int) error {
	if m.parts++; depth > maxMailDepth || m.parts > maxMailParts {
		return because(ErrDamaged, "more than %d parts, or nested more than %d deep", maxMailParts, maxMailDepth)
	}
	media, params, err := mime.ParseMediaType(header("Content-Type"))
	if err != nil || media == "" {
		media = "text/plain"
	}
	if strings.HasPrefix(media, "multipart/") && params["boundary"] != "" {
		return m.within(multipart.NewReader(body, params["boundary"]), depth)
	}
	data, err := io.ReadAll(transfer(header("Content-Transfer-Encoding"), body))
	if err != nil && len(data) == 0 {
		return nil // A part that is cut off in its encoding has nothing to give.
	}
	disposition, more, _ := mime.ParseMediaType(header("Content-Disposition"))
	name := firstOf(more["filename"], params["name"])
	switch {
	case disposition == "attachment" || name != "":
		m.attachment(media, name, data)
	case media == "text/plain":
		return m.text(data, params["charset"])
	case media == "text/html" && m.html == nil:
		m.html, m.charset = data, params["charset"]
	}
	return nil
}

// within reads the parts of a part; where they end too early, those before are kept.
func (m *mailReader) within(r *multipart.Reader, depth int) error {
	for {
		part, err := r.NextRawPart()
		if err != nil {
			return nil
		}
		if err := m.part(part.Header.Get, part, depth+1); err != nil {
			return err
		}
	}
}

// transfer undoes the encoding in which a part travels.
func transfer(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	}
	return body
}

// text adds the paragraphs of plain text without quotations and signature.
func (m *mailReader) text(data []byte, declared string) error {
	if len(data) == 0 {
		return nil
	}
	text, err := decode(data, declared)
	if err != nil {
		return err
	}
	text = ownWords(text)
	for _, block := range corpus.TextBlocks(text) {
		m.plain.add(block.Kind, block.Level, text[block.Start:block.End])
	}
	return nil
}

// ownWords returns the lines of a message that its author wrote: none that are quoted, not the line
// that says whom they quote, no signature, and nothing of a message that is passed on below it.
func ownWords(text string) string {
	var out []string
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		switch trimmed := strings.TrimSpace(line); {
		case line == "-- " || strings.HasPrefix(trimmed, "-----Original Message-----") || strings.HasPrefix(trimmed, "________________________________"):
			return strings.Join(out, "\n")
		case strings.HasPrefix(line, ">"):
			continue
		case strings.HasSuffix(trimmed, ":") && quotedNext(lines[i+1:]):
			continue
		default:
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

// quotedNext says whether the next line with text is a quotation.
func quotedNext(lines []string) bool {
	for _, line := range lines[:min(len(lines), 3)] {
		if strings.TrimSpace(line) != "" {
			return strings.HasPrefix(line, ">")
		}
	}
	return false
}

// attachment reads a file that came with the message.
func (m *mailReader) attachment(media, name string, data []byte) {
	words := mime.WordDecoder{CharsetReader: charset.NewReaderLabel}
	if decoded, err := words.DecodeHeader(name); err == nil {
		name = decoded
	}
	name = cutName(name)
	if !Supported(name) || !strings.Contains(name, ".") || m.in.attachment {
		return
	}
	in := m.in
	docs, err := in.tools.readPart(media, name, data)
	if err != nil {
		m.lost = append(m.lost, name+": "+string(ReasonOf(err)))
		return
	}
	for _, doc := range docs {
		doc.Path = in.name + "#" + doc.Path
		m.attached = append(m.attached, doc)
	}
}
