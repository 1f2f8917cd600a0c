package body

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// looks is what style and class say about an element, as far as it means something here.
type looks struct {
	bold, italic, strike int8 // 1 on, -1 off, 0 not said
	shift                int8 // 1 superscript, -1 subscript, 2 baseline
	hidden               bool
	spaces               bool   // Word's runs of spaces
	ignore               bool   // Word's sign before a list item
	comment              bool   // Word's comments
	list                 string // Word's "l0 level1 lfo1"
	margin               int    // left margin in points
	hanging              bool   // the first line hangs out, as in lists
}

// on gives the style inside an element that looks so.
func (l looks) on(st style) style {
	turn := func(v *bool, say int8) {
		if say != 0 {
			*v = say > 0
		}
	}
	turn(&st.bold, l.bold)
	turn(&st.italic, l.italic)
	turn(&st.strike, l.strike)
	switch l.shift {
	case 1:
		st.sup, st.sub = true, false
	case -1:
		st.sub, st.sup = true, false
	case 2:
		st.sub, st.sup = false, false
	}
	st.spaces = st.spaces || l.spaces
	return st
}

// look reads an element's classes, then its style attribute.
func (c *conversion) look(n *html.Node) looks {
	var l looks
	for _, a := range n.Attr {
		if a.Key != "class" || a.Namespace != "" {
			continue
		}
		for class := range strings.FieldsSeq(a.Val) {
			switch class {
			case "bold":
				l.bold = 1
			case "italic":
				l.italic = 1
			case "MsoCommentReference", "msoDel":
				l.hidden = true
			}
			if known, ok := c.classes[class]; ok {
				l.over(known)
			}
		}
	}
	l.hidden = l.hidden || n.DataAtom == atom.Del && has(n, "cite") // deleted while Word kept track
	if style := get(n, "style"); style != "" {
		l.read(cutText(style, maxStyleText))
	}
	return l
}

// over lets m win where it says something.
func (l *looks) over(m looks) {
	for _, p := range [...][2]*int8{{&l.bold, &m.bold}, {&l.italic, &m.italic}, {&l.strike, &m.strike}, {&l.shift, &m.shift}} {
		if *p[1] != 0 {
			*p[0] = *p[1]
		}
	}
	l.hidden = l.hidden || m.hidden
	l.spaces = l.spaces || m.spaces
	l.hanging = l.hanging || m.hanging
	if m.list != "" {
		l.list = m.list
	}
	if m.margin != 0 {
		l.margin = m.margin
	}
}

// read takes over declarations ("font-weight:700; …").
func (l *looks) read(declarations string) {
	for d := range strings.SplitSeq(declarations, ";") {
		name, value, ok := strings.Cut(d, ":")
		if !ok {
			continue
		}
		value = strings.ToLower(strings.TrimSpace(strings.Replace(value, "!important", "", 1)))
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "font-weight":
			l.bold = weight(value)
		case "font-style":
			switch value {
			case "italic", "oblique":
				l.italic = 1
			case "normal":
				l.italic = -1
			}
		case "text-decoration", "text-decoration-line":
			if strings.Contains(value, "line-through") {
				l.strike = 1
			}
		case "vertical-align":
			switch value {
			case "super":
				l.shift = 1
			case "sub":
				l.shift = -1
			case "baseline":
				l.shift = 2
			}
		case "display":
			l.hidden = l.hidden || value == "none"
		case "visibility":
			l.hidden = l.hidden || value == "hidden"
		case "mso-hide":
			l.hidden = l.hidden || value == "all"
		case "mso-spacerun":
			l.spaces = value == "yes"
		case "mso-list":
			if l.ignore = value == "ignore"; !l.ignore && strings.Contains(value, "level") {
				l.list = value
			}
		case "mso-element":
			l.comment = strings.HasPrefix(value, "comment")
		case "margin-left":
			l.margin = points(value)
		case "text-indent":
			l.hanging = strings.HasPrefix(value, "-")
		}
	}
}

// weight reads a font weight: 600 and more is bold.
func weight(value string) int8 {
	switch value {
	case "bold", "bolder":
		return 1
	case "normal", "lighter":
		return -1
	}
	n, err := strconv.ParseFloat(value, 64)
	switch {
	case err != nil:
		return 0
	case n >= 600:
		return 1
	}
	return -1
}

// points reads a CSS length in points, 0 when it is in no unit that Word writes.
func points(value string) int {
	for unit, factor := range map[string]float64{"pt": 1, "in": 72, "cm": 28.35, "mm": 2.835, "px": 0.75} {
		if number, ok := strings.CutSuffix(value, unit); ok {
			n, err := strconv.ParseFloat(number, 64)
			if err != nil || n < 0 || n > 10_000 {
				return 0
			}
			return int(n * factor)
		}
	}
	return 0
}

// readSheet takes the rules of single classes (".c1", "span.c1") from a style sheet: exports of Google Docs,
// Apple's notes and others write their bold and italic that way. Everything else in it is passed over.
func (c *conversion) readSheet(sheet string) {
	if c.classes == nil {
		c.classes = map[string]looks{}
	}
	for len(sheet) > 0 {
		open := strings.IndexByte(sheet, '{')
		if open < 0 {
			return
		}
		selectors := strings.TrimSpace(sheet[:open])
		end := strings.IndexAny(sheet[open+1:], "{}")
		if end < 0 {
			return
		}
		if sheet[open+1+end] == '{' { // an at-rule around others: its conditions do not matter
			sheet = sheet[open+1:]
			continue
		}
		body := sheet[open+1 : open+1+end]
		sheet = sheet[open+1+end+1:]
		if strings.HasPrefix(selectors, "@") {
			continue
		}
		var l looks
		l.read(body)
		if l == (looks{}) {
			continue
		}
		for selector := range strings.SplitSeq(selectors, ",") {
			selector = strings.TrimLeft(strings.TrimSpace(selector), "<!-}")
			_, class, ok := strings.Cut(strings.TrimSpace(selector), ".")
			if ok && class != "" && !strings.ContainsAny(class, " .>+~:[#*") && len(c.classes) < 2000 {
				known := c.classes[class]
				known.over(l)
				c.classes[class] = known
			}
		}
	}
}
