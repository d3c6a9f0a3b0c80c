//go:build !faulty

package shared

// planted says whether a fault is planted, by which the tests are themselves tested. A program that is
// built as usual has none.
func planted(string) bool { return false }
