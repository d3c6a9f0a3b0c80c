package cluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// User and Password are for all that a secure cluster is asked. The user is named as in the files of deploy/, and the
// password is known to everybody: it is for a cluster of a test.
const User, Password = "verbatim", "of a test alone"

// hash is what bcrypt makes of [Password].
const hash = "$2a$04$AWJz5UeZrFc5aoE5CoM7Y.cXGxNqa/M11h1wCRbtHGjpfI45c0hOi"

// secure prepares the folders of count nodes with certificates, and with the files of o.Security over those of defaults.
func (c *Cluster) secure(o *Options, count int, defaults string) error {
	authority, err := certificate("authority", nil)
	if err != nil {
		return err
	}
	search, err := certificate("search", authority)
	if err != nil {
		return err
	}
	users := fmt.Sprintf("_meta: {type: internalusers, config_version: 2}\n%s: {hash: %q, reserved: false}\n", User, hash)
	for i := range count {
		config := filepath.Join(o.Dir, "node"+strconv.Itoa(i+1), "config")
		security := filepath.Join(config, "opensearch-security")
		if err := errors.Join(os.MkdirAll(filepath.Join(config, "tls"), 0o700), os.MkdirAll(security, 0o700),
			copyFiles(security, defaults), copyFiles(security, o.Security),
			search.write(filepath.Join(config, "tls"), "node"), authority.write(filepath.Join(config, "tls"), "ca"),
			os.WriteFile(filepath.Join(security, "internal_users.yml"), []byte(users), 0o600)); err != nil {
			return fmt.Errorf("prepare a secure node: %w", err)
		}
	}
	c.Roots = x509.NewCertPool()
	c.Roots.AddCert(authority.cert)
	c.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: c.Roots, MinVersion: tls.VersionTLS12}}}
	settings := map[string]string{}
	for _, at := range []string{"transport", "http"} {
		prefix := "plugins.security.ssl." + at + "."
		settings[prefix+"pemcert_filepath"], settings[prefix+"pemkey_filepath"] = "tls/node.pem", "tls/node-key.pem"
		settings[prefix+"pemtrustedcas_filepath"] = "tls/ca.pem"
	}
	settings["plugins.security.ssl.http.enabled"], settings["plugins.security.allow_default_init_securityindex"] = "true", "true"
	settings["plugins.security.nodes_dn"] = "CN=search"
	maps.Copy(settings, o.Settings)
	o.Settings = settings
	return nil
}

// copyFiles copies the files for the plugin that lie in a folder, over those that are there.
func copyFiles(to, from string) error {
	names, err := filepath.Glob(filepath.Join(from, "*.yml"))
	if err != nil {
		return err
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(name)), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// A signed is a certificate with its key.
type signed struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// certificate makes one for this machine, signed by an authority; nil makes the authority.
func certificate(name string, by *signed) (*signed, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return nil, err
	}
	plan := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(24 * time.Hour), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"}}
	if by == nil {
		plan.IsCA, plan.BasicConstraintsValid, plan.KeyUsage, plan.ExtKeyUsage = true, true, x509.KeyUsageCertSign, nil
		by = &signed{plan, key}
	}
	data, err := x509.CreateCertificate(rand.Reader, plan, by.cert, &key.PublicKey, by.key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(data)
	return &signed{cert, key}, err
}

// write puts the certificate and its key into dir as PEM files.
func (s *signed) write(dir, name string) error {
	key, err := x509.MarshalPKCS8PrivateKey(s.key)
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(dir, name+".pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.cert.Raw}), 0o600),
		os.WriteFile(filepath.Join(dir, name+"-key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), 0o600))
}
