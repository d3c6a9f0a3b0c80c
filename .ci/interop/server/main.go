// Command server runs the local Slack alone, without a bot, for clients that nobody of
// this project wrote. Its argument, if there is one, is a JSON object of what the
// workspace has other than by default: its scopes, events or shortcuts, say. It prints one line of JSON with its addresses and tokens, ends with
// its standard input, and prints a second line that tells what became of each envelope.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"verbatim/bot/localslack"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	config := localslack.Default()
	for _, arg := range args {
		if err := json.Unmarshal([]byte(arg), &config); err != nil {
			return fmt.Errorf("read the configuration %s: %w", arg, err)
		}
	}
	workspace, err := localslack.New(config)
	if err != nil {
		return err
	}
	server, err := workspace.Start(ctx, "127.0.0.1:0")
	if err != nil {
		return err
	}
	lines := json.NewEncoder(out)
	err = lines.Encode(map[string]string{
		"url": server.URL(), "api": server.APIURL(),
		"bot_token": config.BotToken, "app_token": config.AppToken,
	})
	if err == nil {
		_, err = io.Copy(io.Discard, in)
	}
	if err == nil {
		err = lines.Encode(envelopes(workspace))
	}
	if closed := server.Close(); err == nil {
		err = closed
	}
	return err
}

// envelope is what the client did with one delivery.
type envelope struct {
	Kind    string  `json:"kind"`
	Type    string  `json:"type"`
	Retry   int     `json:"retry"`
	Acked   bool    `json:"acked"`
	Seconds float64 `json:"seconds"` // from sent to acknowledged
}

func envelopes(workspace *localslack.Workspace) []envelope {
	list := []envelope{}
	for _, e := range workspace.Envelopes() {
		list = append(list, envelope{e.Kind, e.Type, e.Retry, !e.Acked.IsZero(), e.Latency.Seconds()})
	}
	return list
}
