package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/stem"
	"dateline/internal/store/storetest"
	"dateline/internal/talk"
)

// forum is a room with a discussion in it.
type forum struct {
	*room
	talk      *talk.Desk
	story     news.Article
	moderator account.Actor
}

func newForum(t *testing.T, o store.Options) *forum {
	r := newRoom(t, o)
	f := &forum{room: r, story: r.publish(r.draft("Ferries"), news.Publication{})}
	f.talk = talk.NewDesk(r.db.Talk, r.clock, moment.NewIDs(r.clock), stem.Of, func(string) bool { return true })
	f.moderator = account.Actor{ID: "mod", Name: "Mo", Grants: []account.Grant{{Role: account.Moderator, Edition: "en"}}}
	return f
}

func (f *forum) reader(name string, trusted bool) account.Actor {
	f.t.Helper()
	who := account.Actor{ID: strings.ToLower(name), Name: name, Grants: []account.Grant{{Role: account.Reader}}}
	if _, err := f.db.CreateAccount(context.Background(), account.Account{ID: who.ID, Email: who.ID + "@example.com", Name: name, Grants: who.Grants}, account.With{}); err != nil {
		f.t.Fatal(err)
	}
	if trusted {
		if _, err := f.talk.Restrict(context.Background(), news.Act{Who: f.moderator}, who.ID, talk.Unfettered, time.Time{}, "", ""); err != nil {
			f.t.Fatal(err)
		}
	}
	return who
}

func (f *forum) say(who account.Actor, text, parent string) talk.Comment {
	f.t.Helper()
	f.clock.Forward(20 * time.Second)
	c, err := f.talk.Say(context.Background(), news.Act{Who: who}, f.story.ID, text, parent)
	if err != nil {
		f.t.Fatalf("%s says %q: %v", who.Name, text, err)
	}
	return c
}

func (f *forum) count() int64 {
	f.t.Helper()
	n, err := f.db.Talk.Spoken(context.Background(), []string{f.story.ID})
	if err != nil {
		f.t.Fatal(err)
	}
	return n[f.story.ID]
}

// threads gives a page as a line: first comments with what follows them in brackets.
func (f *forum) threads(order talk.Order, after string, limit int) string {
	f.t.Helper()
	first, rest, err := f.db.Talk.Threads(context.Background(), f.story.ID, order, after, limit, 100)
	if err != nil {
		f.t.Fatal(err)
	}
	var out []string
	for _, s := range first {
		line := word(s)
		for _, r := range rest {
			if r.Root == s.ID {
				line += "<" + word(r)
			}
		}
		out = append(out, line)
	}
	return strings.Join(out, " ")
}

func word(s talk.Shown) string {
	if s.Gone != "" {
		return "(" + string(s.Gone) + ")"
	}
	return s.Text
}

func TestAThreadStaysOneWhateverIsTakenFromIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		ana, ben := f.reader("Ana", true), f.reader("Ben", true)
		a := f.say(ana, "A", "")
		b := f.say(ben, "B", "")
		a1 := f.say(ben, "A1", a.ID)
		a2 := f.say(ana, "A2", a1.ID)
		if a2.Root != a.ID || a2.Parent != a1.ID {
			t.Errorf("an answer to an answer: %+v", a2)
		}
		for order, want := range map[talk.Order]string{talk.Newest: "B A<A1<A2", talk.Oldest: "A<A1<A2 B", talk.Replied: "A<A1<A2 B", talk.Featured: "B A<A1<A2"} {
			if got := f.threads(order, "", 10); got != want {
				t.Errorf("%s: %s", order, got)
			}
		}
		if got := f.threads(talk.Newest, b.ID, 10); got != "A<A1<A2" {
			t.Errorf("behind B: %s", got)
		}
		if _, err := f.talk.Feature(ctx, news.Act{Who: f.moderator}, a.ID, true); err != nil {
			t.Fatal(err)
		}
		if got := f.threads(talk.Featured, "", 1); got != "A<A1<A2" {
			t.Errorf("featured first: %s", got)
		}
		if got := f.threads(talk.Featured, a.ID, 1); got != "B" {
			t.Errorf("behind the featured one: %s", got)
		}
		if n := f.count(); n != 4 {
			t.Errorf("%d comments", n)
		}
		if _, err := f.talk.Remove(ctx, news.Act{Who: ana}, f.story.ID, a.ID); err != nil {
			t.Fatal(err)
		}
		if got := f.threads(talk.Oldest, "", 10); got != "(removed)<A1<A2 B" {
			t.Errorf("the first was taken back: %s", got)
		}
		if _, err := f.talk.Reject(ctx, news.Act{Who: f.moderator}, a2.ID, "", "off topic"); err != nil {
			t.Fatal(err)
		}
		if got := f.threads(talk.Oldest, "", 10); got != "(removed)<A1 B" {
			t.Errorf("the last was rejected: %s", got)
		}
		if _, err := f.talk.Reject(ctx, news.Act{Who: f.moderator}, a1.ID, "", ""); err != nil {
			t.Fatal(err)
		}
		if got := f.threads(talk.Oldest, "", 10); got != "B" {
			t.Errorf("nobody is left in the thread: %s", got)
		}
		if n := f.count(); n != 1 {
			t.Errorf("%d comments are left", n)
		}
		if back, err := f.talk.Undo(ctx, news.Act{Who: f.moderator}, a1.ID); err != nil || back.State != talk.Public {
			t.Errorf("undone: %+v %v", back, err)
		}
		if n := f.count(); n != 2 {
			t.Errorf("%d comments after the undo", n)
		}
		mine, err := f.db.Talk.Comment(ctx, a.ID)
		if err != nil || mine.Text != "" {
			t.Errorf("what was taken back still has its text: %+v %v", mine, err)
		}
	})
}

func TestAHoldSaysWhichRuleAndWhichWords(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		editor := account.Actor{ID: "ed", Grants: []account.Grant{{Role: account.Editor}}}
		if _, err := f.talk.Configure(ctx, editor, "en", 0, func(s *talk.Settings) {
			s.Banned, s.Suspect, s.Links = []string{"swindler", "go back home"}, []string{"strike"}, 1
		}); err != nil {
			t.Fatal(err)
		}
		rules := func(c talk.Comment) string {
			var out []string
			for _, h := range c.Holds {
				out = append(out, strings.TrimSuffix(string(h.Rule)+"="+strings.Join(h.Words, ","), "="))
			}
			return strings.Join(out, " ")
		}
		fresh, known := f.reader("Fresh", false), f.reader("Known", true)
		for _, c := range []struct {
			who        account.Actor
			text, want string
		}{
			{fresh, "Good morning.", "new"},
			{known, "Good morning to everybody.", ""},
			{known, "good  MORNING to everybody.", "repeat"},
			{known, "These swindlers! I say: Go back   home.", "banned=go back home,swindler"},
			{known, "Striking is not a strike-breaker's word; the strikes go on.", "suspect=strike"},
			{known, "The outskirts and a striker of the team", ""},
			{known, "See https://a.example/x and www.b.example", ""}, // a moderator trusts him
			{fresh, "See https://a.example/x and www.b.example", "links=https://a.example/x,www.b.example new"},
		} {
			if got := rules(f.say(c.who, c.text, "")); got != c.want {
				t.Errorf("%q waits for %q, want %q", c.text, got, c.want)
			}
			f.clock.Forward(time.Minute)
		}
		waits, err := f.talk.Queue(ctx, f.moderator, "en", talk.Query{Queue: talk.Pending, Oldest: true, Limit: 10})
		if err != nil || len(waits) != 5 || waits[0].Author != fresh.ID {
			t.Fatalf("pending: %d %v", len(waits), err)
		}
		counts, err := f.talk.Queued(ctx, f.moderator, "", 100)
		if err != nil || counts[talk.Pending] != 5 || counts[talk.Unmoderated] != 3 {
			t.Errorf("%v %v", counts, err)
		}
		done, err := f.talk.Approve(ctx, news.Act{Who: f.moderator, Version: waits[0].Version}, waits[0].ID)
		if err != nil || done.State != talk.Public {
			t.Fatal(done, err)
		}
		if _, err := f.talk.Reject(ctx, news.Act{Who: f.moderator, Version: waits[0].Version}, waits[0].ID, "", ""); !fault.Is(err, fault.Stale) {
			t.Errorf("a second decision on the same card: %v", err)
		}
		if got := rules(f.say(fresh, "Good evening then.", "")); got != "" {
			t.Errorf("somebody of whom one comment was approved waits for %q", got)
		}
		for _, c := range waits[1:3] {
			if _, err := f.talk.Reject(ctx, news.Act{Who: f.moderator}, c.ID, "", ""); err != nil {
				t.Fatal(err)
			}
		}
		if got := rules(f.say(known, "One more thought about it.", "")); got != "rejections" {
			t.Errorf("after two rejections: %q", got)
		}
	})
}

func TestWhoSaidMuchThatWasApprovedIsTrustedUntilARejection(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		editor := account.Actor{ID: "ed", Grants: []account.Grant{{Role: account.Editor}}}
		if _, err := f.talk.Configure(ctx, editor, "en", 0, func(s *talk.Settings) { s.TrustedAfter, s.Suspect = 3, []string{"strike"} }); err != nil {
			t.Fatal(err)
		}
		ana := f.reader("Ana", false)
		said := 0
		say := func(text string) talk.Comment {
			t.Helper()
			said++
			f.clock.Forward(2 * time.Minute)
			return f.say(ana, fmt.Sprintf("%s (%d)", text, said), "")
		}
		decide := func(f func(context.Context, news.Act, string) error, c talk.Comment) {
			t.Helper()
			if err := f(ctx, news.Act{Who: account.Actor{ID: "ed", Grants: editor.Grants}}, c.ID); err != nil {
				t.Fatal(err)
			}
		}
		approve := func(ctx context.Context, a news.Act, id string) error {
			_, err := f.talk.Approve(ctx, a, id)
			return err
		}
		reject := func(ctx context.Context, a news.Act, id string) error {
			_, err := f.talk.Reject(ctx, a, id, "", "")
			return err
		}
		many := "See one.com and two.com and three.com"
		for range 3 {
			if c := say(many); len(c.Holds) == 0 {
				t.Fatal("many links of somebody new do not wait")
			} else {
				decide(approve, c)
			}
		}
		if c := say(many); len(c.Holds) != 0 {
			t.Errorf("somebody trusted waits for %v", c.Holds)
		}
		if c := say("The strike of the ferries"); len(c.Holds) != 1 || c.Holds[0].Rule != talk.RuleSuspect {
			t.Errorf("suspect words of somebody trusted: %v", c.Holds)
		} else {
			decide(reject, c)
		}
		if c := say(many); len(c.Holds) != 1 || c.Holds[0].Rule != talk.RuleLinks {
			t.Errorf("after a rejection: %v", c.Holds)
		}
		f.clock.Forward(91 * 24 * time.Hour)
		if c := say(many); len(c.Holds) != 0 {
			t.Errorf("three months later: %v", c.Holds)
		}
		if _, err := f.talk.Restrict(ctx, news.Act{Who: f.moderator}, ana.ID, talk.EachWaits, time.Time{}, "", ""); err != nil {
			t.Fatal(err)
		}
		if c := say("Hello"); len(c.Holds) != 1 || c.Holds[0].Rule != talk.RuleMember {
			t.Errorf("what a moderator put on somebody trusted does not count: %v", c.Holds)
		}
	})
}

func TestNobodySpeaksWhoMayNot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		ana, admin := f.reader("Ana", true), account.Actor{ID: "root", Grants: []account.Grant{{Role: account.Admin}}}
		refused := func(why string, kind fault.Kind, key string) {
			t.Helper()
			_, err := f.talk.Say(ctx, news.Act{Who: ana}, f.story.ID, "Hello "+why, "")
			if !fault.Is(err, kind) || !strings.Contains(fmt.Sprintf("%+v", err), key) {
				t.Errorf("%s: %v", why, err)
			}
		}
		if _, err := f.talk.Say(ctx, news.Act{}, f.story.ID, "Hello", ""); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("a stranger: %v", err)
		}
		if _, err := f.talk.Say(ctx, news.Act{Who: ana}, "0123456789abc", "Hello", ""); !fault.Is(err, fault.NotFound) {
			t.Errorf("under nothing: %v", err)
		}
		for _, text := range []string{"", " \n\u200b\u00ad", "a\x00b", strings.Repeat("x", talk.Longest+1)} {
			if _, err := f.talk.Say(ctx, news.Act{Who: ana}, f.story.ID, text, ""); !fault.Is(err, fault.Invalid) {
				t.Errorf("%.10q: %v", text, err)
			}
		}
		if _, err := f.talk.Restrict(ctx, news.Act{Who: f.moderator}, ana.ID, talk.Suspended, f.clock.Now().Add(time.Hour), "", "Insults."); err != nil {
			t.Fatal(err)
		}
		refused("while suspended", fault.Forbidden, "until")
		f.clock.Forward(2 * time.Hour)
		f.say(ana, "Back again.", "")
		for edition, who := range map[string]account.Actor{"": admin, "en": f.moderator} {
			if _, err := f.talk.Configure(ctx, who, edition, -1, func(s *talk.Settings) { s.Paused = true }); err != nil {
				t.Fatal(err)
			}
			refused("while paused", fault.Conflict, "paused")
			if _, err := f.talk.Configure(ctx, who, edition, -1, func(s *talk.Settings) { s.Paused = false }); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := f.talk.Configure(ctx, f.moderator, "en", -1, func(s *talk.Settings) { s.NewFor = 3 }); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a moderator changes more than the pause: %v", err)
		}
		if _, err := f.talk.Configure(ctx, admin, "en", -1, func(s *talk.Settings) { s.CloseAfter = 3 }); err != nil {
			t.Fatal(err)
		}
		f.clock.Forward(73 * time.Hour)
		refused("after its days", fault.Conflict, "closed")
	})
}

func TestReportsAndReactionsCountOncePerReader(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		ana, ben, eve := f.reader("Ana", true), f.reader("Ben", true), f.reader("Eve", true)
		c := f.say(ana, "A claim.", "")
		for range 2 {
			if err := f.talk.Report(ctx, news.Act{Who: ben}, c.ID, talk.Abuse, ""); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.talk.Report(ctx, news.Act{Who: eve}, c.ID, talk.Illegal, ""); !fault.Is(err, fault.Invalid) {
			t.Errorf("illegal without a reason: %v", err)
		}
		if err := f.talk.Report(ctx, news.Act{Who: eve}, c.ID, talk.Illegal, "Names a child."); err != nil {
			t.Fatal(err)
		}
		found, err := f.talk.Queue(ctx, f.moderator, "", talk.Query{Queue: talk.Reported, Limit: 10})
		if err != nil || len(found) != 1 || found[0].Reports != 2 {
			t.Fatalf("%+v %v", found, err)
		}
		_, why, err := f.talk.Read(ctx, f.moderator, c.ID)
		if err != nil || len(why) != 2 || !slices.ContainsFunc(why, func(r talk.Report) bool { return r.Note == "Names a child." }) {
			t.Errorf("%+v %v", why, err)
		}
		if _, err := f.talk.Approve(ctx, news.Act{Who: f.moderator}, c.ID); err != nil {
			t.Fatal(err)
		}
		if found, err := f.talk.Queue(ctx, f.moderator, "", talk.Query{Queue: talk.Reported, Limit: 10}); err != nil || len(found) != 0 {
			t.Errorf("dealt with: %+v %v", found, err)
		}
		var wg sync.WaitGroup
		for range 3 {
			for _, who := range []account.Actor{ben, eve} {
				wg.Go(func() {
					if _, err := f.talk.React(context.Background(), who, f.story.ID, c.ID, true); err != nil {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		if _, err := f.talk.React(ctx, ana, f.story.ID, c.ID, true); !fault.Is(err, fault.Conflict) {
			t.Errorf("to one's own: %v", err)
		}
		if n, err := f.talk.React(ctx, eve, f.story.ID, c.ID, false); err != nil || n != 1 {
			t.Errorf("%d %v", n, err)
		}
		// One that comes while they are counted is told too.
		count := func() (w fact.Work) {
			t.Helper()
			f.clock.Forward(time.Minute)
			for w.Kind != talk.WorkTally {
				var err error
				if w, err = f.db.TakeWork(ctx, time.Hour); err != nil {
					t.Fatal(err)
				}
			}
			return w
		}
		tally := count()
		if _, err := f.talk.Do(ctx, tally); err != nil {
			t.Fatal(err)
		}
		if _, err := f.talk.React(ctx, eve, f.story.ID, c.ID, true); err != nil {
			t.Fatal(err)
		}
		if err := f.db.DoneWork(ctx, tally); err != nil {
			t.Fatal(err)
		}
		if again := count(); again.Subject != c.ID {
			t.Errorf("the reaction that came between: %+v", again)
		}
		facts, err := f.db.Facts(ctx, fact.Discussion(f.story.ID), 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, one := range facts {
			kinds = append(kinds, string(one.Kind))
		}
		if got := strings.Join(kinds, " "); got != "published updated tallied" {
			t.Errorf("readers are told %q", got)
		}
	})
}

func TestARepeatedCommentIsOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ana := f.reader("Ana", true)
		act := news.Act{Who: ana, Once: fact.Once{Account: ana.ID, Key: "k", Body: [32]byte{1}}}
		var ids []string
		for range 3 {
			c, err := f.talk.Say(t.Context(), act, f.story.ID, "Sent on a bad line.", "")
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, c.ID)
		}
		if ids[0] != ids[1] || ids[1] != ids[2] || f.count() != 1 {
			t.Errorf("%v, %d comments", ids, f.count())
		}
	})
}

func TestAnEditIsWeighedAgainAndEndsAfterFiveMinutes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		ana, ben := f.reader("Ana", true), f.reader("Ben", true)
		editor := account.Actor{ID: "ed", Grants: []account.Grant{{Role: account.Editor}}}
		if _, err := f.talk.Configure(ctx, editor, "en", 0, func(s *talk.Settings) { s.Suspect = []string{"strike"} }); err != nil {
			t.Fatal(err)
		}
		c := f.say(ana, "Nice weather.", "")
		if _, err := f.talk.Edit(ctx, news.Act{Who: ben}, f.story.ID, c.ID, "Mine now."); !fault.Is(err, fault.NotFound) {
			t.Errorf("another's: %v", err)
		}
		c, err := f.talk.Edit(ctx, news.Act{Who: ana}, f.story.ID, c.ID, "Nice weather!")
		if err != nil || c.State != talk.Public || c.EditedAt.IsZero() {
			t.Fatalf("%+v %v", c, err)
		}
		c, err = f.talk.Edit(ctx, news.Act{Who: ana}, f.story.ID, c.ID, "Nice weather for a strike.")
		if err != nil || c.State != talk.Held || f.count() != 0 {
			t.Errorf("suspect words come in by an edit: %+v %v", c, err)
		}
		f.clock.Forward(talk.EditFor)
		if _, err := f.talk.Edit(ctx, news.Act{Who: ana}, f.story.ID, c.ID, "Late."); !fault.Is(err, fault.Conflict) {
			t.Errorf("late: %v", err)
		}
	})
}
