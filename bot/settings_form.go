package bot

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"verbatim/bot/memory"
	"verbatim/bot/rights"
)

// "/ask settings": a form for the channel in which it is typed, for admins. What is set there can only
// narrow what the configuration allows, and holds at once.

// The action_ids of the form's inputs, which are their block_ids as well.
const (
	inputCollections = "collections"
	inputFollowUps   = "follow_ups"
	inputUntagged    = "untagged"
	inputAnswers     = "answers"
	inputPeople      = "people"
	inputGroups      = "groups"
)

// The ways to answer, as values of the form.
const (
	answersPublic  = "public"
	answersPrivate = "private"
)

const (
	// maxOptions is the most options of a menu, maxOptionValue the most characters of the value of
	// one. Source: docs.slack.dev, reference/block-kit/composition-objects/option-object.
	maxOptions     = 100
	maxOptionValue = 150
	// maxPeople is how many people and groups may be called.
	maxPeople = 20
)

// The forms of Slack's ids.
var (
	channelForm = regexp.MustCompile(`^[CG][A-Z0-9]{1,40}$`)
	userForm    = regexp.MustCompile(`^[UW][A-Z0-9]{1,40}$`)
	groupForm   = regexp.MustCompile(`^S[A-Z0-9]{1,40}$`)
)

// settings opens the form for the channel of an act.
func (b *Bot) settings(ctx context.Context, a Act) error {
	c := b.catalogue(ctx, a.User)
	if !channelForm.MatchString(a.Channel) {
		return b.whisper(ctx, a, plain(c.SettingsHere, Options{}))
	}
	rules, err := b.rules(ctx, a.Channel)
	if err != nil {
		return err
	}
	return b.openModal(ctx, a, b.settingsForm(c, a.Channel, rules.Channels[a.Channel]))
}

// settable lists the collections among which a form may choose for a channel: those that the
// configuration lets be shown there.
func (b *Bot) settable(channel string) []string {
	var known []string
	for _, k := range b.config.Catalog.Collections() {
		known = append(known, k.Name)
	}
	scope := b.config.Rules.Scope(known, "", rights.Place{Channel: channel})
	return slices.DeleteFunc(known, func(name string) bool { return !scope.Has(name) })
}

// settingsForm shows how a channel is set.
func (b *Bot) settingsForm(c *catalogue, channel string, set rights.Channel) slack.ModalViewRequest {
	blocks := []slack.Block{footnotes([]string{c.SettingsLead})}
	if names := b.settable(channel); len(names) > 0 {
		blocks = append(blocks, slack.NewInputBlock(inputCollections, plainText(c.SettingsCollections), nil, c.collectionMenu(names, set.Collections)).WithOptional(true))
	}
	blocks = append(blocks,
		slack.NewInputBlock(inputFollowUps, plainText(c.SettingsFollowUps), nil, c.modes(inputFollowUps, set.FollowUps)),
		slack.NewInputBlock(inputUntagged, plainText(c.SettingsUntagged), nil, c.modes(inputUntagged, set.Untagged)),
		slack.NewInputBlock(inputAnswers, plainText(c.SettingsAnswers), nil, c.answerModes(set.Private)))
	people := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeUser, nil, inputPeople)
	var groups []string
	for _, id := range set.People {
		if strings.HasPrefix(id, "S") {
			groups = append(groups, id)
		} else {
			people.InitialUsers = append(people.InitialUsers, id)
		}
	}
	more := slack.NewPlainTextInputBlockElement(nil, inputGroups)
	more.MaxLength, more.InitialValue = 1000, strings.Join(groups, " ")
	blocks = append(blocks,
		slack.NewInputBlock(inputPeople, plainText(c.SettingsPeople), nil, people).WithOptional(true),
		slack.NewInputBlock(inputGroups, plainText(c.SettingsGroups), nil, more).WithOptional(true))
	return slack.ModalViewRequest{
		CallbackID: "settings", PrivateMetadata: channel,
		Title: viewText(c.SettingsTitle), Close: viewText(c.Cancel), Submit: viewText(c.Save),
		Blocks: slack.Blocks{BlockSet: blocks},
	}
}

func option(value, label string) *slack.OptionBlockObject {
	return slack.NewOptionBlockObject(value, plainText(cut(label, maxButton)), nil)
}

// optionOf names a collection in a menu.
func optionOf(name string) string {
	if len(name) > maxOptionValue {
		return answerID(name)
	}
	return name
}

func (c *catalogue) collectionMenu(names, chosen []string) slack.BlockElement {
	e := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeStatic, plainText(cut(c.SettingsAll, maxButton)), inputCollections)
	for _, name := range names[:min(len(names), maxOptions)] {
		o := option(optionOf(name), clean(name))
		e.Options = append(e.Options, o)
		if slices.Contains(chosen, name) {
			e.InitialOptions = append(e.InitialOptions, o)
		}
	}
	return e
}

func (c *catalogue) modes(id string, now rights.Mode) slack.BlockElement {
	e := slack.NewRadioButtonsBlockElement(id)
	for i, m := range []rights.Mode{rights.Never, rights.Ask, rights.Answer} {
		o := option(string(m), c.mode(m))
		e.Options = append(e.Options, o)
		if i == 0 || m == now {
			e.InitialOption = o
		}
	}
	return e
}

// mode says in words what the bot does unasked.
func (c *catalogue) mode(m rights.Mode) string {
	switch m {
	case rights.Ask:
		return c.ModeAsk
	case rights.Answer:
		return c.ModeAnswer
	}
	return c.ModeNever
}

func (c *catalogue) answerModes(private bool) slack.BlockElement {
	public, alone := option(answersPublic, c.AnswersPublic), option(answersPrivate, c.AnswersPrivate)
	e := slack.NewRadioButtonsBlockElement(inputAnswers, public, alone)
	if e.InitialOption = public; private {
		e.InitialOption = alone
	}
	return e
}

// checkSettings looks at the ids of user groups.
func (b *Bot) checkSettings(a Act) map[string]string {
	for _, id := range strings.Fields(strings.Join(a.Form[inputGroups], " ")) {
		if !groupForm.MatchString(id) {
			return map[string]string{inputGroups: b.knownCatalogue(a.User).SettingsGroupsWrong}
		}
	}
	return nil
}

// saveSettings keeps what was entered. The form is not believed: collections that the configuration
// does not let be shown in the channel are left out, and so is what is no id of a person or group.
func (b *Bot) saveSettings(ctx context.Context, a Act) error {
	channel := a.Value
	if !channelForm.MatchString(channel) {
		return errForgotten
	}
	set := memory.Channel{
		ID: channel, FollowUps: string(modeOf(a.Form[inputFollowUps])), Untagged: string(modeOf(a.Form[inputUntagged])),
		Private: slices.Contains(a.Form[inputAnswers], answersPrivate), By: a.User, At: a.At.UTC(),
	}
	for _, name := range b.settable(channel) {
		if slices.Contains(a.Form[inputCollections], optionOf(name)) {
			set.Collections = append(set.Collections, name)
		}
	}
	for _, id := range append(slices.Clone(a.Form[inputPeople]), strings.Fields(strings.Join(a.Form[inputGroups], " "))...) {
		if (userForm.MatchString(id) || groupForm.MatchString(id)) && len(set.People) < maxPeople {
			set.People = append(set.People, id)
		}
	}
	if err := b.config.Memory.Channels.SaveChannel(ctx, set); err != nil {
		return err
	}
	b.log.Info("channel set", "channel", channel, "user", a.User)
	saved := plain(b.catalogue(ctx, a.User).SettingsSaved, Options{})
	if err := b.postEphemeral(ctx, channel, a.User, "", saved); err != nil {
		_, err = b.post(ctx, a.User, "", saved) // where the bot is no member
		return err
	}
	return nil
}

func modeOf(chosen []string) rights.Mode {
	for _, m := range []rights.Mode{rights.Ask, rights.Answer} {
		if slices.Contains(chosen, string(m)) {
			return m
		}
	}
	return rights.Never
}
