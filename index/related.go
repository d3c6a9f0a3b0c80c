package index

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// relatedText lists English terms with those that tell for a sentence which holds them instead, and how much. What it is made
// of, and its licence, stand in the file.
//
//go:embed related.txt
var relatedText string

// A Relative is a term that is related to a word.
type Relative struct {
	Term string
	// Strength is how much it tells that a sentence holds it where the word is asked for, up to 1.
	Strength float64
}

// relatedLines are the lines of relatedText, in the order of the terms they begin with.
var relatedLines = sync.OnceValue(func() []string {
	lines := strings.Split(strings.TrimSpace(relatedText), "\n")
	return lines[slices.IndexFunc(lines, func(line string) bool { return !strings.HasPrefix(line, "#") }):]
})

// Relatives returns the terms that are related to an English word.
func Relatives(word string) []Relative {
	lines, term := relatedLines(), stemmerFor("en").term(baseForm(fold(word), "en"))
	at, found := slices.BinarySearchFunc(lines, term, func(line, term string) int {
		first, _, _ := strings.Cut(line, " ")
		return strings.Compare(first, term)
	})
	if !found {
		return nil
	}
	fields := strings.Fields(lines[at])[1:]
	list := make([]Relative, len(fields))
	for i, f := range fields {
		n := len(f) - 2
		list[i] = Relative{f[:n], (float64(f[n]-'0')*10 + float64(f[n+1]-'0')) / 100}
	}
	return list
}

// A kinship is a word of the question that a term is related to.
type kinship struct {
	word     int
	strength float64
}

// relate notes the terms that are related to the words of the question, if there are documents in English.
func (st *statistics) relate() {
	if !slices.ContainsFunc(st.manifest.Languages, isEnglish) {
		return
	}
	st.kin = map[string][]kinship{}
	for i := range st.question.Words {
		if w := &st.question.Words[i]; w.Content && !w.Pair {
			for _, r := range Relatives(w.Text) {
				st.kin[r.Term] = append(st.kin[r.Term], kinship{i, r.Strength})
			}
		}
	}
}

// A kin is the term of a sentence that tells most in the place of a word it lacks.
type kin struct {
	token    int
	strength float64
}

// relatives returns what a sentence holds in the place of each word of the question.
func (rd *reading) relatives() (best [maxWords]kin) {
	if len(rd.st.kin) == 0 {
		return best
	}
	for i, t := range rd.s.tokens {
		if t.marks&(markFunction|markCapital) != 0 {
			continue // of names it is mostly chance
		}
		for _, k := range rd.st.kin[t.term] {
			if k.strength > best[k.word].strength {
				best[k.word] = kin{i, k.strength}
			}
		}
	}
	return best
}
