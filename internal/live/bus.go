package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// Bus wakes nodes up. It promises nothing: whoever is woken looks into the database, and looks there from time to time
// unwoken. So it may lose, repeat and delay everything, and a site starts and serves without it.
type Bus struct {
	log    *slog.Logger
	server *server.Server // nil when it is elsewhere
	conn   *nats.Conn
	woken  chan struct{}
	hear   sync.Map // func([]byte) by subject
	addr   string   // without user and password
}

// The roots of the subjects: to wake, and to say what nothing keeps.
const (
	wakes   = "dateline.wake."
	sayings = "dateline.say."
)

// OpenBus starts a bus within the process, without any port, when addr is empty, or connects to one: addr is then
// one or more of nats://host:port or tls://host:port, with commas between. A bus elsewhere that does not answer is
// no error: it is tried again for ever. Close ends it.
func OpenBus(ctx context.Context, addr string, log *slog.Logger) (*Bus, error) {
	if log == nil {
		log = slog.Default()
	}
	b := &Bus{log: log, woken: make(chan struct{}, 1), addr: "embedded"}
	options := []nats.Option{
		nats.Name("dateline"),
		nats.NoEcho(), // this node wakes itself
		nats.MaxReconnects(-1),
		nats.ReconnectWait(250 * time.Millisecond),
		nats.ReconnectJitter(250*time.Millisecond, 250*time.Millisecond),
		nats.ReconnectBufSize(-1), // nothing is kept for later: the database has it
		nats.RetryOnFailedConnect(true),
		nats.Timeout(2 * time.Second),
		nats.PingInterval(10 * time.Second),
		nats.MaxPingsOutstanding(2),
		nats.ConnectHandler(func(*nats.Conn) { b.signal() }),
		nats.ReconnectHandler(func(*nats.Conn) {
			b.log.Info("live: the bus is back")
			b.signal() // whatever came meanwhile
		}),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				b.log.Warn("live: the bus is away; the database is asked instead", "error", err)
			}
		}),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			b.log.Warn("live: bus", "error", err)
		}),
	}
	if addr == "" {
		if err := b.embed(ctx); err != nil {
			return nil, err
		}
		options = append(options, nats.InProcessServer(b.server))
	} else {
		var err error
		if b.addr, err = shownAddress(addr); err != nil {
			return nil, err
		}
	}
	conn, err := nats.Connect(addr, options...)
	if err != nil {
		b.stop()
		return nil, fmt.Errorf("live: bus %s: %w", b.addr, err)
	}
	b.conn = conn
	if !conn.IsConnected() {
		b.log.Warn("live: the bus does not answer; it is tried again, and the database is asked instead", "bus", b.addr)
	}
	if _, err := conn.Subscribe(wakes+">", func(*nats.Msg) { b.signal() }); err != nil {
		b.Close()
		return nil, fmt.Errorf("live: bus %s: %w", b.addr, err)
	}
	if _, err := conn.Subscribe(sayings+">", func(m *nats.Msg) { b.heard(strings.TrimPrefix(m.Subject, sayings), m.Data) }); err != nil {
		b.Close()
		return nil, fmt.Errorf("live: bus %s: %w", b.addr, err)
	}
	return b, nil
}

// Say tells every node, this one included and before it returns, what is true for a moment only: who is where, who asks whom. It
// may be lost, and nobody learns whether it arrived. subject is a word as for Wake; data has at most 32 KiB.
func (b *Bus) Say(subject string, data []byte) {
	b.heard(subject, data)
	if err := b.conn.Publish(sayings+subject, data); err != nil {
		b.log.Debug("live: bus", "error", err) // whoever is elsewhere says it again
	}
}

// Hear calls f with whatever is said under a subject here or on another node; f must not wait. A subject has one hearer.
func (b *Bus) Hear(subject string, f func(data []byte)) { b.hear.Store(subject, f) }

func (b *Bus) heard(subject string, data []byte) {
	if f, ok := b.hear.Load(subject); ok {
		f.(func([]byte))(data)
	}
}

// embed starts a server in this process.
func (b *Bus) embed(ctx context.Context) error {
	s, err := server.NewServer(&server.Options{
		ServerName: "dateline",
		DontListen: true,
		NoLog:      true,
		NoSigs:     true,
		MaxPayload: 64 << 10,
	})
	if err != nil {
		return fmt.Errorf("live: embedded bus: %w", err)
	}
	b.server = s
	s.Start()
	wait := 5 * time.Second
	if at, ok := ctx.Deadline(); ok {
		wait = min(wait, time.Until(at))
	}
	if !s.ReadyForConnections(wait) {
		b.stop()
		return errors.New("live: the embedded bus did not become ready")
	}
	return nil
}

// shownAddress checks the addresses of a bus and gives them without user and password.
func shownAddress(addr string) (string, error) {
	var shown []string
	for _, one := range strings.Split(addr, ",") {
		u, err := url.Parse(strings.TrimSpace(one))
		if err != nil || u.Host == "" || u.Scheme != "nats" && u.Scheme != "tls" {
			return "", errors.New("live: the bus must be nats://host:port or tls://host:port")
		}
		shown = append(shown, u.Scheme+"://"+u.Host)
	}
	return strings.Join(shown, ","), nil
}

func (b *Bus) signal() {
	select {
	case b.woken <- struct{}{}:
	default:
	}
}

// Wake wakes this node and the others because of subject, a word of letters, digits and hyphens such as "house". It
// does not wait, and nobody learns whether it arrived.
func (b *Bus) Wake(subject string) {
	b.signal()
	if err := b.conn.Publish(wakes+subject, nil); err != nil {
		b.log.Debug("live: bus", "error", err) // they look by themselves
	}
}

// Woken tells, coalesced, that this node or another was woken, or that the bus came back. It has one reader.
func (b *Bus) Woken() <-chan struct{} { return b.woken }

// Check asks the bus for an answer; without a deadline in ctx it waits 2 s.
func (b *Bus) Check(ctx context.Context) error {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
	}
	if !b.conn.IsConnected() {
		return fmt.Errorf("live: bus %s: not connected", b.addr)
	}
	if err := b.conn.FlushWithContext(ctx); err != nil {
		return fmt.Errorf("live: bus %s: %w", b.addr, err)
	}
	return nil
}

// Address says where the bus is: "embedded", or its addresses without user and password.
func (b *Bus) Address() string { return b.addr }

// Close leaves the bus, and ends it when it is within the process. Nothing is sent afterwards.
func (b *Bus) Close() {
	if b.conn != nil {
		b.conn.Close()
	}
	b.stop()
}

func (b *Bus) stop() {
	if b.server != nil {
		b.server.Shutdown()
		b.server.WaitForShutdown()
	}
}
