package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"verbatim/corpus"
	"verbatim/corpus/source"
	"verbatim/index"
)

var (
	chaosFiles = flag.Int("chaos.files", 150, "files of TestChaos")
	chaosTime  = flag.Duration("chaos.time", 0, "how long TestChaos goes on (default: twice as many acts as files)")
	chaosSeed  = flag.Uint64("chaos.seed", 1, "seed of TestChaos")
)

// chaos is a folder in which files come, change, move and go at random, and all that they ever held.
type chaos struct {
	t    *testing.T
	dir  string
	rand *rand.Rand
	// files are those that are there; count numbers new ones.
	files []string
	count int

	mu sync.Mutex
	// ever are all sentences that any version of a file held.
	ever map[string]bool
}

var chaosThings = []string{"boat", "kettle", "ladder", "violin", "carpet", "lantern", "anchor", "basket", "compass", "drum"}

// text returns a new text. Its sentences are known before anything can read them.
func (c *chaos) text() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	text := ""
	for range 1 + c.rand.IntN(4) {
		s := fmt.Sprintf("The %s number %d weighs %d grams and belongs to room %d.", chaosThings[c.rand.IntN(len(chaosThings))],
			c.rand.IntN(1000), c.rand.IntN(1_000_000), c.rand.IntN(100))
		c.ever[s] = true
		text += s + "\n\n"
	}
	return text
}

func (c *chaos) held(sentence string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ever[sentence]
}

// path returns the path of a new file.
func (c *chaos) path() string {
	c.count++
	return filepath.Join(fmt.Sprintf("d%d", c.rand.IntN(20)), fmt.Sprintf("e%d", c.rand.IntN(5)), fmt.Sprintf("f%06d.txt", c.count))
}

func (c *chaos) must(err error) {
	if err != nil {
		c.t.Error(err)
	}
}

func (c *chaos) write(name, text string) {
	full := filepath.Join(c.dir, name)
	c.must(os.MkdirAll(filepath.Dir(full), 0o755))
	c.must(os.WriteFile(full, []byte(text), 0o644))
}

func (c *chaos) create() {
	name := c.path()
	c.write(name, c.text())
	c.files = append(c.files, name)
}

// act does one thing to one file.
func (c *chaos) act() {
	i := c.rand.IntN(len(c.files))
	name := c.files[i]
	switch c.rand.IntN(10) {
	case 0, 1:
		c.create()
	case 2, 3:
		c.must(os.Remove(filepath.Join(c.dir, name)))
		c.files = slices.Delete(c.files, i, i+1)
		if len(c.files) == 0 {
			c.create()
		}
	case 4: // to a new name
		to := c.path()
		c.must(os.MkdirAll(filepath.Dir(filepath.Join(c.dir, to)), 0o755))
		c.must(os.Rename(filepath.Join(c.dir, name), filepath.Join(c.dir, to)))
		c.files[i] = to
	case 5: // over another
		j := c.rand.IntN(len(c.files))
		if i != j {
			c.must(os.Rename(filepath.Join(c.dir, name), filepath.Join(c.dir, c.files[j])))
			c.files = slices.Delete(c.files, i, i+1)
		}
	case 6: // as editors save
		tmp := filepath.Join(filepath.Dir(name), ".new")
		c.write(tmp, c.text())
		c.must(os.Rename(filepath.Join(c.dir, tmp), filepath.Join(c.dir, name)))
	case 7: // a whole folder
		if c.rand.IntN(20) == 0 {
			c.moveFolder(filepath.Dir(name))
		}
	default:
		c.write(name, c.text())
	}
}

// moveFolder gives a folder a new name.
func (c *chaos) moveFolder(from string) {
	c.count++
	to := filepath.Join(filepath.Dir(from), fmt.Sprintf("g%d", c.count))
	c.must(os.Rename(filepath.Join(c.dir, from), filepath.Join(c.dir, to)))
	for i, name := range c.files {
		if filepath.Dir(name) == from {
			c.files[i] = filepath.Join(to, filepath.Base(name))
		}
	}
}

// TestChaos changes files at random while questions are asked. At the end the index is the one that is
// built from the files as they are, and no answer quoted what no version of a file held. The long form
// is
//
//	go test ./cmd/verbatim -run TestChaos -chaos.files 10000 -chaos.time 1m
func TestChaos(t *testing.T) {
	c := &chaos{t: t, dir: t.TempDir(), rand: rand.New(rand.NewPCG(*chaosSeed, 0)), ever: map[string]bool{}}
	for range *chaosFiles {
		c.create()
	}
	lib := library{corpus: c.dir, data: t.TempDir(), bare: true}
	x, _, closeIndex, err := lib.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	changed := make(chan struct{}, 1)
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := lib.watch(ctx, x, func(r source.Report) {
			if r.Err != nil {
				t.Errorf("watching: %v", r.Err)
			}
			select {
			case changed <- struct{}{}:
			default:
			}
		}); err != nil {
			t.Error(err)
		}
	})
	asked := 0
	running.Go(func() { asked = c.ask(ctx, x) })
	acts := 0
	for began := time.Now(); *chaosTime > 0 && time.Since(began) < *chaosTime || *chaosTime == 0 && acts < 2**chaosFiles; {
		for range 1 + c.rand.IntN(*chaosFiles/5) {
			c.act()
			acts++
		}
		c.create() // so that there is a change to wait for
		<-changed
	}
	c.settle(x, changed)
	stop()
	running.Wait()
	t.Logf("seed %d: %d acts, %d files at the end, %d questions", *chaosSeed, acts, len(c.files), asked)
	c.compare(x)
	if err := closeIndex(); err != nil {
		t.Error(err)
	}
}

// ask asks until ctx ends, and holds every quote against what was ever written.
func (c *chaos) ask(ctx context.Context, x *index.Index) int {
	r := rand.New(rand.NewPCG(*chaosSeed, 1))
	n := 0
	for ; ctx.Err() == nil; n++ {
		q := fmt.Sprintf("What does the %s number %d weigh?", chaosThings[r.IntN(len(chaosThings))], r.IntN(1000))
		a, err := x.Ask(ctx, q, index.Options{Top: 5})
		if err != nil && ctx.Err() == nil {
			c.t.Errorf("%s: %v", q, err)
			return n
		}
		for _, p := range a.Passages {
			if !c.held(p.Quote) || p.Before != "" && !c.held(p.Before) || p.After != "" && !c.held(p.After) {
				c.t.Errorf("quoted %q between %q and %q, which no version of a file held", p.Quote, p.Before, p.After)
				return n
			}
		}
	}
	return n
}

// settle waits until the index holds the files that are there.
func (c *chaos) settle(x *index.Index, changed <-chan struct{}) {
	want := slices.Clone(c.files)
	slices.Sort(want)
	for {
		var got []string
		for _, d := range x.Documents() {
			got = append(got, filepath.FromSlash(d.Path))
		}
		slices.Sort(got)
		if slices.Equal(got, want) && c.current(x) {
			return
		}
		select {
		case <-changed:
		case <-c.t.Context().Done():
			c.t.Fatal("the index never held what is there")
		}
	}
}

// current says whether the texts of the index are those of the files.
func (c *chaos) current(x *index.Index) bool {
	digests := live{x}.Digests()
	f := source.NewFolder(c.dir, source.FolderOptions{})
	same := true
	c.must(f.Documents(c.t.Context(), func(doc *corpus.Document) error {
		digest, err := index.Digest(doc)
		same = same && digests[doc.ID] == digest
		return err
	}))
	return same
}

// compare holds the index against one that is built anew.
func (c *chaos) compare(x *index.Index) {
	fresh := library{corpus: c.dir, data: c.t.TempDir(), bare: true}
	y, _, closeIndex, err := fresh.open(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { c.must(closeIndex()) }()
	if diff := cmp.Diff(y.Documents(), x.Documents()); diff != "" {
		c.t.Errorf("other documents than in a fresh index (-fresh +live):\n%.2000s", diff)
	}
	r := rand.New(rand.NewPCG(*chaosSeed, 2))
	answered := 0
	for range 100 {
		q := fmt.Sprintf("What does the %s number %d weigh?", chaosThings[r.IntN(len(chaosThings))], r.IntN(1000))
		want, err := y.Ask(c.t.Context(), q, index.Options{Top: 10})
		c.must(err)
		got, err := x.Ask(c.t.Context(), q, index.Options{Top: 10})
		c.must(err)
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(index.Answer{}, "TookMS")); diff != "" {
			c.t.Errorf("%s: another answer than from a fresh index (-fresh +live):\n%.2000s", q, diff)
			return
		}
		answered += len(got.Passages)
	}
	if answered == 0 {
		c.t.Error("no question had any passage: the test asks in vain")
	}
}
