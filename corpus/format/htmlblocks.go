package format

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"verbatim/corpus"
)

// A pageWriter turns the tree of a page into blocks.
type pageWriter struct {
	builder
	line strings.Builder // the text of the block being read
	kind corpus.BlockKind
	// level is that of the heading being read.
	level int
	// heading is one that was written already, "" when none was.
	heading string
}

// write writes all that is below n.
func (w *pageWriter) write(n *html.Node) {
	w.kind = corpus.Paragraph
	w.children(n)
	w.flush()
}

// flush ends the block being read.
func (w *pageWriter) flush() {
	text := w.line.String()
	if text == "" {
		return
	}
	w.line.Reset()
	if w.kind == corpus.Heading && w.heading != "" && strings.Join(strings.Fields(visible(text)), " ") == w.heading {
		return
	}
	w.add(w.kind, w.level, text)
}

func (w *pageWriter) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c)
	}
}

// within writes what is below n as blocks of the given kind.
func (w *pageWriter) within(n *html.Node, kind corpus.BlockKind, level int) {
	w.flush()
	oldKind, oldLevel := w.kind, w.level
	w.kind, w.level = kind, level
	w.children(n)
	w.flush()
	w.kind, w.level = oldKind, oldLevel
}

func (w *pageWriter) node(n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		w.line.WriteString(inline(n.Data))
	case n.Type != html.ElementNode:
		w.children(n)
	case headingLevel(n) > 0:
		w.within(n, corpus.Heading, headingLevel(n))
	default:
		w.element(n)
	}
}

// inline makes blanks of the line ends of a text, which mean nothing in a page.
func inline(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return ' '
		}
		return r
	}, text)
}

func (w *pageWriter) element(n *html.Node) {
	switch n.DataAtom {
	case atom.Br:
		w.lineBreak()
	case atom.Hr:
		w.flush()
	case atom.Pre, atom.Listing, atom.Xmp:
		w.flush()
		w.add(corpus.Code, 0, textOf(n))
	case atom.Li, atom.Dt, atom.Dd:
		w.within(n, corpus.ListItem, 0)
	case atom.Table:
		w.table(n)
	case atom.Img:
		if w.line.Len() > 0 { // A picture within a line may stand for a word, such as an emoji.
			w.line.WriteString(emoji(attribute(n, "alt")))
		}
	case atom.P, atom.Blockquote, atom.Figcaption, atom.Caption, atom.Address, atom.Summary, atom.Legend:
		w.block(n)
	default:
		if isInline(n.DataAtom) {
			w.children(n)
			return
		}
		w.block(n)
	}
}

// block writes an element that begins and ends a block; a paragraph in an item is of that item's kind.
func (w *pageWriter) block(n *html.Node) {
	w.flush()
	w.children(n)
	w.flush()
}

// lineBreak ends a line; two of them end a block.
func (w *pageWriter) lineBreak() {
	if strings.HasSuffix(strings.TrimRight(w.line.String(), " "), "\n") {
		w.flush()
		return
	}
	if w.line.Len() > 0 {
		w.line.WriteByte('\n')
	}
}

// emoji returns alternative text that is a sign rather than a description.
func emoji(alt string) string {
	if len(alt) <= 16 && !strings.ContainsFunc(alt, func(r rune) bool { return r < 0x2000 }) {
		return alt
	}
	return ""
}

func headingLevel(n *html.Node) int {
	switch n.DataAtom {
	case atom.H1:
		return 1
	case atom.H2:
		return 2
	case atom.H3:
		return 3
	case atom.H4:
		return 4
	case atom.H5:
		return 5
	case atom.H6:
		return 6
	}
	if attribute(n, "role") == "heading" {
		if level := attribute(n, "aria-level"); len(level) == 1 && level[0] >= '1' && level[0] <= '6' {
			return int(level[0] - '0')
		}
	}
	return 0
}

func isInline(a atom.Atom) bool {
	switch a {
	case atom.A, atom.Abbr, atom.B, atom.Bdi, atom.Bdo, atom.Big, atom.Cite, atom.Code, atom.Data, atom.Del, atom.Dfn,
		atom.Em, atom.Font, atom.I, atom.Ins, atom.Kbd, atom.Label, atom.Mark, atom.Math, atom.Meter, atom.Output, atom.Q,
		atom.Ruby, atom.Rb, atom.S, atom.Samp, atom.Small, atom.Span, atom.Strike, atom.Strong, atom.Sub, atom.Sup,
		atom.Time, atom.Tt, atom.U, atom.Var, atom.Wbr, atom.Nobr, atom.Picture, atom.Center:
		return a != atom.Center
	}
	return a == 0 // Elements of the page's own making are inline unless styled.
}

// table writes the rows of a table of data, one block each, its cells with a bar between them. A
// table that only places things, or that holds more than lines, is written as what it holds.
func (w *pageWriter) table(n *html.Node) {
	w.flush()
	if isLayout(n) {
		w.children(n)
		w.flush()
		return
	}
	visit(n, func(c *html.Node) bool {
		switch c.DataAtom {
		case atom.Caption:
			w.block(c)
			return false
		case atom.Tr:
			w.row(c)
			return false
		}
		return true
	})
}

func (w *pageWriter) row(n *html.Node) {
	var cells []string
	visit(n, func(c *html.Node) bool {
		if c.DataAtom != atom.Td && c.DataAtom != atom.Th {
			return true
		}
		cells = append(cells, cellText(c))
		return false
	})
	w.add(corpus.TableRow, 0, joinCells(cells))
}

// cellText returns the text of a cell with a blank where a line or a block ends.
func cellText(n *html.Node) string {
	var b strings.Builder
	var write func(*html.Node)
	write = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(inline(n.Data))
			return
		case n.Type == html.ElementNode && !isInline(n.DataAtom):
			b.WriteByte(' ')
			defer b.WriteByte(' ')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			write(c)
		}
	}
	write(n)
	return strings.Join(strings.Fields(visible(b.String())), " ")
}

// joinCells puts the cells of a row on one line; empty cells at its end are left out.
func joinCells(cells []string) string {
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	return strings.Join(cells, " | ")
}

// isLayout says whether a table places things: it says so, holds tables, headings, lists or several
// paragraphs in a cell, or has no row of two cells.
func isLayout(n *html.Node) bool {
	if role := attribute(n, "role"); role == "presentation" || role == "none" {
		return true
	}
	layout, wide := false, false
	visit(n, func(c *html.Node) bool {
		switch c.DataAtom {
		case atom.Table:
			layout = layout || c != n
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.Ul, atom.Ol, atom.Pre, atom.Section, atom.Article:
			layout = true
		case atom.Td, atom.Th:
			for s := c.NextSibling; s != nil; s = s.NextSibling {
				wide = wide || s.DataAtom == atom.Td || s.DataAtom == atom.Th
			}
			if len(textOf(c)) > longCell {
				layout = true
			}
		}
		return !layout
	})
	return layout || !wide
}
