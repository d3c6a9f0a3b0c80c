package main

import (
	"strings"

	"github.com/spf13/cobra"

	"verbatim/bot/manifest"
)

func newManifest(io streams) *cobra.Command {
	var with []string
	var asJSON bool
	var help strings.Builder
	for _, o := range manifest.Options() {
		help.WriteString("  " + o.Name + strings.Repeat(" ", 9-len(o.Name)) + o.Gives + "\n")
	}
	cmd := &cobra.Command{
		Use:   "manifest",
		Short: "Print what Slack makes the app of",
		Long: `Manifest prints the manifest of the Slack app: paste it at https://api.slack.com/apps,
"Create New App", "From a manifest", or let 'verbatim setup' lead through it. To change
an app that is there, paste it on the page "App Manifest" of its settings, save, and
install the app again.

It asks for no more than the bot needs. Each option adds exactly its scopes and events:

` + strings.TrimRight(help.String(), "\n"),
		Example: "  verbatim manifest\n  verbatim manifest --with threads,files --json",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			m, err := manifest.New(with...)
			if err != nil {
				return usagef("--with: %w", err)
			}
			text, err := m.YAML()
			if asJSON {
				text, err = m.JSON()
			}
			if err != nil {
				return err
			}
			_, err = io.out.Write(text)
			return err
		},
	}
	cmd.Flags().StringSliceVar(&with, "with", nil, "options, with commas between them: "+strings.Join(manifest.Names(), ", "))
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON in place of YAML")
	return cmd
}
