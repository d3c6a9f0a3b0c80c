package main

import (
	"cmp"
	"crypto/x509"
	"os"

	"github.com/spf13/cobra"

	"verbatim/bot"
	"verbatim/bot/checkup"
	"verbatim/bot/manifest"
)

// gov is the word that stands for GovSlack's address.
const gov = "gov"

// slackAddress says where Slack is.
type slackAddress struct{ api string }

func (a *slackAddress) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&a.api, "slack-api", cmp.Or(os.Getenv("VERBATIM_SLACK_API"), bot.DefaultAPIURL),
		"address of Slack's Web API, or "+gov+" for GovSlack (VERBATIM_SLACK_API)")
}

// url is the address of the Web API.
func (a *slackAddress) url() string {
	if a.api == gov {
		return manifest.GovAPI
	}
	return a.api
}

// client returns what asks Slack there.
func (a *slackAddress) client(roots *x509.CertPool) *checkup.Client {
	return checkup.NewClient(a.url(), roots)
}

// authorities names a file of certificate authorities that are trusted besides those of the system, as of
// a proxy that opens what is encrypted.
type authorities struct{ file string }

func (a *authorities) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&a.file, "ca-file", os.Getenv("VERBATIM_CA_FILE"),
		"file of certificate authorities (PEM) to trust besides the system's, for Slack and for sources (VERBATIM_CA_FILE)")
}

// pool returns the authorities to trust; nil means those of the system.
func (a *authorities) pool() (*x509.CertPool, error) {
	if a.file == "" {
		return nil, nil
	}
	return readAuthorities("--ca-file", a.file)
}

// readAuthorities returns the system's authorities and those in the file that a flag names.
func readAuthorities(flag, file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, usagef("%s: %w", flag, err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, usagef("%s: %q holds no certificate: give a file with blocks that begin with -----BEGIN CERTIFICATE-----", flag, file)
	}
	return pool, nil
}
