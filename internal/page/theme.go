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

	"dateline/internal/page/lang"
	"dateline/internal/page/theme"
)

// press is a theme ready to print: one set of templates a language, and the styles.
type press struct {
	sets      map[string]*template.Template
	styles    map[string]string // by kind of page, small
	styleHash string            // their CSP sources
	icon      []byte
	card      theme.Drawing // what other sites show of a page without a picture
	logo      theme.Drawing // of the publication
}

// readTheme parses a theme over the default one. The error joins everything that is wrong, each with file and line.
func readTheme(own fs.FS) (*press, error) {
	o := theme.Overlay{Upper: own}
	p := &press{sets: map[string]*template.Template{}}
	var err error
	if p.styles, err = o.Styles(); err != nil {
		return nil, err
	}
	var sources []string
	for _, style := range p.styles {
		sum := sha256.Sum256([]byte(style))
		sources = append(sources, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	}
	slices.Sort(sources)
	p.styleHash = strings.Join(slices.Compact(sources), " ")
	if p.icon, err = o.Read("icon.svg"); err != nil {
		return nil, fmt.Errorf("theme: %w", err)
	}
	if p.card, err = o.Drawing("card", theme.Card); err != nil {
		return nil, err
	}
	if p.logo, err = o.Drawing("logo", theme.Logo); err != nil {
		return nil, err
	}
	names, err := o.Names("*.html")
	if err != nil {
		return nil, fmt.Errorf("theme: list: %w", err)
	}
	base := template.New("").Funcs(p.functions(nil))
	var faults []error
	for _, name := range names {
		text, err := o.Read(name)
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
	if err := theme.Prepare(base, string(MastheadPart), string(NewsfeedPart), string(MostReadPart), string(FooterPart)); err != nil {
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
		theme.Settle(set, words)
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

// Files are the pictures other sites show for pages without one of their own and for the publication: card.png and logo.png.
func (r *Renderer) Files() []theme.File { return []theme.File{r.press.card.File, r.press.logo.File} }
