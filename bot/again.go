package bot

import (
	"context"

	"github.com/slack-go/slack"
)

// actAskAgain is the button below a message that says that something broke; its value is the question.
const actAskAgain = "ask_again"

// againButton asks a question once more; nil where it is too long for a button to carry.
func againButton(c *catalogue, question string) []slack.Block {
	if question == "" || len(question) > maxID {
		return nil
	}
	return []slack.Block{slack.NewActionBlock("", button(actAskAgain, question, c.AskAgain))}
}

// askAgain asks the question that a button carries, for who clicks and for nobody else to see.
func (b *Bot) askAgain(_ context.Context, a Act) (Incoming, error) {
	in := Incoming{
		Kind: KindButton, Key: a.Key, Team: a.Team, Channel: a.Channel, User: a.User,
		ResponseURL: a.ResponseURL, External: a.External,
	}
	in.Question, in.Cut = Question(a.Value, b.self.UserID)
	if in.Question == "" || in.ResponseURL == "" {
		return Incoming{}, errForgotten
	}
	return in, nil
}
