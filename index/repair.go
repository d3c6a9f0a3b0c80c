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
		before, after := words[:from], words[to:]
		end := 0
		if keep := keepBefore(before, after, words[from:to]); keep > 0 {
			end = words[keep-1].end
		}
		takenBack = strings.TrimSpace(takenBack + " " + strings.TrimSpace(text[end:words[from-1].end]))
		text = strings.TrimSpace(text[:end] + " " + text[after[0].start:])
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
		words = append(words, spokenWord{start, i, fold(text[start:i]), unicode.IsUpper(first), paused})
		paused = false
	}
	return words
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
	return len(words) > 2 && (openers[words[0].form] || askPrepositions[words[0].form] && openers[words[1].form])
}

// mixedUp says whether two words are of one kind that a slip of the tongue mixes up: names or numbers.
func mixedUp(a, b *spokenWord) bool {
	return a.capital && b.capital || isNumber(a.form) && isNumber(b.form)
}

// keepBefore returns how many of the words before a correction still hold.
func keepBefore(before, after, marker []spokenWord) int {
	filler := !slices.ContainsFunc(marker, func(w spokenWord) bool { return !fillers[w.form] })
	onlyNo := len(marker) == 1 && marker[0].form == "no"
	if asksAnew(after) || !onlyNo && len(after) > 2 && slices.ContainsFunc(after[:3], func(w spokenWord) bool { return openers[w.form] }) {
		return 0
	}
	oldest := max(0, len(before)-8)
	for k := range min(3, len(after)) {
		for i := len(before) - 1; i >= oldest+k; i-- {
			if before[i].form == after[k].form && (k == 0 || !hangs[after[k].form] && !askPrepositions[after[k].form]) {
				return i - k
			}
		}
	}
	if i := lastAlike(before, after[0], oldest); i >= 0 {
		return i
	}
	if filler || onlyNo {
		return len(before)
	}
	return len(before) - 1
}

// lastAlike returns the place of the last number or name before the word that corrects it, or -1.
func lastAlike(before []spokenWord, word spokenWord, oldest int) int {
	for i := len(before) - 1; i >= oldest; i-- {
		switch {
		case isNumber(word.form) && isNumber(before[i].form):
			return i
		case word.capital && before[i].capital && i > 0:
			for i > 1 && before[i-1].capital {
				i--
			}
			return i
		}
	}
	return -1
}

var (
	openers = set(`what who whom whose which when where why how was wer wen wem wann wo warum wie welche welcher welches
		que quien cual cuales cuando donde cuanto cuantos quel quelle quels quelles quand comment pourquoi`)
	englishOnly     = set(`what who whom whose which when where why how the does did are`)
	askPrepositions = set(`in on at to from by for of with during after before about under`)
	// strongMarkers announce a correction when a new question follows, hangs are what a question is
	// broken off after.
	strongMarkers = set(`no nope rather sorry wait actually instead mean meant uh uhh um umm er err erm uhm hmm eh ah ahh oh ugh urgh eek geez woah whoa oops
		scratch nix nevermind cancel disregard rephrase correction first really better make guess`)
	hangs        = set(`what who whom whose which when where why how is are was were do does did has have had can could will would the a an of in many much long type`)
	markerStarts = set(`no nope i sorry or rather actually uh uhh um umm er err erm uhm hmm eh ah ahh oh ugh urgh eek geez woah whoa oops wait scratch nix make ooh maybe instead
		excuse nevermind never cancel disregard correction first well really let`)
	markerWords = set(`no nope i mean meant sorry or rather actually uh uhh um umm er err erm uhm hmm eh ah ahh oh ugh urgh eek geez woah whoa oops wait scratch nix that make it
		well maybe not hold on excuse me ooh wow instead just but like really better yet first nevermind never mind cancel disregard rephrase correction let tell ask to say
		guess think should be specifically more yes yeah`)
	fillers       = set(`uh uhh um umm er err erm uhm hmm eh ah ahh ooh oh well ugh urgh eek geez woah whoa`)
	auxiliaries   = set(`do does did can could would should will to you they we what that is are was were`)
	beforeNo      = set(`is are was were be been has have had having there with of by say says said saying in at for from to and or but under if when where that makes make means mean yes regiment infantry`)
	markerPhrases = strings.Split(`uh,uhh,um,umm,er,err,erm,uhm,hmm,ugh,urgh,eek,geez,woah,oops,nope,nix that,nevermind,never mind,or like,or i guess,i guess,cancel that,disregard that,i mean,i meant,or rather,no rather,scratch that,no make that,or make that,uh make that,no sorry,sorry no,`+
		`or sorry,oh sorry,no wait,wait no,oh wait,or wait,or actually,no actually,oh actually,or no,no no,oh no,no not,no instead,no just,excuse me,oh rather,or maybe,or instead`, ",")
)
