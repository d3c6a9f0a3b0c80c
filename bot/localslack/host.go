package localslack

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// loopback reports whether a host, with or without a port, names this machine.
// A name that only resolves to it (DNS rebinding) does not count.
func loopback(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// sameOrigin reports whether a browser's Origin is the page that we served.
// A request without Origin comes from a program and passes.
func sameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Scheme == "http" && strings.EqualFold(u.Host, r.Host)
}

// guard lets through requests to a loopback host, or to the one named besides, from our own page or from
// programs, and sets the headers that keep the page to itself.
func guard(next http.Handler, name string) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !loopback(r.Host) && (name == "" || !strings.EqualFold(r.Host, name)) {
			http.Error(rw, "this workspace answers only under localhost or a loopback address", http.StatusMisdirectedRequest)
			return
		}
		site := r.Header.Get("Sec-Fetch-Site")
		if !sameOrigin(r) || site == "cross-site" && r.Header.Get("Sec-Fetch-Mode") != "navigate" {
			http.Error(rw, "this workspace answers only its own page", http.StatusForbidden)
			return
		}
		h := rw.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(rw, r)
	})
}
