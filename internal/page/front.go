package page

import (
	"slices"
	"time"

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
}

// sectionBlock is a section on the front: one story with its picture, the others on the rail.
type sectionBlock struct {
	Name, URL string
	First     *card
	Rest      []card
}

const (
	step     = 8 * time.Hour // of age weigh as much as one step of urgency
	seconds  = 3             // stories beside the lead
	perBlock = 5             // stories of a section
)

// arrange chooses lead and seconds among the latest and what is left for each section; no story stands twice.
func arrange(v Front, order []string) (lead *news.Item, second []news.Item, blocks map[string][]news.Item) {
	latest := slices.Clone(v.Latest)
	if len(latest) == 0 {
		for _, id := range order {
			latest = append(latest, v.Sections[id]...)
		}
	}
	slices.SortStableFunc(latest, func(a, b news.Item) int { return b.FeedAt.Compare(a.FeedAt) })
	used := map[string]bool{}
	weight := func(it news.Item) float64 {
		return float64(urgency(it)) + latest[0].FeedAt.Sub(it.FeedAt).Hours()/step.Hours()
	}
	take := func() (news.Item, bool) {
		best := -1
		for i, it := range latest {
			if !used[it.ID] && (best < 0 || weight(it) < weight(latest[best])) {
				best = i
			}
		}
		if best < 0 {
			return news.Item{}, false
		}
		used[latest[best].ID] = true
		return latest[best], true
	}
	if it, ok := take(); ok {
		lead = &it
	}
	for len(second) < seconds {
		it, ok := take()
		if !ok {
			break
		}
		second = append(second, it)
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
	return lead, second, blocks
}

// urgency counts a story without one as 5, the middle.
func urgency(it news.Item) int {
	if it.Urgency == 0 {
		return 5
	}
	return it.Urgency
}

// Front renders the front of an edition: 200.
func (r *Renderer) Front(v Front) (Page, error) {
	s, err := r.sheet(v.Edition, v.Pictures)
	if err != nil {
		return Page{}, err
	}
	s.tag(fact.TagFront(v.Edition))
	var order []string
	sections := s.a.SectionsOf(v.Edition)
	for _, sec := range sections {
		order = append(order, sec.ID)
	}
	lead, second, blocks := arrange(v, order)
	lists := [][]news.Item{v.Latest, second}
	if lead != nil {
		lists = append(lists, []news.Item{*lead})
	}
	s.newest(lists...)
	d := frontView{Frame: s.frame("front", "", ""), Name: s.ed.Name}
	d.Frame.Feeds = s.feeds("", "")
	d.Frame.Alternates = feed.Fronts(s.a, s.ed.Slug)
	d.Frame.Data = []any{s.siteData()}
	if lead != nil {
		c := s.card(*lead)
		c.Picture = s.figure(lead.Picture, "", "", lead.PublishedAt, true, sizesFront)
		if c.Picture != nil {
			c.Picture.First = true
		}
		d.Lead = &c
		d.Big = c.Picture == nil || urgency(*lead) <= 2
	}
	for _, it := range second {
		d.Seconds = append(d.Seconds, s.card(it))
	}
	for _, sec := range sections {
		if block, ok := s.block(blocks[sec.ID]); ok {
			block.Name, block.URL = sec.Name, s.path("/"+sec.Slug)
			d.Sections = append(d.Sections, block)
		}
	}
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
