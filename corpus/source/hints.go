package source

import (
	"context"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/fsnotify/fsnotify"
)

// hints collect where something happened. They may be late, missing or too many: a scan of the whole
// folder is the truth.
type hints struct {
	wake chan struct{}

	mu sync.Mutex
	// folders are paths at which to look, true for those with all below; some may be files.
	folders map[string]bool
	// blind says that the system does not tell of all changes.
	blind bool
}

func newHints() *hints { return &hints{wake: make(chan struct{}, 1), folders: map[string]bool{}} }

// add notes that something happened in a folder, or with deep anywhere below.
func (h *hints) add(folder string, deep bool) {
	h.mu.Lock()
	h.folders[folder] = h.folders[folder] || deep
	h.mu.Unlock()
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// take returns what was noted, and forgets it.
func (h *hints) take() map[string]bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	folders := h.folders
	h.folders = map[string]bool{}
	return folders
}

func (h *hints) setBlind() {
	h.mu.Lock()
	h.blind = true
	h.mu.Unlock()
}

func (h *hints) isBlind() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.blind
}

// A watcher tells where something happens in a folder.
type watcher interface {
	// watch begins to tell of one folder, by its path within the watched one.
	watch(folder string)
	// gone ends that for folders and all below them.
	gone(folders []string)
	// run passes on what happens until ctx ends.
	run(ctx context.Context)
}

// noWatcher knows of nothing.
type noWatcher struct{}

func (noWatcher) watch(string)        {}
func (noWatcher) gone([]string)       {}
func (noWatcher) run(context.Context) {}

// systemWatcher passes on what the system tells.
type systemWatcher struct {
	*fsnotify.Watcher
	dir   string
	hints *hints
}

// newWatcher returns the system's watcher for dir, or one that knows of nothing where there is none.
func newWatcher(dir string, h *hints) watcher {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		h.setBlind()
		return noWatcher{}
	}
	return &systemWatcher{Watcher: w, dir: dir, hints: h}
}

func (w *systemWatcher) watch(folder string) {
	if err := w.Add(filepath.Join(w.dir, filepath.FromSlash(folder))); err != nil {
		w.hints.setBlind() // the system's limit of watches, or a folder that is gone already
	}
}

// gone ends the watches of folders. A folder that was moved keeps its watch, which goes on to tell of
// the old path: hence everything is looked at, and watched, once more.
func (w *systemWatcher) gone(folders []string) {
	for _, watched := range w.WatchList() {
		rel, err := filepath.Rel(w.dir, watched)
		if err != nil {
			continue
		}
		for _, folder := range folders {
			if name := filepath.ToSlash(rel); name == folder || strings.HasPrefix(name, folder+"/") {
				_ = w.Remove(watched) // it may have ended by itself
			}
		}
	}
	w.hints.add(".", true)
}

func (w *systemWatcher) run(ctx context.Context) {
	defer w.Close()
	for {
		select {
		case <-ctx.Done():
			return
		case event, ok := <-w.Events:
			if !ok {
				return
			}
			w.note(event)
		case _, ok := <-w.Errors:
			if !ok {
				return
			}
			w.hints.add(".", true) // events were lost
		}
	}
}

// note turns an event into a hint: a look at the folder that holds the file and, as it may be a folder
// that is new in its place, at the file.
func (w *systemWatcher) note(event fsnotify.Event) {
	rel, err := filepath.Rel(w.dir, event.Name)
	if err != nil {
		w.hints.add(".", true)
		return
	}
	name := filepath.ToSlash(rel)
	switch {
	case name == ignoreFile || name == ".":
		w.hints.add(".", true)
	case event.Has(fsnotify.Create) && !strings.HasPrefix(path.Base(name), "."):
		w.hints.add(path.Dir(name), false)
		w.hints.add(name, true)
	default:
		w.hints.add(path.Dir(name), false)
	}
}
