package cluster

import (
	"archive/zip"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// version is the newest OpenSearch whose runner is published for Java before 21.
const version = "2.19.1"

//go:embed node/pom.xml
var pom []byte

//go:embed node/security.xml
var securityPOM []byte

//go:embed node/Node.java
var program []byte

// java names a program of the Java that JAVA_HOME names, or of the path.
func java(name string) string {
	if home := os.Getenv("JAVA_HOME"); home != "" {
		return filepath.Join(home, "bin", name)
	}
	return name
}

// An installation is where OpenSearch lies.
type installation struct {
	classPath string
	defaults  string // folder of the security plugin's own files
}

// prepare returns an installation, with the plugin for encryption and rights where secure is set. What it
// needs is fetched with Maven and compiled once, into a folder of the user's cache; of several processes one does it
// and the others wait.
func prepare(ctx context.Context, secure bool) (in installation, err error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return in, fmt.Errorf("find a folder for OpenSearch: %w", err)
	}
	dir := filepath.Join(cache, "verbatim", "opensearch-"+version)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return in, err
	}
	lock := flock.New(filepath.Join(dir, "lock"))
	if _, err := lock.TryLockContext(ctx, time.Second/4); err != nil {
		return in, fmt.Errorf("wait for the folder of OpenSearch %q: %w", dir, err)
	}
	jars := filepath.Join(dir, "jars")
	err = fetch(ctx, jars, pom, nil)
	path := filepath.Join(jars, "*")
	if err == nil {
		err = compile(ctx, dir, path)
	}
	security := filepath.Join(dir, "security")
	if err == nil && secure {
		err = fetch(ctx, security, securityPOM, unpack)
		path = filepath.Join(security, "*") + string(os.PathListSeparator) + path
	}
	in = installation{classPath: dir + string(os.PathListSeparator) + path, defaults: filepath.Join(security, "config")}
	return in, errors.Join(err, lock.Unlock())
}

// fetch brings the files that a project of Maven names into dir, where they are not there yet. Then what unpack
// makes of them stands in dir.
func fetch(ctx context.Context, dir string, project []byte, unpack func(dir string) error) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	half := dir + ".half"
	if err := errors.Join(os.RemoveAll(half), os.MkdirAll(half, 0o700), os.WriteFile(dir+".xml", project, 0o600)); err != nil {
		return err
	}
	said, err := exec.CommandContext(ctx, "mvn", "-q", "-B", "-f", dir+".xml", "-Dopensearch.version="+version,
		"-DoutputDirectory="+half, "dependency:copy-dependencies").CombinedOutput()
	if err != nil {
		return fmt.Errorf("fetch OpenSearch %s with Maven: %w: %s", version, err, said)
	}
	if unpack != nil {
		if err := unpack(half); err != nil {
			return err
		}
	}
	return os.Rename(half, dir)
}

// unpack takes the files of the archives in dir out of them, into dir.
func unpack(dir string) error {
	archives, err := filepath.Glob(filepath.Join(dir, "*.zip"))
	if err != nil {
		return err
	}
	for _, name := range archives {
		archive, err := zip.OpenReader(name)
		if err != nil {
			return fmt.Errorf("unpack %q: %w", name, err)
		}
		if err := errors.Join(os.CopyFS(dir, archive), archive.Close()); err != nil {
			return fmt.Errorf("unpack %q: %w", name, err)
		}
	}
	return nil
}

// compile brings the program of a node into dir. It is compiled for Java 17, so that every newer one runs it.
func compile(ctx context.Context, dir, jars string) error {
	source := filepath.Join(dir, "Node.java")
	have, err := os.ReadFile(source)
	if _, missing := os.Stat(filepath.Join(dir, "Node.class")); err == nil && missing == nil && string(have) == string(program) {
		return nil
	}
	if err := os.WriteFile(source, program, 0o600); err != nil {
		return err
	}
	said, err := exec.CommandContext(ctx, java("javac"), "--release", "17", "-nowarn", "-cp", jars, "-d", dir, source).CombinedOutput()
	if err != nil {
		return fmt.Errorf("compile the node of OpenSearch %s: %w: %s", version, err, said)
	}
	return nil
}
