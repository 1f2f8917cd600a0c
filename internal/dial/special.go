package dial

import "net/netip"

// ranges are the networks that are not for public unicast, by the IANA registries of special-purpose addresses, with
// addresses that look public and are the doors of a cloud's own services. The first that holds an address names it.
var ranges = []struct {
	prefix netip.Prefix
	why    string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "is an address of this host or network"},
	{netip.MustParsePrefix("10.0.0.0/8"), "is a private address"},
	{netip.MustParsePrefix("100.64.0.0/10"), "is an address inside a provider's network"},
	{netip.MustParsePrefix("127.0.0.0/8"), "is a loopback address"},
	{netip.MustParsePrefix("169.254.0.0/16"), "is a link-local address"}, // with the metadata services of most clouds
	{netip.MustParsePrefix("172.16.0.0/12"), "is a private address"},
	{netip.MustParsePrefix("192.0.0.0/24"), "is reserved for protocols"}, // with a metadata service
	{netip.MustParsePrefix("192.0.2.0/24"), "is an address for documentation"},
	{netip.MustParsePrefix("192.31.196.0/24"), "is reserved for name servers"},
	{netip.MustParsePrefix("192.52.193.0/24"), "is reserved for multicast relays"},
	{netip.MustParsePrefix("192.88.99.0/24"), "is reserved for 6to4 relays"},
	{netip.MustParsePrefix("192.168.0.0/16"), "is a private address"},
	{netip.MustParsePrefix("192.175.48.0/24"), "is reserved for name servers"},
	{netip.MustParsePrefix("198.18.0.0/15"), "is an address for measurements"},
	{netip.MustParsePrefix("198.51.100.0/24"), "is an address for documentation"},
	{netip.MustParsePrefix("203.0.113.0/24"), "is an address for documentation"},
	{netip.MustParsePrefix("224.0.0.0/4"), "is a multicast address"},
	{netip.MustParsePrefix("240.0.0.0/4"), "is a reserved address"}, // with 255.255.255.255
	{netip.MustParsePrefix("168.63.129.16/32"), "is a metadata service"},

	{netip.MustParsePrefix("2001:db8::/32"), "is an address for documentation"},
	{netip.MustParsePrefix("2001::/23"), "is reserved for protocols"}, // with Teredo, benchmarks and ORCHID
	{netip.MustParsePrefix("2620:4f:8000::/48"), "is reserved for name servers"},
	{netip.MustParsePrefix("3fff::/20"), "is an address for documentation"},
	{netip.MustParsePrefix("fc00::/7"), "is a private address"}, // with metadata services
	{netip.MustParsePrefix("fe80::/10"), "is a link-local address"},
	{netip.MustParsePrefix("fec0::/10"), "is a private address"},
	{netip.MustParsePrefix("ff00::/8"), "is a multicast address"},
	{netip.MustParsePrefix("::1/128"), "is a loopback address"},
	{netip.MustParsePrefix("::/128"), "is an address of this host or network"},
}

var (
	global6   = netip.MustParsePrefix("2000::/3")     // what has been given out for public unicast
	nat64     = netip.MustParsePrefix("64:ff9b::/96") // IPv4 through a translator, in the last four bytes
	sixToFour = netip.MustParsePrefix("2002::/16")    // IPv4 in the four bytes after the prefix
)

// special says why an address is not public unicast, "" when it is. An IPv4 address inside an IPv6 one is judged as itself.
func special(ip netip.Addr) string {
	ip = ip.Unmap()
	if !ip.IsValid() {
		return "is no IP address"
	}
	if ip.Zone() != "" {
		return "belongs to one network interface"
	}
	if inner, ok := embedded(ip); ok {
		if why := special(inner); why != "" {
			return "holds " + inner.String() + ", which " + why
		}
		return ""
	}
	for _, r := range ranges {
		if r.prefix.Contains(ip) {
			return r.why
		}
	}
	if ip.Is6() && !global6.Contains(ip) {
		return "is not a public address"
	}
	return ""
}

// embedded gives the IPv4 address that a translator would make of an IPv6 one.
func embedded(ip netip.Addr) (netip.Addr, bool) {
	if !ip.Is6() {
		return netip.Addr{}, false
	}
	b := ip.As16()
	switch {
	case nat64.Contains(ip):
		return netip.AddrFrom4([4]byte(b[12:16])), true
	case sixToFour.Contains(ip):
		return netip.AddrFrom4([4]byte(b[2:6])), true
	}
	return netip.Addr{}, false
}
