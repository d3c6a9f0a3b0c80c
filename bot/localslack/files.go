package localslack

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
)

// maxUpload is how large a file a person may put into the workspace, in bytes. Slack takes
// up to 1 GB; a test does not need that much.
const maxUpload = 32 << 20

// stored is a file with its content.
type stored struct {
	File
	user    string
	created int64
	data    []byte
}

// Upload keeps a file of user's, which a message can then carry by its ID. An empty
// mimetype is guessed from the name.
func (w *Workspace) Upload(user, name, mimetype string, data []byte) (File, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.users[user] == nil || user == w.cfg.App.BotUserID {
		return File{}, errNoUser
	}
	if strings.TrimSpace(name) == "" || len(data) > maxUpload {
		return File{}, refuse(http.StatusBadRequest, "invalid_file", "a file needs a name and at most %d bytes", maxUpload)
	}
	if len(data) == 0 {
		return File{}, refuse(http.StatusBadRequest, "file_empty", "the file %q is empty", name)
	}
	return w.store(user, File{Name: name, Mimetype: mimetype}, data), nil
}

// store keeps a file. The caller holds w.mu.
func (w *Workspace) store(user string, f File, data []byte) File {
	if f.ID == "" {
		f.ID = w.id("F")
	}
	f.Name = path.Base(strings.ReplaceAll(f.Name, `\`, "/"))
	if kind, _, err := mime.ParseMediaType(f.Mimetype); err == nil && kind != "" && kind != "application/octet-stream" {
		f.Mimetype = kind
	} else if kind, _, err := mime.ParseMediaType(mime.TypeByExtension(path.Ext(f.Name))); err == nil {
		f.Mimetype = kind
	}
	f.Size = len(data)
	w.files[f.ID] = &stored{File: f, user: user, created: w.cfg.Now().Unix(), data: data}
	return f
}

// attach finds the files that a message of user's names. One that was never uploaded has
// a name and no content.
func (w *Workspace) attach(user string, list []File) ([]File, error) {
	var out []File
	for _, f := range list {
		s := w.files[f.ID]
		switch {
		case s != nil && s.user != user:
			return nil, refuse(http.StatusForbidden, "file_not_found", "the file %s is someone else's", f.ID)
		case s != nil:
			out = append(out, s.File)
		default:
			out = append(out, w.store(user, f, nil))
		}
	}
	return out, nil
}

// shares lists the channels in which a message carries the file.
func (w *Workspace) shares(id string) []*channel {
	var out []*channel
	for _, key := range w.order {
		ch := w.channels[key]
		if slices.ContainsFunc(ch.msgs, func(m *Message) bool {
			return slices.ContainsFunc(m.Files, func(f File) bool { return f.ID == id })
		}) {
			out = append(out, ch)
		}
	}
	return out
}

// mayRead reports whether user sees a message with the file, or brought it.
func (w *Workspace) mayRead(user string, s *stored) bool {
	return s.user == user || slices.ContainsFunc(w.shares(s.ID), func(ch *channel) bool { return w.sees(user, ch) })
}

// fileObject is a file as events and files.info give it.
func (w *Workspace) fileObject(f File) reply {
	o := reply{"id": f.ID, "name": f.Name, "title": f.Name, "mimetype": f.Mimetype, "size": f.Size, "mode": "hosted", "file_access": "visible"}
	s := w.files[f.ID]
	if s == nil {
		return o
	}
	ext := strings.TrimPrefix(path.Ext(f.Name), ".")
	base := w.base + "/files-pri/" + w.cfg.Team.ID + "-" + f.ID + "/"
	name := url.PathEscape(f.Name)
	for key, v := range map[string]any{
		"user": s.user, "created": s.created, "timestamp": s.created, "filetype": ext, "pretty_type": strings.ToUpper(ext),
		"user_team": w.users[s.user].TeamID, "editable": false, "is_external": false, "external_type": "", "is_public": false,
		"public_url_shared": false, "display_as_bot": false, "username": "", "url_private": base + name,
		"url_private_download": base + "download/" + name, "permalink": w.teamURL() + "files/" + s.user + "/" + f.ID + "/" + name, "has_rich_preview": false,
	} {
		o[key] = v
	}
	return o
}

func filesInfo(w *Workspace, req *request) (reply, *failure) {
	s := w.files[req.text("file")]
	if s == nil || !w.mayRead(w.cfg.App.BotUserID, s) {
		return nil, fail("file_not_found")
	}
	o := w.fileObject(s.File)
	o["channels"], o["groups"], o["ims"] = []string{}, []string{}, []string{}
	for _, ch := range w.shares(s.ID) {
		key := map[Kind]string{Direct: "ims", Private: "groups"}[ch.Kind]
		if key == "" {
			key = "channels"
		}
		o[key] = append(o[key].([]string), ch.ID)
	}
	return reply{"file": o, "comments": []any{}, "response_metadata": cursor("")}, nil
}

// serveFile gives a file to the app, by its token. Whoever may not read it gets the page on
// which people sign in, with status 200, as from Slack.
func (w *Workspace) serveFile(rw http.ResponseWriter, r *http.Request) {
	_, id, _ := strings.Cut(r.PathValue("file"), "-")
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	w.mu.Lock()
	s := w.files[id]
	allowed := s != nil && token == w.cfg.BotToken && w.allowed(words("files:read"), false) == nil && w.mayRead(w.cfg.App.BotUserID, s)
	w.mu.Unlock()
	call := Call{Method: "file", Args: map[string]any{"file": id}, Time: w.cfg.Now()}
	if !allowed {
		w.record(call, http.StatusOK, "not_authed")
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(rw, "<!DOCTYPE html><html lang=\"en\"><head><title>Sign in</title></head><body><h1>Sign in to your workspace</h1></body></html>\n")
		return
	}
	w.record(call, http.StatusOK, "")
	send(rw, s, s.Mimetype)
}

// serveOwnFile gives a file to a person of the page.
func (w *Workspace) serveOwnFile(rw http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	w.mu.Lock()
	s := w.files[q.Get("id")]
	allowed := s != nil && w.users[q.Get("as")] != nil && w.mayRead(q.Get("as"), s)
	w.mu.Unlock()
	if !allowed {
		writeError(rw, localError{http.StatusNotFound, "file_not_found", "there is no such file for this user"})
		return
	}
	send(rw, s, "application/octet-stream") // so that no browser runs it, wherever a page names it
}

// send writes a file as a download: what a browser would show is never shown as a page.
func send(rw http.ResponseWriter, s *stored, mimetype string) {
	rw.Header().Set("Content-Type", mimetype)
	rw.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": s.Name}))
	_, _ = rw.Write(s.data) // a caller that has gone needs no file
}

// serveUpload takes the bytes of a file from a person.
func (w *Workspace) serveUpload(rw http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxUpload))
	if err != nil {
		writeError(rw, localError{http.StatusRequestEntityTooLarge, "file_too_large", fmt.Sprintf("a file has at most %d bytes", maxUpload)})
		return
	}
	q := r.URL.Query()
	f, err := w.Upload(q.Get("as"), q.Get("name"), r.Header.Get("Content-Type"), data)
	if err != nil {
		writeError(rw, err)
		return
	}
	writeJSON(rw, http.StatusOK, reply{"ok": true, "file": f})
}
