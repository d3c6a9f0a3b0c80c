package format

import (
	"fmt"
	"os"
	"testing"
	"time"
)

func TestDump(t *testing.T) {
	f := os.Getenv("DUMP")
	if f == "" {
		t.Skip()
	}
	data, _ := os.ReadFile(f)
	s := newSandbox(t)
	t0 := time.Now()
	docs, err := s.ReadAs(t.Context(), "", f, data)
	fmt.Println(time.Since(t0), err)
	for _, d := range docs {
		fmt.Printf("TITLE %q AUTHOR %q DATE %v LANG %q URL %q MISSING %q PAGES %v\n", d.Title, d.Author, d.Published, d.Language, d.URL, d.Missing, len(d.Pages))
		for _, s := range d.Sentences() {
			fmt.Printf("%d %-9s %v %q\n", s.Page, s.Kind, s.Headings, s.Text)
		}
	}
}
