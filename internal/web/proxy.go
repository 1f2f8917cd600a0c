package web

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Proxies are the addresses whose forwarding headers are believed. The zero value believes nobody.
type Proxies struct{ nets []netip.Prefix }

// ParseProxies reads CIDR ranges or single addresses; a list may also be separated by commas.
func ParseProxies(list ...string) (Proxies, error) {
	var p Proxies
	for _, part := range list {
		for s := range strings.SplitSeq(part, ",") {
			s = strings.TrimSpace(s)
			if s == "" {
				continue
			}
			if a, err := netip.ParseAddr(s); err == nil {
				p.nets = append(p.nets, netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()))
				continue
			}
			n, err := netip.ParsePrefix(s)
			if err != nil {
				return Proxies{}, fmt.Errorf("web: trusted proxy %q is neither an address nor a range: %w", s, err)
			}
			p.nets = append(p.nets, n.Masked())
		}
	}
	return p, nil
}

// Trust reports whether a is the address of a trusted proxy.
func (p Proxies) Trust(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for _, n := range p.nets {
		if n.Contains(a) {
			return true
		}
	}
	return false
}

// Peer is who asks and under which name, as far as it can be believed.
type Peer struct {
	Addr  netip.Addr // of the client, not of a trusted proxy; invalid on a listener without addresses
	Host  string     // as asked for, port included
	HTTPS bool       // the browser came by it
	Local bool       // the connection came from this machine, and not through a proxy that is trusted
}

// Peer says who asks. X-Forwarded-For, -Proto and -Host count only when the connection
// comes from a trusted proxy: the client is the last address of X-Forwarded-For that is
// not itself a trusted proxy, so that nobody can pretend to be somebody else by sending
// the header himself. It does not allocate.
func (p Proxies) Peer(r *http.Request) Peer {
	peer := Peer{Host: r.Host, HTTPS: r.TLS != nil}
	if at, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		peer.Addr = at.Addr().Unmap()
	}
	if len(p.nets) == 0 || !p.Trust(peer.Addr) {
		peer.Local = peer.Addr.IsLoopback()
		return peer
	}
	if v := last(r.Header["X-Forwarded-Proto"]); v != "" {
		peer.HTTPS = strings.EqualFold(v, "https")
	}
	if v := last(r.Header["X-Forwarded-Host"]); v != "" {
		peer.Host = v
	}
	lines := r.Header["X-Forwarded-For"]
	for i := len(lines) - 1; i >= 0; i-- {
		rest := lines[i]
		for rest != "" {
			var one string
			if cut := strings.LastIndexByte(rest, ','); cut >= 0 {
				rest, one = rest[:cut], rest[cut+1:]
			} else {
				rest, one = "", rest
			}
			a, ok := forwarded(strings.TrimSpace(one))
			if !ok {
				return peer // what lies left of something unreadable was not written by a proxy of ours
			}
			peer.Addr = a
			if !p.Trust(a) {
				return peer
			}
		}
	}
	return peer
}

// forwarded reads one element of X-Forwarded-For: an address, with a port or in brackets too.
func forwarded(s string) (netip.Addr, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		return a.Unmap(), true
	}
	if at, err := netip.ParseAddrPort(s); err == nil {
		return at.Addr().Unmap(), true
	}
	if len(s) > 2 && s[0] == '[' && s[len(s)-1] == ']' {
		if a, err := netip.ParseAddr(s[1 : len(s)-1]); err == nil {
			return a.Unmap(), true
		}
	}
	return netip.Addr{}, false
}

// last gives the last comma-separated value of the last line of a header.
func last(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	v := lines[len(lines)-1]
	if cut := strings.LastIndexByte(v, ','); cut >= 0 {
		v = v[cut+1:]
	}
	return strings.TrimSpace(v)
}

// AddressKey gives what limits count a client by: an IPv4 address, or the /64 of an IPv6 one, since whoever has one has them all.
func AddressKey(a netip.Addr) string {
	if !a.IsValid() {
		return "unknown"
	}
	a = a.Unmap()
	if a.Is4() {
		return a.String()
	}
	n, err := a.WithZone("").Prefix(64)
	if err != nil {
		return a.String()
	}
	return n.Addr().String() + "/64"
}

// NetworkKey gives the network of a client as somebody who tries many addresses may have it whole: an IPv4 /24 or an IPv6 /64.
func NetworkKey(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	bits := 64
	if a.Is4() {
		bits = 24
	}
	n, err := a.Prefix(bits)
	if err != nil {
		return AddressKey(a)
	}
	return n.String()
}

// BareHost gives a host in lower case without port and final dot, "" when it is none. It allocates only for hosts in capitals.
func BareHost(host string) string {
	if len(host) > 260 {
		return ""
	}
	if strings.IndexByte(host, ':') >= 0 {
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		} else {
			host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
		}
	}
	host = strings.TrimSuffix(host, ".")
	for i := 0; i < len(host); i++ {
		if host[i] >= 'A' && host[i] <= 'Z' {
			return strings.ToLower(host)
		}
	}
	return host
}
