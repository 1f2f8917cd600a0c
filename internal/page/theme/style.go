package theme

import (
	"fmt"
	"slices"
	"strings"
)

// MaxStyle is the most bytes that the styles of a theme may have after they are made small: they are on every page.
const MaxStyle = 32 << 10

// styles says which files make the style of a kind of page.
var styles = map[string][]string{
	"front":   {"style.css", "front.css"}, // and every list of stories
	"story":   {"style.css", "story.css"},
	"said":    {"style.css", "story.css", "talk.css"},               // a story with comments
	"lively":  {"style.css", "story.css", "live.css", "talk.css"},   // a live coverage with comments
	"talk":    {"style.css", "story.css", "talk.css", "remark.css"}, // the pages of a discussion
	"live":    {"style.css", "story.css", "live.css"},
	"chat":    {"style.css", "form.css", "talk.css", "chat.css"}, // rooms
	"search":  {"style.css", "front.css", "form.css"},
	"form":    {"style.css", "form.css"}, // and every short page
	"account": {"style.css", "form.css", "account.css"},
}

// Styles makes the styles of a theme small and joins them for each kind of page.
func (o Overlay) Styles() (map[string]string, error) {
	names, err := o.Names("*.css")
	if err != nil {
		return nil, fmt.Errorf("theme: list: %w", err)
	}
	small := map[string]string{}
	for _, name := range names {
		b, err := o.Read(name)
		if err != nil {
			return nil, fmt.Errorf("theme: %w", err)
		}
		text, line := Shrink(string(b))
		switch {
		case line > 0:
			return nil, fmt.Errorf("theme: %s:%d: a comment, string or bracket has no end", name, line)
		case strings.Contains(strings.ToLower(text), "</style"):
			return nil, fmt.Errorf("theme: %s: a style may not end its own element", name)
		case !slices.Contains(slices.Concat(styles["search"], styles["lively"], styles["talk"], styles["chat"], styles["account"]), name):
			return nil, fmt.Errorf("theme: %s: no page has this style; there are style.css, front.css, story.css, live.css, talk.css, chat.css, remark.css, form.css and account.css", name)
		}
		small[name] = text
	}
	out := map[string]string{}
	for kind, files := range styles {
		for _, name := range files {
			out[kind] += small[name]
		}
		if n := len(out[kind]); n > MaxStyle {
			return nil, fmt.Errorf("theme: %s have %d bytes, at most %d are taken", strings.Join(files, " and "), n, MaxStyle)
		}
	}
	return out, nil
}
