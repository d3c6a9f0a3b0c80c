package format

import (
	"bytes"
	"mime"
	"path"
	"strings"
)

// A kind is a format by the extension that is usual for it, without the dot.
type kind string

// The formats that are read.
const (
	kindText     kind = "txt"
	kindMarkdown kind = "md"
	kindRST      kind = "rst"
	kindAsciiDoc kind = "adoc"
	kindHTML     kind = "html"
	kindCSV      kind = "csv"
	kindTSV      kind = "tsv"
	kindJSON     kind = "json"
	kindJSONL    kind = "jsonl"
	kindEML      kind = "eml"
	kindMbox     kind = "mbox"
	kindPDF      kind = "pdf"
	kindDOCX     kind = "docx"
	kindPPTX     kind = "pptx"
	kindXLSX     kind = "xlsx"
	kindODT      kind = "odt"
	kindEPUB     kind = "epub"
	kindSlack    kind = "slack" // Slack's export, a ZIP
	kindZIP      kind = "zip"   // an archive whose content tells what it is
)

// readerFor returns the reader of a format.
func readerFor(k kind) reader {
	switch k {
	case kindMarkdown:
		return readMarkdown
	case kindRST:
		return readRST
	case kindAsciiDoc:
		return readAsciiDoc
	case kindHTML:
		return readHTML
	case kindCSV:
		return readCSV
	case kindTSV:
		return readTSV
	case kindJSON:
		return readJSON
	case kindJSONL:
		return readJSONL
	case kindEML:
		return readEML
	case kindMbox:
		return readMbox
	case kindPDF:
		return readPDF
	case kindDOCX:
		return readDOCX
	case kindPPTX:
		return readPPTX
	case kindXLSX:
		return readXLSX
	case kindODT:
		return readODT
	case kindEPUB:
		return readEPUB
	case kindSlack:
		return readSlack
	}
	return readText
}

// kindOfExtension returns the kind of a lower-case extension with its dot, "" when it is unknown.
func kindOfExtension(extension string) kind {
	switch extension {
	case ".txt", ".text", "":
		return kindText
	case ".md", ".markdown", ".mdown", ".mkd":
		return kindMarkdown
	case ".rst":
		return kindRST
	case ".adoc", ".asciidoc", ".asc":
		return kindAsciiDoc
	case ".html", ".htm", ".xhtml":
		return kindHTML
	case ".csv":
		return kindCSV
	case ".tsv", ".tab":
		return kindTSV
	case ".json":
		return kindJSON
	case ".jsonl", ".ndjson":
		return kindJSONL
	case ".eml":
		return kindEML
	case ".mbox":
		return kindMbox
	case ".pdf":
		return kindPDF
	case ".docx", ".docm", ".dotx":
		return kindDOCX
	case ".pptx", ".pptm", ".ppsx":
		return kindPPTX
	case ".xlsx", ".xlsm":
		return kindXLSX
	case ".odt", ".ott":
		return kindODT
	case ".epub":
		return kindEPUB
	case ".zip":
		return kindZIP
	}
	return ""
}

// isLegacy says whether a lower-case extension is of a format that its program can turn into one
// that is read.
func isLegacy(extension string) bool {
	switch extension {
	case ".doc", ".dot", ".ppt", ".pps", ".xls", ".xlsb", ".pages", ".numbers", ".key", ".rtf", ".msg", ".pst", ".pub",
		".vsd", ".vsdx", ".one", ".wpd", ".wps", ".hwp", ".mobi", ".azw", ".azw3", ".djvu", ".xps", ".ps", ".odp", ".ods", ".chm":
		return true
	}
	return false
}

// Supported says whether a file of this name is worth reading: its extension is of a format that is
// read, or it has none. [ReadAs] says of any other, without a look at the content, that its format
// is unsupported.
func Supported(name string) bool {
	return kindOfExtension(strings.ToLower(path.Ext(name))) != ""
}

// kindOfMedia returns the kind of a media type, "" when it says nothing that the content and the
// name do not say better.
func kindOfMedia(mediaType string) kind {
	media, _, err := mime.ParseMediaType(mediaType)
	if err != nil {
		return ""
	}
	switch media {
	case "text/html", "application/xhtml+xml":
		return kindHTML
	case "text/markdown":
		return kindMarkdown
	case "text/csv":
		return kindCSV
	case "text/tab-separated-values":
		return kindTSV
	case "application/json":
		return kindJSON
	case "application/x-ndjson", "application/jsonl":
		return kindJSONL
	case "message/rfc822":
		return kindEML
	case "application/mbox":
		return kindMbox
	case "application/pdf":
		return kindPDF
	}
	return ""
}

// isLock says whether name is of a file that an office program keeps beside an open document.
func isLock(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(base, "~$") || strings.HasPrefix(base, ".~lock.")
}

// kindOf decides how to read a file: by its first bytes, by the media type, by the name.
func kindOf(mediaType, name string, data []byte) (kind, error) {
	extension := strings.ToLower(path.Ext(name))
	named := kindOfExtension(extension)
	if media := kindOfMedia(mediaType); media != "" {
		named = media
	}
	switch {
	case isLock(name):
		return "", ErrLock
	case len(data) == 0:
		return "", ErrEmpty
	case len(data) > MaxFileSize:
		return "", because(ErrTooLarge, "%d bytes, and the limit is %d", len(data), MaxFileSize)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return "", olderOffice(named, data)
	case bytes.HasPrefix(data, []byte(`{\rtf`)):
		return "", because(ErrLegacy, "RTF")
	case named == "" && isLegacy(extension):
		return "", because(ErrLegacy, "%s", extension)
	case bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")):
		return kindPDF, nil
	case isZIP(data):
		return kindOfZIP(named, data)
	case named == "":
		return "", ErrUnsupported
	case isPacked(named):
		return otherThan(named, data)
	case named == kindJSON && isJSONLines(data):
		return kindJSONL, nil
	}
	return named, nil
}

// isZIP says whether data begins as a ZIP archive does, an empty one included.
func isZIP(data []byte) bool {
	return bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("PK\x05\x06"))
}

// isPacked says whether files of this kind begin with bytes that were looked for.
func isPacked(k kind) bool {
	switch k {
	case kindPDF, kindDOCX, kindPPTX, kindXLSX, kindODT, kindEPUB, kindZIP:
		return true
	}
	return false
}

// otherThan decides how to read data that is not what its name says: as a page when it is one, as
// servers send in place of a file that is gone, and not at all otherwise.
func otherThan(named kind, data []byte) (kind, error) {
	head := bytes.ToLower(bytes.TrimSpace(data[:min(len(data), 512)]))
	if bytes.HasPrefix(head, []byte("<!doctype html")) || bytes.HasPrefix(head, []byte("<html")) {
		return kindHTML, nil
	}
	return "", because(ErrDamaged, "not a %s file by its content", named)
}

// olderOffice tells the two kinds of files in Microsoft's older container apart: an encrypted new
// document holds its parts under this name, in UTF-16.
func olderOffice(named kind, data []byte) error {
	if named == kindDOCX || named == kindPPTX || named == kindXLSX || bytes.Contains(data, []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")) {
		return ErrEncrypted
	}
	return because(ErrLegacy, "a format of Microsoft Office before 2007")
}
