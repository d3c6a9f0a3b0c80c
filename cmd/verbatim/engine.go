package main

import (
	"cmp"
	"crypto/x509"
	"errors"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"verbatim/index"
	"verbatim/index/bleve"
	"verbatim/index/opensearch"
)

// engineBleve is the embedded engine.
const engineBleve = "bleve"

// Environment variables that hold which engine it is, and what OpenSearch wants to know of who asks; each of these may
// have _FILE behind it, see [secret].
const (
	envEngine         = "VERBATIM_ENGINE"
	envEngineUser     = "VERBATIM_ENGINE_USER"
	envEnginePassword = "VERBATIM_ENGINE_PASSWORD"
	envEngineToken    = "VERBATIM_ENGINE_TOKEN"
)

// engineChoice says which engine keeps the postings.
type engineChoice struct {
	// engine is "", [engineBleve], or the address of an OpenSearch. It may hold a password: it is neither logged
	// nor the default value of a flag, which --help shows.
	engine string
	// engineCA is a file of certificate authorities, "" for those of everything else.
	engineCA string
}

func (e *engineChoice) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&e.engine, "engine", "", "what finds the sentences: "+engineBleve+", in this program, or opensearch:https://host:9200/name, which several\nmachines share (VERBATIM_ENGINE; default "+engineBleve+"). Credentials: "+envEngineUser+" and "+envEnginePassword+", or\n"+envEngineToken+", or files named by these with _FILE behind them")
	f.StringVar(&e.engineCA, "engine-ca", "", "file of certificate authorities (PEM) to trust for the engine (VERBATIM_ENGINE_CA; default: as --ca-file)")
}

// chosen is the engine by the flag, else by the environment.
func (e *engineChoice) chosen() string {
	return cmp.Or(e.engine, os.Getenv(envEngine), engineBleve)
}

// remote says that the engine is a program of its own.
func (e *engineChoice) remote() bool { return e.chosen() != engineBleve }

// kindOfEngine is the first word of an engine's address, which holds no secret.
func kindOfEngine(engine string) string {
	kind, _, _ := strings.Cut(engine, ":")
	return kind
}

// config reads where OpenSearch is and how to meet it; roots are the authorities to trust without others.
func (e *engineChoice) config(set engineSettings, roots *x509.CertPool) (opensearch.Config, error) {
	c, err := opensearch.Parse(e.chosen())
	if err != nil {
		return c, usagef("--engine: %w, or leave it out for the embedded engine", err)
	}
	if c.User == "" {
		c.Renew = renewedCredentials
		if c.Credentials, err = engineCredentials(); err != nil {
			return c, err
		}
	}
	c.Roots, c.Shards, c.Copies = roots, set.Shards, set.Copies
	if file := cmp.Or(e.engineCA, os.Getenv("VERBATIM_ENGINE_CA")); file != "" {
		if c.Roots, err = readAuthorities("--engine-ca", file); err != nil {
			return c, err
		}
	}
	return c, nil
}

// engineCredentials reads what OpenSearch is shown of who asks.
func engineCredentials() (c opensearch.Credentials, err error) {
	var fromUser, fromPassword, fromToken error
	c.User, fromUser = secret(envEngineUser)
	c.Password, fromPassword = secret(envEnginePassword)
	c.Token, fromToken = secret(envEngineToken)
	if err := errors.Join(fromUser, fromPassword, fromToken); err != nil {
		return c, usageError{err}
	}
	return c, nil
}

// renewedCredentials is [engineCredentials] while the program runs, when what is wrong is no wrong use of it.
func renewedCredentials() (opensearch.Credentials, error) {
	c, err := engineCredentials()
	if wrong := (usageError{}); errors.As(err, &wrong) {
		err = wrong.error
	}
	return c, err
}

// connect returns a client of the OpenSearch that is chosen. It makes no connection.
func (e *engineChoice) connect(set engineSettings, roots *x509.CertPool, log *slog.Logger) (*opensearch.Client, error) {
	c, err := e.config(set, roots)
	if err != nil {
		return nil, err
	}
	c.Logger = log
	client, err := opensearch.New(c)
	if err != nil {
		return nil, usagef("--engine: %w", err)
	}
	return client, nil
}

// engineSettings are how OpenSearch keeps an index.
type engineSettings struct {
	// Shards is the number of shards of an index of sentences, and Copies of further copies of each; see
	// [opensearch.Config].
	Shards int `yaml:"shards"`
	Copies int `yaml:"copies"`
}

// Bounds of the settings.
const (
	maxShards = 100
	maxCopies = 9
)

func (s engineSettings) check() error {
	switch {
	case s.Shards < 0 || s.Shards > maxShards:
		return usagef("engine: shards: %d: give a number from 1 to %d", s.Shards, maxShards)
	case s.Copies < -1 || s.Copies > maxCopies:
		return usagef("engine: copies: %d: give a number from 1 to %d, or -1 for none", s.Copies, maxCopies)
	}
	return nil
}

// use opens the engine that is chosen; with the embedded one nothing is shared.
func (e *engineChoice) use(set settings, roots *x509.CertPool, log *slog.Logger) (index.Engine, *sharedIndex, error) {
	if !e.remote() {
		return bleve.New(set.Cache << 20), nil, nil
	}
	client, err := e.connect(set.Engine, roots, log)
	if err != nil {
		return nil, nil, err
	}
	return client.Engine(), &sharedIndex{client: client, depot: client.Depot()}, nil
}

var _ index.Engine = (*opensearch.Engine)(nil)
