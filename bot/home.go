package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"verbatim/bot/rights"
)

// The Home tab: what the bot knows, questions to try, what the user asked last, and "forget me";
// home_admin.go has what admins see below it.

const (
	// homeExamples is how many questions to try are offered.
	homeExamples = 4
	// homeQuestions is how many of the user's last questions are shown.
	homeQuestions = 5
	// homeAnswers is how many answers are looked through for them.
	homeAnswers = 25
	// homeCollections is how many collections are listed; a Home tab holds a hundred blocks.
	homeCollections = 20
	tabHome         = "home"
)

// homeOpened publishes the Home tab when it is opened.
func (b *Bot) homeOpened(ctx context.Context, a Act) error {
	if a.Tab != tabHome {
		return nil
	}
	return b.publishHome(ctx, a)
}

// publishHome shows the user of an act their Home tab as it is now. Where it was published anew since
// the user acted on it, what was made meanwhile may be old, and it is made once more.
func (b *Bot) publishHome(ctx context.Context, a Act) error {
	request := slack.PublishViewContextRequest{UserID: a.User}
	if a.Name == actHome && a.Hash != "" {
		request.Hash = &a.Hash
	}
	for {
		blocks, err := b.homeOf(ctx, a.User)
		if err != nil {
			return err
		}
		request.View = slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks}}
		_, err = b.api.PublishViewContext(ctx, request)
		switch {
		case err == nil:
			return nil
		case code(err) != "hash_conflict" || request.Hash == nil:
			return fmt.Errorf("views.publish: %w", err)
		}
		request.Hash = nil
	}
}

// homeOf is a user's Home tab: what everyone is shown, and for admins what is theirs below it. What it
// tells of collections is what the user may see alone.
func (b *Bot) homeOf(ctx context.Context, user string) ([]slack.Block, error) {
	c := b.catalogue(ctx, user)
	open, err := b.openTo(ctx, user)
	if err != nil {
		return nil, err
	}
	blocks := []slack.Block{slack.NewHeaderBlock(plainText(c.HomeTitle)), header(c.HomeKnow)}
	blocks = append(blocks, section(text(b.knows(c, open), false, false)))
	if buttons := exampleButtons(examples(open)); len(buttons) > 0 {
		blocks = append(blocks, header(c.HomeExamples), slack.NewActionBlock("", buttons...))
	}
	blocks = append(blocks, header(c.HomeAsk), section(text(c.sayHelp(Options{Name: b.self.Name, Command: b.config.Command}), false, false)), slack.NewActionBlock("", guideButton(c)))
	last, err := b.lastQuestions(ctx, c, user)
	if err != nil {
		return nil, err
	}
	forget := button("home_forget", "", c.HomeForget)
	forget.Confirm = slack.NewConfirmationBlockObject(plainText(c.HomeForget), plainText(c.HomeForgetText), plainText(c.Yes), plainText(c.No))
	blocks = append(blocks, header(c.HomeLast), section(text(last, false, false)), slack.NewActionBlock("", forget))
	admin, err := b.adminHome(ctx, c, user)
	return append(blocks, admin...), err
}

func header(s string) slack.Block { return section(text(s, true, false)) }

// openTo lists the collections that a user may see alone.
func (b *Bot) openTo(ctx context.Context, user string) ([]Collection, error) {
	scope, err := b.scope(ctx, user, rights.Place{Alone: true})
	if err != nil {
		return nil, err
	}
	var open []Collection
	for _, k := range b.config.Catalog.Collections() {
		if scope.Has(k.Name) {
			open = append(open, k)
		}
	}
	return open, nil
}

// knows says what collections there are for a user.
func (b *Bot) knows(c *catalogue, open []Collection) string {
	if len(open) == 0 {
		return c.HomeNothing
	}
	var lines []string
	for _, k := range open {
		lines = append(lines, "• "+c.sayCollection(k))
	}
	lines = c.few(lines, homeCollections)
	if built := b.config.Catalog.Built(); !built.IsZero() {
		lines = append(lines, c.sayBuilt(built, time.Now()))
	}
	return strings.Join(lines, "\n")
}

// examples takes headings to ask about, in turn from each collection.
func examples(open []Collection) []Heading {
	var chosen []Heading
	for i := 0; len(chosen) < homeExamples; i++ {
		more := false
		for _, k := range open {
			if i < len(k.Headings) && len(chosen) < homeExamples {
				chosen, more = append(chosen, k.Headings[i]), true
			}
		}
		if !more {
			break
		}
	}
	return chosen
}

func exampleButtons(headings []Heading) []slack.BlockElement {
	var buttons []slack.BlockElement
	for i, h := range headings {
		if label := clean(h.Text); label != "" {
			buttons = append(buttons, button(fmt.Sprintf("home_ask.%d", i+1), exampleID(h), label))
		}
	}
	return buttons
}

// exampleID names an example on its button.
func exampleID(h Heading) string { return answerID(h.Document + "\x00" + h.Text) }

// askExample asks one of the examples, in the user's direct messages. It must be one that is offered
// to them now.
func (b *Bot) askExample(ctx context.Context, a Act) (Incoming, error) {
	open, err := b.openTo(ctx, a.User)
	if err != nil {
		return Incoming{}, err
	}
	for _, h := range examples(open) {
		if exampleID(h) == a.Value {
			return Incoming{
				Kind: KindHome, Key: a.Key, Team: a.Team, Channel: a.User, User: a.User,
				Question: firstRunes(clean(h.Text), MaxQuestion), External: a.External,
			}, nil
		}
	}
	return Incoming{}, errForgotten
}

// lastQuestions lists what a user asked last, each question once.
func (b *Bot) lastQuestions(ctx context.Context, c *catalogue, user string) (string, error) {
	last, err := b.config.Memory.Answers.Answers(ctx, user, homeAnswers)
	if err != nil {
		return "", err
	}
	var lines []string
	for _, a := range last {
		line := "• " + cut(clean(a.Question), maxNearQuote)
		if a.Verdict != verdictOffered && len(lines) < homeQuestions && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return c.HomeNone, nil
	}
	return strings.Join(lines, "\n"), nil
}
