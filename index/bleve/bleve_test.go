package bleve_test

import (
	"os"
	"path/filepath"
	"testing"

	"verbatim/index/bleve"
	"verbatim/index/enginetest"
)

func TestContract(t *testing.T) { enginetest.Run(t, bleve.Engine{}) }

// TestFailures has what can fail of files alone: the rest needs a network.
func TestFailures(t *testing.T) {
	enginetest.RunFailures(t, enginetest.Failures{
		Engine: bleve.Engine{},
		OtherVersion: func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, "store", "root.bolt"), []byte("another version"), 0o600); err != nil {
				t.Fatal(err)
			}
		},
		Deleted: func(t *testing.T, dir string) {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		},
	})
}
