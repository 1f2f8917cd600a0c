package wire

import (
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
