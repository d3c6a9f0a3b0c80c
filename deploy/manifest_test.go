// Package deploy_test holds what deploys the bot against the rules of those who read it.
package deploy_test

import (
	"os"
	"regexp"
	"slices"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// manifest is the part of the Slack app manifest that the tests look at.
type manifest struct {
	Display struct {
		Name            string `yaml:"name"`
		Description     string `yaml:"description"`
		LongDescription string `yaml:"long_description"`
		Color           string `yaml:"background_color"`
	} `yaml:"display_information"`
	Features struct {
		Home struct {
			Home     bool `yaml:"home_tab_enabled"`
			Messages bool `yaml:"messages_tab_enabled"`
			ReadOnly bool `yaml:"messages_tab_read_only_enabled"`
		} `yaml:"app_home"`
		Bot struct {
			Name string `yaml:"display_name"`
		} `yaml:"bot_user"`
		Commands  []command  `yaml:"slash_commands"`
		Shortcuts []shortcut `yaml:"shortcuts"`
	} `yaml:"features"`
	OAuth struct {
		Scopes map[string][]string `yaml:"scopes"`
	} `yaml:"oauth_config"`
	Settings struct {
		Events struct {
			Bot []string `yaml:"bot_events"`
		} `yaml:"event_subscriptions"`
		Interactivity struct {
			Enabled bool `yaml:"is_enabled"`
		} `yaml:"interactivity"`
		SocketMode bool `yaml:"socket_mode_enabled"`
		Rotation   bool `yaml:"token_rotation_enabled"`
	} `yaml:"settings"`
}

// command is a slash command of the manifest.
type command struct {
	Command     string `yaml:"command"`
	Description string `yaml:"description"`
	UsageHint   string `yaml:"usage_hint"`
	Escape      bool   `yaml:"should_escape"`
}

// shortcut is a shortcut of the manifest.
type shortcut struct {
	Name        string `yaml:"name"`
	Type        string `yaml:"type"`
	CallbackID  string `yaml:"callback_id"`
	Description string `yaml:"description"`
}

// read decodes the manifest into target; fields that target lacks are no fault.
func read(t *testing.T, target any) {
	t.Helper()
	data, err := os.ReadFile("slack-manifest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, target); err != nil {
		t.Fatalf("decode slack-manifest.yaml: %v", err)
	}
}

// TestManifestRights keeps the app to the scopes and events that the bot uses.
func TestManifestRights(t *testing.T) {
	var m manifest
	read(t, &m)
	scopes := []string{"app_mentions:read", "chat:write", "commands", "im:history"}
	if got := m.OAuth.Scopes["bot"]; !slices.Equal(got, scopes) {
		t.Errorf("bot scopes are %q, want %q", got, scopes)
	}
	if len(m.OAuth.Scopes) != 1 {
		t.Errorf("scopes are %v, want those of the bot alone", m.OAuth.Scopes)
	}
	events := []string{"app_home_opened", "app_mention", "message.im"}
	if got := m.Settings.Events.Bot; !slices.Equal(got, events) {
		t.Errorf("bot events are %q, want %q", got, events)
	}
	for name, ok := range map[string]bool{
		"socket mode on":        m.Settings.SocketMode,
		"token rotation off":    !m.Settings.Rotation,
		"buttons and forms on":  m.Settings.Interactivity.Enabled,
		"home tab on":           m.Features.Home.Home,
		"messages tab on":       m.Features.Home.Messages,
		"messages tab writable": !m.Features.Home.ReadOnly,
		"two shortcuts, on messages": len(m.Features.Shortcuts) == 2 && m.Features.Shortcuts[0].Type == "message" &&
			m.Features.Shortcuts[0].CallbackID == "find_passages" && m.Features.Shortcuts[1].Type == "message" &&
			m.Features.Shortcuts[1].CallbackID == "faq_shortcut",
		"one slash command":                        len(m.Features.Commands) == 1,
		"slash command /ask, users' input escaped": slices.ContainsFunc(m.Features.Commands, isAsk),
	} {
		if !ok {
			t.Errorf("slack-manifest.yaml: want %s", name)
		}
	}
}

// isAsk reports whether c is the command that the bot answers.
func isAsk(c command) bool { return c.Command == "/ask" && c.Escape && c.UsageHint == "[question]" }

// limit is a text and the fewest and most characters that Slack takes for it.
type limit struct {
	name, text string
	min, max   int
}

// TestManifestLimits holds texts to the lengths of Slack's manifest reference
// (docs.slack.dev/reference/app-manifest), in characters.
func TestManifestLimits(t *testing.T) {
	var m manifest
	read(t, &m)
	limits := []limit{
		{"name", m.Display.Name, 1, 35},
		{"description", m.Display.Description, 1, 140},
		{"long description", m.Display.LongDescription, 175, 4000},
		{"bot display name", m.Features.Bot.Name, 1, 80},
	}
	for _, c := range m.Features.Commands {
		limits = append(limits,
			limit{"command " + c.Command, c.Command, 2, 32},
			limit{"description of " + c.Command, c.Description, 1, 2000},
			limit{"usage hint of " + c.Command, c.UsageHint, 0, 1000},
		)
	}
	for _, s := range m.Features.Shortcuts {
		limits = append(limits, limit{"shortcut " + s.Name, s.Name, 1, 24}, limit{"description of " + s.Name, s.Description, 1, 150})
	}
	for _, l := range limits {
		t.Run(l.name, func(t *testing.T) {
			if n := utf8.RuneCountInString(l.text); n < l.min || n > l.max {
				t.Errorf("%d characters, want %d to %d", n, l.min, l.max)
			}
		})
	}
	if color := regexp.MustCompile(`^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$`); !color.MatchString(m.Display.Color) {
		t.Errorf("background color %q is no hex color", m.Display.Color)
	}
	if name := regexp.MustCompile(`^[a-z0-9._-]+$`); !name.MatchString(m.Features.Bot.Name) {
		t.Errorf("bot display name %q has characters that Slack replaces", m.Features.Bot.Name)
	}
}
