package house

import (
	"go/ast"
	"os"
	"regexp"
	"strings"
	"testing"
)

// tests matches the names of tests in a document.
var tests = regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Z]\\w*)`")

// TestDesignNamesTests looks for every test that DESIGN.md names, and for one in every row of the tables
// that promise it.
func TestDesignNamesTests(t *testing.T) { namesTests(t, "DESIGN.md", 50) }

// TestSecurityNamesTests does so with the claims of SECURITY.md.
func TestSecurityNamesTests(t *testing.T) { namesTests(t, "SECURITY.md", 25) }

func namesTests(t *testing.T, document string, least int) {
	t.Helper()
	data, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && s.test {
				there[f.Name.Name] = true
			}
		}
	}
	promised, rows := false, 0
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		for _, m := range tests.FindAllStringSubmatch(line, -1) {
			if !there[m[1]] {
				t.Errorf("%s names the test %s, which is nowhere", document, m[1])
			}
		}
		switch {
		case !strings.HasPrefix(line, "|"):
			promised = false
		case strings.HasSuffix(line, "| the test |"):
			promised = true
		case promised && !strings.HasPrefix(line, "|---"):
			rows++
			cells := strings.Split(strings.Trim(line, "|"), "|")
			if last := cells[len(cells)-1]; !tests.MatchString(last) && !strings.Contains(last, ".test.mjs") {
				t.Errorf("%s names no test for: %s", document, line)
			}
		}
	}
	if rows < least {
		t.Errorf("%d rows of %s name tests: its tables are not read", rows, document)
	}
}
