package localslack

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// sharedDir finds the folder with facts about Slack; the test is skipped where
// there is none, and fails where VERBATIM_SHARED names one that is absent.
func sharedDir(t *testing.T) string {
	t.Helper()
	dir, asked := os.LookupEnv("VERBATIM_SHARED")
	if !asked {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	dir = filepath.Join(dir, "slack")
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if asked {
			t.Fatalf("VERBATIM_SHARED is set, but there is no %s", dir)
		}
		t.Skipf("no %s beside the module; VERBATIM_SHARED can name it", dir)
	}
	return dir
}

func readJSONFile(t *testing.T, path string, into any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

type methodFacts struct {
	Args map[string]struct {
		Required bool `json:"required"`
	} `json:"args"`
	Errors map[string]string `json:"errors"`
	Rate   struct {
		Label string `json:"label"`
	} `json:"rate_limit"`
	Scopes struct {
		Bot []struct {
			Name string `json:"name"`
		} `json:"bot"`
	} `json:"scopes"`
}

func tierOf(label string) int {
	for prefix, n := range map[string]int{"Tier 1": tier1, "Tier 2": tier2, "Tier 3": tier3, "Tier 4": tier4} {
		if len(label) >= len(prefix) && label[:len(prefix)] == prefix {
			return n
		}
	}
	return tierSpecial
}

// The table of methods agrees with the reference, but for what is listed here
// with its reason.
func TestMethodsAgreeWithReference(t *testing.T) {
	dir := filepath.Join(sharedDir(t), "methods")
	var common map[string]string
	readJSONFile(t, filepath.Join(dir, "common_errors.json"), &common)
	undocumented := words("invalid_thread_ts not_in_channel msg_blocks_too_long invalid_limit already_in_channel")
	optional := map[string][]string{
		"assistant.threads.setStatus":           {"status"},    // "" clears it, so the method checks it itself
		"assistant.threads.setSuggestedPrompts": {"thread_ts"}, // left out in an agent view
	}
	newer := words("agents.sessions.rename agents.sessions.setStatus") // than the reference
	for name, m := range methods() {
		t.Run(name, func(t *testing.T) {
			if slices.Contains(newer, name) {
				t.Skip("the reference is older than this method")
			}
			var facts methodFacts
			readJSONFile(t, filepath.Join(dir, name+".json"), &facts)
			for arg, a := range facts.Args {
				if a.Required != slices.Contains(m.required, arg) && !slices.Contains(optional[name], arg) {
					t.Errorf("argument %s: required is %v in the reference", arg, a.Required)
				}
			}
			for _, arg := range m.required {
				if _, known := facts.Args[arg]; !known {
					t.Errorf("the reference has no argument %s", arg)
				}
			}
			for _, code := range m.errors {
				if facts.Errors[code] == "" && common[code] == "" && !slices.Contains(undocumented, code) {
					t.Errorf("the reference has no error %s", code)
				}
			}
			if facts.Rate.Label != "" && tierOf(facts.Rate.Label) != m.perMinute {
				t.Errorf("%d calls a minute, the reference says %q", m.perMinute, facts.Rate.Label)
			}
			for _, s := range m.scopes {
				if m.token == appToken {
					continue // the reference has the scopes of bot tokens
				}
				if !slices.ContainsFunc(facts.Scopes.Bot, func(x struct {
					Name string `json:"name"`
				}) bool {
					return x.Name == s
				}) {
					t.Errorf("the reference does not name the scope %s", s)
				}
			}
		})
	}
}
