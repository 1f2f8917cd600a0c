package page

import (
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/talk"
)

// templateOf names what shows one thing said in a place.
func templateOf(g talk.Ground) string {
	if g.Chat.ID != "" {
		return "message"
	}
	return "comment"
}

// ground is the shortest address of the page on which what is said stands.
func (s *sheet) ground(g talk.Ground) string { return s.near(g.Edition(), g.URL(s.a)) }

// grounds names a place over what belongs to it, and what is done there.
func (s *sheet) grounds(g talk.Ground) (about card, heading string) {
	if g.Chat.ID != "" {
		return card{URL: s.ground(g), Headline: g.Chat.Name}, s.words.Say("chats.title")
	}
	return s.line(g.Story), s.words.Say("discussion.title")
}

// groundWords are the words that differ between a discussion and a room.
type groundWords struct{ Yours, Write, Whole, Back, Complain string }

func (s *sheet) wordsOf(g talk.Ground) groundWords {
	if g.Chat.ID != "" {
		return groundWords{s.words.Say("chat.yours"), s.words.Say("chat.write"), s.words.Say("chat.back"), s.words.Say("chat.back"), s.words.Say("chat.complain")}
	}
	return groundWords{s.words.Say("discussion.yours"), s.words.Say("discussion.write"), s.words.Say("discussion.whole"), s.words.Say("discussion.back"), s.words.Say("complain.title")}
}

// Chats is the list of the rooms of an edition.
type Chats struct {
	Edition string
	Rooms   []talk.Chat // newest first
	Counts  map[string]int64
	Stories map[string]news.Item // by id: those beside which rooms stand, as far as readers have them
	Next    string               // id of the room behind which the next page begins; empty on the last
	Later   bool                 // the page does not begin with the newest
	Now     time.Time
	Paused  bool
}

// roomView is a room in a list.
type roomView struct {
	Name, URL string
	Story     string // headline
	State     string // sentence; empty when it is simply open
	Count     int
	Unread    int
	Lang, Dir string
}

// room makes the line of a room.
func (s *sheet) room(c talk.Chat, story news.Item, now time.Time) roomView {
	v := roomView{Name: c.Name, URL: s.ground(talk.Ground{Chat: c}), State: s.stands(c, talk.Settings{}.GateOf(c.Place(), now))}
	v.Story = story.Headline
	return v
}

// stands says how a room stands; empty when everybody may write.
func (s *sheet) stands(c talk.Chat, g talk.Gate) string {
	switch g {
	case talk.Shut:
		return s.words.Say("chat.closed")
	case talk.Early:
		return s.words.Say("chat.opens", "date", s.words.Moment(c.OpensAt.In(s.zone)))
	case talk.ReadOnly:
		return s.words.Say("chat.read_only")
	case talk.Paused:
		return s.words.Say("discussion.paused")
	}
	return ""
}

// Chats renders the list of rooms: 200.
func (r *Renderer) Chats(v Chats) (Page, error) {
	s, err := r.sheet(v.Edition, nil)
	if err != nil {
		return Page{}, err
	}
	s.tag(fact.TagChats(v.Edition))
	d := struct {
		Frame       frame
		Heading     string
		Paused      string
		Rooms       []roomView
		Mine, Home  string
		Next, Start string
	}{Frame: s.frame("chat", s.words.Say("chats.title"), "/chats"), Heading: s.words.Say("chats.title"), Mine: s.path("/chats/" + talk.OwnChats), Home: s.front(s.ed.Slug)}
	if v.Paused {
		d.Paused = s.words.Say("discussion.paused")
	}
	for _, c := range v.Rooms {
		s.tag(fact.TagDiscussion(c.ID))
		if c.Article != "" {
			s.tag(fact.TagArticle(c.Article))
		}
		one := s.room(c, v.Stories[c.Article], v.Now)
		one.Count = int(v.Counts[c.ID])
		d.Rooms = append(d.Rooms, one)
	}
	if v.Next != "" {
		d.Next = s.path("/chats") + "?after=" + v.Next
	}
	if v.Later {
		d.Start = s.path("/chats")
	}
	d.Frame.NoIndex = len(v.Rooms) == 0 || v.Later
	return s.render("chats", 200, d, d.Frame.NoIndex)
}

// Joined is what one reader has joined, and how much of it is new to him. No cache keeps it.
type Joined struct {
	Edition string
	Who     string // his name; empty for a stranger
	Grounds []talk.Ground
	Unread  []int // of each
	Now     time.Time
}

// Joined renders it: 200.
func (r *Renderer) Joined(v Joined) (Page, error) {
	s, err := r.sheet(v.Edition, nil)
	if err != nil {
		return Page{}, err
	}
	d := struct {
		Frame   frame
		Heading string
		As      string
		SignIn  string
		Rooms   []roomView
		All     string
	}{Frame: s.frame("chat", s.words.Say("chats.mine"), "-"), Heading: s.words.Say("chats.mine"), All: s.path("/chats")}
	if v.Who == "" {
		d.SignIn = s.signIn(s.path("/chats/" + talk.OwnChats))
	} else {
		d.As = s.words.Say("discussion.as", "name", v.Who)
	}
	for n, g := range v.Grounds {
		one := roomView{Name: g.Story.Headline, State: s.words.Say("discussion.title")}
		if g.Chat.ID != "" {
			one = s.room(g.Chat, g.Story, v.Now)
		}
		if other, ok := s.a.Edition(g.Edition()); ok {
			one.Lang, one.Dir = s.foreign(other.Language)
		}
		one.URL, one.Unread = RemarkPath(g.ID())+"/unread", v.Unread[n]
		d.Rooms = append(d.Rooms, one)
	}
	return s.render("joined", 200, d, true)
}

// Chat is the page of a room.
type Chat struct {
	Room     talk.Chat
	Story    news.Item // beside which it stands; without an id when there is none
	Settings talk.Settings
	Gate     talk.Gate
	Count    int64
	Messages []talk.Shown // oldest first
	Answered map[string]talk.Shown
	Pinned   *talk.Shown
	Earlier  string // id before which the page before ends; empty on the first
	Later    string // id behind which the next page begins; empty on the newest
	At       bool   // the page is not the one of the newest
	Resume   string // place in the stream of chat:{slug}
}

// chatView is a room as its template sees it.
type chatView struct {
	Frame         frame
	Heading, URL  string
	All           string
	Story         *card
	Topic, Resume string
	Count         int
	New, Counts   string // plural forms as JSON
	State         string // sentence, when not everybody may write
	Notes         []string
	Pinned        *commentView
	Messages      []commentView
	Earlier       string
	Later         string
	Newest        bool // the page ends with the newest
	Box           *boxView
	SignIn        string
	Again         string // plural forms as JSON: in how many seconds one may write again
}

// Chat renders the page of a room: 200.
func (r *Renderer) Chat(v Chat) (Page, error) {
	c, g := v.Room, talk.Ground{Chat: v.Room}
	s, err := r.sheet(c.Edition, nil)
	if err != nil {
		return Page{}, err
	}
	s.day = undated
	s.tag(fact.TagDiscussion(c.ID), fact.TagChats(c.Edition))
	d := chatView{Frame: s.frame("chat", c.Name, talk.ChatPath(c.Slug)), Heading: c.Name, URL: s.ground(g), All: s.path("/chats"), Topic: string(fact.Chat(c.Slug)), Resume: v.Resume, Count: int(v.Count),
		New: s.forms("chat.new"), Counts: s.forms("chat.count"), State: s.stands(c, v.Gate), Newest: v.Later == "" && !v.At}
	if v.Story.ID != "" {
		s.tag(fact.TagArticle(v.Story.ID))
		about := s.line(v.Story)
		d.Story = &about
	}
	if d.State == "" {
		if v.Gate == talk.Premoderated {
			d.Notes = append(d.Notes, s.words.Say("discussion.waits"))
		}
		if c.Slow > 0 {
			d.Notes = append(d.Notes, s.words.Count("chat.slow", c.Slow))
		}
		if !c.ClosesAt.IsZero() {
			d.Notes = append(d.Notes, s.words.Say("chat.closes", "date", s.words.Moment(c.ClosesAt.In(s.zone))))
		}
		if c.KeepDays > 0 {
			d.Notes = append(d.Notes, s.words.Count("chat.kept", c.KeepDays))
		}
		if d.Newest {
			d.Box, d.SignIn, d.Again = s.box(c.ID, "", ""), s.signIn(d.URL), s.forms("chat.again")
			d.Box.Label = s.words.Say("chat.write")
		}
	}
	if v.Pinned != nil {
		one := s.comment(g, v.Settings, *v.Pinned, "")
		d.Pinned = &one
	}
	for _, m := range v.Messages {
		to := ""
		if up, ok := v.Answered[m.Parent]; ok && up.Gone == "" {
			to = s.speaker(up)
		}
		d.Messages = append(d.Messages, s.comment(g, v.Settings, m, to))
	}
	if v.Earlier != "" {
		d.Earlier = d.URL + "?before=" + v.Earlier
	}
	if v.Later != "" {
		d.Later = d.URL + "?after=" + v.Later
	}
	d.Frame.NoIndex = v.Count == 0 || !d.Newest
	return s.render("chat", 200, d, d.Frame.NoIndex)
}

// SayFault says what is wrong in the words of an edition.
func (r *Renderer) SayFault(edition string, f *fault.Error) (string, error) {
	s, err := r.sheet(edition, nil)
	if err != nil {
		return "", err
	}
	return s.sayFault(f), nil
}
