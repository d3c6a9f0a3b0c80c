package format

import (
	"encoding/xml"
	"net/url"
	"strings"

	"verbatim/corpus"
)

// maxChapters is the number of files with text in the largest book that is read.
const maxChapters = 2000

// readEPUB reads a book: the pages of its spine in their order, without its navigation.
func readEPUB(in input) ([]*corpus.Document, error) {
	a, err := openArchive(in.data)
	if err != nil {
		return nil, err
	}
	if a.has("META-INF/encryption.xml") {
		encrypted, err := a.read("META-INF/encryption.xml")
		if err != nil {
			return nil, err
		}
		if strings.Contains(string(encrypted), ".xhtml") || strings.Contains(string(encrypted), ".html") {
			return nil, ErrEncrypted // Fonts alone may be encrypted in a book that everyone can read.
		}
	}
	name, err := a.packageFile()
	if err != nil {
		return nil, err
	}
	book, err := a.readPackage(name)
	if err != nil {
		return nil, err
	}
	var w pageWriter
	for _, id := range book.spine {
		chapter := book.files[id]
		if chapter == "" || book.navigation[id] || !a.has(chapter) {
			continue
		}
		data, err := a.read(chapter)
		if err != nil {
			return nil, err
		}
		if len(data) == 0 {
			continue
		}
		root, err := parsePage(input{data: data})
		if err != nil {
			return nil, err
		}
		prune(root, hiddenBy(root))
		w.write(stripped(bodyOf(root), true))
	}
	doc, err := w.document()
	if err != nil {
		return nil, err
	}
	doc.Title, doc.Author, doc.Published = book.facts.title, book.facts.author, book.facts.modified
	guess(doc, book.facts.language)
	return []*corpus.Document{doc}, nil
}

// packageFile returns the name of the file that says what the book consists of.
func (a *archive) packageFile() (string, error) {
	x, err := a.openXML("META-INF/container.xml")
	if err != nil {
		return "", err
	}
	name := ""
	var find func(e xml.StartElement) error
	find = func(e xml.StartElement) error {
		if e.Name.Local == "rootfile" && name == "" {
			name = value(e, "full-path")
		}
		return x.each(find)
	}
	if err := x.each(find); err != nil {
		return "", err
	}
	return name, nil
}

// An epubPackage says what a book consists of.
type epubPackage struct {
	facts      coreFacts
	files      map[string]string // by id
	navigation map[string]bool
	spine      []string
}

// readPackage reads the package file.
func (a *archive) readPackage(name string) (epubPackage, error) {
	book := epubPackage{files: map[string]string{}, navigation: map[string]bool{}}
	x, err := a.openXML(name)
	if err != nil {
		return book, err
	}
	x.d.Strict = false
	x.d.Entity = xml.HTMLEntity
	err = x.each(func(xml.StartElement) error {
		return x.each(func(e xml.StartElement) error {
			switch e.Name.Local {
			case "metadata":
				return x.facts(&book.facts)
			case "manifest":
				return x.each(func(e xml.StartElement) error {
					href := value(e, "href")
					if plain, err := url.PathUnescape(href); err == nil {
						href = plain
					}
					if kind := value(e, "media-type"); kind == "application/xhtml+xml" || kind == "text/html" {
						book.files[value(e, "id")] = relative(name, href)
					}
					book.navigation[value(e, "id")] = strings.Contains(" "+value(e, "properties")+" ", " nav ")
					return x.skip()
				})
			case "spine":
				return x.each(func(e xml.StartElement) error {
					if len(book.spine) < maxChapters {
						book.spine = append(book.spine, value(e, "idref"))
					}
					return x.skip()
				})
			}
			return x.skip()
		})
	})
	return book, err
}
