package index

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// place gives a whole part, in a folder of another name in dir, the next name of a part. The folder must be
// locked.
//
// No name is given twice, not even when the part of that name was removed or put aside: whoever has that
// part open, in this process or another, knows it by its name, and would take the old part for the new one.
// So the last name is kept in a file of its own, which stays when CURRENT is damaged or put aside with a
// part. It belongs to the folder and not to what the index holds: it travels into no backup and no edition.
// Folders of before it was written have none; then the parts that are there or were put aside tell.
func place(dir, whole string) (string, error) {
	last, err := lastNumber(dir)
	if err != nil {
		return "", err
	}
	next := generationName(last + 1)
	if err := replaceDurably(filepath.Join(dir, lastFile), []byte(next+"\n")); err != nil {
		return "", err
	}
	return next, os.Rename(whole, filepath.Join(dir, next))
}

// lastNumber returns the highest number that a part in dir has had, 0 when there was none. A last name that
// makes no sense counts as none.
func lastNumber(dir string) (int, error) {
	said, err := os.ReadFile(filepath.Join(dir, lastFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	names, err := generations(dir)
	if err != nil {
		return 0, err
	}
	aside, err := os.ReadDir(filepath.Join(dir, damagedDir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	for _, e := range aside { // a part's name, a dash and something else
		names = append(names, e.Name()[:max(0, strings.LastIndexByte(e.Name(), '-'))])
	}
	last := generationNumber(strings.TrimSpace(string(said)))
	for _, name := range names {
		last = max(last, generationNumber(name))
	}
	return last, nil
}

func generationName(n int) string { return fmt.Sprintf("%s%06d", genPrefix, n) }

// generationNumber returns the number in the name of a part, 0 when it is no such name.
func generationNumber(name string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(name, genPrefix))
	if err != nil || generationName(n) != name {
		return 0
	}
	return n
}

// generations returns the names of the parts, oldest first.
func generations(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var gens []string
	for _, e := range entries {
		if e.IsDir() && generationNumber(e.Name()) > 0 {
			gens = append(gens, e.Name())
		}
	}
	slices.SortFunc(gens, func(a, b string) int { return generationNumber(a) - generationNumber(b) })
	return gens, nil
}
