package main

import (
	"fmt"
	"regexp"

	"go.yaml.in/yaml/v3"

	"verbatim/bot/rights"
)

// rightsSettings are the sections of the file of settings about who may see and do what in Slack:
//
//	admins: [U012AB3CD]
//	admin_channel: C045EF6GH
//	collections:
//	  handbook: everyone
//	  hr: {users: [U012AB3CD]}
//	  "*": {channels: [C045EF6GH]}   # all that are not named
//	channels:
//	  C045EF6GH: {collections: [handbook], follow_ups: ask, people: [U012AB3CD]}
//
// Without the section collections everyone sees everything. With it a collection that it does not name
// is seen by nobody, unless "*" says otherwise.
type rightsSettings struct {
	Admins       []string                   `yaml:"admins"`
	AdminChannel string                     `yaml:"admin_channel"`
	Collections  map[string]audienceSetting `yaml:"collections"`
	Channels     map[string]channelSetting  `yaml:"channels"`
}

// audienceSetting is either the word everyone, or lists of channels and users.
type audienceSetting struct{ rights.Audience }

// everyone is the word for an audience of all.
const everyone = "everyone"

// UnmarshalYAML reads either form.
func (a *audienceSetting) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		if node.Value != everyone {
			return fmt.Errorf("line %d: the audience %q is neither %s nor lists of channels or users", node.Line, node.Value, everyone)
		}
		a.Everyone = true
		return nil
	}
	var lists map[string][]string
	if err := node.Decode(&lists); err != nil {
		return err
	}
	for name, ids := range lists {
		switch name {
		case "channels":
			a.Channels = ids
		case "users":
			a.Users = ids
		default:
			return fmt.Errorf("line %d: an audience has no %q: name channels or users", node.Line, name)
		}
	}
	return nil
}

// channelSetting is what is set for one channel.
type channelSetting struct {
	Collections []string `yaml:"collections"`
	// FollowUps and Untagged are never, ask or answer.
	FollowUps string `yaml:"follow_ups"`
	Untagged  string `yaml:"untagged"`
	Private   bool   `yaml:"private"`
	// Open answers in the channel though it is shared with another organisation.
	Open   bool     `yaml:"open"`
	People []string `yaml:"people"`
}

// The forms of Slack's ids.
var (
	userID    = regexp.MustCompile(`^[UW][A-Z0-9]+$`)
	groupID   = regexp.MustCompile(`^[UWS][A-Z0-9]+$`)
	channelID = regexp.MustCompile(`^[CGD][A-Z0-9]+$`)
)

// check finds what is no id, or no mode. A name in place of an id would mean nobody.
func (s rightsSettings) check() error {
	for _, list := range []struct {
		where string
		ids   []string
		form  *regexp.Regexp
	}{{"admins", s.Admins, userID}, {"admin_channel", optional(s.AdminChannel), channelID}} {
		if err := checkIDs(list.where, list.ids, list.form); err != nil {
			return err
		}
	}
	for name, a := range s.Collections {
		if err := checkIDs("collections: "+name+": channels", a.Channels, channelID); err != nil {
			return err
		}
		if err := checkIDs("collections: "+name+": users", a.Users, userID); err != nil {
			return err
		}
	}
	for id, c := range s.Channels {
		if err := checkIDs("channels", []string{id}, channelID); err != nil {
			return err
		}
		if err := checkIDs("channels: "+id+": people", c.People, groupID); err != nil {
			return err
		}
		for _, mode := range []string{c.FollowUps, c.Untagged} {
			if m := rights.Mode(mode); m != "" && m != rights.Never && m != rights.Ask && m != rights.Answer {
				return fmt.Errorf("channels: %s: %q is neither %s, %s nor %s", id, mode, rights.Never, rights.Ask, rights.Answer)
			}
		}
	}
	return nil
}

func optional(id string) []string {
	if id == "" {
		return nil
	}
	return []string{id}
}

func checkIDs(where string, ids []string, form *regexp.Regexp) error {
	for _, id := range ids {
		if !form.MatchString(id) {
			return fmt.Errorf("%s: %q is no id of Slack's: copy it from the profile, group or channel details there", where, id)
		}
	}
	return nil
}

// rules returns the settings as the bot wants them.
func (s rightsSettings) rules() rights.Rules {
	r := rights.Rules{Admins: s.Admins, AdminChannel: s.AdminChannel, Collections: map[string]rights.Audience{}, Channels: map[string]rights.Channel{}}
	for name, a := range s.Collections {
		r.Collections[name] = a.Audience
	}
	for id, c := range s.Channels {
		r.Channels[id] = rights.Channel{
			Collections: c.Collections, FollowUps: rights.Mode(c.FollowUps), Untagged: rights.Mode(c.Untagged),
			Private: c.Private, Open: c.Open, People: c.People,
		}
	}
	return r
}
