package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"time"

	"verbatim/bot/rights"
)

// Files that people send to the bot directly. Those of admins become documents; see documents.go.

const (
	// scopeFiles is the right to read files, which is optional. Source: docs.slack.dev,
	// reference/scopes/files.read.
	scopeFiles = "files:read"
	// fetchWithin is how long one try to get a file may take.
	fetchWithin = 2 * time.Minute
	// fetchTries is how often a file is asked for.
	fetchTries = 3
	// maxFileName is the most characters of a file's name that are kept.
	maxFileName = 255
)

var (
	errFileElsewhere = errors.New("the file does not lie at Slack: download it, and send me the file itself")
	errFileNotGiven  = errors.New("the file was not to be had from Slack: look whether it is still there, and whether the app has the scope " + scopeFiles)
	errFileDiffers   = errors.New("what Slack gave me is not the whole file: please send it again")
)

// A File is a file at Slack, as an event tells of it. Nothing of it is believed.
type File struct {
	Name string `json:"name"`
	// URL takes the bot's token.
	URL string `json:"url_private_download"`
	// Size is in bytes, 0 when it is not known.
	Size     int64  `json:"size"`
	Mimetype string `json:"mimetype"`
}

// decodeFiles looks for files that a person sends the bot directly without a word. With words they come
// with a question.
func decodeFiles(e Envelope, self Self) (Act, bool) {
	var c callback
	if e.Type != typeEvent || lenient(e.Payload, &c) != nil || c.Type != "event_callback" {
		return Act{}, false
	}
	ev := c.Event
	if ev.Type != "message" || ev.Subtype != actFiles || !ev.direct() || drop(ev, self) != Taken {
		return Act{}, false
	}
	if text, _ := Question(ev.Text, self.UserID); text != "" {
		return Act{}, false
	}
	a := Act{
		Name: actFiles, Key: cmp.Or(c.EventID, e.ID), Team: cmp.Or(c.TeamID, self.TeamID), User: ev.User, Channel: ev.Channel, Message: ev.TS, Alone: true,
		External: c.External || foreign(self.TeamID, c.TeamID) || foreign(self.TeamID, ev.UserTeam) || foreign(self.TeamID, ev.SourceTeam),
	}
	for _, raw := range ev.Files {
		var f File
		if lenient(raw, &f) != nil {
			f = File{}
		}
		f.Name = firstRunes(f.Name, maxFileName)
		a.Files = append(a.Files, f)
	}
	a, reason := checkAct(a)
	return a, reason == Taken && len(a.Files) > 0
}

// takesFiles says whether the files of an act become documents. Else they are answered as a message is
// that holds no words.
func (b *Bot) takesFiles(a Act) bool {
	return b.mayFetch && b.config.Desk.Documents != nil && b.may(a, rights.Administer)
}

// files gets files from Slack, and shows the bot's token to nobody else.
type files struct {
	client *http.Client
	api    *url.URL
	token  string
}

// fetch gets a file of at most so many bytes.
func (f *files) fetch(ctx context.Context, file File, most int64) ([]byte, error) {
	switch {
	case !ofSlack(f.api, file.URL):
		return nil, errFileElsewhere
	case file.Size > most:
		return nil, tooLarge(most)
	}
	for try := 1; ; try++ {
		data, again, err := f.get(ctx, file, most)
		if err == nil || !again || try == fetchTries || !sleep(ctx, backoff(try)) {
			return data, err
		}
	}
}

// tooLarge says that a file has more bytes than are taken.
func tooLarge(most int64) error {
	return fmt.Errorf("the file is larger than %d MiB: send me its parts, or put it where the documents are kept", most>>20)
}

// get makes one try. Again says that another one may do better. Slack answers a token that may not see
// a file with a page on which people sign in, and with success.
func (f *files) get(ctx context.Context, file File, most int64) (data []byte, again bool, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, file.URL, nil)
	if err != nil {
		return nil, false, errFileElsewhere
	}
	request.Header.Set("Authorization", "Bearer "+f.token)
	answer, err := f.client.Do(request)
	if err != nil {
		return nil, true, fmt.Errorf("get the file from Slack: %w", withoutURL(err))
	}
	defer answer.Body.Close()
	kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type")) // "" like no file's
	switch {
	case answer.StatusCode == http.StatusTooManyRequests || answer.StatusCode >= http.StatusInternalServerError:
		return nil, true, fmt.Errorf("get the file from Slack: HTTP %d", answer.StatusCode)
	case answer.StatusCode != http.StatusOK, kind == "text/html" && file.Mimetype != kind:
		return nil, false, errFileNotGiven
	}
	data, err = io.ReadAll(io.LimitReader(answer.Body, most+1))
	switch {
	case err != nil:
		return nil, true, fmt.Errorf("get the file from Slack: %w", withoutURL(err))
	case int64(len(data)) > most:
		return nil, false, tooLarge(most)
	case file.Size > 0 && int64(len(data)) != file.Size:
		return nil, false, errFileDiffers
	}
	return data, false, nil
}
