package main

import "os"

// syncPath does nothing here, where names need no call to be durable, and files are synced by who writes
// them.
func syncPath(string) error { return nil }

// syncIn does as little.
func syncIn(*os.Root, string) error { return nil }
