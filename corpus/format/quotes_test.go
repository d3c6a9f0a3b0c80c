package format

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"verbatim/corpus"
)

// minTrue is which part of the sentences of a format must be found by a program of another make.
const minTrue = 0.98

// charsets are the encodings of the files of the zoo that are not in UTF-8, for the other program.
var charsets = map[string]string{
	"txt-utf16-bom.txt": "utf-16", "txt-utf16be-no-bom.txt": "utf-16-be", "txt-utf16le-russian-bom.txt": "utf-16",
	"txt-windows-1252.txt": "cp1252", "txt-windows-1251.txt": "cp1251", "txt-koi8-r.txt": "koi8_r", "txt-shift-jis.txt": "shift_jis",
	"txt-euc-jp.txt": "euc_jp", "txt-iso-2022-jp.txt": "iso2022_jp", "txt-gb18030.txt": "gb18030", "txt-big5.txt": "big5", "txt-euc-kr.txt": "euc_kr",
	"txt-windows-1256.txt": "cp1256", "txt-windows-874.txt": "cp874", "html-shift-jis.html": "shift_jis",
	"html-windows-1251.html": "cp1251", "html-layout-tables.html": "latin-1", "csv-semicolon-1252.csv": "cp1252", "csv-unicode-text.csv": "utf-16",
}

// TestQuotesAreTrue looks for every sentence of the zoo in its file, as programs of another make read
// it: pdftotext, pandoc, LibreOffice and Python. White space is folded; a sentence in a script without
// blanks, or from right to left, is compared without them.
func TestQuotesAreTrue(t *testing.T) {
	if os.Getenv("VERBATIM_INDEPENDENT") == "" {
		t.Skip("reads the zoo with pandoc, pdftotext, LibreOffice and Python where VERBATIM_INDEPENDENT is set, as .ci/run quotes does")
	}
	sandbox := newSandbox(t)
	found, all := map[string]int{}, map[string]int{}
	for _, name := range zoo(t) {
		docs, err := sandbox.ReadAs(t.Context(), "", name, zooFile(t, name))
		if err != nil {
			continue // What is not read is not quoted.
		}
		kind, _, _ := strings.Cut(name, "-")
		reference := referenceOf(t, name)
		for _, doc := range docs {
			for _, s := range doc.Sentences() {
				all[kind]++
				if isTrue(s, reference) {
					found[kind]++
				} else {
					t.Logf("%s: not found: %q", name, s.Text)
				}
			}
		}
	}
	if len(all) < 15 {
		t.Fatalf("sentences of %d formats alone: %v", len(all), all)
	}
	for kind, n := range all {
		t.Logf("%s: %d of %d sentences are found", kind, found[kind], n)
		if float64(found[kind]) < minTrue*float64(n) {
			t.Errorf("%s: %d of %d sentences are found, want %.0f %%", kind, found[kind], n, 100*minTrue)
		}
	}
}

// referenceOf returns the text of a file of the zoo as another program reads it: white space folded,
// with words whole that are cut at the end of a line, and with them cut.
func referenceOf(t *testing.T, name string) []string {
	t.Helper()
	charset := charsets[name]
	if charset == "" {
		charset = "utf-8-sig"
	}
	out, err := exec.CommandContext(t.Context(), "python3", "testdata/independent.py", filepath.Join("testdata/zoo", name), charset).Output()
	if err != nil {
		t.Fatalf("read %s by another program: %v", name, err)
	}
	text := string(out)
	whole := regexp.MustCompile(`[-\x{2010}]\s*\n`).ReplaceAllString(text, "")
	return []string{folded(text), folded(whole), bare(text)}
}

// isTrue says whether a sentence stands in one of the texts; of a row each cell must, as what a format
// puts between them is its own.
func isTrue(s corpus.Sentence, reference []string) bool {
	parts := []string{s.Text}
	if s.Kind == corpus.TableRow {
		parts = strings.Split(s.Text, " | ")
	}
	for _, part := range parts {
		found := false
		_, value, _ := strings.Cut(part, ": ")
		for _, text := range reference {
			if s.Kind == corpus.TableRow && value != "" {
				found = found || strings.Contains(text, folded(value))
			}
			found = found || strings.Contains(text, folded(part))
		}
		if !found && strings.ContainsFunc(part, func(r rune) bool { return isUnspaced(r) || isRTL(string(r)) }) {
			found = strings.Contains(reference[2], bare(part))
		}
		if !found {
			return false
		}
	}
	return true
}

// folded returns text with single blanks, and signs as all programs write them.
func folded(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case isUnseen(r) && !unicode.IsSpace(r):
			return -1
		case r == '\u2011':
			return '-'
		}
		return r
	}, text)
	return strings.Join(strings.Fields(norm.NFKC.String(text)), " ")
}

// bare returns text without blanks.
func bare(text string) string { return strings.ReplaceAll(folded(text), " ", "") }
