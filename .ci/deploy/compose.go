package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// checkCompose loads a compose file as docker compose config does, by its schema, and holds its services to
// what fault 30 asks for. OpenSearch writes beside its data, so that its root may be written to.
func checkCompose(ctx context.Context, file string) error {
	project, err := loadCompose(ctx, file)
	if err != nil {
		return err
	}
	if len(project.Services) == 0 {
		return fmt.Errorf("%s has no service", file)
	}
	for name, s := range project.Services {
		if len(s.CapDrop) != 1 || s.CapDrop[0] != "ALL" || s.MemLimit == 0 || len(s.SecurityOpt) == 0 || !s.ReadOnly && s.Build != nil {
			return fmt.Errorf("%s: service %s is not confined", file, name)
		}
	}
	fmt.Printf("%s: %d services, as compose loads it\n", file, len(project.Services))
	return nil
}

func loadCompose(ctx context.Context, file string) (*types.Project, error) {
	options, err := cli.NewProjectOptions([]string{file}, cli.WithWorkingDirectory(filepath.Dir(file)), cli.WithResolvedPaths(true))
	if err != nil {
		return nil, err
	}
	project, err := options.LoadProject(ctx)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", file, err)
	}
	return project, nil
}

// checkReplicas holds a compose file to what replicas over OpenSearch need: a data folder for each, an OpenSearch
// of three nodes by TLS, and no secret but in files.
func checkReplicas(ctx context.Context, file string) error {
	if err := checkCompose(ctx, file); err != nil {
		return err
	}
	project, err := loadCompose(ctx, file)
	if err != nil {
		return err
	}
	replicas, search := 0, 0
	folders := map[string]bool{}
	for name, s := range project.Services {
		for _, v := range s.Volumes {
			if v.Type == types.VolumeTypeVolume && folders[v.Source] {
				return fmt.Errorf("%s: services share the volume %s", file, v.Source)
			}
			folders[v.Source] = v.Type == types.VolumeTypeVolume
		}
		for _, v := range s.Volumes {
			if _, err := os.Stat(v.Source); v.Type == types.VolumeTypeBind && strings.Contains(v.Source, "opensearch") && err != nil {
				return fmt.Errorf("%s: service %s: %w", file, name, err)
			}
		}
		for variable, value := range s.Environment {
			if value != nil && strings.Contains(variable, "PASSWORD") && !strings.HasSuffix(variable, "_FILE") {
				return fmt.Errorf("%s: service %s has a secret in its environment", file, name)
			}
		}
		switch engine := s.Environment["VERBATIM_ENGINE"]; {
		case engine == nil:
			search++
		case strings.Count(*engine, "https://") < 3:
			return fmt.Errorf("%s: service %s does not know three nodes by TLS", file, name)
		default:
			replicas++
		}
	}
	if replicas < 2 || search != 3 {
		return fmt.Errorf("%s has %d replicas and %d nodes", file, replicas, search)
	}
	return nil
}
