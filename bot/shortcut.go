package bot

import (
	"cmp"
	"context"
)

// "Find passages for this": the shortcut on a message, anyone's. What is found is shown to who used it
// alone, who can then post it in the thread of the message.

// askAboutMessage takes the text of a message for a question.
func (b *Bot) askAboutMessage(_ context.Context, a Act) (Incoming, error) {
	in := Incoming{
		Kind: KindShortcut, Key: a.Key, Team: a.Team, Channel: a.Channel, User: a.User, TS: a.Message,
		Thread: cmp.Or(a.Thread, a.Message), ResponseURL: a.ResponseURL, External: a.External, Author: a.Author,
	}
	in.Question, in.Cut = Question(a.Text, b.self.UserID)
	return in, nil
}
