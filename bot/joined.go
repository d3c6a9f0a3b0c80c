package bot

import "context"

// joined says, on joining a channel, to who invited the bot and to nobody else how to ask.
func (b *Bot) joined(ctx context.Context, a Act) error {
	if a.User != b.self.UserID || a.Inviter == "" {
		return nil
	}
	c := b.catalogue(ctx, a.Inviter)
	says := c.Joined + "\n" + c.sayHelp(Options{Name: b.self.Name, Command: b.config.Command})
	return b.postEphemeral(ctx, a.Channel, a.Inviter, "", plain(says, Options{}))
}
