package feed

import (
	"errors"
	"strings"
	"time"
)

// Robots gives robots.txt (RFC 9309): everything may be read but what is for staff or made anew for each
// question; the empty forms may be found.
// Sitemaps are absolute addresses.
func Robots(sitemaps ...string) []byte {
	var b strings.Builder
	b.WriteString("User-agent: *\n")
	for _, path := range []string{"/newsroom/", "/api/", "/events", "/search?", "/*/search?", "/*/sign-in?"} {
		b.WriteString("Disallow: " + path + "\n")
	}
	b.WriteString("\n")
	for _, s := range sitemaps {
		b.WriteString("Sitemap: " + line(s) + "\n")
	}
	return []byte(b.String())
}

// Security is what security.txt says (RFC 9116). Contacts and Expires are needed; addresses are absolute.
type Security struct {
	Contacts  []string // mailto:, tel: or https: addresses, the preferred first; a bare e-mail address becomes mailto:
	Expires   time.Time
	Canonical []string
	Languages []string // BCP 47
	Policy    string
}

// SecurityTxt gives security.txt. Without a contact or an end it is an error: the standard asks for both.
func SecurityTxt(s Security) ([]byte, error) {
	var b strings.Builder
	for _, c := range s.Contacts {
		if c = line(c); strings.Contains(c, "@") && !strings.Contains(c, ":") {
			c = "mailto:" + c
		}
		if c != "" {
			b.WriteString("Contact: " + c + "\n")
		}
	}
	if b.Len() == 0 {
		return nil, errors.New("feed: security.txt needs a contact")
	}
	if s.Expires.IsZero() {
		return nil, errors.New("feed: security.txt needs an end")
	}
	b.WriteString("Expires: " + stamp(s.Expires) + "\n")
	for _, c := range s.Canonical {
		b.WriteString("Canonical: " + line(c) + "\n")
	}
	if len(s.Languages) > 0 {
		b.WriteString("Preferred-Languages: " + line(strings.Join(s.Languages, ", ")) + "\n")
	}
	if s.Policy != "" {
		b.WriteString("Policy: " + line(s.Policy) + "\n")
	}
	return []byte(b.String()), nil
}

// line takes line breaks and other controls out of a value, so that it cannot begin a line of its own.
func line(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, s))
}
