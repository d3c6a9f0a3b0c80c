//go:build !unix

package main

import "os/exec"

func (p *site) runAs(*exec.Cmd) {}

func (p *site) asNobody() { p.t.Skip("this system has no users as Unix has") }
