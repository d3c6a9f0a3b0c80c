package main

import (
	"testing"
	"time"

	"verbatim/bot/memory"
)

func TestPrivacySettings(t *testing.T) {
	for text, want := range map[string]time.Duration{"": 0, "keep_questions_days: 1\n": 24 * time.Hour, "keep_questions_days: 3650\n": 3650 * 24 * time.Hour} {
		if s, err := parseSettings([]byte(text)); err != nil || s.Privacy.keep() != want {
			t.Errorf("%q keeps for %v: %v, want %v", text, s.Privacy.keep(), err, want)
		}
	}
	for _, text := range []string{"keep_questions_days: -1\n", "keep_questions_days: 3651\n", "keep_questions_days: for ever\n"} {
		if _, err := parseSettings([]byte(text)); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
	if memory.DefaultKeep != 90*24*time.Hour {
		t.Errorf("the default is %v; README.md, SECURITY.md and the guide say 90 days", memory.DefaultKeep)
	}
}
