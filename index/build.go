package index

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"verbatim/corpus"
)

// A Documents source calls yield for each document of a corpus, in the same order each time, and
// stops with yield's error when it returns one.
type Documents func(ctx context.Context, yield func(*corpus.Document) error) error

// Of returns a source of the given documents.
func Of(docs ...*corpus.Document) Documents {
	return func(ctx context.Context, yield func(*corpus.Document) error) error {
		for _, d := range docs {
			if err := yield(d); err != nil {
				return err
			}
		}
		return ctx.Err()
	}
}

// batchSize is how many sentences go to an engine at once: enough to make the cost of a call
// vanish, little enough to keep memory small.
const batchSize = 2000

// Build makes a new index in dir from docs and publishes it whole: until it returns, and when it
// fails, the one before stays current. The folder is made if needed. Builds in one folder, of whatever
// processes, wait for each other.
func Build(ctx context.Context, dir string, engine Engine, docs Documents) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("build index in %q: %w", dir, err)
		}
	}()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	unlock, err := lock(ctx, dir, lockFile, buildPrefix)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	name, err := buildPart(ctx, dir, engine, docs)
	if err != nil {
		return err
	}
	_, err = publish(dir, current{Parts: []currentPart{{Name: name}}})
	return err
}

// buildPart makes a part of docs, not published yet, and returns its name. The folder must be locked.
func buildPart(ctx context.Context, dir string, engine Engine, docs Documents) (name string, err error) {
	build, m, err := writePart(ctx, dir, buildPrefix, engine, docs)
	if err != nil {
		return "", err
	}
	name, err = settle(dir, build, m)
	return name, errors.Join(err, os.RemoveAll(build))
}

// writePart writes a part of docs into a new folder in dir whose name begins with pre.
func writePart(ctx context.Context, dir, pre string, engine Engine, docs Documents) (build string, m partManifest, err error) {
	build, err = os.MkdirTemp(dir, pre)
	if err != nil {
		return "", m, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(build))
		}
	}()
	texts, err := createTexts(build)
	if err != nil {
		return "", m, err
	}
	terms, err := engine.Create(filepath.Join(build, engineDir))
	if err != nil {
		return "", m, errors.Join(err, texts.close())
	}
	b := builder{texts: texts, batches: make(chan []Entry, 1), seen: map[string]string{}}
	closing, giveUp := context.WithCancel(ctx)
	defer giveUp()
	group, both := errgroup.WithContext(ctx)
	group.Go(func() error { return b.feed(both, terms) })
	group.Go(func() error {
		defer close(b.batches)
		if err := docs(both, func(doc *corpus.Document) error { return b.add(both, doc) }); err != nil {
			return err
		}
		return b.flush(both)
	})
	if err = group.Wait(); err != nil {
		giveUp()
	}
	closed := errors.Join(terms.Close(closing), texts.close())
	if err == nil {
		err = closed // after another error it would only repeat it
	}
	return build, partManifest{Version: layoutVersion, Engine: engine.Name(), Analysis: AnalysisVersion,
		Built: time.Now().UTC(), Collections: b.collections}, err
}

// A builder is the one build loop: document by document into the text store and, at the same time, batch
// by batch into the engine.
type builder struct {
	texts       *textsWriter
	batches     chan []Entry
	seen        map[string]string // path by document ID
	pending     []Entry
	collections []string
}

func (b *builder) add(ctx context.Context, doc *corpus.Document) error {
	if path, twice := b.seen[doc.ID]; twice {
		return fmt.Errorf("document %q has the ID of %q", doc.Path, path)
	}
	b.seen[doc.ID] = doc.Path
	if !utf8.ValidString(doc.Text) {
		return fmt.Errorf("document %q: the text is not valid UTF-8", doc.Path)
	}
	digest, err := Digest(doc)
	if err != nil {
		return err
	}
	stored := &storedText{Document: *doc, Sentences: doc.Sentences()}
	// Title and heading may be pieces of the text, which is not to stay in memory for them.
	terms, err := b.texts.add(stored, catalogEntry{DocumentInfo: DocumentInfo{ID: doc.ID, Collection: doc.Collection, Path: doc.Path,
		Title: strings.Clone(doc.Title), URL: doc.URL, Language: doc.Language, Published: doc.Published, Supersedes: doc.Supersedes, Sentences: len(stored.Sentences),
		Heading: strings.Clone(exampleHeading(stored)), Digest: digest}, origin: doc.Source, author: doc.Author, archived: doc.Archived})
	if err != nil {
		return err
	}
	pre := prefix(b.collection(doc.Collection))
	for i := range terms {
		for t := range terms[i] {
			terms[i][t] = pre + terms[i][t]
		}
		b.pending = append(b.pending, Entry{Terms: terms[i]})
	}
	if len(b.pending) < batchSize {
		return nil
	}
	return b.flush(ctx)
}

// exampleHeading returns the first heading of a document that is not its title.
func exampleHeading(doc *storedText) string {
	for _, s := range doc.Sentences {
		if n := len(s.Headings); n > 1 || n == 1 && s.Headings[0] != doc.Title {
			return s.Headings[n-1]
		}
	}
	return ""
}

// collection returns the number of a collection in the part.
func (b *builder) collection(name string) int {
	if i := slices.Index(b.collections, name); i >= 0 {
		return i
	}
	b.collections = append(b.collections, name)
	return len(b.collections) - 1
}

// flush hands what is pending to the engine.
func (b *builder) flush(ctx context.Context) error {
	select {
	case b.batches <- b.pending:
		b.pending = nil
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// feed takes batches into the engine until there are no more.
func (b *builder) feed(ctx context.Context, terms Writer) error {
	for batch := range b.batches {
		if err := terms.Add(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}

// Digest returns a digest of a document and all that is known about it, in hexadecimal digits: another
// one for each change that an index must know of.
func Digest(doc *corpus.Document) (string, error) {
	data, err := json.Marshal(doc)
	return digestOf(data), err
}
