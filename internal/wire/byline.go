package wire

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dateline/internal/news"
)

// bylines splits a byline into its names: "By Ada Lovelace, Alan Turing and Grace Hopper" has three. A comma
// separates names only when a last "and" says that the byline is a list; "Ada Lovelace, London Correspondent" is one.
func bylines(by string) []news.Byline {
	by = oneLine(by)
	if rest, ok := cutFold(by, "by "); ok {
		by = strings.TrimSpace(rest)
	}
	var out []news.Byline
	for _, part := range strings.FieldsFunc(by, func(r rune) bool { return r == ';' || r == '|' }) {
		for _, name := range names(strings.TrimSpace(part)) {
			if name = strings.Trim(name, " ,.\t"); name != "" {
				out = append(out, news.Byline{Name: name})
			}
		}
	}
	return out
}

func names(s string) []string {
	for _, and := range []string{" and ", " & ", " AND "} {
		before, after, ok := strings.Cut(s, and)
		if !ok {
			continue
		}
		parts := strings.Split(before, ",")
		parts = append(parts, names(after)...)
		for _, p := range parts {
			if !personal(p) {
				return []string{s}
			}
		}
		return parts
	}
	return []string{s}
}

// personal reports whether s looks like the name of one person: two words or more that begin large, in scripts that
// have large letters. "Trade and Industry Desk" must not become two authors.
func personal(s string) bool {
	words := strings.Fields(s)
	if len(words) < 2 || len(words) > 6 {
		return false
	}
	for _, w := range []string{words[0], words[len(words)-1]} {
		if i := strings.LastIndexAny(w, "'’"); i > 0 && i+3 < len(w) { // d'Emilio
			_, size := utf8.DecodeRuneInString(w[i:])
			w = w[i+size:]
		}
		r, _ := utf8.DecodeRuneInString(w)
		if !unicode.IsLetter(r) || unicode.IsLower(r) {
			return false
		}
	}
	return true
}

func cutFold(s, prefix string) (string, bool) {
	if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return s[len(prefix):], true
	}
	return s, false
}

// oneLine makes one line of a text: breaks and tabs become spaces, and runs of them one.
func oneLine(s string) string {
	if !strings.ContainsAny(s, "\n\t\r") {
		return strings.TrimSpace(s)
	}
	return strings.Join(strings.Fields(s), " ")
}

// cutDateline finds the dateline with which agencies open a story: "GROSSETO, Italy (AP) -- The trial …". It gives
// place and source and how many bytes of text they take, the dash and the space after it included; size is 0 when
// text opens with none. Without a source in brackets only the place that the item itself gives (located) is taken
// for one, so that "BREAKING -- …" stays.
func cutDateline(text, located string) (place, source string, size int) {
	const reach = 120 // bytes in which a dateline must end
	head := text
	if len(head) > reach {
		head = head[:reach]
	}
	end, dash := -1, 0
	for _, d := range []string{" -- ", " --- ", " — ", " – ", " - ", "— ", "– ", " —", " –", " --"} {
		if i := strings.Index(head, d); i > 0 && (end < 0 || i < end || i == end && len(d) > dash) {
			end, dash = i, len(d)
		}
	}
	if end < 0 {
		return "", "", 0
	}
	head = strings.TrimSpace(head[:end])
	size = end + dash
	for size < len(text) && text[size] == ' ' {
		size++
	}
	if size == len(text) || strings.ContainsAny(head, "\n\"“”!?:;") {
		return "", "", 0
	}
	place = head
	if rest, ok := strings.CutSuffix(head, ")"); ok {
		open := strings.LastIndexByte(rest, '(')
		if open < 1 || len(rest)-open > 60 {
			return "", "", 0
		}
		place, source = strings.TrimSpace(rest[:open]), strings.TrimSpace(rest[open+1:])
	}
	first, _ := utf8.DecodeRuneInString(place)
	if !unicode.IsLetter(first) || unicode.IsLower(first) || len(strings.Fields(place)) > 7 || strings.Contains(place, ". ") && source == "" {
		return "", "", 0
	}
	if source == "" && !sameTown(place, located) {
		return "", "", 0
	}
	return place, source, size
}

// sameTown reports whether both places begin with the same words up to the first comma.
func sameTown(a, b string) bool {
	a, _, _ = strings.Cut(a, ",")
	b, _, _ = strings.Cut(b, ",")
	return strings.TrimSpace(a) != "" && strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
}
