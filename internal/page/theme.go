package page

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"slices"
	"strings"
	"text/template/parse"

	"dateline/internal/page/lang"
	"dateline/internal/page/theme"
)

// press is a theme ready to print: one set of templates a language, and the styles.
type press struct {
	sets      map[string]*template.Template
	styles    map[string]string // by kind of page, small
	styleHash string            // their CSP sources
	icon      []byte
	card      drawing // what other sites show of a page without a picture
	logo      drawing // of the publication
}

// overlay reads a file of the operator's theme, else that of the default theme.
type overlay struct{ upper, lower fs.FS }

func (o overlay) names(pattern string) ([]string, error) {
	seen, err := fs.Glob(o.lower, pattern)
	if err == nil && o.upper != nil {
		var more []string
		more, err = fs.Glob(o.upper, pattern)
		seen = append(seen, more...)
	}
	slices.Sort(seen)
	return slices.Compact(seen), err
}

func (o overlay) read(name string) ([]byte, error) {
	if o.upper != nil {
		b, err := fs.ReadFile(o.upper, name)
		if !errors.Is(err, fs.ErrNotExist) {
			return b, err
		}
	}
	return fs.ReadFile(o.lower, name)
}

// readTheme parses a theme over the default one. The error joins everything that is wrong, each with file and line.
func readTheme(own fs.FS) (*press, error) {
	o := overlay{own, theme.Default()}
	p := &press{sets: map[string]*template.Template{}}
	var err error
	if p.styles, err = readStyles(o); err != nil {
		return nil, err
	}
	var sources []string
	for _, style := range p.styles {
		sum := sha256.Sum256([]byte(style))
		sources = append(sources, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	}
	slices.Sort(sources)
	p.styleHash = strings.Join(slices.Compact(sources), " ")
	if p.icon, err = o.read("icon.svg"); err != nil {
		return nil, fmt.Errorf("theme: %w", err)
	}
	if p.card, err = readDrawing(own, "card", theme.Card); err != nil {
		return nil, err
	}
	if p.logo, err = readDrawing(own, "logo", theme.Logo); err != nil {
		return nil, err
	}
	names, err := o.names("*.html")
	if err != nil {
		return nil, fmt.Errorf("theme: list: %w", err)
	}
	base := template.New("").Funcs(p.functions(nil))
	var faults []error
	for _, name := range names {
		text, err := o.read(name)
		if err != nil {
			return nil, fmt.Errorf("theme: %w", err)
		}
		if _, err := base.New(name).Parse(string(text)); err != nil {
			faults = append(faults, clean(err))
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	if err := prepare(base); err != nil {
		return nil, err
	}
	var catalogues []*lang.Catalogue
	for _, tag := range lang.Complete() {
		words, err := lang.For(tag)
		if err != nil {
			return nil, err
		}
		catalogues = append(catalogues, words)
		if native, ok := words.Native(); ok {
			catalogues = append(catalogues, native)
		}
	}
	for _, words := range catalogues {
		set, err := base.Clone()
		if err != nil {
			return nil, fmt.Errorf("theme: %w", err)
		}
		for _, t := range set.Templates() {
			if t.Tree != nil && t.Tree.Root != nil {
				theme.Walk(t.Tree.Root, func(n parse.Node) { settle(n, words) })
			}
		}
		p.sets[words.Variant()] = set.Funcs(p.functions(words))
	}
	return p, nil
}

// clean leaves of an error of the parser what a theme's author needs: "theme: front.html:12: …".
func clean(err error) error {
	s := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "html/"), "template: ")
	return errors.New("theme: " + s)
}

func (p *press) functions(words *lang.Catalogue) template.FuncMap {
	return template.FuncMap{
		"word": func(key string, pairs ...any) string {
			texts := make([]string, len(pairs))
			for i, p := range pairs {
				if n, ok := p.(int); ok {
					texts[i] = words.Number(n)
					continue
				}
				texts[i] = fmt.Sprint(p)
			}
			return words.Say(key, texts...)
		},
		"count": func(key string, n int) string { return words.Count(key, n) },
		"style": func(kind string) template.CSS { return template.CSS(p.styles[kind]) },
		"part":  func(name string) template.HTML { return template.HTML(seam + name + seam) },
	}
}

// seam stands around the name of a shared part in what a template wrote. No text can hold it: escaping replaces NUL.
const seam = "\x00"

// prepare takes line ends and indentation out of the templates and checks their words and parts.
func prepare(set *template.Template) error {
	en, err := lang.For("en")
	if err != nil {
		return err
	}
	var faults []error
	for _, t := range set.Templates() {
		if t.Tree == nil || t.Tree.Root == nil {
			continue
		}
		theme.Walk(t.Tree.Root, func(n parse.Node) {
			switch n := n.(type) {
			case *parse.TextNode:
				n.Text = theme.Trim(n.Text)
			case *parse.CommandNode:
				if why := checkCall(n, en); why != "" {
					where, _ := t.Tree.ErrorContext(n)
					faults = append(faults, fmt.Errorf("theme: %s: %s", where, why))
				}
			}
		})
	}
	slices.SortFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(faults...)
}

// settle puts the words of a language into a list of nodes for good, where they are without a value and hold nothing
// that HTML must escape: a page has some forty of them, and each call costs more than the words.
func settle(n parse.Node, words *lang.Catalogue) {
	list, ok := n.(*parse.ListNode)
	if !ok || list == nil {
		return
	}
	for i, n := range list.Nodes {
		a, ok := n.(*parse.ActionNode)
		if !ok || len(a.Pipe.Decl) > 0 || len(a.Pipe.Cmds) != 1 || len(a.Pipe.Cmds[0].Args) != 2 {
			continue
		}
		name, ok := a.Pipe.Cmds[0].Args[0].(*parse.IdentifierNode)
		key, literal := a.Pipe.Cmds[0].Args[1].(*parse.StringNode)
		if !ok || !literal || name.Ident != "word" {
			continue
		}
		if text := words.Say(key.Text); !strings.ContainsAny(text, "<>&\"'`=") {
			list.Nodes[i] = &parse.TextNode{NodeType: parse.NodeText, Pos: a.Pos, Text: []byte(text)}
		}
	}
}

// checkCall says what is wrong with a call of word, count or part.
func checkCall(c *parse.CommandNode, en *lang.Catalogue) string {
	if len(c.Args) < 2 {
		return ""
	}
	name, ok := c.Args[0].(*parse.IdentifierNode)
	if !ok {
		return ""
	}
	arg, literal := c.Args[1].(*parse.StringNode)
	switch name.Ident {
	case "word":
		if literal && !en.Has(arg.Text) {
			return fmt.Sprintf("there are no words under %q", arg.Text)
		}
	case "count":
		if literal && !en.HasCount(arg.Text) {
			return fmt.Sprintf("there are no plural words under %q", arg.Text)
		}
	case "part":
		if !literal || !slices.Contains([]PartName{MastheadPart, NewsfeedPart, MostReadPart, FooterPart}, PartName(arg.Text)) {
			return "part takes masthead, newsfeed, mostread or footer"
		}
	}
	return ""
}
