package app

import (
	"fmt"
	"net"

	"github.com/coreos/go-systemd/v22/activation"
)

// listen takes the address to serve on: the socket that the system holds open for this program and hands to each of its lives
// (systemd's socket activation), where there is one, else its own. At a held socket callers wait while the program restarts.
func listen(address string) (net.Listener, error) {
	held, err := activation.Listeners()
	if err != nil {
		return nil, fmt.Errorf("the socket that was handed over: %w", err)
	}
	for _, l := range held {
		if l != nil {
			return l, nil
		}
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("--listen %s: %w", address, err)
	}
	return l, nil
}
