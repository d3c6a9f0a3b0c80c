package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
)

// A Forgotten is a document that is left out although its source has it.
type Forgotten struct {
	ID   string `json:"id"`
	Path string `json:"path"`
}

// lists are what admins added and forgot, kept in a file.
type lists struct {
	file string // "" keeps nothing

	mu     sync.Mutex
	state  listState
	closed bool // nothing is changed any more
}

// FormatVersion is the layout of what is kept of added documents and fetched pages: of added.json and
// web.json. It rises when an older program could no longer read them. A file without it is of version 1.
const FormatVersion = 1

// listState is that file.
type listState struct {
	Version   int         `json:"version,omitempty"`
	Added     []WebSource `json:"added"`
	Forgotten []Forgotten `json:"forgotten"`
}

// openLists reads the lists. Unlike what can be fetched again they cannot be made anew: a file that
// makes no sense is an error.
func openLists(file string) (*lists, error) {
	l := &lists{file: file}
	data, err := os.ReadFile(file)
	if file == "" || errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &l.state)
	}
	if err == nil && l.state.Version > FormatVersion {
		return nil, fmt.Errorf("read the list of added and forgotten documents %q: %w (format %d, this one reads up to %d)", file, ErrNewer, l.state.Version, FormatVersion)
	}
	for i := range l.state.Added {
		if err == nil {
			err = l.state.Added[i].Check()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the list of added and forgotten documents %q: %w; mend the file or move it away", file, err)
	}
	return l, nil
}

// change changes the lists and keeps them.
func (l *lists) change(do func(s *listState)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return fmt.Errorf("keep the list of added and forgotten documents: %w", errClosed)
	}
	next := listState{Version: FormatVersion, Added: slices.Clone(l.state.Added), Forgotten: slices.Clone(l.state.Forgotten)}
	do(&next)
	if l.file != "" {
		data, err := json.MarshalIndent(next, "", "  ")
		if err != nil {
			return fmt.Errorf("keep the list of added and forgotten documents: %w", err)
		}
		if err := replaceFile(l.file, data); err != nil {
			return fmt.Errorf("keep the list of added and forgotten documents: %w", err)
		}
	}
	l.state = next
	return nil
}

// get returns the lists as they are. They must not be changed.
func (l *lists) get() listState {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state
}

// forgotten says whether a document is left out.
func (l *lists) forgotten(id string) bool {
	return slices.ContainsFunc(l.get().Forgotten, func(f Forgotten) bool { return f.ID == id })
}
