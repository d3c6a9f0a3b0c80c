//go:build !windows

package main

import (
	"errors"
	"os"
)

// syncPath makes a file durable, or the names in a folder.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
