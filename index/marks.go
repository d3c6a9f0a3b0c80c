package index

import (
	"unicode"
	"unicode/utf8"
)

// A token is one term of a sentence with what it looks like there.
type token struct {
	term string
	// start and end are byte offsets into the sentence.
	start, end int
	marks      mark
}

// tokens returns the tokens of a sentence.
func (a *analyzer) tokens(text, lang string) []token {
	terms := a.analyze(text, lang)
	tokens, known := make([]token, len(terms)), a.words(lang)
	for i, t := range terms {
		tokens[i] = token{t.Term, t.Start, t.End, marksOf(text, t, i == 0, spelledMarks(known, text[t.Start:t.End], lang))}
	}
	return tokens
}

// spelledMarks returns the marks of a word as it is spelled. Words that [analyzer.analyze] has no term of its own
// for are not known: acronyms and pairs of characters.
func spelledMarks(known map[string]*knownWord, raw, lang string) mark {
	w := known[raw]
	if w == nil {
		return wordMarks(raw, lang)
	}
	if !w.marked {
		w.marks, w.marked = wordMarks(raw, lang), true
	}
	return w.marks
}

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

// marksOf returns the marks of a token of a sentence, of which the word alone tells some.
func marksOf(text string, t Token, opens bool, m mark) mark {
	if m&markCapital != 0 && opens {
		m ^= markCapital | markFirst
	}
	before, _ := utf8.DecodeLastRuneInString(text[:t.Start])
	if m&markNumber != 0 {
		after, _ := utf8.DecodeRuneInString(text[t.End:])
		if after == '%' || unicode.Is(unicode.Sc, before) || unicode.Is(unicode.Sc, after) {
			m |= markMoney
		}
	}
	if before == '"' || before == '「' || before == '《' || before >= utf8.RuneSelf && unicode.In(before, unicode.Pi) {
		m |= markQuoted
	}
	return m
}

// wordMarks returns the marks of a word as it is spelled: markCapital says that it is capitalised.
func wordMarks(raw, lang string) mark {
	var m mark
	form := fold(raw)
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
		{markCapital, capitalised(raw)},
	} {
		if w.is {
			m |= w.mark
		}
	}
	return m
}
