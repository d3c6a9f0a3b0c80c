package bot

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"verbatim/index"
)

// Limits of a source line. It is a link and is given room.
const (
	maxTitle   = 300
	maxHeading = 120
	maxName    = 120
	// maxURL is Slack's limit for the URL of a button, taken for links as well.
	maxURL = 3000
	// maxHost is the length of the longest host name of the DNS, with room for a port.
	maxHost = 253 + 6
)

// A source is what is said of a group's document. Its texts are clean.
type source struct {
	// number tells documents apart; 0 where there is only one.
	number int
	title  string
	// url is http or https, or "".
	url string
	// host is what stands for the link where the title must not, and "" where the title may.
	host   string
	places []string
	by     string
	date   string
	// marks say that the document is old, archived or replaced.
	marks []string
}

// DefaultOldAfter is the age from which a source line says how old a document is: two years.
const DefaultOldAfter = 2 * year

const (
	month = year / 12
	year  = 8766 * time.Hour // 365.25 days
)

func sourceOf(d index.Source, c *catalogue) source {
	s := source{title: title(d, c), url: safeURL(d.URL), date: date(d.Published, c)}
	s.host = ownHost(s.title, s.url)
	s.by = cut(clean(d.Author), maxName)
	if s.by == "" {
		s.by = cut(clean(d.Origin), maxName)
	}
	if d.Archived {
		s.marks = append(s.marks, c.Archived)
	}
	if d.SupersededBy != "" {
		s.marks = append(s.marks, fill(c.SupersededBy, "title", cut(clean(d.SupersededBy), maxHeading)))
	}
	return s
}

// sourceOf is what is said of a document, with its age where it is old.
func (s *sheet) sourceOf(d index.Source) source {
	named := sourceOf(d, s.say)
	published, err := time.Parse(index.DateFormat, d.Published)
	if age := s.now.Sub(published); err == nil && s.oldAfter > 0 && !s.now.IsZero() && age >= s.oldAfter {
		named.marks = append([]string{s.say.sayAge(age)}, named.marks...)
	}
	return named
}

// hostName matches what a reader may take for a host: names joined by dots, or by signs that look
// like one, of which the last begins with two letters, and IPv4 addresses.
var hostName = regexp.MustCompile(`(?:[\pL\pM\pN_-]+[.\x{2024}\x{3002}\x{FF0E}\x{FF61}])+\pL[\pL\pM][\pL\pM\pN-]*|\d+(?:\.\d+){3}`)

// ownHost returns the host of a link if its title is not fit to be the label: a title that names an
// address must not lead to another. It returns "" if the title is fit, or if there is no link.
func ownHost(title, link string) string {
	u, err := url.Parse(link)
	if err != nil || link == "" || title == link {
		return ""
	}
	other := func(name string) bool { return !strings.EqualFold(name, u.Hostname()) }
	if strings.Contains(title, "://") || slices.ContainsFunc(hostName.FindAllString(title, -1), other) {
		return clean(u.Hostname())
	}
	return ""
}

// addPlace notes where in the document a passage stands, unless that was said.
func (s *source) addPlace(p index.Passage) {
	var parts []string
	for i, h := range p.Heading {
		h = cut(clean(h), maxHeading)
		if h == "" || i == 0 && strings.EqualFold(h, s.title) {
			continue
		}
		parts = append(parts, h)
	}
	if p.Page > 0 {
		parts = append(parts, "p. "+strconv.Itoa(p.Page))
	}
	place := strings.Join(parts, " › ")
	if place != "" && !slices.Contains(s.places, place) {
		s.places = append(s.places, place)
	}
}

// label is the document's number, if it has one, and title.
func (s source) label() string { return s.numbered() + s.title }

func (s source) numbered() string {
	if s.number == 0 {
		return ""
	}
	return strconv.Itoa(s.number) + ". "
}

// rest is what follows the title: places, author or origin, date, marks.
func (s source) rest() string {
	var b strings.Builder
	if len(s.places) > 0 {
		b.WriteString(" › " + strings.Join(s.places, "; "))
	}
	for _, part := range append([]string{s.by, s.date}, s.marks...) {
		if part != "" {
			b.WriteString(" · " + part)
		}
	}
	return b.String()
}

// title is the document's title, or failing that its file's name.
func title(d index.Source, c *catalogue) string {
	t := clean(d.Title)
	if t == "" && d.Path != "" {
		t = clean(path.Base(d.Path))
	}
	if t == "" {
		t = c.Untitled
	}
	return cut(t, maxTitle)
}

// safeURL returns a URL that may be made a link: absolute, http or https, with a host, and written so
// that no part of it can be taken for anything else; "" for any other.
func safeURL(raw string) string {
	raw = strings.TrimSpace(raw)
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !isHost(u.Hostname()) || u.User != nil {
		return ""
	}
	if len(u.Host) > maxHost || strings.ContainsFunc(u.Host, func(r rune) bool { return unicode.IsSpace(r) || invisible(r) }) {
		return ""
	}
	var b strings.Builder
	for _, c := range []byte(u.String()) {
		if c <= ' ' || c >= 0x7F || strings.IndexByte("<>|\"", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	if again, err := url.Parse(b.String()); err != nil || again.Host != u.Host || b.Len() > maxURL {
		return ""
	}
	return b.String()
}

// isHost says whether a name consists of what names and addresses of hosts consist of.
func isHost(name string) bool {
	odd := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_:", r)
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || strings.ContainsFunc(label, odd) {
			return false
		}
	}
	return true
}

// date turns 2026-03-12 into the form of a language, and anything else into "".
func date(published string, c *catalogue) string {
	t, err := time.Parse(index.DateFormat, published)
	if err != nil {
		return ""
	}
	return t.Format(c.Date)
}
