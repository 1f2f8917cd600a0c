//go:build unix

package lane

import (
	"errors"
	"net"
	"syscall"
)

// peek waits until there is something to read, and reports whether it is a byte; what ended the connection is left to a read. The
// error is that of the deadline.
func peek(c *net.TCPConn) (more bool, err error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return false, err
	}
	err = raw.Read(func(fd uintptr) bool {
		for {
			var b [1]byte
			n, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK)
			if errors.Is(err, syscall.EINTR) {
				continue
			}
			more = err == nil && n == 1
			return !errors.Is(err, syscall.EAGAIN)
		}
	})
	return more, err
}
