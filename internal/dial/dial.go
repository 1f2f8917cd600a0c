// Package dial opens connections to addresses that strangers gave: in a file, a wire item, a form, a webhook.
//
// It promises: no connection is opened to anything but a public unicast address on port 80, 443, 8080 or 8443, except into the
// networks that the operator named. A name is resolved once, each address it has is judged, and the connection goes to
// an address that was judged, so that a name which answers otherwise the second time gains nothing. A name that has
// one forbidden address is refused as a whole. The socket's own address is judged once more before it connects. Whoever follows a
// redirect through the same dialer is judged again. It knows no HTTP, no names of hosts and no storage.
package dial

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Refused says that an address may not be connected to, and why.
type Refused struct {
	Address string // as it was given, or the IP address that a name led to
	Why     string // in English: "is a private address"
}

// Error gives the refusal as one line.
func (r *Refused) Error() string { return r.Address + " " + r.Why }

// ports are those of public addresses that may be connected to. In networks the operator named every port may be.
var ports = []uint16{80, 443, 8080, 8443}

// Resolver looks up the addresses of a name; net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Options say what a Dialer may do besides the rule. The zero value is the rule alone.
type Options struct {
	Allow    []string      // networks (CIDR) or addresses that may be connected to although they are not public
	Timeout  time.Duration // for name and connection together; 10 s when 0
	Resolver Resolver      // net.DefaultResolver when nil
}

// Dialer connects to public addresses only. It is safe for use by many goroutines.
type Dialer struct {
	allow    []netip.Prefix
	timeout  time.Duration
	resolver Resolver
	dialer   net.Dialer
}

// New gives a dialer; a network in Allow that cannot be read is an error.
func New(o Options) (*Dialer, error) {
	d := &Dialer{timeout: o.Timeout, resolver: o.Resolver}
	if d.timeout <= 0 {
		d.timeout = 10 * time.Second
	}
	if d.resolver == nil {
		d.resolver = net.DefaultResolver
	}
	for _, s := range o.Allow {
		p, err := prefix(s)
		if err != nil {
			return nil, fmt.Errorf("dial: %q is no network; give one such as 10.0.0.0/8 or fd00::/8", s)
		}
		d.allow = append(d.allow, p)
	}
	d.dialer.ControlContext = d.control
	return d, nil
}

// prefix reads a network, or one address as the network of itself.
func prefix(s string) (netip.Prefix, error) {
	s = strings.TrimSpace(s)
	if !strings.Contains(s, "/") {
		a, err := netip.ParseAddr(s)
		if err != nil {
			return netip.Prefix{}, err
		}
		a = a.Unmap().WithZone("")
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err == nil && p.Addr().Is4In6() {
		if p.Bits() < 96 {
			return netip.Prefix{}, errors.New("dial: a network of both kinds of address")
		}
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked(), err
}

// Check gives a *Refused when nobody may connect to an address and port, else nil.
func (d *Dialer) Check(a netip.AddrPort) error {
	ip := a.Addr().Unmap()
	if ip.Zone() == "" && slices.ContainsFunc(d.allow, func(p netip.Prefix) bool { return p.Contains(ip) }) {
		return nil
	}
	if why := special(ip); why != "" {
		return &Refused{ip.String(), why}
	}
	if !slices.Contains(ports, a.Port()) {
		return &Refused{netip.AddrPortFrom(ip, a.Port()).String(), "is on a port that addresses given by others may not name"}
	}
	return nil
}

// DialContext connects over TCP to address ("host:port"), as net.Dialer's does and with its errors; what may not be
// connected to is a *Refused.
func (d *Dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	switch network {
	case "tcp", "tcp4", "tcp6":
	default:
		return nil, &Refused{address, "asks for the network " + network + "; only TCP is used"}
	}
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	host, port, err := split(address)
	if err != nil {
		return nil, err
	}
	ips, err := d.resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	var targets []netip.AddrPort
	for _, ip := range ips {
		target := netip.AddrPortFrom(ip, port)
		if err := d.Check(target); err != nil {
			if r := (*Refused)(nil); errors.As(err, &r) && ip.String() != host {
				return nil, &Refused{host, "leads to " + r.Error()}
			}
			return nil, err
		}
		if !slices.Contains(targets, target) && (network == "tcp" || ip.Is4() == (network == "tcp4")) {
			targets = append(targets, target)
		}
	}
	if len(targets) == 0 {
		return nil, fmt.Errorf("dial: %s has no address for %s", host, network)
	}
	return d.connect(ctx, targets)
}

func split(address string) (host string, port uint16, err error) {
	host, word, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, &Refused{address, "is not host:port"}
	}
	n, err := strconv.ParseUint(word, 10, 16)
	if err != nil || n == 0 {
		return "", 0, &Refused{address, "has no port that is a number"}
	}
	if host == "" {
		return "", 0, &Refused{address, "names no host"}
	}
	return host, uint16(n), nil
}

// resolve gives the addresses of a host, unmapped. It is asked once for each connection.
func (d *Dialer) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip.Unmap()}, nil
	}
	found, err := d.resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, fmt.Errorf("dial: looking up %s: %w", host, err)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("dial: %s has no address", host)
	}
	out := make([]netip.Addr, len(found))
	for i, ip := range found {
		out[i] = ip.Unmap()
	}
	return out, nil
}

// connect tries the targets in order; each gets its part of the time that is left, two seconds at least.
func (d *Dialer) connect(ctx context.Context, targets []netip.AddrPort) (net.Conn, error) {
	var errs []error
	for i, target := range targets {
		wait := 2 * time.Second
		if deadline, ok := ctx.Deadline(); ok {
			wait = max(wait, time.Until(deadline)/time.Duration(len(targets)-i))
		}
		one, cancel := context.WithTimeout(ctx, wait)
		conn, err := d.dialer.DialContext(one, "tcp", target.String())
		cancel()
		if err == nil {
			return conn, nil
		}
		errs = append(errs, err)
		if ctx.Err() != nil {
			break
		}
	}
	return nil, fmt.Errorf("dial: %w", errors.Join(errs...))
}

// control judges the address of the socket itself, just before it connects.
func (d *Dialer) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return &Refused{address, "is no IP address"}
	}
	return d.Check(a)
}
