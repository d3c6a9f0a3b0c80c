package format

import (
	"encoding/xml"
	"errors"
	"strings"

	"verbatim/corpus"
)

// maxSlides is the number of slides of the largest presentation that is read.
const maxSlides = 2000

// readPPTX reads the slides of a presentation, each a page: title, text, tables and the speaker's
// notes, without hidden slides and shapes, dates, footers and numbers.
func readPPTX(in input) ([]*corpus.Document, error) {
	a, err := openArchive(in.data)
	if err != nil {
		return nil, err
	}
	const main = "ppt/presentation.xml"
	slides, err := a.slides(main)
	if err != nil {
		return nil, err
	}
	w := slideWriter{}
	for _, slide := range slides {
		if err := w.slide(a, slide); err != nil {
			return nil, err
		}
	}
	doc, err := w.document()
	if err != nil {
		return nil, err
	}
	facts, err := a.core("docProps/core.xml")
	if err != nil {
		return nil, err
	}
	doc.Title, doc.Author, doc.Published = facts.title, facts.author, facts.modified
	if strings.HasPrefix(doc.Title, "PowerPoint ") || doc.Title == "" {
		doc.Title = w.title // PowerPoint's own name for what has none.
	}
	guess(doc, facts.language)
	return []*corpus.Document{doc}, nil
}

// slides returns the parts that hold the slides, in their order.
func (a *archive) slides(main string) ([]string, error) {
	byID, _, err := a.relations(main)
	if err != nil {
		return nil, err
	}
	x, err := a.openXML(main)
	if err != nil {
		return nil, err
	}
	var slides []string
	err = x.each(func(xml.StartElement) error {
		return x.each(func(e xml.StartElement) error {
			if e.Name.Local != "sldIdLst" {
				return x.skip()
			}
			return x.each(func(e xml.StartElement) error {
				for _, attr := range e.Attr { // Both ids are called "id": the relation's has a name space.
					if target := byID[attr.Value]; attr.Name.Local == "id" && attr.Name.Space != "" && target != "" {
						slides = append(slides, target)
					}
				}
				return x.skip()
			})
		})
	})
	if len(slides) > maxSlides {
		return nil, because(ErrTooLarge, "%d slides, and the limit is %d", len(slides), maxSlides)
	}
	return slides, err
}

// errHidden ends the reading of a slide that is not shown.
var errHidden = errors.New("hidden slide")

// A slideWriter turns slides into blocks.
type slideWriter struct {
	builder
	x     *xmlReader
	title string // of the first slide that has one
}

// A shape is what stands in one place of a slide.
type shape struct {
	title, body, aside, hidden bool
	blocks                     []slideBlock
}

type slideBlock struct {
	kind corpus.BlockKind
	text string
}

// slide reads one slide and its notes.
func (w *slideWriter) slide(a *archive, name string) error {
	shapes, err := w.shapes(a, name)
	if errors.Is(err, errHidden) {
		w.page()
		return nil
	}
	if err != nil {
		return err
	}
	w.page()
	w.show(shapes)
	_, parts, err := a.relations(name)
	if err != nil || !a.has(parts["notesSlide"]) {
		return err
	}
	notes, err := w.shapes(a, parts["notesSlide"])
	for _, s := range notes {
		if s.body {
			w.showShape(s, corpus.Paragraph)
		}
	}
	return err
}

// show adds the shapes of a slide, its title first.
func (w *slideWriter) show(shapes []shape) {
	for _, s := range shapes {
		if s.title {
			var lines []string
			for _, b := range s.blocks {
				lines = append(lines, b.text)
			}
			title := strings.Join(lines, " ")
			w.title = firstOf(w.title, tidy(title))
			w.add(corpus.Heading, 2, title)
		}
	}
	for _, s := range shapes {
		switch {
		case s.title:
		case s.body:
			w.showShape(s, corpus.ListItem)
		default:
			w.showShape(s, corpus.Paragraph)
		}
	}
}

// showShape adds the blocks of a shape; paragraphs are of the given kind.
func (w *slideWriter) showShape(s shape, kind corpus.BlockKind) {
	for _, b := range s.blocks {
		if b.kind == corpus.Paragraph {
			b.kind = kind
		}
		w.add(b.kind, 0, b.text)
	}
}

// shapes reads the shapes of a slide that are seen.
func (w *slideWriter) shapes(a *archive, name string) ([]shape, error) {
	x, err := a.openXML(name)
	if err != nil {
		return nil, err
	}
	w.x = x
	var shapes []shape
	err = x.each(func(e xml.StartElement) error {
		if value(e, "show") == "0" {
			return errHidden
		}
		return w.tree(&shapes)
	})
	return shapes, err
}

// tree reads the shapes below the element that was begun last.
func (w *slideWriter) tree(shapes *[]shape) error {
	return w.x.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "sp", "graphicFrame", "cxnSp":
			var s shape
			err := w.shape(&s)
			if !s.hidden && !s.aside && len(s.blocks) > 0 {
				*shapes = append(*shapes, s)
			}
			return err
		case "Fallback", "pic", "timing", "transition":
			return w.x.skip()
		}
		return w.tree(shapes)
	})
}

// shape reads one shape: what it is for, its paragraphs and tables.
func (w *slideWriter) shape(s *shape) error {
	return w.x.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "cNvPr":
			s.hidden = value(e, "hidden") == "1" || value(e, "hidden") == "true"
		case "ph":
			switch value(e, "type") {
			case "title", "ctrTitle":
				s.title = true
			case "dt", "ftr", "sldNum", "hdr", "sldImg":
				s.aside = true
			case "", "body", "obj":
				s.body = true
			}
		case "p":
			text, err := w.paragraph()
			s.blocks = append(s.blocks, slideBlock{corpus.Paragraph, text})
			return err
		case "tbl":
			return w.table(s)
		}
		return w.shape(s)
	})
}

// paragraph returns the text of a paragraph.
func (w *slideWriter) paragraph() (string, error) {
	var text strings.Builder
	err := w.runs(&text)
	return text.String(), err
}

func (w *slideWriter) runs(text *strings.Builder) error {
	return w.x.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "t":
			t, err := w.x.text()
			text.WriteString(t)
			return err
		case "br":
			text.WriteByte('\n')
		case "tab":
			text.WriteByte('\t')
		case "Fallback":
			return w.x.skip()
		}
		return w.runs(text)
	})
}

// table adds the rows of a table to its shape.
func (w *slideWriter) table(s *shape) error {
	return w.x.each(func(e xml.StartElement) error {
		if e.Name.Local != "tr" {
			return w.x.skip()
		}
		var cells []string
		err := w.x.each(func(e xml.StartElement) error {
			if e.Name.Local != "tc" {
				return w.x.skip()
			}
			var cell shape
			err := w.shape(&cell)
			var lines []string
			for _, b := range cell.blocks {
				lines = append(lines, b.text)
			}
			cells = append(cells, strings.Join(strings.Fields(visible(strings.Join(lines, " "))), " "))
			return err
		})
		s.blocks = append(s.blocks, slideBlock{corpus.TableRow, joinCells(cells)})
		return err
	})
}
