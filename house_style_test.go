package house

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// enders are the calls that end the process, by import path.
var enders = map[string][]string{
	"os":  {"Exit"},
	"log": {"Fatal", "Fatalf", "Fatalln"},
}

// common are methods whose contract the standard library gives; only what differs from
// it needs a comment.
var common = []string{"Close", "Error", "MarshalJSON", "Read", "ServeHTTP", "String", "UnmarshalJSON", "Unwrap", "Write"}

// TestSizes holds files, functions and interfaces to their limits.
func TestSizes(t *testing.T) {
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		if s.lines > maxFileLines {
			t.Errorf("%s has %d lines, more than %d", s.path, s.lines, maxFileLines)
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				lines := s.fset.Position(n.End()).Line - s.fset.Position(n.Pos()).Line + 1
				if lines > maxFuncLines {
					t.Errorf("%s: func %s has %d lines, more than %d", s.at(n.Pos()), n.Name, lines, maxFuncLines)
				}
			case *ast.InterfaceType:
				if methods := countMethods(n); methods > maxInterfaceMethods {
					t.Errorf("%s: an interface has %d methods, more than %d", s.at(n.Pos()), methods, maxInterfaceMethods)
				}
			}
			return true
		})
	}
}

// countMethods counts the methods an interface names; an embedded interface counts
// as one, a type set as none.
func countMethods(n *ast.InterfaceType) int {
	count := 0
	for _, field := range n.Methods.List {
		switch field.Type.(type) {
		case *ast.BinaryExpr, *ast.UnaryExpr:
		default:
			count += max(1, len(field.Names))
		}
	}
	return count
}

// TestDocumented wants a comment on every package and every exported name.
func TestDocumented(t *testing.T) {
	packages := map[string]bool{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		packages[s.dir] = packages[s.dir] || s.file.Doc != nil
		for _, decl := range s.file.Decls {
			for _, name := range undocumented(decl) {
				t.Errorf("%s: exported %s has no comment", s.at(name.Pos()), name.Name)
			}
		}
	}
	for dir, documented := range packages {
		if !documented {
			t.Errorf("package %s has no package comment", dir)
		}
	}
}

// undocumented returns the exported names that decl declares without a comment. The
// comment of a group speaks for its members.
func undocumented(decl ast.Decl) []*ast.Ident {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		given := d.Recv != nil && slices.Contains(common, d.Name.Name)
		if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) && !given {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		var missing []*ast.Ident
		for _, spec := range d.Specs {
			missing = append(missing, undocumentedSpec(spec, d.Doc != nil)...)
		}
		return missing
	}
	return nil
}

// undocumentedSpec is undocumented for one line of a group; grouped tells that the
// group has a comment.
func undocumentedSpec(spec ast.Spec, grouped bool) []*ast.Ident {
	var names []*ast.Ident
	switch s := spec.(type) {
	case *ast.ValueSpec:
		if s.Doc == nil && s.Comment == nil && !grouped {
			names = s.Names
		}
	case *ast.TypeSpec:
		if s.Doc == nil && s.Comment == nil && !grouped {
			names = []*ast.Ident{s.Name}
		}
		if it, ok := s.Type.(*ast.InterfaceType); ok && s.Name.IsExported() {
			for _, method := range it.Methods.List {
				given := len(method.Names) == 1 && slices.Contains(common, method.Names[0].Name)
				if method.Doc == nil && method.Comment == nil && !given {
					names = append(names, method.Names...)
				}
			}
		}
	}
	var exported []*ast.Ident
	for _, name := range names {
		if name.IsExported() {
			exported = append(exported, name)
		}
	}
	return exported
}

// exportedReceiver reports whether f is a function, or a method of an exported type.
func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	receiver := f.Recv.List[0].Type
	for {
		switch r := receiver.(type) {
		case *ast.StarExpr:
			receiver = r.X
		case *ast.IndexExpr:
			receiver = r.X
		case *ast.IndexListExpr:
			receiver = r.X
		case *ast.Ident:
			return r.IsExported()
		default:
			return true
		}
	}
}

// TestForbiddenCalls finds init functions, the end of the process outside main, and
// tests that sleep. In a synctest bubble the clock is not the machine's, so Sleep is
// the way to let time pass there.
func TestForbiddenCalls(t *testing.T) {
	for _, s := range sources(t) {
		for _, decl := range s.file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: an init function", s.at(f.Pos()))
			}
		}
		if s.path != mainFile {
			for library, names := range enders {
				for _, pos := range uses(s, library, names, "") {
					t.Errorf("%s ends the process; only %s may", s.at(pos), mainFile)
				}
			}
		}
		if s.test || strings.HasSuffix(s.dir, "test") {
			for _, pos := range uses(s, "time", []string{"Sleep"}, "testing/synctest") {
				t.Errorf("%s: a test sleeps; wait for a channel or use testing/synctest", s.at(pos))
			}
		}
	}
}

// uses returns where file s names one of the members of the package at import path
// library, except inside the arguments of a call into the package at except.
func uses(s source, library string, members []string, except string) []token.Pos {
	imports := s.imports()
	var found []token.Pos
	ast.Inspect(s.file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && except != "" && member(imports, call.Fun, except) != "" {
			return false
		}
		expr, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		name := member(imports, expr, library)
		if slices.Contains(members, name) {
			found = append(found, n.Pos())
		}
		return true
	})
	return found
}

// member returns the name that expr selects from the package at import path library,
// "" when it selects none.
func member(imports map[string]string, expr ast.Expr, library string) string {
	selector, ok := expr.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if base, ok := selector.X.(*ast.Ident); ok && imports[base.Name] == library {
		return selector.Sel.Name
	}
	return ""
}
