package dial

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// names is a resolver that gives each name's answers in turn, the last one for ever.
type names struct {
	answers map[string][][]string
	asked   atomic.Int64
}

func (n *names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	turns, ok := n.answers[host]
	if !ok {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	turn := turns[min(int(n.asked.Add(1))-1, len(turns)-1)]
	var out []netip.Addr
	for _, s := range turn {
		out = append(out, netip.MustParseAddr(s))
	}
	return out, nil
}

func dialer(t *testing.T, o Options) *Dialer {
	t.Helper()
	d, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func refused(err error) bool {
	var r *Refused
	return errors.As(err, &r)
}

func TestEverySpecialRangeIsRefused(t *testing.T) {
	d := dialer(t, Options{})
	for _, s := range []string{
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255", "127.0.0.1", "127.255.0.1",
		"169.254.0.1", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1",
		"192.168.0.1", "192.168.255.255", "192.31.196.1", "192.52.193.1", "192.175.48.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7",
		"224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16",
		"::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1",
		"fc00::1", "fd00:ec2::254", "fd20:ce::254", "fe80::1", "fe80::1%eth0", "2606:4700::1%eth0", "fec0::1", "ff02::1", "ff0e::1",
		"2001:db8::1", "2001::1", "2001:2::1", "2001:10::1", "2001:20::1", "3fff::1", "3fff:fff::1", "2620:4f:8000::1", "100::1", "5f00::1",
		"64:ff9b::127.0.0.1", "64:ff9b::10.1.2.3", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::1", "2002:a00:1::", "2002:c0a8:101::1", "4000::1", "::2",
	} {
		a := netip.MustParseAddr(s)
		if err := d.Check(netip.AddrPortFrom(a, 443)); !refused(err) {
			t.Errorf("%s was let through: %v", s, err)
		}
	}
}

func TestPublicAddressesPass(t *testing.T) {
	d := dialer(t, Options{})
	for _, s := range []string{
		"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.255.255", "169.255.0.1",
		"172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.255.255", "192.169.0.1", "198.17.255.255", "198.20.0.1", "223.255.255.255",
		"2606:4700::1111", "2a00:1450::1", "2400:cb00::1", "2001:200::1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1",
	} {
		if err := d.Check(netip.AddrPortFrom(netip.MustParseAddr(s), 443)); err != nil {
			t.Errorf("%s was refused: %v", s, err)
		}
	}
	if err := d.Check(netip.AddrPort{}); !refused(err) {
		t.Errorf("no address at all was let through: %v", err)
	}
}

func TestOnlyFewPortsOfPublicAddressesAreReached(t *testing.T) {
	d := dialer(t, Options{Allow: []string{"10.1.0.0/16"}})
	public, allowed := netip.MustParseAddr("8.8.8.8"), netip.MustParseAddr("10.1.2.3")
	for port, want := range map[uint16]bool{80: true, 443: true, 8080: true, 8443: true, 22: false, 25: false, 6379: false, 11211: false, 0: false} {
		if err := d.Check(netip.AddrPortFrom(public, port)); (err == nil) != want {
			t.Errorf("port %d: %v", port, err)
		}
		if err := d.Check(netip.AddrPortFrom(allowed, port)); err != nil {
			t.Errorf("port %d of a network that the operator named: %v", port, err)
		}
	}
}

func TestNetworksOfTheOperatorAreOpenAndNoOthers(t *testing.T) {
	d := dialer(t, Options{Allow: []string{"10.1.0.0/16", "fd00:1::/32", " 192.168.7.7 ", "::ffff:172.16.0.0/108"}})
	for s, want := range map[string]bool{"10.1.255.1": true, "10.2.0.1": false, "fd00:1::5": true, "fd00:2::5": false, "192.168.7.7": true, "192.168.7.8": false,
		"::ffff:10.1.0.1": true, "172.16.3.4": true, "172.32.0.1": true, "127.0.0.1": false, "fd00:1::5%eth0": false} {
		if err := d.Check(netip.AddrPortFrom(netip.MustParseAddr(s), 80)); (err == nil) != want {
			t.Errorf("%s: %v", s, err)
		}
	}
	for _, s := range []string{"", "10.0.0.0/33", "intranet", "::/0/1", "::ffff:0:0/90"} {
		if _, err := New(Options{Allow: []string{s}}); err == nil {
			t.Errorf("%q was taken for a network", s)
		}
	}
}

func TestANameIsResolvedOnceAndTheJudgedAddressIsConnectedTo(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "here") }))
	defer server.Close()
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	n := &names{answers: map[string][][]string{"rebind.example": {{"127.0.0.1"}, {"10.0.0.1"}}}}
	d := dialer(t, Options{Allow: []string{"127.0.0.1"}, Resolver: n})
	conn, err := d.DialContext(t.Context(), "tcp", "rebind.example:"+port)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if n.asked.Load() != 1 || !strings.HasPrefix(conn.RemoteAddr().String(), "127.0.0.1:") {
		t.Errorf("asked %d times, connected to %s", n.asked.Load(), conn.RemoteAddr())
	}
	if _, err := d.DialContext(t.Context(), "tcp", "rebind.example:"+port); !refused(err) {
		t.Errorf("the second answer, a private address, was connected to: %v", err)
	}
}

func TestANameWithOneForbiddenAddressIsRefused(t *testing.T) {
	n := &names{answers: map[string][][]string{
		"mixed.example": {{"93.184.216.34", "127.0.0.1"}}, "mapped.example": {{"::ffff:127.0.0.1"}}, "metadata.example": {{"169.254.169.254"}}, "empty.example": {{}},
	}}
	d := dialer(t, Options{Resolver: n})
	for _, host := range []string{"mixed.example", "mapped.example", "metadata.example"} {
		_, err := d.DialContext(t.Context(), "tcp", host+":443")
		if !refused(err) || !strings.Contains(err.Error(), host) {
			t.Errorf("%s: %v", host, err)
		}
	}
	for _, host := range []string{"empty.example", "unknown.example"} {
		if _, err := d.DialContext(t.Context(), "tcp", host+":443"); err == nil || refused(err) {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestWhatIsNoAddressIsRefused(t *testing.T) {
	d := dialer(t, Options{Resolver: &names{}})
	for _, address := range []string{"", "8.8.8.8", ":80", "8.8.8.8:0", "8.8.8.8:x", "8.8.8.8:70000", "[::1]:80", "127.0.0.1:80", "[::ffff:127.0.0.1]:80", "[fe80::1%lo]:80", "8.8.8.8:22"} {
		if _, err := d.DialContext(t.Context(), "tcp", address); !refused(err) {
			t.Errorf("%q: %v", address, err)
		}
	}
	for _, network := range []string{"udp", "unix", "ip"} {
		if _, err := d.DialContext(t.Context(), network, "8.8.8.8:80"); !refused(err) {
			t.Errorf("%s: %v", network, err)
		}
	}
	if err := d.control(t.Context(), "tcp", "127.0.0.1:443", nil); !refused(err) {
		t.Errorf("the socket's own address is not judged: %v", err)
	}
}

func TestARedirectToAPrivateAddressIsRefused(t *testing.T) {
	inner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { t.Error("the private server was reached") }))
	defer inner.Close()
	_, port, _ := net.SplitHostPort(inner.Listener.Addr().String())
	listener, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Skipf("no second loopback address here: %v", err)
	}
	outer := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://inner.example:"+port+"/secret", http.StatusFound)
	}))
	outer.Listener.Close()
	outer.Listener = listener
	outer.Start()
	defer outer.Close()
	d := dialer(t, Options{Allow: []string{"127.0.0.2/32"}, Resolver: &names{answers: map[string][][]string{"inner.example": {{"127.0.0.1"}}}}})
	client := &http.Client{Transport: &http.Transport{DialContext: d.DialContext}}
	defer client.CloseIdleConnections()
	answer, err := client.Get(outer.URL)
	if err == nil {
		answer.Body.Close()
	}
	if !refused(err) {
		t.Errorf("the redirect was followed: %v", err)
	}
}

func TestADialEndsInTime(t *testing.T) {
	slow := resolverFunc(func(ctx context.Context) ([]netip.Addr, error) { <-ctx.Done(); return nil, ctx.Err() })
	d := dialer(t, Options{Resolver: slow, Timeout: time.Millisecond})
	if _, err := d.DialContext(t.Context(), "tcp", "slow.example:80"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

type resolverFunc func(context.Context) ([]netip.Addr, error)

func (f resolverFunc) LookupNetIP(ctx context.Context, _, _ string) ([]netip.Addr, error) {
	return f(ctx)
}

func FuzzNoPrivateAddressPasses(f *testing.F) {
	for _, s := range []string{"127.0.0.1:80", "[::1]:80", "[64:ff9b::a00:1]:443", "8.8.8.8:443", "[2002:a00:1::1]:443"} {
		f.Add(s)
	}
	d, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := netip.ParseAddrPort(s)
		if err != nil || d.Check(a) != nil {
			return
		}
		ip := a.Addr().Unmap()
		if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
			t.Errorf("%s was let through", s)
		}
	})
}
