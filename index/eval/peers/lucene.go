package main

import (
	"bufio"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"verbatim/index"
)

//go:embed lucene/pom.xml
var lucenePOM []byte

//go:embed lucene/Bench.java
var luceneProgram []byte

// The newest Lucene, and the newest that runs on Java before 21.
const (
	luceneNewest = "10.6.0"
	luceneFor17  = "9.12.3"
	newJava      = 21
)

// A lucene is Apache Lucene in a process of its own, which answers a round of questions after each line
// that it reads. It warms its machine up first.
type lucene struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// java names a program of the Java that JAVA_HOME names, or of the path.
func java(program string) string {
	if home := os.Getenv("JAVA_HOME"); home != "" {
		return filepath.Join(home, "bin", program)
	}
	return program
}

var javaVersion = regexp.MustCompile(`version "(\d+)`)

// luceneVersion returns the newest version for the Java at hand.
func luceneVersion(ctx context.Context) (string, error) {
	said, err := exec.CommandContext(ctx, java("java"), "-version").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("ask Java for its version: %w", err)
	}
	m := javaVersion.FindSubmatch(said)
	if m == nil {
		return "", fmt.Errorf("ask Java for its version: it says %q", said)
	}
	if n, err := strconv.Atoi(string(m[1])); err != nil || n < newJava {
		return luceneFor17, err
	}
	return luceneNewest, nil
}

// prepareLucene fetches Lucene with Maven and compiles the program, into a folder that is kept, and
// returns the arguments of Java that run it.
func prepareLucene(ctx context.Context, dir string) ([]string, error) {
	version, err := luceneVersion(ctx)
	if err != nil {
		return nil, err
	}
	dir = filepath.Join(dir, "lucene-"+version)
	jars, classes := filepath.Join(dir, "jars"), filepath.Join(dir, "classes")
	path := classes + string(os.PathListSeparator) + filepath.Join(jars, "*")
	if err := errors.Join(os.MkdirAll(jars, 0o700), os.MkdirAll(classes, 0o700),
		os.WriteFile(filepath.Join(dir, "pom.xml"), lucenePOM, 0o600), os.WriteFile(filepath.Join(dir, "Bench.java"), luceneProgram, 0o600)); err != nil {
		return nil, err
	}
	if have, err := filepath.Glob(filepath.Join(jars, "lucene-core-*.jar")); err != nil || len(have) == 0 {
		fetch := exec.CommandContext(ctx, "mvn", "-q", "-B", "-f", filepath.Join(dir, "pom.xml"), "-Dlucene.version="+version,
			"-DoutputDirectory="+jars, "dependency:copy-dependencies")
		fetch.Stdout, fetch.Stderr = os.Stderr, os.Stderr
		if err := fetch.Run(); err != nil {
			return nil, fmt.Errorf("fetch Lucene %s with Maven: %w", version, err)
		}
	}
	compile := exec.CommandContext(ctx, java("javac"), "-cp", path, "-d", classes, filepath.Join(dir, "Bench.java"))
	compile.Stdout, compile.Stderr = os.Stderr, os.Stderr
	if err := compile.Run(); err != nil {
		return nil, fmt.Errorf("compile for Lucene %s: %w", version, err)
	}
	args := []string{"-Xmx4g", "-cp", path}
	if version == luceneNewest { // which decodes postings and reads files with them
		args = append(args, "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED")
	}
	return append(args, "Bench"), nil
}

// buildLucene returns what fills Lucene. Its questions must be known before.
func buildLucene(program []string) build {
	return func(ctx context.Context, dir string, c *collection) (searcher, error) {
		asked := filepath.Join(c.dir, "questions.txt")
		if err := os.WriteFile(asked, []byte(c.lines()), 0o600); err != nil {
			return nil, err
		}
		cmd := exec.CommandContext(ctx, java("java"), append(slices.Clone(program), filepath.Join(c.terms, termsFile), asked, dir)...)
		cmd.Stderr = os.Stderr
		in, err := cmd.StdinPipe()
		if err != nil {
			return nil, err
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			return nil, err
		}
		if err := cmd.Start(); err != nil {
			return nil, fmt.Errorf("start Lucene: %w", err)
		}
		l := &lucene{cmd: cmd, in: in, out: bufio.NewReaderSize(out, 1<<20)}
		if line, err := l.out.ReadString('\n'); err != nil || strings.TrimSpace(line) != "built" {
			return nil, errors.Join(fmt.Errorf("start Lucene: it says %q", line), err, l.Close())
		}
		return l, nil
	}
}

// lines are the questions for a program in another language: a line for each, the limit and the terms.
func (c *collection) lines() string {
	var b strings.Builder
	for _, q := range c.queries {
		fmt.Fprint(&b, q.Limit)
		for _, t := range q.Terms {
			b.WriteString(" " + t.Term)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// round has each question answered once. Each line that comes back is the time in nanoseconds and what
// was found.
func (l *lucene) round(_ context.Context, queries []index.Query) ([]time.Duration, [][]int, error) {
	if _, err := io.WriteString(l.in, "round\n"); err != nil {
		return nil, nil, err
	}
	took, found := make([]time.Duration, len(queries)), make([][]int, len(queries))
	for i := range queries {
		line, err := l.out.ReadString('\n')
		if err != nil {
			return nil, nil, fmt.Errorf("hear from Lucene: %w", err)
		}
		var numbers []int
		for field := range strings.FieldsSeq(line) {
			n, err := strconv.Atoi(field)
			if err != nil {
				return nil, nil, fmt.Errorf("hear from Lucene: %w", err)
			}
			numbers = append(numbers, n)
		}
		if len(numbers) == 0 {
			return nil, nil, errors.New("hear from Lucene: an empty line")
		}
		took[i] = time.Duration(numbers[0])
		found[i] = numbers[1:]
	}
	return took, found, nil
}

func (l *lucene) Close() error { return errors.Join(l.in.Close(), l.cmd.Wait()) }
