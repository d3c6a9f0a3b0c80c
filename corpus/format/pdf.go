package format

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdferrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"verbatim/corpus"
)

// Limits of a PDF.
const (
	// maxPages is the number of pages that are read of one.
	maxPages = 5000
	// maxPageChars is the number of characters of a page that are read: a page of a newspaper has some
	// 30,000.
	maxPageChars = 200_000
	// pdfMemory is how much memory PDFium gets, in WebAssembly's pages of 64 KiB: 64 MiB. While it grows,
	// the process needs five times as much.
	pdfMemory = 1024
)

// A pdfEngine is PDFium, compiled to WebAssembly: it reaches nothing but the bytes of the file.
type pdfEngine struct {
	pool  pdfium.Pool
	cache wazero.CompilationCache
}

// openPDFium starts PDFium. The machine code that its compilation takes seconds for is kept in cacheDir
// for the next start; "" keeps none.
func openPDFium(ctx context.Context, cacheDir string) (*pdfEngine, error) {
	config := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(pdfMemory)
	e := &pdfEngine{}
	if cacheDir != "" {
		if cache, err := wazero.NewCompilationCacheWithDir(cacheDir); err == nil { // Else it is only slower.
			e.cache = cache
			config = config.WithCompilationCache(cache)
		}
	}
	pool, err := webassembly.Init(webassembly.Config{
		Context: ctx, MaxIdle: 1, MaxTotal: 1, RuntimeConfig: config,
		FSConfig: wazero.NewFSConfig(), // The default mounts the whole file system.
		Stdout:   io.Discard, Stderr: io.Discard,
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start PDFium: %w", err), e.Close())
	}
	e.pool = pool
	return e, nil
}

func (e *pdfEngine) Close() error {
	var err error
	if e.pool != nil {
		err = e.pool.Close()
	}
	if e.cache != nil {
		err = errors.Join(err, e.cache.Close(context.Background()))
	}
	return err
}

// readPDF reads the pages of a PDF: paragraphs in reading order, without running heads and feet.
func readPDF(in input) ([]*corpus.Document, error) {
	engine, err := in.tools.pdfium()
	if err != nil {
		return nil, err
	}
	instance, err := engine.pool.GetInstance(time.Minute)
	if err != nil {
		return nil, because(ErrCrashed, "start PDFium: %v", err)
	}
	// A trap inside PDFium leaves nothing to be closed properly; its memory goes with the instance.
	defer func() { _ = instance.Close() }()
	r := pdfReader{pdf: instance, deadline: in.tools.deadline}
	if err := r.open(in.data); err != nil {
		return nil, err
	}
	if err := r.readPages(); err != nil {
		return nil, err
	}
	doc, err := r.write()
	if err != nil {
		return nil, err
	}
	return []*corpus.Document{doc}, nil
}

// A pdfReader reads one file.
type pdfReader struct {
	pdf      pdfium.Pdfium
	doc      references.FPDF_DOCUMENT
	deadline time.Time
	total    int // pages of the file
	pages    []pdfPage
	missing  []string
	pictures []int // pages without text that show something, from 1
}

// A pdfPage is what stands on a page.
type pdfPage struct {
	width, height float64
	pieces        []pdfPiece
}

// open opens the file.
func (r *pdfReader) open(data []byte) error {
	reader := bytes.NewReader(data)
	opened, err := r.pdf.OpenDocument(&requests.OpenDocument{FileReader: reader, FileReaderSize: int64(len(data))})
	switch {
	case errors.Is(err, pdferrors.ErrPassword), errors.Is(err, pdferrors.ErrSecurity):
		return ErrEncrypted
	case err != nil:
		return pdfError(err)
	}
	r.doc = opened.Document
	count, err := r.pdf.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: r.doc})
	if err != nil {
		return pdfError(err)
	}
	r.total = count.PageCount
	if r.total <= 0 {
		return because(ErrDamaged, "no pages")
	}
	return nil
}

// pdfError gives an error of PDFium its reason. A trap of the WebAssembly machine is a crash that
// harms nothing else.
func pdfError(err error) error {
	if strings.Contains(err.Error(), "wasm error") {
		return because(ErrCrashed, "PDFium gave up")
	}
	return because(ErrDamaged, "%v", err)
}

// readPages reads the pages one after the other, as far as the limits allow.
func (r *pdfReader) readPages() error {
	for i := range r.total {
		late := !r.deadline.IsZero() && time.Now().After(r.deadline)
		if i == maxPages || late {
			if i == 0 {
				return ErrTooSlow
			}
			r.missing = append(r.missing, fmt.Sprintf("pages %d to %d", i+1, r.total))
			return nil
		}
		page, err := r.readPage(i)
		if err != nil && (i == 0 || ReasonOf(err) == ErrCrashed) {
			return err
		}
		if err != nil { // A broken page costs itself alone.
			r.missing = append(r.missing, fmt.Sprintf("page %d", i+1))
		}
		r.pages = append(r.pages, page)
	}
	return nil
}

// readPage reads the characters of a page and groups them into pieces.
func (r *pdfReader) readPage(index int) (pdfPage, error) {
	loaded, err := r.pdf.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: r.doc, Index: index})
	if err != nil {
		return pdfPage{}, pdfError(err)
	}
	defer func() { _, _ = r.pdf.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page}) }()
	ref := requests.Page{ByReference: &loaded.Page}
	var page pdfPage
	if size, err := r.pdf.FPDF_GetPageWidth(&requests.FPDF_GetPageWidth{Page: ref}); err == nil {
		page.width = size.Width
	}
	if size, err := r.pdf.FPDF_GetPageHeight(&requests.FPDF_GetPageHeight{Page: ref}); err == nil {
		page.height = size.Height
	}
	text, err := r.pdf.GetPageTextStructured(&requests.GetPageTextStructured{
		Page: ref, Mode: requests.GetPageTextStructuredModeChars, CollectFontInformation: true,
	})
	if err != nil {
		return page, pdfError(err)
	}
	page.pieces = pdfPieces(text.Chars[:min(len(text.Chars), maxPageChars)])
	if len(page.pieces) == 0 {
		objects, err := r.pdf.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: ref})
		if err == nil && objects.Count > 0 {
			r.pictures = append(r.pictures, index+1)
		}
	}
	return page, nil
}

// write returns the document that the pages hold.
func (r *pdfReader) write() (*corpus.Document, error) {
	w := newPDFWriter(r.pages)
	doc, err := w.write()
	switch {
	case err != nil && len(r.pictures) > 0:
		return nil, ErrScanned
	case err != nil:
		return nil, err
	}
	if len(r.pictures) > 0 {
		r.missing = append(r.missing, "pages that are pictures: "+ranges(r.pictures))
	}
	lacks(doc, r.missing...)
	r.describe(doc, w.title())
	return doc, nil
}

// ranges writes numbers that rise as "1-3, 5".
func ranges(numbers []int) string {
	var out []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		if i == j {
			out = append(out, fmt.Sprint(numbers[i]))
		} else {
			out = append(out, fmt.Sprintf("%d-%d", numbers[i], numbers[j]))
		}
		i = j + 1
	}
	return strings.Join(out, ", ")
}

// describe fills in what the file says of itself, and the title that its first page shows in larger
// letters where the file's own is no title.
func (r *pdfReader) describe(doc *corpus.Document, shown string) {
	guess(doc, "")
	doc.Title = shown
	meta, err := r.pdf.GetMetaData(&requests.GetMetaData{Document: r.doc})
	if err != nil {
		return
	}
	for _, tag := range meta.Tags {
		value := tidy(tag.Value)
		switch tag.Tag {
		case "Title":
			if isTitleText(value) {
				doc.Title = value
			}
		case "Author":
			doc.Author = value
		case "CreationDate", "ModDate":
			if day := pdfDate(value); !day.IsZero() {
				doc.Published = day
			}
		}
	}
}

// isTitleText says whether the title of a file is one: programs put file names and their own there.
func isTitleText(title string) bool {
	lower := strings.ToLower(title)
	for _, sign := range []string{".doc", ".docx", ".pdf", ".tex", ".indd", ".ppt", ".pptx", ".xls", ".xlsx", ".odt", ".dvi", ".qxd"} {
		if strings.HasSuffix(lower, sign) {
			return false
		}
	}
	return len(title) > 2 && !strings.HasPrefix(lower, "microsoft ") && !strings.HasPrefix(lower, "untitled") && lower != "unbenannt"
}

// pdfDate returns the day of a date such as "D:20260312101500+01'00'"; zero for others.
func pdfDate(value string) time.Time {
	value = strings.TrimPrefix(value, "D:")
	if len(value) < 8 {
		return time.Time{}
	}
	day, err := time.Parse("20060102", value[:8])
	if err != nil {
		return time.Time{}
	}
	return day
}
