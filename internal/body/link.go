package body

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// cleanLink gives an address as it is stored, read the way browsers read it: spaces and controls around
// it fall away, tabs and line ends inside too, and a backslash is a slash. Only http, https, mailto and
// tel pass, and addresses of the site itself ("/x", "#x"). Anything relative is resolved against base, or
// refused without one. Cleaning twice gives the same.
func cleanLink(raw string, base *url.URL) (string, bool) {
	if len(raw) > 4*MaxAddress {
		return "", false
	}
	s := strings.TrimFunc(raw, func(r rune) bool { return r <= ' ' })
	if strings.ContainsAny(s, "\t\n\r") {
		s = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(s)
	}
	s = cleanText(s)
	scheme, rest := splitScheme(s)
	var out string
	ok := true
	switch {
	case scheme == "http" || scheme == "https":
		out, ok = webAddress(scheme, rest)
	case scheme == "mailto":
		out = "mailto:" + escapeAddress(strings.TrimSpace(rest))
		ok = len(out) > len("mailto:")
	case scheme == "tel":
		out, ok = telephone(rest)
	case scheme != "" || s == "":
		return "", false
	case isSlash(s[0]) && len(s) > 1 && isSlash(s[1]):
		out, ok = webAddress("https", s)
	case base != nil:
		u, err := base.Parse(strings.ReplaceAll(s, `\`, "/"))
		if err != nil || u.Scheme != "http" && u.Scheme != "https" {
			return "", false
		}
		return cleanLink(u.String(), nil)
	case isSlash(s[0]):
		out = "/" + escapeAddress(slashes(s[1:]))
	case s[0] == '#' && len(s) > 1:
		out = "#" + escapeAddress(s[1:])
	default:
		return "", false
	}
	if !ok || len(out) > MaxAddress {
		return "", false
	}
	return out, true
}

func isSlash(c byte) bool { return c == '/' || c == '\\' }

// splitScheme finds "name:" at the start, in lower case, as the URL standard does.
func splitScheme(s string) (scheme, rest string) {
	for i := range len(s) {
		c := s[i]
		switch {
		case c == ':' && i > 0:
			return strings.ToLower(s[:i]), s[i+1:]
		case i == 0 && !(c|0x20 >= 'a' && c|0x20 <= 'z'):
			return "", s
		case !letterOrDigit(c) && c != '+' && c != '-' && c != '.':
			return "", s
		}
	}
	return "", s
}

// webAddress puts together scheme, host and the rest; names and passwords before the host fall away.
func webAddress(scheme, rest string) (string, bool) {
	rest = strings.TrimLeft(rest, `/\`)
	end := strings.IndexAny(rest, `/\?#`)
	if end < 0 {
		end = len(rest)
	}
	host, path := rest[:end], rest[end:]
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		host = host[at+1:]
	}
	host = strings.ToLower(host)
	if !validHost(host) {
		return "", false
	}
	return scheme + "://" + host + escapeAddress(slashes(path)), true
}

// validHost takes names (ASCII or not), IPv4 and bracketed IPv6 addresses, each with an optional port.
func validHost(host string) bool {
	name, port := host, ""
	if strings.HasPrefix(host, "[") {
		end := strings.IndexByte(host, ']')
		if end < 0 || strings.Trim(host[1:end], "0123456789abcdef:.") != "" || end < 3 {
			return false
		}
		name, port = "v6", strings.TrimPrefix(host[end+1:], ":")
		if host[end+1:] != "" && host[end+1] != ':' {
			return false
		}
	} else if colon := strings.IndexByte(host, ':'); colon >= 0 {
		name, port = host[:colon], host[colon+1:]
	}
	if len(port) > 5 || strings.Trim(port, "0123456789") != "" || strings.Trim(name, ".-") == "" || len(name) > 253 {
		return false
	}
	for _, r := range name {
		if r < utf8.RuneSelf && !letterOrDigit(byte(r)) && r != '.' && r != '-' && r != '_' {
			return false
		}
		if r >= utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) {
			return false
		}
	}
	return true
}

func telephone(rest string) (string, bool) {
	var b strings.Builder
	for i := range len(rest) {
		c := rest[i]
		switch {
		case letterOrDigit(c), strings.IndexByte("+*#().,;=-", c) >= 0:
			b.WriteByte(c)
		case c != ' ':
			return "", false
		}
	}
	return "tel:" + b.String(), b.Len() > 0
}

// slashes turns backslashes before the query into slashes.
func slashes(s string) string {
	end := strings.IndexAny(s, "?#")
	if end < 0 {
		end = len(s)
	}
	return strings.ReplaceAll(s[:end], `\`, "/") + s[end:]
}

// escapeAddress percent-encodes what may not stand in an attribute or cannot be seen; letters of every
// script stay readable.
func escapeAddress(s string) string {
	safe := func(r rune) bool {
		if r < utf8.RuneSelf {
			return r > ' ' && r != 0x7f && !strings.ContainsRune("\"<>`\\", r)
		}
		return unicode.IsGraphic(r) && !unicode.IsSpace(r)
	}
	if strings.IndexFunc(s, func(r rune) bool { return !safe(r) }) < 0 {
		return s
	}
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for _, r := range s {
		if safe(r) {
			b.WriteRune(r)
			continue
		}
		for _, c := range []byte(string(r)) {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}

// hostOf gives the host of a clean http or https address, "" for others.
func hostOf(address string) string {
	scheme, rest := splitScheme(address)
	if scheme != "http" && scheme != "https" {
		return ""
	}
	rest = strings.TrimPrefix(rest, "//")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return rest
}
