// Package source finds documents where they are kept, and tells what could not be read.
package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"verbatim/corpus"
	"verbatim/corpus/format"
)

// A Problem is a file or folder that was left out, and why.
type Problem struct {
	// Path is slash-separated and relative to the folder that was read.
	Path string
	// Err is the reason; it wraps [format.ErrUnsupported] for files of unknown formats.
	Err error
}

// String returns the path and the reason.
func (p Problem) String() string { return p.Path + ": " + p.Err.Error() }

// errNotRegular is the reason for leaving out links, devices, sockets and pipes.
var errNotRegular = errors.New("not a regular file")

// A Read turns the content of a file into its documents, each with its Path; see [format.ReadAs].
// The media type is "" for files.
type Read func(ctx context.Context, mediaType, name string, data []byte) ([]*corpus.Document, error)

// Folder reads the documents in a folder and its subfolders and passes them to yield, sorted by
// path. A document in a top-level subfolder belongs to the collection of that name, others to
// [corpus.DefaultCollection]. Names that start with a dot are skipped. Symbolic links are not
// followed: they are problems, as is every file that cannot be read, and neither stops the others.
//
// It fails when dir cannot be read, when ctx ends, and when yield fails, whose error it returns.
// The problems met so far are returned in any case.
func Folder(ctx context.Context, dir string, yield func(*corpus.Document) error) ([]Problem, error) {
	here := func(_ context.Context, mediaType, name string, data []byte) ([]*corpus.Document, error) {
		return format.ReadAs(mediaType, name, data)
	}
	return FolderBy(ctx, dir, here, yield)
}

// FolderBy is [Folder] with the files read by read.
func FolderBy(ctx context.Context, dir string, read Read, yield func(*corpus.Document) error) ([]Problem, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("read folder: %w", err)
	}
	defer root.Close()
	var problems []Problem
	err = fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			if name != "." && strings.HasPrefix(entry.Name(), ".") {
				return skip(entry)
			}
			if entry.IsDir() {
				return nil
			}
			var docs []*corpus.Document
			if docs, err = readFile(ctx, root, read, name, entry); err == nil {
				return yieldAll(docs, yield)
			}
		}
		if name == "." {
			return err
		}
		problems = append(problems, Problem{Path: name, Err: err})
		return skip(entry)
	})
	if err != nil {
		return problems, fmt.Errorf("read folder %q: %w", dir, err)
	}
	return problems, nil
}

// skip returns what makes WalkDir go on behind entry.
func skip(entry fs.DirEntry) error {
	if entry.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// yieldAll passes documents to yield until it fails.
func yieldAll(docs []*corpus.Document, yield func(*corpus.Document) error) error {
	for _, doc := range docs {
		if err := yield(doc); err != nil {
			return err
		}
	}
	return nil
}

// readFile reads one file of root into its documents.
func readFile(ctx context.Context, root *os.Root, read Read, name string, entry fs.DirEntry) ([]*corpus.Document, error) {
	if !entry.Type().IsRegular() {
		return nil, errNotRegular
	}
	if !format.Supported(name) {
		return nil, format.ErrUnsupported
	}
	file, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, format.MaxFileSize+1))
	if err != nil {
		return nil, err
	}
	docs, err := read(ctx, "", name, data)
	if err != nil {
		return nil, err
	}
	collection := corpus.DefaultCollection
	if top, _, found := strings.Cut(name, "/"); found {
		collection = top
	}
	for _, doc := range docs {
		doc.Collection = collection
		doc.ID = corpus.DocumentID(collection, doc.Path)
	}
	return docs, nil
}
