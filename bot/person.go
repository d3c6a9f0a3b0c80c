package bot

import (
	"context"
	"errors"
	"fmt"

	"github.com/slack-go/slack"

	"verbatim/bot/memory"
)

// "I need a person": the people who help in a channel are called in the thread, until one of them, or
// who called, says that it is resolved.

func personButton(c *catalogue, s shown) slack.BlockElement {
	if !s.people {
		return nil
	}
	e := button("person", s.id, c.NeedPerson)
	e.Confirm = slack.NewConfirmationBlockObject(plainText(c.NeedPerson), plainText(c.NeedPersonText), plainText(cut(c.Call, maxConfirm)), plainText(cut(c.Cancel, maxConfirm)))
	return e
}

// maxConfirm is the most characters of a button in a confirmation. Source: docs.slack.dev,
// reference/block-kit/composition-objects/confirmation-dialog-object.
const maxConfirm = 30

// callPerson calls them, once for each answer and user.
func (b *Bot) callPerson(ctx context.Context, a Act) error {
	answer, _, err := b.recalled(ctx, a, a.Value)
	if err != nil {
		return err
	}
	rules, err := b.rules(ctx, a.Channel)
	if err != nil {
		return err
	}
	people := rules.Channels[a.Channel].People
	call := memory.Call{ID: answerID(answer.ID + a.User), Answer: answer.ID, Channel: a.Channel, Thread: answer.Thread, User: a.User, At: a.At.UTC()}
	if _, err := b.config.Memory.Calls.Call(ctx, call.ID); err == nil || len(people) == 0 {
		return nil
	} else if !errors.Is(err, memory.ErrUnknown) {
		return err
	}
	m := calling(people, call.ID)
	if call.TS, err = b.post(ctx, a.Channel, answer.Thread, m); err != nil {
		return err
	}
	return b.config.Memory.Calls.SaveCall(ctx, call)
}

// calling is the message that calls. It is read by many, and so in English.
func calling(people []string, id string) Message {
	c := english()
	m := Message{}
	var parts []slack.RichTextSectionElement
	for _, p := range people {
		who, name := mention(p)
		parts = append(parts, who, text(" ", false, false))
		m.Text += name + " "
	}
	m.Text += c.Calling
	m.Blocks = []slack.Block{section(append(parts, text(c.Calling, false, false))...), slack.NewActionBlock("", button("resolve", id, c.Resolve))}
	return m
}

// resolve says who resolved a call, in place of the call.
func (b *Bot) resolve(ctx context.Context, a Act) error {
	call, err := b.config.Memory.Calls.Call(ctx, a.Value)
	if errors.Is(err, memory.ErrUnknown) || err == nil && (call.Channel != a.Channel || call.TS != a.Message) {
		return errForgotten
	}
	if err != nil || call.By != "" {
		return err
	}
	call.By, call.Resolved = a.User, a.At.UTC()
	if err := b.config.Memory.Calls.SaveCall(ctx, call); err != nil {
		return err
	}
	who, name := mention(a.User)
	says := " " + english().Resolved
	m := Message{Text: name + says, Blocks: []slack.Block{section(who, text(says, false, false))}}
	if _, _, _, err := b.api.UpdateMessageContext(ctx, a.Channel, call.TS, m.options("")...); err != nil {
		return fmt.Errorf("chat.update: %w", err)
	}
	return nil
}
