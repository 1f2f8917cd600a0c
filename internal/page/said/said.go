// Package said makes HTML of what readers wrote: plain text becomes paragraphs, addresses links, and nothing else an element.
package said

import (
	"html/template"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// address finds what becomes a link in a comment.
var address = regexp.MustCompile(`(?i)\bhttps?://[^\s<>"]+`)

// stress finds what becomes emphasis.
var stress = regexp.MustCompile(`\*([^*\s](?:[^*\n]*[^*\s])?)\*`)

// longestLink is how many characters of an address are shown.
const longestLink = 60

// HTML makes HTML of a comment's plain text: paragraphs and lines, addresses as links that no search engine follows, *words* as emphasis.
// Each paragraph has the direction of its own words; @name stands out. Lines that begin with ">" are a quotation.
func HTML(text string) template.HTML {
	var b strings.Builder
	for _, part := range parts(text) {
		if part.quoted {
			b.WriteString("<blockquote>")
		}
		paragraphs(&b, part.text)
		if part.quoted {
			b.WriteString("</blockquote>")
		}
	}
	return template.HTML(b.String()) // of escaped parts
}

// part is a stretch of a text that is quoted, or is not.
type part struct {
	text   string
	quoted bool
}

// parts divides a text into what it quotes, the lines that begin with ">", and what it says. What is quoted has no more levels.
func parts(text string) []part {
	var out []part
	for line := range strings.Lines(text) {
		said := strings.TrimLeft(line, ">")
		quoted := said != line
		if quoted {
			said = strings.TrimLeft(said, "> ")
		}
		if n := len(out); n > 0 && out[n-1].quoted == quoted {
			out[n-1].text += said
		} else {
			out = append(out, part{said, quoted})
		}
	}
	return slices.DeleteFunc(out, func(p part) bool { return strings.TrimSpace(p.text) == "" })
}

func paragraphs(b *strings.Builder, text string) {
	for _, p := range strings.Split(text, "\n\n") {
		p = strings.Trim(p, "\n")
		if strings.TrimSpace(p) == "" {
			continue
		}
		b.WriteString(`<p dir="auto">`)
		for n, line := range strings.Split(p, "\n") {
			if n > 0 {
				b.WriteString("<br>")
			}
			at := 0
			for _, m := range address.FindAllStringIndex(line, -1) {
				end := m[0] + len(strings.TrimRightFunc(line[m[0]:m[1]], func(r rune) bool { return strings.ContainsRune(`.,;:!?)]}'»”…`, r) }))
				u, err := url.Parse(line[m[0]:end])
				if err != nil || u.Host == "" {
					continue
				}
				stressed(b, line[at:m[0]])
				shown := line[m[0]:end]
				if utf8.RuneCountInString(shown) > longestLink {
					shown = string([]rune(shown)[:longestLink-1]) + "…"
				}
				b.WriteString(`<a href="` + template.HTMLEscapeString(u.String()) + `" rel="nofollow ugc noopener" dir="ltr">` + template.HTMLEscapeString(shown) + `</a>`)
				at = end
			}
			stressed(b, line[at:])
		}
		b.WriteString("</p>")
	}
}

// name finds whom a message speaks to.
var name = regexp.MustCompile(`@[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]*`)

// words writes a stretch that nothing stands out in but names.
func words(b *strings.Builder, s string) {
	at := 0
	for _, m := range name.FindAllStringIndex(s, -1) {
		if before, _ := utf8.DecodeLastRuneInString(s[:m[0]]); m[0] > 0 && (unicode.IsLetter(before) || unicode.IsNumber(before)) {
			continue // an address of mail
		}
		b.WriteString(template.HTMLEscapeString(s[at:m[0]]))
		b.WriteString(`<b class="at"><bdi>` + template.HTMLEscapeString(s[m[0]:m[1]]) + `</bdi></b>`)
		at = m[1]
	}
	b.WriteString(template.HTMLEscapeString(s[at:]))
}

// stressed writes a stretch without links.
func stressed(b *strings.Builder, s string) {
	at := 0
	for _, m := range stress.FindAllStringSubmatchIndex(s, -1) {
		before, _ := utf8.DecodeLastRuneInString(s[:m[0]])
		after, _ := utf8.DecodeRuneInString(s[m[1]:])
		if m[0] > 0 && (unicode.IsLetter(before) || unicode.IsNumber(before)) || m[1] < len(s) && (unicode.IsLetter(after) || unicode.IsNumber(after)) {
			continue
		}
		words(b, s[at:m[0]])
		b.WriteString("<em>" + template.HTMLEscapeString(s[m[2]:m[3]]) + "</em>")
		at = m[1]
	}
	words(b, s[at:])
}
