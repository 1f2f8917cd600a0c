package news

import "dateline/internal/edition"

// AddressOf gives the address that readers have of an article: of what is or was published, whatever the working copy says
// by now; before the first publication the one it will have.
func AddressOf(at edition.Addresses, a Article) string {
	c := a.Content
	if l := a.Live; l != nil {
		c.Edition, c.Section, c.Kind, c.Slug = l.Edition, l.Section, l.Kind, l.Slug
	}
	return Address(at, c)
}

// Address gives the absolute address of an article as readers reach it now: root of its edition, section, slug;
// a standing page lies under /page. It is "" while the story has no section.
func Address(a edition.Addresses, c Content) string {
	if c.Kind == Page {
		return a.Root(c.Edition) + "/page/" + c.Slug
	}
	s, ok := a.SectionByID(c.Section)
	if !ok || c.Slug == "" {
		return ""
	}
	return a.Root(c.Edition) + "/" + s.Slug + "/" + c.Slug
}
