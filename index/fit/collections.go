package fit

import (
	"fmt"
	"hash/fnv"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	"verbatim/corpus"
	"verbatim/corpus/format"
	"verbatim/index/eval"
)

// What the confidence learns from must look like what people do: of the questions asked of a
// collection about as many have no answer there as have one.
const (
	strangers   = 1.0 // weight of a question about an article that is not in the collection
	ownWeight   = 1.0 // weight of a question about one that is
	asideWeight = 1.5
)

// A chooser chooses documents and questions.
type chooser struct {
	docs   []*corpus.Document
	about  map[string][]question // by path
	asides []question
	random *rand.Rand
}

// collections yields collections of all sizes, from a paragraph or two to all documents, under a name
// for each kind: people ask handbooks and libraries, and a word that is rare in the one is not in
// the other.
func collections(docs []*corpus.Document, set eval.Set) iter.Seq2[string, []collection] {
	c := &chooser{docs: docs, about: map[string][]question{}, random: rand.New(rand.NewPCG(seed, 2))}
	for i, d := range docs {
		for _, q := range set.Questions {
			if !q.Unanswerable && q.Doc != "" && strings.HasSuffix("/"+d.Path, "/"+q.Doc) {
				c.about[d.Path] = append(c.about[d.Path], question{Question: q, fold: i % 2})
			}
		}
	}
	for i, line := range strings.Split(strings.TrimSpace(asides), "\n") {
		c.asides = append(c.asides, question{Question: eval.Question{ID: fmt.Sprintf("aside %d", i+1), Text: line, Unanswerable: true}, weight: asideWeight, fold: i % 2})
	}
	return func(yield func(string, []collection) bool) {
		for _, kind := range []struct {
			name   string
			choose func() []collection
		}{
			{"all documents", c.whole}, {"halves", c.halves}, {"groups of four", func() []collection { return c.groups(4) }},
			{"each document", c.singles}, {"excerpts", c.excerpts}, {"pieces", c.pieces}, {"questions typed in haste", c.hasty}, {"words without their stems", c.unstemmed},
			{"a script without spaces", c.spaceless},
		} {
			if !yield(kind.name, kind.choose()) {
				return
			}
		}
	}
}

// of returns the questions about docs, set to teach the ranking or not.
func (c *chooser) of(docs []*corpus.Document, ranks bool, weight float64) []question {
	var list []question
	for _, d := range docs {
		for _, q := range c.about[d.Path] {
			q.ranks, q.weight = ranks, weight
			list = append(list, q)
		}
	}
	return list
}

// notOf returns n questions about other documents than docs.
func (c *chooser) notOf(docs []*corpus.Document, n int) []question {
	var others []*corpus.Document
	for _, d := range c.docs {
		if !slices.ContainsFunc(docs, func(o *corpus.Document) bool { return o.Path == d.Path }) {
			others = append(others, d)
		}
	}
	list := sample(c.of(others, false, strangers), n, c.random)
	for i := range list {
		list[i].stranger = true
	}
	return list
}

// with returns a collection of docs with questions, others that nothing there answers and, if any, things
// said to assistants and questions about what is mentioned in passing.
func (c *chooser) with(docs []*corpus.Document, questions []question, others, asides int) collection {
	questions = append(questions, c.notOf(docs, others)...)
	if asides > 0 {
		questions = append(questions, c.passing(docs, len(questions)/passingShare)...)
	}
	return collection{docs, append(questions, sample(c.asides, asides, c.random)...)}
}

// passingShare is of how many other questions there is one about a thing mentioned in passing.
const passingShare = 12

// passing returns n short questions about one or two words that stand in the middle of a sentence:
// what only mentions a thing does not explain it.
func (c *chooser) passing(docs []*corpus.Document, n int) []question {
	forms := []string{"what is %s", "who is %s", "what does %s mean", "how does %s work", "where is %s", "tell me about %s", "how many %s are there",
		"what is the best %s", "why is %s important", "when did %s start", "%s", "is %s safe", "how do i get %s", "what's the price of %s"}
	var list []question
	for len(list) < n {
		d := docs[c.random.IntN(len(docs))]
		sentences := d.Sentences()
		words := strings.Fields(sentences[c.random.IntN(len(sentences))].Text)
		if len(words) < 12 {
			continue
		}
		at, long := 4+c.random.IntN(len(words)-8), 1+c.random.IntN(2)
		thing := strings.ToLower(strings.Trim(strings.Join(words[at:at+long], " "), ".,;:()\"'"))
		if len(thing) < 5 {
			continue
		}
		text := fmt.Sprintf(forms[c.random.IntN(len(forms))], thing)
		list = append(list, question{Question: eval.Question{ID: text, Text: text, Unanswerable: true}, weight: asideWeight, fold: len(list) % 2})
	}
	return list
}

func (c *chooser) whole() []collection {
	return []collection{c.with(c.docs, c.of(c.docs, true, ownWeight/4), 0, len(c.asides))}
}

func (c *chooser) halves() []collection {
	var list []collection
	for range 2 {
		docs := sample(c.docs, len(c.docs), c.random)
		for _, half := range [][]*corpus.Document{docs[:len(docs)/2], docs[len(docs)/2:]} {
			own := sample(c.of(half, false, ownWeight), 900, c.random)
			list = append(list, c.with(half, own, 900, len(c.asides)))
		}
	}
	return list
}

func (c *chooser) groups(n int) []collection {
	var list []collection
	for docs := range slices.Chunk(sample(c.docs, len(c.docs), c.random), n) {
		own := sample(c.of(docs, true, ownWeight), 400, c.random)
		list = append(list, c.with(docs, own, len(own)/2, len(c.asides)/2))
	}
	return list
}

func (c *chooser) singles() []collection {
	var list []collection
	for _, d := range c.docs {
		docs := []*corpus.Document{d}
		own := sample(c.of(docs, true, ownWeight), 110, c.random)
		list = append(list, c.with(docs, own, len(own)/2, len(c.asides)/4))
	}
	return list
}

// excerpts are six paragraphs of a document, with all questions about it: many are close to what
// stands there and yet not answered.
func (c *chooser) excerpts() []collection {
	var list []collection
	for _, d := range c.docs {
		docs := []*corpus.Document{c.excerpt(d, 6)}
		list = append(list, c.with(docs, c.of(docs, true, ownWeight), 20, len(c.asides)/8))
	}
	return list
}

// pieces are one or two paragraphs of each of five documents.
func (c *chooser) pieces() []collection {
	var list []collection
	for round := range 2 {
		for docs := range slices.Chunk(sample(c.docs, len(c.docs), c.random), 5) {
			short := make([]*corpus.Document, len(docs))
			for i, d := range docs {
				short[i] = c.excerpt(d, 1+round)
			}
			own := sample(c.of(short, true, ownWeight), 250, c.random)
			list = append(list, c.with(short, own, 40, len(c.asides)/8))
		}
	}
	return list
}

// hasty asks questions without capitals, marks and some of their words.
func (c *chooser) hasty() []collection {
	own := sample(c.of(c.docs, true, ownWeight/4), 1500, c.random)
	for i := range own {
		own[i].Text = c.inHaste(own[i].Text)
	}
	list := []collection{{c.docs, own}}
	for _, d := range c.docs {
		docs := []*corpus.Document{c.excerpt(d, 10)}
		own := sample(c.of(docs, true, ownWeight), 40, c.random)
		for i := range own {
			own[i].Text = c.inHaste(own[i].Text)
		}
		list = append(list, collection{docs, own})
	}
	return list
}

// inHaste returns a question in lower case, without its marks and without about one in eight words.
func (c *chooser) inHaste(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return unicode.IsSpace(r) || r == '?' || r == ',' || r == '"' })
	kept := words[:0]
	for _, w := range words {
		if c.random.Float64() < 7.0/8 {
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}

// unstemmed has documents of no language that is known, so that words match only in the form they
// are typed in, as in languages of many forms.
func (c *chooser) unstemmed() []collection {
	docs := make([]*corpus.Document, len(c.docs))
	for i, d := range c.docs {
		bare := *d
		bare.Language = ""
		docs[i] = &bare
	}
	own := sample(c.of(docs, true, ownWeight/4), 2000, c.random)
	return []collection{{docs, own}}
}

// spaceless asks questions in a script without spaces, of which the words are not known: each three
// letters of a word become one of two thousand Chinese characters.
func (c *chooser) spaceless() []collection {
	docs := make([]*corpus.Document, len(c.docs))
	for i, d := range c.docs {
		parts := strings.SplitN(d.Text, "\n", 2)
		docs[i] = c.read(d, parts[0]+"\n"+inCharacters(parts[1]))
		docs[i].Language = "zh"
	}
	list := []collection{c.with(docs, sample(c.of(docs, true, ownWeight/4), 2000, c.random), 0, 0)}
	for _, d := range docs {
		own := sample(c.of([]*corpus.Document{d}, false, ownWeight), 40, c.random)
		list = append(list, c.with([]*corpus.Document{d}, own, 40, 0))
	}
	for i := range list {
		for j := range list[i].questions {
			q := &list[i].questions[j]
			q.Text = inCharacters(q.Text)
			q.Gold = slices.Clone(q.Gold)
			for k := range q.Gold {
				q.Gold[k] = inCharacters(q.Gold[k])
			}
		}
	}
	return list
}

// inCharacters writes the words of a text in made-up Chinese, and keeps numbers, marks and lines.
func inCharacters(text string) string {
	var b strings.Builder
	var word []rune
	flush := func() {
		for piece := range slices.Chunk(word, 3) {
			sum := fnv.New32a()
			_, _ = sum.Write([]byte(string(piece)))
			b.WriteRune(rune(0x4E00 + sum.Sum32()%2000))
		}
		word = word[:0]
	}
	for _, r := range text {
		if unicode.IsLetter(r) {
			word = append(word, unicode.ToLower(r))
			continue
		}
		flush()
		switch r {
		case ' ':
		case '.':
			b.WriteRune('。')
		case '?':
			b.WriteRune('？')
		default:
			b.WriteRune(r)
		}
	}
	flush()
	return b.String()
}

// excerpt returns a document of the title and some paragraphs of d that follow each other.
func (c *chooser) excerpt(d *corpus.Document, paragraphs int) *corpus.Document {
	parts := strings.Split(strings.TrimSpace(d.Text), "\n\n")
	head, rest := parts[:1], parts[1:]
	if len(rest) <= paragraphs {
		return d
	}
	from := c.random.IntN(len(rest) - paragraphs + 1)
	text := strings.Join(append(head[:1:1], rest[from:from+paragraphs]...), "\n\n") + "\n"
	return c.read(d, text)
}

// read returns d with another text.
func (c *chooser) read(d *corpus.Document, text string) *corpus.Document {
	read, err := format.Read(d.Path, []byte(text))
	if err != nil || len(read) != 1 {
		panic(fmt.Sprintf("fit: another text of %s makes %d documents: %v", d.Path, len(read), err))
	}
	other := read[0]
	other.ID, other.Collection, other.Language = d.ID, d.Collection, d.Language
	return other
}
