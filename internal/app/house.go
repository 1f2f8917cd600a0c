// Package app joins the rooms: configuration, wiring, start and stop.
//
// A House is everything but the doors: it serves the command line beside a running
// site as well as the site itself. Serve adds the doors.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"dateline/internal/account"
	"dateline/internal/coverage"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/intake"
	"dateline/internal/media"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/page/lang"
	"dateline/internal/store"
	"dateline/internal/store/blob"
	"dateline/internal/store/stem"
	"dateline/internal/talk"
	"dateline/internal/wire"
)

// Config says where things are. Its zero value is the embedded default in ./data.
type Config struct {
	Data           string   // folder
	Listen         string   // address to serve on, DefaultListen when ""
	URL            string   // public address of the site
	Database       string   // "" is SQLite in Data
	DatabasePublic string   // role for public reads on PostgreSQL
	Bus            string   // "" is embedded
	Media          string   // "" is a folder in Data
	SMTP           string   // mail server; "" sends no mail
	OIDC           []string // providers at which readers may sign in: https://client:secret@issuer#Name
	MailFrom       string   // address that letters come from; "" is noreply at the public address
	Theme          string   // folder of a theme, "" is the default one
	TrustProxy     []string
	AllowPrivate   []string
	Wire           string   // folder in which the folders of wires lie; none when ""
	Purge          []string // addresses of caches in front that are told what is stale; with any, they may keep pages a minute unasked
	Streams        int      // per address; 1,000 when 0
	NoLane         bool     // net/http reads every request
	AdminListen    string   // metrics and profiles; off when ""
	Clock          moment.Clock
	Log            *slog.Logger

	served string // the public address of whoever served last; counts when neither URL nor Listen says one
}

// Public gives the public address without a slash at the end: the one that is configured, else that of whoever serves, or served last.
// One who listens on every address of the machine is the machine itself: addresses that begin with 0.0.0.0 or [::] lead nowhere.
func (c Config) Public() string {
	if c.URL != "" {
		return strings.TrimRight(c.URL, "/")
	}
	host, port, err := net.SplitHostPort(c.Listen)
	a, aerr := netip.ParseAddr(host)
	switch {
	case err == nil && port != "0" && (host == "" || aerr == nil && a.IsUnspecified()):
		return "http://" + net.JoinHostPort("localhost", port)
	case c.Listen != "" && port != "0":
		return "http://" + c.Listen
	case c.served != "":
		return c.served
	}
	return "http://" + DefaultListen
}

// media gives where files lie.
func (c Config) media() string {
	if c.Media != "" {
		return c.Media
	}
	return filepath.Join(c.Data, "media")
}

// check says what is wrong with the configuration in one line.
func (c Config) check() error {
	if c.URL == "" {
		return nil
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return fmt.Errorf("--url %q: give the public address as https://news.example.org, without a path", c.URL)
	}
	return nil
}

// House is the rooms that every command shares.
type House struct {
	Config  Config
	Store   *store.DB
	Files   blob.Store
	IDs     *moment.IDs
	Door    *account.Door
	Editors *edition.Desk
	Desk    *news.Desk
	Archive news.Archive
	Posts   *coverage.Desk
	Talk    *talk.Desk
	Library *media.Library
	Intake  *intake.Desk
	Pool    *media.Pool

	out       *Fetcher // asks providers of sign-in
	directory atomic.Pointer[edition.Directory]
	reading   sync.Mutex  // what was read first is put there first
	behind    atomic.Bool // the editions changed and could not be read
	onChange  atomic.Pointer[func(fact.Change)]
}

// Open opens database and files and puts the domain on top. It changes nothing but the schema.
func Open(ctx context.Context, c Config) (*House, error) {
	if c.Data == "" {
		c.Data = "data"
	}
	if c.Clock == nil {
		c.Clock = moment.System{}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.Data, 0o750); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	h := &House{Config: c, IDs: moment.NewIDs(c.Clock)}
	place := c.media()
	var err error
	if h.Files, err = blob.Open(ctx, place); err != nil {
		return nil, fmt.Errorf("media %s: %w", redacted(place), err)
	}
	h.Store, err = store.Open(ctx, store.Options{Dir: c.Data, Database: c.Database, Public: c.DatabasePublic, Clock: c.Clock, Log: c.Log, OnCommit: h.committed})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("database: %w", err), h.Files.Close())
	}
	if err := h.readDirectory(ctx); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	if err := h.remembered(ctx); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	h.Pool = media.NewPool(media.PoolOptions{Tools: media.FindTools()})
	h.Door = account.NewDoor(h.Store, c.Clock, h.IDs, lang.Complete()...)
	out, err := NewFetcher(c)
	if err != nil {
		return nil, errors.Join(err, h.Close())
	}
	h.out = out
	vouchers, err := c.vouchers(out.Client())
	if err != nil {
		return nil, errors.Join(err, h.Close())
	}
	h.Door.At(account.Place{Vouchers: vouchers, Letters: c.SMTP != "", Origin: func() string { return h.Config.Public() }, Edition: func(slug string) bool { _, ok := h.Directory().Edition(slug); return ok },
		Left: func(ctx context.Context, id string) error { return h.Talk.Forget(ctx, id) }})
	h.Editors = edition.NewDesk(h.Store, c.Clock, h.IDs, lang.Complete())
	h.Desk = news.NewDesk(h.Store, c.Clock, h.IDs, h.Directory)
	h.Archive = news.Archive{Reader: h.Store}
	h.Posts = coverage.NewDesk(h.Store, h.Desk, c.Clock, h.IDs)
	h.Talk = talk.NewDesk(h.Store.Talk, c.Clock, h.IDs, stem.Of, func(id string) bool { _, ok := h.Directory().SectionByID(id); return ok })
	h.Intake = intake.NewDesk(h.Store, c.Clock, h.IDs, h.Directory, wire.Newer)
	h.Library = media.NewLibrary(h.Store, shelf{h.Files}, h.Pool, c.Clock, h.IDs)
	return h, nil
}

// hidden stands where a secret was.
const hidden = "xxxxx"

// secretPart finds what is secret in the query of an address or in words of the form key=value, quoted or not.
var secretPart = regexp.MustCompile(`(?i)((?:pass|pwd|secret|token|key|credential|sig)[a-z_.-]*\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&;,]*)`)

// nextAddress finds where another address begins in a list; a comma may stand in a password.
var nextAddress = regexp.MustCompile(`,\s*[a-z][a-z0-9+.-]*://`)

// redacted is an address, or several, without what is secret in it: passwords, tokens that stand for a name, secret parameters.
func redacted(address string) string {
	from, parts := 0, []string{}
	for _, next := range nextAddress.FindAllStringIndex(address, -1) {
		parts = append(parts, address[from:next[0]])
		from = next[0] + 1
	}
	parts = append(parts, address[from:])
	for i, part := range parts {
		if before, rest, ok := strings.Cut(part, "://"); ok {
			if at := strings.LastIndexByte(rest, '@'); at >= 0 { // a password may hold a slash that nobody wrote as %2F
				name, _, named := strings.Cut(rest[:at], ":")
				if !named && strings.TrimSpace(before) == "nats" {
					name = hidden // a token
				} else if named {
					name += ":" + hidden
				}
				rest = name + rest[at:]
			}
			part = before + "://" + rest
		}
		parts[i] = secretPart.ReplaceAllString(part, "${1}"+hidden)
	}
	return strings.Join(parts, ",")
}

// Close lets go of everything.
func (h *House) Close() error {
	if h.out != nil {
		h.out.Close()
	}
	return errors.Join(h.Store.Close(), h.Files.Close())
}

// Directory gives the editions and sections as they are now.
func (h *House) Directory() *edition.Directory { return h.directory.Load() }

// Addresses gives them with the public address.
func (h *House) Addresses() edition.Addresses {
	return edition.Addresses{Base: h.Config.Public(), Directory: h.Directory()}
}

func (h *House) readDirectory(ctx context.Context) error {
	h.reading.Lock()
	defer h.reading.Unlock()
	d, err := h.Store.Publication(ctx)
	if err != nil {
		h.behind.Store(true)
		return fmt.Errorf("reading editions: %w", err)
	}
	h.directory.Store(d)
	h.behind.Store(false)
	return nil
}

// committed runs after each transaction of this process, before its caller is answered.
func (h *House) committed(c fact.Change) {
	h.renew(c.Stale)
	if f := h.onChange.Load(); f != nil {
		(*f)(c)
	}
}

// renew reads the editions again when a change touched one, or an earlier reading failed.
func (h *House) renew(stale []fact.Tag) {
	touched := func(t fact.Tag) bool { return t == fact.TagAll || strings.HasPrefix(string(t), "edition/") }
	if !h.behind.Load() && !slices.ContainsFunc(stale, touched) {
		return
	}
	if err := h.readDirectory(context.Background()); err != nil {
		h.Config.Log.Error("app: editions changed and could not be read", "error", err)
	}
}

// shelf is a blob store as the picture desk wants it.
type shelf struct{ blob.Store }

// Open opens a file.
func (s shelf) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	f, _, err := s.Store.Open(ctx, key)
	return f, err
}

// Keys lists the keys that begin with prefix.
func (s shelf) Keys(ctx context.Context, prefix string) ([]string, error) {
	var keys []string
	for e, err := range s.List(ctx, prefix) {
		if err != nil {
			return keys, err
		}
		keys = append(keys, e.Key)
	}
	return keys, nil
}

// Older goes through the keys that begin with prefix and were put before a time.
func (s shelf) Older(ctx context.Context, prefix string, before time.Time) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for e, err := range s.List(ctx, prefix) {
			if (err != nil || e.ModTime.Before(before)) && !yield(e.Key, err) {
				return
			}
		}
	}
}

// Account finds an account by its address, with a clear line when there is none.
func (h *House) Account(ctx context.Context, email string) (account.Account, error) {
	a, err := h.Door.ByEmail(ctx, email)
	if fault.Is(err, fault.NotFound) {
		return a, fmt.Errorf("there is no account with the address %s; make one with dateline account add", email)
	}
	return a, err
}
