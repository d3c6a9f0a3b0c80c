package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"verbatim/index"
)

const (
	// defaultSettings is the file of settings that is read when it is there and --config names none.
	defaultSettings = "verbatim.yaml"
	// maxSettings is the size in bytes of the largest file of settings: 1 MiB.
	maxSettings = 1 << 20
	// maxCache is the largest cache in MiB: 1 TiB.
	maxCache = 1 << 20
)

// settings is what the file of settings says: what is too long for flags. Each section is described
// where its type is. A field that nobody knows is an error, so that a misspelled one is not overlooked.
type settings struct {
	// Bar is how sure an answer must be; see [index.ParseBar].
	Bar index.Bar `yaml:"bar"`
	// Cache bounds what is kept in memory of the index, in MiB; 0 means [bleve.DefaultCache].
	Cache   int             `yaml:"cache"`
	Engine  engineSettings  `yaml:"engine"`
	Sources sourceSettings  `yaml:"sources"`
	Rights  rightsSettings  `yaml:",inline"`
	Desk    deskSettings    `yaml:",inline"`
	Answers answersSettings `yaml:",inline"`
	Privacy privacySettings `yaml:",inline"`
}

// configFlag adds the flag that names the file of settings.
func configFlag(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "config", os.Getenv("VERBATIM_CONFIG"),
		"file of settings, YAML (VERBATIM_CONFIG; default: "+defaultSettings+" where there is one)")
}

// readSettings reads the file of settings, [defaultSettings] if file is "". That nobody made one is
// no error.
func readSettings(file string) (settings, error) {
	name := file
	if name == "" {
		name = defaultSettings
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) && file == "" {
		return settings{}, nil
	}
	if err != nil {
		return settings{}, usagef("--config: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSettings+1))
	switch {
	case err != nil:
		return settings{}, usagef("--config: %w", err)
	case len(data) > maxSettings:
		return settings{}, usagef("--config: %q is larger than %d bytes", name, maxSettings)
	}
	s, err := parseSettings(data)
	if err != nil {
		return settings{}, usagef("--config: %q: %w", name, err)
	}
	return s, nil
}

// sayUnknown adds to an error of a setting that nobody knows what may be behind it.
func sayUnknown(err error) error {
	if strings.Contains(err.Error(), "not found in type") {
		return fmt.Errorf("%w; it is misspelled, or a newer version of Verbatim knows it", err)
	}
	return err
}

func parseSettings(data []byte) (settings, error) {
	var s settings
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&s); err != nil && !errors.Is(err, io.EOF) {
		return settings{}, sayUnknown(err)
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return settings{}, fmt.Errorf("there is a second document in the file: only one is read")
	}
	if s.Cache < 0 || s.Cache > maxCache {
		return settings{}, fmt.Errorf("cache: %d: give a number of MiB from 1 to %d", s.Cache, maxCache)
	}
	err := errors.Join(s.Engine.check(), s.Sources.check(), s.Rights.check(), s.Desk.check(), s.Answers.check(), s.Privacy.check()) // fills in defaults, too
	return s, err
}
