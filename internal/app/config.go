package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dateline/internal/account"
	"dateline/internal/dial"
	"dateline/internal/web"
)

// DefaultListen is where a site serves unless it is told otherwise.
const DefaultListen = "127.0.0.1:8080"

// Names under which a database remembers something of its site.
const (
	settingAddress = "address"  // the public address of whoever served last
	settingFormKey = "form-key" // signs when a form was shown; it opens nothing
	settingDemo    = "demo"     // demoBegun while the demo is being loaded, then demoDone
)

// Check says in one line what in the configuration no command can work with, the flag first. It looks at words alone and reaches nothing.
func (c Config) Check() error {
	if err := c.check(); err != nil {
		return err
	}
	if _, err := web.ParseProxies(c.TrustProxy...); err != nil {
		return fmt.Errorf("--trust-proxy %s: give addresses or networks such as 127.0.0.1 or 10.0.0.0/8", strings.Join(c.TrustProxy, ","))
	}
	if _, err := dial.New(dial.Options{Allow: c.AllowPrivate}); err != nil {
		return fmt.Errorf("--allow-private %s: give networks such as 10.0.0.0/8 or fd00::/8", strings.Join(c.AllowPrivate, ","))
	}
	for _, at := range [][2]string{{"--listen", c.Listen}, {"--admin-listen", c.AdminListen}} {
		if _, _, err := net.SplitHostPort(at[1]); at[1] != "" && err != nil {
			return fmt.Errorf("%s %q: give host and port such as %s", at[0], at[1], DefaultListen)
		}
	}
	if c.SMTP != "" {
		u, err := url.Parse(c.SMTP)
		if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" {
			return errors.New("--smtp: give smtp://user:password@host:587") // what was given may hold a password
		}
	}
	if _, err := c.vouchers(nil); err != nil {
		return err
	}
	if _, err := account.CleanEmail(c.MailFrom); c.MailFrom != "" && err != nil {
		return fmt.Errorf("--mail-from %s: give an address such as news@example.org", c.MailFrom)
	}
	for _, at := range c.Purge {
		if u, err := url.Parse(at); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return errors.New("--purge: give addresses such as http://127.0.0.1:6081, with commas between them") // what was given may hold a password
		}
	}
	for _, at := range [][2]string{{"--database", c.Database}, {"--database-public", c.DatabasePublic}} {
		if scheme, _, _ := strings.Cut(at[1], ":"); at[1] != "" && !slices.Contains([]string{"postgres", "postgresql", "sqlite"}, scheme) && !strings.Contains(at[1], "host=") {
			return fmt.Errorf("%s: give postgres://user:password@host/name", at[0]) // as above
		}
	}
	if c.Theme != "" {
		if info, err := os.Stat(c.Theme); err != nil || !info.IsDir() {
			return fmt.Errorf("--theme %s: there is no such folder", c.Theme)
		}
	}
	if c.Streams < 0 {
		return fmt.Errorf("--streams-per-address %d: give a number from 1 on", c.Streams)
	}
	return nil
}

// There says that no site is where the configuration points: a folder named wrongly must not become an empty site. A database
// server that is named is taken as it is.
func (c Config) There() error {
	path, own := strings.CutPrefix(c.Database, "sqlite:")
	if c.Database != "" && !own {
		return nil
	}
	if path == "" {
		path = filepath.Join(c.Data, "dateline.db")
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no site in %s; name its data folder with --data", filepath.Dir(path))
	}
	return nil
}

// remembered reads the address under which the site is served, for commands that are not told one.
func (h *House) remembered(ctx context.Context) error {
	address, err := h.Store.Setting(ctx, settingAddress)
	h.Config.served = address
	return err
}

// rememberAddress notes under which address the site is served from now on, so that commands beside it print links that work.
func (h *House) rememberAddress(ctx context.Context) error {
	if h.Config.Public() == h.Config.served {
		return nil
	}
	return h.Store.Remember(ctx, settingAddress, h.Config.Public())
}

// What a house is to the demo.
const (
	demoBegun = "begun"
	demoDone  = "done"
)

// MayDemo fails where a site is that is no demo. It changes nothing.
func (h *House) MayDemo(ctx context.Context) error {
	mark, err := h.Store.Setting(ctx, settingDemo)
	if err != nil || mark != "" {
		return err
	}
	people, err := h.Store.Accounts(ctx)
	if err != nil {
		return err
	}
	if people > 0 || len(h.Directory().Editions) > 0 {
		return fmt.Errorf("%s holds a site that is not the demo; give the demo a data folder of its own with --data", h.place())
	}
	return nil
}

// BeginDemo makes the house ready for the made-up newsroom and reports whether it is still to be loaded. What an interrupted
// load left is removed first. It fails where MayDemo does.
func (h *House) BeginDemo(ctx context.Context) (load bool, err error) {
	if err := h.MayDemo(ctx); err != nil {
		return false, err
	}
	mark, err := h.Store.Setting(ctx, settingDemo)
	if err != nil || mark == demoDone {
		return false, err
	}
	if mark == demoBegun {
		return true, h.empty(ctx)
	}
	return true, h.Store.Remember(ctx, settingDemo, demoBegun)
}

// EndDemo notes that the made-up newsroom is loaded whole.
func (h *House) EndDemo(ctx context.Context) error {
	return h.Store.Remember(ctx, settingDemo, demoDone)
}

// place names where the site is, without a password.
func (h *House) place() string {
	if h.Config.Database != "" {
		return redacted(h.Config.Database)
	}
	return h.Config.Data
}

// empty removes everything: rows and files.
func (h *House) empty(ctx context.Context) error {
	if err := h.Store.Empty(ctx); err != nil {
		return err
	}
	keys, err := (shelf{h.Files}).Keys(ctx, "")
	if err != nil {
		return err
	}
	for _, key := range keys {
		if err := h.Files.Delete(ctx, key); err != nil {
			return err
		}
	}
	return h.readDirectory(ctx)
}
