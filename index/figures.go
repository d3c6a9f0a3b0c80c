package index

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A statement is a quote taken apart to be held against another one: its figures, and what it says them
// of.
type statement struct {
	language string
	tokens   []stated
	// figures are the values by their unit: days, euros, a date, a year, or "" where there is none.
	figures map[string][]string
	// bounds are the units whose figures are upper bounds, lower bounds, or neither.
	bounds map[string]bound
	// context holds the terms of the quote, the headings above it and the title.
	context map[string]bool
}

// A stated token is a word of content, or a figure; words of no content stand between.
type stated struct {
	term string
	// figure says that the token is part of a figure, or its unit.
	figure, name bool
	// after says that no other word stands between this token and the one before.
	after bool
}

type bound int

const (
	exactly bound = iota
	atMost
	atLeast
)

// Units that no word names.
const (
	unitDate  = "date"
	unitYear  = "year"
	unitClock = "clock"
)

// stateOf takes a passage apart.
func stateOf(p Passage) *statement {
	s := &statement{language: p.Document.Language, figures: map[string][]string{}, bounds: map[string]bound{}, context: map[string]bool{}}
	for _, text := range append([]string{p.Quote, p.Document.Title}, p.Heading...) {
		for _, t := range Analyze(text, s.language) {
			s.context[t.Term] = true
		}
	}
	tokens := Analyze(p.Quote, s.language)
	end := -1 // of the last token taken, to know neighbours
	for i := 0; i < len(tokens); {
		form := fold(p.Quote[tokens[i].Start:tokens[i].End])
		if n := s.figure(p.Quote, tokens, i); n > 0 {
			s.tokens = append(s.tokens, stated{term: "#", figure: true})
			i, end = i+n, -1
			continue
		}
		if !s.isContent(form) {
			i, end = i+1, -1
			continue
		}
		first, _ := utf8.DecodeRuneInString(p.Quote[tokens[i].Start:])
		s.tokens = append(s.tokens, stated{
			term: tokens[i].Term, after: end >= 0,
			name: i > 0 && unicode.IsUpper(first) && !strings.HasPrefix(s.language, "de"),
		})
		end = i
		i++
	}
	return s
}

// isContent says whether a word says what a figure is of.
func (s *statement) isContent(form string) bool {
	languages := []string{s.language}
	if s.language == "" {
		languages[0] = "en"
	}
	return !isFunctionWord(form, languages) && !asksOnly(form, languages) && boundWords[form] == exactly && !denials[form] && !idle[form]
}

// figure reads a figure with its unit at token i, and returns how many tokens it takes, 0 for none.
func (s *statement) figure(text string, tokens []Token, i int) int {
	value, n := valueAt(text, tokens, i)
	if n == 0 {
		return 0
	}
	unit := ""
	switch next := i + n; {
	case strings.HasPrefix(value, unitDate):
		unit, value = unitDate, strings.TrimPrefix(value, unitDate)
	case signBeside(text, tokens[i].Start, tokens[i+n-1].End) != "":
		unit = signBeside(text, tokens[i].Start, tokens[i+n-1].End)
	case next < len(tokens) && adjacent(text, tokens[next-1].End, tokens[next].Start) && s.isUnit(text, tokens[next], value):
		unit = currency(tokens[next].Term)
		n++
	case strings.Contains(value, ":"):
		unit = unitClock
	case isTime(value) && len(value) == 4:
		unit = unitYear
	case i > 0 && adjacent(text, tokens[i-1].End, tokens[i].Start) && s.isContent(fold(text[tokens[i-1].Start:tokens[i-1].End])):
		unit = tokens[i-1].Term // "port 7417"
	}
	s.figures[unit] = append(s.figures[unit], value)
	for j := max(0, i-boundReach); j < i; j++ {
		if b := boundWords[fold(text[tokens[j].Start:tokens[j].End])]; b != exactly {
			s.bounds[unit] = b
		}
	}
	return n
}

// boundReach is how many words before a figure may make a bound of it: "no more than", "at most some".
const boundReach = 3

// isUnit says whether a word that follows a figure is its unit. After a year it is only where it is one
// of time or money: "in 2024 employees got".
func (s *statement) isUnit(text string, t Token, value string) bool {
	form := fold(text[t.Start:t.End])
	if isTime(value) && len(value) == 4 {
		return timeUnits[form] || moneyWords[form] || moneyWords[form+"s"]
	}
	return s.isContent(form)
}

// adjacent says whether nothing but white space and a hyphen stands between two tokens.
func adjacent(text string, from, to int) bool {
	return from <= to && strings.Trim(text[from:to], " \t\r\n\u00A0\u202F-‑") == ""
}

// valueAt reads a number, a time of day or a date at token i. A date begins with [unitDate].
func valueAt(text string, tokens []Token, i int) (value string, n int) {
	form := func(j int) string {
		if j < 0 || j >= len(tokens) {
			return ""
		}
		return fold(text[tokens[j].Start:tokens[j].End])
	}
	if month := form(i); months[month] && isFigure(form(i+1)) { // March 12, 2026
		if isFigure(form(i+2)) && len(form(i+2)) == 4 {
			return unitDate + form(i+1) + " " + month + " " + form(i+2), 3
		}
		return unitDate + form(i+1) + " " + month, 2
	}
	if !isFigure(form(i)) {
		return "", 0
	}
	if month := form(i + 1); months[month] { // 12 March 2026
		if isFigure(form(i+2)) && len(form(i+2)) == 4 {
			return unitDate + form(i) + " " + month + " " + form(i+2), 3
		}
		return unitDate + form(i) + " " + month, 2
	}
	value = number(form(i))
	for n = 1; i+n < len(tokens); n++ {
		between := text[tokens[i+n-1].End:tokens[i+n].Start]
		part := form(i + n)
		switch {
		case isFigure(part) && between == ":": // 8:00
			value += ":" + part
		case isFigure(part) && len(part) == 3 && len(value) <= 3 && strings.TrimSpace(between) == "": // 12 000
			value += part
		case multiples[part]:
			value += " " + part
		default:
			return value, n
		}
	}
	return value, n
}

// isFigure says whether a folded word is a number that can be told from another.
func isFigure(form string) bool {
	return form != "" && form[0] >= '0' && form[0] <= '9' || spelled[form] != ""
}

// number writes a number in one way: without signs between thousands, with a point, in figures.
func number(form string) string {
	if figure := spelled[form]; figure != "" {
		return figure
	}
	parts := strings.FieldsFunc(form, func(r rune) bool { return r == '.' || r == ',' })
	if len(parts) == 2 && len(parts[1]) != 3 {
		return parts[0] + "." + parts[1]
	}
	return strings.Join(parts, "")
}

// signBeside returns the unit that a sign beside a figure stands for.
func signBeside(text string, start, end int) string {
	before, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text[:start], " \u00A0"))
	after, _ := utf8.DecodeRuneInString(strings.TrimLeft(text[end:], " \u00A0"))
	for _, r := range []rune{before, after} {
		if unit := signs[r]; unit != "" && (r == after || r != '%') {
			return unit
		}
	}
	return ""
}

// currency makes one unit of the forms of one.
func currency(term string) string {
	for _, unit := range signs {
		if term == unit || term == unit+"s" || unit == "percent" && slices.Contains([]string{"prozent", "procent"}, term) {
			return unit
		}
	}
	return term
}

var (
	signs = map[rune]string{'€': "euro", '$': "dollar", '£': "pound", '%': "percent", '¥': "yen"}

	spelled = pairsOfOne(`one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 ten 10 eleven 11 twelve 12 fifteen 15 twenty 20 thirty 30
		forty 40 fifty 50 sixty 60 ninety 90 zwei 2 drei 3 vier 4 funf 5 sechs 6 sieben 7 acht 8 neun 9 zehn 10 elf 11 zwolf 12 zwanzig 20
		dreißig 30 vierzig 40 funfzig 50 deux 2 trois 3 quatre 4 cinq 5 dix 10 douze 12 quinze 15 vingt 20 trente 30 dos 2 tres 3 cuatro 4 cinco 5
		seis 6 siete 7 ocho 8 nueve 9 diez 10 doce 12 quince 15 veinte 20 treinta 30`)

	// idle are words that say nothing of what a figure is of, beside the function words.
	idle = set(`must shall need needs get gets got each every everyone everybody all any jede jeder jedes alle mussen muss chaque tous toutes
		cada todos todas`)

	// counted are what is numbered to be told apart: their numbers are names.
	counted = set(`step version chapter page section room floor level phase part no number figur tabl item build releas`)

	multiples = set(`hundred thousand million billion tausend millionen milliarden millones mille millions milliards`)

	months = set(`january february march april may june july august september october november december januar februar marz mai juni juli
		oktober dezember janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre enero febrero marzo abril mayo junio
		julio agosto septiembre octubre noviembre diciembre`)

	boundWords = boundsOf(`to up most under below less fewer within maximum max until before by hochstens bis unter maximal weniger innerhalb vor
		moins maximum avant jusqu hasta menos maximo antes`,
		`least over above more minimum min after exceed exceeding mindestens uber ab mehr nach apres minimum mas despues`)
)

func boundsOf(most, least string) map[string]bound {
	m := map[string]bound{}
	for w := range set(most) {
		m[w] = atMost
	}
	for w := range set(least) {
		m[w] = atLeast
	}
	return m
}

func pairsOfOne(list string) map[string]string {
	words, m := strings.Fields(list), map[string]string{}
	for i := 0; i+1 < len(words); i += 2 {
		m[words[i]] = words[i+1]
	}
	return m
}
