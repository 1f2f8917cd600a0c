package main

import (
	"fmt"

	"dateline/internal/transfer"
)

type exportCommand struct {
	Kind string `arg:"" help:"What to write: ninjs, site or mirror."`
	Dir  string `arg:"" help:"Folder to write into; it is made when it is not there."`
}

// Run exports and says what was written.
func (e exportCommand) Run(c *call) error {
	if err := checkKind(exportKinds, e.Kind); err != nil {
		return err
	}
	h, err := c.openKept()
	if err != nil {
		return err
	}
	defer h.Close()
	bar := newBar(c.err)
	o := h.Exports()
	o.Progress = bar.show
	made, err := transfer.ExportNinjs(c.ctx, o, e.Dir)
	bar.end()
	if err != nil {
		if made.Articles > 0 {
			return exit{3, fmt.Errorf("stopped after %d articles: %w", made.Articles, err)}
		}
		return err
	}
	fmt.Fprintf(c.out, "%d articles, %d withdrawn, %d pictures in %s\n", made.Articles, made.Withdrawn, made.Pictures, e.Dir)
	return nil
}
