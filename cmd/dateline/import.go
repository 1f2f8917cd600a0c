package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"dateline/internal/transfer"
)

type importCommand struct {
	Kind    string   `arg:"" help:"What it is: ninjs, newsml, nitf, rss, wordpress, ghost, medium, substack or disqus."`
	Paths   []string `arg:"" name:"path" help:"Files, and folders of .json, .jsonl and .ndjson files, of feeds, of WordPress .xml and of Disqus .xml and .gz files."`
	Edition string   `help:"Edition for new articles, by their language when not given; of comments, only to stories of it." placeholder:"SLUG"`
	Section string   `help:"Section for new articles; by their subjects when not given." placeholder:"SLUG"`
	Publish bool     `help:"Publish what its publisher calls usable; otherwise it arrives as drafts."`
	DryRun  bool     `help:"Read and check everything and write nothing."`
	JSON    bool     `name:"json" help:"Print one JSON object."`
}

// kinds are the words an import or export knows; those that are true work in this version.
var (
	importKinds = map[string]bool{"ninjs": true, "newsml": false, "nitf": false, "rss": true, "wordpress": true, "ghost": false, "medium": false, "substack": false, "disqus": true}
	exportKinds = map[string]bool{"ninjs": true, "site": false, "mirror": false}
)

// checkKind says what is wrong with a kind.
func checkKind(kinds map[string]bool, kind string) error {
	works, known := kinds[kind]
	switch {
	case works:
		return nil
	case known:
		return errLater
	}
	var names []string
	for name := range kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	return exit{2, fmt.Errorf("%q is no kind; there are %s", kind, strings.Join(names, ", "))}
}

// Run imports and says what came in.
func (i importCommand) Run(c *call) error {
	if err := checkKind(importKinds, i.Kind); err != nil {
		return err
	}
	h, err := c.openKept()
	if err != nil {
		return err
	}
	defer h.Close()
	o, done, err := h.Imports()
	if err != nil {
		return exit{2, err}
	}
	defer done()
	bar := newBar(c.err)
	o.Edition, o.Section, o.Publish, o.DryRun, o.Progress = i.Edition, i.Section, i.Publish, i.DryRun, bar.show
	bring := transfer.Import
	switch i.Kind {
	case "wordpress":
		bring = transfer.ImportWordPress
	case "rss":
		bring = transfer.ImportFeed
	case "disqus":
		bring = transfer.ImportDisqus
	}
	r, err := bring(c.ctx, o, i.Paths...)
	bar.end()
	if i.JSON {
		out, jerr := json.Marshal(r)
		if jerr != nil {
			return jerr
		}
		fmt.Fprintf(c.out, "%s\n", out)
	}
	if !i.JSON {
		i.tell(c.out, c.err, r, err)
	}
	return i.outcome(r, err)
}

// tell says in words what came in; warnings and failures go to errs, so many that they can be read.
func (i importCommand) tell(out, errs io.Writer, r transfer.Result, err error) {
	const shown = 50
	list := func(word string, notes []transfer.Note) {
		for n, note := range notes {
			if n == shown {
				fmt.Fprintf(errs, "%s: %d more; --json lists them\n", word, len(notes)-shown)
				return
			}
			fmt.Fprintf(errs, "%s: %s\n", word, oneLine(errors.New(strings.TrimSpace(note.Item+" "+note.Why))))
		}
	}
	list("warning", r.Warnings)
	list("failed", r.Failed)
	if err != nil && r.Articles+r.Updated+r.Comments == 0 {
		return
	}
	what := ""
	if i.DryRun {
		what = "nothing was written; it would be: "
	}
	if i.Kind == "disqus" {
		fmt.Fprintf(out, "%s%d comments, %d unchanged, %d warnings, %d failed\n", what, r.Comments, r.Unchanged, len(r.Warnings), len(r.Failed))
		return
	}
	fmt.Fprintf(out, "%s%d articles, %d pictures, %d updated, %d unchanged, %d warnings, %d failed\n", what, r.Articles, r.Pictures, r.Updated, r.Unchanged, len(r.Warnings), len(r.Failed))
}

// outcome turns a result into an exit status: 3 when only a part came in.
func (importCommand) outcome(r transfer.Result, err error) error {
	var misused transfer.Misused
	switch {
	case errors.As(err, &misused):
		return exit{2, err}
	case err != nil && r.Articles+r.Updated+r.Comments > 0:
		return exit{3, err}
	case err != nil:
		return err
	case len(r.Failed) == 0:
		return nil
	}
	first := strings.TrimSpace(r.Failed[0].Item + " " + r.Failed[0].Why)
	if r.Read > 0 {
		return exit{3, fmt.Errorf("part of it failed (%d), first %s", len(r.Failed), first)}
	}
	return fmt.Errorf("nothing was imported (%d failed), first %s", len(r.Failed), first)
}
