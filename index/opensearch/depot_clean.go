package opensearch

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"verbatim/index"
)

const (
	// mostRetired is how many replaced editions stay for the grace when changes come fast; those beyond it stay for
	// leastGrace.
	mostRetired = 50
	leastGrace  = time.Minute
	// sweepTime is for how long a host is waited for that removes the chunks of a large index.
	sweepTime = 2 * time.Minute
	// droppedAtOnce is how many files one request removes.
	droppedAtOnce = 1000
)

// point has the alias, which is the client's name, stand for some indexes and no others, in one request. Nothing of
// Verbatim asks under it: it is for people who look into the sentences with other programs.
func (d *Depot) point(ctx context.Context, indices []string) error {
	alias := d.of.config.Name
	there, err := d.of.aliased(ctx, alias)
	if err != nil {
		return err
	}
	var actions []any
	action := func(what, name string) {
		actions = append(actions, map[string]any{what: map[string]any{"index": name, "alias": alias}})
	}
	for _, name := range slices.Sorted(maps.Keys(there)) {
		if !slices.Contains(indices, name) {
			action("remove", name)
		}
	}
	for _, name := range indices {
		if _, ok := there[name]; !ok {
			action("add", name)
		}
	}
	if len(actions) == 0 {
		return nil
	}
	return d.of.call(ctx, request{method: http.MethodPost, path: "/_aliases", time: adminTime}, map[string]any{"actions": actions}, nil)
}

// clean removes what was replaced longer ago than the grace, and now and then what a killed build left, and mends what was
// deleted. What it was about to remove when it was killed is left, too.
func (d *Depot) clean(ctx context.Context, dir string, now depotCurrent, v Version, e depotEdition) error {
	next, over := d.expired(now)
	sweep := time.Since(now.Touched) > touchEvery
	if len(over) == 0 && !sweep {
		return nil
	}
	if sweep {
		next.Touched = time.Now().UTC()
	}
	v, err := d.swap(ctx, next, v, true)
	if err != nil {
		if errors.Is(err, ErrConflict) {
			return nil // who has pushed meanwhile cleans
		}
		return err
	}
	used, err := d.usedBy(ctx, next, e)
	if err != nil {
		return err
	}
	for _, r := range over {
		if same, err := d.holdsStill(ctx, v); err != nil || !same {
			return err
		}
		if err := d.drop(ctx, r.Edition, used); err != nil {
			return err
		}
	}
	if !sweep {
		return nil
	}
	return errors.Join(d.sweep(ctx, v, used), d.mend(ctx, dir, next))
}

// mend sends again what somebody has deleted of the files of the index that holds, as long as the folder has them.
func (d *Depot) mend(ctx context.Context, dir string, now depotCurrent) error {
	e, err := d.editionIn(dir)
	if err != nil {
		return err
	}
	if id, _, err := e.id(); err != nil || id != now.Edition {
		return err // changed since: the next push sends it
	}
	return d.upload(ctx, e, nil)
}

// holdsStill says that nobody has pushed since. Who has may use again what is about to be removed, if this machine stood
// still meanwhile and another one pushes now; what is left then goes with a sweep.
func (d *Depot) holdsStill(ctx context.Context, v Version) (bool, error) {
	_, now, err := d.current(ctx)
	return now == v, err
}

// expired divides what was replaced into what stays and what goes.
func (d *Depot) expired(now depotCurrent) (next depotCurrent, over []retiredEdition) {
	next = now
	next.Retired = nil
	for i, r := range now.Retired {
		grace := cmp.Or(d.Grace, DefaultGrace)
		if i < len(now.Retired)-mostRetired {
			grace = min(grace, leastGrace)
		}
		if time.Since(r.Since) > grace {
			over = append(over, r)
		} else {
			next.Retired = append(next.Retired, r)
		}
	}
	return next, over
}

// An inUse is what must stay: files by their sums, indexes by their names, editions by their IDs.
type inUse struct{ files, indices, editions map[string]bool }

func (u inUse) add(id string, e depotEdition) {
	u.editions[id] = true
	for _, p := range e.Parts {
		for _, f := range p.Files {
			u.files[f.SHA256] = true
		}
	}
	for _, name := range e.Indices {
		u.indices[name] = true
	}
}

// usedBy returns what is used by the edition that holds, by those that were replaced lately, and by other versions of
// the program.
func (d *Depot) usedBy(ctx context.Context, now depotCurrent, e depotEdition) (inUse, error) {
	used := inUse{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	used.add(now.Edition, e)
	all, err := d.others(ctx)
	if err != nil {
		return used, err
	}
	folders, err := d.of.records.List(ctx, RecordQuery{Kind: kindFolder})
	if err != nil {
		return used, err
	}
	for _, r := range folders {
		var f depotFolder
		if err := json.Unmarshal(r.Body, &f); err != nil {
			return used, err
		}
		for _, file := range f.Files {
			used.files[file.SHA256] = true
		}
	}
	for _, r := range append(all, now.Retired...) {
		e, err := d.edition(ctx, r.Edition)
		if errors.Is(err, ErrUnknown) {
			continue
		}
		if err != nil {
			return used, err
		}
		used.add(r.Edition, e)
	}
	return used, nil
}

// others returns what other versions of the program use. One that has not pushed for long is gone.
func (d *Depot) others(ctx context.Context) ([]retiredEdition, error) {
	list, err := d.of.records.List(ctx, RecordQuery{Kind: kindCurrent})
	if err != nil {
		return nil, err
	}
	var all []retiredEdition
	for _, r := range list {
		var other depotCurrent
		if err := json.Unmarshal(r.Body, &other); err != nil {
			return nil, err
		}
		if time.Since(other.Touched) > d.abandoned() && r.ID != d.form() {
			if err := d.of.records.Delete(ctx, kindCurrent, r.ID); err != nil {
				return nil, err
			}
			continue
		}
		all = append(append(all, other.Retired...), retiredEdition{Edition: other.Edition})
	}
	return all, nil
}

func (d *Depot) abandoned() time.Duration { return cmp.Or(d.Abandoned, DefaultAbandoned) }

// drop removes an edition, and what it alone uses.
func (d *Depot) drop(ctx context.Context, id string, used inUse) error {
	if used.editions[id] {
		return nil
	}
	e, err := d.edition(ctx, id)
	if errors.Is(err, ErrUnknown) {
		return nil
	}
	if err != nil {
		return err
	}
	var files []string
	for _, p := range e.Parts {
		for _, f := range p.Files {
			if !used.files[f.SHA256] {
				files = append(files, f.SHA256)
			}
		}
	}
	if err := d.dropFiles(ctx, files); err != nil {
		return err
	}
	for _, name := range e.Indices {
		if !used.indices[name] {
			if err := d.dropIndex(ctx, name); err != nil {
				return err
			}
		}
	}
	return d.of.records.Delete(ctx, kindEdition, id)
}

// dropIndex removes an index of sentences. That it is gone already is no error.
func (d *Depot) dropIndex(ctx context.Context, name string) error {
	if !d.ownSentences(name) {
		return nil
	}
	err := d.of.call(ctx, request{method: http.MethodDelete, path: "/" + url.PathEscape(name), time: adminTime}, nil, nil)
	if hasStatus(err, http.StatusNotFound) {
		return nil
	}
	return err
}

// dropFiles removes all chunks of some files.
func (d *Depot) dropFiles(ctx context.Context, sums []string) error {
	for some := range slices.Chunk(sums, droppedAtOnce) {
		if err := d.of.refresh(ctx, d.blobs()); err != nil {
			return err
		}
		r := request{method: http.MethodPost, path: "/" + d.blobs() + "/_delete_by_query", query: url.Values{"conflicts": {"proceed"}}, time: sweepTime}
		if err := d.of.call(ctx, r, map[string]any{"query": map[string]any{"terms": map[string]any{"file": some}}}, nil); err != nil {
			return err
		}
	}
	return nil
}

// sweep removes files, indexes and editions that nothing names and that are as old as what killed builds left, as
// long as nobody has pushed since v.
func (d *Depot) sweep(ctx context.Context, v Version, used inUse) error {
	files, err := d.oldFiles(ctx)
	if err != nil {
		return err
	}
	files = slices.DeleteFunc(files, func(sum string) bool { return used.files[sum] })
	indices, err := d.oldIndices(ctx)
	if err != nil {
		return err
	}
	indices = slices.DeleteFunc(indices, func(name string) bool { return used.indices[name] })
	for some := range slices.Chunk(files, droppedAtOnce) {
		if same, err := d.holdsStill(ctx, v); err != nil || !same {
			return err
		}
		if err := d.dropFiles(ctx, some); err != nil {
			return err
		}
	}
	for _, name := range indices {
		if same, err := d.holdsStill(ctx, v); err != nil || !same {
			return err
		}
		if err := d.dropIndex(ctx, name); err != nil {
			return err
		}
	}
	editions, err := d.of.records.List(ctx, RecordQuery{Kind: kindEdition, Before: time.Now().Add(-d.abandoned())})
	for _, r := range editions {
		if err == nil && !used.editions[r.ID] {
			err = d.of.records.Delete(ctx, kindEdition, r.ID)
		}
	}
	return err
}

// oldFiles returns the files of which no chunk came lately.
func (d *Depot) oldFiles(ctx context.Context) ([]string, error) {
	if err := d.of.refresh(ctx, d.blobs()); err != nil {
		return nil, err
	}
	pages := map[string]any{"size": droppedAtOnce, "sources": []any{map[string]any{"file": map[string]any{"terms": map[string]any{"field": "file"}}}}}
	search := map[string]any{"size": 0, "aggs": map[string]any{"files": map[string]any{"composite": pages,
		"aggs": map[string]any{"at": map[string]any{"max": map[string]any{"field": "at"}}}}}}
	var old []string
	for {
		var answer struct {
			outcome
			Aggregations struct {
				Files struct {
					After   map[string]any `json:"after_key"`
					Buckets []struct {
						Key map[string]string `json:"key"`
						At  struct {
							Value float64 `json:"value"`
						} `json:"at"`
					} `json:"buckets"`
				} `json:"files"`
			} `json:"aggregations"`
		}
		if err := d.of.search(ctx, d.blobs(), nil, search, &answer); err != nil {
			return nil, err
		}
		for _, b := range answer.Aggregations.Files.Buckets {
			if b.At.Value < float64(time.Now().Add(-d.abandoned()).UnixNano()) {
				old = append(old, b.Key["file"])
			}
		}
		if len(answer.Aggregations.Files.Buckets) < droppedAtOnce {
			return old, nil
		}
		pages["after"] = answer.Aggregations.Files.After
	}
}

// oldIndices returns the client's indexes of sentences that were made long ago.
func (d *Depot) oldIndices(ctx context.Context) ([]string, error) {
	var there map[string]struct {
		Settings struct {
			Created string `json:"index.creation_date"`
		} `json:"settings"`
	}
	r := request{method: http.MethodGet, path: "/" + d.of.config.Name + "-*/_settings/index.creation_date", query: url.Values{"flat_settings": {"true"}}}
	if err := d.of.call(ctx, r, nil, &there); err != nil {
		return nil, err
	}
	var old []string
	for name, is := range there {
		at, err := strconv.ParseInt(is.Settings.Created, 10, 64)
		if err == nil && time.Since(time.UnixMilli(at)) > d.abandoned() && d.ownSentences(name) {
			old = append(old, name)
		}
	}
	return old, nil
}

// Discard removes from OpenSearch the sentences of an index that was made in dir for a while, as far as nothing that was
// pushed uses them.
func (d *Depot) Discard(ctx context.Context, dir string) error {
	e, err := d.editionIn(dir)
	if errors.Is(err, index.ErrNoIndex) {
		return nil
	}
	if err != nil {
		return err
	}
	used := inUse{indices: map[string]bool{}}
	now, _, err := d.current(ctx)
	if err == nil {
		used, err = d.usedBy(ctx, now, depotEdition{})
	}
	if err != nil && !errors.Is(err, ErrNothingPushed) {
		return err
	}
	for _, name := range e.Indices {
		if !used.indices[name] {
			if err := d.dropIndex(ctx, name); err != nil {
				return err
			}
		}
	}
	return nil
}
