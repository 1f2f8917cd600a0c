package wire

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of the newsroom's fields, in bytes.
const (
	maxHeadline = 1000
	maxLead     = 5000
	maxName     = 300
	maxNote     = 10000
)

// fit cuts what is longer than the newsroom's fields, so that one long field does not refuse the whole item.
func (p *parser) fit() {
	c := &p.out.Content
	cut := func(s *string, name string, max int) {
		if len(*s) > max {
			*s = cutBytes(*s, max)
			p.warn(name, "is longer than "+strconv.Itoa(max)+" bytes and was cut")
		}
	}
	for _, s := range []*string{&c.Headline, &c.ShortHeadline, &c.Dateline.Place, &c.Dateline.Source} {
		*s = strings.Join(strings.Fields(shown(*s)), " ")
	}
	c.Lead, p.out.DeskNote = shown(c.Lead), shown(p.out.DeskNote)
	cut(&c.Headline, "headline", maxHeadline)
	cut(&c.ShortHeadline, "headline", maxHeadline)
	cut(&c.Lead, "description", maxLead)
	cut(&c.Dateline.Place, "located", maxName)
	cut(&c.Dateline.Source, "infosource", maxName)
	cut(&p.out.DeskNote, "ednote", maxNote)
	c.Byline = c.Byline[:min(len(c.Byline), 50)]
	for i := range c.Byline {
		cut(&c.Byline[i].Name, "byline", maxName)
		if !isSlug(c.Byline[i].Author) {
			c.Byline[i].Author = ""
		}
	}
	for i := range c.Tags {
		cut(&c.Tags[i], "subject", maxName)
	}
	if !isSlug(c.Slug) {
		c.Slug = ""
	}
	switch c.Discussion {
	case "", "open", "premoderated", "closed":
	default:
		c.Discussion = ""
	}
	if c.Language = strings.ReplaceAll(c.Language, "_", "-"); c.Language != "" && !isLanguage(c.Language) {
		p.warn("language", "is no language tag and was ignored")
		c.Language = ""
	}
}

// shown is s without what no page can show: control characters other than line breaks and tabs.
func shown(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' {
			return -1
		}
		return r
	}, s)
}

// isSlug reports whether s can stand in an address: small letters and digits in parts that a dash joins.
func isSlug(s string) bool {
	for _, part := range strings.Split(s, "-") {
		if part == "" || strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return len(s) <= 200
}

// isLanguage reports whether s has the form of a BCP 47 tag.
func isLanguage(s string) bool {
	for i, part := range strings.Split(s, "-") {
		low := strings.ToLower(part)
		if i == 0 && (len(part) < 2 || strings.Trim(low, "abcdefghijklmnopqrstuvwxyz") != "") {
			return false
		}
		if part == "" || len(part) > 8 || strings.Trim(low, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return true
}

// cutBytes gives at most max bytes of s, whole characters only.
func cutBytes(s string, max int) string {
	for max > 0 && !utf8.RuneStart(s[max]) {
		max--
	}
	return strings.TrimSpace(s[:max])
}
