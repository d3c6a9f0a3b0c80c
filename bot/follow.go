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
}

func read(question string) reading {
	q := index.ParseQuestion(question, nil)
	r := reading{words: strings.FieldsFunc(question, notInWord), chat: q.Chat != index.ChatNone}
	r.asks = strings.HasSuffix(strings.TrimRightFunc(question, func(c rune) bool { return unicode.IsSpace(c) || c == ')' || c == '"' || c == '”' }), "?") ||
		strings.HasSuffix(strings.TrimSpace(question), "？")
	r.lower = lowered(r.words)
	r.lexicon = lexiconOf(r.lower)
	content := map[string]bool{}
	for _, w := range q.Words {
		content[strings.ToLower(w.Text)] = content[strings.ToLower(w.Text)] || w.Content
	}
	for _, w := range r.lower {
		r.content = append(r.content, content[w])
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
	r.words, r.lower, r.content = r.words[n:], r.lower[n:], r.content[n:]
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
func (r reading) name(i int) bool {
	c, _ := utf8.DecodeRuneInString(r.words[i])
	return unicode.IsUpper(c)
}

// borrowing is a question with the content words of the last one behind it.
func (r reading) borrowing(last string) string {
	var borrowed []string
	before := read(last)
	for i, w := range before.words {
		if before.content[i] && !slices.Contains(r.lower, before.lower[i]) && len(borrowed) < maxBorrowed {
			borrowed = append(borrowed, w)
		}
	}
	asked := strings.Join(r.words, " ") + "?"
	if len(borrowed) == 0 {
		return asked
	}
	return asked + " (" + strings.Join(borrowed, " ") + ")"
}

// inPlace is the last question with a fragment in the place of what it replaces: what stands after the
// same preposition, or a name for a name. Where it replaces nothing it is added.
func (r reading) inPlace(last string) string {
	fragment := strings.Join(r.words, " ")
	before := read(last)
	from, to := -1, -1
	if slices.Contains(r.prepositions, r.lower[0]) {
		from = slices.Index(before.lower, r.lower[0])
		to = from + 2
	} else if i := slices.IndexFunc(r.words, func(w string) bool { c, _ := utf8.DecodeRuneInString(w); return unicode.IsUpper(c) }); i >= 0 {
		from = slices.IndexFunc(before.words[min(1, len(before.words)):], func(w string) bool { c, _ := utf8.DecodeRuneInString(w); return unicode.IsUpper(c) && w != "I" })
		from += min(1, len(before.words))
		if from == 0 {
			from = -1
		}
		to = from + 1
	}
	if from < 0 || from >= len(before.words) || to > len(before.words) {
		return strings.TrimRight(last, "?？ ") + ", " + fragment + "?"
	}
	for to < len(before.words) && before.name(to-1) && before.name(to) {
		to++
	}
	all := append(append(slices.Clone(before.words[:from]), fragment), before.words[to:]...)
	return strings.Join(all, " ") + "?"
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
