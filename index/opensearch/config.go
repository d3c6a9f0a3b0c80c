package opensearch

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"regexp"
	"strings"
)

// Config says where OpenSearch is and how to meet it.
type Config struct {
	// Addresses are the URLs of the hosts, tried in turn; what one has as its path stands before every request.
	Addresses []string
	// Name is the prefix of the names of all indexes of OpenSearch: lower-case letters, digits, "-", "_" and ".".
	Name string
	Credentials
	// Renew reads the credentials again when OpenSearch has refused those it was shown; nil means they do not change. It
	// must be safe for concurrent use.
	Renew func() (Credentials, error)
	// Roots are the certificate authorities to trust; nil means the system's.
	Roots *x509.CertPool
	// Shards is the number of shards of an index of sentences, 1 with 0: one holds some ten million sentences, and
	// each more asks every question once more. Copies is how many copies of each shard there are beside the
	// first; with 0 as many as other machines, at most 2, and none with a negative number.
	Shards, Copies int
	// Dial makes the connections; nil means a [net.Dialer].
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Logger hears of retries and of hosts that do not answer; nil means nobody does.
	Logger *slog.Logger
}

// Credentials are what OpenSearch is shown of who asks: User and Password for basic authentication, Token for
// "Authorization: Bearer"; one of both, or neither.
type Credentials struct{ User, Password, Token string }

// String tells no secret.
func (Credentials) String() string { return "credentials" }

// header is the value of Authorization, "" without credentials.
func (c *Credentials) header() string {
	switch {
	case c.Token != "":
		return "Bearer " + c.Token
	case c.User != "":
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(c.User+":"+c.Password))
	}
	return ""
}

// check refuses credentials that cannot be meant.
func (c *Credentials) check() error {
	switch {
	case c.Token != "" && c.User != "":
		return errors.New("both a user and a token: give one of them")
	case (c.Password == "") != (c.User == ""):
		return errors.New("a user without a password, or a password without a user")
	}
	return nil
}

// String names the hosts and the prefix, and no secret.
func (c Config) String() string { return strings.Join(c.Addresses, ",") + "/" + c.Name }

const (
	// scheme begins what --engine says of OpenSearch.
	scheme = "opensearch:"
	// defaultName is the prefix where the address has none.
	defaultName = "verbatim"
)

// goodName is stricter than OpenSearch, whose names may have 255 bytes with all that stands behind the prefix.
var goodName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,99}$`)

// takenName are names that another client gives to what it keeps, whose own name is what stands before.
var takenName = regexp.MustCompile(`-(records|depot)(-1)?$`)

// example is the way out of every error of [Parse].
const example = `write it as "opensearch:https://host:9200/verbatim"; more hosts stand behind commas, before the name`

// Parse reads what --engine says of OpenSearch, as in "opensearch:https://one:9200,https://two:9200/verbatim". The last
// part of the last path is the prefix of the index names, "verbatim" where there is none. One of the addresses may
// hold user:password@. No error repeats the text, which may hold a password.
func Parse(engine string) (Config, error) {
	var c Config
	rest, ok := strings.CutPrefix(engine, scheme)
	if !ok || rest == "" {
		return c, errors.New("engine does not begin with \"" + scheme + "\" and an address: " + example)
	}
	list := strings.Split(rest, ",")
	for i, one := range list {
		if err := c.add(one, i == len(list)-1); err != nil {
			return Config{}, fmt.Errorf("engine's address %d: %w: %s", i+1, err, example)
		}
	}
	return c, nil
}

// add takes an address; the last one names the prefix too.
func (c *Config) add(address string, last bool) error {
	u, err := url.Parse(strings.TrimSpace(address))
	switch {
	case err != nil:
		return errors.New("it is no URL")
	case u.Scheme != "https" && u.Scheme != "http":
		return errors.New("it begins neither with https:// nor with http://")
	case u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "":
		return errors.New("it has no host, or more than host, port and name")
	case strings.Contains(u.Path, "@"): // which would be printed
		return errors.New("it has an \"@\" behind its host: a user and a password stand before it")
	}
	if err := c.takeCredentials(u.User); err != nil {
		return err
	}
	u.User, u.Path, u.RawPath = nil, strings.TrimRight(u.Path, "/"), ""
	if last {
		cut := strings.LastIndex(u.Path, "/")
		c.Name = defaultName
		if cut >= 0 {
			c.Name, u.Path = u.Path[cut+1:], u.Path[:cut]
		}
		if !goodName.MatchString(c.Name) {
			return errors.New("the name behind the last slash may have lower-case letters, digits, \"-\", \"_\" and \".\", and 100 characters")
		}
		if takenName.MatchString(c.Name) {
			return errors.New("the name behind the last slash may not end with \"-records\" or \"-depot\", as what other Verbatims keep does")
		}
	}
	c.Addresses = append(c.Addresses, u.String())
	return nil
}

func (c *Config) takeCredentials(user *url.Userinfo) error {
	if user == nil {
		return nil
	}
	password, _ := user.Password()
	if c.User != "" && (c.User != user.Username() || c.Password != password) {
		return errors.New("it has another user or password than one before")
	}
	c.User, c.Password = user.Username(), password
	return nil
}

// check refuses what no client can be made of.
func (c *Config) check() error {
	switch {
	case len(c.Addresses) == 0:
		return errors.New("no address: " + example)
	case !goodName.MatchString(c.Name):
		return errors.New("no name for the indexes, or one that OpenSearch does not take: " + example)
	}
	return c.Credentials.check()
}
