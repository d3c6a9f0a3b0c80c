package source

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// A guard keeps connections away from addresses that are not public: private, loopback, link-local,
// shared, and those that stand for others. It looks at the address that is really dialled, so that no
// name can be made to mean another one after it was looked at.
type guard struct {
	hosts    map[string]bool // "host" and "host:port", in lower case
	prefixes []netip.Prefix
	public   *ssrf.Guardian
}

// newGuard returns a guard that lets through what allow names: a host ("wiki.example", on ports 80 and
// 443), a host and port ("wiki.example:8080"), or a network ("10.1.0.0/16", on any port).
func newGuard(allow []string) (*guard, error) {
	g := &guard{hosts: map[string]bool{}, public: ssrf.New()}
	for _, entry := range allow {
		entry = strings.ToLower(strings.TrimSpace(entry))
		if strings.Contains(entry, "/") {
			prefix, err := netip.ParsePrefix(entry)
			if err != nil {
				return nil, fmt.Errorf("sources.allow: %q is neither a host nor a network such as 10.1.0.0/16", entry)
			}
			g.prefixes = append(g.prefixes, prefix.Masked())
			continue
		}
		if entry == "" || strings.ContainsAny(entry, "@ ?#*") {
			return nil, fmt.Errorf("sources.allow: %q is neither a host nor a network such as 10.1.0.0/16", entry)
		}
		g.hosts[entry] = true
	}
	return g, nil
}

// named says whether the configuration names this host for this port.
func (g *guard) named(address string) bool {
	address = strings.ToLower(address)
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	return g.hosts[address] || g.hosts[host] && (port == "80" || port == "443")
}

// control is called before a connection is made, with the address it is made to.
func (g *guard) control(network, address string, c syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrForbidden, err)
	}
	for _, prefix := range g.prefixes {
		if prefix.Contains(at.Addr().Unmap()) {
			return nil
		}
	}
	if err := g.public.Safe(network, address, c); err != nil {
		return fmt.Errorf("%w: %w", ErrForbidden, err)
	}
	return nil
}

// dial connects to an address, if it may.
func (g *guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{Timeout: dialTimeout, Control: g.control}
	if g.named(address) {
		d.Control = nil
	}
	return d.DialContext(ctx, network, address)
}

// dialTimeout bounds one attempt to connect.
const dialTimeout = 10 * time.Second
