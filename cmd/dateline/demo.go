package main

import (
	"fmt"
	"time"

	"dateline/cmd/dateline/internal/demo"
	"dateline/cmd/dateline/internal/demo/load"
	"dateline/internal/account"
	"dateline/internal/app"
	"dateline/internal/fault"
)

type demoCommand struct {
	Every time.Duration `help:"How often a short item moves the newsfeed." default:"1m" placeholder:"D"`
}

// demoPeople are the accounts of the made-up newsroom, one for each role.
var demoPeople = []struct {
	role        account.Role
	email, name string
}{
	{account.Admin, "admin@dispatch.example", "Ines Halloran"},
	{account.Editor, "editor@dispatch.example", "Tomas Reyl"},
	{account.Reporter, "reporter@dispatch.example", "Ana Brandt"},
	{account.PictureEditor, "pictures@dispatch.example", "M. Vey"},
	{account.Moderator, "moderator@dispatch.example", "Lucas Orme"},
	{account.Audience, "audience@dispatch.example", "Greta Sund"},
	{account.Reader, "reader@dispatch.example", "Paula Dene"},
}

// Run fills an empty site and serves it. The address is taken before anything is loaded, so that a second demo on the same data ends
// there and then.
func (d demoCommand) Run(c *call) error {
	if d.Every <= 0 {
		return exit{2, fmt.Errorf("--every %s: give a time above zero, such as 1m", d.Every)}
	}
	newsroom, err := demo.Read()
	if err != nil {
		return err
	}
	h, err := c.open()
	if err != nil {
		return err
	}
	defer h.Close()
	if err := h.MayDemo(c.ctx); err != nil {
		return err
	}
	s, err := app.Build(c.ctx, h)
	if err != nil {
		return err
	}
	if err := d.ready(c, h, newsroom); err != nil {
		s.Close()
		return err
	}
	go load.Move(c.ctx, h, newsroom, d.Every, c.say)
	return s.Run(c.ctx)
}

// ready loads the newsroom where it is not there whole, and says where it is and how to come in.
func (d demoCommand) ready(c *call, h *app.House, newsroom *demo.Newsroom) error {
	fresh, err := h.BeginDemo(c.ctx)
	if err != nil {
		return err
	}
	if fresh {
		if err := load.Load(c.ctx, h, newsroom, time.Now().UTC(), c.say); err != nil {
			return err
		}
		if err := h.EndDemo(c.ctx); err != nil {
			return err
		}
	}
	fmt.Fprintf(c.out, "The Orlan Dispatch is at %s/\n", h.Config.Public())
	for _, p := range demoPeople {
		link, err := d.link(c, h, p.role, p.email, p.name)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "Sign in as %-15s %s\n", p.role+":", link)
	}
	return nil
}

// link makes the account of a role when it is not there and gives a one-time sign-in link.
func (d demoCommand) link(c *call, h *app.House, role account.Role, email, name string) (string, error) {
	a, err := h.Door.ByEmail(c.ctx, email)
	if fault.Is(err, fault.NotFound) {
		a, err = h.Door.Add(c.ctx, email, name, "", account.Grant{Role: role})
	}
	if err != nil {
		return "", err
	}
	link, err := h.Door.Link(c.ctx, a)
	return h.Config.Public() + "/newsroom/sign-in/" + link, err
}
