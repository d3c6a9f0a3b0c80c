package format

import (
	"encoding/xml"
	"strings"

	"verbatim/corpus"
)

// readDOCX reads the text of a Word document as it is shown: with insertions, without deletions,
// hidden text, comments, fields' code, headers and footers. Footnotes stand at its end.
func readDOCX(in input) ([]*corpus.Document, error) {
	a, err := openArchive(in.data)
	if err != nil {
		return nil, err
	}
	_, byType, err := a.relations("")
	if err != nil {
		return nil, err
	}
	main := firstOf(byType["officeDocument"], "word/document.xml")
	_, parts, err := a.relations(main)
	if err != nil {
		return nil, err
	}
	styles, err := a.wordStyles(firstOf(parts["styles"], "word/styles.xml"))
	if err != nil {
		return nil, err
	}
	w := wordWriter{styles: styles}
	if err := w.part(a, main); err != nil {
		return nil, err
	}
	for _, notes := range []string{parts["footnotes"], parts["endnotes"]} {
		if a.has(notes) {
			if err := w.part(a, notes); err != nil {
				return nil, err
			}
		}
	}
	return w.finish(a, styles.language)
}

// finish returns the document with the metadata of its archive.
func (w *wordWriter) finish(a *archive, language string) ([]*corpus.Document, error) {
	w.flushCode()
	doc, err := w.document()
	if err != nil {
		return nil, err
	}
	facts, err := a.core("docProps/core.xml")
	if err != nil {
		return nil, err
	}
	doc.Title, doc.Author, doc.Published = firstOf(w.title, facts.title), facts.author, facts.modified
	guess(doc, firstOf(facts.language, language))
	return []*corpus.Document{doc}, nil
}

// A wordWriter turns the elements of WordprocessingML into blocks.
type wordWriter struct {
	builder
	styles wordStyles
	x      *xmlReader
	title  string
	code   []string // the lines of code read last
	// cell takes the paragraphs of a table's cell; nil outside tables.
	cell *[]string
}

// part reads one part of the document.
func (w *wordWriter) part(a *archive, name string) error {
	x, err := a.openXML(name)
	if err != nil {
		return err
	}
	w.x = x
	return w.body(xml.StartElement{})
}

// body reads what is below an element that holds paragraphs and tables.
func (w *wordWriter) body(xml.StartElement) error {
	return w.x.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "p":
			return w.paragraph()
		case "tbl":
			return w.table()
		case "del", "moveFrom", "sdtPr", "sdtEndPr", "sectPr", "Fallback", "tblPr", "tblGrid", "trPr", "tcPr":
			return w.x.skip()
		case "footnote", "endnote":
			if kind := value(e, "type"); kind != "" && kind != "normal" {
				return w.x.skip() // Separators.
			}
		}
		return w.body(e)
	})
}

// A wordParagraph is the paragraph being read.
type wordParagraph struct {
	text  strings.Builder
	style string
	level int // of a heading, 0 when the paragraph itself says nothing
	item  bool
}

// paragraph reads a paragraph and adds it.
func (w *wordWriter) paragraph() error {
	var p wordParagraph
	if err := w.runs(&p); err != nil {
		return err
	}
	style := w.styles.of(p.style)
	text := p.text.String()
	switch {
	case style.contents:
		return nil
	case w.cell != nil:
		if text = fold(visible(text)); text != "" {
			*w.cell = append(*w.cell, text)
		}
		return nil
	case style.code:
		w.code = append(w.code, text)
		return nil
	}
	w.flushCode()
	level := p.level
	if level == 0 {
		level = style.level
	}
	switch {
	case style.title:
		w.title = firstOf(w.title, tidy(text))
		w.add(corpus.Heading, 1, text)
	case level > 0 && level <= 6:
		w.add(corpus.Heading, level, text)
	case p.item || style.item:
		w.add(corpus.ListItem, 0, text)
	default:
		w.add(corpus.Paragraph, 0, text)
	}
	return nil
}

// flushCode adds the lines of code read last as one block.
func (w *wordWriter) flushCode() {
	if len(w.code) > 0 {
		w.add(corpus.Code, 0, strings.Join(w.code, "\n"))
		w.code = nil
	}
}

// runs reads what is below an element within a paragraph.
func (w *wordWriter) runs(p *wordParagraph) error {
	return w.x.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "pPr":
			return w.paragraphProperties(p)
		case "r":
			return w.run(p)
		case "del", "moveFrom", "Fallback", "sdtPr", "rPr", "instrText", "delText":
			return w.x.skip()
		case "p": // A paragraph in a text box stands for itself.
			return w.paragraph()
		case "tbl":
			return w.table()
		}
		return w.runs(p)
	})
}

func (w *wordWriter) paragraphProperties(p *wordParagraph) error {
	return w.x.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "pStyle":
			p.style = value(e, "val")
		case "outlineLvl":
			p.level = number(e, "val", 9, 9) + 1
		case "numPr":
			p.item = true
			return w.x.each(func(e xml.StartElement) error {
				if e.Name.Local == "numId" && value(e, "val") == "0" {
					p.item = false
				}
				return w.x.skip()
			})
		}
		return w.x.skip()
	})
}

// run reads a run of text of one look.
func (w *wordWriter) run(p *wordParagraph) error {
	hidden := false
	return w.x.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "rPr":
			return w.x.each(func(e xml.StartElement) error {
				switch e.Name.Local {
				case "vanish":
					hidden = isOn(e)
				case "rStyle":
					hidden = hidden || w.styles.of(value(e, "val")).hidden
				}
				return w.x.skip()
			})
		case "t":
			text, err := w.x.text()
			if !hidden {
				p.text.WriteString(text)
			}
			return err
		case "tab", "ptab":
			p.text.WriteByte('\t')
		case "br", "cr":
			p.text.WriteByte('\n')
		case "noBreakHyphen":
			p.text.WriteRune('\u2011')
		case "AlternateContent", "Choice", "drawing", "pict", "object":
			return w.runs(p)
		}
		return w.x.skip()
	})
}

// table reads a table, a row for each block; a row of one cell, or of a cell as long as a page, only
// places text and is read as what it holds.
func (w *wordWriter) table() error {
	outer := w.cell
	w.flushCode()
	err := w.x.each(func(e xml.StartElement) error {
		if e.Name.Local != "tr" {
			return w.x.skip()
		}
		return w.row(outer)
	})
	w.cell = outer
	return err
}

func (w *wordWriter) row(outer *[]string) error {
	var cells [][]string
	deleted := false
	if err := w.cells(&cells, &deleted); err != nil || deleted {
		return err
	}
	w.cell = outer
	w.addRow(outer, cells)
	return nil
}

// cells reads the cells of a row.
func (w *wordWriter) cells(cells *[][]string, deleted *bool) error {
	return w.x.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "tc":
			var cell []string
			w.cell = &cell
			err := w.body(e)
			*cells = append(*cells, cell)
			return err
		case "trPr":
			return w.x.each(func(e xml.StartElement) error {
				*deleted = *deleted || e.Name.Local == "del"
				return w.x.skip()
			})
		case "sdt", "sdtContent", "customXml":
			return w.cells(cells, deleted)
		}
		return w.x.skip()
	})
}
