// Package house holds no code: its tests read the source of the whole module and
// fail where a file leaves the house that DESIGN.md describes.
package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the import path of the module root.
const module = "verbatim"

// Limits of one source file that is not a test.
const (
	maxFileLines        = 400
	maxFuncLines        = 60
	maxInterfaceMethods = 3
)

// mainFile is the one file that may end the process.
const mainFile = "cmd/verbatim/main.go"

// anyOwn in a row of a table stands for every package of the module.
const anyOwn = "*"

// mayImport lists every package with the packages of this module that its files
// may import. A package that is not a row here may not exist.
var mayImport = map[string][]string{
	"corpus":           {},
	"corpus/format":    {"corpus"},
	"corpus/source":    {"corpus", "corpus/format"},
	"index":            {"corpus", "index/cache", "index/sound"},
	"index/bleve":      {"corpus", "index", "index/cache"},
	"index/cache":      {},
	"index/enginetest": {"corpus", "index"},
	"index/bench":      {"corpus", "index"},
	"index/chart":      {},
	"index/eval":       {"corpus", "index", "index/chart"},
	"index/fit":        {"corpus", "corpus/format", "index", "index/eval"},
	"index/opensearch": {"corpus", "index"},
	"index/sound":      {},
	"index/synth":      {"corpus", "corpus/format", "index"},
	"bot":              {"corpus", "index", "bot/journal", "bot/manifest", "bot/memory", "bot/rights"},
	"bot/checkup":      {"bot", "bot/manifest"},
	"bot/journal":      {},
	"bot/manifest":     {},
	"bot/memory":       {"bot/journal"},
	"bot/records":      {"bot/journal", "bot/shared", "index/opensearch"},
	"bot/rights":       {},
	"bot/shared":       {"bot/journal", "bot/memory"},
	"bot/sharedtest":   {"bot/journal", "bot/memory", "bot/shared"},
	"bot/localslack":   {},
	"bot/metrics":      {"bot", "bot/journal"},
	"bot/traces":       {"bot"},
	"cmd/verbatim":     {anyOwn},

	"index/opensearch/cluster": {},
}

// testMayImport lists what the tests of a package may import beyond mayImport and
// the package itself. The tests of bot meet the local Slack, as the bot does, on
// the wire, and its day in a workspace is answered from documents; those of index and
// of its figures run on the embedded engine.
var testMayImport = map[string][]string{
	"index":            {"index/bleve", "index/enginetest"},
	"index/bench":      {"index/bleve", "index/enginetest", "index/synth"},
	"index/bleve":      {"index/enginetest"},
	"index/eval":       {"index/bleve", "corpus/source"},
	"index/fit":        {"index/bleve", "corpus/source"},
	"index/opensearch": {"corpus/format", "index/bench", "index/enginetest", "index/opensearch/cluster", "index/synth"},
	"bot":              {"bot/localslack", "bot/shared", "bot/sharedtest", "corpus/source", "index/bleve"},
	"bot/memory":       {"bot/shared", "bot/sharedtest"},
	"bot/records":      {"bot/memory", "bot/sharedtest", "index/opensearch/cluster"},
	"bot/shared":       {"bot/sharedtest"},
	"deploy":           {"bot/localslack", "bot/metrics", "corpus", "index", "index/opensearch", "index/opensearch/cluster"},
	"bot/checkup":      {"bot/localslack"},
}

// testOnly lists the folders that hold tests and no code.
var testOnly = []string{".", "deploy"}

// confined lists the libraries that only the named packages may import, in their
// tests as well.
var confined = map[string][]string{
	"github.com/blevesearch/bleve":   {"index/bleve"}, // not its stemmers, which stand alone
	"github.com/opensearch-project/": {"index/opensearch"},
	"github.com/slack-go/":           {"bot", "cmd/verbatim"},
	"github.com/gorilla/websocket":   {"bot", "bot/checkup", "bot/localslack"},
	"github.com/prometheus/":         {"bot/metrics", "deploy"},
	"go.opentelemetry.io/":           {"bot/traces"},
}

// topFolders are all folders beside go.mod; those with a leading dot are aside.
var topFolders = []string{"bot", "cmd", "corpus", "deploy", "index"}

// source is one parsed Go file.
type source struct {
	path  string // relative to the module root, with slashes
	dir   string // the package's folder, "." for the root
	test  bool
	lines int
	fset  *token.FileSet
	file  *ast.File
}

// at names the place of pos for an error message.
func (s source) at(pos token.Pos) string {
	return s.path + ":" + strconv.Itoa(s.fset.Position(pos).Line)
}

// imports returns the import paths of the file by the names it uses for them.
func (s source) imports() map[string]string {
	names := map[string]string{}
	for _, spec := range s.file.Imports {
		target, _ := strconv.Unquote(spec.Path.Value)
		name := path.Base(target)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if name == "_" || name == "." {
			name += target
		}
		names[name] = target
	}
	return names
}

// sources parses every Go file of the module, without those in folders that the go
// command does not look at either.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	fset := token.NewFileSet()
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return skipFolder(name, entry.Name())
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		slashed := filepath.ToSlash(name)
		all = append(all, source{
			path: slashed, dir: path.Dir(slashed), test: strings.HasSuffix(slashed, "_test.go"),
			lines: fset.File(file.Pos()).LineCount(), fset: fset, file: file,
		})
		return nil
	})
	if err != nil {
		t.Fatalf("read the module's files: %v", err)
	}
	if len(all) == 0 {
		t.Fatal("found no Go file: the test runs in the wrong folder")
	}
	return all
}

// skipFolder returns fs.SkipDir for a folder that holds no package of the module.
func skipFolder(name, base string) error {
	if name != "." && (base[0] == '.' || base[0] == '_' || base == "testdata" || base == "node_modules") {
		return fs.SkipDir
	}
	if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil && name != "." {
		return fs.SkipDir // a module of its own
	}
	return nil
}

// TestPackages compares the packages that exist with those that the table lists.
func TestPackages(t *testing.T) {
	code, tests := map[string]bool{}, map[string]bool{}
	for _, s := range sources(t) {
		if s.test {
			tests[s.dir] = true
		} else {
			code[s.dir] = true
		}
	}
	if len(code) == 0 {
		t.Fatal("found no package at all")
	}
	for dir := range code {
		if _, listed := mayImport[dir]; !listed {
			t.Errorf("package %s is not in the table of house_test.go", dir)
		}
	}
	for dir := range mayImport {
		if !code[dir] {
			t.Errorf("package %s is in the table of house_test.go and gone from the tree", dir)
		}
	}
	for dir := range tests {
		if !code[dir] && !slices.Contains(testOnly, dir) {
			t.Errorf("folder %s has tests and no code", dir)
		}
	}
	for _, dir := range testOnly {
		if !tests[dir] {
			t.Errorf("folder %s is listed for its tests and has none", dir)
		}
	}
}

// TestImports holds every import against the tables.
func TestImports(t *testing.T) {
	for _, s := range sources(t) {
		for _, target := range s.imports() {
			if own, ok := strings.CutPrefix(target, module+"/"); ok && !mayUse(s, own) {
				t.Errorf("%s imports %s, which DESIGN.md's table forbids", s.path, target)
			}
			for library, homes := range confined {
				if strings.HasPrefix(target, library) && !slices.Contains(homes, s.dir) {
					t.Errorf("%s imports %s, which is confined to %s", s.path, target, strings.Join(homes, ", "))
				}
			}
		}
	}
}

// mayUse reports whether file s may import the package in folder own.
func mayUse(s source, own string) bool {
	allowed := mayImport[s.dir]
	if s.test {
		allowed = append(slices.Clone(allowed), s.dir)
		allowed = append(allowed, testMayImport[s.dir]...)
	}
	return slices.Contains(allowed, own) || slices.Contains(allowed, anyOwn)
}

// TestTopFolders keeps the module root to its five rooms.
func TestTopFolders(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, entry := range entries {
		if entry.IsDir() && entry.Name()[0] != '.' && !ignored(t, entry.Name()) {
			found = append(found, entry.Name())
		}
	}
	if !slices.Equal(found, topFolders) {
		t.Errorf("top-level folders are %v, want %v", found, topFolders)
	}
}

// ignored reports whether .gitignore names the top-level folder.
func ignored(t *testing.T, folder string) bool {
	t.Helper()
	data, err := os.ReadFile(".gitignore")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if strings.Trim(strings.TrimSpace(line), "/") == folder {
			return true
		}
	}
	return false
}
