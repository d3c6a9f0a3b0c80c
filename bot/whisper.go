package bot

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/slack-go/slack"
)

// whisper shows a message to the user of an act alone, where they acted: in the thread of the message,
// or through the act's response_url, or else in their direct messages with the bot.
func (b *Bot) whisper(ctx context.Context, a Act, m Message) error {
	err := errForeignURL
	if a.Channel != "" && !a.Alone {
		if err = b.postEphemeral(ctx, a.Channel, a.User, a.Thread, m); err == nil {
			return nil
		}
	}
	if a.ResponseURL != "" {
		return b.responder.respond(ctx, a.ResponseURL, m, respondTries, func() error { return nil })
	}
	if a.Channel != "" {
		return err
	}
	_, err = b.post(ctx, a.User, "", m)
	return err
}

// postEphemeral shows a message to one user of a channel.
func (b *Bot) postEphemeral(ctx context.Context, channel, user, thread string, m Message) error {
	if _, err := b.api.PostEphemeralContext(ctx, channel, user, m.options(thread)...); err != nil {
		return fmt.Errorf("chat.postEphemeral: %w", err)
	}
	return nil
}

// post posts a message that is no answer, once it is its turn, and returns its ts. It is tried once.
func (b *Bot) post(ctx context.Context, channel, thread string, m Message) (ts string, err error) {
	if err := b.poster.turns.wait(ctx, channel); err != nil {
		return "", err
	}
	if _, ts, err = b.api.PostMessageContext(ctx, channel, m.options(thread)...); err != nil {
		return "", fmt.Errorf("chat.postMessage: %w", err)
	}
	return ts, nil
}

// options says how to send a message: nothing in it becomes a link or a ping that is none.
func (m Message) options(thread string) []slack.MsgOption {
	options := []slack.MsgOption{
		slack.MsgOptionText(m.Text, false),
		slack.MsgOptionParse(false),
		slack.MsgOptionLinkNames(false),
		slack.MsgOptionDisableLinkUnfurl(),
		slack.MsgOptionDisableMediaUnfurl(),
	}
	if thread != "" {
		options = append(options, slack.MsgOptionTS(thread))
	}
	if m.Blocks == nil {
		return append(options, slack.MsgOptionDisableMarkdown())
	}
	return append(options, slack.MsgOptionBlocks(m.Blocks...))
}

// openModal opens a modal for the user of an act.
func (b *Bot) openModal(ctx context.Context, a Act, v slack.ModalViewRequest) error {
	v.Type = slack.VTModal
	if _, err := b.api.OpenViewContext(ctx, a.TriggerID, v); err != nil {
		return fmt.Errorf("views.open: %w", err)
	}
	return nil
}

// unwhisper takes away the message, seen by one user alone, that an act's button stands in.
func (b *Bot) unwhisper(ctx context.Context, a Act) error {
	if !ofSlack(b.responder.api, a.ResponseURL) {
		return errForeignURL
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, a.ResponseURL, strings.NewReader(`{"delete_original":true}`))
	if err != nil {
		return errForeignURL
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	answer, err := b.responder.client.Do(request)
	if err != nil {
		return fmt.Errorf("post to response_url: %w", withoutURL(err))
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("post to response_url: HTTP %d", answer.StatusCode)
	}
	return nil
}

// mention is a person or user group in a message, who is notified by it, with its form in the
// fallback text. Only ids of Slack's are made one.
func mention(id string) (slack.RichTextSectionElement, string) {
	if strings.HasPrefix(id, "S") {
		return slack.NewRichTextSectionUserGroupElement(id), "<!subteam^" + id + ">"
	}
	return slack.NewRichTextSectionUserElement(id, nil), "<@" + id + ">"
}
