package eval

import (
	"maps"
	"slices"
	"strings"

	"verbatim/index"
)

// A judge knows the documents and says which passages are right. A passage is right when its quote
// comes from the document named, overlaps a gold sentence by at least half of the shorter of the
// two, and holds one of the wordings; each as far as the question says so. Texts are compared by
// their letters and digits only.
type judge struct {
	// texts holds the letters of each document, by path.
	texts map[string]string
	// paths are the keys of texts, sorted.
	paths []string
}

func newJudge(texts map[string]string) *judge {
	j := &judge{texts: make(map[string]string, len(texts)), paths: slices.Sorted(maps.Keys(texts))}
	for path, text := range texts {
		j.texts[path] = letters(text)
	}
	return j
}

// A key is what makes the passages of one question right.
type key struct {
	doc string
	// gold holds where the gold sentences stand, by path; nil when the question names none.
	gold map[string][]span
	// words are the letters of the wordings.
	words []string
}

// key returns what makes a passage right, and whether the documents hold such a thing at all.
func (j *judge) key(q *Question) (k key, found bool) {
	k.doc = q.Doc
	if len(q.Gold) > 0 {
		k.gold = map[string][]span{}
	}
	for _, w := range q.Words {
		k.words = append(k.words, letters(w))
	}
	for _, path := range j.paths {
		if !isNamed(path, q.Doc) || !holdsAny(j.texts[path], k.words) {
			continue
		}
		for _, g := range q.Gold {
			k.gold[path] = append(k.gold[path], spans(j.texts[path], letters(g))...)
		}
		found = found || len(q.Gold) == 0 || len(k.gold[path]) > 0
	}
	return k, found
}

// rank returns the place of the first right passage among the first [Depth], from 1; 0 when there is
// none.
func (j *judge) rank(passages []index.Passage, k *key) int {
	for i := range passages[:min(len(passages), Depth)] {
		if j.right(&passages[i], k) {
			return i + 1
		}
	}
	return 0
}

func (j *judge) right(p *index.Passage, k *key) bool {
	path := p.Document.Path
	if !isNamed(path, k.doc) {
		return false
	}
	quote := letters(p.Quote)
	if !holdsAny(quote, k.words) {
		return false
	}
	if k.gold == nil {
		return true
	}
	text := j.texts[path]
	for _, at := range spans(text, quote) {
		for _, gold := range k.gold[path] {
			if overlap(text, at, gold) {
				return true
			}
		}
	}
	return false
}

// isNamed says whether doc names the document at path: by its file name, its path or the end of it.
func isNamed(path, doc string) bool {
	return doc == "" || path == doc || strings.HasSuffix(path, "/"+doc)
}

// holdsAny says whether text holds one of words, or there are none.
func holdsAny(text string, words []string) bool {
	return len(words) == 0 || slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// A Judge says which passages answer a question.
type Judge struct{ judge *judge }

// NewJudge returns a judge who knows the documents of the given texts by path.
func NewJudge(texts map[string]string) *Judge { return &Judge{newJudge(texts)} }

// Of returns what says whether a passage is right for q; it says no to all of an unanswerable
// question and of one whose answer the documents do not hold.
func (j *Judge) Of(q *Question) func(p *index.Passage) bool {
	k, found := j.judge.key(q)
	return func(p *index.Passage) bool { return found && !q.Unanswerable && j.judge.right(p, &k) }
}
