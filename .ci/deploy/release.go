package main

import (
	"fmt"

	"github.com/goreleaser/goreleaser/v2/pkg/config"
)

// checkRelease loads the configuration of the releases as goreleaser does, which knows no field but its own.
func checkRelease(file string) error {
	project, err := config.Load(file)
	if err != nil {
		return fmt.Errorf("load %s: %w", file, err)
	}
	if len(project.Builds) == 0 || len(project.Archives) == 0 || len(project.SBOMs) == 0 || project.Checksum.NameTemplate == "" {
		return fmt.Errorf("%s lacks builds, archives, checksums or SBOMs", file)
	}
	fmt.Printf("%s: %d targets, as goreleaser loads it\n", file, len(project.Builds[0].Targets))
	return nil
}
