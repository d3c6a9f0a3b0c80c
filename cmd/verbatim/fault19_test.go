//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"verbatim/corpus/format"
	"verbatim/corpus/source"
)

// maxResident is the most memory in bytes that the program may have resident, whatever is in its folder.
const maxResident = 512 << 20

// TestFault19TooBig indexes a folder with very many files and with some that are too big, starts again on
// the index, and asks it: in little memory, with progress, and with a word on whatever is left out. The
// long form has a million files.
func TestFault19TooBig(t *testing.T) {
	long := os.Getenv("VERBATIM_LONG") != ""
	files := 20_000
	if long {
		files = 1_000_000
	}
	dir, data := t.TempDir(), t.TempDir()
	manyFiles(t, dir, files)
	bigFiles(t, dir, long)
	var report struct {
		Documents int
		Built     bool
		Skipped   []skippedEntry
		Notes     []skippedEntry
	}
	for _, what := range []string{"the first run", "the second run"} {
		out, progress := measured(t, what, exitPartial, "index", "--corpus", dir, "--data", data, "--json")
		if err := json.Unmarshal(out, &report); err != nil {
			t.Fatalf("%s: %v\n%.2000s", what, err, out)
		}
		if report.Built != (what == "the first run") {
			t.Errorf("%s: built %t", what, report.Built)
		}
		if lines := strings.Count(progress, " files, "); lines == 0 && files > 500_000 && report.Built {
			t.Errorf("%s went on for long and said nothing: %q", what, progress)
		}
		checkTooBig(t, what, files, report.Documents, append(report.Skipped, report.Notes...))
	}
	out, _ := measured(t, "a question", 0, "ask", "--corpus", dir, "--data", data, "At how many bar does valve 4711 open?")
	if !strings.Contains(string(out), "Valve 4711 opens at 711 bar.") {
		t.Errorf("the answer is\n%s", out)
	}
}

// manyFiles makes so many files, a thousand in a folder.
func manyFiles(t *testing.T, dir string, n int) {
	t.Helper()
	old := time.Now().Add(-time.Hour)
	for i := range n {
		folder := filepath.Join(dir, fmt.Sprintf("%04d", i/1000))
		if i%1000 == 0 {
			if err := os.Mkdir(folder, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		name := filepath.Join(folder, fmt.Sprintf("%06d.txt", i))
		if err := errors.Join(os.WriteFile(name, fmt.Appendf(nil, "Valve %d opens at %d bar.\n", i, i%1000), 0o644), os.Chtimes(name, old, old)); err != nil {
			t.Fatal(err)
		}
	}
}

// bigFiles makes a text of 1 GiB, a line of 100 MiB and one of very many paragraphs; in the long form also
// a table of a million rows, a text of very many sentences, and one that is longer than is read.
func bigFiles(t *testing.T, dir string, long bool) {
	t.Helper()
	folder := filepath.Join(dir, "+big") // sorted before the others
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	make := func(name string, write func(f *os.File) error) {
		f, err := os.Create(filepath.Join(folder, name))
		old := time.Now().Add(-time.Hour)
		if err == nil {
			err = errors.Join(write(f), f.Close(), os.Chtimes(f.Name(), old, old))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	make("gigabyte.txt", func(f *os.File) error { return f.Truncate(1 << 30) })
	make("line.txt", func(f *os.File) error { return repeat(f, "word ", 100<<20) })
	make("paragraphs.txt", func(f *os.File) error { return repeat(f, "a\n\n", 60<<20) })
	if !long {
		return
	}
	prose := "The bakery opens at six in the morning and closes when the last loaf is sold; nobody knows the hour before. "
	make("sentences.md", func(f *os.File) error { return repeat(f, "Go! Go! Go! Go!\n\n", 12<<20) })
	make("prose.md", func(f *os.File) error { return repeat(f, prose+prose+"\n\n", 2*format.MaxText) })
	make("rows.csv", func(f *os.File) error {
		return errors.Join(repeat(f, "station,line,lift\n", 1), repeat(f, "Northgate Central,U7,yes\n", 25*1_000_000))
	})
}

// repeat writes at least size bytes of text again and again.
func repeat(f *os.File, text string, size int) error {
	block := bytes.Repeat([]byte(text), max(1, min(size, 1<<20)/len(text)))
	for ; size > 0; size -= len(block) {
		if _, err := f.Write(block); err != nil {
			return err
		}
	}
	return nil
}

// checkTooBig holds what an index says of its documents against what is in the folder: whether a long
// text is cut or takes too long depends on the machine, but never is nothing said.
func checkTooBig(t *testing.T, what string, files, documents int, entries []skippedEntry) {
	t.Helper()
	told := map[string]string{}
	for _, e := range entries {
		told[e.Path] = e.Reason
	}
	want := map[string]string{"+big/gigabyte.txt": format.ErrTooLarge.Error(), "+big/line.txt": format.ErrTooLarge.Error(), "+big/paragraphs.txt": ""}
	if files > source.DefaultMaxFiles {
		want["."], want["+big/sentences.md"], want["+big/rows.csv"], want["+big/prose.md"] = "more files than are read", "", "", ""
	} else if documents < files {
		t.Errorf("%s: %d documents of %d files", what, documents, files)
	}
	for path, reason := range want {
		if told[path] == "" || !strings.Contains(told[path], reason) {
			t.Errorf("%s: of %s it says %q, want %q", what, path, told[path], reason)
		}
	}
}

// measured runs the program and wants it to end with a code, in little memory. It returns what it wrote.
func measured(t *testing.T, what string, code int, args ...string) (out []byte, errs string) {
	t.Helper()
	cmd := exec.Command("verbatim", args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	began := time.Now()
	err := cmd.Run()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != code {
		t.Fatalf("%s: %v, want exit code %d\n%.2000s", what, err, code, &stderr)
	}
	resident := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	if runtime.GOOS != "darwin" {
		resident <<= 10 // elsewhere the system counts in KiB
	}
	t.Logf("%s: %v, %d MiB", what, time.Since(began).Round(time.Millisecond), resident>>20)
	if resident > maxResident && !raced {
		t.Errorf("%s took %d MiB of memory", what, resident>>20)
	}
	return stdout.Bytes(), stderr.String()
}
