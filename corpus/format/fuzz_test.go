package format

import (
	"archive/zip"
	"bytes"
	"slices"
	"strings"
	"testing"
)

// zipOf returns an archive of the given files, names and contents in turn, none of them packed: a
// fuzzer changes what is in it.
func zipOf(t testing.TB, parts ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for pair := range slices.Chunk(parts, 2) {
		f, err := w.CreateHeader(&zip.FileHeader{Name: pair[0], Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(pair[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// partOf returns one file of an archive of the zoo.
func partOf(t testing.TB, file, part string) []byte {
	t.Helper()
	a, err := openArchive(zooFile(t, file))
	if err != nil {
		t.Fatal(err)
	}
	data, err := a.read(part)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// fuzzFile reads a file of the given name and holds its documents to what documents must be. An
// error is fine, and must have a reason.
func fuzzFile(t *testing.T, name string, data []byte) {
	t.Helper()
	docs, err := Read(name, data)
	if err != nil {
		if text := err.Error(); !strings.Contains(text, string(ReasonOf(err).Error())) {
			t.Fatalf("an error without its reason: %v", err)
		}
		return
	}
	if len(docs) == 0 {
		t.Fatal("neither documents nor an error")
	}
	for _, doc := range docs {
		checkDocument(t, doc)
	}
}

// fuzzKind fuzzes the reader of a format from its files in the zoo.
func fuzzKind(f *testing.F, name, prefix string) {
	f.Helper()
	seeds := 0
	for _, file := range zoo(f) {
		if data := zooFile(f, file); strings.HasPrefix(file, prefix) && len(data) < 64<<10 {
			f.Add(data)
			seeds++
		}
	}
	if seeds == 0 {
		f.Fatalf("no file of the zoo begins with %q", prefix)
	}
	f.Fuzz(func(t *testing.T, data []byte) { fuzzFile(t, name, data) })
}

func FuzzText(f *testing.F)     { fuzzKind(f, "x.txt", "txt-") }
func FuzzMarkdown(f *testing.F) { fuzzKind(f, "x.md", "md-") }
func FuzzRST(f *testing.F)      { fuzzKind(f, "x.rst", "rst-") }
func FuzzAsciiDoc(f *testing.F) { fuzzKind(f, "x.adoc", "adoc-") }
func FuzzHTML(f *testing.F)     { fuzzKind(f, "x.html", "html-") }
func FuzzCSV(f *testing.F)      { fuzzKind(f, "x.csv", "csv-") }
func FuzzTSV(f *testing.F)      { fuzzKind(f, "x.tsv", "tsv-") }
func FuzzJSON(f *testing.F)     { fuzzKind(f, "x.json", "json-") }
func FuzzJSONL(f *testing.F)    { fuzzKind(f, "x.jsonl", "json-articles") }
func FuzzEML(f *testing.F)      { fuzzKind(f, "x.eml", "eml-") }
func FuzzMbox(f *testing.F)     { fuzzKind(f, "x.mbox", "mbox-") }

// FuzzArchive changes whole archives of every format.
func FuzzArchive(f *testing.F) {
	for _, name := range zoo(f) {
		if data := zooFile(f, name); isZIP(data) && len(data) < 32<<10 {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if isZIP(data) {
			fuzzGuarded(t, "x.docx", data)
		}
	})
}

// fuzzGuarded is fuzzFile for what is read with libraries of others, whose panics are errors in the
// process of a sandbox, too.
func fuzzGuarded(t *testing.T, name string, data []byte) {
	t.Helper()
	var tools tools
	answer := tools.answer(request{Name: name}, data)
	if answer.Reason == "" && len(answer.Documents) == 0 {
		t.Fatal("neither documents nor an error")
	}
	for _, doc := range answer.Documents {
		checkDocument(t, doc)
	}
}

func FuzzDOCX(f *testing.F) {
	for _, name := range []string{"docx-odd.docx", "docx-pandoc.docx", "docx-libreoffice.docx"} {
		f.Add(partOf(f, name, "word/document.xml"), partOf(f, "docx-pandoc.docx", "word/styles.xml"))
	}
	f.Fuzz(func(t *testing.T, document, styles []byte) {
		fuzzFile(t, "x.docx", zipOf(t, "word/document.xml", string(document), "word/styles.xml", string(styles)))
	})
}

func FuzzPPTX(f *testing.F) {
	const file = "pptx-pandoc.pptx"
	main, rels := partOf(f, file, "ppt/presentation.xml"), partOf(f, file, "ppt/_rels/presentation.xml.rels")
	f.Add(main, rels, partOf(f, file, "ppt/slides/slide3.xml"))
	f.Add(main, rels, partOf(f, file, "ppt/slides/slide4.xml"))
	f.Fuzz(func(t *testing.T, main, rels, slide []byte) {
		fuzzFile(t, "x.pptx", zipOf(t, "ppt/presentation.xml", string(main), "ppt/_rels/presentation.xml.rels", string(rels), "ppt/slides/slide1.xml", string(slide)))
	})
}

func FuzzXLSX(f *testing.F) {
	const file = "xlsx-openpyxl.xlsx"
	f.Add(partOf(f, file, "xl/workbook.xml"), partOf(f, file, "xl/worksheets/sheet1.xml"), partOf(f, file, "xl/styles.xml"))
	rels := string(partOf(f, file, "xl/_rels/workbook.xml.rels"))
	f.Fuzz(func(t *testing.T, book, sheet, styles []byte) {
		fuzzGuarded(t, "x.xlsx", zipOf(t, "xl/workbook.xml", string(book), "xl/_rels/workbook.xml.rels", rels, "xl/worksheets/sheet1.xml", string(sheet), "xl/styles.xml", string(styles)))
	})
}

func FuzzODT(f *testing.F) {
	for _, name := range []string{"odt-pandoc.odt", "odt-libreoffice.odt", "odt-from-docx-changes.odt"} {
		f.Add(partOf(f, name, "content.xml"), partOf(f, name, "meta.xml"))
	}
	f.Fuzz(func(t *testing.T, content, meta []byte) {
		fuzzFile(t, "x.odt", zipOf(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", string(content), "meta.xml", string(meta)))
	})
}

func FuzzEPUB(f *testing.F) {
	const file = "epub-pandoc.epub"
	f.Add(partOf(f, file, "META-INF/container.xml"), partOf(f, file, "EPUB/content.opf"), partOf(f, file, "EPUB/text/ch001.xhtml"))
	f.Fuzz(func(t *testing.T, container, opf, chapter []byte) {
		fuzzFile(t, "x.epub", zipOf(t, "META-INF/container.xml", string(container), "EPUB/content.opf", string(opf), "EPUB/text/ch001.xhtml", string(chapter)))
	})
}

func FuzzSlack(f *testing.F) {
	const file = "slack-export.zip"
	f.Add(partOf(f, file, "channels.json"), partOf(f, file, "users.json"), partOf(f, file, "harbour/2026-03-12.json"))
	f.Fuzz(func(t *testing.T, channels, users, day []byte) {
		fuzzFile(t, "x.zip", zipOf(t, "channels.json", string(channels), "users.json", string(users), "harbour/2026-03-12.json", string(day)))
	})
}

// FuzzPDF reads changed files in a sandbox, as no other process should.
func FuzzPDF(f *testing.F) {
	for _, name := range []string{"pdf-two-columns.pdf", "pdf-owner-password.pdf", "pdf-rotated-streams.pdf", "pdf-thai.pdf", "pdf-libreoffice.pdf", "pdf-scanned.pdf"} {
		f.Add(zooFile(f, name))
	}
	sandbox := newSandbox(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		docs, err := sandbox.ReadAs(t.Context(), "application/pdf", "x.pdf", data)
		if err != nil && !strings.Contains(err.Error(), ReasonOf(err).Error()) {
			t.Fatal(err)
		}
		for _, doc := range docs {
			checkDocument(t, doc)
		}
	})
}
