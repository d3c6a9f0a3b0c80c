package format

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"strings"
)

// Limits of an archive. What its directory says of sizes is not believed: bytes are counted as they
// come out.
const (
	// maxEntries is the number of files in the largest archive that is read.
	maxEntries = 10_000
	// maxPart is the unpacked size in bytes of the largest file in one.
	maxPart = 64 << 20
	// maxUnpacked is the number of bytes unpacked from one in all.
	maxUnpacked = 256 << 20
)

// An archive is a ZIP archive in memory. Its files are found by name and never written anywhere, so
// that no name can lead out of it.
type archive struct {
	files map[string]*zip.File
	names []string // in the order of the directory
	left  int64    // how many bytes may still be unpacked
}

// openArchive reads the directory of an archive.
func openArchive(data []byte) (*archive, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, because(ErrDamaged, "%v", err)
	}
	if len(r.File) > maxEntries {
		return nil, because(ErrTooLarge, "an archive of %d files, and the limit is %d", len(r.File), maxEntries)
	}
	a := &archive{files: make(map[string]*zip.File, len(r.File)), left: maxUnpacked}
	for _, f := range r.File {
		name := strings.TrimPrefix(f.Name, "/")
		if _, twice := a.files[name]; !twice && !strings.HasSuffix(name, "/") {
			a.files[name] = f
			a.names = append(a.names, name)
		}
	}
	return a, nil
}

func (a *archive) has(name string) bool { return a.files[name] != nil }

// open returns the content of a file, or an error that wraps [ErrDamaged] when there is none. Reading
// it fails at the limits of size.
func (a *archive) open(name string) (io.Reader, error) {
	f := a.files[name]
	if f == nil {
		return nil, because(ErrDamaged, "%s is missing", cutName(name))
	}
	if f.Flags&1 != 0 {
		return nil, ErrEncrypted
	}
	r, err := f.Open()
	if err != nil {
		return nil, because(ErrDamaged, "%s: %v", cutName(name), err)
	}
	return &boundedReader{r: r, archive: a, left: maxPart, name: name}, nil
}

// read returns the whole content of a file.
func (a *archive) read(name string) ([]byte, error) {
	r, err := a.open(name)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// cutName returns the end of a long name, without what does not print.
func cutName(name string) string {
	name = strings.Map(func(r rune) rune {
		if isSeparator(r) {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(name, "?"))
	if len(name) > 100 {
		name = "…" + strings.ToValidUTF8(name[len(name)-100:], "")
	}
	return name
}

// A boundedReader reads one file of an archive as far as the limits allow.
type boundedReader struct {
	r       io.Reader
	archive *archive
	left    int64
	name    string
}

func (b *boundedReader) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.left -= int64(n)
	b.archive.left -= int64(n)
	switch {
	case b.left < 0 || b.archive.left < 0:
		return 0, because(ErrTooLarge, "%s unpacks to more than may be read", cutName(b.name))
	case err != nil && err != io.EOF:
		err = because(ErrDamaged, "%s: %v", cutName(b.name), err)
	}
	return n, err
}

// kindOfZIP tells by the files in an archive which format it is.
func kindOfZIP(named kind, data []byte) (kind, error) {
	a, err := openArchive(data)
	if err != nil {
		return "", err
	}
	if a.has("mimetype") {
		if mimetype, err := a.read("mimetype"); err == nil {
			switch strings.TrimSpace(string(mimetype)) {
			case "application/epub+zip":
				return kindEPUB, nil
			case "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text-template":
				return kindODT, nil
			case "application/vnd.oasis.opendocument.presentation", "application/vnd.oasis.opendocument.spreadsheet":
				return "", because(ErrLegacy, "OpenDocument slides or sheets")
			}
		}
	}
	switch {
	case a.has("word/document.xml"):
		return kindDOCX, nil
	case a.has("ppt/presentation.xml"):
		return kindPPTX, nil
	case a.has("xl/workbook.xml"):
		return kindXLSX, nil
	case a.has("META-INF/container.xml"):
		return kindEPUB, nil
	case a.has("channels.json"):
		return kindSlack, nil
	case a.has("Index/Document.iwa") || a.has("index.apxl"):
		return "", because(ErrLegacy, "Apple Pages, Numbers or Keynote")
	case a.has("[Content_Types].xml") || a.has("content.xml"):
		return named.orUnsupported()
	case named != "" && named != kindZIP:
		return "", because(ErrDamaged, "a ZIP archive without the parts of a %s file", named)
	}
	return "", because(ErrUnsupported, "a ZIP archive: unpack it")
}

// orUnsupported returns a kind of archive, and for other kinds that it is an archive of another kind.
func (k kind) orUnsupported() (kind, error) {
	switch k {
	case kindDOCX, kindPPTX, kindXLSX, kindODT:
		return k, nil
	}
	return "", because(ErrUnsupported, "an office document of another kind")
}

// relative returns the name in an archive that target has, seen from the file base.
func relative(base, target string) string {
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(path.Clean(target), "/")
	}
	return strings.TrimPrefix(path.Join(path.Dir(base), target), "/")
}

// drain reads r to its end.
func drain(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}
