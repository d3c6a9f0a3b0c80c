package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"verbatim/bot/memory"
	"verbatim/bot/rights"
	"verbatim/corpus"
	"verbatim/index"
)

// How a message is told anew when what it quotes has changed: with what reads so now, its place and its
// buttons, and a first line that says what has become of it.

// maxUpdates is how often the update of one message is tried before it is left to the next look.
const maxUpdates = 5

// settle updates the message of an answer whose passages have changed, if that is to be told, and then
// notes what the message shows.
func (b *Bot) settle(ctx context.Context, r *revision) {
	if r.told {
		m, ok, err := b.retell(ctx, r)
		if err == nil && !ok {
			return // nothing of it may be shown there now; perhaps another time
		}
		if err == nil {
			err = b.renew(ctx, r.answer.Channel, r.answer.TS, m)
		}
		if err != nil {
			b.log.Warn("an answer is not true any more and cannot be updated now", "answer", r.answer.ID, "error", err)
			return
		}
	}
	err := b.config.Memory.Changes.ChangeAnswer(ctx, r.answer.ID, func(a *memory.Answer) {
		if a.At.Equal(r.answer.At) { // else the question was changed and answered anew
			a.Passages = r.answer.Passages
		}
	})
	if !errors.Is(err, memory.ErrUnknown) { // a user may have asked to be forgotten meanwhile
		b.noteMemory(r.answer.ID, err)
	}
}

// retell makes the message of an answer anew, with the answers to other questions that stand in it. It
// shows only what may be shown now where the message stands; ok is false where that is nothing.
func (b *Bot) retell(ctx context.Context, r *revision) (m Message, ok bool, err error) {
	var sheets []sheet
	for _, one := range r.beside {
		s, shown, err := b.sheetNow(ctx, one, len(r.beside) > 1)
		if err != nil {
			return m, false, err
		}
		ok = ok || shown && one == r
		if shown {
			sheets = append(sheets, s)
		}
	}
	if !ok {
		return m, false, nil
	}
	m = messageOf(sheets)
	switch a := r.answer; {
	case a.By != "" && a.Author != "":
		m = foundFor(a.By, a.Author, m)
	case a.By != "":
		m = sharedBy(a.By, a.Question, m)
	}
	return m, true, nil
}

// sheetNow lays an answer out as it reads now: one that quoted from what it quoted, any other by asking
// again. Shown is false where nothing of it may be shown any more. With restate set it repeats its
// question.
func (b *Bot) sheetNow(ctx context.Context, r *revision, restate bool) (s sheet, shown bool, err error) {
	answer := r.answer
	in := incomingOf(answer)
	scope, err := b.scopeAgain(ctx, in)
	if err != nil {
		return s, false, err
	}
	quoted := slices.DeleteFunc(slices.Clone(answer.Passages), func(q memory.Quoted) bool { return !scope.Has(q.Collection) })
	quotes := answer.Verdict == string(index.VerdictAnswer)
	if quotes && len(quoted) == 0 {
		return s, false, nil
	}
	o := b.options(in)
	if restate {
		o.Restate = answer.Question
	}
	o.Limited = !scope.All
	if answer.By == "" {
		o.Locale = b.locales.of(ctx, in.User)
	}
	told := index.Answer{Question: answer.Question, Verdict: index.VerdictAnswer, Searched: b.searchedIn(scope)}
	if !quotes {
		if told, err = b.checked(ctx, in, scope); err != nil {
			return s, false, err
		}
	}
	for _, q := range quoted {
		if p, found := b.passageNow(ctx, in.Question, q); quotes && found {
			told.Passages = append(told.Passages, p)
		}
	}
	row := b.shown(ctx, in, told)
	row.id = answer.ID
	o.Actions = b.below(catalogueOf(o.Locale), row)
	s = compose(told, o)
	if r.told {
		s.tellChanges(quoted)
	}
	return s, true, nil
}

// incomingOf is the question of an answer.
func incomingOf(a memory.Answer) Incoming {
	return Incoming{
		Kind: Kind(a.Kind), Channel: a.Channel, User: a.User, Thread: a.Thread, TS: a.QuestionTS, Question: a.Question, External: a.External,
	}
}

// scopeAgain is what may be shown today where a question was asked.
func (b *Bot) scopeAgain(ctx context.Context, in Incoming) (rights.Scope, error) {
	if !in.alone() {
		in.External = in.External || b.places.outsiders(ctx, b, in.Channel)
	}
	return b.scope(ctx, in.User, b.placeOf(in))
}

// searchedIn counts the documents of a scope.
func (b *Bot) searchedIn(scope rights.Scope) (n int) {
	for _, c := range b.config.Catalog.Collections() {
		if scope.Has(c.Name) {
			n += c.Documents
		}
	}
	return n
}

// passageNow reads a quote with its neighbours.
func (b *Bot) passageNow(ctx context.Context, question string, q memory.Quoted) (p index.Passage, found bool) {
	if q.Gone {
		return p, false
	}
	around, err := b.config.Asker.Around(ctx, q.Document, q.Ordinal, 1, 1)
	at := slices.IndexFunc(around.Sentences, func(s corpus.Sentence) bool { return s.Ordinal == q.Ordinal && hashOf(s.Text) == q.Hash })
	if err != nil || at < 0 || around.Document.Collection != q.Collection {
		return p, false
	}
	s := around.Sentences[at]
	mark := replyMark(s.Text)
	quote := s.Text[mark:]
	p = index.Passage{
		Quote: quote, Heading: s.Headings, Page: s.Page, Start: s.Start + mark, End: s.End, Ordinal: s.Ordinal, CutStart: s.CutStart, CutEnd: s.CutEnd,
		Document: around.Document, Matched: matchedIn(question, quote, around.Document.Language),
	}
	p.Document.URL = cmp.Or(s.URL, p.Document.URL)
	beside := func(i int) string {
		if i < 0 || i >= len(around.Sentences) || !prose(s) || !prose(around.Sentences[i]) || !slices.Equal(s.Headings, around.Sentences[i].Headings) {
			return ""
		}
		return around.Sentences[i].Text
	}
	p.Before, p.After = beside(at-1), beside(at+1)
	return p, true
}

func prose(s corpus.Sentence) bool { return s.Kind == corpus.Paragraph || s.Kind == corpus.ListItem }

// matchedIn returns the spans of the words of content that a question and a sentence have in common.
func matchedIn(question, sentence, language string) [][2]int {
	terms := map[string]bool{}
	for _, w := range index.ParseQuestion(question, []string{language}).Words {
		for _, t := range w.Terms {
			terms[t] = terms[t] || w.Content
		}
	}
	var spans [][2]int
	for _, t := range index.Analyze(sentence, language) {
		if terms[t.Term] {
			spans = append(spans, [2]int{t.Start, t.End})
		}
	}
	return spans
}

// tellChanges says above the quotes what has become of those first shown.
func (s *sheet) tellChanges(quoted []memory.Quoted) {
	var changed, gone, outdated bool
	for _, q := range quoted {
		changed = changed || q.Was != "" && !q.Gone
		gone, outdated = gone || q.Gone, outdated || q.Outdated
		for i := range s.groups {
			if len(quoted) > 1 && q.Was != "" && !q.Gone && s.groups[i].document == q.Document {
				s.groups[i].notes = []string{s.say.ChangedHere}
			}
		}
	}
	today := s.now.Format(s.say.Date)
	var lines []string
	for _, line := range []struct {
		said bool
		text string
	}{{gone, s.say.Removed}, {outdated, s.say.Outdated}, {changed, s.say.Changed}} {
		if line.said {
			lines = append(lines, fill(line.text, "date", today))
		}
	}
	if len(lines) == 0 {
		s.foot = append(s.foot, fill(s.say.ReadsAsBefore, "date", today))
		return
	}
	if len(s.lead) > 0 && len(s.groups) > 0 {
		lines = append(lines, join(s.lead))
	}
	s.lead = words(strings.Join(lines, "\n"))
}

// renew puts a message in place of one that stands, when it is time for it. Slack's no, as where the message was deleted, is no
// error: there is nothing to keep true any more.
func (b *Bot) renew(ctx context.Context, channel, ts string, m Message) error {
	last := errors.New("not tried yet")
	for try := 1; try <= maxUpdates; try++ {
		if err := errors.Join(b.updates.Wait(ctx), b.poster.turns.wait(ctx, channel)); err != nil {
			return err
		}
		_, _, _, err := b.api.UpdateMessageContext(ctx, channel, ts, m.options("")...)
		if err == nil {
			return nil
		}
		last = fmt.Errorf("chat.update: %w", err)
		switch what, pause := judge(err); what {
		case refused:
			b.log.Warn("slack does not let an answer be updated", "channel", channel, "ts", ts, "error", err)
			return nil
		case wait:
			b.poster.turns.held.pause(pause)
		case simpler:
			if m.Blocks == nil {
				return nil
			}
			m.Blocks = nil
		case again, ambiguous: // an update made twice is one
			sleep(ctx, backoff(try))
		default:
			return last
		}
	}
	return last
}
