package deploy_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// loud are the methods of a logger that log at level warn or above, with the place of the message among
// their arguments. A level that is not known until then counts as loud.
var loud = map[string]int{"Warn": 0, "Error": 0, "WarnContext": 1, "ErrorContext": 1, "Log": 2, "LogAttrs": 2}

// loggers are the names that loggers have here.
var loggers = []string{"log", "logger", "Logger"}

// TestRunbookKnowsTheLog wants a row for each line of level warn or above that the program can log, and no
// row for one that it cannot.
func TestRunbookKnowsTheLog(t *testing.T) {
	logged := messages(t)
	if len(logged) < 40 {
		t.Fatalf("found %d messages: the source is not read", len(logged))
	}
	rows := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (.+) \\|$").FindAllStringSubmatch(text(t, "RUNBOOK.md"), -1) {
		if rows[m[1]] {
			t.Errorf("RUNBOOK.md has two rows for %q", m[1])
		}
		rows[m[1]] = true
		if len(logged[m[1]]) == 0 {
			t.Errorf("RUNBOOK.md explains %q, which nothing logs", m[1])
		}
	}
	for message, places := range logged {
		if !rows[message] {
			t.Errorf("RUNBOOK.md lacks a row for %q, which is logged at %s", message, strings.Join(places, ", "))
		}
	}
}

// messages are the messages of level warn or above in the code of the program, with where they stand.
func messages(t *testing.T) map[string][]string {
	t.Helper()
	fset, found := token.NewFileSet(), map[string][]string{}
	files := map[string][]*ast.File{} // by folder
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		base := entry.Name()
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != ".." && (base[0] == '.' || base == "testdata" || base == "node_modules"):
			return fs.SkipDir
		case filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		files[filepath.Dir(name)] = append(files[filepath.Dir(name)], file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, all := range files {
		known := constants(all)
		for _, file := range all {
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				arg, isLog := message(call)
				if arg == nil {
					return true
				}
				at := strings.TrimPrefix(fset.Position(call.Pos()).String(), "../")
				said, ok := value(arg, known)
				if !ok && isLog {
					t.Errorf("%s: the message is no constant", at)
				}
				if ok && isLog {
					found[said] = append(found[said], at)
				}
				return true
			})
		}
	}
	return found
}

// message is the message of a call that logs loudly; nil where it does not.
func message(call *ast.CallExpr) (arg ast.Expr, isLog bool) {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil, false
	}
	at, ok := loud[method.Sel.Name]
	if !ok || len(call.Args) <= at {
		return nil, false
	}
	if at == loud["Log"] {
		if level, ok := call.Args[1].(*ast.SelectorExpr); ok && (level.Sel.Name == "LevelInfo" || level.Sel.Name == "LevelDebug") {
			return nil, false
		}
	}
	switch on := method.X.(type) {
	case *ast.Ident:
		isLog = slices.Contains(loggers, on.Name)
	case *ast.SelectorExpr:
		isLog = slices.Contains(loggers, on.Sel.Name)
	}
	return call.Args[at], isLog
}

// constants are the constant strings of a package.
func constants(files []*ast.File) map[string]string {
	known := map[string]string{}
	for _, file := range files {
		for _, decl := range file.Decls {
			group, ok := decl.(*ast.GenDecl)
			if !ok || group.Tok != token.CONST {
				continue
			}
			for _, spec := range group.Specs {
				v := spec.(*ast.ValueSpec)
				for i, name := range v.Names {
					if i < len(v.Values) {
						if said, ok := value(v.Values[i], nil); ok {
							known[name.Name] = said
						}
					}
				}
			}
		}
	}
	return known
}

// value is what a string of the source says.
func value(e ast.Expr, known map[string]string) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		said, err := strconv.Unquote(e.Value)
		return said, err == nil
	case *ast.Ident:
		said, ok := known[e.Name]
		return said, ok
	}
	return "", false
}
