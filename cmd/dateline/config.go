package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// settings are the flags of a configuration file. The command line goes before the environment, and that before the file.
type settings map[string]any

// readConfig reads a file of --config: one JSON object whose keys are names of flags, with dashes or underscores.
func readConfig(r io.Reader) (kong.Resolver, error) {
	name := "the file"
	if f, ok := r.(*os.File); ok {
		name = f.Name()
	}
	raw := map[string]any{}
	d := json.NewDecoder(r)
	d.UseNumber()
	if err := d.Decode(&raw); err != nil {
		return nil, fmt.Errorf("--config %s: it has to be a JSON object such as {\"data\": \"/var/lib/dateline\"}: %w", name, err)
	}
	s := settings{}
	for key, value := range raw {
		switch v := value.(type) {
		case json.Number:
			value = v.String()
		case string, bool, []any:
		default:
			return nil, fmt.Errorf("--config %s: %q is neither text nor number nor list", name, key)
		}
		s[strings.ReplaceAll(key, "_", "-")] = value
	}
	return s, nil
}

// Validate refuses a key that is no flag of any command: a mistyped one would be overlooked.
func (s settings) Validate(a *kong.Application) error {
	known := map[string]bool{}
	var look func(*kong.Node)
	look = func(n *kong.Node) {
		for _, f := range n.Flags {
			known[f.Name] = true
		}
		for _, c := range n.Children {
			look(c)
		}
	}
	look(a.Node)
	for key := range s {
		if !known[key] {
			return fmt.Errorf("--config: there is no flag %q", key)
		}
	}
	return nil
}

// Resolve gives the value of a flag that is set neither on the command line nor in the environment.
func (s settings) Resolve(_ *kong.Context, _ *kong.Path, f *kong.Flag) (any, error) {
	if slices.ContainsFunc(f.Envs, func(name string) bool { _, there := os.LookupEnv(name); return there }) {
		return nil, nil
	}
	return s[f.Name], nil
}
