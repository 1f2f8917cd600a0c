package markup

import (
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// maxAddress is how many bytes an address has at most that is written beside its words.
const maxAddress = 2000

// Said gives what a reader wrote in HTML as plain text: lines where an element ends a block, ">" before lines that are quoted, and
// the address of a link beside its words, unless they are it. target gives where an address really leads; nil: there.
func Said(markup string, target func(*url.URL) *url.URL) string {
	s := said{target: target, quote: -1}
	z := html.NewTokenizer(strings.NewReader(markup))
	for skip := false; ; {
		switch z.Next() {
		case html.ErrorToken:
			s.unlink()
			s.unquote()
			return tidy(string(s.text))
		case html.TextToken:
			if !skip {
				s.text = append(s.text, html.UnescapeString(string(z.Raw()))...)
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			t := z.Token()
			start := t.Type == html.StartTagToken
			switch t.Data {
			case "script", "style":
				skip = start
			case "a":
				if s.unlink(); start {
					s.link(t)
				}
			case "blockquote":
				s.unlink()
				if start {
					s.within(1)
				} else {
					s.within(-1)
				}
			case "p", "br", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "tr":
				s.text = append(s.text, '\n')
			}
		}
	}
}

// said is a text that grows.
type said struct {
	text   []byte
	target func(*url.URL) *url.URL
	to     *url.URL // of the link that is open
	from   int      // where its words begin
	quote  int      // where the quotation begins that is open; -1 for none
	depth  int      // of quotations
}

// link begins one, when it is to an address of the web.
func (s *said) link(t html.Token) {
	for _, a := range t.Attr {
		if a.Key != "href" {
			continue
		}
		u, err := url.Parse(strings.TrimSpace(a.Val))
		if err != nil {
			return
		}
		if s.target != nil {
			u = s.target(u)
		}
		if (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && len(u.String()) <= maxAddress {
			s.to, s.from = u, len(s.text)
		}
		return
	}
}

// unlink ends the link that is open.
func (s *said) unlink() {
	if s.to == nil {
		return
	}
	to := s.to.String()
	s.to = nil
	words := string(s.text[s.from:])
	shown := strings.TrimSpace(words)
	begun, short := strings.CutSuffix(strings.ReplaceAll(shown, "…", "..."), "...")
	switch {
	case strings.HasPrefix(shown, "@") || strings.Contains(shown, to): // a name; the address itself
		return
	case shown == "":
		s.text = append(s.text, to...)
		return
	case bare(shown) == bare(to) || short && begun != "" && strings.HasPrefix(bare(to), bare(begun)):
	default:
		to = shown + " (" + to + ")"
	}
	before, after, _ := strings.Cut(words, shown)
	s.text = append(s.text[:s.from], before+to+after...)
}

// bare is an address as people tell it: without its scheme.
func bare(address string) string {
	_, rest, ok := strings.Cut(address, "://")
	if !ok {
		rest = address
	}
	return strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(rest, "www."), "/"))
}

// within counts how deep quotations lie in each other; only the outermost is kept as one.
func (s *said) within(step int) {
	was := s.depth
	s.depth = max(0, was+step)
	switch {
	case was == 0 && step > 0:
		s.quote = len(s.text)
	case was == 1 && step < 0:
		s.unquote()
	default:
		s.text = append(s.text, '\n')
	}
}

// unquote ends the quotation that is open.
func (s *said) unquote() {
	if s.quote < 0 {
		return
	}
	words := tidy(string(s.text[s.quote:]))
	s.text = append(s.text[:s.quote], "\n\n"...)
	for line := range strings.Lines(words) {
		s.text = append(append(s.text, "> "...), line...)
	}
	s.text = append(s.text, "\n\n"...)
	s.quote = -1
}

// tidy leaves out what no page can show, and more than one empty line.
func tidy(text string) string {
	var b strings.Builder
	breaks := 0
	for _, r := range strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")) {
		switch {
		case r == '\r':
			r = '\n'
		case unicode.IsControl(r) && r != '\n' && r != '\t' || r == '\ufeff' || r == 0xfffe || r == 0xffff:
			continue
		}
		if r != '\n' {
			breaks = 0
		} else if breaks++; breaks > 2 {
			continue
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}
