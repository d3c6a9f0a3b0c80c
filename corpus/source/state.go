package source

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// stateVersion is the version of the file that keeps a tree, and of what readers make of a file: a
// tree of another version is forgotten, so that all files are read again.
const stateVersion = 1

// A stateLine is one line of that file; the first one holds the version alone.
type stateLine struct {
	Version int    `json:"version,omitempty"`
	Path    string `json:"path,omitempty"`
	known
	// Digests are those the index had of the file's documents.
	Digests []string `json:"digests,omitempty"`
}

// save writes the tree, with the digests of the documents in the index, to a file: whole or not at all.
func (t tree) save(file string, digests map[string]string) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return fmt.Errorf("save what is known of the folder: %w", err)
	}
	w := bufio.NewWriter(tmp)
	enc := json.NewEncoder(w)
	err = enc.Encode(stateLine{Version: stateVersion})
	for name, k := range t.below(".") {
		if err == nil {
			err = enc.Encode(stateLine{Path: name, known: *k, Digests: digestsOf(k.documents(name), digests)})
		}
	}
	if err == nil {
		err = w.Flush()
	}
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), file)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("save what is known of the folder: %w", err), os.Remove(tmp.Name()))
	}
	return nil
}

// digestsOf returns the digests of documents in the index, "" for those it does not hold.
func digestsOf(ids []string, digests map[string]string) []string {
	list := make([]string, 0, len(ids))
	for _, id := range ids {
		list = append(list, digests[id])
	}
	return list
}

// loadTree reads a tree that was saved, without the files whose documents are not those of the index:
// they are read again. A tree that is damaged or of another version is empty.
func loadTree(file string, digests map[string]string) tree {
	t := tree{}
	f, err := os.Open(file)
	if err != nil {
		return t
	}
	defer f.Close()
	dec := json.NewDecoder(bufio.NewReader(f))
	var line stateLine
	if dec.Decode(&line) != nil || line.Version != stateVersion {
		return t
	}
	for {
		line = stateLine{}
		switch err := dec.Decode(&line); {
		case err == io.EOF:
			return t
		case err != nil || line.Path == "":
			return tree{}
		}
		k := line.known
		now := digestsOf(k.documents(line.Path), digests)
		if slices.Equal(now, line.Digests) && !slices.Contains(now, "") {
			t.set(line.Path, &k)
		}
	}
}
