package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"verbatim/bot/memory"
	"verbatim/index"
)

// A follow-up such as "and how long did it last?" leans on the question before it. What that was is
// known from the bot's own memory of the thread; nothing is read in Slack for it. A question that stands
// by itself is asked as it is. What the words for it are in each language stands in lexicon.go.

const (
	// leanWithin is how long a direct message outside any thread leans on the one before: people write
	// one message after the other there.
	leanWithin = 10 * time.Minute
	// maxBorrowed is the most words that a follow-up takes from the question before.
	maxBorrowed = 8
	// maxFragment is the most words of a follow-up that is no sentence, such as "in Germany?".
	maxFragment = 6
)

// lastQuestion is what was asked before in the thread of a question; "" where nobody knows.
func (b *Bot) lastQuestion(ctx context.Context, in Incoming) string {
	if in.Thread == "" || in.Edit || in.Kind.private() || in.Kind == KindHome {
		return ""
	}
	t, err := b.config.Memory.Threads.Thread(ctx, in.Channel, in.Thread)
	if err == nil {
		return t.Question
	}
	if in.Kind == KindDirect && in.Thread == in.TS && errors.Is(err, memory.ErrUnknown) {
		t, err = b.config.Memory.Threads.Thread(ctx, in.Channel, anyThread)
		if err == nil && time.Since(t.At) < leanWithin {
			return t.Question
		}
	}
	if err != nil && !errors.Is(err, memory.ErrUnknown) {
		b.noteMemory(in.Key, err)
	}
	return ""
}

// anyThread is where the memory has the last question of a direct conversation, whatever its thread.
const anyThread = ""

// understand returns a question as it is to be asked after the last one, and whether it leans on that.
func understand(question, last string) (asked string, leant bool) {
	if last == "" {
		return question, false
	}
	r := read(question)
	if r.chat || !r.leans() {
		return question, false
	}
	if r.fragment() {
		return r.inPlace(last), true
	}
	return r.borrowing(last), true
}

// A reading is a question with what its words are for.
type reading struct {
	*lexicon
	words []string // as typed
	lower []string
	// content says of each word whether it has a meaning of its own.
	content []bool
	chat    bool
	asks    bool // ends in a question mark
	begun   bool // opened with "and" or the like
	about   bool // opened with "what about" or the like
	// own is how many of the words are the question's own; the others were borrowed, see borrowing.
	own int
}

func read(question string) reading {
	q := index.ParseQuestion(question, nil)
	r := reading{words: strings.FieldsFunc(question, notInWord), chat: q.Chat != index.ChatNone}
	r.asks = strings.HasSuffix(strings.TrimRightFunc(question, func(c rune) bool { return unicode.IsSpace(c) || c == ')' || c == '"' || c == '”' }), "?") ||
		strings.HasSuffix(strings.TrimSpace(question), "？")
	r.lower, r.own = lowered(r.words), len(r.words)
	if head, borrowed, ok := strings.Cut(question, "? ("); ok && strings.HasSuffix(borrowed, ")") {
		r.own = len(strings.FieldsFunc(head, notInWord))
	}
	r.lexicon = lexiconOf(r.lower)
	content := map[string]bool{}
	for _, w := range q.Words {
		content[strings.ToLower(w.Text)] = content[strings.ToLower(w.Text)] || w.Content
	}
	for _, w := range r.lower {
		r.content = append(r.content, content[w] && !r.knows(w))
	}
	r.open()
	return r
}

// open takes what only leads on off the beginning.
func (r *reading) open() {
	for len(r.lower) > 1 && slices.Contains(r.connectives, r.lower[0]) {
		r.drop(1)
		r.begun = true
	}
	for _, phrase := range r.abouts {
		if n := len(strings.Fields(phrase)); len(r.lower) > n && strings.Join(r.lower[:n], " ") == phrase {
			r.drop(n)
			r.about = true
			return
		}
	}
}

func (r *reading) drop(n int) {
	r.words, r.lower, r.content, r.own = r.words[n:], r.lower[n:], r.content[n:], r.own-n
}

// fragment says that the words are no question by themselves: "in Germany", "Zelensky".
func (r reading) fragment() bool {
	for _, w := range r.lower[:min(2, len(r.lower))] {
		if slices.Contains(r.openers, w) {
			return r.about
		}
	}
	return true
}

// leans says whether the question needs the one before.
func (r reading) leans() bool {
	n, names, things := 0, 0, 0
	for i, is := range r.content {
		if !is {
			continue
		}
		n++
		if i > 0 && r.name(i) {
			names++
		}
		if i > 0 && slices.Contains(r.determiners, r.lower[i-1]) {
			things++
		}
	}
	if r.fragment() {
		leads := r.about || r.begun || r.asks && n <= 2 || slices.Contains(r.prepositions, r.lower[0])
		return leads && len(r.words) <= maxFragment
	}
	switch {
	case n == 0:
		return true
	case r.pronoun(r.strong, true):
		return true
	case r.pronoun(r.weak, false) && (r.begun || names+things == 0):
		return true
	}
	return r.begun && n <= 1 && names == 0
}

// pronoun says that one of the pronouns is there; alone that nothing before it is what it may stand for.
func (r reading) pronoun(list []string, alone bool) bool {
	for i, w := range r.lower {
		if alone && r.content[i] && (i > 0 && (r.name(i) || slices.Contains(r.determiners, r.lower[i-1]))) {
			return false
		}
		if slices.Contains(list, w) && !r.expletive(i) {
			return true
		}
	}
	return false
}

// expletive says that a word stands for nothing: the "there" of "are there".
func (r reading) expletive(i int) bool {
	if r.lower[i] != "there" {
		return false
	}
	be := []string{"is", "are", "was", "were", "be", "been"}
	return i > 0 && slices.Contains(be, r.lower[i-1]) || i+1 < len(r.lower) && slices.Contains(be, r.lower[i+1])
}

// name says that a word is spelled like a name.
func (r reading) name(i int) bool { return capital(r.words[i]) && r.words[i] != "I" }

// borrowing is a question with words of the last one behind it: with what that was about or, where the
// question has no content of its own, with all its content.
func (r reading) borrowing(last string) string {
	before := read(last)
	from := before.content
	if slices.Contains(r.content, true) {
		if topic := before.topic(); slices.Contains(topic, true) {
			from = topic
		}
	}
	var borrowed []string
	for i, w := range before.words {
		if from[i] && !slices.Contains(r.lower, before.lower[i]) && !slices.Contains(before.openers, before.lower[i]) && len(borrowed) < maxBorrowed {
			borrowed = append(borrowed, w)
		}
	}
	asked := strings.Join(r.words, " ") + "?"
	if len(borrowed) == 0 {
		return asked
	}
	return asked + " (" + strings.Join(borrowed, " ") + ")"
}

// topic says of each word whether it belongs to what a question is about: what stands after a determiner
// or a preposition, names, and what an earlier follow-up borrowed.
func (r reading) topic() []bool {
	is := make([]bool, len(r.words))
	for i := range r.words {
		before := i > 0 && (slices.Contains(r.determiners, r.lower[i-1]) || slices.Contains(r.prepositions, r.lower[i-1]) || is[i-1])
		is[i] = r.content[i] && (before || i > 0 && r.name(i) || i >= r.own)
	}
	return is
}

// inPlace is the last question with a fragment in the place of what it replaces: what stands after the
// same preposition, a name for a name, or else what the question is about. Where it replaces nothing it
// is added.
func (r reading) inPlace(last string) string {
	fragment := strings.Join(r.words, " ")
	before := read(last)
	from, to := before.replaced(r)
	switch {
	case before.own < len(before.words):
		return strings.Join(before.words[:before.own], " ") + "? (" + fragment + ")"
	case from < 0:
		return strings.TrimRight(last, "?？ ") + ", " + fragment + "?"
	}
	return strings.Join(append(append(slices.Clone(before.words[:from]), fragment), before.words[to:]...), " ") + "?"
}

// replaced returns which words of a question the words of a fragment replace; from is -1 for none.
func (r reading) replaced(fragment reading) (from, to int) {
	if slices.Contains(r.prepositions, fragment.lower[0]) {
		from = slices.Index(r.lower, fragment.lower[0])
		return from, r.run(from+1, r.content)
	}
	names := make([]bool, len(r.words))
	for i := range names {
		names[i] = i > 0 && r.name(i) && r.content[i]
	}
	if !slices.ContainsFunc(fragment.words, capital) || !slices.Contains(names, true) {
		names = r.topic()
	}
	from = slices.Index(names, true)
	return from, r.run(from, names)
}

// run returns the end of the run of words that are set, from a word on.
func (r reading) run(from int, set []bool) int {
	for from >= 0 && from < len(set) && set[from] {
		from++
	}
	return from
}

func capital(word string) bool {
	c, _ := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(c)
}

func notInWord(c rune) bool {
	return !unicode.IsLetter(c) && !unicode.IsNumber(c) && !unicode.IsMark(c) && c != '\'' && c != '’' && c != '-'
}

func lowered(words []string) []string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = strings.ToLower(strings.ReplaceAll(w, "’", "'"))
	}
	return all
}
