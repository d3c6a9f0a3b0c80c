package bot

import (
	"context"
	"errors"
	"fmt"

	"github.com/slack-go/slack"

	"verbatim/bot/memory"
)

// "I need a person": below an answer in a channel the people who help there are called in the thread.
// Below one that only its asker sees, nothing is said in a channel of theirs: the admins' channel is
// told who asked what. Either way Slack asks first whether to do so, and somebody there says when it is
// resolved.

func personButton(c *catalogue, s shown) slack.BlockElement {
	if !s.people {
		return nil
	}
	says := c.NeedPersonText
	if s.alone {
		says = c.NeedPersonDirect
	}
	e := button("person", s.id, c.NeedPerson)
	e.Confirm = slack.NewConfirmationBlockObject(plainText(c.NeedPerson), plainText(says), plainText(cut(c.Call, maxConfirm)), plainText(cut(c.Cancel, maxConfirm)))
	return e
}

// maxConfirm is the most characters of a button in a confirmation. Source: docs.slack.dev,
// reference/block-kit/composition-objects/confirmation-dialog-object.
const maxConfirm = 30

// direct says that nobody but the asker sees the answers to questions of a kind.
func direct(k Kind) bool { return k.private() || k == KindDirect || k == KindHome }

// seenAlone says that nobody but the asker sees an answer.
func seenAlone(answer memory.Answer) bool { return answer.Alone() || direct(Kind(answer.Kind)) }

// callable says whether there is somebody to call about an answer in a channel, which may be one that
// the asker alone sees.
func (b *Bot) callable(ctx context.Context, alone bool, channel string) bool {
	if alone {
		return b.config.Rules.AdminChannel != ""
	}
	rules, err := b.rules(ctx, channel)
	return err == nil && len(rules.Channels[channel].People) > 0
}

// callPerson calls somebody, once for each answer and user.
func (b *Bot) callPerson(ctx context.Context, a Act) error {
	answer, _, err := b.recalled(ctx, a, a.Value)
	if err != nil {
		return err
	}
	c := b.catalogue(ctx, a.User)
	if !b.callable(ctx, seenAlone(answer), a.Channel) {
		return b.whisper(ctx, a, plain(c.NoPeople, Options{}))
	}
	call := memory.Call{ID: answerID(answer.ID + a.User), Answer: answer.ID, Channel: a.Channel, Thread: answer.Thread, User: a.User, At: a.At.UTC()}
	if _, err := b.config.Memory.Calls.Call(ctx, call.ID); err == nil {
		return b.whisper(ctx, a, plain(c.Called, Options{}))
	} else if !errors.Is(err, memory.ErrUnknown) {
		return err
	}
	question := ""
	if seenAlone(answer) {
		call.Channel, call.Thread, question = b.config.Rules.AdminChannel, "", answer.Question
	}
	rules, err := b.rules(ctx, call.Channel)
	if err != nil {
		return err
	}
	if call.TS, err = b.post(ctx, call.Channel, call.Thread, calling(rules.Channels[call.Channel].People, call, question)); err != nil {
		return err
	}
	if err := b.config.Memory.Calls.SaveCall(ctx, call); err != nil || question == "" {
		return err
	}
	return b.whisper(ctx, a, plain(c.Called, Options{}))
}

// calling is the message that calls: with a question, it says whose. It is read by many, and so in
// English.
func calling(people []string, call memory.Call, question string) Message {
	says := english().Calling
	if question != "" {
		people = append(people[:len(people):len(people)], call.User)
		says = fill(english().CallingDirect, "question", cut(clean(question), maxRestated))
	}
	m := addressed(people, says)
	m.Blocks = append(m.Blocks, slack.NewActionBlock("", button("resolve", call.ID, english().Resolve)))
	return m
}

// addressed is a message of the bot's own words that names people first, and so notifies them.
func addressed(people []string, says string) Message {
	m := Message{}
	var parts []slack.RichTextSectionElement
	for _, p := range people {
		who, name := mention(p)
		parts = append(parts, who, text(" ", false, false))
		m.Text += name + " "
	}
	m.Text = cut(m.Text+escaper.Replace(unlinked(says)), maxText)
	m.Blocks = []slack.Block{section(append(parts, text(says, false, false))...)}
	return m
}

// resolve says who resolved a call, in place of the call, and, where they called from elsewhere, to
// who called.
func (b *Bot) resolve(ctx context.Context, a Act) error {
	call, err := b.config.Memory.Calls.Call(ctx, a.Value)
	if errors.Is(err, memory.ErrUnknown) || err == nil && (call.Channel != a.Channel || call.TS != a.Message) {
		return errForgotten
	}
	if err != nil || call.By != "" {
		return err
	}
	call.By, call.Resolved = a.User, a.At.UTC()
	err = b.config.Memory.Calls.ChangeCall(ctx, call.ID, func(c *memory.Call) { c.By, c.Resolved = call.By, call.Resolved })
	if errors.Is(err, memory.ErrUnknown) { // who called may have been forgotten
		err = errForgotten
	}
	if err != nil {
		return err
	}
	answer, err := b.config.Memory.Answers.Answer(ctx, call.Answer)
	elsewhere := err == nil && seenAlone(answer)
	question := cut(clean(answer.Question), maxRestated)
	says := english().Resolved
	if elsewhere {
		says = fill(english().ResolvedDirect, "question", question)
	}
	if err := b.update(ctx, call.Channel, call.TS, addressed([]string{a.User}, says)); err != nil || !elsewhere {
		return err
	}
	_, err = b.post(ctx, call.User, "", addressed([]string{a.User}, fill(b.catalogue(ctx, call.User).ResolvedDirect, "question", question)))
	return err
}

// update puts a message in the place of one of the bot's.
func (b *Bot) update(ctx context.Context, channel, ts string, m Message) error {
	if _, _, _, err := b.api.UpdateMessageContext(ctx, channel, ts, m.options("")...); err != nil {
		return fmt.Errorf("chat.update: %w", err)
	}
	return nil
}
