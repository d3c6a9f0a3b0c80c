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
			break
		}
		c := correct(words, from, to)
		end := func(n int) int { // of the first n words
			if n == 0 {
				return 0
			}
			return words[n-1].end
		}
		takenBack = strings.TrimSpace(takenBack + " " + strings.TrimSpace(text[end(c.from):end(c.to)]))
		text = strings.TrimSpace(text[:end(c.from)] + " " + text[words[c.in].start:end(c.inEnd)] + text[end(c.to):end(from)] + text[end(len(words)):])
	}
	return text, takenBack
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

// findMarker returns the first run of words that announce a correction, or 0, 0. Something must
// stand on both sides of it.
func findMarker(words []spokenWord) (from, to int) {
	for i := 1; i < len(words); i++ {
		if !markerStarts[words[i].form] {
			continue
		}
		end := i
		for end < len(words) && markerWords[words[end].form] {
			end++
		}
		for ; end > i && end < len(words); end-- {
			if announces(words, i, end) {
				return i, end
			}
		}
	}
	return 0, 0
}

// speaksPlainly says whether the markers can be told from words: "um" and "er" are words of German,
// and "no" is one of Spanish, so that the question must hold a word that is English alone.
func speaksPlainly(words []spokenWord) bool {
	return slices.ContainsFunc(words, func(w spokenWord) bool {
		return englishOnly[w.form] && (!w.capital || w.start == words[0].start && w.form != "the")
	})
}

// announces says whether words[from:to] surely announce a correction: always when what follows asks
// anew, and else by the marker and what stands around it.
func announces(words []spokenWord, from, to int) bool {
	forms := make([]string, 0, to-from)
	for _, w := range words[from:to] {
		forms = append(forms, w.form)
	}
	run := strings.Join(forms, " ")
	before, next := words[from-1].form, words[to].form
	if asksAnew(words[to:]) && (slices.ContainsFunc(forms, func(f string) bool { return strongMarkers[f] }) && (run != "first" || hangs[before]) || run == "or" && from <= 4 && hangs[before]) {
		return true
	}
	switch run {
	case "i mean", "i meant":
		return words[from].paused || !auxiliaries[before]
	case "no":
		return words[from].paused && words[to].paused || !beforeNo[before] && !auxiliaries[before] && next != "one" && next != "longer"
	case "sorry":
		return !beforeNo[before] && !auxiliaries[before] && before != "so" && before != "very"
	case "rather", "actually", "wait", "instead", "well", "or", "really":
		return run != "or" && next != "than" && (words[from].paused && words[to].paused || run != "well" && mixedUp(&words[from-1], &words[to]))
	case "maybe", "first", "better", "just", "like", "but", "not", "it", "that":
		return false
	}
	if strings.HasPrefix(run, "no ") && !beforeNo[before] {
		return true
	}
	return slices.ContainsFunc(markerPhrases, func(p string) bool {
		return strings.Contains(" "+run+" ", " "+p+" ")
	})
}

// asksAnew says whether words begin with a question of their own: with an asking word, before which a
// preposition may stand.
func asksAnew(words []spokenWord) bool {
	return len(words) > 2 && (isOpener(words[0]) || askPrepositions[words[0].form] && isOpener(words[1]))
}

// mixedUp says whether two words are of one kind that a slip of the tongue mixes up: names or numbers.
func mixedUp(a, b *spokenWord) bool {
	return a.capital && b.capital || isNumber(a.form) && isNumber(b.form)
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
	if last := words[len(words)-1].form; (last == "rather" || last == "instead") && len(words) > c.in+1 {
		c.inEnd--
	}
	if was := words[c.in].form; (was == "was" || was == "is") && c.in+1 < c.inEnd && words[c.in+1].capital {
		c.in++
	}
	after := words[c.in:c.inEnd]
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
	c.from = keepBefore(before, after, words[from:to])
	return c
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
	if n <= 0 || n+1 == len(after) || auxiliaries[after[n-1].form] {
		return 0, 0, 0
	}
	that := after[n+1:]
	for i = range len(before) - len(that) + 1 {
		if slices.EqualFunc(before[i:i+len(that)], that, func(a, b spokenWord) bool { return a.form == b.form }) {
			j = i + len(that)
			if i > 0 && before[i-1].form == after[0].form && n > 1 {
				i-- // "in Asia, no, in China not Asia"
			}
			return n, i, j
		}
	}
	return 0, 0, 0
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
// other words.
func runAlike(words []spokenWord, word spokenWord) (from, to int) {
	is := func(i int) bool {
		return isNumber(word.form) && isNumber(words[i].form) || word.capital && words[i].capital && i > 0
	}
	to = len(words)
	for to > 0 && !is(to-1) {
		to--
	}
	for from = to; from > 0 && is(from-1); {
		from--
	}
	return from, to
}

// keepBefore returns how many of the words before a correction still hold.
func keepBefore(before, after, marker []spokenWord) int {
	filler := !slices.ContainsFunc(marker, func(w spokenWord) bool { return !fillers[w.form] })
	onlyNo := len(marker) == 1 && marker[0].form == "no"
	if asksAnew(after) || !onlyNo && len(after) > 2 && slices.ContainsFunc(after[:3], isOpener) {
		return setting(before)
	}
	again := repeated(before, after)
	if i, last := runAlike(before, nameIn(after)); last == len(before) && i < last && (again < 0 || !articles[after[0].form]) {
		return i
	}
	if again >= 0 {
		return again
	}
	oldest := max(0, len(before)-8)
	if i, last := runAlike(before, nameIn(after)); i < last && last > oldest {
		return max(i, 0)
	}
	if filler || onlyNo {
		return len(before)
	}
	return len(before) - 1
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
// its second or third: of several places the one at which most words are the same, then the last; -1 when
// there is none.
func repeated(before, after []spokenWord) int {
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
			return at
		}
	}
	return -1
}

// isOpener says whether a word opens a question. "Was" does so in German alone.
func isOpener(w spokenWord) bool { return openers[w.form] && w.form != "was" }

var (
	openers = set(`what who whom whose which when where why how was wer wen wem wann wo warum wie welche welcher welches
		que quien cual cuales cuando donde cuanto cuantos quel quelle quels quelles quand comment pourquoi`)
	englishOnly     = set(`what who whom whose which when where why how the does did are`)
	askPrepositions = set(`in on at to from by for of with during after before about under`)
	// strongMarkers announce a correction when a new question follows, hangs are what a question is
	// broken off after.
	strongMarkers = set(`no nope rather sorry wait actually instead mean meant uh um er erm uhm hm eh ah oh ugh urgh eek geez woah whoa oops
		scratch nix nevermind cancel disregard rephrase correction first really better make guess`)
	hangs        = set(`what who whom whose which when where why how is are was were do does did has have had can could will would the a an of in many much long type`)
	markerStarts = set(`no nope i sorry or rather actually uh um er erm uhm hm eh ah oh ugh urgh eek geez woah whoa oops wait scratch nix make ooh maybe instead
		excuse nevermind never cancel disregard correction first well really let`)
	markerWords = set(`no nope i mean meant sorry or rather actually uh um er erm uhm hm eh ah oh ugh urgh eek geez woah whoa oops wait scratch nix that make it
		well maybe not hold on excuse me ooh wow instead just but like really better yet first nevermind never mind cancel disregard rephrase correction let tell ask to say
		guess think should be specifically more yes yeah`)
	fillers       = set(`uh um er erm uhm hm eh ah oh ugh urgh eek well geez woah whoa`)
	articles      = set(`the a an`)
	leads         = set(`i just want wanted to know tell me say ask and that let rephrase like would can you should`)
	settings      = set(`in on at from for with during after before under along besides outside other according since between soon until`)
	auxiliaries   = set(`do does did can could would should will to you they we what that is are was were`)
	beforeNo      = set(`is are was were be been has have had having there with of by say says said saying in at for from to and or but under if when where that makes make means mean yes regiment infantry`)
	markerPhrases = strings.Split(`uh,um,er,erm,uhm,hm,ugh,urgh,eek,geez,woah,oops,nope,nix that,nevermind,never mind,or like,or i guess,i guess,cancel that,disregard that,i mean,i meant,or rather,no rather,scratch that,no make that,or make that,uh make that,oh make that,er make that,sorry make that,no sorry,sorry no,`+
		`or sorry,oh sorry,no wait,wait no,oh wait,or wait,or actually,no actually,oh actually,or no,no no,oh no,no not,no instead,no just,excuse me,oh rather,or maybe,or instead`, ",")
)
