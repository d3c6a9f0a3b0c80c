package format

import (
	"errors"
	"fmt"
)

// A Reason is why a file could not be read. Every error of this package wraps one, so that
// [errors.Is] finds it: errors.Is(err, format.ErrEncrypted). Its value is a short name for counting
// and for the wire; its text says what a person can do about it.
type Reason string

// The reasons. Each of them is about one file: the files after it are read all the same.
const (
	// ErrUnsupported is for files of formats that no reader knows.
	ErrUnsupported Reason = "unsupported"
	// ErrLegacy is for formats that a program can turn into one that is read, such as .doc.
	ErrLegacy Reason = "legacy"
	// ErrLock is for the files that office programs keep beside an open document.
	ErrLock Reason = "lock"
	// ErrEmpty is for files of no bytes.
	ErrEmpty Reason = "empty"
	// ErrBinary is for files that are text by their name and not by their bytes.
	ErrBinary Reason = "binary"
	// ErrDamaged is for files that break the rules of their format.
	ErrDamaged Reason = "damaged"
	// ErrEncrypted is for files that open with a password only.
	ErrEncrypted Reason = "encrypted"
	// ErrScanned is for pages that are pictures without text.
	ErrScanned Reason = "scanned"
	// ErrNoText is for files that are well and hold no text at all.
	ErrNoText Reason = "no text"
	// ErrTooLarge is for files over a limit of size, packed or unpacked.
	ErrTooLarge Reason = "too large"
	// ErrTooSlow is for files that are not read within [MaxTime].
	ErrTooSlow Reason = "too slow"
	// ErrMemory is for files that need more than [MaxMemory].
	ErrMemory Reason = "memory"
	// ErrCrashed is for files that end the process of the reader.
	ErrCrashed Reason = "crashed"
)

// Error returns what is the matter and what to do about it.
func (r Reason) Error() string {
	switch r {
	case ErrUnsupported:
		return "unsupported format: save it in one of the formats that are read, " + formatNames
	case ErrLegacy:
		return "an old or closed format: open it in the program that made it and save it anew, best as .docx, .pptx, .xlsx or .pdf"
	case ErrLock:
		return "not a document: the lock that an office program keeps while the document beside it is open"
	case ErrEmpty:
		return "the file is empty: if it should hold something, save or copy it again"
	case ErrBinary:
		return "holds binary data, not text: give the file the extension of what it is"
	case ErrDamaged:
		return "the file is damaged or incomplete: copy it again, or open it in its program and save it anew"
	case ErrEncrypted:
		return "the file is encrypted: save a copy without a password"
	case ErrScanned:
		return "the pages are pictures without text: run text recognition (OCR) over the file, then save it again"
	case ErrNoText:
		return "the file holds no text: nothing in it can be quoted"
	case ErrTooLarge:
		return "the file is too large: split it into smaller ones"
	case ErrTooSlow:
		return fmt.Sprintf("reading took more than %v: split the file, or save it anew from its program", MaxTime)
	case ErrMemory:
		return fmt.Sprintf("reading needs more than %d MiB of memory: split the file, or save it anew from its program", MaxMemory>>20)
	case ErrCrashed:
		return "the reader broke down on this file: save it anew from its program, or in another format"
	}
	return "the file cannot be read: " + string(r)
}

// ReasonOf returns the reason that err wraps; ErrDamaged when it wraps none.
func ReasonOf(err error) Reason {
	var reason Reason
	if errors.As(err, &reason) {
		return reason
	}
	return ErrDamaged
}

// because returns an error that is the reason and says more about this file.
func because(reason Reason, form string, args ...any) error {
	return fmt.Errorf("%w (%s)", reason, fmt.Sprintf(form, args...))
}
