// Dateline is an open-source news publishing platform in one program.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // editions have time zones wherever the binary runs

	"dateline/internal/app"

	"github.com/alecthomas/kong"
)

// version is set when a release is built.
var version = "development"

// common are the flags of every command.
type common struct {
	Data     string          `help:"Data folder." default:"./data" placeholder:"DIR" env:"DATELINE_DATA"`
	Database string          `help:"Database: SQLite inside the data folder unless given as postgres://…" placeholder:"URL" env:"DATELINE_DATABASE"`
	Bus      string          `help:"Bus: embedded unless given as nats://…" placeholder:"URL" env:"DATELINE_BUS"`
	Media    string          `help:"Media: a folder inside data unless given as s3://bucket?endpoint=…&region=…" placeholder:"URL" env:"DATELINE_MEDIA"`
	Config   kong.ConfigFlag `help:"JSON file with any of these flags." placeholder:"FILE" env:"DATELINE_CONFIG"`

	// These concern serving, and every command understands them so that one configuration serves all.
	URL            string   `name:"url" help:"Public address of the site." placeholder:"URL" env:"DATELINE_URL"`
	Listen         string   `help:"Address to serve on; 127.0.0.1:8080 unless given." placeholder:"ADDR" env:"DATELINE_LISTEN"`
	DatabasePublic string   `help:"PostgreSQL role for public reads." placeholder:"URL" env:"DATELINE_DATABASE_PUBLIC"`
	SMTP           string   `name:"smtp" help:"Mail server: smtp://user:password@host:587." placeholder:"URL" env:"DATELINE_SMTP"`
	OIDC           []string `name:"oidc" help:"Providers at which readers may sign in: https://client:secret@issuer#Name." placeholder:"URL,..." env:"DATELINE_OIDC"`
	MailFrom       string   `help:"Address that mail comes from; noreply at the public address when not given." placeholder:"ADDRESS" env:"DATELINE_MAIL_FROM"`
	Theme          string   `help:"Folder of a theme." placeholder:"DIR" env:"DATELINE_THEME"`
	TrustProxy     []string `help:"Proxies whose X-Forwarded headers are believed." placeholder:"CIDR" env:"DATELINE_TRUST_PROXY"`
	Wire           string   `help:"Folder in which watched folders of ninjs files lie." placeholder:"DIR" env:"DATELINE_WIRE"`
	AllowPrivate   []string `help:"Private networks that addresses given by others may lead to." placeholder:"CIDR" env:"DATELINE_ALLOW_PRIVATE"`
	Purge          []string `help:"Caches in front that are told what became stale, such as Varnish." placeholder:"URL,..." env:"DATELINE_PURGE"`
	Streams        int      `name:"streams-per-address" help:"Open streams an address may hold." default:"1000" placeholder:"N" env:"DATELINE_STREAMS_PER_ADDRESS"`
	NoLane         bool     `name:"no-fast-lane" help:"Let net/http read every request, also for pages in memory." env:"DATELINE_NO_FAST_LANE"`
	AdminListen    string   `help:"Address for metrics and profiles; off by default." placeholder:"ADDR" env:"DATELINE_ADMIN_LISTEN"`
}

func (c common) config() app.Config {
	return app.Config{
		Data: c.Data, Listen: c.Listen, URL: c.URL, Database: c.Database, DatabasePublic: c.DatabasePublic, Bus: c.Bus, Media: c.Media, SMTP: c.SMTP, OIDC: c.OIDC, MailFrom: c.MailFrom,
		Theme: c.Theme, TrustProxy: c.TrustProxy, AllowPrivate: c.AllowPrivate, Wire: c.Wire, Purge: c.Purge, Streams: c.Streams, NoLane: c.NoLane, AdminListen: c.AdminListen,
		Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	}
}

// commands is the command line.
type commands struct {
	common

	Serve   serveCommand     `cmd:"" help:"Run the site."`
	Demo    demoCommand      `cmd:"" help:"Run the site with a made-up newsroom."`
	Account accountCommand   `cmd:"" help:"Accounts."`
	Token   tokenCommand     `cmd:"" help:"API tokens."`
	Import  importCommand    `cmd:"" help:"Bring in what other systems hold: ninjs, newsml, nitf, rss, wordpress, ghost, medium, substack, disqus."`
	Export  exportCommand    `cmd:"" help:"Write out: ninjs, site, mirror."`
	Backup  backupCommand    `cmd:"" help:"Write everything into one file, while the site runs or not."`
	Restore restoreCommand   `cmd:"" help:"Put a backup in place of what there is."`
	Verify  laterCommand     `cmd:"" help:"Check an article's history against the log (not in this version)."`
	Witness laterCommand     `cmd:"" help:"Co-sign the checkpoints of other logs (not in this version)."`
	Doctor  doctorCommand    `cmd:"" help:"Show the effective configuration and check each component."`
	Bench   benchCommand     `cmd:"" help:"Measure this machine: pages, live, talk."`
	Version kong.VersionFlag `env:"-"`
}

// call is what a command gets: its context, where to write, and the common flags.
type call struct {
	ctx    context.Context
	out    io.Writer
	err    io.Writer
	common common
}

// exit is an error with an exit status: 1 failed, 2 wrong use, 3 part failed.
type exit struct {
	status int
	err    error
}

func (e exit) Error() string { return e.err.Error() }
func (e exit) Unwrap() error { return e.err }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program: arguments in, exit status out.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (status int) {
	var cli commands
	left := -1
	parser, err := parserOf(&cli, stdout, stderr, func(code int) { left = code })
	if err != nil {
		fmt.Fprintln(stderr, "dateline:", err)
		return 1
	}
	parsed, err := parser.Parse(args)
	if left >= 0 { // --help and --version end here
		return left
	}
	if err != nil {
		fmt.Fprintf(stderr, "dateline: %s (dateline --help shows how)\n", err)
		return 2
	}
	if err = cli.common.config().Check(); err != nil {
		err = exit{2, err}
	} else {
		err = parsed.Run(&call{ctx: ctx, out: stdout, err: stderr, common: cli.common})
	}
	if err == nil {
		return 0
	}
	status = 1
	var e exit
	if errors.As(err, &e) {
		status = e.status
	}
	if text := oneLine(err); text != "" {
		fmt.Fprintf(stderr, "dateline: %s\n", text)
	}
	return status
}

// parserOf reads command lines into cli; end is told when --help or --version has said all.
func parserOf(cli *commands, stdout, stderr io.Writer, end func(int)) (*kong.Kong, error) {
	return kong.New(cli, kong.Name("dateline"), kong.Description("News publishing in one program."), kong.UsageOnError(),
		kong.Vars{"version": version}, kong.Configuration(readConfig), kong.DefaultEnvars("DATELINE"), kong.Writers(stdout, stderr),
		kong.Exit(end), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
}

// oneLine is an error as one clear line.
func oneLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}

// laterCommand stands for what this version does not do yet.
type laterCommand struct {
	Rest []string `arg:"" optional:"" passthrough:"" hidden:""`
}

// Run says so.
func (laterCommand) Run(*call) error { return errLater }

var errLater = errors.New("not in this version")
