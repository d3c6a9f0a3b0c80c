package localslack

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

var localeName = regexp.MustCompile(`^[a-z]{2,3}-[A-Z0-9]{2,4}$`)

// SetLocale changes the language that user has chosen, as users.info gives it.
func (w *Workspace) SetLocale(user, locale string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	u := w.users[user]
	switch {
	case u == nil || user == w.cfg.App.BotUserID:
		return errNoUser
	case !localeName.MatchString(locale):
		return refuse(http.StatusBadRequest, "invalid_locale", "a locale looks like en-GB")
	}
	u.Locale = locale
	s := w.stateUser(u)
	w.publish(update{Type: "user", User: &s}, nil)
	if w.subscribed("user_change") {
		w.emit(nil, map[string]any{"type": "user_change", "user": w.userObject(u, true), "cache_ts": w.cfg.Now().Unix(), "event_ts": w.timestamp()})
	}
	return nil
}

// Unfurl gives a message the previews of its links, as Slack does by itself some moments
// after it was posted: the app hears of a change that changes nothing in the text.
func (w *Workspace) Unfurl(user, channel, ts string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, m, err := w.at(user, channel, ts)
	if err != nil {
		return err
	}
	var l live
	l.mrkdwn(m.Text, "text", true, false)
	if len(l.links) == 0 || m.Ephemeral {
		return refuse(http.StatusBadRequest, "no_link", "the message has no link to show a preview of")
	}
	before := m.clone()
	previews := []any{}
	for i, link := range l.links {
		previews = append(previews, map[string]any{"id": i + 1, "from_url": link.URL, "original_url": link.URL, "fallback": link.URL, "title": link.URL, "title_link": link.URL})
	}
	m.Attachments = mustJSON(previews)
	w.changedMessage(ch, m)
	w.messageEvent(ch, m, &before)
	return nil
}

// group finds a user group by its handle, whatever its case.
func (w *Workspace) group(handle string) *UserGroup {
	i := slices.IndexFunc(w.cfg.UserGroups, func(g UserGroup) bool { return strings.EqualFold(g.Handle, handle) })
	if i < 0 {
		return nil
	}
	return &w.cfg.UserGroups[i]
}

func userGroupsUsers(w *Workspace, req *request) (reply, *failure) {
	for _, g := range w.cfg.UserGroups {
		if g.ID == req.text("usergroup") {
			return reply{"users": append([]string{}, g.Users...)}, nil
		}
	}
	return nil, fail("no_such_subteam")
}
