package localslack

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

type stateUser struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	RealName string `json:"real_name"`
	Locale   string `json:"locale"`
	TZ       string `json:"tz"`
	Team     string `json:"team"`
	Bot      bool   `json:"bot"`
	Stranger bool   `json:"stranger"`
	Admin    bool   `json:"admin"`
	Guest    bool   `json:"guest"`
}

type stateChannel struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Kind     Kind     `json:"kind"`
	Members  []string `json:"members"`
	Member   bool     `json:"member"` // of the acting user
	Topic    string   `json:"topic"`
	Archived bool     `json:"archived"`
	Unread   int      `json:"unread"`
}

// serveState gives everything that the acting user may see.
func (w *Workspace) serveState(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	user := r.URL.Query().Get("as")
	if user == "" {
		user = w.firstUser()
	}
	known := w.users[user] != nil && user != w.cfg.App.BotUserID
	var state json.RawMessage
	if known {
		state = mustJSON(w.state(user))
	}
	w.mu.Unlock()
	if !known {
		writeError(rw, localError{http.StatusNotFound, "user_not_found", "name a user of the workspace in ?as="})
		return
	}
	writeJSON(rw, http.StatusOK, state)
}

func (w *Workspace) firstUser() string {
	if len(w.cfg.Users) == 0 {
		return ""
	}
	return w.cfg.Users[0].ID
}

func (w *Workspace) state(user string) reply {
	channels, messages := []stateChannel{}, map[string][]Message{}
	statuses, prompts := []Status{}, []Prompts{}
	for _, id := range w.order {
		ch := w.channels[id]
		if !w.sees(user, ch) {
			continue
		}
		channels = append(channels, w.stateChannel(ch, user))
		list := append(copies(ch.msgs), w.whispersTo(user, ch)...)
		slices.SortStableFunc(list, func(a, b Message) int { return strings.Compare(a.TS, b.TS) })
		messages[id] = list
	}
	for _, key := range sortedKeys(w.status) {
		if s := w.status[key]; w.sees(user, w.channels[s.Channel]) {
			statuses = append(statuses, s)
		}
	}
	for _, key := range sortedKeys(w.prompts) {
		if p := w.prompts[key]; w.sees(user, w.channels[p.Channel]) {
			prompts = append(prompts, p)
		}
	}
	out := reply{
		"ok": true, "team": w.cfg.Team, "app": w.stateApp(), "me": w.stateUser(w.users[user]), "users": w.stateUsers(),
		"usergroups": append([]UserGroup{}, w.cfg.UserGroups...),
		"channels":   channels, "messages": messages, "statuses": statuses, "prompts": prompts, "views": w.openViews(user),
		"last_event_id": w.hub.last,
	}
	if v := w.homes[user]; v != nil {
		out["home"] = v.object(w)
	}
	return out
}

func (w *Workspace) stateApp() reply {
	app := w.cfg.App
	commands := append([]Command{}, w.cfg.Commands...)
	shortcuts := append([]Shortcut{}, w.cfg.Shortcuts...)
	return reply{
		"id": app.ID, "name": app.Name, "bot_user_id": app.BotUserID, "bot_id": app.BotID,
		"commands": commands, "shortcuts": shortcuts, "connected": len(w.conns) > 0,
		"examples": append([]string{}, w.cfg.Examples...), "home_tab": w.cfg.HomeTab, "stoppable": w.subscribed("agent_session_stopped"),
	}
}

func (w *Workspace) stateUsers() []stateUser {
	out := []stateUser{}
	for _, u := range w.cfg.Users {
		out = append(out, w.stateUser(w.users[u.ID]))
	}
	return append(out, w.stateUser(w.users[w.cfg.App.BotUserID]))
}

func (w *Workspace) stateUser(u *User) stateUser {
	return stateUser{
		ID: u.ID, Name: u.Name, RealName: u.RealName, Locale: u.Locale, TZ: u.TZ, Team: u.TeamID,
		Bot: u.BotID != "", Stranger: u.TeamID != w.cfg.Team.ID, Admin: u.Admin, Guest: u.Guest,
	}
}

func (w *Workspace) stateChannel(ch *channel, user string) stateChannel {
	s := stateChannel{ID: ch.ID, Name: ch.Name, Kind: ch.Kind, Members: slices.Clone(ch.Members), Member: ch.has(user), Topic: ch.Topic, Archived: ch.Archived}
	for _, m := range ch.msgs {
		top := m.ThreadTS == "" || m.ThreadTS == m.TS || m.Broadcast
		if s.Member && top && m.TS > ch.read[user] && m.User != user {
			s.Unread++
		}
	}
	return s
}
