package checkup

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"
)

// The names of findings about the way to Slack.
const (
	nameNetwork = "network"
	nameProxy   = "proxy"
	nameTLS     = "TLS"
	nameClock   = "clock"
)

// Limits of how far a clock may be off: Slack tells seconds, and a reply may take some.
const (
	clockWarning = 30 * time.Second
	clockFault   = 5 * time.Minute
)

// Unreachable says why Slack could not be asked, by the error of a request.
func Unreachable(err error) Finding {
	var op *net.OpError
	var dns *net.DNSError
	var other *noReply
	switch {
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return Bad(nameProxy, "look at HTTPS_PROXY and HTTP_PROXY, and whether the proxy runs; NO_PROXY names what goes without it", "the proxy is not to be reached: %v", plainly(err))
	case isTLS(err):
		return untrusted(err)
	case errors.As(err, &other):
		return Bad(nameNetwork, "a proxy or a portal may stand between: let this machine reach Slack, or look at --slack-api", "%v", err)
	case errors.As(err, &dns):
		return Bad(nameNetwork, "look at the machine's name servers, or set HTTPS_PROXY where only a proxy may look up names", "Slack's name is not found: %v", plainly(err))
	case errors.Is(err, context.DeadlineExceeded):
		return Bad(nameNetwork, "a firewall may drop what is sent: let this machine open connections to Slack on port 443, or set HTTPS_PROXY", "Slack does not answer within %v", within)
	}
	return Bad(nameNetwork, "let this machine open connections to Slack on port 443, or set HTTPS_PROXY", "Slack is not to be reached: %v", plainly(err))
}

// plainly is an error of a request without its method and address.
func plainly(err error) error {
	var outer *url.Error
	if errors.As(err, &outer) {
		return outer.Err
	}
	return err
}

func isTLS(err error) bool {
	var verification *tls.CertificateVerificationError
	var header tls.RecordHeaderError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	return errors.As(err, &verification) || errors.As(err, &header) || errors.As(err, &authority) || errors.As(err, &host)
}

// untrusted says why the certificate of what answered is not taken.
func untrusted(err error) Finding {
	var invalid x509.CertificateInvalidError
	if errors.As(err, &invalid) && invalid.Reason == x509.Expired {
		return Bad(nameTLS, "look at this machine's clock first; else the certificate has to be renewed by whoever runs the proxy", "the certificate is out of date: %v", plainly(err))
	}
	return Bad(nameTLS, "where a proxy of yours opens what is encrypted, name its authority with --ca-file (VERBATIM_CA_FILE)", "the certificate is not trusted: %v", plainly(err))
}

// clock compares this machine's clock with Slack's, by the date of a reply.
func clock(header http.Header, now time.Time) Finding {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return Noted(nameClock, "", "Slack tells no time")
	}
	off := now.Sub(date).Round(time.Second)
	const way = "set the clock, best by NTP: ages of documents and the times of what was asked are told by it"
	switch {
	case off.Abs() >= clockFault:
		return Bad(nameClock, way, "this machine's clock is %s Slack's by %v", ahead(off), off.Abs())
	case off.Abs() >= clockWarning:
		return Warned(nameClock, way, "this machine's clock is %s Slack's by %v", ahead(off), off.Abs())
	}
	return Good(nameClock, "within %v of Slack's", clockWarning)
}

func ahead(off time.Duration) string {
	if off > 0 {
		return "ahead of"
	}
	return "behind"
}
