package main

// syncPath does nothing here, where names need no call to be durable, and files are synced by who writes
// them.
func syncPath(string) error { return nil }
