package bot

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"verbatim/index"
)

// texts lists all texts of a catalogue by the names of their fields.
func textsOf(c *catalogue) map[string]string {
	all := map[string]string{}
	v := reflect.ValueOf(*c)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			all[name] = f.String()
		case reflect.Struct:
			all[name+".One"], all[name+".Many"] = f.Field(0).String(), f.Field(1).String()
		}
	}
	return all
}

var named = regexp.MustCompile(`\{[^{}]*\}`)

// TestCatalogues wants every text in every language, with the names that English has in it.
func TestCatalogues(t *testing.T) {
	want := textsOf(english())
	if len(want) < 50 || len(catalogues()) == 0 {
		t.Fatalf("%d texts in %d languages", len(want), len(catalogues()))
	}
	for code, c := range catalogues() {
		got := textsOf(c)
		for field, text := range want {
			if got[field] == "" {
				t.Errorf("%s: no text %s", code, field)
			}
			a, b := named.FindAllString(text, -1), named.FindAllString(got[field], -1)
			slices.Sort(a)
			slices.Sort(b)
			if !slices.Equal(slices.Compact(a), slices.Compact(b)) {
				t.Errorf("%s: %s names %v, in English %v", code, field, b, a)
			}
		}
	}
}

func TestFillFillsOnce(t *testing.T) {
	if got := fill("{a} and {b} and {c}", "a", "{b}", "b", "2"); got != "{b} and 2 and {c}" {
		t.Errorf("filled %q", got)
	}
	if got := (plural{"one", "{n} things"}).of(3); got != "3 things" {
		t.Errorf("plural %q", got)
	}
}

func TestUnknownLocaleIsEnglish(t *testing.T) {
	for _, locale := range []string{"", "en-GB", "xx-XX", "-", "EN"} {
		if got := catalogueOf(locale); got.Thanks != english().Thanks {
			t.Errorf("locale %q is %q", locale, got.Thanks)
		}
	}
}

// TestWhyTellsEachWord looks whether each way in which a word can match is told.
func TestWhyTellsEachWord(t *testing.T) {
	all := []index.Match{index.MatchExact, index.MatchForm, index.MatchGuess, index.MatchAlike, index.MatchRelated, index.MatchAround, index.MatchMissing}
	var e index.Explanation
	for i, how := range all {
		e.Words = append(e.Words, index.WordMatch{Word: fmt.Sprintf("word%d", i), How: how})
	}
	said := strings.Join(english().sayWhy(e), "\n")
	for i, how := range all {
		if !strings.Contains(said, fmt.Sprintf("word%d", i)) {
			t.Errorf("a word that matches by %q is not told:\n%s", how, said)
		}
	}
}
