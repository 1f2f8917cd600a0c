package main

import (
	"fmt"
	"path/filepath"

	"dateline/internal/app"
)

type serveCommand struct{}

// Run serves until it is told to stop.
func (serveCommand) Run(c *call) error {
	h, err := c.open()
	if err != nil {
		return err
	}
	defer h.Close()
	s, err := app.Build(c.ctx, h)
	if err != nil {
		return err
	}
	link, err := h.SetUpLink(c.ctx)
	if err != nil {
		return err
	}
	data, err := filepath.Abs(h.Config.Data)
	if err != nil {
		data = h.Config.Data
	}
	fmt.Fprintf(c.out, "Dateline serves %s\n", h.Config.Public())
	fmt.Fprintf(c.out, "Everything is kept in %s\n", data)
	if link != "" {
		fmt.Fprintf(c.out, "Set the site up, once: %s\n", link)
	}
	if h.Config.SMTP == "" {
		fmt.Fprintln(c.out, "No mail server is given, so no mail is sent; sign-in links are printed by dateline account add.")
	}
	return s.Run(c.ctx)
}
