package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/app"
	"dateline/internal/fault"
)

// open opens the house for a command that may begin a site; openKept for one that needs a site that is there.
func (c *call) open() (*app.House, error) { return app.Open(c.ctx, c.common.config()) }

func (c *call) openKept() (*app.House, error) {
	if err := c.common.config().There(); err != nil {
		return nil, err
	}
	return c.open()
}

// flagged makes faults of input wrong use that names the flags: the place email is --email.
func flagged(err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Places) == 0 {
		return err
	}
	said := make([]string, len(f.Places))
	for i, p := range f.Places {
		said[i] = "--" + strings.TrimPrefix(p.Location, "body.") + ": " + p.Text
	}
	return exit{2, errors.New(strings.Join(said, "; "))}
}

type accountCommand struct {
	Add           accountAdd    `cmd:"" help:"Make an account, confirmed, and print a one-time sign-in link."`
	ForgetFactors accountForget `cmd:"" help:"Remove the passkeys and codes of somebody who lost them, and print a one-time sign-in link."`
}

type accountForget struct {
	Email string `required:"" help:"Address of the account." placeholder:"E"`
}

// Run removes what is lost, ends the account's sessions and prints a link.
func (f accountForget) Run(c *call) error {
	h, a, err := c.accountOf(f.Email)
	if err != nil {
		return err
	}
	defer h.Close()
	if err := h.Door.ForgetFactors(c.ctx, account.House(), a.ID); err != nil {
		return err
	}
	link, err := h.Door.Link(c.ctx, a)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s/newsroom/sign-in/%s\n", h.Config.Public(), link)
	return nil
}

type accountAdd struct {
	Email   string `required:"" help:"Address." placeholder:"E"`
	Name    string `required:"" help:"Name." placeholder:"N"`
	Role    string `required:"" help:"admin, editor, reporter, picture-editor, moderator, audience or reader." placeholder:"ROLE"`
	Edition string `help:"Limit the role to one edition." placeholder:"SLUG"`
}

// Run makes the account, or finds it, and prints a link; whom it found and what it gained goes to standard error.
func (a accountAdd) Run(c *call) error {
	role, err := account.ParseRole(a.Role)
	if err == nil {
		err = account.CheckPerson(a.Email, a.Name, "")
	}
	if err != nil {
		return flagged(err)
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
	made, err := h.Door.Admit(c.ctx, a.Email, a.Name, account.Grant{Role: role, Edition: a.Edition})
	if err != nil {
		return flagged(err)
	}
	if made.Known {
		c.say(a.known(made))
	}
	link, err := h.Door.Link(c.ctx, made.Account)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s/newsroom/sign-in/%s\n", h.Config.Public(), link)
	return nil
}

// known says what became of an account that was there.
func (a accountAdd) known(made account.Admitted) string {
	said := fmt.Sprintf("%s has an account already, %s", made.Email, made.Name)
	if made.Granted {
		said += ", and is " + a.Role
		if a.Edition != "" {
			said += " of " + a.Edition
		}
		said += " from now on"
	} else {
		said += ", with this role"
	}
	return said + "; here is a new sign-in link"
}

type tokenCommand struct {
	Add    tokenAdd    `cmd:"" help:"Make an API token and print it, and nothing else."`
	List   tokenList   `cmd:"" help:"List the API tokens of an account: id, when it was made, until when it lives, name."`
	Revoke tokenRevoke `cmd:"" help:"End an API token."`
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
	h, a, err := c.accountOf(t.Email)
	if err != nil {
		return err
	}
	defer h.Close()
	token, err := h.Door.Token(c.ctx, a, t.Name, life)
	if err != nil {
		return err
	}
	fmt.Fprintln(c.out, token)
	return nil
}

// accountOf opens a site that is there and finds an account in it.
func (c *call) accountOf(email string) (*app.House, account.Account, error) {
	address, err := account.CleanEmail(email)
	if err != nil {
		return nil, account.Account{}, flagged(err)
	}
	h, err := c.openKept()
	if err != nil {
		return nil, account.Account{}, err
	}
	a, err := h.Account(c.ctx, address)
	if err != nil {
		return nil, a, errors.Join(err, h.Close())
	}
	return h, a, nil
}

type tokenList struct {
	Email string `required:"" help:"Address of the account." placeholder:"E"`
}

// Run lists the tokens, newest first; the tokens themselves are kept nowhere.
func (t tokenList) Run(c *call) error {
	h, a, err := c.accountOf(t.Email)
	if err != nil {
		return err
	}
	defer h.Close()
	tokens, err := h.Door.Tokens(c.ctx, a)
	if err != nil {
		return err
	}
	for _, s := range tokens {
		until := "for ever"
		if !s.ExpiresAt.IsZero() {
			until = s.ExpiresAt.UTC().Format(time.RFC3339)
		}
		fmt.Fprintf(c.out, "%s  %s  %-20s  %s\n", s.ID, s.CreatedAt.UTC().Format(time.RFC3339), until, oneLine(errors.New(s.Name)))
	}
	return nil
}

type tokenRevoke struct {
	Email string `required:"" help:"Address of the account." placeholder:"E"`
	Token string `arg:"" help:"Name or id of the token; dateline token list shows both."`
}

// Run ends the token; a running site refuses it within two seconds.
func (t tokenRevoke) Run(c *call) error {
	h, a, err := c.accountOf(t.Email)
	if err != nil {
		return err
	}
	defer h.Close()
	tokens, err := h.Door.Tokens(c.ctx, a)
	if err != nil {
		return err
	}
	var ids []string
	for _, s := range tokens {
		if s.ID == t.Token {
			ids = []string{s.ID}
			break
		}
		if s.Name == t.Token {
			ids = append(ids, s.ID)
		}
	}
	switch len(ids) {
	case 0:
		return fmt.Errorf("%s has no token %q; dateline token list shows those there are", a.Email, t.Token)
	case 1:
		return h.Door.Revoke(c.ctx, a, ids[0])
	}
	return fmt.Errorf("%d tokens of %s are called %q; name one by its id: %s", len(ids), a.Email, t.Token, strings.Join(ids, ", "))
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
