package format

import (
	"math"
	"strings"
	"unicode"
)

// Running heads and feet: lines among the first and last headLines of a page that come again on other
// pages at the same height.
const (
	headLines = 3
	headShift = 6.0 // in points
)

// A headKey is what a running head has on every page: its text without numbers, and its height.
type headKey struct {
	text   string
	height int
}

// removeHeads leaves out of the lines of each page what runs along on the pages, and their numbers.
func removeHeads(pages [][]pdfLine) {
	counts := map[headKey]int{}
	for _, lines := range pages {
		seen := map[headKey]bool{}
		for _, i := range outermost(lines) {
			for _, key := range headKeys(lines[i]) {
				if !seen[key] {
					seen[key] = true
					counts[key]++
				}
			}
		}
	}
	least := 2
	if len(pages) > 6 { // Chapters have heads of their own, left and right pages too.
		least = 3
	}
	for p, lines := range pages {
		gone := map[int]bool{}
		for _, i := range outermost(lines) {
			for _, key := range headKeys(lines[i]) {
				if counts[key] >= least {
					gone[i] = true
				}
			}
			if isPageNumber(lines[i].text, p+1) {
				gone[i] = true
			}
		}
		if len(gone) == len(lines) {
			continue // A page of nothing else, such as a form or a label.
		}
		kept := lines[:0]
		for i, l := range lines {
			if !gone[i] {
				kept = append(kept, l)
			}
		}
		pages[p] = kept
	}
}

// outermost returns the numbers of the highest and the lowest lines of a page.
func outermost(lines []pdfLine) []int {
	var out []int
	for range 2 * headLines {
		if len(out) == len(lines) {
			break
		}
		best, highest := -1, len(out) < headLines
		for i, l := range lines {
			if contains(out, i) {
				continue
			}
			if best < 0 || highest && l.base < lines[best].base || !highest && l.base > lines[best].base {
				best = i
			}
		}
		out = append(out, best)
	}
	return out
}

func contains(all []int, n int) bool {
	for _, v := range all {
		if v == n {
			return true
		}
	}
	return false
}

// headKeys returns the keys of a line: heights are rounded, so that one close to a border has two.
func headKeys(l pdfLine) []headKey {
	text := withoutNumbers(l.text)
	at := l.base / headShift
	keys := []headKey{{text, int(math.Floor(at))}}
	if other := int(math.Floor(at + 0.5)); other != keys[0].height {
		keys = append(keys, headKey{text, other})
	} else {
		keys = append(keys, headKey{text, int(math.Floor(at - 0.5))})
	}
	return keys
}

// withoutNumbers returns text with one sign for each number.
func withoutNumbers(text string) string {
	var out strings.Builder
	digit := false
	for _, r := range text {
		if unicode.IsDigit(r) {
			if !digit {
				out.WriteByte('#')
			}
			digit = true
			continue
		}
		digit = false
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}

// isPageNumber says whether a line is nothing but the number of its page.
func isPageNumber(text string, page int) bool {
	digits := strings.Trim(text, " -–—|[]()")
	n := 0
	for _, r := range digits {
		if r < '0' || r > '9' || n > 1e6 {
			return false
		}
		n = 10*n + int(r-'0')
	}
	return digits != "" && n == page
}
