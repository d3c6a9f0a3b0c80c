package format

import (
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/transform"
)

// maxDepth is how deep the elements of an XML file may be nested.
const maxDepth = 256

// An xmlReader reads XML from start to end, one element at a time. It refuses documents that define
// anything (a DTD), so nothing in them is ever expanded or fetched.
type xmlReader struct {
	d     *xml.Decoder
	depth int
}

// openXML opens a file of an archive that is XML, and returns a reader that stands before its root.
func (a *archive) openXML(name string) (*xmlReader, error) {
	r, err := a.open(name)
	if err != nil {
		return nil, err
	}
	start := bufio.NewReader(r)
	mark, err := start.Peek(2)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if enc := utf16(mark); enc != nil { // The decoder cannot read as far as the name of the encoding.
		d := xml.NewDecoder(transform.NewReader(start, enc.NewDecoder()))
		d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
		return &xmlReader{d: d}, nil
	}
	d := xml.NewDecoder(start)
	d.CharsetReader = charset.NewReaderLabel
	return &xmlReader{d: d}, nil
}

// each calls f for each element below the one that was begun last, in order, until that ends; at the
// start of a file, for its root. f reads its element to the end, by each, text or skip.
func (x *xmlReader) each(f func(e xml.StartElement) error) error {
	return x.tokens(f, nil)
}

// tokens is each, and passes the text between the elements to chars.
func (x *xmlReader) tokens(f func(e xml.StartElement) error, chars func(xml.CharData)) error {
	if x.depth++; x.depth > maxDepth {
		return because(ErrDamaged, "elements nested more than %d deep", maxDepth)
	}
	defer func() { x.depth-- }()
	for {
		token, err := x.d.Token()
		if err == io.EOF && x.depth == 1 {
			return nil
		}
		if err != nil {
			return xmlError(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if err := f(token); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		case xml.CharData:
			if chars != nil {
				chars(token)
			}
		case xml.Directive:
			return because(ErrDamaged, "it defines a document type")
		}
	}
}

// xmlError gives an error of the decoder its reason, unless it has one.
func xmlError(err error) error {
	var reason Reason
	if errors.As(err, &reason) {
		return err
	}
	return because(ErrDamaged, "%v", err)
}

// skip reads the element that was begun last to its end.
func (x *xmlReader) skip() error {
	return x.each(func(xml.StartElement) error { return x.skip() })
}

// text reads the element that was begun last to its end and returns the text in it, elements
// included.
func (x *xmlReader) text() (string, error) {
	var b strings.Builder
	err := x.appendText(&b)
	return b.String(), err
}

func (x *xmlReader) appendText(b *strings.Builder) error {
	return x.tokens(func(xml.StartElement) error { return x.appendText(b) }, func(c xml.CharData) { b.Write(c) })
}

// value returns the value of an attribute by its local name, "" when it is missing.
func value(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// isOn says whether a switch such as <w:vanish/> is on: it is unless its value says otherwise.
func isOn(e xml.StartElement) bool {
	switch value(e, "val") {
	case "0", "false", "off":
		return false
	}
	return true
}

// number returns the value of an attribute as a number from 0 to limit; absent when there is none.
func number(e xml.StartElement, local string, absent, limit int) int {
	n, err := strconv.Atoi(value(e, local))
	if err != nil {
		return absent
	}
	return min(max(n, 0), limit)
}

// relations returns the targets of the relations of a part, by their id and by the last word of
// their type, as names in the archive. A part without relations has none.
func (a *archive) relations(part string) (byID, byType map[string]string, err error) {
	byID, byType = map[string]string{}, map[string]string{}
	dir, base := "", part
	if i := strings.LastIndexByte(part, '/'); i >= 0 {
		dir, base = part[:i+1], part[i+1:]
	}
	name := dir + "_rels/" + base + ".rels"
	if !a.has(name) {
		return byID, byType, nil
	}
	x, err := a.openXML(name)
	if err != nil {
		return nil, nil, err
	}
	err = x.each(func(xml.StartElement) error {
		return x.each(func(e xml.StartElement) error {
			if value(e, "TargetMode") != "External" {
				target := relative(part, value(e, "Target"))
				byID[value(e, "Id")] = target
				kind := value(e, "Type")
				byType[kind[strings.LastIndexByte(kind, '/')+1:]] = target
			}
			return x.skip()
		})
	})
	return byID, byType, err
}

// A coreFacts holds what office documents say of themselves in Dublin Core.
type coreFacts struct {
	title, author, language string
	modified                time.Time
}

// core reads the metadata in a part of an office document; nothing when the part is missing.
func (a *archive) core(name string) (coreFacts, error) {
	var facts coreFacts
	if !a.has(name) {
		return facts, nil
	}
	x, err := a.openXML(name)
	if err != nil {
		return facts, err
	}
	err = x.facts(&facts)
	return facts, err
}

// facts reads the elements of Dublin Core wherever they stand below the one that was begun last.
func (x *xmlReader) facts(facts *coreFacts) error {
	return x.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "title", "creator", "language", "modified", "date", "initial-creator":
		default:
			return x.facts(facts)
		}
		text, err := x.text()
		text = tidy(text)
		switch e.Name.Local {
		case "title":
			facts.title = firstOf(facts.title, text)
		case "creator":
			facts.author = firstOf(facts.author, text)
		case "language":
			facts.language = firstOf(facts.language, text)
		case "modified", "date":
			if day := date(text); !day.IsZero() {
				facts.modified = day
			}
		}
		return err
	})
}

// firstOf returns the first of its arguments that is not "".
func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
