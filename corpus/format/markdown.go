package format

import (
	"net/url"
	"strings"
	"time"

	"verbatim/corpus"
)

// readMarkdown reads Markdown, with front matter or without.
func readMarkdown(doc *corpus.Document, data []byte) error {
	text, err := decode(data)
	if err != nil {
		return err
	}
	doc.Text = text
	body := frontMatter(doc, text)
	doc.Blocks = corpus.MarkdownBlocks(text[body:])
	for i := range doc.Blocks {
		doc.Blocks[i].Start += body
		doc.Blocks[i].End += body
	}
	return nil
}

// frontMatter reads the lines "key: value" between two lines of "---" at the start of text and
// returns where the text goes on: 0 when there is no front matter.
func frontMatter(doc *corpus.Document, text string) int {
	start := len(text) - len(strings.TrimPrefix(text, "\ufeff"))
	first, rest, found := strings.Cut(text[start:], "\n")
	if !found || strings.TrimRight(first, " \t\r") != "---" {
		return start
	}
	fields := map[string]string{}
	for rest != "" {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		line = strings.TrimRight(line, " \t\r")
		if line == "---" || line == "..." {
			setFields(doc, fields)
			return len(text) - len(rest)
		}
		key, value, found := strings.Cut(line, ":")
		if !found && line != "" && line[0] != ' ' && line[0] != '-' && line[0] != '#' {
			return start // A ruler above a paragraph, not front matter.
		}
		if found {
			fields[strings.ToLower(strings.TrimSpace(key))] = unquote(strings.TrimSpace(value))
		}
	}
	return start
}

// setFields fills in what front matter may say: title, author, date (YYYY-MM-DD, a time behind it
// is ignored), url (http or https) and language. A value of another form is as good as none.
func setFields(doc *corpus.Document, fields map[string]string) {
	doc.Title = fields["title"]
	doc.Author = fields["author"]
	doc.Language = fields["language"]
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

// unquote removes the quotation marks around a value.
func unquote(value string) string {
	if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		return value[1 : n-1]
	}
	return value
}
