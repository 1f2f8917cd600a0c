package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"dateline/internal/live"
	"dateline/internal/page"
	"dateline/internal/store/blob"
)

// Finding is what doctor says of one component.
type Finding struct {
	Part string // database, media, bus, mail, clock, disk, theme
	Said string // what it is and how it does
	Err  error  // nil when all is well
}

// Effective lists the configuration as it is in force, without passwords.
func (c Config) Effective() [][2]string {
	or := func(s, otherwise string) string {
		if s == "" {
			return otherwise
		}
		return redacted(s)
	}
	return [][2]string{
		{"data", c.Data}, {"listen", or(c.Listen, DefaultListen)}, {"url", c.Public()},
		{"database", or(c.Database, "SQLite in "+filepath.Join(c.Data, "dateline.db"))},
		{"database-public", or(c.DatabasePublic, "the same, through the list of public texts")},
		{"bus", or(c.Bus, "embedded")}, {"media", redacted(c.media())},
		{"smtp", or(c.SMTP, "none: no mail is sent")}, {"mail-from", c.sender()}, {"oidc", or(c.providers(), "none")}, {"theme", or(c.Theme, "the default theme")},
		{"trust-proxy", or(strings.Join(c.TrustProxy, ", "), "none")}, {"allow-private", or(strings.Join(c.AllowPrivate, ", "), "none")}, {"wire", or(c.Wire, "none")},
		{"streams-per-address", fmt.Sprint(c.Streams)}, {"no-fast-lane", fmt.Sprint(c.NoLane)}, {"admin-listen", or(c.AdminListen, "off")},
	}
}

// Examine checks each real component by using it.
func Examine(ctx context.Context, c Config) []Finding {
	var out []Finding
	add := func(part, said string, err error) { out = append(out, Finding{part, said, err}) }
	if err := c.check(); err != nil {
		add("configuration", "", err)
	}
	h, err := Open(ctx, c)
	if err != nil {
		add("database", "", err)
		files, err := blob.Open(ctx, c.media())
		if err == nil {
			err = errors.Join(files.Check(ctx), files.Close())
		}
		add("media", "a file written, read back and removed", err)
	} else {
		defer h.Close()
		d := h.Directory()
		add("database", fmt.Sprintf("%s, editions: %d, sections: %d, a row written and removed", h.Store.Kind(), len(d.Editions), len(d.Sections)), h.Store.Check(ctx))
		if c.DatabasePublic != "" {
			add("public reads", "its role may read all that pages need", h.Store.CheckPublic(ctx))
		}
		add("history", "every leaf read, the tree is what they give", h.Store.CheckLog(ctx))
		add("media", "a file written, read back and removed", h.Files.Check(ctx))
	}
	bus, err := live.OpenBus(ctx, c.Bus, c.Log)
	if err == nil {
		err = bus.Check(ctx)
		bus.Close()
	}
	add("bus", "a message went round", err)
	add("mail", "", checkMail(ctx, c.SMTP))
	if c.SMTP == "" {
		out[len(out)-1].Said = "none: readers can make no account, sign-in links are printed by the command line"
	} else {
		out[len(out)-1].Said = "the server answers"
	}
	for _, v := range c.OIDC {
		add("sign-in", "the provider answers", checkProvider(ctx, c, v))
	}
	for _, dir := range c.folders() {
		said, err := checkDisk(dir)
		add("disk", said, err)
	}
	add("clock", time.Now().UTC().Format(time.RFC3339), checkClock(ctx, h))
	if c.Theme != "" {
		add("theme", c.Theme, checkTheme(os.DirFS(c.Theme)))
	}
	return out
}

func checkMail(ctx context.Context, address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return fmt.Errorf("--smtp: give smtp://user:password@host:587")
	}
	port, within := u.Port(), u.Scheme == "smtps"
	switch {
	case port == "" && within:
		port = "465"
	case port == "":
		port = "587"
	}
	d := net.Dialer{Timeout: 5 * time.Second}
	conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err == nil && within { // it greets inside of TLS only
		conn = tls.Client(conn, &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12})
	}
	if err != nil {
		return fmt.Errorf("mail server: %w", err)
	}
	defer conn.Close()
	conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	greeting := make([]byte, 3)
	if _, err := io.ReadFull(conn, greeting); err != nil {
		return fmt.Errorf("mail server: it does not greet: %w", err)
	}
	if string(greeting) != "220" {
		return errors.New("mail server: it does not greet with 220")
	}
	return nil
}

// checkClock finds a clock that is plainly wrong: one that stands before this program was written, or is far from the database's.
func checkClock(ctx context.Context, h *House) error {
	const apart = 2 * time.Second
	now := time.Now()
	if now.Year() < 2026 {
		return fmt.Errorf("the clock says %s; embargoes and schedules hang on it", now.UTC().Format(time.DateOnly))
	}
	if h == nil {
		return nil
	}
	theirs, err := h.Store.Now(ctx)
	if err != nil {
		return err
	}
	// The database was asked between the two moments.
	if early, late := now.Sub(theirs), time.Until(theirs); max(early, late) > apart {
		return fmt.Errorf("the clock here and that of the database are %s apart; embargoes and schedules hang on it", max(early, late).Round(time.Second))
	}
	return nil
}

func checkTheme(theme fs.FS) error {
	if faults := page.CheckTheme(theme); len(faults) > 0 {
		return fmt.Errorf("not right in %d places, the first: %w", len(faults), faults[0])
	}
	return nil
}

// folders are where this process writes: data, media when it is a folder, and what is temporary; each disk once.
func (c Config) folders() []string {
	var out []string
	seen := map[string]bool{}
	for _, dir := range []string{c.Data, c.media(), os.TempDir()} {
		if strings.Contains(dir, "://") {
			continue
		}
		disk, err := diskOf(dir)
		if err != nil {
			disk = dir // it is told what is wrong with it
		}
		if !seen[disk] {
			seen[disk] = true
			out = append(out, dir)
		}
	}
	return out
}

// checkDisk asks for the room left in a folder.
func checkDisk(dir string) (string, error) {
	free, err := freeBytes(dir)
	if err != nil {
		return "", err
	}
	said := fmt.Sprintf("%.1f GB free in %s", float64(free)/1e9, dir)
	if free < 1<<30 {
		return said, fmt.Errorf("less than 1 GB is free in %s", dir)
	}
	return said, nil
}
