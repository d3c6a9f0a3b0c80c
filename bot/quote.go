package bot

import (
	"slices"
	"unicode/utf8"

	"verbatim/index"
)

// A quote is one passage made fit to be shown.
type quote struct {
	before, after string
	// runs is the best sentence; the words that match the question differ in style.
	runs []run
	// cut says that the sentence is longer than what is shown of it.
	cut bool
}

// gather makes a group of the passages of each document, in order of appearance. full shows the best
// sentence in bold among its neighbours; otherwise it stands alone, short and not bold. A passage with
// nothing to be seen in it is left out.
func (s *sheet) gather(passages []index.Passage, full bool) []group {
	var groups []group
	for _, p := range passages {
		q := quoteOf(p, full)
		if len(q.runs) == 0 {
			continue
		}
		at := slices.IndexFunc(groups, func(g group) bool { return g.document == p.Document.ID })
		if at < 0 {
			at = len(groups)
			groups = append(groups, group{document: p.Document.ID, source: s.sourceOf(p.Document), sourceFirst: !full})
		}
		groups[at].source.addPlace(p)
		groups[at].quotes = append(groups[at].quotes, q)
	}
	number(groups)
	return groups
}

// number numbers the documents if there are several.
func number(groups []group) {
	for i := range groups {
		if len(groups) > 1 {
			groups[i].source.number = i + 1
		}
	}
}

func quoteOf(p index.Passage, full bool) quote {
	if !full {
		q := quote{}
		q.runs, q.cut = mark(p.Quote, p.Matched, maxNearQuote, false)
		return q.piece(p)
	}
	q := quote{before: neighbour(p.Before), after: neighbour(p.After)}
	q.runs, q.cut = mark(p.Quote, p.Matched, maxQuote, true)
	return q.piece(p)
}

// piece shows where a quote is only a piece of a sentence.
func (q quote) piece(p index.Passage) quote {
	if len(q.runs) == 0 {
		return q
	}
	more := run{text: ellipsis, bold: q.runs[0].bold}
	if p.CutEnd && !q.cut {
		q.runs = append(q.runs, more)
	}
	if p.CutStart {
		q.runs = slices.Insert(q.runs, 0, more)
	}
	q.cut = q.cut || p.CutStart || p.CutEnd
	return q
}

func neighbour(s string) string {
	if s = clean(s); utf8.RuneCountInString(s) > maxNeighbour {
		return ""
	}
	return s
}

// mark cleans a sentence, cuts it at limit characters, and splits it into runs so that the bytes
// within spans are in italics. Spans beyond the sentence or inverted are ignored.
func mark(sentence string, spans [][2]int, limit int, bold bool) (runs []run, wasCut bool) {
	text, marked := cleanMarked(sentence, spans)
	shown := cut(text, limit)
	end := len(text)
	if wasCut = len(shown) != len(text) || shown != text; wasCut {
		end = len(shown) - len(ellipsis)
	}
	for from := 0; from < end; {
		to := from + 1
		for to < end && marked[to] == marked[from] {
			to++
		}
		runs = append(runs, run{text: text[from:to], bold: bold, italic: marked[from]})
		from = to
	}
	if wasCut {
		runs = append(runs, run{text: ellipsis, bold: bold})
	}
	return runs, wasCut
}

// cleanMarked returns the cleaned sentence and, for each of its bytes, whether it was in a span.
func cleanMarked(sentence string, spans [][2]int) (text string, marked []bool) {
	in := make([]bool, len(sentence))
	for _, s := range spans {
		for i := max(0, s[0]); i < min(s[1], len(in)); i++ {
			in[i] = true
		}
	}
	out := make([]byte, 0, len(sentence))
	cleanRunes(sentence, func(i int, r rune) {
		out = utf8.AppendRune(out, r)
		for len(marked) < len(out) {
			marked = append(marked, in[i])
		}
	})
	return string(out), marked
}
