package format

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"verbatim/corpus"
)

// readCSV reads rows of values, separated by the character that separates them most evenly.
func readCSV(in input) ([]*corpus.Document, error) { return readSeparated(in, 0) }

// readTSV reads rows of values separated by tabs.
func readTSV(in input) ([]*corpus.Document, error) { return readSeparated(in, '\t') }

// readSeparated reads rows of values; separator 0 has it found.
func readSeparated(in input, separator rune) ([]*corpus.Document, error) {
	text, err := decode(in.data, in.charset)
	if err != nil {
		return nil, err
	}
	text = strings.TrimPrefix(text, "\ufeff")
	if first, rest, _ := strings.Cut(text, "\n"); strings.HasPrefix(first, "sep=") && len(strings.TrimSpace(first)) == len("sep=;") {
		separator, text = rune(first[len("sep=")]), rest // Excel's way to say it.
	}
	if separator == 0 {
		separator = findSeparator(text)
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = separator
	r.LazyQuotes = true
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	var b builder
	g := gridWriter{builder: &b, level: 2}
	for !b.full {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, csvError(err)
		}
		g.row(row)
	}
	g.end()
	doc, err := b.document()
	if err != nil {
		return nil, err
	}
	doc.Title = nameTitle(in.name) // Its first heading is a question, if it has any.
	return []*corpus.Document{doc}, nil
}

func csvError(err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return because(ErrDamaged, "line %d: %v", parse.Line, parse.Err)
	}
	return because(ErrDamaged, "%v", err)
}

// findSeparator returns the character that splits most of the first lines into the same number of
// values, more than one; a comma when none does.
func findSeparator(text string) rune {
	head := text[:min(len(text), 64<<10)]
	best, bestScore := ',', 0
	for _, separator := range []rune{',', ';', '\t', '|'} {
		r := csv.NewReader(strings.NewReader(head))
		r.Comma, r.LazyQuotes, r.FieldsPerRecord = separator, true, -1
		counts, most := map[int]int{}, 0
		for range 50 {
			row, err := r.Read()
			if err != nil {
				break
			}
			if counts[len(row)]++; counts[len(row)] > counts[most] && len(row) > 1 {
				most = len(row)
			}
		}
		if score := counts[most] * min(most, 20); most > 1 && score > bestScore {
			best, bestScore = separator, score
		}
	}
	return best
}

// looksLikeHTML says whether a value is written with tags, as many systems export texts.
func looksLikeHTML(text string) bool {
	lower := bytes.ToLower([]byte(text[:min(len(text), 4096)]))
	for _, tag := range []string{"<p>", "<p ", "<br", "<div", "<ul", "<ol", "<li", "<strong", "<a href", "<span", "<h2", "<h3", "<table"} {
		if bytes.Contains(lower, []byte(tag)) {
			return true
		}
	}
	return false
}

// fragment adds a value that is written with tags, and says whether it could.
func (b *builder) fragment(text string) bool {
	root, err := parsePage(input{data: []byte(text), charset: "utf-8"})
	if err != nil {
		return false
	}
	prune(root, hiddenBy(root))
	w := pageWriter{builder: builder{url: b.url}}
	w.write(root)
	for _, block := range w.blocks {
		b.add(block.Kind, b.under(block.Level), w.text.String()[block.Start:block.End])
	}
	return len(w.blocks) > 0
}
