package localslack

import "slices"

// What the people who look after an app do to it, and what they forget.

// connectionsWrite is the scope that an app-level token needs for Socket Mode.
const connectionsWrite = "connections:write"

// socketModeOff is the warning of apps.connections.open while Socket Mode is off. Slack gives an address
// all the same, the socket says hello, and no event comes. Seen in reports of users; not documented.
const socketModeOff = "[WARN] Socket Mode is not turned on."

// Revoke makes every call with a token fail with a code such as token_revoked, token_expired or
// account_inactive; "" makes the token good again. Without their token the sockets of the app are cut.
func (w *Workspace) Revoke(token, code string) {
	w.mu.Lock()
	w.revoked[token] = code
	conns := slices.Clone(w.conns)
	w.mu.Unlock()
	if code == "" || token != w.cfg.AppToken {
		return
	}
	for _, c := range conns {
		c.cut()
	}
}

// SetScopes changes what the bot token may do, as a new installation of the app does.
func (w *Workspace) SetScopes(scopes ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cfg.Scopes = scopes
}

// SocketMode switches Socket Mode off, or on again. Sockets that are open are told so, and those that are
// opened hear nothing.
func (w *Workspace) SocketMode(on bool) {
	w.mu.Lock()
	was := w.socketOff
	w.socketOff = !on
	w.mu.Unlock()
	if !on && !was {
		w.Disconnect(0, "link_disabled")
	}
}
