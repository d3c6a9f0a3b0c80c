package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"verbatim/bot/memory"
)

// "Propose for the FAQ": the shortcut on a message, anyone's, with which a person proposes it as the
// answer to a question. Admins approve or decline in their channel; what they approve is written to the
// FAQ. They can also write an answer of their own to a question that no document answered.

// The action_ids of the form's inputs, which are their block_ids as well.
const (
	inputQuestion = "question"
	inputAnswer   = "answer"
)

// The most characters of a question and of an answer in the FAQ: an input takes 3,000 at most.
// Source: docs.slack.dev, reference/block-kit/block-elements/plain-text-input-element.
const (
	maxFAQQuestion = 500
	maxFAQAnswer   = 2500
)

// proposeFAQ opens the form with the message, and with the question of its thread if the bot knows one.
func (b *Bot) proposeFAQ(ctx context.Context, a Act) error {
	c := b.catalogue(ctx, a.User)
	if b.config.Desk.FAQ == nil || b.config.Rules.AdminChannel == "" {
		return b.whisper(ctx, a, plain(c.FAQNone, Options{}))
	}
	thread, err := b.config.Memory.Threads.Thread(ctx, a.Channel, cmp.Or(a.Thread, a.Message))
	if err != nil && !errors.Is(err, memory.ErrUnknown) {
		return err
	}
	answer, _ := Question(a.Text, b.self.UserID)
	return b.openModal(ctx, a, b.faqForm(c, c.FAQTitle, "faq_propose", "", thread.Question, answer))
}

// faqForm asks for a question and its answer. name is its callback_id, id its private metadata.
func (b *Bot) faqForm(c *catalogue, title, name, id, question, answer string) slack.ModalViewRequest {
	input := func(id, label, initial string, most int, multiline bool) slack.Block {
		e := slack.NewPlainTextInputBlockElement(nil, id)
		e.MaxLength, e.Multiline, e.InitialValue = most, multiline, cut(clean(initial), most)
		return slack.NewInputBlock(id, plainText(label), nil, e)
	}
	lead := c.FAQLead
	if name == "gap_answer" {
		lead = c.FAQSeen
	}
	return slack.ModalViewRequest{
		CallbackID: name, PrivateMetadata: id,
		Title: viewText(title), Close: viewText(c.Close), Submit: viewText(c.Send),
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			footnotes([]string{b.inFAQ(lead)}),
			input(inputQuestion, c.FAQQuestion, question, maxFAQQuestion, false),
			input(inputAnswer, c.FAQAnswer, answer, maxFAQAnswer, true),
		}},
	}
}

// inFAQ puts the name of the FAQ's collection into a text.
func (b *Bot) inFAQ(says string) string {
	return fill(says, "collection", cut(clean(b.config.Desk.FAQ.Collection()), maxName))
}

// checkFAQ wants a question and an answer.
func (b *Bot) checkFAQ(a Act) map[string]string {
	wrong := map[string]string{}
	question, answer := entryOf(a)
	if question == "" {
		wrong[inputQuestion] = b.knownCatalogue(a.User).Required
	}
	if answer == "" {
		wrong[inputAnswer] = b.knownCatalogue(a.User).Required
	}
	return wrong
}

// entryOf is what was entered in the form.
func entryOf(a Act) (question, answer string) {
	first := func(id string, most int) string {
		if v := a.Form[id]; len(v) > 0 {
			return cut(clean(v[0]), most)
		}
		return ""
	}
	return first(inputQuestion, maxFAQQuestion), first(inputAnswer, maxFAQAnswer)
}

// proposed asks the admins about a proposal.
func (b *Bot) proposed(ctx context.Context, a Act) error {
	if b.config.Desk.FAQ == nil || b.config.Rules.AdminChannel == "" {
		return errForgotten
	}
	p := memory.Proposal{ID: answerID(a.Key), User: a.User, At: a.At.UTC()}
	if before, err := b.config.Memory.Proposals.Proposal(ctx, p.ID); err == nil && before.TS != "" {
		return nil
	}
	p.Question, p.Answer = entryOf(a)
	c := english()
	m := entryMessage(p, c.FAQProposes)
	m.Blocks = append(m.Blocks, footnotes([]string{b.inFAQ(c.FAQSeen)}), slack.NewActionBlock("", button("faq_approve", p.ID, c.Approve), button("faq_decline", p.ID, c.Decline)))
	var err error
	if p.TS, err = b.post(ctx, b.config.Rules.AdminChannel, "", m); err != nil {
		return err
	}
	if err := b.config.Memory.Proposals.SaveProposal(ctx, p); err != nil {
		return err
	}
	return b.whisper(ctx, a, plain(b.catalogue(ctx, a.User).FAQProposed, Options{}))
}

// entryMessage shows a question with its answer, and who did what with it.
func entryMessage(p memory.Proposal, says string) Message {
	by := cmp.Or(p.By, p.User)
	m := addressed([]string{by}, says)
	q := quote{runs: []run{{text: p.Question, bold: true}, {text: " " + p.Answer}}}
	m.Text = cut(m.Text+"\n"+escaper.Replace(unlinked("“"+p.Question+"” “"+p.Answer+"”")), maxText)
	m.Blocks = append(m.Blocks, q.block())
	return m
}

func (b *Bot) approveFAQ(ctx context.Context, a Act) error { return b.decide(ctx, a, true) }

func (b *Bot) declineFAQ(ctx context.Context, a Act) error { return b.decide(ctx, a, false) }

// decide writes a proposal to the FAQ, or not, and says so to who proposed it. Only the message that
// asks about it decides on it, and only once.
func (b *Bot) decide(ctx context.Context, a Act, approve bool) error {
	p, err := b.config.Memory.Proposals.Proposal(ctx, a.Value)
	if errors.Is(err, memory.ErrUnknown) || err == nil && (a.Channel != b.config.Rules.AdminChannel || a.Message != p.TS) {
		return errForgotten
	}
	if err != nil || p.By != "" {
		return err
	}
	says, told := english().FAQDeclined, b.catalogue(ctx, p.User).FAQNotTaken
	if approve {
		if b.config.Desk.FAQ == nil {
			return b.whisper(ctx, a, plain(b.catalogue(ctx, a.User).FAQNone, Options{}))
		}
		if err := b.config.Desk.FAQ.Add(ctx, p.Question, p.Answer); err != nil {
			return fmt.Errorf("add to the FAQ: %w", err)
		}
		says, told = english().FAQApproved, b.catalogue(ctx, p.User).FAQTaken
	}
	p.By, p.Approved, p.Decided = a.User, approve, a.At.UTC()
	err = b.config.Memory.Proposals.ChangeProposal(ctx, p.ID, func(now *memory.Proposal) { now.By, now.Approved, now.Decided = p.By, p.Approved, p.Decided })
	forgotten := errors.Is(err, memory.ErrUnknown) // who proposed it, since
	if err != nil && !forgotten {
		return err
	}
	b.log.Info("proposal for the FAQ decided", "proposal", p.ID, "user", a.User, "approved", approve)
	if err := b.update(ctx, a.Channel, p.TS, entryMessage(p, says)); err != nil || forgotten {
		return err
	}
	_, err = b.post(ctx, p.User, "", plain(fill(told, "question", p.Question), Options{}))
	return err
}

// writeAnswer opens the form for the answer to a question that no document answered.
func (b *Bot) writeAnswer(ctx context.Context, a Act) error {
	c := b.catalogue(ctx, a.User)
	if b.config.Desk.FAQ == nil {
		return b.whisper(ctx, a, plain(c.FAQNone, Options{}))
	}
	g, err := b.gap(ctx, a.Value)
	if err != nil {
		return err
	}
	return b.openModal(ctx, a, b.faqForm(c, c.GapWrite, "gap_answer", g.ID, g.Question, ""))
}

// answerWritten writes the answer to the FAQ. The question stays open until the documents answer it, so
// that who asked it hears of it; the admins are no longer shown it.
func (b *Bot) answerWritten(ctx context.Context, a Act) error {
	if b.config.Desk.FAQ == nil {
		return errForgotten
	}
	question, answer := entryOf(a)
	if err := b.config.Desk.FAQ.Add(ctx, question, answer); err != nil {
		return fmt.Errorf("add to the FAQ: %w", err)
	}
	b.log.Info("answer written to the FAQ", "gap", a.Value, "user", a.User)
	return b.settleGaps(ctx, a, func(g *memory.Gap, at time.Time) { g.Written = at })
}

// ignoreGap puts a question aside, and all that ask the same.
func (b *Bot) ignoreGap(ctx context.Context, a Act) error {
	b.log.Info("question without an answer put aside", "gap", a.Value, "user", a.User)
	return b.settleGaps(ctx, a, func(g *memory.Gap, at time.Time) { g.Closed = at })
}

// settleGaps changes all gaps that ask the same as the one of an act, and shows the Home tab anew.
func (b *Bot) settleGaps(ctx context.Context, a Act, change func(*memory.Gap, time.Time)) error {
	groups, err := b.unanswered(ctx, time.Time{})
	if err != nil {
		return err
	}
	for _, group := range groups {
		if !holds(group, a.Value) {
			continue
		}
		for _, g := range group {
			err := b.config.Memory.Changes.ChangeGap(ctx, g.ID, func(g *memory.Gap) { change(g, a.At.UTC()) })
			if err != nil && !errors.Is(err, memory.ErrUnknown) { // who asked may have been forgotten
				return err
			}
		}
	}
	return b.publishHome(ctx, a)
}

// gap returns a question without an answer.
func (b *Bot) gap(ctx context.Context, id string) (memory.Gap, error) {
	g, err := b.config.Memory.Gaps.Gap(ctx, id)
	if errors.Is(err, memory.ErrUnknown) {
		err = errForgotten
	}
	return g, err
}
