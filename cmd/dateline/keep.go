package main

import "fmt"

type backupCommand struct {
	File string `arg:"" help:"File to write, such as dateline.tar.gz."`
}

// Run writes the backup.
func (b backupCommand) Run(c *call) error {
	h, err := c.openKept()
	if err != nil {
		return err
	}
	defer h.Close()
	if err := h.Backup(c.ctx, b.File, c.say); err != nil {
		return err
	}
	fmt.Fprintln(c.out, b.File)
	return nil
}

type restoreCommand struct {
	File string `arg:"" help:"Backup to put in place of what there is."`
}

// Run verifies and restores.
func (r restoreCommand) Run(c *call) error {
	h, err := c.open()
	if err != nil {
		return err
	}
	defer h.Close()
	return h.Restore(c.ctx, r.File, c.say)
}

// say writes a line of progress.
func (c *call) say(line string) { fmt.Fprintln(c.err, line) }
