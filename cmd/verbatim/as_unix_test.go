//go:build unix

package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// nobody is a user without rights.
const nobody = 65534

// runAs has a command run as the user of the place.
func (p *site) runAs(cmd *exec.Cmd) {
	if p.user != 0 && os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: p.user, Gid: p.user}}
	}
}

// asNobody has the program run without the rights of root, which may read and write all.
func (p *site) asNobody() {
	p.t.Helper()
	if os.Getuid() != 0 {
		return
	}
	p.user, p.env["TMPDIR"] = nobody, p.dir // that of root may be closed to others
	err := filepath.WalkDir(p.dir, func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(name, nobody, nobody)
	})
	if err != nil {
		p.t.Fatal(err)
	}
	program, err := exec.LookPath("verbatim")
	if err != nil {
		p.t.Fatal(err)
	}
	for _, name := range []string{p.dir, program} { // folders of tests are closed to others
		for ; len(name) > len(os.TempDir()); name = filepath.Dir(name) {
			if err := os.Chmod(name, 0o755); err != nil {
				p.t.Fatal(err)
			}
		}
	}
}
