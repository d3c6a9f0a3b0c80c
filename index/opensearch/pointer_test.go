package opensearch

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// written writes the files of an index of a few words into a folder.
func written(t testing.TB) (dir string) {
	t.Helper()
	dir = t.TempDir()
	c := newCollector()
	for _, terms := range [][]string{{"0:cat", "0:mat", "0:cat"}, {"0:cat"}, {"1:dog"}} {
		if _, err := c.add(terms, nil); err != nil {
			t.Fatal(err)
		}
	}
	words, err := c.pack()
	if err != nil {
		t.Fatal(err)
	}
	p := pointer{Index: "v-s-1", Build: "b", Sentences: 3, Filled: 3, Terms: 5, Longest: 3}
	if err := p.write(dir, words); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestVocabulary(t *testing.T) {
	_, v, err := readPointer(written(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"0:cat": "0 2 true", "0:mat": "1 1 true", "1:dog": "2 1 true", "0:dog": "0 0 false", "": "0 0 false"} {
		found, ok, err := v.find(name)
		if got := fmt.Sprint(found.number, found.sentences, ok); err != nil || got != want {
			t.Errorf("%q: got %s, %v, want %s", name, got, err, want)
		}
	}
}

// TestPointerDamaged changes every byte of both files in turn, and cuts them off: each is an error.
func TestPointerDamaged(t *testing.T) {
	dir, cases := written(t), 0
	for _, name := range []string{pointerFile, vocabularyFile} {
		file := filepath.Join(dir, name)
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i := range data {
			damaged := bytes.Clone(data)
			damaged[i] ^= 0x10
			for _, d := range [][]byte{damaged, data[:i]} {
				if err := os.WriteFile(file, d, 0o600); err != nil {
					t.Fatal(err)
				}
				if _, _, err := readPointer(dir); err == nil {
					t.Errorf("%s: no error with byte %d changed, or the file cut there", name, i)
				}
				cases++
			}
		}
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := readPointer(dir); err != nil || cases < 100 {
		t.Errorf("%d cases, and the files as they were: %v", cases, err)
	}
}

func FuzzPointer(f *testing.F) {
	dir := written(f)
	data, err := os.ReadFile(filepath.Join(dir, pointerFile))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, some []byte) {
		if err := os.WriteFile(filepath.Join(dir, pointerFile), some, 0o600); err != nil {
			t.Fatal(err)
		}
		if p, _, err := readPointer(dir); err == nil && p.Schema != schema {
			t.Errorf("read %+v", p)
		}
	})
}
