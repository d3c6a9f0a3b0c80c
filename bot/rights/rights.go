// Package rights says who may see and do what: pure functions over what the configuration says.
//
// There are two questions, and each is answered in one place: which collections a question may be
// answered from ([Rules.Scope]), and whether a person may carry out an act ([Rules.May]). Both are
// asked again each time, whatever a button, a form or a stored record claims.
package rights

import "slices"

// Rest is the name under which the audience of all collections not named otherwise stands.
const Rest = "*"

// An Audience is who may see a collection. The zero value is nobody.
type Audience struct {
	// Everyone is every member of the workspace, in every channel that is not shared with others.
	Everyone bool
	// Channels are the ids of channels in which it may be shown.
	Channels []string
	// Users are the ids of people who may see it where nobody else does.
	Users []string
}

// A Mode says what the bot does unasked.
type Mode string

// The modes. The empty one is Never.
const (
	Never  Mode = "never"
	Ask    Mode = "ask"
	Answer Mode = "answer"
)

// A Channel is what is set for one channel.
type Channel struct {
	// Collections are those to search there; none means all that may be shown there.
	Collections []string
	// FollowUps is what to do about untagged messages in a thread the bot was called into, Untagged
	// about untagged messages at the root of the channel.
	FollowUps, Untagged Mode
	// Private says that answers are shown to the asker alone.
	Private bool
	// Open says that the channel is answered in though it is shared with another organisation.
	Open bool
	// People are the ids of people (U…) or user groups (S…) to call.
	People []string
}

// Rules are all rights of a workspace. The zero value shows everything to everyone and knows no
// admins.
type Rules struct {
	// Admins are ids of users, AdminChannel is where they are told of things; "" for nowhere.
	Admins       []string
	AdminChannel string
	// Collections holds audiences by the names of collections. When it is not empty, a collection
	// that it does not name has the audience of [Rest], and without that nobody.
	Collections map[string]Audience
	// Channels holds settings by the ids of channels.
	Channels map[string]Channel
}

// A Place is where an answer would be seen.
type Place struct {
	// Channel is an id; it may be a channel although only the asker sees the answer.
	Channel string
	// Alone says that nobody but the asker sees the answer: a direct message, an ephemeral
	// message, a modal, the Home tab.
	Alone bool
	// External says that people of another organisation may read along, or that one of them asks.
	External bool
}

// A Scope is a set of collections. The zero value is no collection at all.
type Scope struct {
	// All says that every collection is in it, those without a name too.
	All bool
	// Names are the collections in it where not all are.
	Names []string
}

// Has says whether a collection is in the scope.
func (s Scope) Has(collection string) bool { return s.All || slices.Contains(s.Names, collection) }

// Empty says that nothing is in the scope.
func (s Scope) Empty() bool { return !s.All && len(s.Names) == 0 }

// With returns the scope and what another one has besides.
func (s Scope) With(other Scope) Scope {
	if s.All || other.All {
		return Scope{All: true}
	}
	names := slices.Clone(s.Names)
	for _, n := range other.Names {
		if !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return Scope{Names: names}
}

// Scope returns the collections, of those known, that may be searched for a question of user to be
// answered in a place. Where others read along it is only what everyone there may see, so that a
// collection for some users is never shown in a channel. Where another organisation reads along it is
// nothing, unless the channel is open; then it is what is for everyone or for that channel. Where rules
// name collections the scope names them too, so that a collection that comes up later is not in it.
func (r Rules) Scope(known []string, user string, p Place) Scope {
	if p.External && !r.Channels[p.Channel].Open {
		return Scope{}
	}
	wanted := r.Channels[p.Channel].Collections
	if p.Alone {
		wanted = nil
	}
	if len(r.Collections) == 0 && len(wanted) == 0 {
		return Scope{All: true}
	}
	var s Scope
	for _, name := range known {
		if len(wanted) > 0 && !slices.Contains(wanted, name) {
			continue
		}
		if r.shows(name, user, p) {
			s.Names = append(s.Names, name)
		}
	}
	return s
}

// shows says whether a collection may be shown to user in a place.
func (r Rules) shows(collection, user string, p Place) bool {
	if len(r.Collections) == 0 {
		return true
	}
	a, named := r.Collections[collection]
	if !named {
		a = r.Collections[Rest]
	}
	return a.Everyone || p.Channel != "" && slices.Contains(a.Channels, p.Channel) ||
		p.Alone && !p.External && user != "" && slices.Contains(a.Users, user)
}

// An Act is something that not everyone may do.
type Act string

// The acts. The empty one is what everyone may do who is of the workspace.
const (
	// Anything is what everyone may do.
	Anything Act = ""
	// Administer is for admins alone: health, unanswered questions, statistics, approving.
	Administer Act = "administer"
	// Configure is changing the settings of a channel: for admins alone.
	Configure Act = "configure"
)

// May says whether user may carry out an act. People of other organisations may do nothing but in
// channels that are open to them, and never what is for admins.
func (r Rules) May(user string, act Act, p Place) bool {
	if user == "" || p.External && !r.Channels[p.Channel].Open {
		return false
	}
	switch act {
	case Anything:
		return true
	case Administer, Configure:
		return !p.External && slices.Contains(r.Admins, user)
	}
	return false
}

// Narrow returns the rules with what was set for a channel from within Slack. Collections can only
// become fewer by it: what the configuration leaves out stays out.
func (r Rules) Narrow(channel string, set Channel) Rules {
	fixed := r.Channels[channel]
	if len(fixed.Collections) > 0 {
		kept := slices.DeleteFunc(slices.Clone(set.Collections), func(c string) bool { return !slices.Contains(fixed.Collections, c) })
		if set.Collections = kept; len(kept) == 0 {
			set.Collections = fixed.Collections
		}
	}
	set.Open = fixed.Open
	channels := make(map[string]Channel, len(r.Channels)+1)
	for id, c := range r.Channels {
		channels[id] = c
	}
	channels[channel] = set
	r.Channels = channels
	return r
}
