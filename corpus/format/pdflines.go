package format

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A pdfLine is a line of text in reading order.
type pdfLine struct {
	pdfPiece
	cells []string // of a row of a table, nil for other lines
	page  int      // from 0
	// region numbers the columns of the document; colLeft and colRight are the edges of its own.
	region            int
	colLeft, colRight float64
	pitch             float64 // the usual distance between the lines of its column
}

// A pageOrder brings the pieces of a page into reading order.
type pageOrder struct {
	lines  []pdfLine
	page   int
	region int
}

// minRegion is how many pieces a column must hold at least.
const minRegion = 4

// order appends the lines of pieces: column by column where they stand in columns.
func (o *pageOrder) order(pieces []pdfPiece, depth int) {
	gutter, found := 0.0, false
	if depth < 4 && len(pieces) >= 2*minRegion {
		gutter, found = findGutter(pieces)
	}
	if !found {
		o.column(pieces)
		return
	}
	var across []pdfPiece
	for _, p := range pieces {
		if p.left < gutter && p.right > gutter {
			across = append(across, p)
		}
	}
	slices.SortStableFunc(across, func(a, b pdfPiece) int { return cmp.Compare(a.base, b.base) })
	from := math.Inf(-1)
	for len(across) > 0 { // Bands between the pieces that reach across the gutter.
		n := 1
		for n < len(across) && !between(pieces, gutter, across[n-1].base, across[n].base) {
			n++
		}
		o.band(pieces, gutter, from, across[0].base, depth)
		o.column(across[:n])
		from = across[n-1].base
		across = across[n:]
	}
	o.band(pieces, gutter, from, math.Inf(1), depth)
}

// band appends the lines of the pieces on either side of the gutter between two heights.
func (o *pageOrder) band(pieces []pdfPiece, gutter, from, to float64, depth int) {
	var left, right []pdfPiece
	for _, p := range pieces {
		switch {
		case p.base < from || p.base >= to || p.left < gutter && p.right > gutter:
		case p.right <= gutter:
			left = append(left, p)
		default:
			right = append(right, p)
		}
	}
	for _, side := range [][]pdfPiece{left, right} {
		if len(side) > 0 {
			o.order(side, depth+1)
		}
	}
}

// between says whether pieces that do not reach across the gutter stand between two heights.
func between(pieces []pdfPiece, gutter, from, to float64) bool {
	return slices.ContainsFunc(pieces, func(p pdfPiece) bool {
		return p.base > from+1 && p.base < to-1 && (p.right <= gutter || p.left >= gutter)
	})
}

// findGutter returns where a page is divided between two columns: few pieces reach across, and on
// both sides stand lines of prose that fill their column.
func findGutter(pieces []pdfPiece) (float64, bool) {
	left, right := math.Inf(1), math.Inf(-1)
	for _, p := range pieces {
		left, right = min(left, p.left), max(right, p.right)
	}
	width := right - left
	best, bestCross, run := 0.0, len(pieces), 0
	for step := 25; step <= 75; step++ {
		x := left + width*float64(step)/100
		cross := 0
		for _, p := range pieces {
			if p.left < x && p.right > x {
				cross++
			}
		}
		switch {
		case cross < bestCross:
			best, bestCross, run = x, cross, 0
		case cross == bestCross && run >= 0:
			run++
			if run%2 == 0 {
				best += width / 100
			}
		}
		if cross > bestCross {
			run = -1
		}
	}
	if 5*bestCross > len(pieces) {
		return 0, false
	}
	var lefts, rights []pdfPiece
	for _, p := range pieces {
		switch {
		case p.right <= best:
			lefts = append(lefts, p)
		case p.left >= best:
			rights = append(rights, p)
		}
	}
	return best, isColumn(lefts, width) && isColumn(rights, width)
}

// isColumn says whether pieces are the lines of a column of prose in a region of the given width.
func isColumn(pieces []pdfPiece, width float64) bool {
	if len(pieces) < minRegion {
		return false
	}
	var widths []float64
	chars := 0
	for _, p := range pieces {
		widths = append(widths, p.width())
		chars += wide(p.text)
	}
	slices.Sort(widths)
	full := widths[len(widths)*9/10]
	filled := 0
	for _, w := range widths {
		if w >= 0.7*full {
			filled++
		}
	}
	return full >= 0.2*width && 2*filled >= len(pieces) && chars >= 15*len(pieces)
}

// column appends the lines of pieces that stand in one column, from top to bottom.
func (o *pageOrder) column(pieces []pdfPiece) {
	first := len(o.lines)
	for _, row := range rowsOf(pieces) {
		o.lines = append(o.lines, lineOf(row, o.page, o.region))
	}
	lines := o.lines[first:]
	left, right := math.Inf(1), math.Inf(-1)
	for _, l := range lines {
		left, right = min(left, l.left), max(right, l.right)
	}
	var pitches []float64
	for i := 1; i < len(lines); i++ {
		if d := lines[i].base - lines[i-1].base; d > 0.5*lines[i].size && d < 2.5*lines[i].size {
			pitches = append(pitches, d/lines[i].size)
		}
	}
	slices.Sort(pitches)
	pitch := 1.2
	if len(pitches) > 0 {
		pitch = pitches[len(pitches)/3] // Gaps between paragraphs are the wider ones.
	}
	for i := range lines {
		l := &lines[i]
		l.colLeft, l.colRight, l.pitch = left, right, pitch
		l.asTable(lines, i)
	}
	o.region++
}

// rowsOf groups pieces that stand beside each other.
func rowsOf(pieces []pdfPiece) [][]pdfPiece {
	pieces = slices.Clone(pieces)
	slices.SortStableFunc(pieces, func(a, b pdfPiece) int { return cmp.Compare(a.base, b.base) })
	var rows [][]pdfPiece
	for _, p := range pieces {
		if n := len(rows); n > 0 {
			first := rows[n-1][0]
			if p.base-first.base < 0.45*min(p.size, first.size) || overlap(p, first) > 0.6 {
				rows[n-1] = append(rows[n-1], p)
				continue
			}
		}
		rows = append(rows, []pdfPiece{p})
	}
	return rows
}

// overlap returns which part of the height of the lower of two pieces stands beside the other.
func overlap(a, b pdfPiece) float64 {
	shared := min(a.bottom, b.bottom) - max(a.top, b.top)
	return shared / max(min(a.bottom-a.top, b.bottom-b.top), 0.1)
}

// lineOf makes a line of the pieces of a row.
func lineOf(row []pdfPiece, page, region int) pdfLine {
	chars, rtl := 0, 0
	for _, p := range row {
		chars += len(p.text)
		rtl += count(p.rtl) * len(p.text)
	}
	if 2*rtl > chars {
		row = fromRight(row)
	} else {
		slices.SortStableFunc(row, func(a, b pdfPiece) int { return cmp.Compare(a.left, b.left) })
	}
	l := pdfLine{pdfPiece: row[0], page: page, region: region}
	l.rtl = 2*rtl > chars
	size := 0.0
	cells := []string{row[0].text}
	for i, p := range row {
		size += p.size * float64(len(p.text))
		if i == 0 {
			continue
		}
		gap := max(p.left-row[i-1].right, row[i-1].left-p.right)
		if l.rtl && gap < wideGapRTL*p.size {
			cells[len(cells)-1] += " " + p.text
		} else {
			cells = append(cells, p.text)
		}
		l.text = joinText(l.text, p.text)
		l.left, l.right = min(l.left, p.left), max(l.right, p.right)
		l.top, l.bottom = min(l.top, p.top), max(l.bottom, p.bottom)
		l.bold, l.mono = l.bold && p.bold, l.mono && p.mono
	}
	l.size = size / float64(chars)
	if len(cells) > 1 {
		l.cells = cells
	}
	return l
}

// fromRight orders the pieces of a line that runs from right to left; runs of words in other scripts
// within it run from left to right. Marks that stand alone belong to the word before them.
func fromRight(row []pdfPiece) []pdfPiece {
	slices.SortStableFunc(row, func(a, b pdfPiece) int { return cmp.Compare(b.right, a.right) })
	for i := 0; i < len(row); {
		j := i
		for j < len(row) && !row[j].rtl && strings.IndexFunc(row[j].text, unicode.IsLetter) >= 0 {
			j++
		}
		slices.Reverse(row[i:j])
		i = max(j, i+1)
	}
	var out []pdfPiece
	for _, p := range row {
		if n := len(out); n > 0 && strings.IndexFunc(p.text, func(r rune) bool { return !unicode.IsPunct(r) }) < 0 && out[n-1].left-p.right < 0.5*p.size {
			out[n-1].text += p.text
			out[n-1].left = min(out[n-1].left, p.left)
			continue
		}
		out = append(out, p)
	}
	return out
}

// asTable decides whether a line of several pieces is a row of a table: it has three, or one beside it
// has several too. A mark before an item, and a number before a title, are no cell.
func (l *pdfLine) asTable(lines []pdfLine, i int) {
	if l.cells == nil {
		return
	}
	first := l.cells[0]
	if len(l.cells) == 2 && (isPDFBullet(first) || utf8.RuneCountInString(first) <= 5 && strings.ContainsAny(first, "0123456789.)")) {
		neighbour := i > 0 && len(lines[i-1].cells) > 1 && !isPDFBullet(first) && !strings.ContainsAny(first, ".)")
		if !neighbour {
			l.cells = nil
			return
		}
	}
	beside := i > 0 && lines[i-1].cells != nil || i+1 < len(lines) && len(lines[i+1].cells) > 1
	if len(l.cells) < 3 && !beside {
		l.cells = nil
	}
}

// isPDFBullet says whether text is nothing but the mark of a list item.
func isPDFBullet(text string) bool {
	r, size := utf8.DecodeRuneInString(text)
	return size == len(text) && strings.ContainsRune("•·▪▫◦‣⁃∙●○■□–—-*➢➤✓✔\uf0b7\uf0a7", r)
}
