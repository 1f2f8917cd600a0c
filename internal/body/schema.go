package body

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is the sort of a node; the list is closed.
type kind uint8

const (
	none kind = iota
	docNode
	paragraphNode
	headingNode
	blockquoteNode
	bulletListNode
	orderedListNode
	listItemNode
	codeBlockNode
	ruleNode
	pictureNode
	galleryNode
	relatedNode
	tableNode
	rowNode
	headerNode
	cellNode
	factBoxNode
	mediaNode
	embedNode
	breakNode
	textNode
	kinds
)

// markKind is the sort of a mark; the order is the order of nesting, outermost first.
type markKind uint8

const (
	linkMark markKind = iota
	languageMark
	boldMark
	italicMark
	strikeMark
	subscriptMark
	superscriptMark
	codeMark
	markKinds
)

type set uint32

func of(list ...kind) set {
	var s set
	for _, k := range list {
		s |= 1 << k
	}
	return s
}

func (s set) has(k kind) bool { return s&(1<<k) != 0 }

// rule says what one kind of node may hold.
type rule struct {
	name   string
	holds  set  // kinds of its children
	first  kind // the kind its first child must have, when the editor asks for one
	filled bool // at least one child
	plain  bool // its text carries no marks
	attrs  []attrRule
}

const (
	inlines = set(1<<textNode | 1<<breakNode)
	flows   = set(1<<paragraphNode | 1<<headingNode | 1<<blockquoteNode | 1<<bulletListNode | 1<<orderedListNode |
		1<<codeBlockNode | 1<<ruleNode | 1<<pictureNode | 1<<galleryNode | 1<<relatedNode | 1<<tableNode | 1<<mediaNode | 1<<embedNode)
)

var tongue = []attrRule{
	{name: "dir", form: wordForm, words: []string{"ltr", "rtl", "auto"}},
	{name: "lang", form: langForm},
}

var spans = append([]attrRule{
	{name: "colspan", form: numberForm, min: 1, max: maxSpan, otherwise: 1},
	{name: "rowspan", form: numberForm, min: 1, max: maxSpan, otherwise: 1},
}, tongue...)

// with gives the language attributes and these.
func with(list ...attrRule) []attrRule { return append(list, tongue...) }

var rules = [kinds]rule{
	docNode:         {name: "doc", holds: flows | 1<<factBoxNode},
	paragraphNode:   {name: "paragraph", holds: inlines, attrs: tongue},
	headingNode:     {name: "heading", holds: inlines, attrs: with(attrRule{name: "level", form: numberForm, need: true, min: 2, max: 4})},
	blockquoteNode:  {name: "blockquote", holds: flows, filled: true, attrs: with(attrRule{name: "cite", form: webForm})},
	bulletListNode:  {name: "bulletList", holds: of(listItemNode), filled: true, attrs: tongue},
	orderedListNode: {name: "orderedList", holds: of(listItemNode), filled: true, attrs: with(attrRule{name: "start", form: numberForm, min: 0, max: 1_000_000, otherwise: 1})},
	listItemNode:    {name: "listItem", holds: flows, first: paragraphNode, filled: true, attrs: tongue},
	codeBlockNode:   {name: "codeBlock", holds: of(textNode), plain: true, attrs: tongue},
	ruleNode:        {name: "horizontalRule"},
	pictureNode: {name: "picture", attrs: with(attrRule{name: "id", form: idForm, need: true},
		attrRule{name: "caption", form: textForm, max: maxCaption}, attrRule{name: "alt", form: textForm, max: maxCaption})},
	galleryNode: {name: "gallery", attrs: []attrRule{{name: "pictures", form: idsForm, need: true, max: MaxPictures}}},
	relatedNode: {name: "related", attrs: []attrRule{{name: "id", form: idForm, need: true}}},
	tableNode:   {name: "table", holds: of(rowNode), filled: true, attrs: tongue},
	rowNode:     {name: "tableRow", holds: of(headerNode, cellNode)},
	headerNode:  {name: "tableHeader", holds: flows &^ (1 << tableNode), filled: true, attrs: spans},
	cellNode:    {name: "tableCell", holds: flows &^ (1 << tableNode), filled: true, attrs: spans},
	factBoxNode: {name: "factBox", holds: flows, filled: true, attrs: with(attrRule{name: "title", form: textForm, max: maxTitle})},
	mediaNode: {name: "media", attrs: with(attrRule{name: "kind", form: wordForm, need: true, words: []string{"audio", "video"}},
		attrRule{name: "src", form: sourceForm, need: true}, attrRule{name: "title", form: textForm, max: maxTitle})},
	embedNode: {name: "embed", attrs: with(attrRule{name: "url", form: webForm, need: true},
		attrRule{name: "provider", form: textForm, max: 60}, attrRule{name: "title", form: textForm, max: maxTitle})},
	breakNode: {name: "hardBreak"},
	textNode:  {name: "text"},
}

var markRules = [markKinds]rule{
	linkMark: {name: "link", attrs: []attrRule{{name: "href", form: linkForm, need: true},
		{name: "rel", form: relForm}, {name: "title", form: textForm, max: maxTitle}}},
	languageMark:    {name: "language", attrs: tongue},
	boldMark:        {name: "bold"},
	italicMark:      {name: "italic"},
	strikeMark:      {name: "strike"},
	subscriptMark:   {name: "subscript"},
	superscriptMark: {name: "superscript"},
	codeMark:        {name: "code"},
}

func (k kind) inlineContent() bool {
	return k == paragraphNode || k == headingNode || k == codeBlockNode
}
func (k kind) inline() bool { return k == textNode || k == breakNode }

func kindNamed(name string) kind {
	for k := docNode; k < kinds; k++ {
		if rules[k].name == name {
			return k
		}
	}
	return none
}

func markNamed(name string) (markKind, bool) {
	for k := range markRules {
		if markRules[k].name == name {
			return markKind(k), true
		}
	}
	return 0, false
}

// form is the shape of an attribute's value.
type form uint8

const (
	textForm   form = iota // words, up to max characters
	numberForm             // a whole number from min to max; otherwise is left out
	wordForm               // one of words
	idForm                 // an id of ours
	idsForm                // one to max ids of ours
	linkForm               // any address that cleanLink takes
	webForm                // http, https or a path of this site
	sourceForm             // https or a path of this site
	langForm               // a BCP 47 tag
	relForm                // words of a link's rel, from relWords
)

type attrRule struct {
	name      string
	form      form
	need      bool
	min, max  int
	otherwise int
	words     []string
}

var relWords = []string{"author", "external", "license", "nofollow", "noreferrer", "sponsored", "ugc"}

func (r *rule) attr(name string) *attrRule {
	if i := r.index(name); i >= 0 {
		return &r.attrs[i]
	}
	return nil
}

func (r *rule) index(name string) int {
	for i := range r.attrs {
		if r.attrs[i].name == name {
			return i
		}
	}
	return -1
}

// accept gives the attribute as it is stored. keep is false for a default, which is left out; problem
// is a catalogue key, "" when the value is right.
func (r *attrRule) accept(v attr) (a attr, keep bool, problem string) {
	a = attr{name: r.name}
	switch r.form {
	case numberForm:
		if v.num < r.min || v.num > r.max {
			return a, false, keyRange
		}
		a.num = v.num
		return a, r.need || v.num != r.otherwise, ""
	case idsForm:
		if len(v.list) == 0 || len(v.list) > r.max {
			return a, false, keyRange
		}
		for _, id := range v.list {
			if !validID(id) {
				return a, false, keyID
			}
		}
		a.list = v.list
		return a, true, ""
	}
	a.text = cleanText(v.text)
	if a.text == "" {
		if r.need {
			return a, false, keyMissing
		}
		return a, false, ""
	}
	switch r.form {
	case textForm:
		if utf8.RuneCountInString(a.text) > r.max {
			return a, false, keyLong
		}
	case wordForm:
		if !slices.Contains(r.words, a.text) {
			return a, false, keyWord
		}
	case idForm:
		if !validID(a.text) {
			return a, false, keyID
		}
	case linkForm, webForm, sourceForm:
		var ok bool
		if a.text, ok = cleanLink(a.text, nil); !ok || !r.form.reaches(a.text) {
			return a, false, keyAddress
		}
	case langForm:
		var ok bool
		if a.text, ok = cleanLang(a.text); !ok {
			return a, false, keyLang
		}
	case relForm:
		a.text = cleanRel(a.text)
	}
	return a, a.text != "", ""
}

// reaches narrows a clean address to what this form may point at.
func (f form) reaches(address string) bool {
	switch {
	case f == linkForm, strings.HasPrefix(address, "https://"), strings.HasPrefix(address, "/"):
		return true
	}
	return f == webForm && strings.HasPrefix(address, "http://")
}

// validID takes 1 to 64 ASCII letters, digits, hyphens and underscores.
func validID(id string) bool {
	if id == "" || len(id) > 64 {
		return false
	}
	for i := range len(id) {
		if !letterOrDigit(id[i]) && id[i] != '-' && id[i] != '_' {
			return false
		}
	}
	return true
}

func letterOrDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// cleanLang gives a BCP 47 tag in its usual letter case: zh-Hant-TW.
func cleanLang(tag string) (string, bool) {
	tag = strings.ReplaceAll(strings.TrimSpace(tag), "_", "-")
	if len(tag) < 2 || len(tag) > 35 {
		return "", false
	}
	parts := strings.Split(tag, "-")
	for i, p := range parts {
		if p == "" || len(p) > 8 {
			return "", false
		}
		for j := range len(p) {
			if !letterOrDigit(p[j]) || i == 0 && p[j] <= '9' {
				return "", false
			}
		}
		switch {
		case i > 0 && len(p) == 4 && p[0] > '9':
			parts[i] = strings.ToUpper(p[:1]) + strings.ToLower(p[1:])
		case i > 0 && len(p) == 2:
			parts[i] = strings.ToUpper(p)
		default:
			parts[i] = strings.ToLower(p)
		}
	}
	if len(parts[0]) < 2 {
		return "", false
	}
	return strings.Join(parts, "-"), true
}

// cleanRel keeps the words of relWords, in order, once each; noopener is the walk's own business.
func cleanRel(rel string) string {
	given := strings.Fields(strings.ToLower(rel))
	var kept []string
	for _, w := range relWords {
		if slices.Contains(given, w) {
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}

// cleanText replaces NUL and bytes that are not UTF-8 by U+FFFD and leaves the rest as it is.
func cleanText(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// Blank reports whether a line of text shows nothing: spaces of any kind, zero-width characters, marks of direction.
func Blank(s string) bool {
	for _, r := range s {
		if !unicode.IsSpace(r) && !unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) {
			return false
		}
	}
	return true
}
