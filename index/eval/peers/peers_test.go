package main

import (
	"path/filepath"
	"slices"
	"testing"

	"verbatim/corpus"
	"verbatim/index/enginetest"
	"verbatim/index/synth"
)

// TestList holds the bare list to the contract of our engines.
func TestList(t *testing.T) { enginetest.Run(t, list{}) }

// TestPeers has those that need nothing but Go and a C compiler answer the same questions.
func TestPeers(t *testing.T) {
	from, err := synth.NewSource(corpus.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	s := &settings{sizes: []int{2000}, questions: 40, slow: 10, rounds: 1, seed: 1, dir: t.TempDir(), most: 10_000, peers: []string{ours, bare, plainBleve, sqlite},
		svg: filepath.Join(t.TempDir(), "x.svg"), json: filepath.Join(t.TempDir(), "x.json")}
	builds, err := s.builds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.measure(t.Context(), from.Corpus(2000, 1), 2000, builds)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Peers) != 4 || f.Questions < 40 {
		t.Errorf("%d peers, %d questions", len(f.Peers), f.Questions)
	}
	if err := f.agree(); err != nil {
		t.Error(err)
	}
	for _, p := range f.Peers {
		want := f.Questions
		if p.Name == sqlite {
			want = s.slow
		}
		if p.Times.Mean <= 0 || p.Ratio <= 0 || len(p.found) != want {
			t.Errorf("%s: %+v, %d answers", p.Name, p.Times, len(p.found))
		}
	}
	f.print(t.Output())
	if err := s.save([]figures{*f}); err != nil {
		t.Error(err)
	}
	slices.Reverse(f.Peers[1].found)
	if f.agree() == nil {
		t.Error("what differs is taken for the same")
	}
}

func TestFlags(t *testing.T) {
	s, err := parse([]string{"-sizes", "1M,10k", "-peers", "ours,list", "-text", "a,b"})
	if err != nil || !slices.Equal(s.sizes, []int{10_000, 1_000_000}) || !slices.Equal(s.text, []string{"a", "b"}) || s.most != 1_000_000 {
		t.Errorf("%+v %v", s, err)
	}
	for _, args := range [][]string{{"-sizes", "many"}, {"-sizes", ""}, {"-peers", "solr"}, {"-questions", "0"}, {"-most", "x"}} {
		if _, err := parse(args); err == nil {
			t.Errorf("%v is taken", args)
		}
	}
}
