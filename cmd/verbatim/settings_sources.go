package main

import (
	"crypto/x509"
	"fmt"
	"time"

	"verbatim/corpus/source"
)

// sourceSettings is the section sources: where documents come from besides the folder --corpus.
type sourceSettings struct {
	// Allow names hosts ("wiki.example", "wiki.example:8080") and networks ("10.1.0.0/16") that may be
	// fetched although they are not public.
	Allow []string `yaml:"allow"`
	// Proxy is the address of a proxy for everything that is fetched, as "http://proxy.example:3128".
	// The environment is not asked for one.
	Proxy string `yaml:"proxy"`
	// Poll says that the folder --corpus lies where the system does not tell of changes, as on a
	// network, and is looked through that often.
	Poll time.Duration `yaml:"poll"`
	// Web are the addresses.
	Web []source.WebSource `yaml:"web"`
}

// minPoll is the least time between two looks at a folder.
const minPoll = time.Second

// check fills in defaults and reports what is wrong.
func (s *sourceSettings) check() error {
	if s.Poll != 0 && s.Poll < minPoll {
		return fmt.Errorf("sources.poll: %v is less than %v", s.Poll, minPoll)
	}
	seen := map[string]bool{}
	for i := range s.Web {
		w := &s.Web[i]
		if err := w.Check(); err != nil {
			return fmt.Errorf("sources.web, entry %d: %w", i+1, err)
		}
		if seen[w.Address()] {
			return fmt.Errorf("sources.web, entry %d: %s is there twice", i+1, w.Address())
		}
		seen[w.Address()] = true
	}
	_, err := s.fetcher(nil)
	return err
}

// fetcher returns what fetches addresses under these settings, trusting the authorities given; nil means
// those of the system.
func (s *sourceSettings) fetcher(roots *x509.CertPool) (*source.Fetcher, error) {
	return source.NewFetcher(source.FetcherOptions{Allow: s.Allow, Proxy: s.Proxy, Roots: roots})
}
