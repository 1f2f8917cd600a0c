//go:build unix

package live

import (
	"io"
	"net"
	"syscall"
)

// attempt reads and writes connections without ever waiting: one try of the system call on the
// non-blocking descriptor, whatever comes of it. It keeps its functions, so that a try allocates nothing. It
// is used by one goroutine at a time.
type attempt struct {
	buf       []byte
	n         int
	err       error
	put, look func(uintptr) bool
	junk      [512]byte
}

// write gives the connection as much of b as it takes now; 0 and no error when it takes nothing.
func (a *attempt) write(_ net.Conn, raw syscall.RawConn, b []byte) (int, error) {
	if a.put == nil {
		a.put = func(fd uintptr) bool {
			for a.n < len(a.buf) {
				n, err := syscall.Write(int(fd), a.buf[a.n:])
				if n > 0 {
					a.n += n
				}
				if err == syscall.EINTR {
					continue
				}
				if err != syscall.EAGAIN {
					a.err = err
				}
				if err != nil || n <= 0 {
					break
				}
			}
			return true
		}
	}
	a.buf, a.n, a.err = b, 0, nil
	err := raw.Write(a.put)
	a.buf = nil
	if err != nil {
		return 0, err
	}
	return a.n, a.err
}

// gone reports whether the other side has closed the connection. What it sent is thrown away: a reader has nothing to say.
func (a *attempt) gone(_ net.Conn, raw syscall.RawConn) bool {
	if a.look == nil {
		a.look = func(fd uintptr) bool {
			for range 8 {
				n, err := syscall.Read(int(fd), a.junk[:])
				switch {
				case err == syscall.EINTR:
				case err == syscall.EAGAIN:
					return true
				case err != nil:
					a.err = err
					return true
				case n == 0:
					a.err = io.EOF
					return true
				}
			}
			return true
		}
	}
	a.err = nil
	if err := raw.Read(a.look); err != nil {
		return true
	}
	return a.err != nil
}
