package index

import (
	_ "embed"
	"iter"
	"slices"
	"strings"
	"sync"
)

// relatedText lists English terms with those that tell for a sentence which holds them instead, and how much. What it is made
// of, and its licence, stand in the file.
//
//go:embed related.txt
var relatedText string

// relatedLines are the lines of relatedText, in the order of the terms they begin with.
var relatedLines = sync.OnceValue(func() []string {
	lines := strings.Split(strings.TrimSpace(relatedText), "\n")
	return lines[slices.IndexFunc(lines, func(line string) bool { return !strings.HasPrefix(line, "#") }):]
})

// relatives yields the terms that are related to an English word, and how much each tells, up to 1.
func relatives(word string) iter.Seq2[string, float64] {
	return func(yield func(string, float64) bool) {
		lines, term := relatedLines(), stemmerFor("en").term(baseForm(fold(word), "en"))
		at, found := slices.BinarySearchFunc(lines, term, func(line, term string) int {
			first, _, _ := strings.Cut(line, " ")
			return strings.Compare(first, term)
		})
		if !found {
			return
		}
		_, rest, _ := strings.Cut(lines[at], " ")
		for rest != "" {
			var f string
			f, rest, _ = strings.Cut(rest, " ")
			n := len(f) - 2
			if !yield(f[:n], (float64(f[n]-'0')*10+float64(f[n+1]-'0'))/100) {
				return
			}
		}
	}
}

// A kinship is a word of the question that a term is related to.
type kinship struct {
	word     int
	strength float64
}

// kinships are those of a term; most have one.
type kinships struct {
	first  kinship
	others []kinship
}

// mostlyRelated is how many terms are related to the words of most questions.
const mostlyRelated = 256

// relate notes the terms that are related to the words of the question, if there are documents in English.
func (st *statistics) relate() {
	if !slices.ContainsFunc(st.manifest.Languages, isEnglish) {
		return
	}
	for i := range st.question.Words {
		if w := &st.question.Words[i]; w.Content && !w.Pair {
			for term, strength := range relatives(w.Text) {
				if st.kin == nil {
					st.kin = make(map[string]kinships, mostlyRelated)
				}
				k, known := st.kin[term]
				if known {
					k.others = append(k.others, kinship{i, strength})
				} else {
					k.first = kinship{i, strength}
				}
				st.kin[term] = k
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
		k, known := rd.st.kin[t.term]
		if !known {
			continue
		}
		best[k.first.word].raise(i, k.first.strength)
		for _, o := range k.others {
			best[o.word].raise(i, o.strength)
		}
	}
	return best
}

// raise takes a token if it tells more.
func (k *kin) raise(token int, strength float64) {
	if strength > k.strength {
		*k = kin{token, strength}
	}
}
