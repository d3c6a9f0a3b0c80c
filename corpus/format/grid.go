package format

import (
	"strings"
	"unicode"

	"verbatim/corpus"
)

// headerRows is how many rows are looked through for the one that names the columns.
const headerRows = 20

// A gridWriter writes the rows of a table of data, each with the names of its columns: a row of
// "Anna" and "12" under "Name" and "Room" is "Name: Anna | Room: 12". A table of questions and
// answers is written as such.
type gridWriter struct {
	*builder
	// level is that of the headings that questions become.
	level int

	waiting [][]string // the first rows, as long as it is open which of them names the columns
	decided bool
	names   []string
	faq     faqColumns
}

// faqColumns are the numbers of the columns of questions and answers.
type faqColumns struct {
	found            bool
	question, answer int
}

// row takes one row; its cells may be used again by the caller.
func (g *gridWriter) row(cells []string) {
	line := make([]string, len(cells))
	empty := true
	for i, cell := range cells {
		line[i] = strings.TrimSpace(visible(cell))
		empty = empty && line[i] == ""
	}
	switch {
	case empty:
	case g.decided:
		g.write(line)
	default:
		if g.waiting = append(g.waiting, line); len(g.waiting) == headerRows {
			g.decide()
		}
	}
}

// end writes what is still waiting. The writer can then take another table.
func (g *gridWriter) end() {
	if !g.decided {
		g.decide()
	}
	g.waiting, g.decided, g.names, g.faq = nil, false, nil, faqColumns{}
}

// decide finds the row that names the columns and writes the rows that waited: those above it are
// paragraphs, such as the table's title.
func (g *gridWriter) decide() {
	g.decided = true
	wide := 0
	for _, row := range g.waiting {
		wide = max(wide, filled(row))
	}
	at := 0
	for at < len(g.waiting) && wide > 1 && 2*filled(g.waiting[at]) <= wide {
		g.add(corpus.Paragraph, 0, strings.Join(strings.Fields(strings.Join(g.waiting[at], " ")), " "))
		at++
	}
	if at+1 < len(g.waiting) && isHeader(g.waiting[at]) {
		g.names = g.waiting[at]
		g.faq = findFAQ(g.names)
		at++
	}
	for _, row := range g.waiting[at:] {
		g.write(row)
	}
	g.waiting = nil
}

// filled counts the cells of a row that hold something.
func filled(row []string) int {
	n := 0
	for _, cell := range row {
		if cell != "" {
			n++
		}
	}
	return n
}

// isHeader says whether a row can name columns: short names, each once, none of them a number.
func isHeader(row []string) bool {
	seen := map[string]bool{}
	for _, cell := range row {
		first := strings.TrimLeft(cell, "+-([$€£¥ ")
		if len(cell) > 120 || cell != "" && seen[cell] || first != "" && unicode.IsDigit([]rune(first)[0]) {
			return false
		}
		seen[cell] = true
	}
	return filled(row) > 0
}

// findFAQ finds columns of questions and answers by their names.
func findFAQ(names []string) faqColumns {
	f := faqColumns{question: -1, answer: -1}
	for i, name := range names {
		switch {
		case f.question < 0 && isQuestionKey(name):
			f.question = i
		case f.answer < 0 && isAnswerKey(name):
			f.answer = i
		}
	}
	f.found = f.question >= 0 && f.answer >= 0
	return f
}

// write writes a row of data.
func (g *gridWriter) write(row []string) {
	if g.faq.found && g.faq.question < len(row) && g.faq.answer < len(row) && row[g.faq.question] != "" && row[g.faq.answer] != "" {
		g.add(corpus.Heading, g.level, row[g.faq.question])
		g.prose(row[g.faq.answer])
		row[g.faq.question], row[g.faq.answer] = "", ""
	}
	var cells []string
	for i, cell := range row {
		cell = strings.Join(strings.Fields(cell), " ")
		switch {
		case cell == "":
		case i < len(g.names) && g.names[i] != "":
			cells = append(cells, strings.Join(strings.Fields(g.names[i]), " ")+": "+cell)
		default:
			cells = append(cells, cell)
		}
	}
	g.add(corpus.TableRow, 0, joinCells(cells))
}

// prose adds text that may have paragraphs and lists of its own; what has tags is read as a page.
func (b *builder) prose(text string) {
	if looksLikeHTML(text) {
		if b.fragment(text) {
			return
		}
	}
	text = visible(text)
	for _, block := range corpus.TextBlocks(text) {
		b.add(block.Kind, b.under(block.Level), text[block.Start:block.End])
	}
}

// under returns a level of a heading that leaves the headings of the format's own above it.
func (b *builder) under(level int) int {
	if level == 0 {
		return 0
	}
	return min(level+3, 6)
}

// isQuestionKey says whether the name of a column or field is one of questions.
func isQuestionKey(name string) bool {
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "question", "questions", "q", "query", "prompt", "frage", "pregunta", "pergunta", "domanda", "vraag", "вопрос", "问题", "問題", "質問", "질문", "سؤال", "คำถาม":
		return true
	}
	return false
}

// isAnswerKey says whether the name of a column or field is one of answers.
func isAnswerKey(name string) bool {
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "answer", "answers", "a", "response", "reply", "acceptedanswer", "antwort", "respuesta", "réponse", "reponse", "resposta", "risposta", "antwoord", "ответ", "答案", "回答", "解答", "답변", "جواب", "คำตอบ":
		return true
	}
	return false
}
