package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

// printRules prints each expression of a Grafana dashboard as a recording rule.
func printRules(out io.Writer, file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var board struct {
		Panels []struct {
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(data, &board); err != nil {
		return fmt.Errorf("parse %s: %w", file, err)
	}
	n := 0
	fmt.Fprintln(out, "groups:\n  - name: dashboard\n    rules:")
	for _, p := range board.Panels {
		for _, t := range p.Targets {
			fmt.Fprintf(out, "      - {record: 'dashboard:expr%d', expr: %q}\n", n, strings.ReplaceAll(t.Expr, "$job", "verbatim"))
			n++
		}
	}
	if n == 0 {
		return fmt.Errorf("%s has no expression", file)
	}
	return nil
}
