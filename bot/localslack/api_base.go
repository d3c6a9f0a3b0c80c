package localslack

import (
	"net/url"
	"strings"
)

func apiTest(w *Workspace, req *request) (reply, *failure) {
	if code := req.text("error"); code != "" {
		return nil, &failure{code: "internal_error", extra: reply{"error": code, "args": req.args}}
	}
	return reply{"args": req.args}, nil
}

func authTest(w *Workspace, req *request) (reply, *failure) {
	app, team := w.cfg.App, w.cfg.Team
	if !req.bot {
		return reply{"app_name": app.Name, "app_id": w.cfg.AppOf}, nil
	}
	return reply{
		"url": w.teamURL(), "team": team.Name, "user": app.Name,
		"team_id": team.ID, "user_id": app.BotUserID, "bot_id": app.BotID, "is_enterprise_install": false,
	}, nil
}

func (w *Workspace) teamURL() string { return "https://" + w.cfg.Team.Domain + ".slack.com/" }

// connectionsOpen hands out a ticket that opens one WebSocket.
func connectionsOpen(w *Workspace, req *request) (reply, *failure) {
	if w.base == "" {
		w.base = "http://" + req.host
	}
	ticket, scheme := w.secret(), "ws"
	w.tickets[ticket] = true
	if req.secure {
		scheme = "wss"
	}
	q := url.Values{"ticket": {ticket}, "app_id": {w.cfg.AppOf}}
	out := reply{"url": scheme + "://" + req.host + "/link/?" + q.Encode()}
	if w.socketOff {
		out["response_metadata"] = reply{"messages": []string{socketModeOff}}
	}
	return out, nil
}

func teamInfo(w *Workspace, req *request) (reply, *failure) {
	team := w.cfg.Team
	if id := req.text("team"); id != "" && id != team.ID {
		return nil, fail("team_not_found")
	}
	return reply{"team": reply{"id": team.ID, "name": team.Name, "domain": team.Domain, "url": w.teamURL(), "email_domain": "", "icon": reply{"image_default": true}}}, nil
}

func botsInfo(w *Workspace, req *request) (reply, *failure) {
	id, app := req.text("bot"), w.cfg.App
	for _, u := range w.users {
		if u.BotID != "" && (u.BotID == id || id == "" && u.BotID == app.BotID) {
			bot := reply{"id": u.BotID, "deleted": u.Deleted, "name": u.Name, "updated": 0, "user_id": u.ID, "icons": reply{}}
			if u.BotID == app.BotID {
				bot["app_id"] = app.ID
			}
			return reply{"bot": bot}, nil
		}
	}
	return nil, fail("bot_not_found")
}

func usersInfo(w *Workspace, req *request) (reply, *failure) {
	u := w.users[req.text("user")]
	if u == nil {
		return nil, fail("user_not_found")
	}
	return reply{"user": w.userObject(u, req.flag("include_locale"))}, nil
}

func usersList(w *Workspace, req *request) (reply, *failure) {
	ids, next, f := page(req, sortedKeys(w.users), maxPage, maxPage)
	if f != nil {
		return nil, f
	}
	members := make([]reply, len(ids))
	for i, id := range ids {
		members[i] = w.userObject(w.users[id], req.flag("include_locale"))
	}
	return reply{"members": members, "cache_ts": w.cfg.Now().Unix(), "response_metadata": cursor(next)}, nil
}

// userObject is a user as users.info gives it.
func (w *Workspace) userObject(u *User, locale bool) reply {
	name := strings.TrimSpace(u.RealName)
	o := reply{
		"id": u.ID, "team_id": u.TeamID, "name": u.Name, "deleted": u.Deleted, "real_name": name, "tz": u.TZ,
		"is_admin": u.Admin, "is_owner": false, "is_primary_owner": false, "is_restricted": u.Guest, "is_ultra_restricted": false,
		"is_bot": u.BotID != "", "is_app_user": false, "updated": 0,
		"profile": reply{"real_name": name, "real_name_normalized": name, "display_name": u.Name, "display_name_normalized": u.Name, "team": u.TeamID},
	}
	if u.TeamID != w.cfg.Team.ID {
		o["is_stranger"] = true
	}
	if locale {
		o["locale"] = u.Locale
	}
	if u.BotID == w.cfg.App.BotID {
		o["profile"].(reply)["api_app_id"], o["profile"].(reply)["bot_id"] = w.cfg.App.ID, u.BotID
	}
	return o
}

func userGroupsList(w *Workspace, req *request) (reply, *failure) {
	groups := []reply{}
	for _, g := range w.cfg.UserGroups {
		o := reply{"id": g.ID, "team_id": w.cfg.Team.ID, "is_usergroup": true, "name": g.Name, "handle": g.Handle, "user_count": len(g.Users), "date_delete": 0}
		if req.flag("include_users") {
			o["users"] = g.Users
		}
		groups = append(groups, o)
	}
	return reply{"usergroups": groups}, nil
}
