package index

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"slices"
	"time"
	"unicode/utf8"

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

// Build makes a new generation of the index in dir from docs and publishes it whole: until it
// returns, and when it fails, the generation before stays current. The folder is made if needed.
// Builds in one folder, of whatever processes, wait for each other.
func Build(ctx context.Context, dir string, engine Engine, docs Documents) (m Manifest, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("build index in %q: %w", dir, err)
		}
	}()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return m, err
	}
	unlock, err := lock(ctx, dir)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	build, err := os.MkdirTemp(dir, buildPrefix)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(build)) }()

	texts, err := createTexts(build)
	if err != nil {
		return m, err
	}
	terms, err := engine.Create(filepath.Join(build, engineDir))
	if err != nil {
		return m, errors.Join(err, texts.close())
	}
	b := builder{texts: texts, terms: terms, digest: newDigest(), seen: map[string]string{}}
	err = docs(ctx, func(doc *corpus.Document) error { return b.add(ctx, doc) })
	if err == nil {
		err = b.flush(ctx)
	}
	closed := errors.Join(terms.Close(), texts.close())
	if err == nil {
		err = closed // after another error it would only repeat it
	}
	if err != nil {
		return m, err
	}
	slices.Sort(b.m.Languages)
	b.m.Version, b.m.Engine, b.m.Analysis = manifestVersion, engine.Name(), AnalysisVersion
	b.m.Built, b.m.Corpus = time.Now().UTC(), b.digest.sum()
	return b.m, publish(dir, build, b.m)
}

// A builder is the one build loop: document by document into the text store and the engine.
type builder struct {
	texts   *textsWriter
	terms   Writer
	digest  *digest
	seen    map[string]string // path by document ID
	pending []Entry
	m       Manifest
}

func (b *builder) add(ctx context.Context, doc *corpus.Document) error {
	if path, twice := b.seen[doc.ID]; twice {
		return fmt.Errorf("document %q has the ID of %q", doc.Path, path)
	}
	b.seen[doc.ID] = doc.Path
	if !utf8.ValidString(doc.Text) {
		return fmt.Errorf("document %q: the text is not valid UTF-8", doc.Path)
	}
	if err := b.digest.add(doc); err != nil {
		return err
	}
	stored := &storedText{Document: *doc, Sentences: doc.Sentences()}
	if err := b.texts.add(stored); err != nil {
		return err
	}
	a := analyse(stored)
	for i := range stored.Sentences {
		terms := a.termsOf(i)
		b.m.Terms += len(terms)
		if i == 0 {
			// What only the title mentions leads to the beginning of the document.
			terms = append(terms, a.named(a.title)...)
		}
		b.pending = append(b.pending, Entry{Key: SentenceKey{Doc: doc.ID, Ordinal: i}, Terms: terms})
		if int(a.paragraphs[i][0]) == i {
			b.m.Paragraphs++
		}
	}
	b.m.Documents++
	b.m.Sentences += len(stored.Sentences)
	b.m.Titles += len(a.title)
	if !slices.Contains(b.m.Languages, doc.Language) {
		b.m.Languages = append(b.m.Languages, doc.Language)
	}
	if len(b.pending) < batchSize {
		return nil
	}
	return b.flush(ctx)
}

func (b *builder) flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := b.terms.Add(ctx, b.pending)
	b.pending = b.pending[:0]
	return err
}

// Digest returns a digest of the documents and all that is known about them: the same for the same
// corpus, so that an index of it need not be built again.
func Digest(ctx context.Context, docs Documents) (string, error) {
	d := newDigest()
	err := docs(ctx, func(doc *corpus.Document) error {
		return d.add(doc)
	})
	return d.sum(), err
}

type digest struct {
	hash hash.Hash
	json *json.Encoder
}

func newDigest() *digest {
	h := sha256.New()
	return &digest{hash: h, json: json.NewEncoder(h)}
}

func (d *digest) add(doc *corpus.Document) error { return d.json.Encode(doc) }

func (d *digest) sum() string { return hex.EncodeToString(d.hash.Sum(nil)) }
