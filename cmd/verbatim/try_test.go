package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// startTry runs 'verbatim try' until the test ends and returns the address of its page.
func startTry(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	in, out := io.Pipe()
	done := make(chan int, 1)
	var errs bytes.Buffer
	go func() {
		code := run(ctx, append([]string{"try", "--no-browser", "--addr", "127.0.0.1:0"}, args...), streams{in: &bytes.Buffer{}, out: out, err: &errs})
		out.Close()
		done <- code
	}()
	found := make(chan string, 1)
	go func() {
		address := regexp.MustCompile(`http://[0-9.:]+/`)
		for lines := bufio.NewScanner(in); lines.Scan(); {
			if url := address.FindString(lines.Text()); url != "" {
				found <- url
			}
		}
		close(found)
	}()
	t.Cleanup(func() {
		cancel()
		if code := <-done; code != 0 {
			t.Errorf("exit code %d\n%s", code, &errs)
		}
	})
	url, ok := <-found
	if !ok {
		t.Fatalf("it ended without saying where the page is\n%s", &errs)
	}
	return url
}

// watch reads what a user sees happen, until match accepts an event.
func watch(t *testing.T, url, user string, act func(), match func(event string) bool) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"local/events?as="+user, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	act()
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && match(data) {
			return data
		}
	}
	t.Fatalf("the events of %s ended: %v", user, lines.Err())
	return ""
}

func post(t *testing.T, url, path string, body map[string]string) {
	t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(url+"local/"+path, "application/json", bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if reply, _ := io.ReadAll(res.Body); res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", path, reply)
	}
}

// directMessages returns the channel of a user's direct messages with the bot.
func directMessages(t *testing.T, url, user string) string {
	t.Helper()
	res, err := http.Get(url + "local/state?as=" + user)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var state struct {
		Channels []struct{ ID, Kind string }
	}
	if err := json.NewDecoder(res.Body).Decode(&state); err != nil {
		t.Fatal(err)
	}
	for _, c := range state.Channels {
		if c.Kind == "im" {
			return c.ID
		}
	}
	t.Fatalf("%s has no direct messages: %+v", user, state)
	return ""
}

// TestTry asks in the three ways, over the wire, as the page does.
func TestTry(t *testing.T) {
	url := startTry(t)
	const quote = "call was prompted by the recent U.S. bombing of Iran’s nuclear sites."
	answered := func(event string) bool {
		return strings.Contains(event, quote) && strings.Contains(event, "Quoted word for word from 1 of 2 documents")
	}
	const question = "How long did the call last?"
	t.Run("mention", func(t *testing.T) {
		event := watch(t, url, "U0ADA", func() {
			post(t, url, "say", map[string]string{"as": "U0ADA", "channel": "C0GENERAL", "text": "@verbatim " + question})
		}, answered)
		if !strings.Contains(event, `"thread_ts"`) {
			t.Errorf("the answer is not in the thread: %s", event)
		}
	})
	t.Run("direct message", func(t *testing.T) {
		channel := directMessages(t, url, "U0ADA")
		watch(t, url, "U0ADA", func() {
			post(t, url, "say", map[string]string{"as": "U0ADA", "channel": channel, "text": question})
		}, answered)
	})
	t.Run("slash command", func(t *testing.T) {
		event := watch(t, url, "U0ADA", func() {
			post(t, url, "slash", map[string]string{"as": "U0ADA", "channel": "C0GENERAL", "command": "/ask", "text": question})
		}, answered)
		if !strings.Contains(event, `"type":"ephemeral"`) || !strings.Contains(event, "You asked") {
			t.Errorf("the answer is not private, or does not restate the question: %s", event)
		}
	})
	t.Run("small talk", func(t *testing.T) {
		watch(t, url, "U0ADA", func() {
			post(t, url, "say", map[string]string{"as": "U0ADA", "channel": "C0GENERAL", "text": "@verbatim hello"})
		}, func(event string) bool { return strings.Contains(event, "Hello! Ask me a question") })
	})
}
