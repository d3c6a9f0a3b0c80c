// Package checkup looks at what an installation needs of Slack, from outside of the bot: whether the
// tokens are good and of one app, what they may do, whether Socket Mode is on, and whether a message makes
// the round. Each thing that is looked at is a [Finding] with its name, and with the way out where
// something is wrong.
package checkup

import (
	"fmt"
	"slices"
	"strings"
)

// A Severity says how bad a finding is.
type Severity int

// The severities, the best first.
const (
	// OK is what is as it should be.
	OK Severity = iota
	// Note is what could not be looked at, and what is worth knowing.
	Note
	// Warning is what works and will not for long, or not for everyone.
	Warning
	// Fault is what keeps the bot from answering.
	Fault
)

// words are the names of the severities in order.
var words = []string{"ok", "note", "warning", "error"}

// String returns ok, note, warning or error.
func (s Severity) String() string { return words[s] }

// MarshalText implements [encoding.TextMarshaler].
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *Severity) UnmarshalText(text []byte) error {
	i := slices.Index(words, string(text))
	if i < 0 {
		return fmt.Errorf("severity %q: give one of %s", text, strings.Join(words, ", "))
	}
	*s = Severity(i)
	return nil
}

// A Finding is one thing that was looked at. Its JSON form is stable.
type Finding struct {
	// Name is what was looked at, such as "bot token". It holds no secret.
	Name     string   `json:"name"`
	Severity Severity `json:"severity"`
	// Found says what is the case.
	Found string `json:"found"`
	// Way is the way out; "" where nothing is wrong.
	Way string `json:"way_out,omitempty"`
}

// Good is a finding that all is well.
func Good(name, found string, values ...any) Finding {
	return Finding{Name: name, Found: fmt.Sprintf(found, values...)}
}

// Noted is a finding of what could not be looked at, with how it can be.
func Noted(name, way, found string, values ...any) Finding {
	return Finding{Name: name, Severity: Note, Way: way, Found: fmt.Sprintf(found, values...)}
}

// Warned is a finding of severity [Warning].
func Warned(name, way, found string, values ...any) Finding {
	return Finding{Name: name, Severity: Warning, Way: way, Found: fmt.Sprintf(found, values...)}
}

// Bad is a finding of severity [Fault].
func Bad(name, way, found string, values ...any) Finding {
	return Finding{Name: name, Severity: Fault, Way: way, Found: fmt.Sprintf(found, values...)}
}

// Worst returns the highest severity of a list.
func Worst(list []Finding) Severity {
	worst := OK
	for _, f := range list {
		worst = max(worst, f.Severity)
	}
	return worst
}
