package format

import (
	"strings"

	"verbatim/corpus"
)

// readAsciiDoc reads AsciiDoc. Its bytes are kept: inline markup is part of the sentences.
func readAsciiDoc(in input) ([]*corpus.Document, error) {
	docs, err := readMarkup(in, asciiDocBlocks)
	if err != nil {
		return nil, err
	}
	doc := docs[0]
	header := false
	for line := range strings.Lines(doc.Text[:min(len(doc.Text), 4096)]) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "= "):
			header = true
			continue
		case !header && line != "" && !strings.HasPrefix(line, ":") && !strings.HasPrefix(line, "//"):
			return docs, nil
		case header && line == "":
			return docs, nil
		}
		key, value, _ := strings.Cut(strings.TrimPrefix(line, ":"), ":")
		switch {
		case header && !strings.HasPrefix(line, ":") && doc.Author == "" && strings.Contains(line, "<"):
			doc.Author = tidy(line[:strings.Index(line, "<")])
		case header && !strings.HasPrefix(line, ":"):
			for word := range strings.FieldsSeq(strings.ReplaceAll(line, ",", " ")) {
				if doc.Published.IsZero() {
					doc.Published = date(word)
				}
			}
		case key == "author":
			doc.Author = tidy(value)
		case key == "revdate":
			doc.Published = date(value)
		case key == "lang":
			doc.Language = languageCode(strings.TrimSpace(value))
		}
	}
	return docs, nil
}

// An asciiDoc reads AsciiDoc.
type asciiDoc struct{ markup }

// asciiDocBlocks finds the blocks of AsciiDoc. Attributes, comments, macros for pictures and includes,
// and the delimiters of blocks are in no block. It takes linear time.
func asciiDocBlocks(text string) []corpus.Block {
	a := asciiDoc{markup{lines: markupLines(text), blocks: []corpus.Block{}}}
	header := false
	for a.more(a.at) {
		line := a.lines[a.at].text
		if header && line != "" { // The author and revision stand below the title.
			a.at++
			continue
		}
		header = false
		level := a.heading(line)
		a.block()
		header = level == 1 && len(a.blocks) == 1
	}
	return a.blocks
}

// heading returns the level of a line that is a title, 0 for others.
func (a *asciiDoc) heading(text string) int {
	for _, mark := range []string{"=", "#"} {
		marks := len(text) - len(strings.TrimLeft(text, mark))
		if marks > 0 && marks <= 6 && strings.HasPrefix(text[marks:], " ") {
			return marks
		}
	}
	return 0
}

// block reads one block at the current line.
func (a *asciiDoc) block() {
	i := a.at
	line := a.lines[i]
	text := line.text
	a.at++
	switch {
	case text == "" || text == "+" || text == "'''" || text == "<<<" || strings.HasPrefix(text, "//") && !isRun(text, "/", 4):
	case isRun(text, "/", 4), isRun(text, "+", 4):
		a.at = a.closing(i)
	case isRun(text, "-.", 4), strings.HasPrefix(text, "```"):
		end := a.closing(i)
		a.addCode(i+1, max(i+1, end-1))
		a.at = end
	case isRun(text, "=*_", 4), text == "--":
	case strings.HasPrefix(text, "|==="), strings.HasPrefix(text, ",==="), strings.HasPrefix(text, "!==="):
		a.table(i)
	case line.indent == 0 && a.heading(text) > 0:
		a.add(corpus.Heading, a.heading(text), i, a.heading(text)+1, i)
	case isAttribute(text), isMacro(text):
	case strings.HasPrefix(text, ".") && len(text) > 1 && text[1] != '.' && text[1] != ' ':
		a.add(corpus.Paragraph, 0, i, 1, i) // The title of a block.
	default:
		a.paragraph(i)
	}
}

// closing returns the line behind the one that ends the block whose delimiter is at i; the end of the
// text when there is none.
func (a *asciiDoc) closing(i int) int {
	mark := a.lines[i].text
	if strings.HasPrefix(mark, "```") {
		mark = "```"
	}
	for j := i + 1; a.more(j); j++ {
		if a.lines[j].text == mark {
			return j + 1
		}
	}
	return len(a.lines)
}

// isAttribute says whether a line sets an attribute, or those of the block below it.
func isAttribute(text string) bool {
	if strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") {
		return true
	}
	if !strings.HasPrefix(text, ":") {
		return false
	}
	i := strings.Index(text[1:], ":")
	return i > 0 && !strings.ContainsAny(text[1:1+i], " ")
}

// isMacro says whether a line is a macro that shows no text.
func isMacro(text string) bool {
	for _, name := range []string{"image::", "include::", "toc::", "ifdef::", "ifndef::", "endif::", "ifeval::", "video::", "audio::"} {
		if strings.HasPrefix(text, name) {
			return true
		}
	}
	return false
}

// table reads the lines of a table: cells on one line are one row.
func (a *asciiDoc) table(i int) {
	end := a.closing(i)
	last := -1
	for j := i + 1; j < end; j++ {
		text := a.lines[j].text
		switch {
		case text == "" || text == a.lines[i].text:
			last = -1
		case strings.Contains(text, "|") || last < 0:
			a.add(corpus.TableRow, 0, j, len(text)-len(strings.TrimLeft(text, "| ")), j)
			last = j
		default: // A cell goes on.
			a.blocks[len(a.blocks)-1].End = a.lines[j].end
		}
	}
	a.at = end
}

// paragraph reads a paragraph, list item, term or literal paragraph.
func (a *asciiDoc) paragraph(i int) {
	line := a.lines[i]
	kind, skip := corpus.Paragraph, 0
	if marks := strings.TrimLeft(line.text, "*-."); len(marks) < len(line.text) && strings.HasPrefix(marks, " ") {
		kind, skip = corpus.ListItem, len(line.text)-len(strings.TrimLeft(marks, " "))
		if strings.HasPrefix(line.text[skip:], "[ ] ") || strings.HasPrefix(line.text[skip:], "[x] ") || strings.HasPrefix(line.text[skip:], "[*] ") {
			skip += len("[ ] ")
		}
	} else if enumerator(line.text) > 0 || strings.Contains(line.text, ":: ") || strings.HasSuffix(line.text, "::") {
		kind = corpus.ListItem
	}
	if kind == corpus.Paragraph && line.indent > 0 {
		end := i
		for a.more(end) && a.lines[end].text != "" {
			end++
		}
		a.addCode(i, end)
		a.at = end
		return
	}
	last := i
	for a.more(last+1) && a.joins(last+1) {
		last++
	}
	a.add(kind, 0, i, skip, last)
	a.at = last + 1
}

// joins says whether a line goes on with the paragraph before it.
func (a *asciiDoc) joins(i int) bool {
	text := a.lines[i].text
	if text == "" || text == "+" || text == "--" || isRun(text, "-.=*_/+", 4) || strings.HasPrefix(text, "|===") || isAttribute(text) || strings.HasPrefix(text, "//") {
		return false
	}
	marks := strings.TrimLeft(text, "*-.")
	return (len(marks) == len(text) || !strings.HasPrefix(marks, " ")) && enumerator(text) == 0
}
