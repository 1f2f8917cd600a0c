package demo

import "fmt"

// check holds what a single file cannot know: that references resolve and that
// what belongs together agrees.
func (n *Newsroom) check() error {
	k := &checker{room: n, authors: map[string]string{}, pictures: map[string]*Picture{}, stories: map[string]*Story{}, editions: map[string]*Edition{}}
	k.index()
	for i := range n.Editions {
		k.edition(&n.Editions[i])
	}
	for i := range n.Stories {
		k.story(&n.Stories[i])
	}
	k.live(&n.Live)
	k.comments()
	for _, item := range n.Newsfeed {
		where := "newsfeed " + item.Key
		k.section(where, item.Edition, item.Section)
		k.body(where, item.Edition, item.Body)
	}
	return k.err
}

type checker struct {
	room     *Newsroom
	authors  map[string]string // edition by key
	pictures map[string]*Picture
	stories  map[string]*Story
	editions map[string]*Edition
	err      error
}

func (k *checker) want(ok bool, format string, args ...any) {
	if !ok && k.err == nil {
		k.err = fmt.Errorf("demo: "+format, args...)
	}
}

func (k *checker) index() {
	for _, a := range k.room.Authors {
		_, twice := k.authors[a.Key]
		k.want(!twice, "author %s stands twice", a.Key)
		k.authors[a.Key] = a.Edition
	}
	for i := range k.room.Pictures {
		p := &k.room.Pictures[i]
		k.want(k.pictures[p.Name] == nil, "picture %s stands twice", p.Name)
		k.pictures[p.Name] = p
	}
	for i := range k.room.Editions {
		e := &k.room.Editions[i]
		k.editions[e.Slug] = e
	}
	for i := range k.room.Stories {
		s := &k.room.Stories[i]
		k.want(k.stories[s.Key] == nil, "story %s stands twice", s.Key)
		k.stories[s.Key] = s
	}
	for key, edition := range k.authors {
		k.want(k.editions[edition] != nil, "author %s: no edition %s", key, edition)
	}
}

func (k *checker) edition(e *Edition) {
	lead := k.stories[e.Lead]
	k.want(lead != nil && lead.Edition == e.Slug && lead.State == Published, "edition %s: lead %s", e.Slug, e.Lead)
	for _, slug := range e.Navigation {
		k.section("navigation of "+e.Slug, e.Slug, slug)
	}
	for _, slug := range e.Footer {
		found := false
		for _, p := range e.Pages {
			found = found || p.Slug == slug
		}
		k.want(found, "footer of %s: no page %s", e.Slug, slug)
	}
	for _, p := range e.Pages {
		k.body("page "+p.Slug+" of "+e.Slug, e.Slug, p.Body)
	}
}

func (k *checker) story(s *Story) {
	k.section(s.Key, s.Edition, s.Section)
	k.byline(s.Key, s.Edition, s.Byline)
	if s.Picture != "" {
		k.picture(s.Key, s.Edition, s.Picture)
	}
	for _, key := range s.Related {
		k.card(s.Key, s.Edition, key)
		k.want(key != s.Key, "%s is related to itself", s.Key)
	}
	for _, rev := range s.Revisions {
		k.body(s.Key, s.Edition, rev.Body)
	}
	k.want(s.Embargo == 0 || (s.State == Scheduled && -s.First().Ago >= s.Embargo), "%s is out before its embargo ends", s.Key)
	if s.TranslationOf == "" {
		k.want(!s.Stale, "%s is stale without a source", s.Key)
		return
	}
	source := k.stories[s.TranslationOf]
	if source == nil || source.Edition == s.Edition || source.State != Published {
		k.want(false, "%s is a translation of %s", s.Key, s.TranslationOf)
		return
	}
	k.want(source.First().Ago > s.First().Ago, "%s is older than its source", s.Key)
	corrected := source.Latest().Change == "correction" && source.Latest().Ago < s.Latest().Ago
	k.want(corrected == s.Stale, "%s: stale is %v, its source says otherwise", s.Key, s.Stale)
}

func (k *checker) live(c *Coverage) {
	k.section(c.Key, c.Edition, c.Section)
	k.byline(c.Key, c.Edition, c.Byline)
	k.picture(c.Key, c.Edition, c.Picture)
	k.want(k.stories[c.Key] == nil, "%s is a story and a live coverage", c.Key)
	for _, key := range c.Related {
		k.card(c.Key, c.Edition, key)
	}
	seen := map[string]bool{}
	last := c.Ago
	for _, p := range append(append([]Post(nil), c.Posts...), c.Later...) {
		k.want(!seen[p.ID], "post %s stands twice", p.ID)
		seen[p.ID] = true
		k.want(p.Ago <= last && p.Ago >= 0 && p.Corrected <= p.Ago, "post %s is out of order", p.ID)
		last = p.Ago
		if p.Picture != "" {
			k.picture("post "+p.ID, c.Edition, p.Picture)
		}
		k.body("post "+p.ID, c.Edition, p.Body)
	}
}

func (k *checker) comments() {
	byID := map[string]Comment{}
	for _, c := range k.room.Comments {
		_, twice := byID[c.ID]
		k.want(!twice, "comment %s stands twice", c.ID)
		s := k.stories[c.Story]
		if s == nil {
			k.want(c.Story == k.room.Live.Key, "comment %s: no story %s", c.ID, c.Story)
		} else {
			k.want(s.State == Published && s.Discussion != "closed" && c.Ago < s.First().Ago, "comment %s is older than %s, or that is closed", c.ID, c.Story)
		}
		if c.ReplyTo != "" {
			parent, ok := byID[c.ReplyTo]
			k.want(ok && parent.Story == c.Story && parent.Ago > c.Ago && parent.State == "public", "comment %s answers %s", c.ID, c.ReplyTo)
		}
		byID[c.ID] = c
	}
}

func (k *checker) section(where, edition, slug string) {
	e := k.editions[edition]
	if e == nil {
		k.want(false, "%s: no edition %s", where, edition)
		return
	}
	for _, s := range e.Sections {
		if s.Slug == slug {
			return
		}
	}
	k.want(false, "%s: no section %s in %s", where, slug, edition)
}

func (k *checker) byline(where, edition string, names []Name) {
	for _, name := range names {
		if name.Author != "" {
			k.want(k.authors[name.Author] == edition, "%s: author %s does not write for %s", where, name.Author, edition)
		}
	}
}

// picture wants a picture with its words in the edition's language.
func (k *checker) picture(where, edition, name string) {
	p := k.pictures[name]
	if p == nil {
		k.want(false, "%s: no picture %s", where, name)
		return
	}
	if e := k.editions[edition]; e != nil {
		_, ok := p.Words[e.Language]
		k.want(ok, "%s: picture %s has no words in %s", where, name, e.Language)
	}
}

// card wants a story of the same edition that readers can see or will see.
func (k *checker) card(where, edition, key string) {
	s := k.stories[key]
	k.want(s != nil && s.Edition == edition, "%s: no story %s in %s", where, key, edition)
}

func (k *checker) body(where, edition string, b Body) {
	pictures, cards, links := b.Refs()
	for _, name := range pictures {
		k.picture(where, edition, name)
	}
	for _, key := range append(cards, links...) {
		k.card(where, edition, key)
	}
}
