package news

import "dateline/internal/edition"

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
