package format

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// childKey is the variable that makes this test binary the process of a sandbox; its value is the
// folder for machine code.
const childKey = "VERBATIM_FORMAT_CHILD"

func TestMain(m *testing.M) {
	cacheDir, child := os.LookupEnv(childKey)
	if !child {
		m.Run()
		return
	}
	if mode := os.Getenv(badProcess); mode != "" {
		fmt.Fprintln(os.Stderr, serveBadly(mode))
		return
	}
	if err := Serve(os.Stdin, os.Stdout, cacheDir); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

// newSandbox returns a sandbox whose processes are this binary.
func newSandbox(t testing.TB) *Sandbox {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cache := filepath.Join(os.TempDir(), "verbatim-test-code")
	s := NewSandbox(func(ctx context.Context) *exec.Cmd {
		cmd := exec.CommandContext(ctx, program)
		cmd.Env = append(os.Environ(), childKey+"="+cache)
		return cmd
	})
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
