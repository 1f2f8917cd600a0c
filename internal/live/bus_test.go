package live

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

func openBus(t *testing.T, addr string) *Bus {
	t.Helper()
	b, err := OpenBus(context.Background(), addr, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

func woken(t *testing.T, b *Bus) {
	t.Helper()
	select {
	case <-b.Woken():
	case <-time.After(30 * time.Second):
		t.Fatal("not woken")
	}
}

// drain takes what a bus said at its start.
func drain(b *Bus) {
	select {
	case <-b.Woken():
	default:
	}
}

// elsewhere starts a bus on a port, 0 for any.
func elsewhere(t *testing.T, port int) (*server.Server, string) {
	t.Helper()
	if port == 0 {
		port = -1
	}
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: port, NoLog: true, NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server is not ready")
	}
	stop := func() { s.Shutdown(); s.WaitForShutdown() }
	t.Cleanup(stop)
	return s, fmt.Sprintf("nats://somebody:secret@127.0.0.1:%d", s.Addr().(*net.TCPAddr).Port)
}

func TestTheEmbeddedBusHasNoPortAndWakes(t *testing.T) {
	begun := time.Now()
	b := openBus(t, "")
	t.Logf("ready in %v", time.Since(begun))
	if b.server.Addr() != nil {
		t.Errorf("it listens on %v", b.server.Addr())
	}
	if err := b.Check(context.Background()); err != nil {
		t.Error(err)
	}
	drain(b)
	for range 1000 {
		b.Wake("house")
	}
	woken(t, b)
	if b.Address() != "embedded" {
		t.Errorf("it is at %s", b.Address())
	}
}

func TestABusElsewhereWakesTheOtherNodes(t *testing.T) {
	_, addr := elsewhere(t, 0)
	one, two := openBus(t, addr), openBus(t, addr)
	for _, b := range []*Bus{one, two} {
		eventually(t, "it is connected", func() bool { return b.Check(context.Background()) == nil })
		woken(t, b) // the connection itself is a reason to look
	}
	one.Wake("house")
	woken(t, two)
	woken(t, one)
	if strings.Contains(one.Address(), "secret") {
		t.Errorf("it shows %s", one.Address())
	}
}

func TestABusThatIsAwayStopsNobodyAndComesBack(t *testing.T) {
	s, addr := elsewhere(t, 0)
	port := s.Addr().(*net.TCPAddr).Port
	s.Shutdown()
	s.WaitForShutdown()
	b := openBus(t, addr)
	if err := b.Check(context.Background()); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("check says %v", err)
	}
	drain(b)
	b.Wake("house")
	woken(t, b) // this node needs no bus
	elsewhere(t, port)
	woken(t, b) // it may have missed something
	eventually(t, "it is connected", func() bool { return b.Check(context.Background()) == nil })
}

func TestAnAddressThatIsNoBusIsRefusedWithoutShowingIt(t *testing.T) {
	for _, addr := range []string{"http://user:secret@host", "host:4222", "nats://", "nats://u:secret@h,ftp://x", "::"} {
		b, err := OpenBus(context.Background(), addr, nil)
		if err == nil {
			b.Close()
			t.Errorf("%s is taken", addr)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%v", err)
		}
	}
}

// cluster starts servers that know each other.
func cluster(t *testing.T, n int) (all []*server.Server, addr string) {
	t.Helper()
	var routes []*url.URL
	var addrs []string
	for i := range n {
		s, err := server.NewServer(&server.Options{ServerName: fmt.Sprint("bus", i), Host: "127.0.0.1", Port: -1, NoLog: true, NoSigs: true,
			Cluster: server.ClusterOpts{Name: "bus", Host: "127.0.0.1", Port: -1}, Routes: routes})
		if err != nil {
			t.Fatal(err)
		}
		s.Start()
		if !s.ReadyForConnections(10 * time.Second) {
			t.Fatal("the server is not ready")
		}
		t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
		routes = append(routes, &url.URL{Scheme: "nats", Host: s.ClusterAddr().String()})
		addrs = append(addrs, fmt.Sprintf("nats://127.0.0.1:%d", s.Addr().(*net.TCPAddr).Port))
		all = append(all, s)
	}
	return all, strings.Join(addrs, ",")
}

func TestAClusterBringsWhatIsSaidWhicheverOfItsServersIsLeft(t *testing.T) {
	servers, addr := cluster(t, 3)
	a, b := openBus(t, addr), openBus(t, addr)
	heard := make(chan string, 100)
	b.Hear("who", func(data []byte) { heard <- string(data) })
	for gone := range servers {
		said := fmt.Sprint("still here without ", gone)
		until := time.Now().Add(30 * time.Second)
		for got := ""; got != said; { // it may be lost while the servers and the nodes find each other
			if time.Now().After(until) {
				t.Fatalf("nothing comes through when %d servers are gone", gone)
			}
			a.Say("who", []byte(said))
			select {
			case got = <-heard:
			case <-time.After(50 * time.Millisecond):
			}
		}
		if gone < len(servers)-1 {
			servers[gone].Shutdown()
			servers[gone].WaitForShutdown()
		}
	}
}
