package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/compose-spec/compose-go/v2/cli"
)

// checkCompose loads a compose file as docker compose config does, by its schema, and holds its services to
// what fault 30 asks for.
func checkCompose(ctx context.Context, file string) error {
	options, err := cli.NewProjectOptions([]string{file}, cli.WithWorkingDirectory(filepath.Dir(file)), cli.WithResolvedPaths(true))
	if err != nil {
		return err
	}
	project, err := options.LoadProject(ctx)
	if err != nil {
		return fmt.Errorf("load %s: %w", file, err)
	}
	if len(project.Services) == 0 {
		return fmt.Errorf("%s has no service", file)
	}
	for name, s := range project.Services {
		if !s.ReadOnly || len(s.CapDrop) != 1 || s.CapDrop[0] != "ALL" || s.MemLimit == 0 || len(s.SecurityOpt) == 0 {
			return fmt.Errorf("%s: service %s is not confined", file, name)
		}
	}
	fmt.Printf("%s: %d service, as compose loads it\n", file, len(project.Services))
	return nil
}
