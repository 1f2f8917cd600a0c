package web

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func TestForwardingHeadersCountFromTrustedProxiesOnly(t *testing.T) {
	p, err := ParseProxies("10.0.0.0/8, 127.0.0.1", "fd00::/8")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, remote string
		header       http.Header
		addr, host   string
		https        bool
	}{
		{"nobody between", "203.0.113.9:1", nil, "203.0.113.9", "news.example", false},
		{"a stranger pretends", "203.0.113.9:1", http.Header{"X-Forwarded-For": {"1.1.1.1"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"evil"}}, "203.0.113.9", "news.example", false},
		{"our proxy", "10.1.1.1:1", http.Header{"X-Forwarded-For": {"198.51.100.7"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"es.example"}}, "198.51.100.7", "es.example", true},
		{"a client pretends through our proxy", "10.1.1.1:1", http.Header{"X-Forwarded-For": {"1.1.1.1, 198.51.100.7"}}, "198.51.100.7", "news.example", false},
		{"two proxies of ours", "127.0.0.1:1", http.Header{"X-Forwarded-For": {"1.1.1.1, 198.51.100.7, 10.2.2.2"}}, "198.51.100.7", "news.example", false},
		{"two header lines", "127.0.0.1:1", http.Header{"X-Forwarded-For": {"1.1.1.1", "198.51.100.7"}}, "198.51.100.7", "news.example", false},
		{"unreadable behind ours", "127.0.0.1:1", http.Header{"X-Forwarded-For": {"1.1.1.1, what, 10.2.2.2"}}, "10.2.2.2", "news.example", false},
		{"with ports", "127.0.0.1:1", http.Header{"X-Forwarded-For": {"[2001:db8::1]:99"}}, "2001:db8::1", "news.example", false},
		{"v4 in v6", "[::ffff:10.1.1.1]:5", http.Header{"X-Forwarded-For": {"198.51.100.7"}}, "198.51.100.7", "news.example", false},
	} {
		r := httptest.NewRequest("GET", "http://news.example/", nil)
		r.RemoteAddr = c.remote
		for k, v := range c.header {
			r.Header[k] = v
		}
		got := p.Peer(r)
		if got.Addr != netip.MustParseAddr(c.addr) || got.Host != c.host || got.HTTPS != c.https {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if _, err := ParseProxies("10.0.0.0/8,wrong"); err == nil {
		t.Error("a range that is none was taken")
	}
}

func TestPeerDoesNotAllocate(t *testing.T) {
	p, _ := ParseProxies("127.0.0.1")
	r := httptest.NewRequest("GET", "http://news.example/", nil)
	r.RemoteAddr = "127.0.0.1:99"
	r.Header.Set("X-Forwarded-For", "198.51.100.7")
	if n := testing.AllocsPerRun(100, func() { p.Peer(r) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestAddressKeyCountsASubscriberOnce(t *testing.T) {
	a, b := AddressKey(netip.MustParseAddr("2001:db8:1:2::1")), AddressKey(netip.MustParseAddr("2001:db8:1:2:ffff::9"))
	if a != b || a == AddressKey(netip.MustParseAddr("2001:db8:1:3::1")) {
		t.Errorf("%s %s", a, b)
	}
	if AddressKey(netip.Addr{}) == "" || AddressKey(netip.MustParseAddr("::ffff:1.2.3.4")) != "1.2.3.4" {
		t.Error("addresses without a number, or in the other notation")
	}
}

func TestBareHost(t *testing.T) {
	for in, want := range map[string]string{"News.Example:8080": "news.example", "news.example.": "news.example", "[::1]:80": "::1", "::1": "::1", "": "", strings.Repeat("a", 300): ""} {
		if got := BareHost(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestServerSaysNoAddressOfAClient(t *testing.T) {
	var b strings.Builder
	s := NewServer(http.NotFoundHandler(), slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug})))
	s.ErrorLog.Printf("http: TLS handshake error from %s: EOF", "203.0.113.9:4711")
	if strings.Contains(b.String(), "203.0.113.9") || !strings.Contains(b.String(), "handshake") {
		t.Error(b.String())
	}
	if s.ReadHeaderTimeout == 0 || s.WriteTimeout != 0 || s.ReadTimeout != 0 {
		t.Error("the limits of a connection are not as promised")
	}
}
