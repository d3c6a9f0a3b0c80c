package index

import (
	"slices"
	"strings"
)

// findMarker returns the first run of words that announce a correction, or 0, 0. Something must
// stand on both sides of it.
func findMarker(words []spokenWord) (from, to int) {
	for i := 1; i < len(words); i++ {
		if !markerStarts[words[i].form] || words[i].isName() {
			continue
		}
		end := i
		for end < len(words) && markerWords[words[end].form] && !words[end].isName() {
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

// isName says whether a word is capitalised as names are.
func (w spokenWord) isName() bool { return w.capital && w.form != "i" }

// runOn returns where a new question begins without any sign that the one before it was given up, as in
// "what devices what did they use?"; 0 where there is none.
func runOn(text string, words []spokenWord) int {
	if len(words) < 2 || !isOpener(words[0]) || (words[0].form == "when" || words[0].form == "where") && !auxiliaries[words[1].form] {
		return 0 // "when it rains what do they do" is one question
	}
	for i := 2; i < len(words); i++ {
		if before := words[i-1]; inverts(words[i:]) && !leadsOn[before.form] && !askPrepositions[before.form] && strings.TrimSpace(text[before.end:words[i].start]) == "" {
			return i
		}
	}
	return 0
}

// inverts says whether words begin as only a question does: asking word, verb, subject.
func inverts(words []spokenWord) bool {
	if len(words) < 4 || !inverting[words[0].form] {
		return false
	}
	switch words[1].form {
	case "do", "does", "did":
		return true
	case "is", "are", "was", "were":
		return articles[words[2].form]
	}
	return false
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
	if asksAnew(words[to:]) && (slices.ContainsFunc(forms, func(f string) bool { return strongMarkers[f] }) && (run != "first" || hangs[before]) || run == "or" && (from <= 4 && hangs[before] || from <= 6 && inverts(words[to:]))) {
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
	inverting    = set(`what where when why how`)
	leadsOn      = set(`and or but than as that know knows tell of then`)
	hangs        = set(`what who whom whose which when where why how is are was were do does did has have had can could will would the a an of in many much long type`)
	markerStarts = set(`no nope i sorry or rather actually uh um er erm uhm hm eh ah oh ugh urgh eek geez woah whoa oops wait scratch nix make ooh maybe instead
		excuse nevermind never cancel disregard correction first well really let oy hah huh gosh yikes dang`)
	markerWords = set(`no nope i mean meant sorry or rather actually uh um er erm uhm hm eh ah oh ugh urgh eek geez woah whoa oops wait scratch nix that make it
		well maybe not hold on excuse me ooh wow instead just but like really better yet first nevermind never mind cancel disregard rephrase correction let tell ask to say
		guess think should be specifically more yes yeah oy hah huh gosh yikes dang`)
	fillers     = set(`uh um er erm uhm hm eh ah oh ugh urgh eek well geez woah whoa oy hah huh gosh yikes dang`)
	articles    = set(`the a an`)
	leads       = set(`forget scratch this i just want wanted to know tell me say ask and that let rephrase like would can you should`)
	settings    = set(`in on at from for with during after before under along besides outside other according since between soon until`)
	auxiliaries = set(`do does did can could would should will to you they we what that is are was were`)
	beforeNo    = set(`is are was were be been has have had having there with of by say says said saying in at for from to and or but under if when where that makes make means mean yes regiment infantry
		require requires required contain contains contained show shows showed shown take takes took give gives gave given find finds found offer offers offered
		reach reaches reached pay pays paid charge charges charged need needs needed hold holds held provide provides provided include includes included get gets got
		exist exists existed cause causes caused leave leaves left see sees saw know knows knew want wants use uses used serve serves receive receives received
		allow allows allowed accept accepts earn earns made put plead pleading`)
	markerPhrases = strings.Split(`uh,um,er,erm,uhm,hm,ugh,urgh,eek,geez,woah,oops,oy,hah,huh,gosh,yikes,dang,nope,wait actually,actually wait,nix that,nevermind,never mind,or like,or i guess,i guess,cancel that,disregard that,i mean,i meant,or rather,no rather,scratch that,no make that,or make that,uh make that,oh make that,er make that,sorry make that,no sorry,sorry no,`+
		`or sorry,oh sorry,no wait,wait no,oh wait,or wait,or actually,no actually,oh actually,or no,no no,oh no,no not,no instead,no just,excuse me,oh rather,or maybe,or instead`, ",")
)
