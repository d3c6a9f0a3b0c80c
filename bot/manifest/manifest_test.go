package manifest

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// deployed is the manifest as people find it without running anything.
const deployed = "../../deploy/slack-manifest.yaml"

// golden compares a text with a file.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// TestDeployedManifest holds the file beside the other deploy files to what the program prints.
func TestDeployedManifest(t *testing.T) {
	m, err := New()
	if err != nil {
		t.Fatal(err)
	}
	text, err := m.YAML()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, deployed, text)
}

// TestOptions holds what each option adds, line by line, to a golden file; it takes nothing away.
func TestOptions(t *testing.T) {
	plain := lines(t)
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			with := lines(t, name)
			var added []string
			rest := plain
			for _, line := range with {
				if len(rest) > 0 && line == rest[0] {
					rest = rest[1:]
					continue
				}
				added = append(added, "+"+line)
			}
			if len(rest) > 0 {
				t.Errorf("the option takes away: %q", rest)
			}
			golden(t, filepath.Join("testdata", name+".diff"), []byte(strings.Join(added, "\n")+"\n"))
		})
	}
	if len(Names()) < 4 {
		t.Errorf("the options are %q", Names())
	}
}

// lines is a manifest as lines of YAML.
func lines(t *testing.T, options ...string) []string {
	t.Helper()
	m, err := New(options...)
	if err != nil {
		t.Fatal(err)
	}
	text, err := m.YAML()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// TestOptionsAdd compares the scopes and events of each manifest with those of its options.
func TestOptionsAdd(t *testing.T) {
	plain, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range Options() {
		m, err := New(o.Name, o.Name) // twice is once
		if err != nil {
			t.Fatal(err)
		}
		var scopes []string
		for _, s := range o.Scopes {
			scopes = append(scopes, s.Name)
			if s.For == "" || s.Without == "" {
				t.Errorf("%s: scope %s: nothing says what it is for", o.Name, s.Name)
			}
		}
		if got := without(m.Scopes(), plain.Scopes()); !slices.Equal(got, sorted(scopes)) {
			t.Errorf("%s adds the scopes %q, want %q", o.Name, got, scopes)
		}
		if got := without(m.Events(), plain.Events()); !slices.Equal(got, sorted(o.Events)) {
			t.Errorf("%s adds the events %q, want %q", o.Name, got, o.Events)
		}
	}
	if _, err := New("voice"); err == nil || !strings.Contains(err.Error(), "threads") {
		t.Errorf("an option that is not there: %v, want those that are", err)
	}
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

// TestForms reads YAML, JSON and the link back: they say the same.
func TestForms(t *testing.T) {
	m, err := New(Names()...)
	if err != nil {
		t.Fatal(err)
	}
	text, err := m.YAML()
	if err != nil {
		t.Fatal(err)
	}
	data, err := m.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var fromYAML, fromJSON Manifest
	if err := yaml.Unmarshal(text, &fromYAML); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &fromJSON); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, fromYAML) + cmp.Diff(m, fromJSON) + cmp.Diff(m, linked(t, m)); diff != "" {
		t.Error(diff)
	}
}
