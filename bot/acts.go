package bot

import (
	"context"
	"time"

	"github.com/slack-go/slack"

	"verbatim/bot/rights"
	"verbatim/index"
)

// A feature is what the bot does on acts of one name. Each has a file of its own, and its row in
// [features]. Exactly one of do and ask is set.
type feature struct {
	// name is the action_id of its buttons, up to a dot, the callback_id of its form or shortcut,
	// the name of an event, or a slash and the words after the slash command.
	name string
	// right is what the user needs. It is looked at before do and ask, in [Bot.may].
	right rights.Act
	// durable says that the act is in the journal before it is acknowledged, and taken up again after
	// a crash: where something is to come of it that the user sees or counts on. Then do may be called
	// twice for one act, the second time with a trigger_id that opens nothing any more.
	durable bool
	// check looks at a form that was sent, before it is acknowledged. It returns what to say under
	// which block_id; nil takes the form. It must not wait for anything.
	check func(*Bot, Act) map[string]string
	// takes says, of an order after the slash command, what may follow its words; nil for nothing.
	takes func(argument string) bool
	// within is how long do may take; 0 means actWithin.
	within time.Duration
	// do carries the act out.
	do func(*Bot, context.Context, Act) error
	// ask turns the act into a question, which then goes the way of all questions. It may wait for
	// the memory alone, as the act is acknowledged after it.
	ask func(*Bot, context.Context, Act) (Incoming, error)
	// below makes the feature's button below an answer; nil for none.
	below func(*catalogue, shown) slack.BlockElement
}

// actWithin is how long an act may take. What opens a modal has three seconds by Slack's rule.
const actWithin = 15 * time.Second

// features is the table of all features. The order is that of their buttons.
func features() []feature {
	return []feature{
		{name: "vote", durable: true, do: (*Bot).vote, below: voteButtons},
		{name: "vote_reason", durable: true, do: (*Bot).voteReason},
		{name: "context", do: (*Bot).showContext, below: contextButton},
		{name: "why", do: (*Bot).explain, below: whyButton},
		{name: "more", do: (*Bot).more, below: moreButton},
		{name: "share", durable: true, do: (*Bot).share, below: shareButton},
		{name: "person", durable: true, do: (*Bot).callPerson, below: personButton},
		{name: "resolve", durable: true, do: (*Bot).resolve},
		{name: "faq_shortcut", do: (*Bot).proposeFAQ},
		{name: "faq_propose", durable: true, check: (*Bot).checkFAQ, do: (*Bot).proposed},
		{name: "faq_approve", right: rights.Administer, durable: true, do: (*Bot).approveFAQ},
		{name: "faq_decline", right: rights.Administer, durable: true, do: (*Bot).declineFAQ},
		{name: "find_passages", ask: (*Bot).askAboutMessage},
		{name: "narrow", do: (*Bot).showNarrower},
		{name: actHome, do: (*Bot).opened},
		{name: "home_ask", ask: (*Bot).askExample},
		{name: "home_forget", durable: true, do: (*Bot).forgetMe},
		{name: "gap_write", right: rights.Administer, do: (*Bot).writeAnswer},
		{name: "gap_answer", right: rights.Administer, durable: true, check: (*Bot).checkFAQ, do: (*Bot).answerWritten},
		{name: "gap_ignore", right: rights.Administer, durable: true, do: (*Bot).ignoreGap},
		{name: orderMark + "settings", right: rights.Configure, do: (*Bot).settings},
		{name: "settings", right: rights.Configure, durable: true, check: (*Bot).checkSettings, do: (*Bot).saveSettings},
		{name: orderMark + "add", right: rights.Administer, takes: isAddress, durable: true, within: documentsWithin, do: (*Bot).addDocument},
		{name: orderMark + "forget", right: rights.Administer, takes: isDocument, durable: true, within: documentsWithin, do: (*Bot).removeDocument},
		{name: actFiles, right: rights.Administer, durable: true, within: documentsWithin, do: (*Bot).addFiles},
		{name: orderMark + "stats", right: rights.Administer, do: (*Bot).stats},
		{name: orderMark + "forget me", do: (*Bot).forgetByCommand},
		{name: "forget_yes", durable: true, do: (*Bot).forgetConfirmed},
		{name: orderMark + "export me", within: exportWithin, do: (*Bot).export},
		{name: "guide", do: (*Bot).showGuide},
		{name: actEdited, ask: (*Bot).changed},
		{name: actDeleted, ask: (*Bot).deleted},
		{name: "answer_this", ask: (*Bot).acceptOffer},
		{name: actStopped, do: (*Bot).stopped},
		{name: actAskAgain, ask: (*Bot).askAgain},
		{name: actJoined, do: (*Bot).joined},
	}
}

// shown is the answer that a button stands below.
type shown struct {
	// id is the answer's in the memory: what the button carries.
	id     string
	answer index.Answer
	kind   Kind
	// shareable says that the bot may look who would read along, people whether there is someone to
	// call, alone that nobody but the asker sees the answer.
	shareable, people, alone bool
}

// below returns the blocks with the buttons below an answer; none below small talk.
func (b *Bot) below(c *catalogue, s shown) []slack.Block {
	if s.answer.Verdict == index.VerdictChat || s.id == "" {
		return nil
	}
	var votes, buttons []slack.BlockElement
	for _, f := range b.features {
		if f.below == nil {
			continue
		}
		switch e := f.below(c, s); {
		case e == nil:
		case e.ElementType() == slack.METFeedbackButtons:
			votes = append(votes, e)
		default:
			buttons = append(buttons, e)
		}
	}
	var blocks []slack.Block
	if len(votes) > 0 {
		blocks = append(blocks, slack.NewContextActionsBlock("", votes...))
	}
	if len(buttons) > 0 {
		blocks = append(blocks, slack.NewActionBlock("", buttons...))
	}
	return blocks
}

// button is a button that carries an id.
func button(name, id, label string) *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(name, id, plainText(cut(label, maxButton)))
}

// maxButton is the most characters of a button's label. Source: docs.slack.dev,
// reference/block-kit/block-elements/button-element.
const maxButton = 75

// plainText is text in which Slack reads no markup and no emoji names.
func plainText(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
}

// feature finds the feature that an act is for.
func (b *Bot) feature(a Act) (feature, bool) {
	for _, f := range b.features {
		if f.name == a.Name {
			return f, true
		}
	}
	return feature{}, false
}
