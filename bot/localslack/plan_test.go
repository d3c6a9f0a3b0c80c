package localslack

import "testing"

// TestRefusals refuses posts in channels for good, and spares direct messages.
func TestRefusals(t *testing.T) {
	w := start(t, func(c *Config) { c.Limits = false })
	w.Faults().Plan(&Plan{Seed: 1, Refusals: 1})
	codes := map[string]bool{}
	for range 50 {
		codes[w.api("chat.postMessage", "channel", General, "text", "x").code()] = true
		if a := w.api("chat.postMessage", "channel", Ada, "text", "x"); a.body["ok"] != true {
			t.Fatalf("a direct message is refused: %v", a.body)
		}
	}
	for _, code := range []string{"is_archived", "not_in_channel", "restricted_action", "channel_not_found"} {
		if !codes[code] {
			t.Errorf("never %s", code)
		}
	}
	if len(codes) != 4 || w.Faults().Met()["refusal"] != 50 {
		t.Errorf("codes %v, met %v", codes, w.Faults().Met())
	}
}

// TestNewFields sends events with fields that nobody knows.
func TestNewFields(t *testing.T) {
	w := start(t, grants("app_mentions:read", "app_mention"))
	s := w.connect()
	w.Faults().Plan(&Plan{Seed: 1, Frames: 1})
	must1[string](t)(w.Say(Ada, General, "@verbatim how long?"))
	if e := s.take(); dig(e, "payload", "new_field") == nil || dig(e, "payload", "event", "new_list") == nil || dig(e, "payload", "event", "text") == nil {
		t.Errorf("%v", e)
	}
}
