package talk

import (
	"context"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/news"
)

// WorkTally is due work: tell open pages how many reactions a comment has.
const WorkTally = "reactions"

// tallyAfter is how long reactions are gathered before they are told.
const tallyAfter = 2 * time.Second

// Outcome is what a change of a comment brings with it into its transaction.
type Outcome struct {
	fact.Outcome
	Member *Member   // as it is from now on
	Report *Report   // a new one; its account has none that waits
	Dealt  time.Time // the reports on it are dealt with, at that time
	Reopen time.Time // those that were dealt with at that time wait again
	Tell   []Notice
	Untell bool // its author, and whose reports wait again, are not told any more of a decision
}

// Room reads inside the transaction of a change, in the place that it is about.
type Room interface {
	Place() Place
	// Settings of the place's edition, with what holds everywhere.
	Settings(ctx context.Context) (Settings, error)
	// Member gives what is known of somebody, a fresh one when that is nothing; with hold it is this change's until its end.
	Member(ctx context.Context, account string, hold bool) (Member, error)
	Comment(ctx context.Context, id string) (Comment, error)
	// Reports gives all reports on a comment, of one account or, with "", of everybody.
	Reports(ctx context.Context, id, account string) ([]Report, error)
	// Recent gives what somebody said anywhere since a time, newest first, at most limit.
	Recent(ctx context.Context, account string, since time.Time, limit int) ([]Recent, error)
	// Crowd counts what was said in the place since a time, at most limit.
	Crowd(ctx context.Context, since time.Time, limit int) (int, error)
	// Speakers gives those whose comments readers see in the place, as far as they stand among the newest limit comments.
	Speakers(ctx context.Context, limit int) ([]Speaker, error)
	// Last gives when somebody last said something in the place since a time; zero when he did not.
	Last(ctx context.Context, account string, since time.Time) (time.Time, error)
}

// Store is what the Desk needs kept. Each writing method is one transaction: key, comment and version, what readers see, counts, facts and
// due work, all or nothing, on disk when it returns. Functions given may run twice. A place that readers do not have is NotFound.
type Store interface {
	CreateComment(ctx context.Context, once fact.Once, place string, make func(Room) (Comment, Outcome, error)) (Comment, error)
	// ArriveComments keeps those that make gives for an article, published or not, as far as they are not there, and counts them.
	ArriveComments(ctx context.Context, place string, make func(Place) ([]Comment, fact.Outcome, error)) (int, error)
	// CommentsThere counts those of at most 100 ids that are ids of comments.
	CommentsThere(ctx context.Context, ids []string) (int, error)
	// AmendComment compares version with the stored one; 0 means any. An older one is fault.Stale with the newer Comment as Current.
	AmendComment(ctx context.Context, once fact.Once, id string, version int64, change func(Room, *Comment) (Outcome, error)) (Comment, error)
	// OnceSwept gives what was kept of a sweep under a key, else runs act and keeps what out is then.
	OnceSwept(ctx context.Context, once fact.Once, out *Swept, act func() error) error
	// React sets or takes back the reaction of an account to a public comment and makes work of a kind due at a time.
	React(ctx context.Context, id, account string, on bool, kind string, due time.Time, may func(Room, Comment) error) (int64, error)
	// Reacted lists the comments of a place that an account reacted to, the newest first.
	Reacted(ctx context.Context, account, place string, limit int) ([]string, error)
	// KeepUnsent keeps what a stranger wrote under the hash of a secret until a time; Unsent reads it, NotFound after that.
	KeepUnsent(ctx context.Context, hash string, u Unsent, until time.Time) error
	Unsent(ctx context.Context, hash string, now time.Time) (Unsent, error)
	Comment(ctx context.Context, id string) (Comment, error)
	Comments(ctx context.Context, q Query) ([]Comment, error)
	// Queued counts the queues, each up to most.
	Queued(ctx context.Context, editions []string, most int) (map[Queue]int, error)
	// ReportsOf lists the reports on comments: of each first those that wait, then those that were dealt with, the latest first.
	ReportsOf(ctx context.Context, comments []string) (map[string][]Report, error)
	Settings(ctx context.Context, edition string) (Settings, error)
	AmendSettings(ctx context.Context, edition string, version int64, change func(*Settings) (fact.Outcome, error)) (Settings, error)
	Member(ctx context.Context, account string) (Member, error)
	// Deeds gives what the audit log has of some kinds since a time one by one: subject by subject, those of one oldest first.
	Deeds(ctx context.Context, since time.Time, did []fact.Deed, each func(Deed)) error
	// Objecting lists those who object to a restriction and wait, by account from behind one, at most limit.
	Objecting(ctx context.Context, after string, limit int) ([]Member, error)
	// AmendMember compares version with Member.Tag of what is stored; 0 means any. An older one is fault.Stale with the newer Member as Current.
	AmendMember(ctx context.Context, once fact.Once, account string, version int64, change func(*Member) (fact.Outcome, error)) (Member, error)
}

// Query says which comments to list as moderators see them. Empty fields do not restrict.
type Query struct {
	Editions []string // slugs; nil for all
	Queue    Queue
	Place    string // id of the story
	Author   string // account id
	Since    time.Time
	Oldest   bool   // oldest first, else newest first
	After    string // id of the last one of the page before
	Limit    int    // 1 to 101
}

// Desk lets people speak, and moderators decide.
type Desk struct {
	store   Store
	rooms   Rooms
	told    Notices
	clock   moment.Clock
	ids     *moment.IDs
	words   *matcher
	crowds  crowds
	section func(id string) bool

	learner  *Learner
	outside  Outside
	advisers []Adviser
}

// NewDesk gives a desk over store. stem gives what inflection leaves of the words of a text in a language, in their order;
// section reports whether there is one of that id.
func NewDesk(store interface {
	Store
	Rooms
	Notices
}, clock moment.Clock, ids *moment.IDs, stem func(language, text string) []string, section func(id string) bool) *Desk {
	return &Desk{store: store, rooms: store, told: store, clock: clock, ids: ids, words: &matcher{stem: stem}, section: section}
}

// moderators are the roles that decide.
var moderators = []account.Role{account.Admin, account.Editor, account.Moderator}

// Moderates reports whether who decides on what is said in an edition.
func Moderates(who account.Actor, edition string) bool { return who.Has(edition, moderators...) }

func noComment() error {
	return fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "comment")
}

// checkText gives what is wrong with a comment's text, at a location.
func checkText(location, text string) error {
	switch {
	case !speakable(text):
		return fault.At(location, "fault.text", "there are characters in it that cannot be shown there")
	case empty(text):
		return fault.At(location, "fault.comment_empty", "write something first")
	case utf8.RuneCountInString(text) > Longest:
		return fault.At(location, "fault.comment_long", "a comment has at most 4,000 characters")
	}
	return nil
}

// May gives nil when who may speak in a place now; else why not, in words for him.
func may(who account.Actor, s Settings, p Place, m Member, now time.Time) error {
	if !who.Known() {
		return who.Refused()
	}
	staff := who.Has(p.Edition, account.StaffRoles...)
	switch s.GateOf(p, now) {
	case Shut:
		if p.Chat != "" {
			return fault.New(fault.Conflict, "fault.chat_closed", "this room is closed")
		}
		return fault.New(fault.Conflict, "fault.discussion_closed", "this discussion is closed")
	case ReadOnly:
		if !staff {
			return fault.New(fault.Conflict, "fault.chat_read_only", "this room is only to be read for now")
		}
	case Early:
		if !staff {
			f := fault.New(fault.Conflict, "fault.chat_early", "this room opens at %s", p.Opens.Format(time.RFC3339))
			f.Args = map[string]any{"opens": p.Opens}
			return f
		}
	case Paused:
		if !staff {
			return fault.New(fault.Conflict, "fault.discussion_paused", "discussions are paused for now; what you wrote is still in the box")
		}
	}
	if staff {
		return nil
	}
	return m.silence(p.Edition, now)
}

// Say puts a comment into a place. What waits is Held with its reasons; else readers have it when it returns. What is sent again a moment later is the comment that is
// there.
func (d *Desk) Say(ctx context.Context, act news.Act, place, text, parent string) (Comment, error) {
	if !act.Who.Known() {
		return Comment{}, act.Who.Refused()
	}
	text = tidy(text)
	if err := checkText("body.body", text); err != nil {
		return Comment{}, err
	}
	// Ids sort by time, and who reads on from one must not miss another: a comment that was asked about has its own, not that of the question.
	return d.advised(ctx, func(ctx context.Context, a *advice) (Comment, error) {
		return d.say(ctx, act, d.ids.New(), place, text, parent, a)
	})
}

func (d *Desk) say(ctx context.Context, act news.Act, id, place, text, parent string, a *advice) (Comment, error) {
	var of said
	c, err := d.store.CreateComment(ctx, act.Once, place, func(r Room) (Comment, Outcome, error) {
		now, p := d.clock.Now(), r.Place()
		c := Comment{ID: id, Place: p, Root: id, Author: act.Who.ID, Name: act.Who.Name, Text: text, State: Public, At: now, Version: 1}
		if act.Who.Has(p.Edition, account.StaffRoles...) {
			c.Badge = OfStaff
		}
		if slices.Contains(p.Authors, act.Who.ID) && act.Who.ID != "" {
			c.Badge = OfAuthor
		}
		if parent != "" {
			up, err := r.Comment(ctx, parent)
			if fault.Is(err, fault.NotFound) || err == nil && (up.Place.ID != p.ID || up.State == Held) {
				return c, Outcome{}, fault.At("body.reply_to", "fault.no_comment", "there is no such comment to answer here")
			}
			if err != nil {
				return c, Outcome{}, err
			}
			if up.State != Public {
				return c, Outcome{}, fault.New(fault.Conflict, "fault.comment_gone", "what you answer was taken away")
			}
			if c.Parent = up.ID; p.Chat == "" {
				c.Root = up.Root // in a room each message stands for itself
			}
		}
		var err error
		if of, err = d.weigh(ctx, r, act.Who, &c); err != nil {
			return c, Outcome{}, err
		}
		if act.Once.Key == "" { // who gives keys says himself what is sent again
			if err := once(ctx, r, c, of.recent); err != nil {
				return c, Outcome{}, err
			}
		}
		if err := slow(ctx, r, act.Who, now); err != nil {
			return c, Outcome{}, err
		}
		if err := d.consult(of, &c, a); err != nil {
			return c, Outcome{}, err
		}
		o := tell(c, "", act.Who.ID)
		o.Tell, err = d.heard(ctx, r, c)
		return c, o, err
	})
	var again *twice
	if errors.As(err, &again) {
		return again.first, nil
	}
	made := err == nil && c.ID == id // not when it was said under this key before
	if made && of.stranger() {
		c = d.dam(ctx, c, of.spreads(c.Holds), floodAlone(c.Holds))
	}
	if err == nil && !made && c.State == Public { // a flood may have taken it back since its key was kept
		if now, err := d.store.Comment(ctx, c.ID); err != nil || now.State == Held && slices.ContainsFunc(now.Holds, func(h Hold) bool { return h.Rule == RuleFlood }) {
			return now, err
		}
	}
	return c, err
}

// slow gives nil when who may say the next thing in a room already; else how long he has to wait.
func slow(ctx context.Context, r Room, who account.Actor, now time.Time) error {
	p := r.Place()
	if p.Slow == 0 || who.Has(p.Edition, account.StaffRoles...) {
		return nil
	}
	last, err := r.Last(ctx, who.ID, now.Add(-p.Slow))
	if err != nil || last.IsZero() {
		return err
	}
	left := last.Add(p.Slow).Sub(now)
	if left <= 0 {
		return nil
	}
	f := fault.New(fault.TooMany, "fault.chat_slow", "slow mode: you may write again in %d seconds", seconds(left))
	f.After, f.Args = left, map[string]any{"seconds": seconds(left)}
	return f
}

// seconds rounds up.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

// weigh decides whether what somebody says may be said and whether it waits by the rules.
func (d *Desk) weigh(ctx context.Context, r Room, who account.Actor, c *Comment) (of said, err error) {
	now := d.clock.Now()
	s, err := r.Settings(ctx)
	if err != nil {
		return of, err
	}
	approved := c.State == Public && c.DecidedBy != "" // an approval is of the words that were approved
	m, err := r.Member(ctx, who.ID, approved)
	if err != nil {
		return of, err
	}
	if approved {
		m.forgive(Public, c.DecidedAt)
	}
	if err := may(who, s, c.Place, m, now); err != nil {
		return of, err
	}
	of = said{place: c.Place, settings: s, gate: s.GateOf(c.Place, now), member: m, staff: who.Has(c.Place.Edition, account.StaffRoles...), text: c.Text, name: c.Name, now: now, words: d.words}
	if of.recent, err = r.Recent(ctx, who.ID, now.Add(-repeatWithin), recentlyMost); err != nil {
		return of, err
	}
	of.recent = slices.DeleteFunc(of.recent, func(o Recent) bool { return o.ID == c.ID })
	if !of.staff {
		_, flood, _ := c.Place.most()
		if of.crowd, err = r.Crowd(ctx, now.Add(-floodWithin), flood+1); err != nil {
			return of, err
		}
		of.spread = d.crowds.count(c.Place, now)
	}
	if c.Holds = of.holds(); len(c.Holds) > 0 {
		c.State = Held
	}
	return of, nil
}

// tell gives what the world hears of a comment that was in a state before; "" is none.
func tell(c Comment, was State, by string) Outcome {
	o := Outcome{Outcome: fact.Outcome{Facts: []fact.Fact{{Topic: fact.Desk(c.Place.Edition), Kind: fact.Talked, ID: c.Place.ID, Part: c.ID, Version: c.Version, By: by}}}}
	kind := fact.Kind("")
	switch {
	case c.State == Public && was == Public:
		kind = fact.Updated
	case c.State == Public:
		kind = fact.Published
	case was == Public:
		kind = fact.Withdrawn
	default:
		return o // readers never had it
	}
	o.Facts = append(o.Facts, fact.Fact{Topic: c.Place.Topic(), Kind: kind, ID: c.ID})
	o.Stale = []fact.Tag{fact.TagDiscussion(c.Place.ID)}
	o.Forget = kind == fact.Withdrawn
	return o
}

// mine gives a comment of who, or that there is none.
func mine(who account.Actor, c Comment) error {
	if !who.Known() {
		return who.Refused()
	}
	if c.Author != who.ID || who.ID == "" {
		return noComment()
	}
	return nil
}

// Edit changes the text of a comment of one's own, within EditFor. The rules look at it again.
func (d *Desk) Edit(ctx context.Context, act news.Act, place, id, text string) (Comment, error) {
	text = tidy(text)
	if err := checkText("body.body", text); err != nil {
		return Comment{}, err
	}
	return d.advised(ctx, func(ctx context.Context, a *advice) (Comment, error) {
		return d.edit(ctx, act, place, id, text, a)
	})
}

func (d *Desk) edit(ctx context.Context, act news.Act, place, id, text string, a *advice) (Comment, error) {
	return d.store.AmendComment(ctx, act.Once, id, act.Version, func(r Room, c *Comment) (Outcome, error) {
		if err := mine(act.Who, *c); err != nil {
			return Outcome{}, err
		}
		now := d.clock.Now()
		switch {
		case c.Place.ID != place:
			return Outcome{}, noComment()
		case c.State != Public && c.State != Held:
			return Outcome{}, fault.New(fault.Conflict, "fault.comment_gone", "this comment was taken away")
		case now.Sub(c.At) >= EditFor:
			return Outcome{}, fault.New(fault.Conflict, "fault.comment_late", "a comment can be changed for five minutes")
		case c.Text == text:
			return Outcome{}, nil
		}
		was, holds, approved := c.State, c.Holds, c.State == Public && c.DecidedBy != ""
		c.Text, c.EditedAt = text, now
		c.Version++
		held := c.State == Held
		of, err := d.weigh(ctx, r, act.Who, c)
		if err == nil && !held { // what waits does so whatever anybody says
			err = d.consult(of, c, a)
		}
		if err != nil {
			return Outcome{}, err
		}
		if held {
			c.State = Held
			c.keep(holds)
		} else { // no moderator has seen these words
			c.DecidedBy, c.DecidedAt, c.Was, c.Over, c.Featured = "", time.Time{}, "", nil, false
		}
		o := tell(*c, was, act.Who.ID)
		if approved {
			o.Member = &of.member
		}
		o.Tell, err = d.heard(ctx, r, *c)
		return o, err
	})
}

// Remove takes back a comment of one's own, at any time. Its text is gone; its place in the thread stays.
func (d *Desk) Remove(ctx context.Context, act news.Act, place, id string) (Comment, error) {
	return d.store.AmendComment(ctx, act.Once, id, act.Version, func(r Room, c *Comment) (Outcome, error) {
		if err := mine(act.Who, *c); err != nil {
			return Outcome{}, err
		}
		if c.Place.ID != place {
			return Outcome{}, noComment()
		}
		if c.State == Removed {
			return Outcome{}, nil
		}
		was := c.State
		c.State, c.Text, c.Featured, c.Reports = Removed, "", false, 0
		now := d.clock.Now()
		c.drop(now)
		c.Version++
		o := tell(*c, was, act.Who.ID)
		o.Dealt = now
		var err error
		o.Tell, err = d.noticed(ctx, r, *c, act.Who.ID)
		return o, err
	})
}

// React sets or takes back the one reaction of who to a public comment, and gives how many there are.
func (d *Desk) React(ctx context.Context, who account.Actor, place, id string, on bool) (int64, error) {
	if !who.Known() {
		return 0, who.Refused()
	}
	return d.store.React(ctx, id, who.ID, on, WorkTally, d.clock.Now().Add(tallyAfter), func(r Room, c Comment) error {
		m, err := r.Member(ctx, who.ID, false)
		switch {
		case err != nil:
			return err
		case c.Place.ID != place || c.State != Public:
			return noComment()
		case c.Author == who.ID:
			return fault.New(fault.Conflict, "fault.own_comment", "this comment is your own")
		case on && !who.Has(c.Place.Edition, account.StaffRoles...):
			return m.silence(c.Place.Edition, d.clock.Now())
		}
		return nil
	})
}

// reactedMost is how many reactions of somebody in one place are known to its page.
const reactedMost = 1000

// Reacted lists the comments of a place that who reacted to, the newest first.
func (d *Desk) Reacted(ctx context.Context, who account.Actor, place string) ([]string, error) {
	if who.ID == "" {
		return nil, nil
	}
	return d.store.Reacted(ctx, who.ID, place, reactedMost)
}

// Do does due work of this room; ok is false when it is another's.
func (d *Desk) Do(ctx context.Context, w fact.Work) (ok bool, err error) {
	switch w.Kind {
	case WorkTally:
		return true, d.Tally(ctx, w.Subject)
	case WorkHours:
		return true, d.Turn(ctx, w.Subject)
	case WorkKeep:
		return true, d.Tidy(ctx, w.Subject)
	}
	return false, nil
}

// Tally tells open pages how many reactions a comment has; it is due work and may be repeated.
func (d *Desk) Tally(ctx context.Context, id string) error {
	_, err := d.store.AmendComment(ctx, fact.Once{}, id, 0, func(_ Room, c *Comment) (Outcome, error) {
		if c.State != Public {
			return Outcome{}, nil
		}
		return Outcome{Outcome: fact.Outcome{Facts: []fact.Fact{{Topic: c.Place.Topic(), Kind: fact.Tallied, ID: c.ID}}, Stale: []fact.Tag{fact.TagDiscussion(c.Place.ID)}}}, nil
	})
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// unseen keeps the newer comment that goes with a stale version from who may not decide on it: rights come before versions.
func unseen(err error, refused func(Comment) error) error {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.Stale {
		if c, ok := f.Current.(Comment); ok {
			if no := refused(c); no != nil {
				return no
			}
		}
	}
	return err
}
