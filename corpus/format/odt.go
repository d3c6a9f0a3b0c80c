package format

import (
	"encoding/xml"
	"strings"

	"verbatim/corpus"
)

// maxRepeat is how many blanks or cells one element may stand for.
const maxRepeat = 1000

// readODT reads the text of an OpenDocument text as it is shown: without deletions, hidden text,
// comments and tables of contents. Footnotes stand at its end.
func readODT(in input) ([]*corpus.Document, error) {
	a, err := openArchive(in.data)
	if err != nil {
		return nil, err
	}
	if a.has("META-INF/manifest.xml") {
		manifest, err := a.read("META-INF/manifest.xml")
		if err != nil {
			return nil, err
		}
		if strings.Contains(string(manifest), "encryption-data") {
			return nil, ErrEncrypted
		}
	}
	w := odtWriter{styles: map[string]odtStyle{}}
	if a.has("styles.xml") {
		if err := w.open(a, "styles.xml", w.readStyles); err != nil {
			return nil, err
		}
	}
	if err := w.open(a, "content.xml", w.body); err != nil {
		return nil, err
	}
	w.flushCode()
	for _, note := range w.notes {
		w.add(corpus.Paragraph, 0, note)
	}
	doc, err := w.document()
	if err != nil {
		return nil, err
	}
	facts, err := a.core("meta.xml")
	if err != nil {
		return nil, err
	}
	doc.Title, doc.Author, doc.Published = firstOf(w.title, facts.title), facts.author, facts.modified
	guess(doc, facts.language)
	return []*corpus.Document{doc}, nil
}

// An odtStyle is what a style says of the paragraphs or text that have it.
type odtStyle struct {
	parent string
	hidden bool
}

// An odtWriter turns the elements of OpenDocument into blocks.
type odtWriter struct {
	builder
	x      *xmlReader
	styles map[string]odtStyle
	title  string
	notes  []string
	code   []string
	items  int       // how many list items are open
	cell   *[]string // takes the paragraphs of a table's cell; nil outside tables
}

func (w *odtWriter) open(a *archive, name string, read func() error) error {
	x, err := a.openXML(name)
	if err != nil {
		return err
	}
	w.x = x
	return read()
}

// readStyles reads the styles wherever they stand below the element that was begun last.
func (w *odtWriter) readStyles() error {
	return w.x.each(func(e xml.StartElement) error {
		if e.Name.Local != "style" {
			return w.readStyles()
		}
		name, style := value(e, "name"), odtStyle{parent: value(e, "parent-style-name")}
		err := w.x.each(func(e xml.StartElement) error {
			style.hidden = style.hidden || e.Name.Local == "text-properties" && value(e, "display") == "none"
			return w.x.skip()
		})
		w.styles[name] = style
		return err
	})
}

// is says whether a style, or one that it is based on, has one of the names.
func (w *odtWriter) is(style string, names ...string) bool {
	for range maxBased {
		for _, name := range names {
			if style == name {
				return true
			}
		}
		if style == "" {
			return false
		}
		style = w.styles[style].parent
	}
	return false
}

func (w *odtWriter) hidden(style string) bool {
	for range maxBased {
		if style == "" || w.styles[style].hidden {
			break
		}
		style = w.styles[style].parent
	}
	return w.styles[style].hidden
}

// body reads what is below an element that holds paragraphs, lists and tables.
func (w *odtWriter) body() error {
	return w.x.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "automatic-styles", "styles":
			return w.readStyles()
		case "h", "p":
			return w.paragraph(e)
		case "list-item", "list-header":
			w.items++
			defer func() { w.items-- }()
		case "table":
			return w.table()
		case "section":
			if value(e, "display") == "none" {
				return w.x.skip()
			}
		case "tracked-changes", "table-of-content", "alphabetical-index", "annotation", "scripts", "font-face-decls",
			"forms", "illustration-index", "bibliography-source", "sequence-decls", "variable-decls", "user-field-decls", "hidden-paragraph":
			return w.x.skip()
		}
		return w.body()
	})
}

// paragraph reads a paragraph or heading and adds it.
func (w *odtWriter) paragraph(e xml.StartElement) error {
	var text strings.Builder
	hidden := false
	if err := w.inline(&text, &hidden); err != nil {
		return err
	}
	style := value(e, "style-name")
	switch {
	case hidden || w.hidden(style):
		return nil
	case w.cell != nil:
		if t := fold(visible(text.String())); t != "" {
			*w.cell = append(*w.cell, t)
		}
		return nil
	case w.is(style, "Preformatted_20_Text", "Source_20_Code"):
		w.code = append(w.code, text.String())
		return nil
	}
	w.flushCode()
	switch {
	case e.Name.Local == "h":
		w.add(corpus.Heading, number(e, "outline-level", 1, 6), text.String())
	case w.is(style, "Title"):
		w.title = firstOf(w.title, tidy(text.String()))
		w.add(corpus.Heading, 1, text.String())
	case w.items > 0:
		w.add(corpus.ListItem, 0, text.String())
	default:
		w.add(corpus.Paragraph, 0, text.String())
	}
	return nil
}

func (w *odtWriter) flushCode() {
	if len(w.code) > 0 {
		w.add(corpus.Code, 0, strings.Join(w.code, "\n"))
		w.code = nil
	}
}

// inline reads the text of a paragraph; hidden is set when the paragraph hides itself.
func (w *odtWriter) inline(text *strings.Builder, hidden *bool) error {
	return w.x.tokens(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "s":
			text.WriteString(strings.Repeat(" ", number(e, "c", 1, maxRepeat)))
		case "tab":
			text.WriteByte('\t')
		case "line-break":
			text.WriteByte('\n')
		case "note":
			return w.note()
		case "hidden-paragraph":
			*hidden = *hidden || value(e, "is-hidden") != "false"
		case "annotation", "annotation-end", "hidden-text", "tracked-changes", "ruby-text", "title", "desc", "script":
		case "text-box":
			return w.body()
		case "span":
			if !w.hidden(value(e, "style-name")) {
				return w.inline(text, hidden)
			}
		default:
			return w.inline(text, hidden)
		}
		return w.x.skip()
	}, func(c xml.CharData) {
		text.WriteString(inline(string(c)))
	})
}

// note reads a footnote, which is kept for the end.
func (w *odtWriter) note() error {
	return w.x.each(func(e xml.StartElement) error {
		if e.Name.Local != "note-body" {
			return w.x.skip()
		}
		outer, paragraphs := w.cell, []string(nil)
		w.cell = &paragraphs
		err := w.body()
		w.cell = outer
		w.notes = append(w.notes, paragraphs...)
		return err
	})
}

// table reads the rows of a table.
func (w *odtWriter) table() error {
	return w.x.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "table-row":
			return w.row()
		case "table-header-rows", "table-rows", "table-row-group":
			return w.table()
		}
		return w.x.skip()
	})
}

func (w *odtWriter) row() error {
	outer := w.cell
	var cells [][]string
	err := w.x.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "table-cell":
			cell := []string{}
			w.cell = &cell
			err := w.body()
			cells = append(cells, cell)
			return err
		case "covered-table-cell":
			cells = append(cells, nil)
		}
		return w.x.skip()
	})
	w.cell = outer
	w.addRow(outer, cells)
	return err
}
