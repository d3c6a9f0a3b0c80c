package bot

import (
	"strings"
	"testing"
	"time"

	"verbatim/bot/localslack"
)

// TestFault11RefusedWhileRunning has Slack refuse tokens that worked. The bot goes on, is not ready, makes no
// storm, says so once, and works again once they are good; what was asked meanwhile is answered then.
func TestFault11RefusedWhileRunning(t *testing.T) {
	for _, code := range []string{"token_revoked", "invalid_auth", "token_expired", "account_inactive"} {
		t.Run("app-level token "+code, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				b := w.start()
				w.pass(time.Minute)
				tried := w.calls("apps.connections.open")
				w.slack.Revoke(w.slack.Config().AppToken, code)
				w.pass(10 * time.Minute)
				// Both connections find out, and then there is one try every half minute.
				if n := w.calls("apps.connections.open") - tried; n < 10 || n > 2+20 {
					t.Errorf("%d tries in ten minutes, want one every half minute", n)
				}
				w.wantRefused(b, AppTokenName, code)
				w.slack.Revoke(w.slack.Config().AppToken, "")
				w.pass(90 * time.Second)
				w.wantAnswers(b)
			})
		})
		t.Run("bot token "+code, func(t *testing.T) {
			inWorld(t, func(c *localslack.Config) { c.Timing.Retries = []time.Duration{} }, func(w *world) {
				b := w.start()
				w.slack.Revoke(w.slack.Config().BotToken, code)
				asked := []string{w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion), w.say(localslack.Grace, localslack.News, "@verbatim "+laptopQuestion)}
				w.pass(time.Minute)
				tried := w.calls("chat.postMessage") + w.calls("auth.test")
				w.pass(10 * time.Minute)
				if n := w.calls("chat.postMessage") + w.calls("auth.test") - tried; n < 10 || n > 21 {
					t.Errorf("%d tries in ten minutes, want one every half minute", n)
				}
				w.wantRefused(b, BotTokenName, code)
				if n := b.config.Journal.Stats().Open; n != len(asked) {
					t.Errorf("%d questions are open, want %d", n, len(asked))
				}
				w.slack.Revoke(w.slack.Config().BotToken, "")
				w.oneAnswer(localslack.General, 3*time.Minute)
				w.oneAnswer(localslack.News, time.Minute)
				w.wantAnswers(b)
			})
		})
	}
}

// TestFault11QuietRevocation takes the bot token away while nothing is asked.
func TestFault11QuietRevocation(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		w.slack.Revoke(w.slack.Config().BotToken, "token_revoked")
		w.pass(checkEvery + time.Minute)
		w.wantRefused(b, BotTokenName, "token_revoked")
		b.mustStop()
	})
}

// TestFault11ScopeTakenAway installs the app anew with fewer scopes.
func TestFault11ScopeTakenAway(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		w.slack.SetScopes("app_mentions:read", "commands", "im:history")
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		w.pass(5 * time.Minute)
		w.wantRefused(b, BotTokenName, "chat:write")
		w.slack.SetScopes(localslack.MinimalScopes()...)
		w.oneAnswer(localslack.General, 3*time.Minute)
		w.wantAnswers(b)
	})
}

// TestFault11WrongWorkspace gives the bot a token of another workspace than it was set up for.
func TestFault11WrongWorkspace(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.change = func(c *Config) { c.Team = "T0ELSEWHERE" }
		begun := time.Now()
		err := w.launch().wait()
		if err == nil || !strings.Contains(err.Error(), BotTokenName) || !strings.Contains(err.Error(), "T0LOCAL") || !strings.Contains(err.Error(), "T0ELSEWHERE") {
			t.Errorf("Run: %v, want both workspaces and the token named", err)
		}
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("it took %v", took)
		}
		w.change = func(c *Config) { c.Team = w.slack.Config().Team.ID }
		w.start().mustStop()
	})
}

// wantRefused wants the bot to be running and unready, and to have said so once, without a token.
func (w *world) wantRefused(b *runningBot, token, why string) {
	w.t.Helper()
	err := b.Refused()
	if err == nil || !strings.Contains(err.Error(), token) || !strings.Contains(err.Error(), why) {
		w.t.Errorf("refused: %v, want %s and %s named", err, token, why)
	}
	log := w.log.String()
	if n := strings.Count(log, "level=ERROR msg=\"slack refuses"); n != 1 {
		w.t.Errorf("the log says so %d times, want once", n)
	}
	for _, secret := range []string{w.slack.Config().BotToken, w.slack.Config().AppToken} {
		if strings.Contains(log, secret) || err != nil && strings.Contains(err.Error(), secret) {
			w.t.Error("a token is told")
		}
	}
}

// wantAnswers wants a bot whose tokens are good again to answer, and to stop.
func (w *world) wantAnswers(b *runningBot) {
	w.t.Helper()
	if err := b.Refused(); err != nil || b.Stats().Connections == 0 {
		w.t.Errorf("refused: %v, with %d connections, want none and some", err, b.Stats().Connections)
	}
	w.say(localslack.Ada, localslack.Leaders, "@verbatim "+laptopQuestion)
	w.oneAnswer(localslack.Leaders, time.Minute)
	b.mustStop()
	wantClosed(w.t, w)
}

// TestFault11RefusedWhileInDoubt has the token refused while nobody knows whether an answer stands: it is neither said
// again without a look, nor left for hours, once the token is good.
func TestFault11RefusedWhileInDoubt(t *testing.T) {
	for name, tt := range map[string]struct {
		channel string
		fault   localslack.APIFault
	}{
		"it stands where the bot may look":             {"", localslack.LostReply()},
		"it does not stand where the bot may not look": {localslack.General, localslack.APIFault{CutReply: true}},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				b := w.start()
				channel, question := tt.channel, "@verbatim "+laptopQuestion
				if channel == "" {
					channel, question = w.slack.DM(localslack.Ada), laptopQuestion
				}
				w.slack.Faults().API("chat.postMessage", 1, tt.fault)
				w.say(localslack.Ada, channel, question)
				for w.called("chat.postMessage") == 0 {
					w.pass(time.Millisecond)
				}
				w.slack.Revoke(w.slack.Config().BotToken, "token_revoked")
				w.pass(time.Minute)
				if err := b.Refused(); err == nil {
					t.Error("it does not know that its token is refused")
				}
				w.slack.Revoke(w.slack.Config().BotToken, "")
				w.pass(5 * time.Minute)
				w.oneAnswer(channel, time.Second)
				b.mustStop()
				wantClosed(t, w)
			})
		})
	}
}
