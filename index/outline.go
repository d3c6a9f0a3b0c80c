package index

import (
	"math"
	"slices"
	"sync/atomic"

	"verbatim/corpus"
)

// An outline is what ranking knows of a document without its text: where each sentence lies and which
// terms it holds, by their numbers in the dictionary of the part. It takes a third of the text.
type outline struct {
	// What the first ranking needs stands together in front.
	store *texts
	// drawing says how far the sketch of the tokens is, which is drawn once the outline is used again: that takes as
	// long as to look through them.
	drawing atomic.Uint32
	sketch  sketch
	// extents are those of the sentences, in order.
	extents []extent
	// tokens are the numbers of the terms of all sentences in order: each in one place, or, from
	// longNumber on, in two behind longNumber. So they are looked through several times as fast as the
	// varints on disk.
	tokens []uint16
	// above are the terms of what stands above sentences: of the heading paths, and of questions that the
	// document itself asks.
	above [][]uint32
	title []uint32

	*catalogEntry
	// sentences are those of the document in order.
	sentences []outlined
	// paths are the heading paths.
	paths [][]string
	// replies are the answers to questions that the document itself asks.
	replies []reply
	urls    []string
}

const longNumber = 0xFFFF

// An extent is what the first ranking needs of a sentence. It stands apart from the rest, so that those of a
// paragraph take one or two lines of a processor's cache.
type extent struct {
	// end is the place in the tokens behind those of the sentence, and terms is how many terms they are.
	end, terms uint32
	// paragraph holds the ordinals [from, to) of the sentences of its paragraph.
	paragraph [2]int32
	// above is a place in that of the outline.
	above int32
}

// An outlined sentence is the rest of what the outline has of one.
type outlined struct {
	// start and end are byte offsets in the document's text.
	start, end uint32
	// number is that of its paragraph.
	number int32
	path   int32 // place in paths
	page   int32
	url    int32 // place in urls plus one
	kind   uint8 // place in blockKinds
	cut    uint8
}

// blockKinds are the kinds of blocks by their numbers on disk.
var blockKinds = [...]corpus.BlockKind{corpus.Paragraph, corpus.Heading, corpus.ListItem, corpus.TableRow, corpus.Code}

const (
	cutStart = 1 << iota
	cutEnd
)

// What is said of a sentence in the first byte of its record: what differs from the one before.
const (
	newParagraph = 1 << iota
	newPath
	newPage
	newURL
	isCut
	hasLong // numbers that take several places among the tokens
	isNext  // it begins a space behind the one before
	isAlike // the new paragraph is the next one, and of the same kind
)

// outlineOf outlines a document, and returns the terms by which its sentences are found: their own and, for
// the first one, those of the title, so that what only the title mentions leads to the beginning.
func outlineOf(e *catalogEntry, doc *storedText, numbers *numbering, words *vocabulary) (*outline, [][]string) {
	title := words.analyze(doc.Title, doc.Language)
	o := &outline{catalogEntry: e, title: numbers.all(title)}
	o.sentences, o.extents = make([]outlined, len(doc.Sentences)), make([]extent, len(doc.Sentences))
	terms := make([][]string, len(doc.Sentences))
	for i := range doc.Sentences {
		s, at := &doc.Sentences[i], &o.sentences[i]
		*at = outlined{start: uint32(s.Start), end: uint32(s.End), number: int32(s.Paragraph), page: int32(s.Page)}
		found := words.analyze(s.Text, doc.Language)
		for _, t := range found {
			terms[i] = append(terms[i], t.term)
			o.add(numbers.of(t.term))
		}
		o.extents[i].terms, o.extents[i].end = uint32(len(found)), uint32(len(o.tokens))
		at.kind = uint8(max(0, slices.Index(blockKinds[:], s.Kind)))
		if s.CutStart {
			at.cut |= cutStart
		}
		if s.CutEnd {
			at.cut |= cutEnd
		}
		at.url = o.urlNumber(s.URL)
		if i == 0 || !slices.Equal(s.Headings, doc.Sentences[i-1].Headings) {
			o.paths = append(o.paths, s.Headings)
			o.above = append(o.above, numbers.path(s.Headings, doc, words))
		}
		at.path = int32(len(o.paths) - 1)
	}
	if len(terms) > 0 {
		for _, t := range title {
			terms[0] = append(terms[0], t.term)
		}
	}
	o.replies = replies(doc.Sentences)
	o.complete()
	return o, terms
}

// add appends the number of a term to the tokens.
func (o *outline) add(number uint32) {
	if number < longNumber {
		o.tokens = append(o.tokens, uint16(number))
		return
	}
	o.tokens = append(o.tokens, longNumber, uint16(number>>16), uint16(number))
}

func (o *outline) urlNumber(url string) int32 {
	if url == "" {
		return 0
	}
	if n := len(o.urls); n > 0 && o.urls[n-1] == url {
		return int32(n)
	}
	o.urls = append(o.urls, url)
	return int32(len(o.urls))
}

// complete fills in what follows from the rest: the paragraphs, and what stands above each sentence.
func (o *outline) complete() {
	for from := 0; from < len(o.sentences); {
		to := from
		for to < len(o.sentences) && o.sentences[to].number == o.sentences[from].number {
			to++
		}
		for i := from; i < to; i++ {
			o.extents[i].paragraph, o.extents[i].above = [2]int32{int32(from), int32(to)}, o.sentences[i].path
		}
		from = to
	}
	for _, r := range o.replies {
		above := slices.Clone(o.above[o.extents[r.from].above])
		for i := r.ask; i < r.from; i++ {
			for number := range o.numbers(i) {
				above = append(above, number)
			}
		}
		o.above = append(o.above, above)
		for i := r.from; i < r.to; i++ {
			o.extents[i].above = int32(len(o.above) - 1)
		}
	}
}

// begin is the place in the tokens where those of a sentence begin.
func (o *outline) begin(ordinal int) int {
	if ordinal == 0 {
		return 0
	}
	return int(o.extents[ordinal-1].end)
}

// numbers yields the numbers of the terms of a sentence in order.
func (o *outline) numbers(ordinal int) func(yield func(uint32) bool) {
	return func(yield func(uint32) bool) {
		for t := o.tokens[o.begin(ordinal):o.extents[ordinal].end]; len(t) > 0; t = t[1:] {
			number := uint32(t[0])
			if number == longNumber && len(t) > 2 {
				number = uint32(t[1])<<16 | uint32(t[2])
				t = t[2:]
			}
			if !yield(number) {
				return
			}
		}
	}
}

// pack returns the outline as it is stored.
func (o *outline) pack() []byte {
	var p packer
	p.terms(o.title)
	p.number(len(o.paths))
	for i, path := range o.paths {
		p.texts(path)
		p.terms(o.above[i])
	}
	p.texts(o.urls)
	p.number(len(o.replies))
	for _, r := range o.replies {
		p.number(r.ask)
		p.number(r.from)
		p.number(r.to)
	}
	p.number(len(o.sentences))
	var before outlined
	before.number = -1
	for i := range o.sentences {
		o.sentences[i].pack(&p, &before, o.extents[i].terms, o.extents[i].end-uint32(o.begin(i)))
		before = o.sentences[i]
	}
	o.packTokens(&p)
	return p.data
}

// pack appends the record of a sentence, of which the terms take so many places among the tokens.
func (s *outlined) pack(p *packer, before *outlined, terms, places uint32) {
	var flags byte
	for _, f := range []struct {
		flag byte
		set  bool
	}{{newParagraph, s.number != before.number}, {newPath, s.path != before.path}, {newPage, s.page != before.page},
		{newURL, s.url != before.url}, {isCut, s.cut != 0}, {hasLong, places != terms}, {isNext, s.start == before.end+1},
		{isAlike, s.number == before.number+1 && s.kind == before.kind}} {
		if f.set {
			flags |= f.flag
		}
	}
	p.data = append(p.data, flags)
	if flags&(newParagraph|isAlike) == newParagraph {
		p.number(int(s.number - before.number))
		p.data = append(p.data, s.kind)
	}
	if flags&newPath != 0 {
		p.number(int(s.path))
	}
	if flags&newPage != 0 {
		p.number(int(s.page))
	}
	if flags&newURL != 0 {
		p.number(int(s.url))
	}
	if flags&isCut != 0 {
		p.data = append(p.data, s.cut)
	}
	if flags&isNext == 0 {
		p.number(int(s.start - before.end))
	}
	p.number(int(s.end - s.start))
	p.number(int(terms))
	if flags&hasLong != 0 {
		p.number(int(places - terms))
	}
}

// unpackOutline reads an outline as it is stored.
func unpackOutline(e *catalogEntry, store *texts, record []byte) (*outline, error) {
	u := &unpacker{data: record}
	o := &outline{catalogEntry: e, store: store, title: u.terms()}
	n := u.length()
	o.paths, o.above = make([][]string, n), make([][]uint32, n)
	for i := range n {
		o.paths[i], o.above[i] = u.texts(), u.terms()
	}
	o.urls = u.texts()
	o.replies = make([]reply, u.length())
	for i := range o.replies {
		o.replies[i] = reply{u.number(), u.number(), u.number()}
	}
	o.sentences = make([]outlined, u.length())
	o.extents = make([]extent, len(o.sentences))
	before, end := outlined{number: -1}, 0
	for i := range o.sentences {
		s := &o.sentences[i]
		terms, places := s.unpack(u, &before)
		end += int(places)
		o.extents[i].terms, o.extents[i].end = terms, uint32(end)
		if int(s.path) >= n || int(s.url) > len(o.urls) || end > math.MaxUint32 {
			u.fail()
		}
		before = *s
	}
	o.unpackTokens(u, end)
	if u.err != nil {
		return nil, u.err
	}
	for _, r := range o.replies {
		if r.ask >= r.from || r.from >= r.to || r.to > len(o.sentences) {
			return nil, errCut
		}
	}
	o.complete()
	return o, nil
}

// unpack reads the record of a sentence, and returns how many terms it has and how many places these take among the
// tokens.
func (s *outlined) unpack(u *unpacker, before *outlined) (terms, places uint32) {
	*s = *before
	s.cut = 0
	flags := u.byte()
	switch flags & (newParagraph | isAlike) {
	case newParagraph | isAlike:
		s.number++
	case newParagraph:
		s.number += int32(u.number())
		s.kind = u.byte()
		if int(s.kind) >= len(blockKinds) {
			u.fail()
			s.kind = 0
		}
	}
	if flags&newPath != 0 {
		s.path = int32(u.number())
	}
	if flags&newPage != 0 {
		s.page = int32(u.number())
	}
	if flags&newURL != 0 {
		s.url = int32(u.number())
	}
	if flags&isCut != 0 {
		s.cut = u.byte()
	}
	s.start = before.end + 1
	if flags&isNext == 0 {
		s.start = before.end + uint32(u.number())
	}
	s.end = s.start + uint32(u.number())
	terms = uint32(u.number())
	places = terms
	if flags&hasLong != 0 {
		places += uint32(u.number())
	}
	return terms, places
}

// bytes is about how much memory the outline takes.
func (o *outline) bytes() int {
	return 2*len(o.tokens) + 8*sketchWords(len(o.tokens)) + 48*len(o.sentences) + 100*len(o.paths) + 400
}

// kindOf returns the kind of the block that holds a sentence.
func (o *outline) kindOf(ordinal int) corpus.BlockKind { return blockKinds[o.sentences[ordinal].kind] }

// replyAt returns the reply whose question or answer holds a sentence.
func (o *outline) replyAt(ordinal int) (reply, bool) {
	at, _ := slices.BinarySearchFunc(o.replies, ordinal, func(r reply, o int) int { return r.to - 1 - o })
	if at < len(o.replies) && o.replies[at].ask <= ordinal {
		return o.replies[at], true
	}
	return reply{}, false
}

// sameReply says whether two sentences belong to the same question of the document with its answer, or neither to one.
func (o *outline) sameReply(a, b int) bool {
	of, in := o.replyAt(a)
	with, too := o.replyAt(b)
	return in == too && of == with
}

// about returns the sentences [from, to) that belong to one: its paragraph, or what follows a heading
// up to the next.
func (o *outline) about(ordinal int) (from, to int) {
	if r, ok := o.replyAt(ordinal); ok {
		return r.ask, r.to
	}
	if o.kindOf(ordinal) != corpus.Heading {
		span := o.extents[ordinal].paragraph
		return int(span[0]), int(span[1])
	}
	to = ordinal + 1
	for to < len(o.sentences) && o.kindOf(to) != corpus.Heading {
		to++
	}
	return ordinal, to
}
