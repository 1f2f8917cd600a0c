//go:build !unix

package live

import (
	"errors"
	"net"
	"os"
	"syscall"
	"time"
)

// attempt reads and writes connections with a deadline so near that it hardly waits. It is used by one goroutine at a time.
type attempt struct{ junk [512]byte }

const hardly = 2 * time.Millisecond

// write gives the connection as much of b as it takes now; 0 and no error when it takes nothing.
func (a *attempt) write(conn net.Conn, _ syscall.RawConn, b []byte) (int, error) {
	conn.SetWriteDeadline(time.Now().Add(hardly))
	n, err := conn.Write(b)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = nil
	}
	return n, err
}

// gone reports whether the other side has closed the connection. What it sent is thrown away.
func (a *attempt) gone(conn net.Conn, _ syscall.RawConn) bool {
	conn.SetReadDeadline(time.Now().Add(hardly))
	_, err := conn.Read(a.junk[:])
	return err != nil && !errors.Is(err, os.ErrDeadlineExceeded)
}
