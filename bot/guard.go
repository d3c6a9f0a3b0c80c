package bot

import (
	"context"
	"errors"

	"verbatim/bot/memory"
	"verbatim/bot/rights"
)

// Who may do and see what is asked here, and nowhere else. What a button or a form says of itself is
// looked up again, and held against who acts and where.

var (
	// errForgotten means that an answer is not in the memory.
	errForgotten = errors.New("the answer is not remembered")
	// errNotOpen means that all that an answer quotes is closed to the user.
	errNotOpen = errors.New("the passages are not open to the user")
)

// may says whether the user of an act may carry out what a feature is for.
func (b *Bot) may(a Act, right rights.Act) bool {
	return b.config.Rules.May(a.User, right, b.alone(a))
}

// alone is the place of an act's own outcome: what the user alone sees.
func (b *Bot) alone(a Act) rights.Place {
	return rights.Place{Channel: a.Channel, Alone: true, External: a.External && !b.config.AnswerExternal}
}

// placeOf is where the answer to a question is seen.
func (b *Bot) placeOf(in Incoming) rights.Place {
	return rights.Place{
		Channel:  in.Channel,
		Alone:    in.alone(),
		External: in.External && !b.config.AnswerExternal,
	}
}

// scope is what may be searched for a user, and shown in a place. The settings made from within Slack
// can only narrow it.
func (b *Bot) scope(ctx context.Context, user string, p rights.Place) (rights.Scope, error) {
	rules, err := b.rules(ctx, p.Channel)
	if err != nil {
		return rights.Scope{}, err
	}
	return rules.Scope(b.collectionNames(), user, p), nil
}

// collectionNames lists all collections.
func (b *Bot) collectionNames() (known []string) {
	for _, c := range b.config.Catalog.Collections() {
		known = append(known, c.Name)
	}
	return known
}

// rules are the rights with what was set for a channel from within Slack.
func (b *Bot) rules(ctx context.Context, channel string) (rights.Rules, error) {
	rules := b.config.Rules
	if channel == "" {
		return rules, nil
	}
	set, err := b.config.Memory.Channels.Channel(ctx, channel)
	if errors.Is(err, memory.ErrUnknown) {
		return rules, nil
	}
	if err != nil {
		return rules, err
	}
	return rules.Narrow(channel, rights.Channel{
		Collections: set.Collections, FollowUps: rights.Mode(set.FollowUps), Untagged: rights.Mode(set.Untagged),
		Private: set.Private, People: set.People,
	}), nil
}

// recalled returns the answer that an act's button stands below, with those of its passages that the
// user may see, and what may be searched for them. The button's value alone is not believed: the answer
// must stand in the message that was acted on, or, where only one person saw it, be theirs.
func (b *Bot) recalled(ctx context.Context, a Act, id string) (memory.Answer, rights.Scope, error) {
	answer, err := b.config.Memory.Answers.Answer(ctx, id)
	if errors.Is(err, memory.ErrUnknown) {
		return answer, rights.Scope{}, errForgotten
	}
	if err != nil {
		return answer, rights.Scope{}, err
	}
	here := answer.TS == a.Message && (answer.Channel == a.Channel || answer.Channel == a.User)
	if answer.Alone() {
		here = answer.User == a.User
	}
	if !here {
		return memory.Answer{}, rights.Scope{}, errForgotten
	}
	scope, err := b.scope(ctx, a.User, b.alone(a))
	if err != nil {
		return memory.Answer{}, rights.Scope{}, err
	}
	var open []memory.Quoted
	for _, q := range answer.Passages {
		if scope.Has(q.Collection) {
			open = append(open, q)
		}
	}
	if len(open) == 0 && len(answer.Passages) > 0 {
		return memory.Answer{}, rights.Scope{}, errNotOpen
	}
	answer.Passages = open
	return answer, scope, nil
}

// ownAnswer returns the answer in the same channel to a question that the user of an act asked: for what
// is offered to them alone, beside an answer for all. Nobody else's is returned, whatever the button says.
func (b *Bot) ownAnswer(ctx context.Context, a Act, id string) (memory.Answer, error) {
	answer, err := b.config.Memory.Answers.Answer(ctx, id)
	if errors.Is(err, memory.ErrUnknown) || err == nil && (answer.User != a.User || answer.Channel != a.Channel) {
		return memory.Answer{}, errForgotten
	}
	return answer, err
}

// searched is what was searched for an answer and may be searched for the user who asks about it.
func searched(answer memory.Answer, scope rights.Scope) rights.Scope {
	if answer.All {
		return scope
	}
	both := rights.Scope{}
	for _, name := range answer.Collections {
		if scope.Has(name) {
			both.Names = append(both.Names, name)
		}
	}
	return both
}
