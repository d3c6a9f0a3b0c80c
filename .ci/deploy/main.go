// Command deploy reads what deploys the bot with the code of the programs that will read it: Kubernetes'
// own types, strictly, and its Pod Security checks; the library of Docker Compose; goreleaser's
// configuration. It is a module of its own, so that none of that is part of the product.
//
// With the argument exprs it prints the expressions of the dashboard as a file of rules, for promtool.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "deploy:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) < 1 || len(args) > 2 {
		return errors.New("usage: deploy FOLDER [exprs]")
	}
	in := func(name string) string { return filepath.Join(args[0], name) }
	if len(args) == 2 {
		return printRules(os.Stdout, in("dashboard.json"))
	}
	return errors.Join(
		checkKubernetes(in("kubernetes.yaml")),
		checkStatefulSet(in("kubernetes-replicas.yaml")),
		checkCompose(ctx, in("compose.yaml")),
		checkReplicas(ctx, in("compose-replicas.yaml")),
		checkRelease(in("goreleaser.yaml")),
	)
}
