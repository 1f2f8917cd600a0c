package page

import (
	"strings"

	"dateline/internal/body"
	"dateline/internal/fact"
	"dateline/internal/news"
	"dateline/internal/page/passage"
)

// historyView is an article's history as its template sees it.
type historyView struct {
	Frame    frame
	Headline string
	URL      string // empty when the story was withdrawn
	Versions []version
	Lang     string
	Dir      string
}

// version is one publication and what it changed.
type version struct {
	Number   int
	Kind     string // first, minor, update, correction, withdrawn
	Time     stamp
	Word     string // Kind in words
	Note     string
	Redacted string // sentence; empty unless the text was erased
	Unknown  bool   // what changed cannot be shown
	Same     bool   // no words changed
	Changes  []change
}

// change is what became of one field or block.
type change struct {
	Field string // headline, lead, byline, dateline, tags, genre, section, source, main, text
	Label string // Field in words
	Runs  []passage.Run
}

// History renders the published revisions of an article: 200, or 410 with kinds and times when it was withdrawn.
func (r *Renderer) History(v History) (Page, error) {
	s, err := r.sheet(v.Item.Edition, nil)
	if err != nil {
		return Page{}, err
	}
	it := v.Item
	s.tag(fact.TagArticle(it.ID))
	status := 200
	d := historyView{Frame: s.frame("front", join(" - ", it.Headline, s.words.Say("history.title")), s.below(it.Content)+"/history"), Headline: it.Headline}
	d.Frame.NoIndex = true
	d.Lang, d.Dir = s.foreign(it.Language)
	if it.Gone() {
		status = 410
	} else {
		d.URL = s.link(it.Content)
	}
	for i, rev := range v.Revisions {
		ver := version{Number: rev.Number, Kind: string(rev.Change), Time: s.stamp(rev.At), Note: rev.Note}
		if key := "history." + string(rev.Change); s.words.Has(key) {
			ver.Word = s.words.Say(key)
		}
		switch {
		case it.Gone() || rev.Change == "withdrawn":
		case !rev.RedactedAt.IsZero():
			ver.Redacted = s.words.Say("history.redacted", "date", s.stamp(rev.RedactedAt).Date)
			ver.Note = rev.Redaction
		case i == len(v.Revisions)-1 || rev.Number == 1:
		case rev.Content == nil || v.Revisions[i+1].Content == nil:
			ver.Unknown = true
		default:
			ver.Changes = s.changes(*v.Revisions[i+1].Content, *rev.Content)
			ver.Same = len(ver.Changes) == 0
		}
		d.Versions = append(d.Versions, ver)
	}
	return s.render("history", status, d, true)
}

// changes gives what differs in words between two states of a story.
func (s *sheet) changes(old, now news.Content) []change {
	var out []change
	field := func(name, a, b string) {
		if a != b {
			out = append(out, s.change(name, passage.Of(body.CompareText(a, b))))
		}
	}
	field("headline", old.Headline, now.Headline)
	field("lead", old.Lead, now.Lead)
	field("byline", s.words.List(bylineNames(old.Byline)), s.words.List(bylineNames(now.Byline)))
	field("dateline", join(", ", old.Dateline.Place, old.Dateline.Source), join(", ", now.Dateline.Place, now.Dateline.Source))
	field("genre", s.genre(old), s.genre(now))
	field("section", s.sectionName(old), s.sectionName(now))
	field("tags", strings.Join(old.Tags, " · "), strings.Join(now.Tags, " · "))
	field("source", source(old), source(now))
	if rs := s.pictureChange(old.Picture, now.Picture); rs != nil {
		out = append(out, s.change("main", rs))
	}
	for _, c := range body.Compare(old.Body, now.Body) {
		if c.Op == body.Same {
			continue
		}
		if rs := passage.Of(c.Runs); passage.Worded(rs) {
			out = append(out, s.change("text", rs))
			continue
		}
		// Only form changed, or something without words came or went: a picture, a card, a link.
		word := ""
		switch {
		case c.Block.Kind == "picture" || c.Block.Kind == "gallery":
			word = s.words.Say("history.picture")
		case len(c.LinksIn) > 0 || len(c.LinksOut) > 0 || c.Block.Kind == "related" || c.Block.Address != "":
			word = s.words.Say("history.link")
		default:
			continue
		}
		op := "added"
		if c.Op == body.Deleted || len(c.LinksOut) > 0 && len(c.LinksIn) == 0 {
			op = "taken"
		}
		out = append(out, s.change("text", []passage.Run{{Op: op, Text: word}}))
	}
	return out
}

func (s *sheet) change(field string, rs []passage.Run) change {
	return change{field, s.words.Say("history." + field), rs}
}

// pictureChange says that the main picture came, went or is another one; nil when it is the same.
func (s *sheet) pictureChange(old, now string) []passage.Run {
	switch {
	case old == now:
		return nil
	case old == "":
		return []passage.Run{{Op: "added", Text: s.words.Say("history.picture")}}
	case now == "":
		return []passage.Run{{Op: "taken", Text: s.words.Say("history.picture")}}
	}
	return []passage.Run{{Op: "added", Text: s.words.Say("history.other_picture")}}
}

func (s *sheet) sectionName(c news.Content) string {
	sec, _ := s.a.SectionByID(c.Section)
	return sec.Name
}

func source(c news.Content) string {
	if c.Source == nil {
		return ""
	}
	return join(", ", c.Source.Name, c.Source.Copyright)
}
