package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/spf13/cobra"

	"verbatim/corpus/format"
)

// readerUse names the hidden command that reads files in a process of its own.
const readerUse = "read-files"

// newReader returns that command.
func newReader(io streams) *cobra.Command {
	var cacheDir string
	cmd := &cobra.Command{
		Use:    readerUse,
		Short:  "Reads files for another verbatim, from standard input to standard output",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE:   func(*cobra.Command, []string) error { return format.Serve(io.in, io.out, cacheDir) },
	}
	cmd.Flags().StringVar(&cacheDir, "code", "", "folder for machine code")
	return cmd
}

// openSandbox returns what reads files in processes of this program, which get none of its
// environment. Machine code is kept in the data folder, failing that in the user's cache, failing that
// for this run. The caller must call closeSandbox.
func openSandbox(data string) (s *format.Sandbox, closeSandbox func() error, err error) {
	program, err := ownProgram()
	if err != nil {
		return nil, nil, err
	}
	code, remove := filepath.Join(data, dirCode), func() error { return nil }
	if data == "" {
		if cache, err := os.UserCacheDir(); err == nil {
			code = filepath.Join(cache, "verbatim")
		} else if code, err = os.MkdirTemp("", "verbatim-code-"); err != nil {
			return nil, nil, err
		} else {
			remove = func() error { return os.RemoveAll(code) }
		}
	}
	s = format.NewSandbox(func(ctx context.Context) *exec.Cmd {
		cmd := exec.CommandContext(ctx, program)
		cmd.Args = []string{os.Args[0], readerUse, "--code", code}
		cmd.Env = []string{}
		return cmd
	})
	return s, func() error { return errors.Join(s.Close(), remove()) }, nil
}

// ownProgram returns the path of this program: where there is no /proc to ask, by the name it was called
// by.
func ownProgram() (string, error) {
	program, err := os.Executable()
	if err == nil {
		return program, nil
	}
	if program, err := exec.LookPath(os.Args[0]); err == nil {
		return filepath.Abs(program)
	}
	return "", err
}
