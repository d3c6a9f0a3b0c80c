package opensearch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"verbatim/index"
)

// A Depot keeps what is known of an index beside its postings, the files of its parts and which they are, in OpenSearch, so
// that several machines have the same index. It is safe for concurrent use.
type Depot struct {
	of *Client
	// Grace is for how long what is replaced stays, for those who still use it; 0 means [DefaultGrace].
	Grace time.Duration
	// Abandoned is the age from which on files and indexes that nothing names are what a build left that was killed; 0
	// means [DefaultAbandoned].
	Abandoned time.Duration
}

const (
	// DefaultGrace is far longer than a question takes, and a machine to hear of a push.
	DefaultGrace = 10 * time.Minute
	// DefaultAbandoned is longer than a build takes, which names nothing until its end.
	DefaultAbandoned = 24 * time.Hour
	// touchEvery is how often a push that changes nothing says that somebody still pushes.
	touchEvery = time.Hour

	kindCurrent = "depot"
	kindEdition = "depot-edition"
	// agreedFile says in an index folder which state of the depot it is.
	agreedFile = "DEPOT"
)

// ErrNothingPushed: nobody has pushed an index yet that this version reads. It wraps [index.ErrNoIndex].
var ErrNothingPushed = fmt.Errorf("nothing was pushed yet that this version reads: %w", index.ErrNoIndex)

// Depot returns the depot of the cluster under the client's name.
func (c *Client) Depot() *Depot { return &Depot{of: c} }

// A State says what a depot holds.
type State struct {
	// Version is another one for each index.
	Version string
	// Built is when the newest part was built, Pushed when it came.
	Built, Pushed time.Time
	Parts         int
}

// A depotCurrent is the one document that says which index holds.
type depotCurrent struct {
	// Edition is the ID of an edition's record.
	Edition string    `json:"edition"`
	Built   time.Time `json:"built"`
	Pushed  time.Time `json:"pushed"`
	Touched time.Time `json:"touched"`
	Parts   int       `json:"parts"`
	// Retired are the editions that were replaced and stay for the grace, the newest last.
	Retired []retiredEdition `json:"retired,omitempty"`
}

type retiredEdition struct {
	Edition string    `json:"edition"`
	Since   time.Time `json:"since"`
}

// A depotEdition is what there is to know of an index.
type depotEdition struct {
	index.Edition
	// Indices are those of OpenSearch that hold its sentences.
	Indices []string `json:"indices"`
}

// id names the edition by all it says.
func (e depotEdition) id() (string, []byte, error) {
	data, err := json.Marshal(e)
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), data, err
}

// State says what the depot holds. The error wraps [ErrNothingPushed] when that is nothing.
func (d *Depot) State(ctx context.Context) (State, error) {
	now, _, err := d.current(ctx)
	return State{Version: now.Edition, Built: now.Built, Pushed: now.Pushed, Parts: now.Parts}, err
}

// form names the indexes that this program reads.
func (d *Depot) form() string { return index.FormatOf(d.of.Engine()) }

// current reads what holds, for this version of the program: an older one beside it goes on with its own.
func (d *Depot) current(ctx context.Context) (now depotCurrent, v Version, err error) {
	r, err := d.of.records.Get(ctx, kindCurrent, d.form())
	if errors.Is(err, ErrUnknown) {
		return now, v, ErrNothingPushed
	}
	if err == nil {
		err = json.Unmarshal(r.Body, &now)
	}
	return now, r.Version, err
}

// edition reads an edition.
func (d *Depot) edition(ctx context.Context, id string) (e depotEdition, err error) {
	r, err := d.of.records.Get(ctx, kindEdition, id)
	if err != nil {
		return e, err
	}
	return e, json.Unmarshal(r.Body, &e)
}

// Push makes the index in dir, which an [index.Index] may have open, the one that the depot holds. Files that are
// there are not sent again. The error wraps [ErrConflict] when another was pushed since dir was last pulled or pushed:
// pull that one first. Until all stands, and after an error, the index before holds.
func (d *Depot) Push(ctx context.Context, dir string) error {
	if err := d.push(ctx, dir); err != nil {
		return fmt.Errorf("push index in %q: %w", dir, err)
	}
	return nil
}

func (d *Depot) push(ctx context.Context, dir string) error {
	stated := statedIn(dir) // before anything is read there: what changes meanwhile is pushed the next time
	now, version, err := d.current(ctx)
	if err != nil && !errors.Is(err, ErrNothingPushed) {
		return err
	}
	there, err := d.blobsThere(ctx)
	if err != nil {
		return err
	}
	if there && now.Edition != "" && agreed(dir) == (agreement{now.Edition, stated}) {
		e, err := d.edition(ctx, now.Edition)
		if err != nil {
			return err
		}
		return d.confirm(ctx, dir, stated, now, version, e)
	}
	e, err := d.editionIn(dir)
	if err != nil {
		return err
	}
	id, _, err := e.id()
	if err != nil {
		return err
	}
	if now.Edition == id {
		if !there { // somebody has deleted them
			if err := d.upload(ctx, e, nil); err != nil {
				return err
			}
		}
		return d.confirm(ctx, dir, stated, now, version, e)
	}
	if base := agreed(dir); now.Edition != "" && base.edition != "" && base.edition != now.Edition {
		return fmt.Errorf("another index was pushed meanwhile: %w", ErrConflict)
	}
	known := map[string]bool{} // parts
	if now.Edition != "" && there {
		before, err := d.edition(ctx, now.Edition)
		if err != nil {
			return err
		}
		for _, p := range before.Parts {
			known[p.Sum] = true
		}
	}
	if err := d.upload(ctx, e, known); err != nil {
		return err
	}
	if now, version, err = d.replace(ctx, now, version, e); err != nil {
		return err
	}
	return d.confirm(ctx, dir, stated, now, version, e)
}

// replace has an edition hold, of which all stands, in the place of the one that was read.
func (d *Depot) replace(ctx context.Context, now depotCurrent, version Version, e depotEdition) (depotCurrent, Version, error) {
	id, data, err := e.id()
	if err != nil {
		return now, version, err
	}
	if _, err := d.of.records.Put(ctx, Record{Kind: kindEdition, ID: id, Body: data, At: time.Now()}); err != nil {
		return now, version, err
	}
	next := depotCurrent{Edition: id, Built: e.Built(), Pushed: time.Now().UTC(), Touched: now.Touched, Parts: len(e.Parts)}
	if now.Edition == "" {
		next.Touched = next.Pushed
	}
	next.Retired = slices.DeleteFunc(now.Retired, func(r retiredEdition) bool { return r.Edition == id })
	if now.Edition != "" {
		next.Retired = append(next.Retired, retiredEdition{now.Edition, time.Now().UTC()})
	}
	version, err = d.swap(ctx, next, version, now.Edition != "")
	return next, version, err
}

// swap makes next what holds, if nobody else has changed that since it was read.
func (d *Depot) swap(ctx context.Context, next depotCurrent, before Version, replace bool) (Version, error) {
	body, err := json.Marshal(next)
	if err != nil {
		return before, err
	}
	r := Record{Kind: kindCurrent, ID: d.form(), Body: body, At: time.Now(), Version: before}
	if replace {
		return d.of.records.Replace(ctx, r)
	}
	v, err := d.of.records.Create(ctx, r)
	if errors.Is(err, ErrExists) {
		err = fmt.Errorf("%w: %w", ErrConflict, err)
	}
	return v, err
}

// confirm does what is left once the index holds, also for a push that died before: the alias, and cleaning. Stated is
// what dir stated when it was read.
func (d *Depot) confirm(ctx context.Context, dir, stated string, now depotCurrent, v Version, e depotEdition) error {
	if err := agree(dir, agreement{now.Edition, stated}); err != nil {
		return err
	}
	if err := d.point(ctx, e.Indices); err != nil {
		return err
	}
	return d.clean(ctx, dir, now, v, e)
}

// editionIn tells what the index in dir is made of.
func (d *Depot) editionIn(dir string) (e depotEdition, err error) {
	e.Indices = []string{}
	if e.Edition, err = index.EditionIn(dir, d.of.Engine()); err != nil {
		return e, err
	}
	for _, p := range e.Parts {
		name, err := indexOf(filepath.Join(p.Folder, "engine"))
		if err != nil {
			return e, err
		}
		if name != "" {
			e.Indices = append(e.Indices, name)
		}
	}
	return e, nil
}

// Pull brings the index in dir, which is made if needed, to what the depot holds, and says whether that was another one;
// an open [index.Index] then takes it over with Refresh. The error wraps [ErrNothingPushed] when there is none. What is not
// whole when it has come is thrown away, and the index that was there stays. After an error it may be another one all the
// same.
func (d *Depot) Pull(ctx context.Context, dir string) (changed bool, err error) {
	if changed, err = d.pull(ctx, dir); err != nil {
		return changed, fmt.Errorf("pull index into %q: %w", dir, err)
	}
	return changed, nil
}

func (d *Depot) pull(ctx context.Context, dir string) (changed bool, err error) {
	now, _, err := d.current(ctx)
	if err != nil {
		return false, err
	}
	if agreed(dir) == (agreement{now.Edition, statedIn(dir)}) {
		return false, nil
	}
	e, err := d.edition(ctx, now.Edition)
	if err != nil {
		return false, err
	}
	if changed, err = index.Adopt(ctx, dir, d.of.Engine(), e.Edition, d.download); err != nil {
		return false, err
	}
	return changed, agree(dir, agreement{now.Edition, statedIn(dir)})
}

// Agreed returns the version of the state that the index in dir was last brought to, or was pushed as; "" for none.
func (d *Depot) Agreed(dir string) string { return agreed(dir).edition }

// An agreement is a state of the depot, and what CURRENT said in the folder that was brought to it.
type agreement struct{ edition, stated string }

// agreed reads which state of the depot a folder was last brought to, or was pushed as.
func agreed(dir string) (a agreement) {
	data, err := os.ReadFile(filepath.Join(dir, agreedFile))
	if err == nil {
		_, _ = fmt.Sscan(string(data), &a.edition, &a.stated) // one that makes no sense is none
	}
	return a
}

// agree writes it down.
func agree(dir string, a agreement) error {
	if agreed(dir) == a {
		return nil
	}
	name := filepath.Join(dir, agreedFile)
	if err := os.WriteFile(name+".tmp", []byte(a.edition+" "+a.stated+"\n"), 0o600); err != nil {
		return err
	}
	return os.Rename(name+".tmp", name)
}

// statedIn is the sum of what CURRENT says in dir; "none" where there is none.
func statedIn(dir string) string {
	data, err := os.ReadFile(filepath.Join(dir, "CURRENT"))
	if err != nil {
		return "none"
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
