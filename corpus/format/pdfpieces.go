package format

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/klippa-app/go-pdfium/responses"
)

// A pdfPiece is text on one line of a page without a wide gap in it. Places are in points (1/72 inch)
// from the top left corner of the page as it is read.
type pdfPiece struct {
	text                     string
	left, right, top, bottom float64
	base                     float64 // where its letters stand
	size                     float64 // of its letters
	bold, mono, rtl          bool
}

func (p pdfPiece) width() float64 { return p.right - p.left }

// minSize is the size in points of the smallest letters that people can read; smaller ones are meant
// to be found by machines alone.
const minSize = 2

// A pdfChar is one character of a page.
type pdfChar struct {
	text                     string
	left, right, top, bottom float64
	size                     float64
	bold, mono               bool
	quarter                  int // turned by this many right angles, -1 by another angle
}

// pdfPieces groups the characters of a page, which come line by line, into pieces.
func pdfPieces(chars []*responses.GetPageTextStructuredChar) []pdfPiece {
	turned := mainQuarter(chars)
	b := pieceBuilder{}
	for _, c := range chars {
		char, ok := pdfCharOf(c)
		switch {
		case !ok || char.quarter != turned && char.quarter >= 0:
		case strings.Trim(char.text, "\r\n") == "":
			b.flush()
		case char.quarter == turned:
			b.add(char.turn(turned))
		}
	}
	b.flush()
	return b.pieces
}

// quarterOf returns by how many right angles a character is turned, -1 for other angles.
func quarterOf(angle float64) int {
	quarters := angle / (math.Pi / 2)
	if math.IsNaN(quarters) || math.Abs(quarters-math.Round(quarters)) > 0.05 {
		return -1
	}
	return ((int(math.Round(quarters)) % 4) + 4) % 4
}

// mainQuarter returns by how many right angles most characters of a page are turned. The others, such
// as watermarks and notes up the margin, are left out.
func mainQuarter(chars []*responses.GetPageTextStructuredChar) int {
	var counts [4]int
	for _, c := range chars {
		if q := quarterOf(c.Angle); q >= 0 && strings.TrimSpace(c.Text) != "" {
			counts[q]++
		}
	}
	return slices.Index(counts[:], slices.Max(counts[:]))
}

// pdfCharOf returns a character with what is of use in it.
func pdfCharOf(c *responses.GetPageTextStructuredChar) (pdfChar, bool) {
	p := c.PointPosition
	char := pdfChar{text: c.Text, left: p.Left, right: p.Right, top: -p.Top, bottom: -p.Bottom, quarter: quarterOf(c.Angle)}
	for _, v := range []float64{char.left, char.right, char.top, char.bottom} {
		if math.IsNaN(v) || math.Abs(v) > 1e5 {
			return char, false
		}
	}
	if c.FontInformation != nil {
		f := c.FontInformation
		char.size = f.RenderedSize
		name := strings.ToLower(f.Name)
		char.bold = f.Weight >= 600 || strings.Contains(name, "bold") || strings.Contains(name, "black") || strings.Contains(name, "heavy")
		char.mono = f.Flags > 0 && f.Flags&1 != 0 || strings.Contains(name, "mono") || strings.Contains(name, "courier") ||
			strings.Contains(name, "consol") || strings.Contains(name, "typewriter") || strings.Contains(name, "cmtt")
	}
	blank := strings.TrimSpace(char.text) == ""
	if char.text == "" || !blank && char.size < minSize {
		return char, false
	}
	return char, true
}

// turn turns a character back that stands turned on its page.
func (c pdfChar) turn(quarters int) pdfChar {
	left, right, top, bottom := c.left, c.right, c.top, c.bottom
	switch quarters {
	case 1:
		c.left, c.right, c.top, c.bottom = -bottom, -top, left, right
	case 2:
		c.left, c.right, c.top, c.bottom = -right, -left, -bottom, -top
	case 3:
		c.left, c.right, c.top, c.bottom = top, bottom, -right, -left
	}
	if c.left > c.right {
		c.left, c.right = c.right, c.left
	}
	if c.top > c.bottom {
		c.top, c.bottom = c.bottom, c.top
	}
	return c
}

// A pieceBuilder collects characters into pieces.
type pieceBuilder struct {
	pieces []pdfPiece
	chars  []pdfChar
	last   pdfChar // the last one that is no blank
	space  bool    // blanks came behind it
}

// Gaps between letters, in their size, from which text is another piece: blanks between words of
// justified text are narrower, gutters between columns wider.
const (
	wideGap    = 1.5
	wideGapRTL = 3
)

func (b *pieceBuilder) add(c pdfChar) {
	if strings.TrimSpace(c.text) == "" {
		b.space = true
		if isRTL(b.last.text) {
			b.flush() // Programs write the words of such a line in either order; their places tell.
		}
		return
	}
	if r, _ := utf8.DecodeRuneInString(c.text); unicode.Is(unicode.Mn, r) && len(b.chars) > 0 {
		b.chars = append(b.chars, c) // A mark belongs to its letter, however high it stands.
		return
	}
	if len(b.chars) > 0 && (!b.continues(c) || b.space && isRTL(c.text)) {
		b.flush()
	}
	if b.space && len(b.chars) > 0 {
		b.chars = append(b.chars, pdfChar{text: " "})
	}
	b.chars, b.last, b.space = append(b.chars, c), c, false
}

// continues says whether a character stands on the line of the one before it, close to it.
func (b *pieceBuilder) continues(c pdfChar) bool {
	size := max(c.size, b.last.size)
	if c.top > b.last.bottom+0.3*size || c.bottom < b.last.top-0.3*size {
		return false
	}
	gap := max(c.left-b.last.right, b.last.left-c.right)
	if isRTL(c.text) || isRTL(b.last.text) {
		return gap < wideGapRTL*size
	}
	return gap < wideGap*size && c.left > b.last.left-2*size
}

// flush ends the piece being collected.
func (b *pieceBuilder) flush() {
	b.space = false
	if len(b.chars) == 0 {
		return
	}
	if first := b.chars[0]; isRTL(b.last.text) && !isRTL(first.text) && first.left < b.last.left && len(first.text) < len(b.chars) {
		b.chars = append(b.chars[1:], first) // A mark behind the word, which comes before it.
	}
	p := pdfPiece{left: math.Inf(1), top: math.Inf(1), right: math.Inf(-1), bottom: math.Inf(-1)}
	var text strings.Builder
	var bases []float64
	n, bold, mono, rtl := 0, 0, 0, 0
	for i, c := range b.chars {
		if c.text == "\u0002" && i == len(b.chars)-1 { // PDFium's sign for a hyphen at the end of a line.
			text.WriteByte('-')
		} else {
			text.WriteString(c.text)
		}
		if c.text == " " {
			continue
		}
		p.left, p.right = min(p.left, c.left), max(p.right, c.right)
		p.top, p.bottom = min(p.top, c.top), max(p.bottom, c.bottom)
		p.size += c.size
		bold += count(c.bold)
		mono += count(c.mono)
		rtl += count(isRTL(c.text))
		n++
		bases = append(bases, c.bottom)
	}
	slices.Sort(bases)
	p.base = bases[len(bases)/2]
	p.size /= float64(n)
	p.bold, p.mono, p.rtl = 10*bold > 8*n, 10*mono > 8*n, 2*rtl > n
	p.text = strings.TrimSpace(visible(text.String()))
	if p.text != "" {
		b.pieces = append(b.pieces, p)
	}
	b.chars = b.chars[:0]
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// isRTL says whether text begins with a letter of a script that runs from right to left.
func isRTL(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana)
}
