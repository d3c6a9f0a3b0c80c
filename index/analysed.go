package index

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"verbatim/corpus"
)

// analysed is a document ready for ranking: its terms numbered, its sentences as numbers. Terms
// stand once for each document, so that a document in memory takes about four times its text.
type analysed struct {
	doc *storedText
	// numbers gives each term its number, terms each number its term, and counts how often the
	// term stands in the document.
	numbers map[string]int32
	terms   []string
	counts  []int32
	// tokens are those of all sentences in order; sentence o has tokens[starts[o]:starts[o+1]].
	tokens []token
	starts []int32
	title  []int32
	// headings holds the terms of each heading path, and under which of them each sentence stands.
	headings [][]int32
	under    []int32
	// paragraphs holds the ordinals [from, to) of the sentences of each sentence's paragraph.
	paragraphs [][2]int32
}

// A token is one term of a sentence.
type token struct {
	number int32
	// start and end are byte offsets into the sentence.
	start, end uint32
	marks      mark
}

func analyse(doc *storedText) *analysed {
	n := len(doc.Sentences)
	a := &analysed{doc: doc, numbers: map[string]int32{}, starts: make([]int32, n+1), under: make([]int32, n), paragraphs: make([][2]int32, n)}
	a.title = a.number(Analyze(doc.Title, doc.Language))
	clear(a.counts)
	for o := range doc.Sentences {
		s := &doc.Sentences[o]
		a.sentence(s.Text, doc.Language)
		a.starts[o+1] = int32(len(a.tokens))
		if o == 0 || !slices.Equal(s.Headings, doc.Sentences[o-1].Headings) {
			a.headings = append(a.headings, a.path(s.Headings, doc))
		}
		a.under[o] = int32(len(a.headings) - 1)
	}
	a.divide(doc.Sentences)
	return a
}

// sentence adds the tokens of the next sentence.
func (a *analysed) sentence(text, lang string) {
	tokens := Analyze(text, lang)
	for i, t := range tokens {
		number := a.numberOf(t.Term)
		a.counts[number]++
		a.tokens = append(a.tokens, token{number: number, start: uint32(t.Start), end: uint32(t.End), marks: marksOf(text, tokens, i, lang)})
	}
}

// path returns the terms of a heading path, without a first heading that only repeats the title.
func (a *analysed) path(headings []string, doc *storedText) []int32 {
	if len(headings) > 0 && headings[0] == doc.Title {
		headings = headings[1:]
	}
	var terms []int32
	for _, h := range headings {
		for _, t := range Analyze(h, doc.Language) {
			terms = append(terms, a.numberOf(t.Term))
		}
	}
	return terms
}

func (a *analysed) divide(sentences []corpus.Sentence) {
	for from := 0; from < len(sentences); {
		to := from
		for to < len(sentences) && sentences[to].Paragraph == sentences[from].Paragraph {
			to++
		}
		for o := from; o < to; o++ {
			a.paragraphs[o] = [2]int32{int32(from), int32(to)}
		}
		from = to
	}
}

func (a *analysed) number(tokens []Token) []int32 {
	numbers := make([]int32, len(tokens))
	for i, t := range tokens {
		numbers[i] = a.numberOf(t.Term)
	}
	return numbers
}

func (a *analysed) numberOf(term string) int32 {
	number, known := a.numbers[term]
	if !known {
		number = int32(len(a.terms))
		a.numbers[term] = number
		a.terms = append(a.terms, term)
		a.counts = append(a.counts, 0)
	}
	return number
}

// about returns the sentences [from, to) that belong to one: its paragraph, or what follows a heading
// up to the next.
func (a *analysed) about(ordinal int) (from, to int) {
	all := a.doc.Sentences
	if all[ordinal].Kind != corpus.Heading {
		return int(a.paragraphs[ordinal][0]), int(a.paragraphs[ordinal][1])
	}
	to = ordinal + 1
	for to < len(all) && all[to].Kind != corpus.Heading {
		to++
	}
	return ordinal, to
}

// of returns the tokens of the sentences [from, to).
func (a *analysed) of(from, to int) []token { return a.tokens[a.starts[from]:a.starts[to]] }

// A mark says what kind of thing a token looks like.
type mark uint16

const (
	markNumber   mark = 1 << iota // digits or a number word
	markDigits                    // digits
	markTime                      // a year, a month, a weekday, a century
	markUnit                      // a unit of time
	markCapital                   // capitalised, and not only because it opens the sentence
	markFirst                     // the first word, capitalised
	markFunction                  // a function word or asking word
	markPronoun                   // stands for something named before
	markReason                    // introduces a reason
	markPlace                     // introduces a place
	markQuoted                    // follows an opening quotation mark
	markMoney                     // an amount of money or a percentage
	markBe                        // "is", "was" and the like
)

// marksOf returns the marks of token i of a sentence.
func marksOf(text string, tokens []Token, i int, lang string) mark {
	t := tokens[i]
	raw := text[t.Start:t.End]
	form := fold(raw)
	m := wordMarks(form, lang)
	if capitalised(raw) {
		if i == 0 {
			m |= markFirst
		} else {
			m |= markCapital
		}
	}
	if m&markNumber != 0 {
		before, _ := utf8.DecodeLastRuneInString(text[:t.Start])
		after, _ := utf8.DecodeRuneInString(text[t.End:])
		if after == '%' || unicode.Is(unicode.Sc, before) || unicode.Is(unicode.Sc, after) {
			m |= markMoney
		}
	}
	if before, _ := utf8.DecodeLastRuneInString(text[:t.Start]); unicode.In(before, unicode.Pi) || before == '"' || before == '「' || before == '《' {
		m |= markQuoted
	}
	return m
}

func wordMarks(form, lang string) mark {
	var m mark
	for _, w := range []struct {
		mark mark
		is   bool
	}{
		{markNumber, isNumber(form)},
		{markDigits, form != "" && form[0] >= '0' && form[0] <= '9'},
		{markTime, isTime(form)},
		{markUnit, timeUnits[form]},
		{markFunction, inList(functionWords, form, lang) || inList(askingWords, form, lang)},
		{markPronoun, inList(pronouns, form, lang)},
		{markReason, reasonWords[form]},
		{markPlace, placeWords[form]},
		{markMoney, moneyWords[form]},
		{markBe, beWords[form]},
	} {
		if w.is {
			m |= w.mark
		}
	}
	return m
}
