package source

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"verbatim/corpus/format"
)

// maxProblems is how many problems of a folder are named, and again how many files of formats that are
// not read. The others are counted.
const maxProblems = 10_000

// Problems returns what was left out and why, sorted by path: at most some 20,000, and what the others
// come to.
func (f *Folder) Problems() []Problem {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list problemList
	left := 0
	for _, folder := range slices.Sorted(maps.Keys(f.tree)) {
		b := f.tree[folder]
		left += b.left
		list.addBranch(folder, b)
	}
	if left > 0 {
		list.add(Problem{Path: ".", Err: fmt.Errorf("%w (%d files and folders are the limit, %d are left out)", errTooMany, f.opts.MaxFiles, left)})
	}
	return list.all()
}

// A problemList collects problems up to a bound.
type problemList struct {
	list []Problem
	// unsupported and others are how many there were of each kind, listed or not.
	unsupported, others int
}

func (l *problemList) add(p Problem) {
	count := &l.others
	if errors.Is(p.Err, format.ErrUnsupported) {
		count = &l.unsupported
	}
	if *count++; *count <= maxProblems {
		l.list = append(l.list, p)
	}
}

// addBranch adds the problems of one folder, without those below it.
func (l *problemList) addBranch(folder string, b *branch) {
	for _, base := range slices.Sorted(maps.Keys(b.problems)) {
		l.add(b.problems[base].at(folder, base))
	}
	for _, base := range slices.Sorted(maps.Keys(b.files)) {
		k := b.files[base]
		if err := k.reason(); err != nil {
			l.add(Problem{Path: path.Join(folder, base), Err: err})
		} else if k.Missing != "" {
			l.add(Problem{Path: path.Join(folder, base), Err: errors.New(k.Missing), Kept: true})
		}
	}
	for _, base := range slices.Sorted(maps.Keys(b.resting)) {
		if k := b.files[base]; k != nil && k.Time == 0 {
			continue // it was read just after it changed, and is only read once more to be sure
		}
		l.add(Problem{Path: path.Join(folder, base), Err: errUnstable, Kept: b.files[base] != nil})
	}
	l.addClashes(folder, b)
}

// addClashes adds the files of a folder whose names differ only in case from another's.
func (l *problemList) addClashes(folder string, b *branch) {
	first := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(b.files)) {
		lower := strings.ToLower(name)
		if other, clash := first[lower]; clash {
			l.add(Problem{Path: path.Join(folder, name), Err: fmt.Errorf("%w (%q)", errCaseClash, other), Kept: true})
		}
		first[lower] = name
	}
}

// all returns the problems, with one more for each kind of which not all are listed.
func (l *problemList) all() []Problem {
	for _, count := range []int{l.others, l.unsupported} {
		if more := count - maxProblems; more > 0 {
			l.list = append(l.list, Problem{Path: ".", Err: fmt.Errorf("%w (%d more)", errMoreProblems, more)})
		}
	}
	slices.SortStableFunc(l.list, func(a, b Problem) int { return cmp.Compare(a.Path, b.Path) })
	return l.list
}

// A trouble is why an entry of a folder was left out: a [Problem] without its path, as there may be
// very many.
type trouble struct {
	err error
	// kept says that the entry is in the index all the same.
	kept bool
}

// at returns the problem of the entry of that name in a folder, "." for the folder itself.
func (t trouble) at(folder, base string) Problem {
	return Problem{Path: path.Join(folder, strings.ToValidUTF8(base, "\ufffd")), Err: t.err, Kept: t.kept}
}
