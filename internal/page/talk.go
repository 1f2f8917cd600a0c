package page

import (
	"html/template"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/page/lang"
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
	Next        string // id of the thread, or with One of the comment, behind which the next page begins; empty on the last
	One         string // id of the thread that the page is of; empty for all
	After       string // id behind which this page begins
	Resume      string // place in the stream of discussion:{id}
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
	base := s.link(it.Content) + "/discussion"
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
		t := threadView{First: s.comment(it, v.Settings, first, "")}
		rest := follow[first.ID]
		there := int64(0)
		for _, c := range rest {
			to := ""
			if c.Parent != first.ID {
				to = names[c.Parent]
			}
			t.Rest = append(t.Rest, s.comment(it, v.Settings, c, to))
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
	return &boxView{Action: RemarkPath(article), To: to, Text: text, Most: talk.Longest, Button: s.words.Say("discussion.send")}
}

// speaker names who said a comment; whose name is gone is a reader.
func (s *sheet) speaker(c talk.Shown) string {
	if c.Name == "" && c.Gone == "" {
		return s.words.Say("discussion.somebody")
	}
	return c.Name
}

// comment makes the view of one comment.
func (s *sheet) comment(it news.Item, set talk.Settings, c talk.Shown, to string) commentView {
	v := commentView{ID: c.ID, URL: talk.Permalink(s.link(it.Content), c.ID), Time: s.stamp(c.At), Featured: c.Featured, Author: c.Author}
	if c.Gone != "" {
		v.Gone = s.words.Say("discussion." + string(c.Gone))
		return v
	}
	v.Name, v.HTML, v.Edited, v.Reactions, v.To = s.speaker(c), Said(c.Text), !c.EditedAt.IsZero(), c.Reactions, to
	if to != "" {
		v.ToURL = "#comment-" + c.Parent
	}
	if c.Badge != "" {
		v.Badge, v.Staff = s.words.Say("discussion."+string(c.Badge)), true
	}
	remark := RemarkPath(it.ID)
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
	noIndex := v.Talk.Count == 0 || v.Talk.One != "" || v.Talk.Order != talk.Newest && v.Talk.Order != "" || v.Talk.After != ""
	d.Frame.NoIndex = noIndex
	return s.render("discussion", 200, d, noIndex)
}

// Comment makes the HTML of a public comment as its page shows it, for the stream.
func (r *Renderer) Comment(it news.Item, set talk.Settings, c talk.Shown, to string) ([]byte, error) {
	s, err := r.sheet(it.Edition, nil)
	if err != nil {
		return nil, err
	}
	s.day = undated
	return r.run(s.words.Variant(), "comment", s.comment(it, set, c, to))
}

// Remark is a reader's own page under a story: the box, what he answers, and what became of what he sent. No cache keeps it.
type Remark struct {
	Item   news.Item
	Who    string       // his name; empty for a stranger
	Silent *fault.Error // why he may not write
	Note   talk.Gate
	Text   string      // in the box
	To     *talk.Shown // what it answers
	Kept   string      // path to come back to when a stranger's text was kept: the box is not shown, but where to sign in
	Sent   *talk.Comment
	Why    string       // why Sent is not public
	Edits  bool         // Sent may still be changed
	Edit   bool         // the box changes Sent
	Gone   bool         // Sent was taken back
	Fault  *fault.Error // what was wrong with Text
}

type remarkView struct {
	Frame   frame
	About   card
	Heading string
	As      string
	Silent  string
	Note    string
	To      *commentView
	Kept    string
	SignIn  string
	Box     *boxView
	Sent    template.HTML
	State   string
	Public  string // address of the public comment
	Edit    string // address of the box that changes it
	Remove  string // address of the form that takes it back
	ID      string
	Gone    string
	Back    string
}

// Remark renders a reader's own page: 200, 422 when what was sent is refused, 401 when it was kept until he signs in.
func (r *Renderer) Remark(v Remark) (Page, error) {
	s, err := r.sheet(v.Item.Edition, nil)
	if err != nil {
		return Page{}, err
	}
	heading := s.words.Say("discussion.title")
	base, action := s.link(v.Item.Content)+"/discussion", RemarkPath(v.Item.ID)
	d := remarkView{Frame: s.frame("talk", join(" - ", v.Item.Headline, heading), "-"), About: s.line(v.Item), Heading: heading, Back: base}
	d.Frame.NoIndex = true
	status := 200
	if v.Who != "" {
		d.As = s.words.Say("discussion.as", "name", v.Who)
	}
	if v.To != nil {
		c := s.comment(v.Item, talk.Settings{}, *v.To, "")
		d.To = &c
		d.Heading = s.words.Say("discussion.reply_to", "name", s.speaker(*v.To))
	}
	if v.Sent != nil {
		d.ID, d.State = v.Sent.ID, v.Why
		if d.Sent = Said(v.Sent.Text); v.Sent.State == talk.Public {
			d.State, d.Public = s.words.Say("talk.public"), base+"?comment="+v.Sent.ID+"#comment-"+v.Sent.ID
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
	switch {
	case v.Silent != nil:
		d.Silent = s.sayFault(v.Silent)
	case v.Kept != "":
		d.Kept, d.SignIn, d.Sent = s.words.Say("discussion.kept"), s.signIn(v.Kept), Said(v.Text)
		status = 401
	default:
		to := ""
		if v.To != nil {
			to = v.To.ID
		}
		d.Box = s.box(v.Item.ID, to, v.Text)
		d.Box.Open = true
		if v.Edit && v.Sent != nil {
			d.Box.Action, d.Box.Button, d.Box.To, d.Box.Of, d.Sent, d.State = action+"/edit", s.words.Say("discussion.save"), "", v.Sent.ID, "", ""
		}
		if v.Note == talk.Premoderated {
			d.Note = s.words.Say("discussion.waits")
		}
		if v.Fault != nil {
			d.Box.Wrong, status = s.sayFault(v.Fault), 422
		}
	}
	return s.render("remark", status, d, true)
}

// sayFault says what is wrong in the words of the page.
func (s *sheet) sayFault(f *fault.Error) string {
	say := func(key, text string) string {
		if s.words.Has(key) {
			return s.words.Say(key)
		}
		return text
	}
	out := say(f.Key, f.Text)
	for _, p := range f.Places {
		out = say(p.Key, p.Text)
	}
	if until, ok := f.Args["until"].(time.Time); ok {
		out += " " + s.words.Say("discussion.until", "date", s.words.Moment(until.In(s.zone)))
	}
	if because, ok := f.Current.(string); ok && because != "" {
		out += " " + because
	}
	return out
}

// Complaint is the form under which a reader reports a comment.
type Complaint struct {
	Item    news.Item
	Comment talk.Shown
	Reason  talk.Reason
	Note    string
	Sent    bool
	SignIn  string // path to come back to, of a stranger
	Fault   *fault.Error
}

// Complaint renders it, or thanks: 200, and 422 when what was sent is refused.
func (r *Renderer) Complaint(v Complaint) (Page, error) {
	s, err := r.sheet(v.Item.Edition, nil)
	if err != nil {
		return Page{}, err
	}
	heading := s.words.Say("complain.title")
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
	}{Frame: s.frame("talk", join(" - ", v.Item.Headline, heading), "-"), About: s.line(v.Item), Heading: heading, Comment: s.comment(v.Item, talk.Settings{}, v.Comment, ""), Action: RemarkPath(v.Item.ID) + "/report",
		ID: v.Comment.ID, Note: v.Note, Sent: v.Sent, Back: talk.Permalink(s.link(v.Item.Content), v.Comment.ID)}
	d.Frame.NoIndex = true
	for _, one := range talk.Reasons {
		d.Reasons = append(d.Reasons, reason{string(one), s.words.Say("complain." + string(one)), one == v.Reason})
	}
	status := 200
	if v.SignIn != "" {
		d.SignIn = s.signIn(v.SignIn)
	}
	if v.Fault != nil {
		d.Wrong, status = s.sayFault(v.Fault), 422
	}
	return s.render("complain", status, d, true)
}

// address finds what becomes a link in a comment.
var address = regexp.MustCompile(`(?i)\bhttps?://[^\s<>"]+`)

// stress finds what becomes emphasis.
var stress = regexp.MustCompile(`\*([^*\s](?:[^*\n]*[^*\s])?)\*`)

// longestLink is how many characters of an address are shown.
const longestLink = 60

// Said makes HTML of a comment's plain text: paragraphs and lines, addresses as links that no search engine follows, *words* as emphasis.
// Each paragraph has the direction of its own words.
func Said(text string) template.HTML {
	var b strings.Builder
	for _, p := range strings.Split(text, "\n\n") {
		p = strings.Trim(p, "\n")
		if strings.TrimSpace(p) == "" {
			continue
		}
		b.WriteString(`<p dir="auto">`)
		for n, line := range strings.Split(p, "\n") {
			if n > 0 {
				b.WriteString("<br>")
			}
			at := 0
			for _, m := range address.FindAllStringIndex(line, -1) {
				end := m[0] + len(strings.TrimRightFunc(line[m[0]:m[1]], func(r rune) bool { return strings.ContainsRune(`.,;:!?)]}'»”…`, r) }))
				u, err := url.Parse(line[m[0]:end])
				if err != nil || u.Host == "" {
					continue
				}
				stressed(&b, line[at:m[0]])
				shown := line[m[0]:end]
				if utf8.RuneCountInString(shown) > longestLink {
					shown = string([]rune(shown)[:longestLink-1]) + "…"
				}
				b.WriteString(`<a href="` + template.HTMLEscapeString(u.String()) + `" rel="nofollow ugc noopener" dir="ltr">` + template.HTMLEscapeString(shown) + `</a>`)
				at = end
			}
			stressed(&b, line[at:])
		}
		b.WriteString("</p>")
	}
	return vetted([]byte(b.String()))
}

// stressed writes a stretch without links.
func stressed(b *strings.Builder, s string) {
	at := 0
	for _, m := range stress.FindAllStringSubmatchIndex(s, -1) {
		before, _ := utf8.DecodeLastRuneInString(s[:m[0]])
		after, _ := utf8.DecodeRuneInString(s[m[1]:])
		if m[0] > 0 && (unicode.IsLetter(before) || unicode.IsNumber(before)) || m[1] < len(s) && (unicode.IsLetter(after) || unicode.IsNumber(after)) {
			continue
		}
		b.WriteString(template.HTMLEscapeString(s[at:m[0]]))
		b.WriteString("<em>" + template.HTMLEscapeString(s[m[2]:m[3]]) + "</em>")
		at = m[1]
	}
	b.WriteString(template.HTMLEscapeString(s[at:]))
}

// Why says to its author why a comment waits or was rejected; empty when it is public.
func Why(words *lang.Catalogue, c talk.Comment) string {
	switch {
	case c.State == talk.Held && len(c.Holds) > 0:
		return words.Say("talk.held." + string(c.Holds[0].Rule))
	case c.State == talk.Held:
		return words.Say("talk.held.premoderated")
	case c.State == talk.Rejected && c.Reason != "":
		return words.Say("talk.rejected_because", "reason", c.Reason)
	case c.State == talk.Rejected:
		return words.Say("talk.rejected")
	}
	return ""
}
