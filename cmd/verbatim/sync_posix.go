//go:build !windows

package main

import (
	"errors"
	"os"
)

// syncPath makes a file durable, or the names in a folder.
func syncPath(path string) error { return syncOpened(os.Open(path)) }

// syncIn does so with what is below root.
func syncIn(root *os.Root, name string) error { return syncOpened(root.Open(name)) }

func syncOpened(f *os.File, err error) error {
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
