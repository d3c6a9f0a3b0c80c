// Package manifest knows what the bot needs of its Slack app: the manifest that makes one, the scopes
// with what is lost without each, what each option adds, and the pages of Slack where it is set.
package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A Manifest is what Slack makes an app of. Source of the fields: docs.slack.dev, the app manifest
// reference.
type Manifest struct {
	Metadata metadata    `yaml:"_metadata" json:"_metadata"`
	Display  display     `yaml:"display_information" json:"display_information"`
	Features features    `yaml:"features" json:"features"`
	OAuth    oauthConfig `yaml:"oauth_config" json:"oauth_config"`
	Settings settings    `yaml:"settings" json:"settings"`
}

type metadata struct {
	Major int `yaml:"major_version" json:"major_version"`
	Minor int `yaml:"minor_version" json:"minor_version"`
}

type display struct {
	Name            string `yaml:"name" json:"name"`
	Description     string `yaml:"description" json:"description"`
	LongDescription string `yaml:"long_description" json:"long_description"`
	Color           string `yaml:"background_color" json:"background_color"`
}

type features struct {
	Home      appHome    `yaml:"app_home" json:"app_home"`
	Agent     *agentView `yaml:"agent_view,omitempty" json:"agent_view,omitempty"`
	Bot       botUser    `yaml:"bot_user" json:"bot_user"`
	Shortcuts []shortcut `yaml:"shortcuts" json:"shortcuts"`
	Commands  []command  `yaml:"slash_commands" json:"slash_commands"`
}

type appHome struct {
	Home     bool `yaml:"home_tab_enabled" json:"home_tab_enabled"`
	Messages bool `yaml:"messages_tab_enabled" json:"messages_tab_enabled"`
	ReadOnly bool `yaml:"messages_tab_read_only_enabled" json:"messages_tab_read_only_enabled"`
}

type agentView struct {
	Description string   `yaml:"agent_description" json:"agent_description"`
	Prompts     []prompt `yaml:"suggested_prompts" json:"suggested_prompts"`
}

type prompt struct {
	Title   string `yaml:"title" json:"title"`
	Message string `yaml:"message" json:"message"`
}

type botUser struct {
	Name   string `yaml:"display_name" json:"display_name"`
	Online bool   `yaml:"always_online" json:"always_online"`
}

type shortcut struct {
	Name        string `yaml:"name" json:"name"`
	Type        string `yaml:"type" json:"type"`
	CallbackID  string `yaml:"callback_id" json:"callback_id"`
	Description string `yaml:"description" json:"description"`
}

type command struct {
	Command     string `yaml:"command" json:"command"`
	Description string `yaml:"description" json:"description"`
	UsageHint   string `yaml:"usage_hint" json:"usage_hint"`
	Escape      bool   `yaml:"should_escape" json:"should_escape"`
}

type oauthConfig struct {
	Scopes scopes `yaml:"scopes" json:"scopes"`
}

type scopes struct {
	Bot []string `yaml:"bot" json:"bot"`
}

type settings struct {
	Events        events        `yaml:"event_subscriptions" json:"event_subscriptions"`
	Interactivity interactivity `yaml:"interactivity" json:"interactivity"`
	OrgDeploy     bool          `yaml:"org_deploy_enabled" json:"org_deploy_enabled"`
	SocketMode    bool          `yaml:"socket_mode_enabled" json:"socket_mode_enabled"`
	Rotation      bool          `yaml:"token_rotation_enabled" json:"token_rotation_enabled"`
}

type events struct {
	Bot []string `yaml:"bot_events" json:"bot_events"`
}

type interactivity struct {
	Enabled bool `yaml:"is_enabled" json:"is_enabled"`
}

// New returns the manifest with options by their names; see [Options]. Without any it asks for no more
// than the bot cannot do without. Scopes and events are in order of the alphabet.
func New(options ...string) (Manifest, error) {
	m := basic()
	for _, name := range options {
		i := slices.IndexFunc(all, func(o Option) bool { return o.Name == name })
		if i < 0 {
			return m, fmt.Errorf("there is no option %q: give some of %s", name, strings.Join(Names(), ", "))
		}
		all[i].add(&m)
	}
	for _, list := range []*[]string{&m.OAuth.Scopes.Bot, &m.Settings.Events.Bot} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return m, nil
}

// basic is the manifest without options.
func basic() Manifest {
	m := Manifest{
		Metadata: metadata{Major: 2, Minor: 1},
		Display:  display{Name: name, Description: description, LongDescription: longDescription, Color: "#2c2d30"},
		Features: features{
			Home:      appHome{Home: true, Messages: true},
			Bot:       botUser{Name: botName, Online: true},
			Shortcuts: shortcuts(),
			Commands:  commands(),
		},
	}
	for _, s := range needed {
		m.OAuth.Scopes.Bot = append(m.OAuth.Scopes.Bot, s.Name)
	}
	m.Settings = settings{Events: events{Bot: []string{"app_home_opened", "app_mention", "message.im"}}, SocketMode: true}
	m.Settings.Interactivity.Enabled = true
	return m
}

// YAML returns the manifest as YAML, with a word behind each scope on what it is for.
func (m Manifest) YAML() ([]byte, error) {
	var tree yaml.Node
	if err := tree.Encode(m); err != nil {
		return nil, fmt.Errorf("encode the manifest: %w", err)
	}
	explain(&tree)
	return encode(&tree)
}

// explain puts a comment behind each scope.
func explain(tree *yaml.Node) {
	list := child(child(child(tree, "oauth_config"), "scopes"), "bot")
	for _, s := range list.Content {
		s.LineComment = "# " + purpose(s.Value)
	}
}

// child returns the value of a key of a mapping, which is there.
func child(tree *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(tree.Content); i += 2 {
		if tree.Content[i].Value == key {
			return tree.Content[i+1]
		}
	}
	return &yaml.Node{}
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode the manifest: %w", err)
	}
	return b.Bytes(), nil
}

// JSON returns the manifest as indented JSON.
func (m Manifest) JSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(m); err != nil {
		return nil, fmt.Errorf("encode the manifest: %w", err)
	}
	return b.Bytes(), nil
}

// Scopes returns the names of the scopes that the manifest asks for.
func (m Manifest) Scopes() []string { return slices.Clone(m.OAuth.Scopes.Bot) }

// Events returns the names of the events that it subscribes to.
func (m Manifest) Events() []string { return slices.Clone(m.Settings.Events.Bot) }
