package page

import (
	"dateline/internal/edition"
	"dateline/internal/news"
)

// The pages' data for search engines (schema.org, as JSON-LD). html/template writes the
// values as JSON in which nothing can end the script element.

func put(m map[string]any, key, value string) {
	if value != "" {
		m[key] = value
	}
}

func (s *sheet) publisher(e edition.Edition) map[string]any {
	logo := s.r.press.logo
	return map[string]any{"@type": "NewsMediaOrganization", "name": e.Name, "url": s.home(e.Slug),
		"logo": map[string]any{"@type": "ImageObject", "url": s.absolute(logo.Path), "width": logo.Width, "height": logo.Height}}
}

// siteData describes the site, with its search.
func (s *sheet) siteData() any {
	return map[string]any{
		"@context": "https://schema.org", "@type": "WebSite", "name": s.ed.Name, "url": s.home(s.ed.Slug), "inLanguage": s.ed.Language,
		"publisher": s.publisher(s.ed),
		"potentialAction": map[string]any{"@type": "SearchAction", "target": s.address("/search") + "?q={search_term_string}",
			"query-input": "required name=search_term_string"},
	}
}

// articleData describes a story, and where it stands.
func (s *sheet) articleData(it news.Item, d articleView) []any {
	kind := "NewsArticle"
	switch it.Genre {
	case news.Analysis:
		kind = "AnalysisNewsArticle"
	case news.Opinion:
		kind = "OpinionNewsArticle"
	}
	m := map[string]any{
		"@context": "https://schema.org", "@type": kind, "headline": it.Headline, "mainEntityOfPage": d.URL, "url": d.URL,
		"datePublished": d.Published.ISO, "inLanguage": it.Language, "isAccessibleForFree": true, "publisher": s.publisher(s.ed),
	}
	m["dateModified"] = d.Published.ISO
	if d.Updated != nil {
		m["dateModified"] = d.Updated.ISO
	}
	put(m, "description", it.Lead)
	put(m, "articleSection", d.Section.Name)
	put(m, "dateline", it.Dateline.Place)
	var authors []any
	for _, a := range d.Authors {
		who := map[string]any{"@type": "Person", "name": a.Name}
		put(who, "url", a.Page)
		authors = append(authors, who)
	}
	if authors == nil {
		authors = append(authors, s.publisher(s.ed))
	}
	m["author"] = authors
	if p, ok := s.own(it); ok {
		if images := s.imageData(p); images != nil {
			m["image"] = images
		}
	}
	var corrections []any
	for _, c := range d.Corrections {
		corrections = append(corrections, map[string]any{"@type": "CorrectionComment", "text": join(" → ", c.Note, join(" → ", c.Before, c.After)), "datePublished": c.Time.ISO})
	}
	if corrections != nil {
		m["correction"] = corrections
	}
	if d.Section.Name == "" {
		return []any{m}
	}
	return []any{m, map[string]any{"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": []any{
		map[string]any{"@type": "ListItem", "position": 1, "name": s.ed.Name, "item": s.home(s.ed.Slug)},
		map[string]any{"@type": "ListItem", "position": 2, "name": d.Section.Name, "item": s.a.Root(s.ed.Slug) + d.Section.URL[len(s.a.Path(s.ed.Slug)):]},
	}}}
}
