package main

import (
	"bytes"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"verbatim": main})
}

// TestScripts runs the program as its users do.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script"})
}

func TestExitCodes(t *testing.T) {
	for _, tt := range []struct {
		name string
		args []string
		code int
	}{
		{"help", []string{"--help"}, 0},
		{"an answer", []string{"ask", "How long did the call last?"}, 0},
		{"an honest no", []string{"ask", "How do I configure kerberos?"}, 0},
		{"no question", []string{"ask"}, exitUsage},
		{"unknown command", []string{"aks"}, exitUsage},
		{"unknown flag", []string{"ask", "--what", "x"}, exitUsage},
		{"no such corpus", []string{"ask", "--corpus", "testdata/nowhere", "x"}, exitUsage},
		{"nobody to ask for health", []string{"health", "--addr", "127.0.0.1:1"}, exitFault},
		{"index where a file is in the way", []string{"index", "--data", "main_test.go"}, exitFault},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out, err bytes.Buffer
			if code := run(t.Context(), tt.args, streams{in: &bytes.Buffer{}, out: &out, err: &err}); code != tt.code {
				t.Errorf("exit code %d, want %d\n%s%s", code, tt.code, &out, &err)
			}
		})
	}
}
