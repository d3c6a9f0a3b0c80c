package bot

import (
	"context"
	"errors"
	"strings"

	"github.com/slack-go/slack"

	"verbatim/bot/memory"
	"verbatim/bot/rights"
)

// Votes: the two buttons below each answer, and a form that asks what was wrong. The vote counts at
// once, whether the form is sent or not; the admins are told of a vote down, and nobody else.

// What a vote button's value ends in.
const (
	voteUp   = ":up"
	voteDown = ":down"
)

// The action_ids of the form's inputs, which are their block_ids as well.
const (
	inputReason = "reason"
	inputText   = "text"
)

// maxNamed is how many titles of documents the admins are told.
const maxNamed = 3

func voteButtons(c *catalogue, s shown) slack.BlockElement {
	return slack.NewFeedbackButtonsBlockElement("vote",
		slack.NewFeedbackButton(plainText(cut(c.GoodAnswer, maxButton)), s.id+voteUp).WithAccessibilityLabel(cut(c.GoodAnswerLabel, maxButton)),
		slack.NewFeedbackButton(plainText(cut(c.BadAnswer, maxButton)), s.id+voteDown).WithAccessibilityLabel(cut(c.BadAnswerLabel, maxButton)))
}

// vote counts a vote. Slack sends every click, also one on the button that is chosen already.
func (b *Bot) vote(ctx context.Context, a Act) error {
	id, up := strings.CutSuffix(a.Value, voteUp)
	if !up {
		id, _ = strings.CutSuffix(a.Value, voteDown)
	}
	answer, _, err := b.recalled(ctx, a, id)
	if err != nil {
		return err
	}
	before, err := b.config.Memory.Votes.Vote(ctx, id, a.User)
	if err != nil && !errors.Is(err, memory.ErrUnknown) {
		return err
	}
	v := memory.Vote{Answer: id, User: a.User, Up: up, Notice: before.Notice, At: a.At.UTC()}
	if !up && !before.Up {
		v.Reason, v.Text = before.Reason, before.Text
	}
	if err := b.config.Memory.Votes.SaveVote(ctx, v); err != nil {
		return err
	}
	c := b.catalogue(ctx, a.User)
	if up {
		return b.whisper(ctx, a, plain(c.VoteThanks, Options{}))
	}
	if err := b.openModal(ctx, a, voteForm(c, id)); err != nil {
		b.log.Warn("no form for a vote", "key", a.Key, "error", err) // the vote is what counts
	}
	return b.tellAdmins(ctx, answer, v)
}

// voteForm asks what was wrong.
func voteForm(c *catalogue, id string) slack.ModalViewRequest {
	var options []*slack.OptionBlockObject
	for _, r := range c.reasons() {
		options = append(options, slack.NewOptionBlockObject(r.name, plainText(cut(r.says, maxButton)), nil))
	}
	reason := slack.NewInputBlock(inputReason, plainText(c.VoteReason), nil, slack.NewRadioButtonsBlockElement(inputReason, options...))
	free := slack.NewPlainTextInputBlockElement(nil, inputText)
	free.Multiline, free.MaxLength = true, 1000
	more := slack.NewInputBlock(inputText, plainText(c.VoteText), nil, free).WithOptional(true)
	return slack.ModalViewRequest{
		CallbackID: "vote_reason", PrivateMetadata: id,
		Title: viewText(c.VoteTitle), Close: viewText(c.Close), Submit: viewText(c.Send),
		Blocks: slack.Blocks{BlockSet: []slack.Block{footnotes([]string{c.VoteLead}), reason.WithOptional(true), more}},
	}
}

// A reason is one choice of the form.
type reason struct{ name, says string }

func (c *catalogue) reasons() []reason {
	return []reason{
		{"passage", c.ReasonPassage}, {"old", c.ReasonOld}, {"document", c.ReasonDocument},
		{"incomplete", c.ReasonIncomplete}, {"other", c.ReasonOther},
	}
}

// voteReason notes what was wrong. Only who voted may say so: a form's answer is not believed.
func (b *Bot) voteReason(ctx context.Context, a Act) error {
	v, err := b.config.Memory.Votes.Vote(ctx, a.Value, a.User)
	if errors.Is(err, memory.ErrUnknown) {
		return errForgotten
	}
	if err != nil {
		return err
	}
	answer, err := b.config.Memory.Answers.Answer(ctx, a.Value)
	if err != nil {
		return errForgotten
	}
	said := ""
	for _, r := range english().reasons() {
		if chosen := a.Form[inputReason]; len(chosen) > 0 && chosen[0] == r.name {
			v.Reason, said = r.name, r.says
		}
	}
	v.Text, v.At = strings.Join(a.Form[inputText], " "), a.At.UTC()
	err = b.config.Memory.Changes.ChangeVote(ctx, v.Answer, v.User, func(now *memory.Vote) {
		if !now.At.After(v.At) { // the last one holds
			now.Reason, now.Text, now.At = v.Reason, v.Text, v.At
		}
	})
	if errors.Is(err, memory.ErrUnknown) {
		err = errForgotten
	}
	if err != nil {
		return err
	}
	if b.config.Rules.AdminChannel == "" || said == "" && v.Text == "" {
		return nil
	}
	if said == "" {
		said = english().ReasonOther
	}
	m := plain(strings.TrimSpace(fill(english().AdminVoteReason, "reason", said, "question", cut(clean(answer.Question), maxRestated), "text", clean(v.Text))), Options{})
	_, err = b.post(ctx, b.config.Rules.AdminChannel, v.Notice, m)
	return err
}

// tellAdmins says in the admins' channel that an answer was voted down: where it stands if that is a
// channel, and which documents it quoted if the admins' channel may see them. Of the question nothing
// is said until its asker, or a reader, sends the form, which says so. It is said once of each vote.
func (b *Bot) tellAdmins(ctx context.Context, answer memory.Answer, v memory.Vote) error {
	channel := b.config.Rules.AdminChannel
	if channel == "" || v.Notice != "" {
		return nil
	}
	scope, err := b.scope(ctx, "", rights.Place{Channel: channel})
	if err != nil {
		return err
	}
	var titles []string
	for _, q := range answer.Passages {
		around, err := b.config.Asker.Around(ctx, q.Document, q.Ordinal, 0, 0)
		if err != nil || !scope.Has(q.Collection) || len(titles) == maxNamed {
			continue
		}
		titles = append(titles, "“"+title(around.Document, english())+"”")
	}
	says := english().AdminVote
	if len(titles) > 0 {
		says += " " + fill(english().AdminQuoted, "titles", strings.Join(titles, ", "))
	}
	m := plain(says, Options{})
	if link := b.permalink(ctx, answer); link != "" {
		m.Blocks = append(m.Blocks, section(slack.NewRichTextSectionLinkElement(link, english().AdminOpen, nil)))
	}
	ctx, cancel := context.WithTimeout(ctx, actWithin)
	defer cancel()
	if v.Notice, err = b.post(ctx, channel, "", m); err != nil {
		return err
	}
	err = b.config.Memory.Changes.ChangeVote(ctx, v.Answer, v.User, func(now *memory.Vote) { now.Notice = v.Notice })
	if errors.Is(err, memory.ErrUnknown) { // who voted may have been forgotten
		return nil
	}
	return err
}

// permalink returns the address of an answer in a channel; "" for what only its asker can open.
func (b *Bot) permalink(ctx context.Context, answer memory.Answer) string {
	if answer.Alone() || answer.Kind != string(KindMention) {
		return ""
	}
	link, err := b.api.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: answer.Channel, Ts: answer.TS})
	if err != nil {
		b.log.Warn("no link to an answer", "error", err)
		return ""
	}
	return safeURL(link)
}
