package main

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// flags gives every flag with the commands that take it.
func flags(t *testing.T) map[string][]*kong.Flag {
	t.Helper()
	parser, err := parserOf(&commands{}, io.Discard, io.Discard, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]*kong.Flag{}
	var look func(*kong.Node)
	look = func(n *kong.Node) {
		for _, f := range n.Flags {
			all[n.Path()] = append(all[n.Path()], f)
		}
		for _, c := range n.Children {
			look(c)
		}
	}
	look(parser.Model.Node)
	return all
}

func TestEveryFlagHasItsEnvironmentVariable(t *testing.T) {
	seen := map[string]bool{}
	for command, list := range flags(t) {
		for _, f := range list {
			seen[f.Name] = true
			if f.Name == "help" || f.Name == "version" {
				if len(f.Envs) > 0 {
					t.Errorf("%s: the environment says --%s", command, f.Name)
				}
				continue
			}
			want := "DATELINE_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
			if !slices.Equal(f.Envs, []string{want}) {
				t.Errorf("%s: --%s has %v, not %s", command, f.Name, f.Envs, want)
			}
		}
	}
	for _, name := range []string{"data", "streams-per-address", "email", "expires", "every", "dry-run", "articles", "reconnect"} {
		if !seen[name] {
			t.Errorf("--%s was not looked at", name)
		}
	}
}

func TestEveryCommandHasHelp(t *testing.T) {
	for command := range flags(t) {
		args := append(strings.Fields(command), "--help")
		var out, errs strings.Builder
		if status := run(t.Context(), args, &out, &errs); status != 0 || !strings.Contains(out.String(), strings.TrimSpace("Usage: dateline "+command)) || !strings.Contains(out.String(), "--data=") || errs.Len() > 0 {
			t.Errorf("%s --help: %d %.300s %s", command, status, out.String(), errs.String())
		}
	}
}
