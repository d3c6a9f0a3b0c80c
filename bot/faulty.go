//go:build faulty

package bot

import "os"

// planted says whether the environment plants this fault: ack-first, no-dedupe or no-look.
func planted(fault string) bool { return os.Getenv("VERBATIM_FAULTY") == fault }
