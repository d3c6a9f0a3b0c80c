package format

import (
	"strings"

	"verbatim/corpus"
)

// readRST reads reStructuredText. Its bytes are kept: inline markup is part of the sentences.
func readRST(in input) ([]*corpus.Document, error) {
	docs, err := readMarkup(in, rstBlocks)
	if err != nil {
		return nil, err
	}
	doc := docs[0]
	for line := range strings.Lines(doc.Text[:min(len(doc.Text), 4096)]) {
		switch key, value, _ := strings.Cut(strings.TrimPrefix(line, ":"), ":"); {
		case !strings.HasPrefix(line, ":"):
		case strings.EqualFold(key, "author") || strings.EqualFold(key, "authors"):
			doc.Author = firstOf(doc.Author, tidy(value))
		case strings.EqualFold(key, "date") && doc.Published.IsZero():
			doc.Published = date(value)
		}
	}
	return docs, nil
}

// rstMarks are the characters that titles are underlined with.
const rstMarks = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

// An rst reads reStructuredText.
type rst struct {
	markup
	levels []string // how titles are underlined, and overlined, in the order of their levels
}

// rstBlocks finds the blocks of reStructuredText. Comments, targets, options of directives and
// directives that hold no text are in no block. It takes linear time.
func rstBlocks(text string) []corpus.Block {
	r := rst{markup: markup{lines: markupLines(text), blocks: []corpus.Block{}}}
	for r.more(r.at) {
		r.block()
	}
	return r.blocks
}

// block reads one block at the current line.
func (r *rst) block() {
	i := r.at
	line := r.lines[i]
	switch {
	case line.text == "":
		r.at++
	case r.title(), r.table():
	case line.text == ".." || strings.HasPrefix(line.text, ".. "):
		r.explicit()
	case strings.HasPrefix(line.text, "__ "):
		r.at++
	case strings.HasPrefix(line.text, ">>> "):
		end := i
		for r.more(end) && r.lines[end].text != "" {
			end++
		}
		r.addCode(i, end)
		r.at = end
	case isRun(line.text, rstMarks, 4):
		r.at++ // A transition.
	default:
		r.paragraph()
	}
}

// title reads a title with its underline, and its overline if it has one.
func (r *rst) title() bool {
	i := r.at
	over := ""
	if isRun(r.lines[i].text, rstMarks, 2) && r.more(i+2) && r.lines[i+1].text != "" && r.lines[i+2].text == r.lines[i].text {
		over = "+"
		i++
	}
	line := r.lines[i]
	if !r.more(i+1) || line.text == "" || over == "" && line.indent > 0 || isRun(line.text, rstMarks, 3) {
		return false
	}
	under := r.lines[i+1].text
	if !isRun(under, rstMarks, 2) || r.lines[i+1].indent > 0 || len(under) < narrow(line.text) && len(under) < 4 {
		return false
	}
	style := over + under[:1]
	level := 0
	for level < len(r.levels) && r.levels[level] != style {
		level++
	}
	if level == len(r.levels) {
		r.levels = append(r.levels, style)
	}
	r.add(corpus.Heading, min(level+1, 6), i, 0, i)
	r.at = i + 2
	return true
}

// table reads a table of either kind, a row of it for each block.
func (r *rst) table() bool {
	text := r.lines[r.at].text
	switch {
	case strings.HasPrefix(text, "+-") && strings.Trim(text, "+-") == "":
		i := r.at + 1
		first := -1
		for ; r.more(i) && r.lines[i].text != ""; i++ {
			if t := r.lines[i].text; strings.HasPrefix(t, "+") {
				r.gridRow(first, i-1)
				first = -1
			} else if first < 0 {
				first = i
			}
		}
		r.gridRow(first, i-1)
		r.at = i
		return true
	case strings.HasPrefix(text, "==") && strings.Contains(text, " ") && strings.Trim(text, "= ") == "":
		i, rules := r.at+1, 1
		for ; r.more(i); i++ {
			t := r.lines[i].text
			if t == "" && (!r.more(i+1) || rules > 2 || r.lines[i+1].text == "") {
				break
			}
			if t != "" && strings.Trim(t, "= ") == "" {
				rules++
			} else if t != "" && strings.Trim(t, "- ") != "" {
				r.add(corpus.TableRow, 0, i, 0, i)
			}
		}
		r.at = i
		return true
	}
	return false
}

// gridRow adds the lines of a row between two rules, without the bars around it.
func (r *rst) gridRow(first, last int) {
	if first < 0 || first > last {
		return
	}
	from, to := r.lines[first], r.lines[last]
	start := from.start + len(from.text) - len(strings.TrimLeft(from.text, "| "))
	end := to.start + len(strings.TrimRight(to.text, "| "))
	if start < end {
		r.blocks = append(r.blocks, corpus.Block{Kind: corpus.TableRow, Start: start, End: end})
	}
}

// explicit reads what begins with two dots: a directive, a footnote, or what is not shown.
func (r *rst) explicit() {
	i := r.at
	line := r.lines[i]
	end := r.indented(i+1, line.indent)
	body := strings.TrimSpace(strings.TrimPrefix(line.text, ".."))
	name, argument, found := strings.Cut(body, "::")
	switch {
	case strings.HasPrefix(body, "[") && strings.Contains(body, "]"):
		r.add(corpus.Paragraph, 0, i, strings.Index(line.text, "]")+1, max(i, end-1))
	case !found || strings.ContainsAny(name, " |"):
	case name == "code-block" || name == "code" || name == "sourcecode" || name == "parsed-literal" || name == "prompt" || name == "doctest":
		r.addCode(r.options(i+1, end), end)
	case isSilent(name):
	default:
		if argument = strings.TrimSpace(argument); argument != "" && holdsText(name) {
			r.add(corpus.Paragraph, 0, i, len(line.text)-len(argument), i)
		}
		r.at = r.options(i+1, end)
		if r.at < end {
			return // Its content is read like any other.
		}
	}
	r.at = max(i+1, end)
}

// options returns where the content of a directive begins behind its options.
func (r *rst) options(from, end int) int {
	for from < end && (strings.HasPrefix(r.lines[from].text, ":") || r.lines[from].text == "") {
		from++
	}
	return from
}

// isSilent says whether a directive shows nothing that could be quoted.
func isSilent(name string) bool {
	switch name {
	case "image", "toctree", "contents", "include", "literalinclude", "raw", "meta", "highlight", "math", "graphviz", "index", "sectnum",
		"default-role", "role", "module", "currentmodule", "automodule", "autoclass", "autofunction", "comment", "only", "ifconfig", "plot":
		return name != "only" && name != "ifconfig"
	}
	return false
}

// holdsText says whether what stands behind the name of a directive is its text or title.
func holdsText(name string) bool {
	switch name {
	case "note", "warning", "tip", "hint", "important", "caution", "danger", "attention", "error", "admonition", "seealso", "topic",
		"rubric", "sidebar", "deprecated", "versionadded", "versionchanged", "epigraph", "function", "method", "class", "option":
		return true
	}
	return false
}

// paragraph reads a paragraph, list item or field, and the literal block behind it when it ends with
// two colons.
func (r *rst) paragraph() {
	i := r.at
	line := r.lines[i]
	kind, skip := corpus.Paragraph, 0
	if n := bullet(line.text, "*-+•"); n > 0 {
		kind, skip = corpus.ListItem, n
		if m := bullet(line.text[n:], "*-+•"); m > 0 {
			skip += m // The first cell of a row of a list table.
		}
	} else if enumerator(line.text) > 0 {
		kind = corpus.ListItem
	} else if n := field(line.text); n > 0 {
		kind, skip = corpus.ListItem, n
	} else if n := bullet(line.text, "|"); n > 0 {
		skip = n
	}
	last := i
	for r.more(last+1) && r.joins(i, last+1, kind) {
		last++
	}
	if line.text != "::" {
		r.add(kind, 0, i, skip, last)
	}
	r.at = last + 1
	if strings.HasSuffix(r.lines[last].text, "::") {
		depth := r.lines[i].indent
		end := r.indented(last+1, depth)
		r.addCode(last+1, end)
		r.at = max(r.at, end)
	}
}

// joins says whether line next goes on with the block that begins at first.
func (r *rst) joins(first, next int, kind corpus.BlockKind) bool {
	line, begun := r.lines[next], r.lines[first]
	switch {
	case line.text == "" || strings.HasPrefix(line.text, ".. "):
		return false
	case kind == corpus.ListItem:
		return line.indent > begun.indent && bullet(line.text, "*-+•") == 0
	case strings.HasPrefix(begun.text, "| "):
		return !strings.HasPrefix(line.text, "| ")
	case line.indent != begun.indent:
		return false // A definition, or a quotation, begins.
	}
	return bullet(line.text, "*-+•") == 0 || next > first
}

// field returns the length of the name of a field and the blanks behind it, such as ":Author: "; 0
// when there is none.
func field(text string) int {
	if !strings.HasPrefix(text, ":") {
		return 0
	}
	i := strings.Index(text[1:], ":")
	if i < 1 || strings.ContainsAny(text[1:1+i], "`") {
		return 0
	}
	return blanksBehind(text, i+2)
}
