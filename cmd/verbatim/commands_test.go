package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A toldCommand is a command that a document tells its readers to type.
type toldCommand struct {
	doc, line string
	// output is what a document shows of its output, nil where it shows none.
	output []string
}

// readDoc reads a document of the root.
func readDoc(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// documents are those whose commands are run.
var documents = []string{"README.md", "CONTRIBUTING.md", "DESIGN.md", "SECURITY.md", "deploy/README.md", "corpus/articles/using-verbatim.md"}

var (
	fence  = regexp.MustCompile("(?ms)^( *)```([a-z]*)\n(.*?)^ *```")
	inline = regexp.MustCompile("`([^`\n]+)`")
	// typed begins what is typed, and is no name of something else.
	typed = regexp.MustCompile(`^(?:\./)?(?:verbatim|go|CI=false \.ci/run|VERBATIM_LONG=1 go|\.ci/run|export|sudo|docker|cd|CGO_ENABLED=0 go) ?`)
)

// commandsOf finds what a document tells to type: fenced blocks of a shell, indented blocks that begin with a
// command, and code within lines that does.
func commandsOf(t *testing.T, doc string) (all []toldCommand) {
	t.Helper()
	text := readDoc(t, doc)
	for _, m := range fence.FindAllStringSubmatch(text, -1) {
		switch m[2] {
		case "sh":
			for line := range strings.Lines(m[3]) {
				if line, _, _ = strings.Cut(line, " #"); strings.TrimSpace(line) != "" {
					all = append(all, toldCommand{doc: doc, line: strings.TrimSpace(line)})
				}
			}
		case "console":
			lines := strings.Split(strings.TrimRight(m[3], "\n"), "\n")
			all = append(all, toldCommand{doc: doc, line: strings.TrimPrefix(lines[0], "$ "), output: lines[1:]})
		}
	}
	rest := fence.ReplaceAllString(text, "")
	for line := range strings.Lines(rest) {
		if code, ok := strings.CutPrefix(line, "    "); ok {
			if code, _, _ = strings.Cut(code, " #"); typed.MatchString(code) {
				all = append(all, toldCommand{doc: doc, line: strings.TrimSpace(code)})
			}
			continue
		}
		for _, m := range inline.FindAllStringSubmatch(line, -1) {
			if typed.MatchString(m[1]) && strings.Contains(m[1], " ") {
				all = append(all, toldCommand{doc: doc, line: strings.TrimPrefix(strings.TrimSpace(m[1]), "$ ")})
			}
		}
	}
	return all
}

var (
	// ends are commands that end by themselves, with what they are to do.
	ends = regexp.MustCompile(`^(?:go run \./cmd/verbatim|(?:\./)?verbatim) (?:--help$|version$|(?:ask|backup|restore|export|index|eval|help|completion) \S)`)
	// usage finds commands that only say how a command is used, do not end, or need what stands beside the
	// project.
	usage = regexp.MustCompile(`\[|\b[A-Z]{3,}\b|--watch|--explain$|--json$|--force$|\.\./shared`)
)

// readersFolder is the folder of a reader who follows the documents: with a handbook, and a bot's data.
func readersFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"handbook/leave.md":        "# Leave\n\nHolidays are approved by the team lead. A hotel may cost up to 120 euros a night.\n",
		"handbook/questions.jsonl": `{"q": "Who approves holidays?", "doc": "leave.md"}` + "\n",
	} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	dataWith(t, filepath.Join(dir, "verbatim-data"), "old")
	return dir
}

// A commandRule says what is done with commands of one kind.
type commandRule struct {
	matches *regexp.Regexp
	// why says why such a command is not run here; "" where it is.
	why string
	do  func(*testing.T, toldCommand)
}

// TestDocumentedCommands runs every command that the documents tell, as far as it ends by itself and needs
// nothing that is not here, and holds all others against the program and the tree: a command that is not
// there, or a flag, step, test or folder, is an error. It prints what it did not run, and why.
func TestDocumentedCommands(t *testing.T) {
	dir := readersFolder(t)
	rules := []commandRule{
		{ends, "", func(t *testing.T, c toldCommand) { runDocumented(t, dir, c) }},
		{regexp.MustCompile(`^(?:SLACK_\S+ )*(?:go run \./cmd/verbatim|(?:\./)?verbatim(?:\.exe)?) `), "says how it is used, or needs a Slack, a browser or test data of its reader; its flags are parsed here, and other tests run it", parseDocumented},
		{regexp.MustCompile(`^(?:CI=false )?\.ci/run`), "runs this test; its steps are looked up", stepDocumented},
		{regexp.MustCompile(`^(?:VERBATIM_LONG=1 )?go test `), "runs this test, or runs long; its tests and packages are looked up", testDocumented},
		{regexp.MustCompile(`^go run \./\.ci/`), "runs for minutes, and in .ci/run; its flags are looked up", toolDocumented},
		{regexp.MustCompile(`^(?:CGO_ENABLED=0 )?go (?:build|vet|install|mod)`), "builds what runs here; its packages are looked up", packageDocumented},
		{regexp.MustCompile(`^export [A-Z_]+=`), "sets a variable; its name is looked up", variableDocumented},
		{regexp.MustCompile(`^(?:sudo|docker|cd|systemctl) `), "needs root, systemd or Docker; its files are looked up", fileDocumented},
	}
	skipped, ran := map[string][]string{}, 0
	for _, doc := range documents {
		commands := commandsOf(t, doc)
		if doc != "SECURITY.md" && len(commands) == 0 {
			t.Errorf("%s tells no command", doc)
		}
		for _, c := range commands {
			i := slices.IndexFunc(rules, func(r commandRule) bool {
				return r.matches.MatchString(c.line) && (r.why != "" || !usage.MatchString(c.line))
			})
			if i < 0 {
				t.Errorf("%s: nobody runs the command %q", c.doc, c.line)
				continue
			}
			if ran++; rules[i].why != "" {
				skipped[rules[i].why] = append(skipped[rules[i].why], c.line)
			}
			rules[i].do(t, c)
		}
	}
	if ran < 30 {
		t.Errorf("the documents tell %d commands: they are not read", ran)
	}
	for why, lines := range skipped {
		slices.Sort(lines)
		t.Logf("not run, as each %s:\n  %s", why, strings.Join(slices.Compact(lines), "\n  "))
	}
}

// words cuts a command as a shell would: quotation marks keep words together.
func words(line string) (list []string) {
	for _, m := range regexp.MustCompile(`"([^"]*)"|'([^']*)'|(\S+)`).FindAllStringSubmatch(line, -1) {
		list = append(list, m[1]+m[2]+m[3])
	}
	return list
}

// arguments are those of the program in a command.
func arguments(line string) []string {
	for i, w := range words(line) {
		if w == "./cmd/verbatim" || w == "verbatim" || w == "./verbatim" || w == "verbatim.exe" {
			return words(line)[i+1:]
		}
	}
	return nil
}

// runDocumented runs a command. Of what a document shows of the output each line stands in it, as far as
// the document shows it: an ellipsis stands for the rest.
func runDocumented(t *testing.T, dir string, c toldCommand) {
	t.Helper()
	cmd := exec.Command("verbatim", arguments(c.line)...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%s: %q: %v\n%s", c.doc, c.line, err, out)
	}
	for _, line := range c.output {
		if line = strings.TrimSuffix(line, "…"); !strings.Contains(string(out), strings.TrimRight(line, " ")) {
			t.Errorf("%s: %q does not print %q but\n%s", c.doc, c.line, line, out)
		}
	}
}

// parseDocumented parses a command as the program does, and does not run it. In brackets stands what may be
// left out, a bar stands between what excludes each other.
func parseDocumented(t *testing.T, c toldCommand) {
	t.Helper()
	line := strings.NewReplacer("[", "", "]", "", "…", "x", "COMMAND", "ask", "SHELL", "bash").Replace(c.line)
	var out bytes.Buffer
	root := newRoot(streams{in: &bytes.Buffer{}, out: &out, err: &out})
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd("completion")
	cmd, args, err := root.Find(arguments(line))
	if err != nil || cmd == root && len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		t.Errorf("%s: %q: there is no such command: %v", c.doc, c.line, err)
		return
	}
	args = numbered(args)
	if err := cmd.ParseFlags(args); err != nil {
		t.Errorf("%s: %q: %v", c.doc, c.line, err)
		return
	}
	if cmd.Args != nil && cmd.Flags().NArg() > 0 && !strings.Contains(c.line, "[") { // and not only how to use it
		if err := cmd.ValidateArgs(cmd.Flags().Args()); err != nil {
			t.Errorf("%s: %q: %v", c.doc, c.line, err)
		}
	}
}

// numbered puts numbers in the place of the letters that stand for them.
func numbered(args []string) []string {
	for i, a := range args {
		if a == "N" || a == "X" {
			args[i] = "1"
		}
	}
	return args
}

func stepDocumented(t *testing.T, c toldCommand) {
	t.Helper()
	steps := readDoc(t, filepath.Join(".ci", "steps.sh"))
	for _, w := range words(c.line) {
		if w == "CI=false" || w == ".ci/run" || w == "--list" {
			continue
		}
		if !strings.Contains(steps, "\nstep_"+w+"()") {
			t.Errorf("%s: %q: there is no step %s", c.doc, c.line, w)
		}
	}
}

func packageDocumented(t *testing.T, c toldCommand) {
	t.Helper()
	for _, w := range words(c.line) {
		if strings.HasPrefix(w, "./") {
			if _, err := os.Stat(filepath.Join("..", "..", strings.TrimSuffix(w, "/..."))); err != nil {
				t.Errorf("%s: %q: %v", c.doc, c.line, err)
			}
		}
	}
}

// testDocumented looks for the tests that a command names, in the packages that it names.
func testDocumented(t *testing.T, c toldCommand) {
	t.Helper()
	packageDocumented(t, c)
	args := words(c.line)
	for i, w := range args {
		if (w == "-run" || w == "-fuzz" || w == "-bench") && i+1 < len(args) {
			name := strings.Trim(args[i+1], "^$")
			if name != "" && name != "XXX" && !nameInTests(t, args, name) {
				t.Errorf("%s: %q: there is no %s", c.doc, c.line, name)
			}
		}
	}
	for _, w := range args {
		if strings.HasPrefix(w, "-chaos.") && !strings.Contains(readDoc(t, "cmd/verbatim/chaos_test.go"), `"`+strings.TrimPrefix(w, "-")+`"`) {
			t.Errorf("%s: %q: there is no flag %s", c.doc, c.line, w)
		}
	}
}

func nameInTests(t *testing.T, args []string, name string) bool {
	t.Helper()
	for _, w := range args {
		if !strings.HasPrefix(w, "./") {
			continue
		}
		files, err := filepath.Glob(filepath.Join("..", "..", w, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if regexp.MustCompile(`(?m)^func (?:Test|Fuzz|Benchmark)?` + regexp.QuoteMeta(name)).Match(data) {
				return true
			}
		}
	}
	return false
}

// toolDocumented looks for the folder of a tool of .ci, and for its flags in it.
func toolDocumented(t *testing.T, c toldCommand) {
	t.Helper()
	args := words(c.line)
	source := ""
	for i, w := range args {
		if folder, ok := strings.CutPrefix(w, "./.ci/"); ok {
			files, err := filepath.Glob(filepath.Join("..", "..", ".ci", folder, "*.go"))
			if err != nil || len(files) == 0 {
				t.Errorf("%s: %q: there is no .ci/%s", c.doc, c.line, folder)
			}
			for _, file := range files {
				data, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				source += string(data)
			}
			args = args[i+1:]
			break
		}
	}
	for _, w := range args {
		if flag, ok := strings.CutPrefix(w, "-"); ok && !strings.Contains(source, `"`+flag+`"`) {
			t.Errorf("%s: %q: there is no flag %s", c.doc, c.line, w)
		}
	}
}

func variableDocumented(t *testing.T, c toldCommand) {
	t.Helper()
	name, _, _ := strings.Cut(strings.TrimPrefix(c.line, "export "), "=")
	if !slices.Contains([]string{envBotToken, envAppToken, envEngine, envEngineUser}, name) {
		t.Errorf("%s: %q sets a variable that nobody reads", c.doc, c.line)
	}
}

// fileDocumented looks for the files of the tree that a command names.
func fileDocumented(t *testing.T, c toldCommand) {
	t.Helper()
	for _, w := range words(c.line) {
		if strings.HasPrefix(w, "deploy/") {
			if _, err := os.Stat(filepath.Join("..", "..", w)); err != nil && !strings.HasSuffix(w, "/") {
				t.Errorf("%s: %q: %v", c.doc, c.line, err)
			}
		}
	}
}

// TestDocumentedSettings reads the files of settings that the README shows.
func TestDocumentedSettings(t *testing.T) {
	read := 0
	for _, m := range fence.FindAllStringSubmatch(readDoc(t, "README.md"), -1) {
		if m[2] != "yaml" {
			continue
		}
		read++
		if _, err := parseSettings([]byte(m[3])); err != nil {
			t.Errorf("%v in\n%s", err, m[3])
		}
	}
	if read < 2 {
		t.Errorf("%d files of settings", read)
	}
}
