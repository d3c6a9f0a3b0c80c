package source

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io/fs"
	"iter"
	"maps"
	"path"
	"slices"

	"verbatim/corpus"
)

// A known is what was found when a file was looked at last.
type known struct {
	Size int64 `json:"size"`
	// Time is when the file was last written, in nanoseconds since 1970; 0 when that cannot be trusted.
	Time int64 `json:"time"`
	// Stamp is what [stampOf] tells.
	Stamp uint64 `json:"stamp"`
	// Sum is the beginning of the SHA-256 of the content.
	Sum uint64 `json:"sum"`
	// Docs are the IDs of its documents; nil for one with the ID of the path.
	Docs []string `json:"docs,omitempty"`
	// Error says why it could not be read, "" when it could.
	Error string `json:"error,omitempty"`
	// Missing says what its documents lack of it, "" when nothing.
	Missing string `json:"missing,omitempty"`
	// err is that error, as long as this process lives.
	err error
}

// reason returns why the file could not be read, nil when it could.
func (k *known) reason() error {
	if k.err == nil && k.Error != "" {
		k.err = errors.New(k.Error)
	}
	return k.err
}

// sameFile says that nothing hints at a change since k was read.
func (k *known) sameFile(info fs.FileInfo) bool {
	return k.Time != 0 && k.Size == info.Size() && k.Time == info.ModTime().UnixNano() && k.Stamp == stampOf(info)
}

// documents returns the IDs of the documents of the file at path.
func (k *known) documents(path string) []string {
	switch {
	case k.err != nil || k.Error != "":
		return nil
	case k.Docs == nil:
		return []string{corpus.DocumentID(collectionOf(path), path)}
	}
	return k.Docs
}

// setDocuments notes the documents of the file at path.
func (k *known) setDocuments(path string, docs []*corpus.Document) {
	k.Docs = make([]string, 0, len(docs))
	for _, doc := range docs {
		k.Docs = append(k.Docs, doc.ID)
		k.Missing = cmp.Or(k.Missing, doc.Missing)
	}
	if len(k.Docs) == 1 && k.Docs[0] == corpus.DocumentID(collectionOf(path), path) {
		k.Docs = nil
	}
}

func sumOf(data []byte) uint64 {
	sum := sha256.Sum256(data)
	return binary.LittleEndian.Uint64(sum[:8])
}

// A tree is what is known of a folder, by folder.
type tree map[string]*branch

// A branch is what is known of one folder of a tree.
type branch struct {
	files   map[string]*known
	folders map[string]bool
	// problems are why entries of the folder were left out, "." for the folder itself.
	problems map[string]trouble
	// left is how many files and folders were left out because there are too many.
	left int
	// resting are files that changed and are looked at again before they are read.
	resting map[string]look
}

// at returns the branch of a folder, made if need be.
func (t tree) at(folder string) *branch {
	b := t[folder]
	if b == nil {
		b = &branch{files: map[string]*known{}, folders: map[string]bool{}, problems: map[string]trouble{}, resting: map[string]look{}}
		t[folder] = b
		if folder != "." {
			t.at(path.Dir(folder)).folders[path.Base(folder)] = true
		}
	}
	return b
}

func (t tree) file(name string) *known {
	if b := t[path.Dir(name)]; b != nil {
		return b.files[path.Base(name)]
	}
	return nil
}

// count returns the number of files and folders known.
func (t tree) count() int {
	n := len(t)
	for _, b := range t {
		n += len(b.files)
	}
	return n
}

func (t tree) set(name string, k *known) { t.at(path.Dir(name)).files[path.Base(name)] = k }

// remove forgets a file.
func (t tree) remove(name string) {
	if b := t[path.Dir(name)]; b != nil {
		delete(b.files, path.Base(name))
	}
}

// cut forgets a folder and all below it.
func (t tree) cut(folder string) {
	if b := t[folder]; b != nil {
		for name := range b.folders {
			t.cut(path.Join(folder, name))
		}
		delete(t, folder)
	}
	if up := t[path.Dir(folder)]; up != nil {
		delete(up.folders, path.Base(folder))
	}
}

// below yields all files in a folder and in those below it, sorted by path.
func (t tree) below(folder string) iter.Seq2[string, *known] {
	return func(yield func(string, *known) bool) { t.walk(folder, yield) }
}

func (t tree) walk(folder string, yield func(string, *known) bool) bool {
	b := t[folder]
	if b == nil {
		return true
	}
	for _, name := range slices.Sorted(maps.Keys(b.files)) {
		if k := b.files[name]; k != nil && !yield(path.Join(folder, name), k) {
			return false
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.folders)) {
		if !t.walk(path.Join(folder, name), yield) {
			return false
		}
	}
	return true
}
