package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"verbatim/bot/checkup"
	"verbatim/bot/rights"
	"verbatim/index"
	"verbatim/index/bleve"
)

const (
	nameIndex     = "index"
	nameDocuments = "documents"
	nameQuestion  = "question"
)

// documents looks at the index, at the folder of documents and at the sources.
func (d *doctor) documents(ctx context.Context, set settings, roots *x509.CertPool, runs bool) (list []checkup.Finding) {
	if d.engine == nil {
		d.engine = bleve.Engine{}
	}
	x, f := openIndex(filepath.Join(d.data, "index"), d.engine)
	list = append(list, f)
	if x != nil {
		defer func() {
			if err := x.Close(); err != nil {
				list = append(list, checkup.Warned(nameIndex, "look again", "%v", err))
			}
		}()
		list = append(list, question(ctx, x, set.Bar))
	}
	return append(list, d.origins(ctx, x, set, roots, runs)...)
}

// openIndex opens an index whole, if there is one.
func openIndex(dir string, engine index.Engine) (*index.Index, checkup.Finding) {
	x, err := index.OpenWhole(dir, engine)
	switch {
	case errors.Is(err, index.ErrNoIndex):
		return nil, checkup.Noted(nameIndex, "'verbatim index' or 'verbatim serve' builds it", "there is none yet that this version reads")
	case errors.Is(err, index.ErrDamaged):
		return nil, checkup.Bad(nameIndex, "'verbatim index' builds it anew from the documents, as 'verbatim serve' does at its start", "%v", err)
	case err != nil:
		return nil, checkup.Bad(nameIndex, "give the data folder to the user who runs the program", "%v", err)
	}
	return x, indexed(x.Manifest(), "whole")
}

// indexed tells what an index holds.
func indexed(m index.Manifest, how string) checkup.Finding {
	if m.Documents == 0 {
		return checkup.Bad(nameIndex, "put documents into the folder that --corpus names, or name sources in the settings", "it holds no document")
	}
	return checkup.Good(nameIndex, "%s: %s, %s, last changed %s ago", how, plural(m.Documents, "document"), plural(m.Sentences, "sentence"), time.Since(m.Built).Round(time.Minute))
}

// question asks the index a question that it should answer.
func question(ctx context.Context, x *index.Index, bar index.Bar) checkup.Finding {
	began := time.Now()
	list, err := answerable(ctx, x, rights.Scope{All: true}, bar)
	switch {
	case err != nil:
		return checkup.Bad(nameQuestion, "'verbatim index' mends a damaged index", "the index does not answer: %v", err)
	case len(list) == 0:
		return checkup.Noted(nameQuestion, "", "no question could be made of the documents' headings")
	}
	return checkup.Good(nameQuestion, "%s made of headings answered in %v", plural(len(list), "question"), time.Since(began).Round(time.Millisecond))
}

// origins looks at where documents come from.
func (d *doctor) origins(ctx context.Context, x *index.Index, set settings, roots *x509.CertPool, runs bool) []checkup.Finding {
	f, err := d.compare(ctx, x, runs)
	if err != nil {
		return []checkup.Finding{checkup.Bad(nameDocuments, "mend what is named", "%v", err)}
	}
	return append(append([]checkup.Finding{f}, unread(d.skipped())...), d.reach(ctx, set, roots)...)
}

// compare says whether the index is as the documents are, by reading what changed. Without an index
// nothing is read.
func (d *doctor) compare(ctx context.Context, x *index.Index, runs bool) (checkup.Finding, error) {
	where := "the embedded articles"
	if d.corpus != "" {
		where = fmt.Sprintf("%q", d.corpus)
	}
	if x == nil {
		return checkup.Noted(nameDocuments, "", "%s; not compared, as there is no index", where), d.glance()
	}
	r, err := d.dry(ctx, filepath.Join(d.data, "index"))
	if err != nil {
		return checkup.Finding{}, err
	}
	const way = "start 'verbatim serve', or run 'verbatim index' with the same --corpus and --data"
	switch c := r.counts(); {
	case d.shrunk != nil:
		return checkup.Warned(nameDocuments, "look whether a disk is not mounted; 'verbatim index --force' lets them go, with the bot stopped", "%v", d.shrunk), nil
	case c.Put+c.Removed > 0 && !runs:
		return checkup.Warned(nameDocuments, way, "%s of %s are not as in the index, %d are gone", plural(c.Put, "document"), where, c.Removed), nil
	}
	return checkup.Good(nameDocuments, "%s, as in the index", where), nil
}

// glance opens the sources and reads nothing.
func (d *doctor) glance() error {
	dir, err := os.MkdirTemp("", "verbatim-doctor-")
	if err != nil {
		return err
	}
	stop, err := d.start(filepath.Join(dir, dirSources), nil)
	if err == nil {
		err = stop()
	}
	return errors.Join(err, os.RemoveAll(dir))
}
