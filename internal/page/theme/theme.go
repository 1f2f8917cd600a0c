// Package theme holds the default theme, "the rail": templates, styles and the icon.
//
// A theme is a directory of html/template files (*.html), styles, icon.svg, and, in place of what
// the program draws, card.png (what other sites show of a page without a picture) and logo.png. style.css is
// on every page, and after it front.css on fronts and lists, story.css on stories and
// standing pages, story.css and live.css on live coverages, form.css on forms and short pages, and account.css besides on those of accounts. A file of the operator's theme stands
// in the place of the file with the same name here. Templates are given typed values
// (package page) and these functions: word KEY, count KEY N, part NAME, style KIND. Line ends and
// indentation beside tags and actions fall away when a theme is read; a space that is
// meant there is written {{" "}}. Words stand in text and in quoted attributes.
package theme

import (
	"embed"
	"io/fs"
)

//go:embed *.html *.css icon.svg
var files embed.FS

// Default gives the files of the default theme.
func Default() fs.FS { return files }
