package live

import (
	"net/http"
	"net/netip"
	"sync"
)

// addresses counts the streams of each address.
type addresses struct {
	mu   sync.Mutex
	open map[netip.Addr]int
}

// peer gives the address at the other end of the connection.
func peer(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr()
}

// who gives under what an address is counted: itself, or its /64, which is one subscriber's; nothing for loopback and for
// what is no address.
func who(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if !a.IsValid() || a.IsLoopback() {
		return netip.Addr{}
	}
	if a.Is6() {
		p, _ := a.Prefix(64)
		return p.Addr()
	}
	return a
}

// enter takes a place of at most limit for a; below 0 there is no limit. It reports false when none is left.
func (d *addresses) enter(a netip.Addr, limit int) bool {
	if !a.IsValid() || limit < 0 {
		return true
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open[a] >= limit {
		return false
	}
	if d.open == nil {
		d.open = make(map[netip.Addr]int)
	}
	d.open[a]++
	return true
}

// leave gives a's place back.
func (d *addresses) leave(a netip.Addr) {
	if !a.IsValid() {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open[a]--; d.open[a] <= 0 {
		delete(d.open, a)
	}
}
