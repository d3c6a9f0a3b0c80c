package corpus

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// sharedFile returns the path of a file of the judged sets that are kept beside the tree, and
// skips the test where they are not there.
func sharedFile(t *testing.T, name string) string {
	t.Helper()
	dir, named := os.LookupEnv("VERBATIM_SHARED")
	if !named {
		dir = filepath.Join("..", "..", "shared")
	}
	path := filepath.Join(dir, filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		if named {
			t.Fatalf("VERBATIM_SHARED is set, but: %v", err)
		}
		t.Skipf("the judged sets are not beside the tree: %v", err)
	}
	return path
}

// readLines decodes each line of a file of JSON lines.
func readLines[T any](t *testing.T, path string) []T {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var out []T
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 16<<20)
	for scanner.Scan() {
		var v T
		if err := json.Unmarshal(scanner.Bytes(), &v); err != nil {
			t.Fatalf("%s line %d: %v", path, len(out)+1, err)
		}
		out = append(out, v)
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	if len(out) == 0 {
		t.Fatalf("%s holds no cases", path)
	}
	return out
}
