package transfer

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"dateline/internal/account"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/page/lang"
	"dateline/internal/wire"
)

// makeSections makes the sections that stories stand in and that are not there, with names and descriptions of the export.
func (w *wordpress) makeSections(ctx context.Context) error {
	if w.Editions == nil || w.Archive.Reader == nil {
		return errNoEditions
	}
	var anywhere []wanted // for what has no category
	for _, want := range w.sections {
		if want.slug == "" {
			anywhere = append(anywhere, want)
			continue
		}
		slug := want.slug
		if _, clash := w.dir.Edition(slug); clash || slices.Contains(edition.Reserved, slug) {
			slug += "-section" // it has another meaning in addresses
		}
		if len(slug) > 60 {
			slug = strings.Trim(slug[:60], "-")
		}
		if s, _, ok := w.dir.Section(want.edition, slug); ok {
			slug = s.Slug
		} else if err := w.makeSection(ctx, want.edition, slug, want.term); err != nil {
			return fmt.Errorf("the category %q cannot become a section: %w", want.term.Name, err)
		}
		w.slugs[want.edition+"/"+want.slug] = slug
	}
	for _, want := range anywhere {
		slug := "news"
		if all := w.dir.SectionsOf(want.edition); len(all) > 0 {
			slug = all[0].Slug
		} else {
			e, _ := w.dir.Edition(want.edition)
			words, err := lang.For(e.Language)
			if err != nil {
				return err
			}
			if err := w.makeSection(ctx, want.edition, slug, wire.WXRTerm{Name: words.Say("import.section")}); err != nil {
				return err
			}
		}
		w.slugs[want.edition+"/"] = slug
	}
	return nil
}

func (w *wordpress) makeSection(ctx context.Context, e, slug string, t wire.WXRTerm) error {
	if w.DryRun {
		return nil
	}
	name, description := cut(t.Name, 200), cut(t.Description, 2000)
	position := min(len(w.dir.SectionsOf(e)), 1000)
	_, err := w.Editions.CreateSection(ctx, account.House(), fact.Once{}, edition.SectionPatch{Edition: &e, Slug: &slug, Name: &name, Description: &description, Position: &position})
	if fault.Is(err, fault.Conflict) && w.Reread != nil { // another move made it meanwhile
		if again := w.Reread(ctx); again != nil {
			return again
		}
		w.dir = w.Addresses()
		if _, _, ok := w.dir.Section(e, slug); ok {
			return nil
		}
	}
	if err == nil {
		w.dir = w.Addresses()
	}
	return err
}

// cut gives at most max bytes of one line.
func cut(s string, max int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > max {
		s = strings.ToValidUTF8(s[:max], "")
	}
	return s
}

// section gives the slug of the section that the story stands in: the operator's, its category's, else the first there is.
func (s *story) section() (string, error) {
	if s.Section != "" {
		if sec, _, ok := s.dir.Section(s.edition.Slug, s.Section); ok {
			return sec.Slug, nil
		}
		return "", fault.New(fault.Invalid, "fault.no_section_named", "the edition %s, for which it is, has no section %q", s.edition.Slug, s.Section)
	}
	if slug := s.slugs[s.edition.Slug+"/"+s.site.SectionSlug(s.it, s.edition.Language)]; slug != "" {
		return slug, nil
	}
	return s.dir.SectionsOf(s.edition.Slug)[0].Slug, nil // it has more sections than could be made
}

// menuEntry is a line of a menu.
type menuEntry struct {
	file int
	item wire.WXRItem
}

// navigate makes the main menu the edition's navigation and the footer's menu its footer, where it has none of its own.
func (w *wordpress) navigate(ctx context.Context) error {
	if w.DryRun || len(w.menu) == 0 {
		return nil
	}
	menus := map[string][]menuEntry{}
	var names []string
	below := 0
	for _, m := range w.menu {
		for _, t := range m.item.Terms {
			if t.Domain != "nav_menu" {
				continue
			}
			if parent := m.item.Meta["_menu_item_menu_item_parent"]; parent != "0" && parent != "" {
				below++
				continue
			}
			if menus[t.Slug] == nil {
				names = append(names, t.Slug)
			}
			menus[t.Slug] = append(menus[t.Slug], m)
		}
	}
	if below > 0 {
		w.warn("", fmt.Sprintf("%d lines of menus that stand below another line were left out: a navigation has one level", below))
	}
	named := func(words ...string) string {
		for _, word := range words {
			for _, n := range names {
				if strings.Contains(n, word) {
					return n
				}
			}
		}
		return ""
	}
	foot := named("foot", "bottom", "legal", "imprint")
	main := named("main", "primary", "header", "top", "navigation")
	if main == "" || main == foot {
		main = ""
		for _, n := range names {
			if n != foot {
				main = n
				break
			}
		}
	}
	if main == "" && foot == "" {
		return nil
	}
	first := menus[main]
	if main == "" {
		first = menus[foot]
	}
	e := w.editionOf(w.sites[first[0].file])
	var p edition.EditionPatch
	for _, one := range []struct {
		name string
		has  []edition.Link
		to   **[]edition.Link
	}{{main, e.Navigation, &p.Navigation}, {foot, e.Footer, &p.Footer}} {
		if one.name == "" || len(one.has) > 0 {
			continue
		}
		links, err := w.lines(ctx, e, menus[one.name])
		if err != nil {
			return err
		}
		if len(links) > 0 {
			*one.to = &links
		}
	}
	if p.Navigation == nil && p.Footer == nil {
		return nil
	}
	_, err := w.Editions.ChangeEdition(ctx, account.House(), e.Slug, 0, p)
	if err != nil && !fatal(err) {
		w.warn("", "the menu could not become the navigation: "+why(err))
		return nil
	}
	return err
}

// lines makes links of the lines of a menu; a line that leads to nothing here is left out.
func (w *wordpress) lines(ctx context.Context, e edition.Edition, menu []menuEntry) ([]edition.Link, error) {
	slices.SortStableFunc(menu, func(a, b menuEntry) int { return a.item.Order - b.item.Order })
	var out []edition.Link
	for _, m := range menu {
		if len(out) == 50 {
			break
		}
		s := story{wordpress: w, site: w.sites[m.file], edition: e}
		l, err := s.line(ctx, m.item)
		if err != nil {
			return nil, err
		}
		if l.Name = cut(l.Name, 200); l.URL == "" || l.Name == "" {
			w.warn("", fmt.Sprintf("the line %q of the menu leads to nothing that came here and was left out", l.Name))
			continue
		}
		out = append(out, l)
	}
	return out, nil
}

// line is one line of a menu.
func (s *story) line(ctx context.Context, it wire.WXRItem) (edition.Link, error) {
	title := it.Heading()
	l := edition.Link{Name: title}
	object := it.Meta["_menu_item_object_id"]
	switch it.Meta["_menu_item_type"] {
	case "taxonomy":
		for _, t := range s.site.Categories {
			if t.Domain == "category" && t.ID == object && it.Meta["_menu_item_object"] == "category" {
				if l.Name == "" {
					l.Name = t.Name
				}
				if sec, _, ok := s.dir.Section(s.edition.Slug, s.slugs[s.edition.Slug+"/"+t.SectionSlug(s.edition.Language)]); ok {
					l.URL, l.Name = s.dir.Path(s.edition.Slug)+"/"+sec.Slug, either(title, sec.Name)
				}
			}
		}
	case "post_type":
		p, ok := s.at(s.site, "id", object)
		if !ok {
			return l, nil
		}
		page, ok := s.look(s.site, "id", object)
		if !ok {
			return l, nil
		}
		a, ok, err := s.Desk.BySource(ctx, s.uri(int(p.file), s.site, page))
		if err != nil || !ok {
			return l, err
		}
		if l.Name = either(l.Name, a.Headline); a.State == news.Published {
			l.URL = s.local(news.Address(s.dir, a.Content))
		}
	case "custom":
		l.URL = it.Meta["_menu_item_url"]
		if former, u := s.elsewhere(l.URL); u != nil {
			address, _, err := s.now(ctx, former, u, false)
			if err != nil {
				return l, err
			}
			l.URL = address
		} else if u, err := url.Parse(l.URL); err != nil || u.Host == "" {
			l.URL = ""
		}
	}
	return l, nil
}

func either(a, b string) string {
	if strings.TrimSpace(a) != "" {
		return a
	}
	return b
}
