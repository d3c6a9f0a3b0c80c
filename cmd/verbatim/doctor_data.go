package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"syscall"

	"verbatim/bot/checkup"
)

const (
	// scarce is the free space in bytes from which on down a disk counts as nearly full, and full that
	// from which on it counts as full: a journal and a small change of the index.
	scarce, full = 256 << 20, 16 << 20
	// probeSize is how much is written to see whether a disk takes it.
	probeSize = 256 << 10
)

const nameData = "data folder"

// folder looks at the data folder: its rights, whether it takes writes, and how much room is left.
func folder(dir string) []checkup.Finding {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []checkup.Finding{checkup.Noted(nameData, "", "%q is not there yet: serve makes it", dir)}
	case err != nil:
		return []checkup.Finding{checkup.Bad(nameData, "give the folder to the user who runs the program", "%v", err)}
	case !info.IsDir():
		return []checkup.Finding{checkup.Bad(nameData, "name a folder with --data (VERBATIM_DATA)", "%q is a file", dir)}
	}
	var list []checkup.Finding
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0 {
		list = append(list, checkup.Warned(nameData, fmt.Sprintf("chmod go-w %q", dir), "others may write to %q", dir))
	}
	if f := takesWrites(dir); f.Severity != checkup.OK {
		return append(list, f)
	}
	room, known := freeSpace(dir)
	switch {
	case !known:
		return append(list, checkup.Good(nameData, "%q takes writes", dir))
	case room < full:
		return append(list, checkup.Bad("disk", "make room", "the disk of %q has %d MiB left: it is full", dir, room>>20))
	case room < scarce:
		return append(list, checkup.Warned("disk", "make room: a rebuilt index needs the room of a second one", "the disk of %q has %d MiB left", dir, room>>20))
	}
	return append(list, checkup.Good(nameData, "%q takes writes, %d MiB are free", dir, room>>20))
}

// takesWrites writes a file and takes it away again.
func takesWrites(dir string) (f checkup.Finding) {
	probe, err := os.CreateTemp(dir, ".doctor-*")
	if err == nil {
		_, err = probe.Write(make([]byte, probeSize))
		if err == nil {
			err = probe.Sync()
		}
		err = errors.Join(err, probe.Close(), os.Remove(probe.Name()))
	}
	switch {
	case err == nil:
		return checkup.Good(nameData, "it takes writes")
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return checkup.Bad("disk", "make room: meanwhile questions are answered from memory, and a crash would lose some", "the disk of %q is full: %v", dir, err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return checkup.Bad(nameData, "give the folder to the user who runs the program (chown), or mount it for writing", "it takes no writes: %v", err)
	}
	return checkup.Bad(nameData, "look at the disk", "it takes no writes: %v", err)
}
