package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verbatim/bot/rights"
)

func TestRightsSettings(t *testing.T) {
	s, err := parseSettings([]byte(`
admins: [U1ADMIN]
admin_channel: C1ADMIN
collections:
  handbook: everyone
  hr: {users: [U1HR], channels: [G1HR]}
  "*": {}
channels:
  C1HELP: {collections: [handbook], follow_ups: ask, untagged: answer, private: true, open: true, people: [S1CALL]}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := rights.Rules{
		Admins: []string{"U1ADMIN"}, AdminChannel: "C1ADMIN",
		Collections: map[string]rights.Audience{
			"handbook": {Everyone: true}, "hr": {Users: []string{"U1HR"}, Channels: []string{"G1HR"}}, "*": {},
		},
		Channels: map[string]rights.Channel{"C1HELP": {
			Collections: []string{"handbook"}, FollowUps: rights.Ask, Untagged: rights.Answer, Private: true, Open: true, People: []string{"S1CALL"},
		}},
	}
	if diff := cmp.Diff(want, s.Rights.rules()); diff != "" {
		t.Error(diff)
	}
}

func TestAnswersSettings(t *testing.T) {
	for text, want := range map[string]time.Duration{"": 0, "old_after_years: 3": 3 * year, "old_after_years: -1": -year} {
		if s, err := parseSettings([]byte(text)); err != nil || s.Answers.oldAfter() != want {
			t.Errorf("settings %q: %v and %v, want %v", text, s.Answers.oldAfter(), err, want)
		}
	}
}

func TestWrongSettings(t *testing.T) {
	for text, want := range map[string]string{
		"admin: [U1]":                           "admin",
		"admins: [ada]":                         `"ada"`,
		"admin_channel: '#admin'":               `"#admin"`,
		"collections: {hr: all}":                "neither everyone nor",
		"collections: {hr: {people: [U1]}}":     `no "people"`,
		"collections: {hr: {users: [C1]}}":      `"C1"`,
		"collections: {hr: {channels: [U1]}}":   `"U1"`,
		"channels: {general: {}}":               `"general"`,
		"channels: {C1: {follow_ups: always}}":  `"always"`,
		"channels: {C1: {untagged: sometimes}}": `"sometimes"`,
		"channels: {C1: {people: [C1]}}":        `"C1"`,
		"channels: {C1: {colections: [hr]}}":    "colections",
		"digest: daily":                         `"daily"`,
		"faq: ../faq.md":                        `"../faq.md"`,
		"faq: /etc/faq.md":                      `"/etc/faq.md"`,
		"faq: hr/.faq.md":                       `"hr/.faq.md"`,
		"faq: faq.txt":                          `"faq.txt"`,
		"old_after_years: 101":                  "101",
		"old_after_years: -2":                   "-2",
		"admins: [U1]\n---\nadmins: [U2]":       "second document",
	} {
		if _, err := parseSettings([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("settings %q: %v, want %s named", text, err, want)
		}
	}
}

func TestSettingsFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "verbatim.yaml")
	if _, err := readSettings(file); err == nil {
		t.Error("a file that is named and not there is no error")
	}
	if err := os.WriteFile(file, []byte("admins: [U1]"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := readSettings(file); err != nil || len(s.Rights.Admins) != 1 {
		t.Errorf("settings %+v: %v", s, err)
	}
}
