package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/app"
)

// open opens the house for a command.
func (c *call) open() (*app.House, error) { return app.Open(c.ctx, c.common.config()) }

type accountCommand struct {
	Add accountAdd `cmd:"" help:"Make an account, confirmed, and print a one-time sign-in link."`
}

type accountAdd struct {
	Email   string `required:"" help:"Address." placeholder:"E"`
	Name    string `required:"" help:"Name." placeholder:"N"`
	Role    string `required:"" help:"admin, editor, reporter, picture-editor, moderator, audience or reader." placeholder:"ROLE"`
	Edition string `help:"Limit the role to one edition." placeholder:"SLUG"`
}

// Run makes the account.
func (a accountAdd) Run(c *call) error {
	role, err := account.ParseRole(a.Role)
	if err != nil {
		return exit{2, err}
	}
	h, err := c.open()
	if err != nil {
		return err
	}
	defer h.Close()
	if a.Edition != "" {
		if _, ok := h.Directory().Edition(a.Edition); !ok {
			return fmt.Errorf("there is no edition %q", a.Edition)
		}
	}
	made, err := h.Door.Add(c.ctx, a.Email, a.Name, "", account.Grant{Role: role, Edition: a.Edition})
	if err != nil {
		return err
	}
	link, err := h.Door.Link(c.ctx, made)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s/newsroom/sign-in/%s\n", h.Config.Public(), link)
	return nil
}

type tokenCommand struct {
	Add tokenAdd `cmd:"" help:"Make an API token and print it, and nothing else."`
}

type tokenAdd struct {
	Email   string `required:"" help:"Address of the account." placeholder:"E"`
	Name    string `help:"What it is for." placeholder:"N"`
	Expires string `help:"How long it lives, such as 30d, 12h or 1y; for ever when not given." placeholder:"D"`
}

// Run makes the token.
func (t tokenAdd) Run(c *call) error {
	life, err := parseLife(t.Expires)
	if err != nil {
		return exit{2, err}
	}
	h, err := c.open()
	if err != nil {
		return err
	}
	defer h.Close()
	a, err := h.Account(c.ctx, t.Email)
	if err != nil {
		return err
	}
	token, err := h.Door.Token(c.ctx, a, t.Name, life)
	if err != nil {
		return err
	}
	fmt.Fprintln(c.out, token)
	return nil
}

// parseLife reads durations with days and years, and dates; 0 is for ever.
func parseLife(s string) (time.Duration, error) {
	if s == "" {
		return 0, nil
	}
	if d, err := time.ParseDuration(s); err == nil && d > 0 {
		return d, nil
	}
	for unit, span := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour, "y": 365 * 24 * time.Hour} {
		if n, err := strconv.Atoi(strings.TrimSuffix(s, unit)); err == nil && strings.HasSuffix(s, unit) && n > 0 && n < 10000 {
			return time.Duration(n) * span, nil
		}
	}
	if t, err := time.Parse(time.DateOnly, s); err == nil && time.Until(t) > 0 {
		return time.Until(t), nil
	}
	return 0, fmt.Errorf("--expires %q: give a time to live such as 30d, 12h or 1y, or a date to come such as 2030-12-31", s)
}
