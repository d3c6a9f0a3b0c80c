//go:build faulty

package shared

import "os"

// planted says whether the environment plants this fault: no-claim.
func planted(fault string) bool { return os.Getenv("VERBATIM_FAULTY") == fault }
