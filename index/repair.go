package index

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// repair divides a question into what is asked, without hesitations and with corrections carried
// out, and what was taken back: "when, no, sorry, where was it built in 1990, I mean 1991" asks
// "where was it built in 1991". What a correction replaces is everything before it when what follows
// asks anew, else the words that its first words repeat or are of one kind with, else the last word.
// People mostly correct themselves within one subject, so what was taken back still helps to find it.
func repair(text string) (asked, takenBack string) {
	for range maxRepairs {
		words := spokenWords(text)
		if !speaksPlainly(words) {
			break
		}
		from, to := findMarker(words)
		if to == 0 {
			if from = runOn(text, words); from == 0 {
				break
			}
			to = from
		}
		c := correct(words, from, to)
		end := func(n int) int { // of the first n words
			if n == 0 {
				return 0
			}
			return words[n-1].end
		}
		takenBack = strings.TrimSpace(takenBack + " " + strings.TrimSpace(text[end(pauses(words[c.from:c.to])+c.from):end(c.to)]))
		text = strings.TrimSpace(text[:end(c.from)] + " " + text[words[c.in].start:end(c.inEnd)] + text[end(c.to):end(from)] + text[end(len(words)):])
	}
	return text, takenBack
}

// pauses returns how many hesitations words begin with.
func pauses(words []spokenWord) (n int) {
	for n < len(words) && fillers[words[n].form] {
		n++
	}
	return n
}

// maxRepairs bounds the corrections in one question.
const maxRepairs = 6

// A spoken word is a word of a question as it was typed.
type spokenWord struct {
	start, end int
	form       string
	capital    bool
	// paused says that a comma or a dash stands before the word.
	paused bool
}

func spokenWords(text string) []spokenWord {
	var words []spokenWord
	paused := false
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !isWord(r) {
			paused = paused || r == ',' || r == '-' || r == '–' || r == '—' || r == '…'
			i += size
			continue
		}
		start := i
		for i < len(text) && (isWord(r) || isApostrophe(r)) {
			i += size
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		first, _ := utf8.DecodeRuneInString(text[start:])
		words = append(words, spokenWord{start, i, shortened(fold(text[start:i])), unicode.IsUpper(first), paused})
		paused = false
	}
	return words
}

// shortened returns the usual form of a hesitation that is drawn out, as "ummm" is; other words as they are.
func shortened(form string) string {
	if short := string(slices.Compact([]rune(form))); fillers[short] {
		return short
	}
	return form
}

// A correction puts the words [in, inEnd) of a question in the place of its words [from, to).
type correction struct{ from, to, in, inEnd int }

// shortCorrection is how many words a correction has at most that ends the question and may be meant for
// a word far before it.
const shortCorrection = 3

// correct finds what the words behind a marker, which is words[from:to], are to replace.
func correct(words []spokenWord, from, to int) correction {
	before := words[:from]
	c := correction{from: from, to: from, in: to + leadIn(words[to:]), inEnd: len(words)}
	c.inEnd -= leadOut(words[c.in:])
	if was := words[c.in].form; (was == "was" || was == "is") && c.in+1 < c.inEnd && words[c.in+1].capital {
		c.in++
	}
	after := words[c.in:c.inEnd]
	if n, i, j := denied(before, after, words[from:to]); j > 0 {
		c.in, c.from, c.to = c.in+n, i, j
		return c
	}
	if n, i, j := contrast(before, after); n > 0 {
		c.from, c.to, c.inEnd = i, j, c.in+n
		return c
	}
	if len(after) <= shortCorrection && !slices.ContainsFunc(after[1:], func(w spokenWord) bool { return !w.capital && !isNumber(w.form) }) {
		if i, j, found := alike(before, after); found {
			if i > 0 && articles[before[i-1].form] && articles[after[0].form] {
				i--
			}
			c.from, c.to = i, j
			return c
		}
	}
	c.from, c.to = keepBefore(before, after, words[from:to])
	return c
}

// leadOut returns how many words at the end only say that this was a correction, as "rather" does.
func leadOut(words []spokenWord) int {
	n := len(words)
	switch last := words[n-1].form; {
	case n > 1 && (last == "rather" || last == "instead" || last == "actually"):
		return 1
	case n > 2 && last == "mean" && words[n-2].form == "i":
		return 2
	}
	return 0
}

// denied looks in what follows a marker for "not that but this", where that stands before the marker: this
// begins at after[n], and before[i:j] is that.
func denied(before, after, marker []spokenWord) (n, i, j int) {
	from := 0
	if after[0].form == "not" {
		from = 1
	} else if len(marker) == 0 || marker[len(marker)-1].form != "not" {
		return 0, 0, 0
	}
	but := slices.IndexFunc(after, func(w spokenWord) bool { return w.form == "but" })
	if but <= from || but+1 == len(after) {
		return 0, 0, 0
	}
	that := after[from:but]
	if len(that) > 1 && articles[that[0].form] {
		that = that[1:]
	}
	if i, j = standing(before, that); j > 0 && i > 0 && articles[before[i-1].form] && articles[after[but+1].form] {
		i--
	}
	return but + 1, i, j
}

// standing returns where the words that stand in before, which is before[i:j]; j is 0 when they do not.
func standing(before, that []spokenWord) (i, j int) {
	for i := range len(before) - len(that) + 1 {
		if slices.EqualFunc(before[i:i+len(that)], that, func(a, b spokenWord) bool { return a.form == b.form }) {
			return i, i + len(that)
		}
	}
	return 0, 0
}

// leadIn returns how many words only lead to a question, as "I just want to know" does.
func leadIn(words []spokenWord) int {
	for i := range words {
		if asksAnew(words[i:]) {
			return i
		}
		if !leads[words[i].form] {
			break
		}
	}
	return 0
}

// contrast looks in what follows a marker for "this not that", where that stands before the marker: n is
// how many words this has, and before[i:j] is that.
func contrast(before, after []spokenWord) (n, i, j int) {
	n = slices.IndexFunc(after, func(w spokenWord) bool { return w.form == "not" })
	if n <= 0 || n+1 == len(after) || auxiliaries[after[n-1].form] || auxiliaries[after[n+1].form] {
		return 0, 0, 0
	}
	that := after[n+1:]
	if i, j = standing(before, that); j == 0 {
		return 0, 0, 0
	}
	if i > 0 && before[i-1].form == after[0].form && n > 1 {
		i-- // "in Asia, no, in China not Asia"
	}
	return n, i, j
}

// alike looks for the name or number that a short correction may be meant for: the one right before it,
// or the only one. Where there are several, found is true and before[i:j] is empty: nobody knows.
func alike(before, after []spokenWord) (i, j int, found bool) {
	word := nameIn(after)
	for at := len(before); at > 0; {
		first, last := runAlike(before[:at], word)
		switch {
		case last == first:
			return i, j, found
		case last == len(before):
			return first, last, true
		case found:
			return len(before), len(before), true
		}
		i, j, found, at = first, last, true, first
	}
	return i, j, found
}

// nameIn returns the first word that may be a name or number: that behind an article, if there is one.
func nameIn(words []spokenWord) spokenWord {
	if len(words) > 1 && articles[words[0].form] {
		return words[1]
	}
	return words[0]
}

// runAlike returns the last run of words of the kind of a word, a name or a number; nothing at the end for
// other words. "Court of Justice" is one name.
func runAlike(words []spokenWord, word spokenWord) (from, to int) {
	is := func(i int) bool {
		return isNumber(word.form) && isNumber(words[i].form) || word.capital && words[i].capital && i > 0
	}
	to = len(words)
	for to > 0 && !is(to-1) {
		to--
	}
	for from = to; from > 0 && (is(from-1) || from > 1 && from < to && words[from-1].form == "of" && is(from-2)); {
		from--
	}
	return from, to
}

// keepBefore returns which of the words before a correction it replaces: before[from:to].
func keepBefore(before, after, marker []spokenWord) (from, to int) {
	all := len(before)
	filler := !slices.ContainsFunc(marker, func(w spokenWord) bool { return !fillers[w.form] })
	onlyNo := len(marker) == 1 && marker[0].form == "no"
	if asksAnew(after) || !onlyNo && len(after) > 2 && slices.ContainsFunc(after[:3], isOpener) {
		return setting(before), all
	}
	again, n := repeated(before, after)
	if i, last := runAlike(before, nameIn(after)); last == all && i < last && (again < 0 || !articles[after[0].form]) {
		return i, all
	}
	if again >= 0 {
		if len(after) <= shortCorrection && (n > 1 || !articles[after[0].form]) {
			return again, min(again+len(after), all) // it ends the question, and is as long as what it replaces
		}
		return again, all
	}
	oldest := max(0, all-8)
	if i, last := runAlike(before, nameIn(after)); i < last && last > oldest {
		return max(i, 0), all
	}
	if (filler || onlyNo) && (saysNothing(before[all-1]) || saysNothing(after[0])) {
		return all, all // a pause alone
	}
	return all - 1, all
}

// saysNothing says whether nobody takes a word back by itself.
func saysNothing(w spokenWord) bool {
	return hangs[w.form] || isFunctionWord(w.form, []string{"en"})
}

// setting returns how many words before a new question say where or when, as in "In the year 1990, who, no,
// what …": those before the question that was begun, if they begin as such words do.
func setting(before []spokenWord) int {
	for i := len(before) - 1; i >= 3; i-- {
		if !isOpener(before[i]) {
			continue
		}
		if askPrepositions[before[i-1].form] && i > 3 {
			i--
		}
		if before[i].paused || settings[before[0].form] {
			return i
		}
	}
	return 0
}

// repeated returns where the words begin that a correction repeats with its first word, failing that with
// its second or third: of several places the one at which most words are the same, n, then the last; -1 when
// there is none.
func repeated(before, after []spokenWord) (at, same int) {
	const far, near = 8, 4
	for k := range min(3, len(after)) {
		longest, at := 0, -1
		for i := len(before) - 1; i >= k; i-- {
			n := 0
			for i+n < len(before) && k+n < len(after) && before[i+n].form == after[k+n].form {
				n++
			}
			small := n == 1 && (hangs[after[k].form] || askPrepositions[after[k].form])
			if small && (k > 0 || i < len(before)-near && !articles[after[0].form]) || n == 1 && i < len(before)-far {
				continue
			}
			if n > longest {
				longest, at = n, i-k
			}
		}
		if longest > 0 {
			return at, longest
		}
	}
	return -1, 0
}
