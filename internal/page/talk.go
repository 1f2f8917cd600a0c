package page

import (
	"html/template"
	"net/url"
	"slices"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/page/refusal"
	"dateline/internal/page/ruling"
	"dateline/internal/page/said"
	"dateline/internal/talk"
)

// Talk is what readers say under a story, as far as a page shows it.
type Talk struct {
	Gate        talk.Gate
	Settings    talk.Settings
	ClosesAt    time.Time // zero: not by its age
	Count       int64     // public comments in all
	First, Rest []talk.Shown
	Order       talk.Order
	Next        string      // id of the thread, or with One of the comment, behind which the next page begins; empty on the last
	One         string      // id of the thread that the page is of; empty for all
	After       string      // id behind which this page begins
	Resume      string      // place in the stream of discussion:{id}
	Rooms       []talk.Chat // beside the story
	Now         time.Time
}

// Discussion is the page of all comments under an article.
type Discussion struct {
	Item news.Item
	Talk Talk
}

// talkView is a discussion as its template sees it.
type talkView struct {
	Topic, Resume string
	URL           string // of the discussion's own page
	Count         int
	Closed        string // sentence, when nobody can write
	Note          string // sentence over the box
	SignIn        string
	Box           *boxView
	Threads       []threadView
	Orders        []orderLink
	More          string // address of what follows
	Earlier       string // address of the beginning of the thread, on a later page of it
	Whole         string // address of all threads, on the page of one
	New, Counts   string // plural forms as JSON
	Empty         bool
	Page          bool // the discussion's own page
}

type orderLink struct {
	Name, URL string
	Current   bool
}

// boxView is the box in which a reader writes.
type boxView struct {
	Action string
	Text   string
	To     string // id of what it answers
	Of     string // id of the comment that it changes
	Most   int
	Button string
	Wrong  string
	Open   bool // its hint is shown
	Hint   string
	Label  string // over the field
}

type threadView struct {
	First commentView
	Rest  []commentView
	More  string // address of the whole thread when not all of it is here
}

// commentView is a comment as its template sees it.
type commentView struct {
	ID, URL   string
	Name      string
	Badge     string
	Time      stamp
	HTML      template.HTML
	Gone      string // sentence in place of the text
	To        string // name of whom it answers, below the first
	ToURL     string
	Edited    bool
	Featured  bool
	Reply     string
	Report    string
	React     string
	Thanks    string // label of the reaction
	Reactions int64
	Author    string
	Staff     bool
}

// RemarkPath is where a reader writes under an article. What stands there is his own and in no cache.
func RemarkPath(article string) string { return "/comment/" + article }

// talk makes the view of a discussion.
func (s *sheet) talk(it news.Item, v Talk, own bool) *talkView {
	s.tag(fact.TagDiscussion(it.ID))
	g := talk.Ground{Story: it}
	base := s.ground(g)
	d := &talkView{Topic: string(fact.Discussion(it.ID)), Resume: v.Resume, URL: base, Count: int(v.Count), SignIn: s.signIn(base), Page: own, Empty: v.Count == 0 && len(v.First) == 0}
	if v.Count > 0 {
		d.New, d.Counts = s.forms("discussion.new"), s.forms("discussion.count")
	}
	switch v.Gate {
	case talk.Shut:
		d.Closed = s.words.Say("discussion.closed")
	case talk.Paused:
		d.Closed = s.words.Say("discussion.paused")
	default:
		if v.Gate == talk.Premoderated {
			d.Note = s.words.Say("discussion.waits")
		} else if !v.ClosesAt.IsZero() {
			d.Note = s.words.Say("discussion.closes", "date", s.words.Date(v.ClosesAt.In(s.zone)))
		}
		d.Box = s.box(it.ID, "", "")
	}
	names := map[string]string{}
	for _, c := range slices.Concat(v.First, v.Rest) {
		names[c.ID] = s.speaker(c)
	}
	follow := map[string][]talk.Shown{}
	for _, c := range v.Rest {
		follow[c.Root] = append(follow[c.Root], c)
	}
	for _, first := range v.First {
		t := threadView{First: s.comment(g, v.Settings, first, "")}
		rest := follow[first.ID]
		there := int64(0)
		for _, c := range rest {
			to := ""
			if c.Parent != first.ID {
				to = names[c.Parent]
			}
			t.Rest = append(t.Rest, s.comment(g, v.Settings, c, to))
			if c.Gone == "" {
				there++
			}
		}
		if there < first.Replies && v.One == "" {
			t.More = base + "?comment=" + first.ID
		}
		d.Threads = append(d.Threads, t)
	}
	if v.One != "" {
		d.Whole = base
		if v.After != "" {
			d.Earlier = base + "?comment=" + v.One
		}
		if v.Next != "" {
			d.More = base + "?comment=" + v.One + "&after=" + v.Next
		}
		return d
	}
	if v.Count > 1 && own {
		for _, o := range talk.Orders {
			d.Orders = append(d.Orders, orderLink{s.words.Say("discussion." + string(o)), base + orderQuery(o, ""), o == v.Order || v.Order == "" && o == talk.Newest})
		}
	}
	if v.Next != "" {
		d.More = base + orderQuery(v.Order, v.Next)
		if !own {
			d.More = base
		}
	}
	return d
}

func orderQuery(o talk.Order, after string) string {
	q := url.Values{}
	if o != talk.Newest && o != "" {
		q.Set("order", string(o))
	}
	if after != "" {
		q.Set("after", after)
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

func (s *sheet) box(article, to, text string) *boxView {
	return &boxView{Action: RemarkPath(article), To: to, Text: text, Most: talk.Longest, Button: s.words.Say("discussion.send"), Label: s.words.Say("discussion.write"), Hint: s.words.Say("discussion.hint")}
}

// speaker names who said a comment; whose name is gone is a reader.
func (s *sheet) speaker(c talk.Shown) string {
	if c.Name == "" && c.Gone == "" {
		return s.words.Say("discussion.somebody")
	}
	return c.Name
}

// comment makes the view of one comment.
func (s *sheet) comment(g talk.Ground, set talk.Settings, c talk.Shown, to string) commentView {
	v := commentView{ID: c.ID, URL: talk.Permalink(s.ground(g), c.ID), Time: s.stamp(c.At), Featured: c.Featured, Author: c.Author}
	if c.Gone != "" {
		v.Gone = s.words.Say("discussion." + string(c.Gone))
		return v
	}
	v.Name, v.HTML, v.Edited, v.Reactions, v.To = s.speaker(c), said.HTML(c.Text), !c.EditedAt.IsZero(), c.Reactions, to
	if to != "" {
		v.ToURL = "#comment-" + c.Parent
	}
	if c.Badge != "" {
		v.Badge, v.Staff = s.words.Say("discussion."+string(c.Badge)), true
	}
	remark := RemarkPath(g.ID())
	v.Reply, v.Report, v.React = remark+"?to="+c.ID, remark+"/report?c="+c.ID, remark+"/react"
	if v.Thanks = set.Reaction; v.Thanks == "" {
		v.Thanks = s.words.Say("discussion.thanks")
	}
	return v
}

// Discussion renders the page of an article's comments, or of one thread of them: 200.
func (r *Renderer) Discussion(v Discussion) (Page, error) {
	s, err := r.sheet(v.Item.Edition, nil)
	if err != nil {
		return Page{}, err
	}
	s.tag(fact.TagArticle(v.Item.ID))
	s.day = undated
	heading := s.words.Say("discussion.title")
	d := struct {
		Frame   frame
		About   card
		Heading string
		Talk    *talkView
	}{s.frame("talk", join(" - ", v.Item.Headline, heading), s.below(v.Item.Content)+"/discussion"), s.line(v.Item), heading, s.talk(v.Item, v.Talk, true)}
	d.Frame.Title = join(" | ", join(" - ", v.Item.Headline, heading), s.ed.Name)
	noIndex := v.Talk.Count == 0 || v.Talk.One != "" || v.Talk.Order != talk.Newest && v.Talk.Order != ""
	if v.Talk.After != "" && !noIndex {
		d.Frame.Canonical += orderQuery("", v.Talk.After)
		d.Frame.Share.URL, d.Frame.Alternates = d.Frame.Canonical, nil
	}
	d.Frame.NoIndex = noIndex
	return s.render("discussion", 200, d, noIndex)
}

// Comment makes the HTML of a public comment or message as its page shows it, for the stream.
func (r *Renderer) Comment(g talk.Ground, set talk.Settings, c talk.Shown, to string) ([]byte, error) {
	s, err := r.sheet(g.Edition(), nil)
	if err != nil {
		return nil, err
	}
	s.day = undated
	return r.run(s.words.Variant(), templateOf(g), s.comment(g, set, c, to))
}

// Remark is a reader's own page under a story or for a room: the box, what he answers, and what became of what he sent. No cache keeps it.
type Remark struct {
	Ground talk.Ground
	Who    string       // his name; empty for a stranger
	Silent *fault.Error // why he may not write
	Note   talk.Gate
	Text   string      // in the box
	To     *talk.Shown // what it answers
	Kept   string      // path to come back to when a stranger's text was kept: the box is not shown, but where to sign in
	Sent   *talk.Comment
	Now    time.Time      // at which the decision on Sent is told
	Appeal bool           // the box is for an objection to it
	Edits  bool           // Sent may still be changed
	Edit   bool           // the box changes Sent
	Gone   bool           // Sent was taken back
	Fault  *fault.Error   // what was wrong with Text
	Own    []talk.Comment // what he said here that nobody else sees
}

type remarkView struct {
	Frame   frame
	About   card
	Heading string
	As      string
	Silent  string
	Account string // address where he is told why, and objects
	Note    string
	To      *commentView
	Quote   string // address of the box that begins with it
	Kept    string
	SignIn  string
	Box     *boxView
	Sent    template.HTML
	State   string
	Ruling  []string // what was decided on it, in sentences
	Object  string   // address where he objects to that
	Public  string   // address of the public comment
	Edit    string   // address of the box that changes it
	Remove  string   // address of the form that takes it back
	ID      string
	Gone    string
	Own     []ownView
	Back    string
	Words   groundWords
}

// Remark renders a reader's own page: 200, 422 when what was sent is refused, 401 when it was kept until he signs in.
func (r *Renderer) Remark(v Remark) (Page, error) {
	g := v.Ground
	s, err := r.sheet(g.Edition(), nil)
	if err != nil {
		return Page{}, err
	}
	about, heading := s.grounds(g)
	base, action := s.ground(g), RemarkPath(g.ID())
	d := remarkView{Frame: s.frame("talk", join(" - ", about.Headline, heading), "-"), About: about, Heading: heading, Back: base, Words: s.wordsOf(g)}
	status := 200
	if d.Frame.NoIndex = true; v.Who != "" {
		d.As = s.words.Say("discussion.as", "name", v.Who)
	}
	if v.To != nil {
		c := s.comment(g, talk.Settings{}, *v.To, "")
		d.To = &c
		d.Heading = s.words.Say("discussion.reply_to", "name", s.speaker(*v.To))
		if v.Text == "" && v.To.Text != "" {
			d.Quote = c.Reply + "&quote"
		}
	}
	if v.Sent != nil {
		of := ruling.Of(s.words, s.zone, *v.Sent, v.Now)
		if d.ID, d.Ruling = v.Sent.ID, of.Lines; d.Ruling == nil {
			d.State = ruling.Why(s.words, *v.Sent)
		}
		if of.Object && !v.Appeal {
			d.Object = action + "/appeal?c=" + v.Sent.ID
		}
		if d.Sent = said.HTML(v.Sent.Text); v.Sent.State == talk.Public {
			d.State, d.Public = s.words.Say("talk.public"), talk.Permalink(base, v.Sent.ID)
		}
		if v.Edits {
			d.Edit = action + "?edit=" + v.Sent.ID
		}
		if v.Sent.State == talk.Public || v.Sent.State == talk.Held {
			d.Remove = action + "/remove"
		}
	}
	if v.Gone {
		d.Gone = s.words.Say("discussion.taken_back")
	}
	for _, c := range v.Own {
		d.Own = append(d.Own, s.unseen(c))
	}
	switch {
	case v.Silent != nil:
		if d.Silent = s.sayFault(v.Silent); v.Silent.Kind == fault.Forbidden {
			d.Account = s.path("/account")
		}
	case v.Kept != "":
		d.Kept, d.SignIn, d.Sent = s.words.Say("discussion.kept"), s.signIn(v.Kept), said.HTML(v.Text)
		status = 401
	case d.Ruling != nil && !v.Appeal && v.Fault == nil: // he came to read that
	default:
		to := ""
		if v.To != nil {
			to = v.To.ID
		}
		d.Box = s.box(g.ID(), to, v.Text)
		d.Box.Open, d.Box.Label = true, d.Words.Write
		if v.Edit && v.Sent != nil {
			d.Box.Action, d.Box.Button, d.Box.To, d.Box.Of, d.Sent, d.State = action+"/edit", s.words.Say("discussion.save"), "", v.Sent.ID, "", ""
		}
		if v.Appeal {
			d.Heading, d.Note, d.State, d.Remove = s.words.Say("appeal.object"), s.words.Say("appeal.text"), "", ""
			d.Box = &boxView{Action: action + "/appeal", Of: v.Sent.ID, Text: v.Text, Most: talk.AppealMost, Button: s.words.Say("appeal.send"), Label: s.words.Say("appeal.label"), Hint: s.words.Say("appeal.hint"), Open: true}
		} else if v.Note == talk.Premoderated {
			d.Note = s.words.Say("discussion.waits")
		}
		if v.Fault != nil {
			d.Box.Wrong, status = s.sayFault(v.Fault), 422
		}
	}
	return s.render("remark", status, d, true)
}

// sayFault says what is wrong in the words of the page.
func (s *sheet) sayFault(f *fault.Error) string { return refusal.Say(s.words, s.zone, f) }

// Complaint is the form under which a reader reports a comment.
type Complaint struct {
	Ground  talk.Ground
	Comment talk.Shown
	Reason  talk.Reason
	Note    string
	Sent    bool
	Own     bool   // it is his who asks
	Ignored bool   // its author is ignored from now on
	SignIn  string // path to come back to, of a stranger
	Fault   *fault.Error
}

// Complaint renders it, or thanks: 200, and 422 when what was sent is refused.
func (r *Renderer) Complaint(v Complaint) (Page, error) {
	g := v.Ground
	s, err := r.sheet(g.Edition(), nil)
	if err != nil {
		return Page{}, err
	}
	about, _ := s.grounds(g)
	heading := s.wordsOf(g).Complain
	type reason struct {
		Value, Name string
		Chosen      bool
	}
	d := struct {
		Frame   frame
		About   card
		Heading string
		Comment commentView
		Action  string
		ID      string
		Reasons []reason
		Note    string
		Wrong   string
		Sent    bool
		SignIn  string
		Back    string
		Words   groundWords
		Ignore  string // address of the form that ignores its author
		Ignored bool
		Account string
	}{Words: s.wordsOf(g), Ignored: v.Ignored, Account: s.path("/account"), Frame: s.frame("talk", join(" - ", about.Headline, heading), "-"), About: about, Heading: heading, Comment: s.comment(g, talk.Settings{}, v.Comment, ""), Action: RemarkPath(g.ID()) + "/report",
		ID: v.Comment.ID, Note: v.Note, Sent: v.Sent, Back: talk.Permalink(s.ground(g), v.Comment.ID)}
	d.Frame.NoIndex = true
	for _, one := range talk.Reasons {
		d.Reasons = append(d.Reasons, reason{string(one), s.words.Say("complain." + string(one)), one == v.Reason})
	}
	status := 200
	if v.SignIn != "" {
		d.SignIn = s.signIn(v.SignIn)
	} else if v.Comment.Author != "" && !v.Own {
		d.Ignore = RemarkPath(g.ID()) + "/ignore"
	}
	if v.Fault != nil {
		d.Wrong, status = s.sayFault(v.Fault), 422
	}
	return s.render("complain", status, d, true)
}
