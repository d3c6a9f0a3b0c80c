package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"verbatim/index/opensearch"
)

// An errand is a wish of an admin, to add or forget a document, that was told to a replica which does not read the
// documents. It lies in a record until the one that does has carried it out, and who was told reads what came of it.
type errand struct {
	// Address is what to add; or Name and Data are a file, or ID and Path a document to forget. Data, which is there
	// where File says so, has a record of its own, so that it is not read with every look at the errand.
	Address string `json:"address,omitempty"`
	Name    string `json:"name,omitempty"`
	File    bool   `json:"file,omitempty"`
	Data    []byte `json:"-"`
	ID      string `json:"id,omitempty"`
	Path    string `json:"path,omitempty"`
	// Taken says that it is being carried out, Progress how far that is, Done that it has ended: with Report, or
	// with Failed.
	Taken    bool   `json:"taken,omitempty"`
	Progress string `json:"progress,omitempty"`
	Done     bool   `json:"done,omitempty"`
	Report   string `json:"report,omitempty"`
	Failed   string `json:"failed,omitempty"`
}

const (
	kindErrand     = "errand"
	kindErrandFile = "errand-file" // under the errand's ID
	// errandEvery is the time between two looks at errands, by who carries them out and by who waits.
	errandEvery = 2 * time.Second
	// takenWithin is how long an errand waits for who carries it out: longer than handing over takes.
	takenWithin = time.Minute
	// errandAge is the age from which on nobody waits any more.
	errandAge = time.Hour
	// maxErrand is the most bytes of a file that a record carries: a request to OpenSearch may have 100 MB, and
	// bytes take a third more in it.
	maxErrand = 32 << 20
)

// errNobodyReads says that an errand found nobody.
var errNobodyReads = errors.New("no copy of this program reads the documents at the moment: try it again in a minute")

// send has an errand carried out by the replica that reads the documents.
func (s *sharedIndex) send(ctx context.Context, log *slog.Logger, e errand, progress func(string)) (string, error) {
	if s.lease == nil { // who only asks, as 'verbatim try' does, changes nothing for others
		return "", errNobodyReads
	}
	if len(e.Data) > maxErrand {
		return "", fmt.Errorf("the file is larger than the %d MB that can be handed to the replica that reads the documents: put it into the folder of documents", maxErrand>>20)
	}
	records, id, began, told := s.client.Records(), rand.Text(), time.Now(), ""
	defer func() { _ = dropErrand(context.WithoutCancel(ctx), records, id) }() // else who carries errands out removes it
	e.File = len(e.Data) > 0
	if e.File {
		if err := createJSON(ctx, records, opensearch.Record{Kind: kindErrandFile, ID: id, At: began}, e.Data); err != nil {
			return "", err
		}
	}
	if err := createJSON(ctx, records, opensearch.Record{Kind: kindErrand, ID: id, At: began}, e); err != nil {
		return "", err
	}
	log.Info("an errand waits for the replica that reads the documents", "errand", id)
	for {
		sleep(ctx, errandEvery)
		if err := ctx.Err(); err != nil {
			return "", err
		}
		r, err := records.Get(ctx, kindErrand, id)
		if errors.Is(err, opensearch.ErrAway) {
			continue
		}
		var now errand
		if err == nil {
			err = json.Unmarshal(r.Body, &now)
		}
		switch {
		case err != nil:
			return "", err
		case now.Failed != "":
			return "", errors.New(now.Failed)
		case now.Done:
			return now.Report, nil
		case !now.Taken && time.Since(began) > takenWithin:
			return "", errNobodyReads
		case now.Progress != told:
			told = now.Progress
			progress(told)
		}
	}
}

// createJSON creates a record with a body.
func createJSON(ctx context.Context, records *opensearch.Records, r opensearch.Record, body any) (err error) {
	if r.Body, err = json.Marshal(body); err == nil {
		_, err = records.Create(ctx, r)
	}
	return err
}

// dropErrand removes an errand and its file.
func dropErrand(ctx context.Context, records *opensearch.Records, id string) error {
	return errors.Join(records.Delete(ctx, kindErrand, id), records.Delete(ctx, kindErrandFile, id))
}

// runErrands carries errands out until ctx ends.
func (s *shelf) runErrands(ctx context.Context) {
	for ctx.Err() == nil {
		if err := s.errands(ctx); err != nil && ctx.Err() == nil {
			s.lib.log.Debug("errands cannot be looked for", "error", err)
		}
		sleep(ctx, errandEvery)
	}
}

// errands carries out those that wait, one after the other.
func (s *shelf) errands(ctx context.Context) error {
	records := s.lib.shared.client.Records()
	list, err := records.List(ctx, opensearch.RecordQuery{Kind: kindErrand})
	if err != nil {
		return err
	}
	for _, r := range list {
		var e errand
		if time.Since(r.At) > errandAge || json.Unmarshal(r.Body, &e) != nil {
			err = errors.Join(err, dropErrand(ctx, records, r.ID))
			continue
		}
		if !e.Done {
			err = errors.Join(err, s.carryOut(ctx, records, r, e))
		}
	}
	left, failed := records.List(ctx, opensearch.RecordQuery{Kind: kindErrandFile, Before: time.Now().Add(-errandAge), Limit: 1})
	for _, r := range left { // of who died before the errand was there
		err = errors.Join(err, dropErrand(ctx, records, r.ID))
	}
	return errors.Join(err, failed)
}

// carryOut carries an errand out, and notes how far it is. One that was begun by a replica that died is carried out again,
// which changes nothing that is done; so its file stays until its end.
func (s *shelf) carryOut(ctx context.Context, records *opensearch.Records, r opensearch.Record, e errand) error {
	var mu sync.Mutex
	note := func() (err error) {
		mu.Lock()
		defer mu.Unlock()
		if r.Body, err = json.Marshal(e); err == nil {
			r.Version, err = records.Replace(ctx, r)
		}
		return err
	}
	e.Taken = true
	if err := note(); err != nil {
		return fmt.Errorf("take an errand: %w", err)
	}
	if e.File {
		file, err := records.Get(ctx, kindErrandFile, r.ID)
		if err == nil {
			err = json.Unmarshal(file.Body, &e.Data)
		}
		if err != nil {
			return fmt.Errorf("read the file of an errand: %w", err) // tried again, until nobody waits any more
		}
	}
	noted := time.Now()
	report, err := s.carry(ctx, e, func(told string) {
		if time.Since(noted) > errandEvery {
			noted, e.Progress = time.Now(), told
			_ = note() // the end is what counts
		}
	})
	if ctx.Err() == nil { // else another does it
		e.Done, e.Report = true, report
	}
	if err != nil && e.Done {
		e.Failed = err.Error()
	}
	ctx = context.WithoutCancel(ctx)
	if err := note(); err != nil {
		return fmt.Errorf("end an errand: %w", err)
	}
	return nil
}

// carry does what an errand asks for, here.
func (s *shelf) carry(ctx context.Context, e errand, progress func(string)) (string, error) {
	switch {
	case e.ID != "":
		return s.forget(ctx, e.ID, e.Path)
	case e.Name != "":
		return s.AddFile(ctx, e.Name, e.Data)
	}
	return s.Add(ctx, e.Address, progress)
}
