package page

import (
	"slices"

	"dateline/internal/fact"
	"dateline/internal/news"
	"dateline/internal/page/feed"
)

// frontView is the front as its template sees it.
type frontView struct {
	Frame    frame
	Name     string
	Lead     *card
	Big      bool // the lead's headline in the largest size
	Seconds  []card
	Sections []sectionBlock
	Support  *supportView
}

// sectionBlock is a section on the front: one story with its picture, the others on the rail.
type sectionBlock struct {
	Name, URL string
	First     *card
	Rest      []card
}

const perBlock = 5 // stories of a section

// arrange chooses what stands in the slots, the lead first, and what is left for each section; no story stands twice.
func arrange(v Front, order []string) (slots []news.Placed, blocks map[string][]news.Item) {
	latest := slices.Clone(v.Latest)
	if len(latest) == 0 {
		for _, id := range order {
			latest = append(latest, v.Sections[id]...)
		}
	}
	slices.SortStableFunc(latest, func(a, b news.Item) int { return b.FeedAt.Compare(a.FeedAt) })
	slots = v.Pinned.Arrange(latest, false)
	used := map[string]bool{}
	for _, p := range slots {
		used[p.Item.ID] = true
	}
	blocks = map[string][]news.Item{}
	for _, id := range order {
		for _, it := range v.Sections[id] {
			if !used[it.ID] && len(blocks[id]) < perBlock {
				used[it.ID] = true
				blocks[id] = append(blocks[id], it)
			}
		}
	}
	return slots, blocks
}

// leadCard is the card of what stands first, with its picture across.
func (s *sheet) leadCard(p news.Placed) *card {
	c := s.slot(p)
	it := s.placed(p)
	c.Picture = s.figure(it.Picture, "", "", it.PublishedAt, true, sizesFront)
	if c.Picture != nil {
		c.Picture.First = true
	}
	return &c
}

// slot is the card of what stands in a slot, with the words and the picture that it has there.
func (s *sheet) slot(p news.Placed) card { return s.card(s.placed(p)) }

// placed is the story of a slot as the slot shows it. A picture that may not be shown leaves the story its own.
func (s *sheet) placed(p news.Placed) news.Item {
	it := p.Item
	if p.Pin != nil && p.Pin.Headline != "" {
		it.Headline = p.Pin.Headline
	}
	if p.Pin != nil {
		if _, ok := s.pictures[p.Pin.Picture]; ok {
			it.Picture = p.Pin.Picture
		}
	}
	return it
}

// Front renders the front of an edition: 200.
func (r *Renderer) Front(v Front) (Page, error) {
	s, err := r.sheet(v.Edition, v.Pictures)
	if err != nil {
		return Page{}, err
	}
	s.comments = v.Comments
	s.tag(fact.TagFront(v.Edition))
	var order []string
	sections := s.a.SectionsOf(v.Edition)
	for _, sec := range sections {
		order = append(order, sec.ID)
	}
	slots, blocks := arrange(v, order)
	lists := [][]news.Item{v.Latest}
	for _, p := range slots {
		lists = append(lists, []news.Item{p.Item})
	}
	s.newest(lists...)
	d := frontView{Frame: s.frame("front", "", ""), Name: s.ed.Name}
	d.Frame.Feeds = s.feeds("", "")
	d.Frame.Alternates = feed.Fronts(s.a, s.ed.Slug)
	d.Frame.Data = []any{s.siteData()}
	for i, p := range slots {
		if i > 0 {
			d.Seconds = append(d.Seconds, s.slot(p))
			continue
		}
		d.Lead = s.leadCard(p)
		d.Big = d.Lead.Picture == nil || p.Item.Weight() <= 2
	}
	for _, sec := range sections {
		if block, ok := s.block(blocks[sec.ID]); ok {
			block.Name, block.URL = sec.Name, s.path("/"+sec.Slug)
			d.Sections = append(d.Sections, block)
		}
	}
	d.Support = s.support(v.Sponsors)
	return s.render("front", 200, d, false)
}

// block puts the newest story with a picture first, else the newest.
func (s *sheet) block(items []news.Item) (sectionBlock, bool) {
	if len(items) == 0 {
		return sectionBlock{}, false
	}
	first := slices.IndexFunc(items, func(it news.Item) bool { _, ok := s.pictures[it.Picture]; return ok })
	if first < 0 || first > 2 {
		first = 0
	}
	var b sectionBlock
	for i, it := range items {
		c := s.card(it)
		if i == first {
			b.First = &c
			continue
		}
		c.Picture = nil
		b.Rest = append(b.Rest, c)
	}
	return b, true
}
