package theme

import "strings"

// Shrink takes comments, line ends and needless spaces out of a style sheet; strings stay as they are.
// line is where something without an end begins, 0 when all is well.
func Shrink(css string) (small string, line int) {
	var b strings.Builder
	depth, opened, lines := 0, 0, 1
	space := false
	last := byte('}')
	for i := 0; i < len(css); i++ {
		c := css[i]
		if c == '\n' {
			lines++
		}
		switch {
		case strings.HasPrefix(css[i:], "/*"):
			end := strings.Index(css[i+2:], "*/")
			if end < 0 {
				return "", lines
			}
			lines += strings.Count(css[i:i+2+end], "\n")
			i += end + 3
			space = true
			continue
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			space = true
			continue
		}
		// Around + and - a space counts (calc), before : and ( too (selectors, media queries).
		if space && !strings.ContainsRune("{};,>~!", rune(c)) && !strings.ContainsRune("{};,>~:", rune(last)) {
			b.WriteByte(' ')
		}
		space = false
		switch c {
		case '{', '(', '[':
			if depth == 0 {
				opened = lines
			}
			depth++
		case '}', ')', ']':
			depth--
			if depth < 0 {
				return "", lines
			}
		case '"', '\'':
			end := i + 1
			for end < len(css) && css[end] != c && css[end] != '\n' {
				if css[end] == '\\' {
					end++
				}
				end++
			}
			if end >= len(css) || css[end] == '\n' {
				return "", lines
			}
			b.WriteString(css[i : end+1])
			i, last = end, c
			continue
		}
		if c == '}' && last == ';' {
			s := strings.TrimSuffix(b.String(), ";")
			b.Reset()
			b.WriteString(s)
		}
		b.WriteByte(c)
		last = c
	}
	if depth > 0 {
		return "", opened
	}
	return b.String(), 0
}
