package bleve_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"verbatim/index"
	"verbatim/index/bleve"
)

// TestPagesAreGivenBack reads postings all over a file: what was read of it stays resident until the pages are given back,
// and is then read again.
func TestPagesAreGivenBack(t *testing.T) {
	const sentences, apart = 40_000, 1000
	dir := filepath.Join(t.TempDir(), "engine")
	w, err := bleve.Engine{}.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []index.Entry
	for i := range sentences {
		all = append(all, index.Entry{Terms: []string{"all", fmt.Sprint("term", i)}})
	}
	if err := errors.Join(w.Add(t.Context(), all), w.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
	s, err := bleve.Engine{}.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if bleve.MappedBytes(s) == 0 {
		t.Fatal("the pages of no file are known, so that all of them stay resident")
	}
	most, fell := 0, false
	for i := range sentences / apart {
		n := i * apart
		q := index.Query{Terms: []index.QueryTerm{{Term: fmt.Sprint("term", n), Weight: 1}}, MeanLength: 2, Limit: 1}
		if found, err := s.Candidates(t.Context(), q); err != nil || len(found) != 1 || int(found[0].Number) != n {
			t.Errorf("term %d: found %v, %v", n, found, err)
		}
		resident := mappedOf(t, dir)
		fell = fell || resident < most/2
		most = max(most, resident)
	}
	if runtime.GOOS == "linux" && !fell {
		t.Errorf("%d KiB of the files became resident, and none were given back", most)
	}
}

// mappedOf is how many KiB of the files in a folder are mapped and resident, 0 where the system does not tell.
func mappedOf(t *testing.T, dir string) (sum int) {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	inside := false
	for line := range strings.Lines(string(maps)) {
		switch fields := strings.Fields(line); {
		case !strings.HasSuffix(fields[0], ":"):
			inside = strings.Contains(line, dir)
		case inside && fields[0] == "Rss:":
			n, err := strconv.Atoi(fields[1])
			if err != nil {
				t.Fatal(err)
			}
			sum += n
		}
	}
	return sum
}
