package source

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
)

// maxURL is the length in bytes of the longest address that is fetched, that of common servers.
const maxURL = 2048

// sessionParameters are parameters of an address that say who visits, not what is there. They make
// many addresses of one page.
var sessionParameters = []string{"phpsessid", "jsessionid", "sid", "sessionid", "session_id", "aspsessionid", "cfid", "cftoken",
	"utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "fbclid", "gclid", "mc_cid", "mc_eid"}

// NormalizeURL returns the one form of an address under which it is fetched and kept: scheme and host
// in lower case, no default port, no fragment, no session. It fails for what is not to be fetched.
func NormalizeURL(address string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	switch {
	case err != nil || len(address) > maxURL:
		return "", fmt.Errorf("address %.100q: %w", address, errScheme)
	case u.User != nil:
		return "", fmt.Errorf("address of %q: %w", u.Host, errPassword)
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.Opaque != "" {
		return "", fmt.Errorf("address %.100q: %w", address, errScheme)
	}
	if port := u.Port(); u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" || port == "" {
		u.Host = strings.TrimSuffix(u.Host, ":"+port)
	}
	u.Fragment, u.RawFragment = "", ""
	if u.Path == "" {
		u.Path = "/"
	}
	if at := strings.Index(strings.ToLower(u.Path), ";jsessionid="); at >= 0 {
		u.Path, u.RawPath = u.Path[:at], ""
	}
	u.RawQuery = withoutSession(u.RawQuery)
	u.ForceQuery = false
	return u.String(), nil
}

// withoutSession leaves session parameters out of a query, and the others as they are.
func withoutSession(query string) string {
	kept := slices.DeleteFunc(strings.Split(query, "&"), func(part string) bool {
		name, _, _ := strings.Cut(part, "=")
		return part == "" || slices.Contains(sessionParameters, strings.ToLower(name))
	})
	return strings.Join(kept, "&")
}

// fileName returns a name for what is at an address, by which its format can be told.
func fileName(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "page"
	}
	base := path.Base(u.Path)
	if base == "." || base == "/" {
		return u.Hostname()
	}
	return base
}

// resolve returns the address that a link on a page means, "" when it is none.
func resolve(page, link string) string {
	base, err := url.Parse(page)
	if err != nil || link == "" {
		return ""
	}
	to, err := base.Parse(strings.TrimSpace(link))
	if err != nil {
		return ""
	}
	return to.String()
}
