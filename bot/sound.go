//go:build !faulty

package bot

// planted says whether a fault is planted, by which the torture test is itself tested. A program that
// is built as usual has none, and no way to switch one on.
func planted(string) bool { return false }
