package manifest

import (
	"net/url"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// linked is the manifest that a link carries.
func linked(t *testing.T, m Manifest) Manifest {
	t.Helper()
	link, err := m.Link(Site(API))
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	if u.Host != "api.slack.com" || u.Path != "/apps" || u.Query().Get("new_app") != "1" || strings.ContainsAny(link, " +\n") {
		t.Errorf("the link is %s", link)
	}
	var got Manifest
	if err := yaml.Unmarshal([]byte(u.Query().Get("manifest_yaml")), &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestPages(t *testing.T) {
	for _, tt := range []struct{ api, site, messages string }{
		{API, "https://api.slack.com", "https://slack.com/app_redirect?app=A1&team=T1"},
		{GovAPI, "https://api.slack-gov.com", "https://slack-gov.com/app_redirect?app=A1&team=T1"},
		{"https://slack-gov.com.example/api/", "https://api.slack.com", "https://slack.com/app_redirect?app=A1&team=T1"},
		{"http://127.0.0.1:1/api/", "https://api.slack.com", "https://slack.com/app_redirect?app=A1&team=T1"},
	} {
		if got := Site(tt.api); got != tt.site {
			t.Errorf("the site of %s is %s, want %s", tt.api, got, tt.site)
		}
		if got := Messages(tt.api, "T1", "A1"); got != tt.messages {
			t.Errorf("the messages of %s are at %s, want %s", tt.api, got, tt.messages)
		}
	}
	for _, p := range []Page{BasicInformation, OAuth, Install, SocketMode, Events, Home} {
		if got := p.Of("https://api.slack.com", "A1"); got != "https://api.slack.com/apps/A1/"+string(p) {
			t.Errorf("the page %s is at %s", p, got)
		}
		if got := p.Of("https://api.slack.com", ""); !strings.Contains(got, p.title()) || p.title() == "" {
			t.Errorf("the page %s without an app is at %s", p, got)
		}
	}
}

func TestAppOf(t *testing.T) {
	for token, want := range map[string]string{
		"xapp-1-A012AB3CD-123456-abcdef": "A012AB3CD", "xapp-1-local-verbatim": "", "xoxb-1-A012AB3CD-1-a": "", "": "",
	} {
		if got := AppOf(token); got != want {
			t.Errorf("the app of %q is %q, want %q", token, got, want)
		}
	}
}
