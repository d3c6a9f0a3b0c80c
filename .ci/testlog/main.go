// Command testlog reads the output of go test -json and prints what a person wants to
// know: each package's result, the output of what failed, and the totals. It fails when
// a test failed, when one was skipped that must not be, or when none ran.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

// event is one line of go test -json, as go doc test2json describes it.
type event struct {
	Action     string
	Package    string
	ImportPath string // of a build-output event
	Test       string
	Elapsed    float64 // seconds
	Output     string
}

// report collects what the events tell.
type report struct {
	passed, failed, skipped int
	output                  map[string][]string // by package and test, until it ends
	blamed                  map[string]bool     // packages with a failed test
	reasons                 []string            // of skipped tests
	maySkip                 *regexp.Regexp      // matches tests that may be skipped
}

func main() {
	skips := flag.String("skips", "", "append each skipped test and its reason to this `file`")
	maySkip := flag.String("may-skip", "", "a skipped test that does not match this `pattern` fails")
	flag.Parse()
	r := report{output: map[string][]string{}, blamed: map[string]bool{}}
	var err error
	if r.maySkip, err = regexp.Compile(*maySkip); err != nil {
		fmt.Fprintln(os.Stderr, "testlog:", err)
		os.Exit(2)
	}
	if err := r.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "testlog:", err)
		os.Exit(1)
	}
	fmt.Printf("%d tests passed, %d failed, %d skipped\n", r.passed, r.failed, r.skipped)
	if err := r.save(*skips); err != nil {
		fmt.Fprintln(os.Stderr, "testlog:", err)
		os.Exit(1)
	}
	if r.failed > 0 || r.passed == 0 {
		os.Exit(1)
	}
}

// read takes in all events. A line that is none, as a failed build prints, is shown.
func (r *report) read(input io.Reader) error {
	lines := bufio.NewScanner(input)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Println(lines.Text())
			continue
		}
		r.take(e)
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read the events: %w", err)
	}
	return nil
}

// take adds one event.
func (r *report) take(e event) {
	key := e.Package + " " + e.Test
	switch e.Action {
	case "output":
		r.output[key] = append(r.output[key], e.Output)
		return
	case "build-output":
		fmt.Print(e.Output)
		return
	case "pass", "fail", "skip":
	default:
		return
	}
	if e.Test == "" {
		r.endPackage(e, r.output[key])
	} else {
		r.endTest(e, r.output[key])
	}
	delete(r.output, key)
}

// endPackage prints one line for a package, and all it wrote when it failed.
func (r *report) endPackage(e event, output []string) {
	switch e.Action {
	case "pass":
		fmt.Printf("ok    %-28s %6.1f s\n", e.Package, e.Elapsed)
	case "fail":
		fmt.Printf("FAIL  %-28s %6.1f s\n%s", e.Package, e.Elapsed, strings.Join(output, ""))
		if !r.blamed[e.Package] {
			r.failed++ // a panic or a failed build belongs to no test
		}
	}
}

// endTest counts a test, prints it when it failed and keeps the reason of a skip.
func (r *report) endTest(e event, output []string) {
	switch e.Action {
	case "pass":
		r.passed++
	case "fail":
		r.failed++
		r.blamed[e.Package] = true
		fmt.Print(strings.Join(output, ""))
	case "skip":
		r.skipped++
		why := fmt.Sprintf("test %s %s: %s", e.Package, e.Test, reason(output))
		r.reasons = append(r.reasons, why)
		if !r.maySkip.MatchString(e.Test) {
			r.failed++
			r.blamed[e.Package] = true
			fmt.Println("SKIPPED, and must not be:", why)
		}
	}
}

// reason picks what t.Skip was told out of the output of a skipped test.
func reason(output []string) string {
	for _, line := range output {
		line = strings.TrimSpace(line)
		if place, text, found := strings.Cut(line, ": "); found && strings.Contains(place, ".go:") {
			return text
		}
	}
	return "no reason given"
}

// save appends the reasons to the file at name; no name means nowhere.
func (r *report) save(name string) error {
	if name == "" || len(r.reasons) == 0 {
		return nil
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = file.WriteString(strings.Join(r.reasons, "\n") + "\n")
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}
