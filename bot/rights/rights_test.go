package rights

import (
	"slices"
	"testing"
)

var (
	known = []string{"handbook", "hr", "it", "new"}
	rules = Rules{
		Admins: []string{"UADMIN"},
		Collections: map[string]Audience{
			"handbook": {Everyone: true},
			"hr":       {Users: []string{"UHR"}},
			"it":       {Channels: []string{"CIT", "COPEN"}},
		},
		Channels: map[string]Channel{
			"CNARROW": {Collections: []string{"handbook", "hr"}},
			"COPEN":   {Open: true},
		},
	}
)

func TestScope(t *testing.T) {
	tests := []struct {
		name  string
		rules Rules
		user  string
		place Place
		want  []string
		all   bool
	}{
		{"no rules", Rules{}, "U1", Place{Channel: "C1"}, nil, true},
		{"no rules, outsider", Rules{}, "U1", Place{Channel: "C1", External: true}, nil, false},
		{"channel", rules, "UHR", Place{Channel: "C1"}, []string{"handbook"}, false},
		{"channel of a collection", rules, "U1", Place{Channel: "CIT"}, []string{"handbook", "it"}, false},
		{"alone", rules, "U1", Place{Channel: "D1", Alone: true}, []string{"handbook"}, false},
		{"alone, with a right", rules, "UHR", Place{Channel: "D1", Alone: true}, []string{"handbook", "hr"}, false},
		{"alone in a channel", rules, "UHR", Place{Channel: "CIT", Alone: true}, []string{"handbook", "hr", "it"}, false},
		{"no user", rules, "", Place{Alone: true}, []string{"handbook"}, false},
		{"narrowed channel does not widen", rules, "UHR", Place{Channel: "CNARROW"}, []string{"handbook"}, false},
		{"shared channel", rules, "U1", Place{Channel: "CIT", External: true}, nil, false},
		{"opened channel", rules, "UHR", Place{Channel: "COPEN", External: true}, []string{"handbook", "it"}, false},
		{"opened channel, alone", rules, "UHR", Place{Channel: "COPEN", Alone: true, External: true}, []string{"handbook", "it"}, false},
		{"rest", Rules{Collections: map[string]Audience{Rest: {Everyone: true}, "hr": {}}}, "U1", Place{Channel: "C1"}, []string{"handbook", "it", "new"}, false},
		{"rest is all", Rules{Collections: map[string]Audience{Rest: {Everyone: true}}}, "U1", Place{Channel: "C1"}, known, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.rules.Scope(known, tt.user, tt.place)
			if !slices.Equal(got.Names, tt.want) || got.All != tt.all {
				t.Errorf("scope %+v, want %v, all %v", got, tt.want, tt.all)
			}
		})
	}
}

func TestMay(t *testing.T) {
	tests := []struct {
		user  string
		act   Act
		place Place
		want  bool
	}{
		{"U1", Anything, Place{}, true},
		{"U1", Administer, Place{}, false},
		{"UADMIN", Administer, Place{}, true},
		{"UADMIN", Configure, Place{Channel: "COPEN", External: true}, false},
		{"", Anything, Place{}, false},
		{"U1", Anything, Place{Channel: "C1", External: true}, false},
		{"U1", Anything, Place{Channel: "COPEN", External: true}, true},
		{"UADMIN", "something else", Place{}, false},
	}
	for _, tt := range tests {
		if got := rules.May(tt.user, tt.act, tt.place); got != tt.want {
			t.Errorf("May(%q, %q, %+v) is %v", tt.user, tt.act, tt.place, got)
		}
	}
}

func TestNarrowNeverWidens(t *testing.T) {
	set := rules.Narrow("CNARROW", Channel{Collections: []string{"it"}, Open: true, Private: true}).Narrow("CIT", Channel{Collections: []string{"it"}})
	for place, want := range map[string][]string{"CNARROW": {"handbook"}, "CIT": {"it"}} {
		if got := set.Scope(known, "UHR", Place{Channel: place}); !slices.Equal(got.Names, want) {
			t.Errorf("scope in %s is %v, want %v", place, got.Names, want)
		}
	}
	if c := set.Channels["CNARROW"]; c.Open || !c.Private {
		t.Errorf("channel is %+v, want it private and not open", c)
	}
	if rules.Channels["CNARROW"].Private {
		t.Error("the rules themselves have changed")
	}
}

func TestScopeWith(t *testing.T) {
	s := Scope{Names: []string{"a"}}.With(Scope{Names: []string{"a", "b"}})
	if !s.Has("a") || !s.Has("b") || s.Has("c") || s.Empty() || !(Scope{}).Empty() {
		t.Errorf("scope %+v", s)
	}
	if !s.With(Scope{All: true}).Has("c") {
		t.Error("all and some is not all")
	}
}
