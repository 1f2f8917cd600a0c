package page

import (
	"bytes"
	"html/template"
	"strconv"
	"time"

	"dateline/internal/body"
	"dateline/internal/coverage"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/page/lang"
)

// Live is a page of a live coverage.
type Live struct {
	Article
	Coverage coverage.Coverage
	Posts    []coverage.Item      // of this page, in its order, about 20
	Pinned   *coverage.Item       // the post on top; on the first page only
	Keys     []coverage.Item      // key events, newest first
	Stories  map[string]news.Item // published stories that were made of posts, by id
	Updates  []coverage.Item      // for search engines, newest first
	From     string               // id of the post that the page begins with; empty for the first page
	Gone     bool                 // that post was withdrawn
	Oldest   bool                 // oldest first
	Next     string               // id of the post with which the next page begins; empty on the last
	Follow   string               // resume point of live:{id}
	Now      time.Time            // decides whether polls are open
}

// liveView is a page of a live coverage as its template sees it.
type liveView struct {
	articleView
	Closed   *stamp // when the coverage was closed
	Last     stamp  // latest update
	Follow   string
	Feed     string // live:{id}
	Posts    []postView
	Pinned   *postView
	Keys     []postView
	Gone     bool
	Oldest   bool
	First    bool   // the first page: what comes is put in here
	Order    string // the address of the other order
	Top      string // the address of the first page, elsewhere than there
	Older    string // the address of the page that follows
	Toast    string // plural forms as JSON, for the script that counts what is new
	Timezone string
	Digits   string
}

// postView is a post as its template sees it.
type postView struct {
	ID, URL     string
	At          string // for machines, to the microsecond: the order of posts
	Time        stamp
	Headline    string
	Short       string // headline, else the first words
	Level       string // of its headline
	Body        template.HTML
	Kind        string
	Key, Pinned bool
	Byline      string
	Contributor string
	Edited      *stamp
	Corrections []correction
	Score       *coverage.Result
	Poll        *pollView
	Story       *card
	Lang, Dir   string
}

// pollView is a poll as its template sees it.
type pollView struct {
	Action   string
	Question string
	Options  []pollOption
	Open     bool
	Total    string // "{n} votes"
	Some     bool   // somebody voted
}

type pollOption struct {
	ID    int
	Text  string
	Share int // in percent
	Label string
}

// Live renders a page of a live coverage: 200.
func (r *Renderer) Live(v Live) (Page, error) {
	if v.Item.Gone() {
		return Page{}, fault.New(fault.Gone, "fault.withdrawn", "this story was withdrawn")
	}
	s, err := r.sheet(v.Item.Edition, v.Pictures)
	if err != nil {
		return Page{}, err
	}
	it := v.Item
	s.tag(fact.TagLive(it.ID))
	d := liveView{Feed: string(fact.Live(it.ID)), Follow: v.Follow, Gone: v.Gone, Oldest: v.Oldest, First: v.From == "" && !v.Oldest,
		Toast: s.forms("live.toast"), Timezone: s.zone.String(), Digits: s.words.Digits()}
	s.storyView(&d.articleView, v.Article)
	latest := it.UpdatedAt
	if v.Coverage.UpdatedAt.After(latest) {
		latest = v.Coverage.UpdatedAt
	}
	d.Last = s.stamp(latest)
	if v.Coverage.Closed() {
		c := s.stamp(v.Coverage.ClosedAt)
		d.Closed = &c
	}
	s.day = latest.In(s.zone).Format(time.DateOnly)
	p := s.posts(v)
	for _, post := range v.Posts {
		d.Posts = append(d.Posts, p(post))
	}
	if v.Pinned != nil {
		pinned := p(*v.Pinned)
		pinned.Pinned = true
		d.Pinned = &pinned
	}
	for _, key := range v.Keys {
		d.Keys = append(d.Keys, p(key))
	}
	base := s.link(it.Content)
	d.Order, d.Older = base+"?order=oldest", ""
	if v.Oldest {
		d.Order = base
	}
	if v.From != "" {
		d.Top = base
	}
	if v.Next != "" {
		d.Older = livePath(base, v.Next, v.Oldest)
	}
	if v.From != "" || v.Oldest {
		d.Frame.NoIndex = v.Oldest
		d.Frame.Canonical += livePath("", v.From, v.Oldest)
		d.Frame.Share.URL, d.Frame.Alternates = d.Frame.Canonical, nil // other editions have other posts
	}
	d.Frame.Settled = "order"
	d.Frame.Style, d.Frame.Script = map[bool]string{true: "lively", false: "live"}[d.Talk.Threads != nil], s.r.o.Assets[scripts["live"]]
	d.Frame.Feeds = append(s.feeds(it.Headline, s.below(it.Content)), d.Frame.Feeds...)
	d.Frame.Data = s.liveData(v, d)
	d.Next = nil // a coverage has no end to read on from
	return s.render("live", 200, d, v.Oldest)
}

// livePath gives the address of a page of a coverage.
func livePath(base, from string, oldest bool) string {
	switch {
	case from != "" && oldest:
		return base + "?order=oldest&post=" + from
	case from != "":
		return base + "?post=" + from
	case oldest:
		return base + "?order=oldest"
	}
	return base
}

// LivePost renders one post as it stands in the list of its page, for the stream.
func (r *Renderer) LivePost(v Live, i coverage.Item) ([]byte, error) {
	s, err := r.sheet(v.Item.Edition, v.Pictures)
	if err != nil {
		return nil, err
	}
	s.day = i.At.In(s.zone).Format(time.DateOnly)
	post := s.posts(v)(i)
	b, err := r.run(s.words.Variant(), "post", post)
	if s.err != nil {
		err = s.err
	}
	return b, err
}

// posts gives what makes views of posts.
func (s *sheet) posts(v Live) func(coverage.Item) postView {
	base := s.link(v.Item.Content)
	language, dir := s.foreign(v.Item.Language)
	return func(i coverage.Item) postView {
		p := postView{ID: i.ID, URL: coverage.Permalink(base, i.ID), At: i.At.UTC().Format("2006-01-02T15:04:05.000000Z"), Time: s.stamp(i.At), Headline: i.Headline, Short: i.Short(), Kind: string(i.Kind),
			Key: i.KeyEvent, Pinned: v.Coverage.Pinned == i.ID, Byline: i.Byline, Contributor: i.Contributor, Score: i.Result, Lang: language, Dir: dir}
		if !i.EditedAt.IsZero() {
			e := s.stamp(i.EditedAt)
			p.Edited = &e
		}
		for _, m := range i.Corrections {
			p.Corrections = append(p.Corrections, correction{Time: s.stamp(m.At), Note: m.Note})
		}
		p.Body = s.postBody(v, i)
		p.Poll = s.poll(v, i)
		if i.Article != "" {
			s.tag(fact.TagArticle(i.Article))
			if story, ok := v.Stories[i.Article]; ok {
				c := s.line(story)
				p.Story = &c
			}
		}
		return p
	}
}

func (s *sheet) postBody(v Live, i coverage.Item) template.HTML {
	one := func(id, caption, alt, tongue, dir string) template.HTML {
		f := s.figure(id, caption, alt, i.PublishedAt, false, sizesText)
		if f == nil {
			return ""
		}
		f.Lang, f.Dir = tongue, dir
		return s.piece("figure", f)
	}
	return vetted(i.Body.AppendHTML(make([]byte, 0, 1<<10), body.Rendering{
		Mode: body.Page, Base: news.Address(s.a, v.Item.Content), Words: s.bodyWords(),
		Picture: func(p body.Picture) template.HTML { return one(p.ID, p.Caption, p.Alt, p.Lang, p.Dir) },
		Gallery: func(ids []string) template.HTML {
			var b bytes.Buffer
			for _, id := range ids {
				b.WriteString(string(one(id, "", "", "", "")))
			}
			return vetted(b.Bytes())
		},
		Related: func(id string) template.HTML {
			other, ok := v.Related[id]
			if s.tag(fact.TagArticle(id)); !ok || other.ID == v.Item.ID {
				return ""
			}
			return s.piece("related", s.card(other))
		},
	}))
}

// poll gives the poll of a post with the votes as they were counted last.
func (s *sheet) poll(v Live, i coverage.Item) *pollView {
	if i.Question == nil {
		return nil
	}
	var all int64
	for _, n := range i.Votes {
		all += n
	}
	p := &pollView{Action: "/vote/" + i.ID, Question: i.Question.Question, Open: i.Open(v.Now) && !v.Coverage.Closed(), Some: all > 0, Total: s.words.Count("poll.votes", int(all))}
	for n, o := range i.Question.Options {
		option := pollOption{ID: o.ID, Text: o.Text}
		if n < len(i.Votes) && all > 0 {
			option.Share = int((i.Votes[n]*100 + all/2) / all)
			option.Label = s.words.Say("poll.share", "n", strconv.Itoa(option.Share))
		}
		p.Options = append(p.Options, option)
	}
	return p
}

// liveData describes a live coverage with its updates.
func (s *sheet) liveData(v Live, d liveView) []any {
	all := s.articleData(v.Item, d.articleView)
	m := all[0].(map[string]any)
	m["@type"] = "LiveBlogPosting"
	m["dateModified"] = d.Last.ISO
	m["coverageStartTime"] = d.Published.ISO
	if d.Closed != nil {
		m["coverageEndTime"] = d.Closed.ISO
	}
	base := news.Address(s.a, v.Item.Content)
	whole := map[string]bool{}
	for _, i := range v.Posts {
		whole[i.ID] = true
	}
	updates := []any{}
	for _, i := range v.Updates {
		u := map[string]any{"@type": "BlogPosting", "headline": i.Short(), "url": coverage.Permalink(base, i.ID), "datePublished": iso(i.At)}
		if i.RevisedAt.After(i.PublishedAt) {
			u["dateModified"] = iso(i.RevisedAt)
		}
		if text := i.Words(); whole[i.ID] {
			put(u, "articleBody", text)
		}
		updates = append(updates, u)
	}
	m["liveBlogUpdate"] = updates
	return all
}

// Vote is the form of a poll on a page of its own, which says what became of a vote.
type Vote struct {
	Item     news.Item // the coverage
	Coverage coverage.Coverage
	Post     coverage.Item
	Now      time.Time
	Sent     bool         // the vote is counted
	Again    bool         // it is not: he has voted before
	Fault    *fault.Error // what was wrong with it
}

// voteView is the form as its template sees it.
type voteView struct {
	Frame       frame
	About       card
	Heading     string
	Said, Wrong string
	Poll        *pollView
	Back        string
}

// Vote renders the form of a poll, or what became of a vote: 200, and 422 or 409 when it was refused. Its field is named option.
func (r *Renderer) Vote(v Vote) (Page, error) {
	s, err := r.sheet(v.Item.Edition, nil)
	if err != nil {
		return Page{}, err
	}
	s.tag(fact.TagLive(v.Item.ID))
	heading := s.words.Say("poll.title")
	live := Live{Article: Article{Item: v.Item}, Coverage: v.Coverage, Now: v.Now}
	d := voteView{Frame: s.frame("live", join(" - ", v.Item.Headline, heading), "-"), About: s.line(v.Item), Heading: heading, Poll: s.poll(live, v.Post),
		Back: coverage.Permalink(s.link(v.Item.Content), v.Post.ID)}
	status := 200
	switch {
	case v.Sent:
		d.Said = s.words.Say("poll.thanks")
	case v.Again:
		d.Said = s.words.Say("poll.again")
	}
	if f := v.Fault; f != nil {
		status, d.Wrong = 409, s.words.Say(f.Key)
		if len(f.Places) > 0 {
			status, d.Wrong = 422, s.words.Say(f.Places[0].Key)
		}
	}
	d.Frame.NoIndex = true
	return s.render("vote", status, d, true)
}

// FeedOfAlert makes an alert an item of the edition's feed, and gives where it leads: the newsfeed, when it has no story.
func FeedOfAlert(a edition.Addresses, of edition.Alert) (news.Item, string) {
	i := news.Item{ID: of.ID, PublishedAt: of.At, UpdatedAt: of.At, FeedAt: of.At}
	i.Edition, i.Headline, i.Body = of.Edition, of.Text, body.FromText(of.Text)
	if e, ok := a.Edition(of.Edition); ok {
		i.Language = e.Language
		if words, err := lang.For(e.Language); err == nil {
			i.Tags = []string{words.Say(AlertWord(of.Level))}
		}
	}
	if of.URL != "" {
		return i, a.Absolute(of.Edition, of.URL)
	}
	return i, a.Root(of.Edition) + "/newsfeed"
}
