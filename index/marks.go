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

// marksOf returns the marks of a token of a sentence, which has those that its word alone tells.
func marksOf(text string, t *token, opens bool) mark {
	m := t.marks
	if m&markCapital != 0 && opens {
		m ^= markCapital | markFirst
	}
	before, _ := utf8.DecodeLastRuneInString(text[:t.start])
	if m&markNumber != 0 {
		after, _ := utf8.DecodeRuneInString(text[t.end:])
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
