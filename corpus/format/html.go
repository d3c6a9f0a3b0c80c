package format

import (
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"

	"verbatim/corpus"
)

// maxHTML is the size in bytes of the largest page that is read: the search for its main text takes
// about twenty times its size in memory.
const maxHTML = 8 << 20

// readHTML reads the main text of a page: without navigation, advertisements and what is hidden.
func readHTML(in input) ([]*corpus.Document, error) {
	doc, err := readPage(in)
	if err != nil {
		return nil, err
	}
	return []*corpus.Document{doc}, nil
}

// readPage is readHTML for the readers of formats that hold pages.
func readPage(in input) (*corpus.Document, error) {
	root, err := parsePage(in)
	if err != nil {
		return nil, err
	}
	facts := pageFacts(root)
	main := mainText(root)
	w := pageWriter{heading: facts.heading}
	w.add(corpus.Heading, 1, facts.heading) // Readability takes it for the title, and away.
	w.write(main)
	doc, err := w.document()
	if err != nil {
		return nil, err
	}
	doc.Title, doc.Author, doc.URL, doc.Published = facts.title, facts.author, facts.url, facts.published
	guess(doc, facts.language)
	return doc, nil
}

// parsePage returns the tree of a page without what is not to be seen.
func parsePage(in input) (*html.Node, error) {
	if len(in.data) > maxHTML {
		return nil, because(ErrTooLarge, "%d bytes, and the limit for a page is %d", len(in.data), maxHTML)
	}
	declared := in.charset
	if declared == "" {
		if _, name, certain := charset.DetermineEncoding(in.data[:min(len(in.data), 1024)], ""); certain {
			declared = name
		}
	}
	text, err := decode(in.data, declared)
	if err != nil {
		return nil, err
	}
	root, err := html.ParseWithOptions(strings.NewReader(text), html.ParseOptionEnableScripting(false))
	if err != nil {
		return nil, because(ErrDamaged, "%v", err)
	}
	return root, nil
}

// Facts are what a page says of itself.
type facts struct {
	title, author, url, language string
	heading                      string // the one of level 1, if there is one
	published                    time.Time
}

// pageFacts reads the metadata of a page, before anything is removed from it.
func pageFacts(root *html.Node) facts {
	meta := map[string]string{}
	var f facts
	headings := 0
	visit(root, func(n *html.Node) bool {
		switch n.DataAtom {
		case atom.Html:
			f.language = attribute(n, "lang")
		case atom.Meta:
			key := strings.ToLower(attribute(n, "name") + attribute(n, "property") + attribute(n, "itemprop"))
			if _, given := meta[key]; !given && key != "" {
				meta[key] = attribute(n, "content")
			}
		case atom.Link:
			if strings.EqualFold(attribute(n, "rel"), "canonical") && f.url == "" {
				f.url = webURL(attribute(n, "href"))
			}
		case atom.Title:
			if f.title == "" && n.Namespace == "" {
				f.title = tidy(textOf(n))
			}
		case atom.H1:
			headings++
			f.heading = strings.Join(strings.Fields(visible(headingText(n))), " ")
		case atom.Time:
			if _, given := meta["time"]; !given && attribute(n, "datetime") != "" {
				meta["time"] = attribute(n, "datetime")
			}
		case atom.Svg, atom.Script, atom.Style, atom.Template:
			return false
		}
		return true
	})
	if headings > 1 {
		f.heading = ""
	}
	switch {
	case f.heading != "" && strings.Contains(f.title, f.heading):
		f.title = f.heading // The rest names the site.
	case meta["og:title"] != "":
		f.title = meta["og:title"]
	}
	f.author = first(meta, "author", "article:author", "dc.creator", "dcterms.creator", "citation_author", "parsely-author", "sailthru.author")
	if strings.Contains(f.author, "://") {
		f.author = "" // The address of a profile.
	}
	if f.url == "" {
		f.url = webURL(meta["og:url"])
	}
	if f.language == "" {
		f.language = first(meta, "content-language", "og:locale")
	}
	f.published = date(first(meta, "article:modified_time", "og:updated_time", "article:published_time", "datemodified", "datepublished",
		"date", "dc.date", "dcterms.date", "dcterms.modified", "last-modified", "citation_publication_date", "time"))
	return f
}

// headingText returns the text of a heading without the mark that links to it.
func headingText(n *html.Node) string {
	var b strings.Builder
	visit(n, func(n *html.Node) bool {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		return n.Type != html.ElementNode || !isUnread(n)
	})
	return b.String()
}

// first returns the first value that is given for one of the keys.
func first(values map[string]string, keys ...string) string {
	for _, key := range keys {
		if value := strings.TrimSpace(values[key]); value != "" {
			return value
		}
	}
	return ""
}

// date returns the day that value begins with, as YYYY-MM-DD or YYYY/MM/DD; zero for other values.
func date(value string) time.Time {
	value = strings.ReplaceAll(strings.TrimSpace(value), "/", "-")
	if len(value) < len(time.DateOnly) {
		return time.Time{}
	}
	day, err := time.Parse(time.DateOnly, value[:len(time.DateOnly)])
	if err != nil || day.Year() < 1 {
		return time.Time{}
	}
	return day
}

// webURL returns value when it is a whole http or https address, else "".
func webURL(value string) string {
	u, err := url.Parse(strings.TrimSpace(value))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	return u.String()
}

// visit calls f for each node below n in order, and for what is below it while f says so.
func visit(n *html.Node, f func(*html.Node) bool) {
	if !f(n) {
		return
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		visit(c, f)
	}
}

// attribute returns the value of an attribute, "" when it is missing.
func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

func hasAttribute(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

// textOf returns all text below n.
func textOf(n *html.Node) string {
	var b strings.Builder
	visit(n, func(n *html.Node) bool {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		return true
	})
	return b.String()
}
