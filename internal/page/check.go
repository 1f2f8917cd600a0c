package page

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"dateline/internal/coverage"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/page/specimen"
	"dateline/internal/page/theme"
	"dateline/internal/talk"
)

// Hooks are the values of data-part that a theme must carry, as far as this version has what they mark.
var Hooks = []string{
	"brand", "edition", "section", "section-description", "headline", "lead", "dateline", "byline", "published", "updated",
	"correction", "body", "picture", "credit", "caption", "related", "subscribe", "newsfeed", "newsfeed-count", "alert",
	"discussion", "discussion-sign-in", "comment", "chats", "message", "loader",
}

// LiveHooks are those that the page of a live coverage must carry besides.
var LiveHooks = []string{"live-post", "key-events", "headline", "updated", "loader"}

// CheckTheme gives what is wrong with a theme over the default one, each with its file and line where it has
// one; none means it passes doctor. It renders every page of a small made-up publication.
func CheckTheme(own fs.FS) []error {
	p, err := readTheme(own)
	if err != nil {
		return split(err)
	}
	o := theme.Overlay{Upper: own}
	names, err := o.Names("*.html")
	if err != nil {
		return []error{fmt.Errorf("theme: list: %w", err)}
	}
	var text strings.Builder
	live := ""
	for _, name := range names {
		b, err := o.Read(name)
		if err != nil {
			return []error{fmt.Errorf("theme: %w", err)}
		}
		if name == "live.html" { // a page with every hook of a story of its own
			live = string(b)
			continue
		}
		text.Write(b)
	}
	var faults []error
	for _, h := range Hooks {
		if !strings.Contains(text.String(), `data-part="`+h+`"`) && !(slices.Contains(plainHooks, h) && strings.Contains(text.String(), `data-part="{{.Kind}}"`)) {
			faults = append(faults, fmt.Errorf("theme: no template carries data-part=%q", h))
		}
	}
	for _, h := range LiveHooks {
		if !strings.Contains(live, `data-part="`+h+`"`) {
			faults = append(faults, fmt.Errorf("theme: live.html carries no data-part=%q", h))
		}
	}
	return append(faults, try(p)...)
}

// plainHooks are those that the template of plain pages writes from a value.
var plainHooks = []string{"subscribe"}

func split(err error) []error {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		return many.Unwrap()
	}
	return []error{err}
}

// try renders every kind of page once and gives what fails, each once.
func try(p *press) []error {
	a, it := specimen.Publication()
	r := &Renderer{o: Options{Addresses: func() edition.Addresses { return a }, Assets: map[string]string{"reader.js": "/assets/reader.js"}}, press: p}
	items := []news.Item{it}
	pictures := Pictures{"p": specimen.Picture()}
	other := it
	other.ID = "other"
	shown := map[string]news.Item{"other": other}
	gone := it
	gone.WithdrawnAt = it.UpdatedAt
	plain := Plain{Edition: "e"}
	words := &fault.Error{Kind: fault.Invalid, Key: "fault.invalid", Places: []fault.Place{{Location: "email", Key: "fault.email"}}}
	page := func(_ Page, err error) error { return err }
	part := func(_ Part, err error) error { return err }
	old := it.Content
	old.Headline = "Another headline"
	alerts := []edition.Alert{{ID: "1", Text: "Text", URL: "/"}, {ID: "2", Text: "Text", Level: edition.Notice}}
	told := Notice{Notice: talk.Notice{About: talk.AboutReply, Of: talk.Comment{Name: "N", Text: "T"}}, Ground: talk.Ground{Story: it}}
	errs := []error{
		part(r.MastheadPart(Masthead{Edition: "e", Resume: "1", Alerts: alerts})),
		part(r.NewsfeedPart(Newsfeed{Edition: "e", Items: items, Alerts: alerts, Resume: "1"})),
		part(r.MostReadPart(MostRead{Edition: "e", Items: items})), part(r.MostReadPart(MostRead{Edition: "e"})),
		part(r.FooterPart(Footer{Edition: "e", Standing: items})),
		page(r.Front(Front{Edition: "e", Latest: []news.Item{it, {ID: "2", Content: it.Content}}, Sections: map[string][]news.Item{"s": {{ID: "3", Content: it.Content}, {ID: "4", Content: it.Content}}}, Pictures: pictures})),
		page(r.SectionFront(SectionFront{Edition: "e", Section: "s", Items: []news.Item{it, it}, Pictures: pictures, Next: "1"})),
		page(r.Article(Article{Item: it, Pictures: pictures, Related: shown, More: []news.Item{{ID: "5", Content: it.Content}}, Translations: []news.Item{{ID: "6", Content: news.Content{Edition: "f", Slug: "x"}}}, Resume: "1"})),
		page(r.Live(specimenLive(it, pictures, shown))),
		page(r.Vote(Vote{Item: it, Post: specimen.Post("post", "other"), Again: true, Fault: words})),
		page(r.Standing(Standing{Item: it, Pictures: pictures, Related: shown})),
		page(r.Entry(EntryPage{Edition: "e", Entry: news.Entry{EntryKey: news.TopicKey("e", "t"), Name: "T"}, Items: items, From: "1", Next: "2"})),
		page(r.Entry(EntryPage{Edition: "e", Entry: news.Entry{EntryKey: news.AuthorKey("t"), Name: "T"}, Items: items})),
		page(r.Search(SearchPage{Edition: "e", Text: "x", Hits: []news.Hit{{Item: it, Excerpt: "x"}}, Next: 20})),
		page(r.Search(SearchPage{Edition: "e", Text: "x"})),
		page(r.Newsfeed(NewsfeedPage{Edition: "e", Items: items, Next: "1", Resume: "1"})),
		page(r.History(History{Item: it, Revisions: []news.Revision{{Number: 2, Change: news.Correction, Content: &it.Content, Note: "x"}, {Number: 1, Change: news.First, Content: &old}}})),
		page(r.Corrections(Corrections{Edition: "e", Items: []news.CorrectedItem{{Item: it, Mark: it.Corrections[0]}}})),
		page(r.Subscribe(plain)), page(r.Chats(Chats{Edition: "e", Rooms: []talk.Chat{specimen.Room}})), page(r.Joined(Joined{Edition: "e", Grounds: []talk.Ground{{Chat: specimen.Room}}, Unread: []int{1}})),
		page(r.Chat(Chat{Room: specimen.Room, Gate: talk.Open, Messages: []talk.Shown{{ID: "1", Root: "1", Name: "N", Text: "Text"}}})), page(r.SignIn(SignIn{Edition: "e", Back: "/", Mail: true, Fault: words})), page(r.SignInCode(SignInCode{Edition: "e"})), page(r.SignInLink(SignInLink{Edition: "e", Newcomer: true})), page(r.NewAddress(NewAddress{Edition: "e"})),
		page(r.Account(Account{Edition: "e", Held: talk.Member{Restricted: talk.Banned, By: "m"}, Staff: true, Saved: "name", Mail: true, Unseen: 1, Ignored: []Ignored{{"1", "N"}}, Sessions: []Session{{}, {Here: true}}})), letter(r, told), page(r.Notices(Notices{Edition: "e", Notices: []Notice{told}, Next: "1", Later: true})), page(r.Unsubscribe(Unsubscribe{Edition: "e", Matter: talk.Replies})), page(r.Discussion(Discussion{Item: it, Talk: specimenTalk()})),
		page(r.Remark(Remark{Ground: talk.Ground{Story: it}, Kept: "/"})), page(r.Remark(Remark{Ground: talk.Ground{Story: it}, Sent: &talk.Comment{ID: "1", State: talk.Rejected, DecidedBy: "m", Text: "T", Author: "a"}, Appeal: true})), page(r.Remark(Remark{Ground: talk.Ground{Story: it}, Who: "x", Text: "x", Fault: words})),
		page(r.Complaint(Complaint{Ground: talk.Ground{Story: it}, Comment: specimenTalk().First[0], Fault: words})), page(r.Complaint(Complaint{Ground: talk.Ground{Story: it}, Comment: specimenTalk().First[0], Sent: true})),
		page(r.Failure(Failure{Edition: "e", Status: 404})), page(r.Failure(Failure{Edition: "e", Status: 410, Item: gone})),
		page(r.Failure(Failure{Status: 503, After: time.Second})), page(r.Setup(Setup{})),
		page(r.NewsroomSetUp(NewsroomSetUp{Fault: words})), page(r.NewsroomSignIn(NewsroomSignIn{Link: "/", Fault: words})), page(r.NewsroomHome(NewsroomHome{Roles: []string{"admin"}})),
		page(r.NewsroomSetUp(NewsroomSetUp{Zones: []string{"UTC"}, Passkey: &Passkey{}})), page(r.NewsroomSignIn(NewsroomSignIn{Token: "t"})),
		page(r.NewsroomPassword(NewsroomPassword{Has: true, Fault: words})), page(r.NewsroomPassword(NewsroomPassword{Done: true, Staff: true})),
	}
	var out []error
	seen := map[string]bool{}
	for _, err := range errs {
		if err != nil && !seen[err.Error()] {
			seen[err.Error()] = true
			out = append(out, errors.New(strings.TrimPrefix(err.Error(), "page: ")))
		}
	}
	return out
}

// letter renders each kind of letter once.
func letter(r *Renderer, n Notice) error {
	_, err := r.NoticesLetter(NoticesLetter{Edition: "e", Matter: talk.Replies, Notices: []Notice{n, n}, More: 1, Token: "t"})
	errs := []error{err}
	for _, kind := range []fact.LetterKind{fact.SignInLetter, fact.AddressLetter, fact.MovedLetter, fact.LeavingLetter} {
		_, err := r.Letter(fact.Letter{Edition: "e", Kind: kind, Values: map[string]string{"link": "l", "code": "1"}})
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// specimenTalk is a discussion that fills every field a template may use.
func specimenTalk() Talk {
	first := talk.Shown{ID: "1", Root: "1", Name: "N", Author: "a", Text: "T", Badge: talk.OfStaff, Featured: true, Replies: 5, Reactions: 1, EditedAt: time.Unix(1, 0)}
	return Talk{Gate: talk.Premoderated, Count: 7, First: []talk.Shown{first}, Rest: []talk.Shown{{ID: "2", Root: "1", Parent: "1", Name: "M", Text: "U"}, {ID: "3", Root: "1", Parent: "2", Gone: talk.Removed}, {ID: "4", Root: "1", Parent: "2", Name: "O", Text: "V"}}, Next: "1", Resume: "1"}
}

// specimenLive is a live coverage that fills every field a template may use.
func specimenLive(it news.Item, pictures Pictures, shown map[string]news.Item) Live {
	it.Kind = news.Live
	pinned := specimen.Post("pinned", "")
	return Live{Article: Article{Item: it, Pictures: pictures, Related: shown, Resume: "1"}, Follow: "1", Posts: []coverage.Item{specimen.Post("post", "other")}, Pinned: &pinned,
		Keys: []coverage.Item{pinned}, Updates: []coverage.Item{pinned}, Stories: shown, From: "post", Gone: true, Oldest: true, Next: "next", Now: it.PublishedAt,
		Coverage: coverage.Coverage{Article: it.ID, Pinned: "pinned", ClosedAt: it.UpdatedAt}}
}
