package manifest

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schema is Slack's own JSON schema of manifests, which is not part of this module; without it the test is
// skipped.
func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	shared, wanted := os.LookupEnv("VERBATIM_SHARED")
	if !wanted {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	file := filepath.Join(shared, "slack", "manifest.schema.json")
	_, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) && !wanted {
		t.Skip("Slack's manifest schema is not on this machine; VERBATIM_SHARED names the folder that holds it")
	}
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseRegexpEngine(func(pattern string) (jsonschema.Regexp, error) {
		if strings.Contains(pattern, "(?!") { // names of domains, of which the manifest has none
			return regexp.MustCompile(`[^\s\S]`), nil
		}
		return regexp.Compile(pattern)
	})
	s, err := compiler.Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSchema holds every combination of options to Slack's schema.
func TestSchema(t *testing.T) {
	s := schema(t)
	for set := range 1 << len(all) {
		var options []string
		for i, name := range Names() {
			if set&(1<<i) != 0 {
				options = append(options, name)
			}
		}
		m, err := New(options...)
		if err != nil {
			t.Fatal(err)
		}
		data, err := m.JSON()
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(document); err != nil {
			t.Errorf("with %q: %v", options, err)
		}
		document.(map[string]any)["display_information"] = map[string]any{}
		if s.Validate(document) == nil {
			t.Fatal("the schema accepts an app without a name: it checks nothing")
		}
	}
}
