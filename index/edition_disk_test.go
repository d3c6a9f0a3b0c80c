package index_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"verbatim/index"
	"verbatim/index/bleve"
)

// TestAdoptOnAFullDisk takes an index over onto a disk that has room for more and more of it: until all has room, the
// index that was there stays, can be opened, and nothing is left behind.
func TestAdoptOnAFullDisk(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("this system has no small disk to fill")
	}
	disk := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("making a small disk takes root: %v: %s", err, out)
	}
	defer func() {
		if out, err := exec.Command("umount", disk).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	}()
	here, old, there := t.TempDir(), t.TempDir(), filepath.Join(disk, "index")
	update(t, old, handbook[:1]...)
	update(t, here, handbook...)
	adopt(t, there, edition(t, old), copied, true)
	before, next := edition(t, there), edition(t, here)
	const page = 4096
	for pages := 0; ; pages++ {
		fill(t, filepath.Join(disk, "fill"), pages*page)
		changed, err := index.Adopt(t.Context(), there, bleve.Engine{}, next, copied)
		if err := os.Remove(filepath.Join(disk, "fill")); err != nil {
			t.Fatal(err)
		}
		x, broken := index.OpenWhole(there, bleve.Engine{})
		if broken != nil {
			t.Fatalf("with %d pages free: %v", pages, broken)
		}
		if err := x.Close(); err != nil {
			t.Error(err)
		}
		if left, _ := filepath.Glob(filepath.Join(there, "pull-*")); len(left) > 0 {
			t.Errorf("with %d pages free this is left behind: %v", pages, left)
		}
		if err == nil {
			if !changed || pages < 5 || !edition(t, there).Same(next) {
				t.Errorf("with %d pages free: changed %v", pages, changed)
			}
			t.Logf("%d pages have room for it", pages)
			return
		}
		if changed || !errors.Is(err, syscall.ENOSPC) || !edition(t, there).Same(before) {
			t.Fatalf("with %d pages free: changed %v, %v", pages, changed, err)
		}
	}
}

// fill writes a file that leaves some bytes of its disk free.
func fill(t *testing.T, name string, free int) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	info, err := f.Stat()
	if err == nil {
		err = f.Truncate(info.Size() - int64(free))
	}
	if err != nil {
		t.Fatal(err)
	}
}
