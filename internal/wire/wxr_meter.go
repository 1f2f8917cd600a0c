package wire

import (
	"errors"
	"io"
	"net/url"
	"path"
	"strings"
)

// Resolve gives an address in the export as a whole one; nil when it is none of the web.
func (s WXRSite) Resolve(address string) *url.URL {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || address == "" {
		return nil
	}
	if s.Address != nil {
		u = s.Address.ResolveReference(u)
	}
	if u.Host == "" && strings.HasPrefix(u.Path, "/") {
		return u // the file does not say of which site
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil
	}
	return u
}

// Within reports whether an address lies on the site that was exported, www or not.
func (s WXRSite) Within(u *url.URL) bool {
	bare := func(host string) string { return strings.TrimPrefix(strings.ToLower(host), "www.") }
	return u.Host == "" || s.Address != nil && bare(u.Host) == bare(s.Address.Host)
}

// Home is the path of the blog's front with a slash at its end.
func (s WXRSite) Home() string {
	if s.Address == nil {
		return "/"
	}
	return strings.TrimSuffix(path.Clean("/"+s.Address.Path), "/") + "/"
}

// wxrMeter hands bytes to the parser one by one, counts those of one token, and makes spaces of what XML forbids but WordPress
// writes: control characters, and a byte order mark.
type wxrMeter struct {
	r      io.Reader
	buf    [64 << 10]byte
	at, n  int
	total  int64
	spent  int
	failed error
}

var errWXRLarge = errors.New("wire: a token is too large")

// ReadByte gives the next byte.
func (m *wxrMeter) ReadByte() (byte, error) {
	for m.at == m.n {
		if m.failed != nil {
			return 0, m.failed
		}
		n, err := m.r.Read(m.buf[:])
		if err != nil && !errors.Is(err, io.EOF) {
			m.failed = err
		}
		if m.at, m.n = 0, n; n == 0 && err != nil {
			return 0, err
		}
		if m.total == 0 && n >= 3 && string(m.buf[:3]) == "\xef\xbb\xbf" {
			copy(m.buf[:3], "   ")
		}
		m.total += int64(n)
	}
	if m.spent++; m.spent > MaxItem {
		return 0, errWXRLarge
	}
	c := m.buf[m.at]
	m.at++
	if c < ' ' && c != '\n' && c != '\r' && c != '\t' {
		c = ' '
	}
	return c, nil
}

// Read is there because a decoder asks for a reader; it reads by bytes.
func (m *wxrMeter) Read(p []byte) (int, error) {
	for i := range p {
		c, err := m.ReadByte()
		if err != nil {
			return i, err
		}
		p[i] = c
	}
	return len(p), nil
}
