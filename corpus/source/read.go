package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"verbatim/corpus"
	"verbatim/corpus/format"
)

// racy is the age below which the time of a file is not trusted: it may be written again without a
// new time, as some systems count in steps of two seconds.
const racy = 2 * time.Second

// A result is what came of reading a file.
type result struct {
	// docs are its documents, sum that of its content.
	docs []*corpus.Document
	sum  uint64
	// same says that the content is what is known already.
	same bool
	// err is why the content makes no documents.
	err error
	// failed is why the content could not be had.
	failed error
}

// add has a file read, now or soon.
func (s *scan) add(ctx context.Context, j job) error {
	s.todo = append(s.todo, j)
	s.bytes += j.info.Size()
	if len(s.todo) < maxBatchFiles && s.bytes < maxBatchBytes {
		return nil
	}
	return s.flush(ctx)
}

// flush reads the files that are to be read, side by side, and applies what they hold in order: as
// soon as that is much, since a small file may hold a long text.
func (s *scan) flush(ctx context.Context) error {
	todo := s.todo
	s.todo, s.bytes = nil, 0
	for len(todo) > 0 {
		results, err := s.readSome(ctx, todo)
		if err != nil {
			return err
		}
		if err := s.applyResults(ctx, todo[:len(results)], results); err != nil {
			return err
		}
		todo = todo[len(results):]
	}
	return nil
}

// readSome reads the first of some files, at least one, until their texts are as long as a batch may be.
func (s *scan) readSome(ctx context.Context, todo []job) ([]result, error) {
	results := make([]result, len(todo))
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	var size atomic.Int64
	begun := 0
	for i, j := range todo {
		if size.Load() >= maxBatchBytes {
			break
		}
		begun++
		group.Go(func() error {
			results[i] = s.readFile(groupCtx, j)
			for _, doc := range results[i].docs {
				size.Add(int64(len(doc.Text)))
			}
			return groupCtx.Err()
		})
	}
	return results[:begun], group.Wait()
}

// applyResults turns what was read into a change, and notes it once it is applied.
func (s *scan) applyResults(ctx context.Context, todo []job, results []result) error {
	var c Change
	now := make([]*known, len(todo))
	for i, j := range todo {
		r := &results[i]
		old := s.tree.file(j.name)
		if now[i] = s.knownAfter(j, r, old); now[i] == nil {
			continue
		}
		c.Put = append(c.Put, r.docs...)
		if old != nil {
			ids := now[i].documents(j.name)
			for _, id := range old.documents(j.name) {
				if !slices.Contains(ids, id) {
					c.Remove = append(c.Remove, id)
				}
			}
		}
	}
	if err := s.send(ctx, c); err != nil {
		return err
	}
	for i, j := range todo {
		b := s.tree.at(path.Dir(j.name))
		if now[i] != nil {
			b.files[path.Base(j.name)] = now[i]
			delete(b.resting, path.Base(j.name))
		}
		s.setRestless(path.Dir(j.name), b)
	}
	return nil
}

// send applies one change, unless it is empty.
func (s *scan) send(ctx context.Context, c Change) error {
	if len(c.Put) == 0 && len(c.Remove) == 0 {
		return nil
	}
	if err := s.apply(ctx, c); err != nil {
		return err
	}
	s.counts.add(Counts{Put: len(c.Put), Removed: len(c.Remove)})
	return nil
}

// knownAfter returns what is known of a file after it was read; nil when it is to be looked at again
// and until then stays as it was.
func (s *scan) knownAfter(j job, r *result, old *known) *known {
	b := s.tree.at(path.Dir(j.name))
	base := path.Base(j.name)
	k := &known{Size: j.info.Size(), Time: j.info.ModTime().UnixNano(), Stamp: stampOf(j.info), Sum: r.sum}
	if time.Since(j.info.ModTime()) < racy {
		k.Time = 0
	}
	switch {
	case errors.Is(r.failed, errUnstable):
		b.resting[base] = look{} // like no other, so that it is looked at twice
		return nil
	case errors.Is(r.failed, fs.ErrNotExist):
		return nil
	case errors.Is(r.failed, fs.ErrPermission), errors.Is(r.failed, errNotRegular), errors.Is(r.failed, errOutside):
		return &known{err: plain(r.failed), Error: plain(r.failed).Error()} // read again at every look
	case r.failed != nil:
		b.problems[base] = trouble{err: plain(r.failed), kept: old != nil && old.reason() == nil}
		return nil
	case r.same:
		k.Docs, k.Error, k.err, k.Missing = old.Docs, old.Error, old.err, old.Missing
	case r.err != nil:
		k.err, k.Error = r.err, r.err.Error()
	default:
		k.setDocuments(j.name, r.docs)
	}
	return k
}

// readFile reads one file.
func (s *scan) readFile(ctx context.Context, j job) (r result) {
	if j.info.Size() > format.MaxFileSize {
		r.err = fmt.Errorf("%w (%d bytes, %d are read)", format.ErrTooLarge, j.info.Size(), format.MaxFileSize)
		return r
	}
	data, err := readStable(s.root, j)
	if err != nil {
		r.failed = err
		return r
	}
	r.sum = sumOf(data)
	if old := s.tree.file(j.name); old != nil && old.Sum == r.sum && old.Size == j.info.Size() && old.Sum != 0 {
		r.same = true
		return r
	}
	docs, err := s.opts.Read(ctx, "", j.name, data)
	var reason format.Reason
	switch {
	case errors.As(err, &reason):
		r.err = err
		return r
	case err != nil: // which is not about the file
		r.failed = err
		return r
	}
	for _, doc := range docs {
		doc.Collection = collectionOf(j.name)
		doc.ID = corpus.DocumentID(doc.Collection, doc.Path)
		if !s.opts.Skip(doc.ID) {
			r.docs = append(r.docs, doc)
		}
	}
	return r
}

// readStable reads the content of a file, and fails with errUnstable if it is not the file that was
// looked at or changed meanwhile.
func readStable(root *os.Root, j job) ([]byte, error) {
	file, err := root.OpenFile(j.name, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	before, err := file.Stat()
	switch {
	case err != nil:
		return nil, err
	case !before.Mode().IsRegular():
		return nil, errNotRegular
	case !alike(before, j.info):
		return nil, errUnstable
	}
	data, err := io.ReadAll(io.LimitReader(file, j.info.Size()+1))
	if err != nil {
		return nil, err
	}
	after, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !alike(after, j.info) || int64(len(data)) != j.info.Size() {
		return nil, errUnstable
	}
	return data, nil
}

// alike says whether two looks saw the same file, unchanged.
func alike(a, b fs.FileInfo) bool {
	return a.Size() == b.Size() && a.ModTime().Equal(b.ModTime()) && stampOf(a) == stampOf(b)
}

// minShrink is the number of documents from which the loss of nearly all of them is suspicious.
const minShrink = 10

// shrunk says whether going from one number of documents to another is suspicious: nine in ten gone.
func shrunk(before, after int) bool { return before >= minShrink && after*10 <= before }

// removeGone removes the documents of what is no longer there.
func (s *scan) removeGone(ctx context.Context) error {
	names := s.goneFiles
	for _, folder := range s.goneFolders {
		for name := range s.tree.below(folder) {
			names = append(names, name)
		}
	}
	var c Change
	for _, name := range names {
		c.Remove = append(c.Remove, s.tree.file(name).documents(name)...)
	}
	if len(c.Remove) >= minShrink-1 && !s.force {
		if all := s.total(); shrunk(all, all-len(c.Remove)) {
			return fmt.Errorf("%w (%d of %d documents)", ErrShrunk, len(c.Remove), all)
		}
	}
	if err := s.send(ctx, c); err != nil {
		return err
	}
	for _, name := range names {
		s.tree.remove(name)
	}
	for _, folder := range s.goneFolders {
		s.tree.cut(folder)
		delete(s.restless, folder)
	}
	if s.watcher != nil && len(s.goneFolders) > 0 {
		s.watcher.gone(s.goneFolders)
	}
	return nil
}

// total returns the number of documents known.
func (s *scan) total() int {
	n := 0
	for name, k := range s.tree.below(".") {
		n += len(k.documents(name))
	}
	return n
}
