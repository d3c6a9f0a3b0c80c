package opensearch

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		engine    string
		addresses []string
		name      string
		user      string
	}{
		{"opensearch:https://host:9200/verbatim", []string{"https://host:9200"}, "verbatim", ""},
		{"opensearch:https://host:9200", []string{"https://host:9200"}, "verbatim", ""},
		{"opensearch:https://one:9200,http://two:9201/team-a", []string{"https://one:9200", "http://two:9201"}, "team-a", ""},
		{"opensearch:https://u:p%40ss@one:9200,https://two/v", []string{"https://one:9200", "https://two"}, "v", "u:p@ss"},
		{"opensearch:https://proxy/search/v/", []string{"https://proxy/search"}, "v", ""},
		{"opensearch:http://[::1]:9200/v", []string{"http://[::1]:9200"}, "v", ""},
	} {
		c, err := Parse(tt.engine)
		if err != nil {
			t.Errorf("%s: %v", tt.engine, err)
			continue
		}
		user := ""
		if c.User != "" {
			user = c.User + ":" + c.Password
		}
		if !slices.Equal(c.Addresses, tt.addresses) || c.Name != tt.name || user != tt.user {
			t.Errorf("%s: got %v, name %q, user %q", tt.engine, c.Addresses, c.Name, user)
		}
		if err := c.check(); err != nil {
			t.Errorf("%s: %v", tt.engine, err)
		}
	}
}

// TestParseRefuses wants a way out in each error, and no password.
func TestParseRefuses(t *testing.T) {
	for _, engine := range []string{
		"", "bleve", "opensearch:", "opensearch:host:9200/v", "opensearch:ftp://host/v", "opensearch:https:///v", "opensearch:https://host/Upper",
		"opensearch:https://host/_v", "opensearch:https://host/v?secret=1", "opensearch:https://u:secret@ho st/v", "opensearch:https://u:secret%zz@host/v",
		"opensearch:https://u:secret@one,https://u:other@two/v", "opensearch:https://host,/v", "opensearch:https://host/" + strings.Repeat("v", 101),
		"opensearch:https://one/https://u:secret@host/v", "opensearch:https://host/v-records", "opensearch:https://host/v-depot", "opensearch:https://host/v-depot-1",
	} {
		c, err := Parse(engine)
		if err == nil {
			t.Errorf("%q: got %+v", engine, c)
		} else if !strings.Contains(err.Error(), "opensearch:https://host:9200/verbatim") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", engine, err)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	good := Config{Addresses: []string{"https://host"}, Name: "v"}
	for name, change := range map[string]func(*Config){
		"no address":       func(c *Config) { c.Addresses = nil },
		"no name":          func(c *Config) { c.Name = "" },
		"user and token":   func(c *Config) { c.User, c.Password, c.Token = "u", "p", "t" },
		"user alone":       func(c *Config) { c.User = "u" },
		"password alone":   func(c *Config) { c.Password = "p" },
		"address no URL":   func(c *Config) { c.Addresses = []string{"https://ho st"} },
		"too odd for name": func(c *Config) { c.Name = "a b" },
	} {
		c := good
		change(&c)
		if client, err := New(c); err == nil {
			t.Errorf("%s: no error", name)
			client.Close()
		}
	}
	client, err := New(good)
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Close(); err != nil {
		t.Error(err)
	}
}

// TestNoSecretIsPrinted prints a configuration as a log would.
func TestNoSecretIsPrinted(t *testing.T) {
	c, err := Parse("opensearch:https://user:secret@host:9200/v")
	if err != nil {
		t.Fatal(err)
	}
	c.Token = "secret"
	for _, verb := range []string{"%v", "%+v", "%s"} {
		if text := fmt.Sprintf(verb, c); text != "https://host:9200/v" {
			t.Errorf("%s: %s", verb, text)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("opensearch:https://u:p@one:9200,https://two/v")
	f.Add("opensearch:http://[::1]/a/b")
	f.Add("opensearch:https://u:p@one:920//u:p@s://t")
	f.Fuzz(func(t *testing.T, engine string) {
		c, err := Parse(engine)
		if err != nil {
			return
		}
		if len(c.Addresses) == 0 || !goodName.MatchString(c.Name) {
			t.Errorf("%q: %+v", engine, c)
		}
		for _, address := range c.Addresses {
			if strings.Contains(address, "@") && c.User != "" {
				t.Errorf("%q: an address keeps the user: %q", engine, address)
			}
		}
	})
}
