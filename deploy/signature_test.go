package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// signing is the part of goreleaser's configuration that signs.
type signing struct {
	Signs []struct {
		Cmd       string   `yaml:"cmd"`
		Signature string   `yaml:"signature"`
		Args      []string `yaml:"args"`
	} `yaml:"signs"`
	Checksum struct {
		Name string `yaml:"name_template"`
	} `yaml:"checksum"`
}

// TestFault30Signature signs a release's checksums with the command of goreleaser.yaml and verifies that as
// README.md says. A key made here takes the place of the sign-in, and nothing is asked of a server.
func TestFault30Signature(t *testing.T) {
	cosign := os.Getenv("VERBATIM_COSIGN")
	if cosign == "" {
		t.Skip("VERBATIM_COSIGN names no cosign: .ci/run signature installs it")
	}
	data, err := os.ReadFile("goreleaser.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c signing
	if err := yaml.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	if len(c.Signs) != 1 || c.Signs[0].Cmd != "cosign" || c.Signs[0].Args[0] != "sign-blob" {
		t.Fatalf("goreleaser.yaml signs with %+v, want one call of cosign sign-blob", c.Signs)
	}
	dir := t.TempDir()
	sums := filepath.Join(dir, c.Checksum.Name)
	write(t, sums, strings.Repeat("0", 64)+"  verbatim_1.0.0_linux_amd64.tar.gz\n")
	bundle := strings.ReplaceAll(c.Signs[0].Signature, "${artifact}", sums)
	run := func(args ...string) ([]byte, error) {
		cmd := exec.CommandContext(t.Context(), cosign, args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "COSIGN_PASSWORD=a password")
		return cmd.CombinedOutput()
	}
	if out, err := run("generate-key-pair"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	args := slices.Clone(c.Signs[0].Args)
	for i := range args {
		args[i] = strings.NewReplacer("${artifact}", sums, "${signature}", bundle).Replace(args[i])
	}
	args = slices.Insert(args, 1, "--key=cosign.key", "--tlog-upload=false", "--use-signing-config=false")
	if out, err := run(args...); err != nil {
		t.Fatalf("sign: %v\n%s", err, out)
	}
	verify := func() error {
		out, err := run("verify-blob", "--key=cosign.pub", "--insecure-ignore-tlog", "--bundle="+bundle, sums)
		t.Logf("%s", out)
		return err
	}
	if err := verify(); err != nil {
		t.Errorf("the signature does not verify: %v", err)
	}
	write(t, sums, strings.Repeat("1", 64)+"  verbatim_1.0.0_linux_amd64.tar.gz\n")
	if verify() == nil {
		t.Error("the signature verifies for other checksums")
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
