package format

import (
	"net/url"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/language"

	"verbatim/corpus"
)

// maxFrontMatter is the length in bytes of the longest front matter: 64 KiB. What goes on longer is
// text that begins with a ruler.
const maxFrontMatter = 64 << 10

// frontMatter reads the lines "key: value" between two lines of "---" at the start of text and
// returns where the text goes on: behind the byte order mark, if any, when there is no front matter.
func frontMatter(doc *corpus.Document, text string) int {
	start := len(text) - len(strings.TrimPrefix(text, "\ufeff"))
	first, rest, found := strings.Cut(text[start:], "\n")
	if !found || strings.TrimRight(first, " \t\r") != "---" {
		return start
	}
	behind := len(text) - len(rest)
	rest = rest[:min(len(rest), maxFrontMatter)]
	fields, lists, open := map[string]string{}, map[string][]string{}, ""
	for at := 0; at < len(rest); {
		line, _, _ := strings.Cut(rest[at:], "\n")
		at = min(at+len(line)+1, len(rest))
		line = strings.TrimRight(line, " \t\r")
		switch {
		case line == "---" || line == "...":
			setFields(doc, fields)
			doc.Supersedes = namesOf(fields["supersedes"], lists["supersedes"])
			return behind + at
		case line == "" || strings.ContainsRune(" \t#-", rune(line[0])):
			if item, is := strings.CutPrefix(strings.TrimLeft(line, " \t"), "- "); is && open != "" {
				lists[open] = append(lists[open], scalar(item))
			}
			continue // Part of a value above, or a comment.
		}
		key, value, found := strings.Cut(line, ":")
		if !found {
			return start // A ruler above a paragraph, not front matter.
		}
		key = strings.ToLower(strings.TrimSpace(key))
		open = ""
		if _, given := fields[key]; !given {
			fields[key] = scalar(value)
			if strings.TrimSpace(uncomment(value)) == "" {
				open = key // A list may follow.
			}
			lists[key] = flowList(value)
		}
	}
	return start
}

// maxSupersedes is how many documents one document can replace.
const maxSupersedes = 100

// namesOf returns the names that a value or a list holds.
func namesOf(value string, list []string) []string {
	var names []string
	for _, name := range append([]string{value}, list...) {
		if name = tidy(name); name != "" && len(names) < maxSupersedes {
			names = append(names, name)
		}
	}
	return names
}

// flowList returns the values of a list on one line, such as [One, "Two"]; nil for other values.
func flowList(value string) []string {
	value = strings.TrimSpace(uncomment(value))
	if !strings.HasPrefix(value, "[") || !strings.HasSuffix(value, "]") {
		return nil
	}
	var list []string
	mark, from := rune(0), 1
	for i, r := range value {
		switch {
		case mark != 0 && r == mark:
			mark = 0
		case mark == 0 && (r == '"' || r == '\''):
			mark = r
		case i > 0 && mark == 0 && (r == ',' || i == len(value)-1):
			list = append(list, scalar(value[from:i]))
			from = i + 1
		}
	}
	return list
}

// setFields fills in what front matter may say: title, author, date (YYYY-MM-DD, a time behind it
// is ignored), url (http or https), language (a BCP 47 code) and whether the document is kept for the
// record alone ("status: archived"). A value of another form is as good as none.
func setFields(doc *corpus.Document, fields map[string]string) {
	doc.Title = fields["title"]
	doc.Author = fields["author"]
	doc.Archived = strings.EqualFold(fields["status"], "archived")
	doc.Language = languageCode(fields["language"])
	if date := fields["date"]; len(date) >= len(time.DateOnly) {
		if published, err := time.Parse(time.DateOnly, date[:len(time.DateOnly)]); err == nil {
			doc.Published = published
		}
	}
	u, err := url.Parse(fields["url"])
	if err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" {
		doc.URL = u.String()
	}
}

// maxLanguageCode is the length in bytes of the longest code that is read: BCP 47 (RFC 5646, section
// 4.4.1) says that 35 characters are enough for all but private codes.
const maxLanguageCode = 35

// languageCode returns the language of a BCP 47 code, however it is written, by its shortest code in
// lower case and without script and region: "en" for "EN", "en_US" and "eng". Stemmers and lists of
// words know languages by that. What is no code of a registered language is "".
func languageCode(value string) string {
	if len(value) > maxLanguageCode {
		return ""
	}
	tag, err := language.Parse(value)
	if err != nil {
		return ""
	}
	if base, _, _ := tag.Raw(); base.String() != "und" {
		return base.String()
	}
	return ""
}

// scalar returns the value that stands behind a key, as YAML reads one line: without quotation marks
// and comment. Lists, maps, blocks, references and values that go on in further lines are "".
func scalar(value string) string {
	value = strings.TrimSpace(value)
	if value == "" {
		return ""
	}
	text := ""
	switch value[0] {
	case '"', '\'':
		var rest string
		if text, rest = quoted(value); strings.TrimSpace(uncomment(rest)) != "" {
			return ""
		}
	case '[', '{', '|', '>', '&', '*', '!':
		return ""
	default:
		text = uncomment(value)
	}
	return strings.Join(strings.FieldsFunc(text, isSeparator), " ")
}

// quoted returns the text between the quotation marks that value begins with, and what stands behind
// them. Within '…' a doubled mark is one; within "…" a backslash stands before a mark, and what other
// escapes mean is not looked up. A value that nobody closes is "".
func quoted(value string) (text, rest string) {
	mark := value[0]
	var out strings.Builder
	for i := 1; i < len(value); i++ {
		c := value[i]
		last := i+1 == len(value)
		switch {
		case c == mark && mark == '\'' && !last && value[i+1] == mark,
			c == '\\' && mark == '"' && !last && (value[i+1] == '"' || value[i+1] == '\\'):
			i++
			c = value[i]
		case c == mark:
			return out.String(), value[i+1:]
		}
		out.WriteByte(c)
	}
	return "", ""
}

// uncomment cuts the comment off a value: "#" at its start or behind white space, and what follows.
func uncomment(value string) string {
	before := ' '
	for i, r := range value {
		if r == '#' && unicode.IsSpace(before) {
			return value[:i]
		}
		before = r
	}
	return value
}
