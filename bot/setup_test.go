package bot

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"verbatim/bot/journal"
	"verbatim/bot/localslack"
	"verbatim/bot/memory"
)

func TestTokensAreCheckedAtTheDoor(t *testing.T) {
	const bot, app = "xoxb-1-secret", "xapp-1-secret"
	tests := []struct {
		name, bot, app string
		want           []string
	}{
		{"right", bot, app, nil},
		{"none", "", "", []string{"SLACK_BOT_TOKEN is not set", "SLACK_APP_TOKEN is not set"}},
		{"swapped", app, bot, []string{"SLACK_BOT_TOKEN holds an app-level token", "SLACK_APP_TOKEN holds a bot token"}},
		{"user token", "xoxp-1-secret", app, []string{"holds a user token", "OAuth & Permissions"}},
		{"rotated", "xoxe.xoxb-1-secret", app, []string{"refresh or rotated token"}},
		{"webhook", bot, "https://hooks.slack.com/services/secret", []string{"the URL of a webhook", "connections:write"}},
		{"line end", bot + "\n", app, []string{"white space"}},
		{"something else", "secret", app, []string{"does not begin with xoxb-"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := New(Config{BotToken: tt.bot, AppToken: tt.app, Asker: newLibrary(), Catalog: newLibrary(), Memory: new(memory.Store).Memory(), Journal: &journal.Journal{}})
			if len(tt.want) == 0 {
				if err != nil {
					t.Errorf("error %v, want none", err)
				}
				return
			}
			var setup *SetupError
			if !errors.As(err, &setup) {
				t.Fatalf("error %v, want one of the setup", err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q, want it to hold %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("error %q holds a token", err)
			}
		})
	}
}

func TestConfigIsCheckedAtTheDoor(t *testing.T) {
	right := Config{BotToken: "xoxb-1", AppToken: "xapp-1", Asker: newLibrary(), Catalog: newLibrary(), Memory: new(memory.Store).Memory(), Journal: &journal.Journal{}}
	tests := []struct {
		name   string
		change func(*Config)
		ok     bool
	}{
		{"right", func(*Config) {}, true},
		{"no asker", func(c *Config) { c.Asker = nil }, false},
		{"no catalog", func(c *Config) { c.Catalog = nil }, false},
		{"no memory", func(c *Config) { c.Memory = memory.Memory{} }, false},
		{"no journal", func(c *Config) { c.Journal = nil }, false},
		{"address without a scheme", func(c *Config) { c.APIURL = "slack.com/api/" }, false},
		{"address of another kind", func(c *Config) { c.APIURL = "ftp://slack.com/api/" }, false},
		{"address without a slash at its end", func(c *Config) { c.APIURL = "http://127.0.0.1:1/api" }, true},
		{"too many connections", func(c *Config) { c.Connections = MaxConnections + 1 }, false},
		{"fewer than none", func(c *Config) { c.Connections = -1 }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := right
			tt.change(&c)
			b, err := New(c)
			if (err == nil) != tt.ok {
				t.Fatalf("error %v, want none: %v", err, tt.ok)
			}
			if err == nil && !strings.HasSuffix(b.config.APIURL, "/") {
				t.Errorf("address %q does not end in a slash", b.config.APIURL)
			}
		})
	}
}

func TestRefusalsEndTheBot(t *testing.T) {
	for _, method := range []string{"auth.test", "apps.connections.open"} {
		for _, refusal := range []string{"invalid_auth", "not_authed", "account_inactive", "token_revoked", "not_allowed_token_type", "missing_scope"} {
			t.Run(method+" "+refusal, func(t *testing.T) {
				inWorld(t, nil, func(w *world) {
					w.slack.Faults().API(method, 1, localslack.SlackError(refusal))
					begun := time.Now()
					err := w.launch().wait()
					variable := map[string]string{"auth.test": "SLACK_BOT_TOKEN", "apps.connections.open": "SLACK_APP_TOKEN"}[method]
					var setup *SetupError
					if !errors.As(err, &setup) || !strings.Contains(err.Error(), variable) || !strings.Contains(err.Error(), refusal) {
						t.Errorf("Run: %v, want %s and %s named", err, variable, refusal)
					}
					if setup != nil && code(setup) != refusal {
						t.Errorf("the error does not lead to Slack's answer")
					}
					if took := time.Since(begun); took > 5*time.Second {
						t.Errorf("it took %v", took)
					}
				})
			})
		}
	}
}

// TestRefusalsComeBeforeOpenQuestions leaves a question open that takes long to answer.
func TestRefusalsComeBeforeOpenQuestions(t *testing.T) {
	for _, method := range []string{"auth.test", "apps.connections.open"} {
		t.Run(method, func(t *testing.T) {
			inWorld(t, func(c *localslack.Config) { c.Timing.Retries = []time.Duration{} }, func(w *world) {
				w.library.set("Slow?", slow(8*time.Second, quoting(laptopQuote)))
				ts := w.say(localslack.Ada, localslack.General, "Slow?")
				w.remembered(Incoming{Kind: KindMention, Key: "Ev1", Alias: "x", Channel: localslack.General, User: localslack.Ada, Thread: ts, Question: "Slow?", Received: time.Now()}, false)
				w.slack.Faults().API(method, DefaultConnections, localslack.SlackError("invalid_auth"))
				begun := time.Now()
				err := w.launch().wait()
				var setup *SetupError
				if took := time.Since(begun); !errors.As(err, &setup) || took > time.Second {
					t.Errorf("Run: %v after %v, want the token named at once", err, took)
				}
				if asked := w.library.questions(); len(asked) > 0 {
					t.Errorf("searched for %q before the tokens were known", asked)
				}
				wantOpen(t, w, 1)
			})
		})
	}
}

// TestOpenQuestionsDoNotWaitForASocket answers them while no connection can be opened.
func TestOpenQuestionsDoNotWaitForASocket(t *testing.T) {
	inWorld(t, func(c *localslack.Config) { c.Timing.Retries = []time.Duration{} }, func(w *world) {
		ts := w.say(localslack.Ada, localslack.General, laptopQuestion)
		w.remembered(Incoming{Kind: KindMention, Key: "Ev1", Alias: "x", Channel: localslack.General, User: localslack.Ada, Thread: ts, Question: laptopQuestion, Received: time.Now()}, false)
		w.slack.Faults().API("apps.connections.open", 1000, localslack.ServerError(500))
		b := w.launch()
		w.oneAnswer(localslack.General, time.Minute)
		b.mustStop()
		wantClosed(t, w)
	})
}

func TestScopes(t *testing.T) {
	tests := []struct {
		name    string
		granted []string
		named   string
	}{
		{"all", localslack.MinimalScopes(), ""},
		{"more", append(localslack.MinimalScopes(), "users:read"), ""},
		{"not to post", []string{"app_mentions:read", "commands", "im:history"}, "chat:write"},
		{"not to hear commands", []string{"app_mentions:read", "chat:write", "im:history"}, "commands"},
		{"not to hear mentions", []string{"commands", "chat:write", "im:history"}, "app_mentions:read"},
		{"not to hear direct messages", []string{"commands", "chat:write", "app_mentions:read"}, "im:history"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(c *localslack.Config) { c.Scopes = tt.granted }, func(w *world) {
				b := w.launch()
				if tt.named != "" {
					err := b.wait()
					var setup *SetupError
					if !errors.As(err, &setup) || !strings.Contains(setup.Problem, tt.named) || !strings.Contains(setup.Hint, "OAuth & Permissions") {
						t.Errorf("Run: %v, want the scope named, and the page", err)
					}
					return
				}
				w.pass(time.Second)
				b.mustStop()
			})
		})
	}
}

func TestSlackDownAtTheStart(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.net.breaks(&net.DNSError{Err: "no such host", Name: "slack.com"})
		b := w.launch()
		w.pass(10 * time.Minute)
		w.net.breaks(nil)
		w.slack.Faults().API("auth.test", 1, localslack.ServerError(500))
		w.slack.Faults().API("auth.test", 1, localslack.HTMLPage())
		w.slack.Faults().API("auth.test", 1, localslack.RateLimited(20))
		w.slack.Faults().API("auth.test", 1, localslack.APIFault{Body: `{"ok":false}`})
		w.pass(3 * time.Minute)
		if n := len(w.slack.Connections()); n != 2 {
			t.Errorf("%d connections, want 2", n)
		}
		b.mustStop()
	})
}

func TestStoppedBeforeSlackIsReached(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.net.breaks(errors.New("no route to host"))
		b := w.launch()
		w.pass(time.Minute)
		b.mustStop()
	})
}

func TestSetupErrorNamesScopes(t *testing.T) {
	err := asSetup("SLACK_BOT_TOKEN", "chat.postMessage", slack.SlackErrorResponse{Err: "missing_scope", Needed: "chat:write", Provided: "commands"})
	if err == nil || !strings.Contains(err.Error(), "needed: chat:write; granted: commands") {
		t.Errorf("error %v, want the scopes named", err)
	}
	if err := asSetup("SLACK_BOT_TOKEN", "chat.postMessage", context.Canceled); err != nil {
		t.Errorf("error %v, want none", err)
	}
}
