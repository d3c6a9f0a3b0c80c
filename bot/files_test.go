package bot

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"verbatim/bot/localslack"
	"verbatim/bot/rights"
)

// send puts files into a conversation as a user, with a text.
func (w *world) send(user, channel, text string, files map[string]string) {
	w.t.Helper()
	message := localslack.SayArgs{As: user, Channel: channel, Text: text}
	for name, content := range files {
		f, err := w.slack.Upload(user, name, "", []byte(content))
		if err != nil {
			w.t.Fatal(err)
		}
		message.Files = append(message.Files, f)
	}
	if _, err := w.slack.Post(message); err != nil {
		w.t.Fatal(err)
	}
	w.pass(5 * time.Second)
}

// last is the bot's last message to a user.
func (w *world) last(user string) string {
	w.t.Helper()
	all := w.answers(w.slack.DM(user))
	if len(all) == 0 {
		w.t.Fatalf("%s is told nothing", user)
	}
	return all[len(all)-1].Text
}

// TestFilesFromSlack has files sent to the bot: by an admin, by others, with words, and where the bot
// lacks the right to read them.
func TestFilesFromSlack(t *testing.T) {
	for _, granted := range []bool{true, false} {
		t.Run(fmt.Sprintf("granted %t", granted), func(t *testing.T) {
			inWorld(t, func(c *localslack.Config) {
				if granted {
					c.Scopes = append(c.Scopes, "files:read")
				}
			}, func(w *world) {
				s := &keptDocuments{files: map[string]string{}}
				w.change = func(c *Config) {
					c.Rules, c.Desk.Documents, c.Desk.MaxFile = rights.Rules{Admins: []string{localslack.Ada}}, s, 100
				}
				b := w.start()
				ada := w.slack.DM(localslack.Ada)
				w.slack.Faults().Duplicate(1, true)
				w.send(localslack.Ada, ada, "", map[string]string{"leave.md": "# Leave\n\nThirty days."})
				if !granted {
					if got := w.last(localslack.Ada); got != english().WordsOnly {
						t.Errorf("without the right it says %q", got)
					}
					b.mustStop()
					return
				}
				if all := w.answers(ada); len(all) != 1 || !strings.Contains(all[0].Text, "leave") || !strings.Contains(all[0].Text, "1 document added.") {
					t.Errorf("it says %q, want one message with the name and the report", texts(all))
				}
				w.send(localslack.Ada, ada, "", map[string]string{"scan <!channel>.pdf": "%PDF"})
				if got := w.last(localslack.Ada); !strings.Contains(got, "recognised (OCR)") || strings.Contains(got, "<!channel>") {
					t.Errorf("of a file that cannot be read it says %q", got)
				}
				w.send(localslack.Ada, ada, "", map[string]string{"large.txt": strings.Repeat("x", 101)})
				if got := w.last(localslack.Ada); !strings.Contains(got, "larger than") {
					t.Errorf("of a large file it says %q", got)
				}
				w.send(localslack.Ada, ada, laptopQuestion, map[string]string{"photo.txt": "?"})
				if got := w.last(localslack.Ada); !strings.Contains(got, laptopQuote) || !strings.Contains(got, english().NotRead) {
					t.Errorf("a question with a file is answered %q", got)
				}
				w.send(localslack.Mei, w.slack.DM(localslack.Mei), "", map[string]string{"mine.txt": "Mine."})
				if got := w.last(localslack.Mei); got != english().WordsOnly {
					t.Errorf("who is no admin is told %q", got)
				}
				w.send(localslack.Ada, localslack.General, "", map[string]string{"said.txt": "In a channel."})
				if len(s.files) != 1 || s.files["leave.md"] != "# Leave\n\nThirty days." {
					t.Errorf("taken %q, want leave.md alone", s.files)
				}
				w.slack.SendEnvelope(typeEvent, json.RawMessage(`{"type":"event_callback","team_id":"T0LOCAL","event_id":"Ev9","event":{"type":"message","subtype":"file_share","channel_type":"im","user":"`+
					localslack.Ada+`","text":"","ts":"9.1","channel":"`+ada+`","files":[{"name":"x.txt","size":1,"url_private_download":"https://files.slack.com.example/x"},7]}}`))
				w.pass(5 * time.Second)
				if got := w.last(localslack.Ada); !strings.Contains(got, "does not lie at Slack") {
					t.Errorf("of a file elsewhere it says %q", got)
				}
				b.mustStop()
			})
		})
	}
}

// TestFileIsFetchedFromSlackAlone has a Slack give files in all the ways it may, and looks who saw the token.
func TestFileIsFetchedFromSlackAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		seen := map[string]int{}
		mux := http.NewServeMux()
		mux.HandleFunc("/", func(rw http.ResponseWriter, r *http.Request) {
			mu.Lock()
			seen[r.Host+r.URL.Path]++
			n := seen[r.Host+r.URL.Path]
			mu.Unlock()
			if r.Header.Get("Authorization") != "Bearer xoxb-secret" {
				t.Errorf("%s is asked without the token", r.URL)
			}
			switch r.URL.Path {
			case "/elsewhere":
				http.Redirect(rw, r, "http://evil.example/", http.StatusFound)
			case "/page":
				rw.Header().Set("Content-Type", "text/html; charset=utf-8")
				fmt.Fprint(rw, "Sign in")
			case "/busy":
				if n < fetchTries {
					rw.WriteHeader(http.StatusServiceUnavailable)
					return
				}
				fmt.Fprint(rw, "12345")
			case "/endless":
				for range 100 {
					fmt.Fprint(rw, strings.Repeat("x", 100))
				}
			default:
				rw.Header().Set("Content-Type", "text/plain")
				fmt.Fprint(rw, "12345")
			}
		})
		network, server := newInMemory(), &http.Server{Handler: mux}
		var serving sync.WaitGroup
		serving.Go(func() { _ = server.Serve(network) })
		transport := &http.Transport{DialContext: network.dial}
		f := &files{api: &url.URL{Scheme: "http", Host: "slack.test"}, client: straight(transport, fetchWithin), token: "xoxb-secret"}
		for _, tt := range []struct {
			name string
			file File
			want error
		}{
			{"whole", File{URL: "http://slack.test/a", Size: 5}, nil},
			{"of unknown size", File{URL: "http://slack.test/a"}, nil},
			{"after two refusals", File{URL: "http://slack.test/busy", Size: 5}, nil},
			{"another file", File{URL: "http://slack.test/a", Size: 4}, errFileDiffers},
			{"too large, as it says", File{URL: "http://slack.test/a", Size: 1001}, tooLarge(1000)},
			{"too large, as it is", File{URL: "http://slack.test/endless"}, tooLarge(1000)},
			{"a page to sign in", File{URL: "http://slack.test/page"}, errFileNotGiven},
			{"a page to sign in for a page", File{URL: "http://slack.test/page", Size: 5, Mimetype: "text/html"}, errFileDiffers},
			{"a redirect", File{URL: "http://slack.test/elsewhere"}, errFileNotGiven},
			{"no address", File{}, errFileElsewhere},
			{"another host", File{URL: "http://evil.example/a"}, errFileElsewhere},
			{"a host that looks alike", File{URL: "https://slack.com.evil.example/a"}, errFileElsewhere},
			{"Slack's host without TLS", File{URL: "http://files.slack.com/a"}, errFileElsewhere},
			{"a name before the host", File{URL: "https://files.slack.com@evil.example/a"}, errFileElsewhere},
			{"a file of this machine", File{URL: "file:///etc/passwd"}, errFileElsewhere},
		} {
			data, err := f.fetch(t.Context(), tt.file, 1000)
			if !errors.Is(err, tt.want) && fmt.Sprint(err) != fmt.Sprint(tt.want) || tt.want == nil && string(data) != "12345" {
				t.Errorf("%s: %q, %v, want %v", tt.name, data, err, tt.want)
			}
		}
		for place := range seen {
			if !strings.HasPrefix(place, "slack.test/") {
				t.Errorf("%s was asked", place)
			}
		}
		transport.CloseIdleConnections()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		serving.Wait()
	})
}

// FuzzFiles decodes what claims to be a message with files.
func FuzzFiles(f *testing.F) {
	f.Add([]byte(`{"type":"event_callback","event_id":"E","event":{"type":"message","subtype":"file_share","channel_type":"im","user":"U1","ts":"1.1","channel":"D1","files":[{"name":"a","size":1,"url_private_download":"u"}]}}`))
	f.Add([]byte(`{"type":"event_callback","event":{"type":"message","subtype":"file_share","channel":"D1","user":"U1","ts":"1","files":[null,[],{"name":[]},{"size":"x"}]}}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		a, is := decodeFiles(Envelope{Type: typeEvent, Payload: payload}, Self{UserID: "UBOT", BotID: "B1", TeamID: "T1"})
		if !is {
			return
		}
		if a.Name != actFiles || a.User == "" || a.User == "UBOT" || len(a.Files) == 0 {
			t.Errorf("%q is %+v", payload, a)
		}
		for _, file := range a.Files {
			if len([]rune(file.Name)) > maxFileName {
				t.Errorf("a name of %d characters", len([]rune(file.Name)))
			}
		}
	})
}
