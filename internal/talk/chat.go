package talk

import (
	"context"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
)

// Standing is how a room stands, within its hours.
type Standing string

// The standings of a room.
const (
	ChatOpen     Standing = "open"
	ChatReadOnly Standing = "read-only" // the newsroom writes, all others read
	ChatClosed   Standing = "closed"    // nobody writes any more; what was said stays to be read
)

// Chat is a room that moderators opened for an edition, a section or a story. Nothing of it is secret.
type Chat struct {
	ID      string    `json:"id"`
	Slug    string    `json:"slug"` // one on the whole site; never changes
	Name    string    `json:"name"`
	Edition string    `json:"edition"`
	Section string    `json:"section,omitempty"` // id
	Article string    `json:"article,omitempty"` // id of the story that it stands beside
	OpensAt time.Time `json:"opens_at,omitzero"` // zero: when it was made
	// ClosesAt is when it closes by itself; zero never.
	ClosesAt time.Time `json:"closes_at,omitzero"`
	Slow     int       `json:"slow,omitempty"` // seconds between two messages of one reader
	State    Standing  `json:"state"`
	Pinned   string    `json:"pinned,omitempty"` // id of the message on top
	KeepDays int       `json:"keep_days,omitempty"`
	Language string    `json:"language"` // of the edition
	At       time.Time `json:"at"`       // when it was made
	Version  int64     `json:"version"`
}

// The limits of a room.
const (
	SlowMost      = 300 // seconds
	KeepMost      = 3650
	longestRoom   = 80
	longestSlug   = 60
	chatsMost     = 200 // rooms of an edition that are not closed
	chatRateMost  = 20  // messages of one reader within rateWithin: people who talk are quicker than people who comment
	chatFloodMost = 300 // messages in a room within floodWithin

	chatSpreadMost = 600 // messages of strangers in all rooms of an edition within floodWithin
)

// The kinds of due work of a room.
const (
	WorkHours = "chat-hours" // it opens or closes by itself
	WorkKeep  = "chat-keep"  // messages whose time is over
)

// keepEvery is how often messages whose time is over are looked for.
const keepEvery = time.Hour

// dropMost is how many go in one transaction.
const dropMost = 200

// Place gives where people talk in a room.
func (c Chat) Place() Place {
	return Place{ID: c.ID, Edition: c.Edition, Section: c.Section, Chat: c.Slug, Rule: string(c.State), Language: c.Language, Since: c.At, Opens: c.OpensAt, Closes: c.ClosesAt, Slow: time.Duration(c.Slow) * time.Second}
}

// ChatPath is where a room stands under the root of its edition.
func ChatPath(slug string) string { return "/chats/" + slug }

// gate says how a room stands at a time, when nothing else holds.
func (p Place) gate(now time.Time) Gate {
	switch {
	case p.Rule == string(ChatClosed) || !p.Closes.IsZero() && !now.Before(p.Closes):
		return Shut
	case now.Before(p.Opens):
		return Early
	case p.Rule == string(ChatReadOnly):
		return ReadOnly
	}
	return Open
}

// Turns gives when a room opens or closes by itself next; zero never.
func (c Chat) Turns(now time.Time) time.Time {
	switch {
	case c.State == ChatClosed:
	case now.Before(c.OpensAt):
		return c.OpensAt
	case now.Before(c.ClosesAt):
		return c.ClosesAt
	}
	return time.Time{}
}

var chatSlug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// OwnChats is the name under which a reader finds what he has joined; no room has it.
const OwnChats = "mine"

// check gives every fault of a room.
func (c *Chat) check() error {
	var g fault.Gather
	if !chatSlug.MatchString(c.Slug) || len(c.Slug) > longestSlug || c.Slug == OwnChats {
		g.At("body.slug", "fault.chat_slug", "small letters, digits and hyphens, at most %d", longestSlug)
	}
	c.Name = strings.Join(strings.Fields(c.Name), " ")
	if empty(c.Name) || !speakable(c.Name) || utf8.RuneCountInString(c.Name) > longestRoom {
		g.At("body.name", "fault.chat_name", "a name of at most %d characters", longestRoom)
	}
	if c.Slow < 0 || c.Slow > SlowMost {
		g.At("body.slow_mode_seconds", "fault.range", "a number from 0 to %d", SlowMost)
	}
	if c.KeepDays < 0 || c.KeepDays > KeepMost {
		g.At("body.keep_days", "fault.range", "a number from 0 to %d", KeepMost)
	}
	switch c.State {
	case ChatOpen, ChatReadOnly, ChatClosed:
	default:
		g.At("body.state", "fault.chat_state", "open, read-only or closed")
	}
	if !c.ClosesAt.IsZero() && !c.ClosesAt.After(c.OpensAt) {
		g.At("body.closes_at", "fault.chat_hours", "a room closes after it opens")
	}
	return g.Err()
}

// ChatQuery says which rooms to list, newest first. Empty fields do not restrict.
type ChatQuery struct {
	Edition string // slug
	Article string // id
	Open    bool   // only those that nobody closed
	After   string // id of the last one of the page before
	Limit   int    // 1 to 201
}

// Joined is a place where somebody said something, and how much was said there since he looked.
type Joined struct {
	Place  string // id of a story or a room
	Unread int    // at most UnreadMost
	At     time.Time
}

// UnreadMost is how far what nobody has read is counted.
const UnreadMost = 100

// Rooms is what the Desk needs kept of rooms. Each writing method is one transaction, as in Store.
type Rooms interface {
	// CreateChat keeps a new room; one of the same slug is Conflict. others counts those of the edition that are not closed.
	CreateChat(ctx context.Context, once fact.Once, c Chat, make func(others int, c *Chat) (fact.Outcome, error)) (Chat, error)
	// AmendChat compares version with the stored one; 0 means any. An older one is fault.Stale with the newer Chat as Current.
	AmendChat(ctx context.Context, once fact.Once, id string, version int64, change func(Room, *Chat) (fact.Outcome, error)) (Chat, error)
	// DropMessages takes what was said in a room before a time and waits for nobody, at most limit, and says how much that was. Of what was rejected
	// spare says what stays.
	DropMessages(ctx context.Context, room string, before time.Time, limit int, spare func(Comment) bool, out func(Chat) fact.Outcome) (int, error)
	// Joined lists where somebody said something, where readers had something new last first. Unread is what readers have since he looked, but for what he
	// and those say whom he ignores.
	Joined(ctx context.Context, account string, limit int) ([]Joined, error)
	// Seen notes that somebody looked at a place that he joined.
	Seen(ctx context.Context, account, place string, at time.Time) error
	// Part forgets where somebody said something, what he was told, whom he ignores, and that reports and reactions were his.
	Part(ctx context.Context, account string) error
}

func noChat() error {
	return fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "room")
}

// manages gives nil when who opens and closes rooms of an edition.
func manages(who account.Actor, edition string) error { return who.Must(edition, moderators...) }

// moved gives what the world hears of a room that was opened or changed.
func (d *Desk) moved(c Chat, did fact.Deed, by string) fact.Outcome {
	o := fact.Outcome{
		Facts: []fact.Fact{{Topic: fact.Chat(c.Slug), Kind: fact.Arranged, ID: c.ID}, {Topic: fact.Desk(c.Edition), Kind: fact.Roomed, ID: c.ID, Version: c.Version, By: by}},
		Stale: []fact.Tag{fact.TagDiscussion(c.ID), fact.TagChats(c.Edition)},
	}
	if c.Article != "" {
		o.Stale = append(o.Stale, fact.TagArticle(c.Article))
	}
	if did != "" {
		o.Acts = []fact.Act{{Did: did, By: by, About: fact.AboutChat, Subject: c.ID, Note: string(c.State)}}
	}
	now := d.clock.Now()
	if at := c.Turns(now); at.IsZero() {
		o.Undone = append(o.Undone, fact.Work{Kind: WorkHours, Subject: c.ID})
	} else {
		o.Work = append(o.Work, fact.Work{Kind: WorkHours, Subject: c.ID, Due: at})
	}
	if c.KeepDays == 0 {
		o.Undone = append(o.Undone, fact.Work{Kind: WorkKeep, Subject: c.ID})
	} else {
		o.Work = append(o.Work, fact.Work{Kind: WorkKeep, Subject: c.ID, Due: now.Add(keepEvery)})
	}
	return o
}

// OpenChat makes a room. Its edition, section and story are there, and of one edition.
func (d *Desk) OpenChat(ctx context.Context, act news.Act, c Chat) (Chat, error) {
	if err := manages(act.Who, c.Edition); err != nil {
		return Chat{}, err
	}
	now := d.clock.Now()
	c.ID, c.Version, c.At, c.Pinned = d.ids.New(), 1, now, ""
	if c.State == "" {
		c.State = ChatOpen
	}
	if err := c.check(); err != nil {
		return Chat{}, err
	}
	return d.rooms.CreateChat(ctx, act.Once, c, func(others int, c *Chat) (fact.Outcome, error) {
		if others >= chatsMost {
			return fact.Outcome{}, fault.New(fault.Conflict, "fault.chat_many", "there are %d rooms that nobody closed; close one first", chatsMost)
		}
		return d.moved(*c, fact.ChatOpened, act.Who.ID), nil
	})
}

// ChangeChat changes a room: its name, hours, slow mode, state, retention and what is pinned.
func (d *Desk) ChangeChat(ctx context.Context, act news.Act, id string, change func(*Chat)) (Chat, error) {
	if !act.Who.HasAnywhere(moderators...) {
		return Chat{}, act.Who.Refused()
	}
	return d.rooms.AmendChat(ctx, act.Once, id, act.Version, func(r Room, c *Chat) (fact.Outcome, error) {
		if !Moderates(act.Who, c.Edition) {
			return fact.Outcome{}, noChat()
		}
		was := *c
		change(c)
		if err := c.check(); err != nil {
			return fact.Outcome{}, err
		}
		if *c == was {
			return fact.Outcome{}, nil
		}
		if c.Pinned != "" && c.Pinned != was.Pinned {
			m, err := r.Comment(ctx, c.Pinned)
			if fault.Is(err, fault.NotFound) || err == nil && (m.Place.ID != c.ID || m.State != Public) {
				return fact.Outcome{}, fault.At("body.pinned", "fault.chat_pin", "there is no such public message in this room")
			}
			if err != nil {
				return fact.Outcome{}, err
			}
		}
		c.Version++
		return d.moved(*c, fact.ChatChanged, act.Who.ID), nil
	})
}

// Turn tells open pages that a room opened or closed by itself; it is due work and may be repeated.
func (d *Desk) Turn(ctx context.Context, id string) error {
	_, err := d.rooms.AmendChat(ctx, fact.Once{}, id, 0, func(_ Room, c *Chat) (fact.Outcome, error) {
		o := d.moved(*c, "", "")
		o.Undone, o.Work = nil, nil
		if at := c.Turns(d.clock.Now()); !at.IsZero() {
			o.Work = []fact.Work{{Kind: WorkHours, Subject: c.ID, Due: at}}
		}
		return o, nil
	})
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// Tidy takes messages whose time is over out of a room, but those that moderators have to look at, or may yet by an objection; it is due work and may be repeated.
func (d *Desk) Tidy(ctx context.Context, id string) error {
	now, keep := d.clock.Now(), 0
	c, err := d.rooms.AmendChat(ctx, fact.Once{}, id, 0, func(_ Room, c *Chat) (fact.Outcome, error) {
		if keep = c.KeepDays; keep == 0 {
			return fact.Outcome{}, nil
		}
		return fact.Outcome{Work: []fact.Work{{Kind: WorkKeep, Subject: c.ID, Due: now.Add(keepEvery)}}}, nil
	})
	if fault.Is(err, fault.NotFound) || err == nil && keep == 0 {
		return nil
	}
	for err == nil {
		var n int
		n, err = d.rooms.DropMessages(ctx, c.ID, now.AddDate(0, 0, -keep), dropMost, func(c Comment) bool { return !now.After(c.AppealUntil()) }, func(c Chat) fact.Outcome {
			return fact.Outcome{Stale: []fact.Tag{fact.TagDiscussion(c.ID)}, Forget: true}
		})
		if n < dropMost {
			break
		}
	}
	return err
}

// Now is the time of the desk.
func (d *Desk) Now() time.Time { return d.clock.Now() }

// Joined lists where who said something, and how much was said there since he looked.
func (d *Desk) Joined(ctx context.Context, who account.Actor) ([]Joined, error) {
	if who.ID == "" {
		return nil, nil
	}
	return d.rooms.Joined(ctx, who.ID, 100)
}

// Seen notes that who looked at a place; of one that he has not joined nothing is noted.
func (d *Desk) Seen(ctx context.Context, who account.Actor, place string) error {
	if who.ID == "" {
		return nil
	}
	return d.rooms.Seen(ctx, who.ID, place, d.clock.Now())
}
