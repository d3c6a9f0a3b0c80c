// Package source finds documents where they are kept, tells what changed since it looked last, and
// names what could not be read.
//
// A [Folder] is a folder of files: looked through as a whole from time to time, which is the truth,
// and in between wherever the system says that something happened. A [Web] is pages, sitemaps and
// feeds, fetched by a [Fetcher] that keeps to the web's rules and away from private addresses. A
// [Library] is both together with the list of what admins added and forgot, and keeps an [Index]
// up to date.
package source

import (
	"context"
	"strings"

	"verbatim/corpus"
	"verbatim/corpus/format"
)

// A Change is what is to be done to an index.
type Change struct {
	// Put are documents that are new or differ from the one with the same ID.
	Put []*corpus.Document
	// Remove are IDs of documents that are gone.
	Remove []string
}

// An Index is what a [Library] keeps up to date.
type Index interface {
	// Apply carries out a change; what it put is found, and what it removed is not, once it returns.
	Apply(ctx context.Context, c Change) error
	// Digests returns a digest of each document of the index by its ID: another digest, another content.
	Digests() map[string]string
}

// A Read turns the content of a file into its documents, each with its Path; see [format.ReadAs].
// The media type is "" for files.
type Read func(ctx context.Context, mediaType, name string, data []byte) ([]*corpus.Document, error)

// readHere is the [Read] that reads in this process.
func readHere(_ context.Context, mediaType, name string, data []byte) ([]*corpus.Document, error) {
	return format.ReadAs(mediaType, name, data)
}

// A Problem is a file, folder or address that was left out or that needs a look, and why.
type Problem struct {
	// Path is slash-separated and relative to the folder that was read, or a URL.
	Path string
	// Err is the reason.
	Err error
	// Kept says that the document is in the index all the same: read, or as it was read before.
	Kept bool
}

// String returns the path and the reason.
func (p Problem) String() string { return p.Path + ": " + p.Err.Error() }

// collectionOf returns the collection of the file at path: its top-level folder.
func collectionOf(path string) string {
	if top, _, found := strings.Cut(path, "/"); found {
		return top
	}
	return corpus.DefaultCollection
}
