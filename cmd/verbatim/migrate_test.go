package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"verbatim/index"
	"verbatim/index/bleve"
	"verbatim/index/opensearch"
)

// A blind engine finds nothing.
type blind struct{ index.Engine }

func (b blind) Open(dir string) (index.Searcher, error) {
	s, err := b.Engine.Open(dir)
	return blindSearcher{s}, err
}

type blindSearcher struct{ index.Searcher }

func (blindSearcher) Candidates(context.Context, index.Query) ([]index.Candidate, error) {
	return nil, nil
}

// migrationOf returns a migration of the index of p to another engine, and what it prints.
func migrationOf(p *site, to engineSide) (*migrateCommand, *strings.Builder) {
	out := new(strings.Builder)
	return &migrateCommand{
		streams: streams{out: out}, data: p.data, sample: 5,
		from: engineChoice{engine: engineBleve}, to: engineChoice{engine: "other:"},
		source: engineSide{engine: bleve.New(1 << 20)}, target: to,
	}, out
}

// TestMigrateRefuses carries an index over to an engine that does not find the same: the answers that differ are listed,
// and the index that was there stays. Begun again with an engine that does, it is taken.
func TestMigrateRefuses(t *testing.T) {
	p := newSite(t, nil)
	p.index()
	current := func() string {
		data, err := os.ReadFile(filepath.Join(p.data, dirIndex, "CURRENT"))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	before := current()
	m, out := migrationOf(p, engineSide{engine: blind{bleve.New(1 << 20)}})
	err := m.carry(t.Context())
	if !errors.Is(err, errDiffers) {
		t.Error(err)
	}
	if !strings.Contains(out.String(), "0 of 5 questions answered alike") {
		t.Errorf("it prints:\n%s", out)
	}
	if current() != before {
		t.Error("the index is another one")
	}
	if code, out, errs := p.run("ask", "Who approves a trip?"); code != 0 || !strings.Contains(out, "head of the team") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	m, out = migrationOf(p, engineSide{engine: bleve.New(1 << 20)})
	if err := m.carry(t.Context()); err != nil || !strings.Contains(out.String(), "5 of 5 questions answered alike") {
		t.Errorf("%v\n%s", err, out)
	}
	if current() == before {
		t.Error("the index is the same as before")
	}
}

// TestClusterMigrateRefuses wants nothing pushed to an OpenSearch that does not find the same, and nothing left there.
func TestClusterMigrateRefuses(t *testing.T) {
	client := clientOf(t, engineFor(t))
	p := newSite(t, nil)
	p.index()
	m, _ := migrationOf(p, engineSide{engine: blind{client.Engine()}, shared: &sharedIndex{client: client, depot: client.Depot()}})
	if err := m.carry(t.Context()); !errors.Is(err, errDiffers) {
		t.Fatal(err)
	}
	if state, err := client.Depot().State(t.Context()); !errors.Is(err, opensearch.ErrNothingPushed) {
		t.Errorf("%+v, %v", state, err)
	}
	grown, err := index.Open(filepath.Join(p.data, dirMigration, "to"), client.Engine())
	if err != nil {
		t.Fatal(err)
	}
	if err := grown.VerifyEngine(t.Context()); !errors.Is(err, index.ErrDamaged) {
		t.Errorf("its sentences: %v", err)
	}
	if err := grown.Close(); err != nil {
		t.Error(err)
	}
}
