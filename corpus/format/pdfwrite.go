package format

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"verbatim/corpus"
)

// A pdfWriter makes blocks of the lines of a document.
type pdfWriter struct {
	builder
	pages [][]pdfLine
	body  float64         // the size of most letters
	sizes []float64       // of headings, largest first
	words map[string]bool // all words, to tell a hyphen from a word cut at the end of a line
	para  []pdfLine       // the lines of the block being collected
	heads string          // the largest heading of the first page
}

func newPDFWriter(pages []pdfPage) *pdfWriter {
	w := &pdfWriter{words: map[string]bool{}}
	region := 0
	for i, page := range pages {
		o := pageOrder{page: i, region: region}
		if len(page.pieces) > 0 {
			o.order(page.pieces, 0)
		}
		region = o.region
		w.pages = append(w.pages, o.lines)
	}
	removeHeads(w.pages)
	w.measure()
	return w
}

// measure finds the size of most letters, those of headings, and the words of the document.
func (w *pdfWriter) measure() {
	chars := map[float64]int{}
	for _, lines := range w.pages {
		for _, l := range lines {
			chars[half(l.size)] += len(l.text)
			for word := range strings.FieldsSeq(l.text) {
				w.words[strings.Trim(word, ".,;:!?()\"'“”„»«")] = true
			}
		}
	}
	most := 0
	for size, n := range chars {
		if n > most || n == most && size > w.body {
			w.body, most = size, n
		}
	}
	for size := range chars {
		if size >= 1.12*w.body {
			w.sizes = append(w.sizes, size)
		}
	}
	slices.SortFunc(w.sizes, func(a, b float64) int { return cmp.Compare(b, a) })
}

// half rounds a size to half a point.
func half(size float64) float64 { return math.Round(2*size) / 2 }

// title returns the heading in the largest letters of the first page.
func (w *pdfWriter) title() string { return w.heads }

// write returns the document.
func (w *pdfWriter) write() (*corpus.Document, error) {
	starts := make([]int, len(w.pages))
	for i := range starts {
		starts[i] = -1
	}
	flush := func() {
		if len(w.para) > 0 {
			w.block(w.para, starts)
			w.para = nil
		}
	}
	for _, lines := range w.pages {
		for _, l := range lines {
			if isLeader(l.text) {
				continue // A line of a table of contents.
			}
			if len(w.para) > 0 && !w.joins(w.para, l) {
				flush()
			}
			w.para = append(w.para, l)
		}
	}
	flush()
	doc, err := w.document()
	if err != nil {
		return nil, err
	}
	next := len(doc.Text)
	for i := len(starts) - 1; i >= 0; i-- { // A page of no text starts where the next one does.
		if starts[i] < 0 {
			starts[i] = next
		}
		next = starts[i]
	}
	if len(starts) > 0 {
		starts[0] = 0
	}
	doc.Pages = starts
	return doc, nil
}

// isLeader says whether dots lead from a title to its page.
func isLeader(text string) bool {
	return strings.Contains(text, ".....") || strings.Contains(text, ". . . . .") || strings.Contains(text, "………")
}

// joins says whether a line goes on with the block of the lines before it.
func (w *pdfWriter) joins(para []pdfLine, l pdfLine) bool {
	first, last := para[0], para[len(para)-1]
	size := max(l.size, last.size)
	switch {
	case l.cells != nil || last.cells != nil:
		return false
	case math.Abs(l.size-last.size) > 0.12*size || l.mono != last.mono:
		return false
	case l.bold != last.bold && (w.isShort(l) || w.isShort(last)):
		return false
	case l.region != last.region:
		return w.goesOn(last, l)
	}
	pitch := (l.base - last.base) / size
	switch {
	case l.mono:
		return pitch > 0 && pitch < 2.2*l.pitch
	case pitch <= 0 || pitch > 1.35*max(l.pitch, 1):
		return false
	case w.isHeading(last):
		return true
	case pdfMarker(l.text) > 0 && (pdfMarker(first.text) > 0 || isEnd(last.text)):
		return false
	case pdfMarker(first.text) > 0:
		return l.left > first.left+0.3*size || l.rtl
	case l.rtl:
		return !isEnd(last.text) || last.left-last.colLeft < 0.25*(last.colRight-last.colLeft)
	case l.left > l.colLeft+0.8*size && last.left <= last.colLeft+0.4*size && (isEnd(last.text) || len(para) > 1):
		return false // The first line of a paragraph is indented.
	}
	return !isEnd(last.text) || last.colRight-last.right < 0.25*(last.colRight-last.colLeft)
}

// goesOn says whether a paragraph goes on in the next column or on the next page.
func (w *pdfWriter) goesOn(last, l pdfLine) bool {
	if isEnd(last.text) || w.isHeading(last) || w.isHeading(l) || pdfMarker(l.text) > 0 || l.mono {
		return false
	}
	r, _ := utf8.DecodeRuneInString(l.text)
	return unicode.IsLower(r) || isUnspaced(r) || isRTL(l.text) || strings.HasSuffix(last.text, "-")
}

// isEnd says whether a line ends as a sentence or an introduction does.
func isEnd(text string) bool {
	text = strings.TrimRight(text, "\"'”’»)]）」』")
	r, _ := utf8.DecodeLastRuneInString(text)
	return strings.ContainsRune(".!?:;。！？：؟۔…", r)
}

// isShort says whether a line is as short as a heading.
func (w *pdfWriter) isShort(l pdfLine) bool { return len(l.text) <= maxTitle/2 }

// isHeading says whether a line is of a heading: in larger letters than most, or alone in bold ones.
func (w *pdfWriter) isHeading(l pdfLine) bool {
	if l.cells != nil || l.mono || len(l.text) > maxTitle || strings.IndexFunc(l.text, unicode.IsLetter) < 0 {
		return false
	}
	if half(l.size) >= 1.12*w.body {
		return true
	}
	return l.bold && w.isShort(l) && l.size >= 0.95*w.body && !isEnd(l.text) && pdfMarker(l.text) == 0
}

// level returns the level of a heading: by its size, those in bold letters of the usual size last.
func (w *pdfWriter) level(l pdfLine) int {
	for i, size := range w.sizes {
		if half(l.size) >= size {
			return min(i+1, 5)
		}
	}
	return min(len(w.sizes)+1, 6)
}

// block adds the lines of one block, and notes where pages start that begin in it or with it.
func (w *pdfWriter) block(lines []pdfLine, starts []int) {
	first := lines[0]
	kind, level, skip := w.kindOf(lines)
	text := first.text[skip:]
	if first.cells != nil {
		text = joinCells(first.cells)
	}
	marks := map[int]int{} // the length of the text before the first line of each page
	for i, l := range lines[1:] {
		if lines[i].page != l.page {
			marks[l.page] = len(text)
		}
		if kind == corpus.Code {
			text += "\n" + l.text
		} else {
			text = w.join(text, l.text)
		}
	}
	before := len(w.blocks)
	w.add(kind, level, text)
	if len(w.blocks) == before {
		return
	}
	b := w.blocks[before]
	if starts[first.page] < 0 {
		starts[first.page] = b.Start
	}
	for page, at := range marks {
		if starts[page] < 0 {
			starts[page] = min(b.Start+at, b.End)
		}
	}
	if level == 1 && first.page == 0 && w.heads == "" {
		w.heads = text
	}
}

// kindOf returns the kind and level of a block of lines, and how many bytes of mark it begins with.
func (w *pdfWriter) kindOf(lines []pdfLine) (kind corpus.BlockKind, level, skip int) {
	first := lines[0]
	switch {
	case first.cells != nil:
		return corpus.TableRow, 0, 0
	case first.mono && (len(lines) > 1 || !isEnd(first.text)):
		return corpus.Code, 0, 0
	case w.headed(lines):
		return corpus.Heading, w.level(first), 0
	case pdfMarker(first.text) == 0:
		return corpus.Paragraph, 0, 0
	}
	if r, size := utf8.DecodeRuneInString(first.text); isPDFBullet(string(r)) {
		skip = len(first.text) - len(strings.TrimLeft(first.text[size:], " "))
	}
	return corpus.ListItem, 0, skip
}

// headed says whether all lines of a block are of one heading.
func (w *pdfWriter) headed(lines []pdfLine) bool {
	length := 0
	for _, l := range lines {
		if !w.isHeading(l) {
			return false
		}
		length += len(l.text)
	}
	return length <= maxTitle && len(lines) <= 4
}

// pdfMarker returns the length of a mark or number of a list item at the start of a line; 0 when there
// is none.
func pdfMarker(text string) int {
	r, size := utf8.DecodeRuneInString(text)
	if isPDFBullet(string(r)) && strings.HasPrefix(text[size:], " ") {
		return size + 1
	}
	n := enumerator(text)
	if n > 0 && text[0] != '(' && (text[0] < '0' || text[0] > '9') && text[1] == '.' {
		return 0 // An initial.
	}
	return n
}

// join puts a line behind the text before it: a word that is cut at the end of the line is whole
// again.
func (w *pdfWriter) join(text, line string) string {
	stem, hyphen := strings.CutSuffix(text, "-")
	if !hyphen {
		stem, hyphen = strings.CutSuffix(text, "\u2010")
	}
	before, _ := utf8.DecodeLastRuneInString(stem)
	next, _ := utf8.DecodeRuneInString(line)
	if !hyphen || !unicode.IsLetter(before) || !unicode.IsLetter(next) {
		return joinText(text, line)
	}
	head := stem[strings.LastIndexAny(stem, " \n")+1:]
	tail, _, _ := strings.Cut(line, " ")
	tail = strings.Trim(tail, ".,;:!?()\"'“”„»«")
	switch {
	case unicode.IsUpper(next), w.words[head+"-"+tail] && !w.words[head+tail]:
		return text + line
	}
	return stem + line
}

// joinText puts two parts of a line behind each other, with a blank between them except in scripts
// that have none.
func joinText(a, b string) string {
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	if isUnspaced(last) && isUnspaced(first) {
		return a + b
	}
	return a + " " + b
}

// isUnspaced says whether r is of a script that puts no blanks between its words.
func isUnspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) ||
		r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef || r == 'ー'
}
