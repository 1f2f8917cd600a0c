package transfer

import (
	"errors"
	"fmt"
	"strings"

	"dateline/internal/edition"
	"dateline/internal/news"
	"dateline/internal/wire"
)

// Misused is an error of who called the import: a place that does not exist.
type Misused struct{ error }

// Unwrap gives what is wrong.
func (m Misused) Unwrap() error { return m.error }

// checkPlace says what is wrong with --edition and --section before a file is opened.
func (m *importer) checkPlace() error {
	if _, ok := m.dir.Default(); !ok {
		return errors.New("there is no edition yet; set the site up by the link that dateline serve prints, then make a section with POST /api/v1/sections")
	}
	if m.Edition != "" {
		if _, ok := m.dir.Edition(m.Edition); !ok {
			return Misused{fmt.Errorf("there is no edition %q; there are %s", m.Edition, m.slugs())}
		}
	}
	if m.Section == "" {
		return nil
	}
	for _, e := range m.dir.Editions {
		if m.Edition != "" && e.Slug != m.Edition {
			continue
		}
		if _, _, ok := m.dir.Section(e.Slug, m.Section); ok {
			return nil
		}
	}
	if m.Edition != "" {
		return Misused{fmt.Errorf("the edition %s has no section %q", m.Edition, m.Section)}
	}
	return Misused{fmt.Errorf("no edition has a section %q", m.Section)}
}

// slugs lists the editions there are, for whom named another.
func (m *importer) slugs() string {
	var all []string
	for _, e := range m.dir.Editions {
		all = append(all, e.Slug)
	}
	return strings.Join(all, ", ")
}

// place chooses edition and section of a new article: what the operator said, else those it had on another Dateline site,
// else the edition of its language, else the default; there the section that one of its subjects names, else the first.
// The section is a slug, empty for a standing page.
func (m *importer) place(it *wire.Item) (edition.Edition, string, error) {
	for _, e := range m.editions(it) {
		section, ok := m.section(e, it)
		if ok {
			return e, section, nil
		}
	}
	e := m.editions(it)[0]
	if m.Section != "" {
		return e, "", fmt.Errorf("the edition %s, for which it is, has no section %q", e.Slug, m.Section)
	}
	return e, "", fmt.Errorf("the edition %s has no section; make one with POST /api/v1/sections", e.Slug)
}

// editions lists those an item may go into, the best first. Only --section makes the others count.
func (m *importer) editions(it *wire.Item) []edition.Edition {
	if e, ok := m.dir.Edition(m.Edition); ok {
		return []edition.Edition{e}
	}
	best, _ := m.dir.Default()
	if e, ok := m.speaking(it.Content.Language); ok {
		best = e
	}
	if e, ok := m.dir.Edition(it.Edition); ok && it.ID != "" {
		best = e
	}
	out := []edition.Edition{best}
	if m.Section != "" {
		out = append(out, m.dir.Editions...)
	}
	return out
}

// speaking finds the edition of a language: of the very tag, else of the same language; the default one first.
func (m *importer) speaking(tag string) (edition.Edition, bool) {
	base := func(s string) string {
		s, _, _ = strings.Cut(s, "-")
		return s
	}
	for _, same := range []func(string) bool{
		func(s string) bool { return strings.EqualFold(s, tag) },
		func(s string) bool { return strings.EqualFold(base(s), base(tag)) },
	} {
		for _, e := range m.dir.Editions {
			if tag != "" && same(e.Language) {
				return e, true
			}
		}
	}
	return edition.Edition{}, false
}

func (m *importer) section(e edition.Edition, it *wire.Item) (slug string, ok bool) {
	if it.Content.Kind == news.Page {
		return "", true
	}
	if m.Section != "" {
		s, _, ok := m.dir.Section(e.Slug, m.Section)
		return s.Slug, ok
	}
	all := m.dir.SectionsOf(e.Slug)
	if len(all) == 0 {
		return "", false
	}
	if s, _, ok := m.dir.Section(e.Slug, it.Section); ok && it.ID != "" {
		return s.Slug, true
	}
	for _, tag := range it.Content.Tags {
		for _, s := range all {
			if strings.EqualFold(s.Name, tag) || s.Slug == news.Slug(it.Content.Language, tag) {
				return s.Slug, true
			}
		}
	}
	return all[0].Slug, true
}
