package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/discussion"
	"dateline/internal/store/stem"
	"dateline/internal/store/storetest"
	"dateline/internal/talk"
)

// counts gives how many approvals and rejections count of somebody.
func (f *forum) counts(who account.Actor) (approved, refused, times int) {
	f.t.Helper()
	m, err := f.talk.Member(f.t.Context(), f.moderator, who.ID)
	if err != nil {
		f.t.Fatal(err)
	}
	return int(m.Approved), int(m.Refused), len(m.Rejections)
}

// decide approves (+), rejects (-) or takes back (u) as a line says, and gives the comment.
func (f *forum) decide(id, line string) (c talk.Comment) {
	f.t.Helper()
	for _, what := range line {
		f.clock.Forward(time.Second)
		var err error
		switch act := (news.Act{Who: f.moderator}); what {
		case '+':
			c, err = f.talk.Approve(f.t.Context(), act, id)
		case '-':
			c, err = f.talk.Reject(f.t.Context(), act, id, talk.BreachSpam, "Nine links.")
		case 'u':
			c, err = f.talk.Undo(f.t.Context(), act, id)
		}
		if err != nil {
			f.t.Fatalf("%c of %s: %v", what, line, err)
		}
	}
	return c
}

func TestOfACommentCountsTheDecisionThatStands(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		for line, want := range map[string]struct {
			queue             talk.Queue
			approved, refused int
		}{
			"+": {talk.Approved, 1, 0}, "-": {talk.Refused, 0, 1}, "+-": {talk.Refused, 0, 1}, "-+": {talk.Approved, 1, 0}, "+-u": {talk.Approved, 1, 0}, "-+u": {talk.Refused, 0, 1},
			"+-uu": {talk.Unmoderated, 0, 0}, "+-u+": {talk.Approved, 1, 0}, "+-+-": {talk.Refused, 0, 1}, "-+-uu": {talk.Refused, 0, 1}, "-+-uuu": {talk.Unmoderated, 0, 0}, "-u": {talk.Unmoderated, 0, 0},
		} {
			who := f.reader("R"+strings.NewReplacer("+", "a", "-", "b").Replace(line), true)
			said := f.say(who, "What "+who.Name+" says.", "")
			c := f.decide(said.ID, line)
			approved, refused, times := f.counts(who)
			if c.Queue() != want.queue || approved != want.approved || refused != want.refused || times != want.refused {
				t.Errorf("%s: in %s, %d approved, %d rejected at %d times", line, c.Queue(), approved, refused, times)
			}
			if c.State == talk.Rejected != (c.Breach == talk.BreachSpam) || c.State == talk.Rejected != (c.Reason != "") {
				t.Errorf("%s: for %q, %q", line, c.Breach, c.Reason)
			}
		}
	})
}

func TestAnApprovalIsOfTheWordsThatWereApproved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		ana, eve := f.reader("Ana", true), f.reader("Eve", false)
		a := f.say(ana, "Nice weather.", "")
		f.decide(a.ID, "-+")
		if _, err := f.talk.Feature(ctx, news.Act{Who: f.moderator}, a.ID, true); err != nil {
			t.Fatal(err)
		}
		a, err := f.talk.Edit(ctx, news.Act{Who: ana}, f.story.ID, a.ID, "Buy umbrellas.")
		if err != nil || a.Queue() != talk.Unmoderated || a.Featured || a.Was != "" {
			t.Errorf("%+v %v", a, err)
		}
		if approved, refused, _ := f.counts(ana); approved+refused != 0 {
			t.Errorf("%d approved, %d rejected", approved, refused)
		}
		if _, err := f.talk.Undo(ctx, news.Act{Who: f.moderator}, a.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("a decision on other words is taken back: %v", err)
		}
		// Of somebody new the approved comment was all that let her pass.
		e := f.say(eve, "Good morning.", "")
		f.decide(e.ID, "+")
		if e, err = f.talk.Edit(ctx, news.Act{Who: eve}, f.story.ID, e.ID, "Buy my umbrellas."); err != nil || e.State != talk.Held || e.Holds[0].Rule != talk.RuleNew {
			t.Errorf("%+v %v", e, err)
		}
	})
}

func TestASweepWithoutAnAuthorSparesTheNewsroom(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		since := f.clock.Now()
		reporter, eve := f.reader("Rob", false), f.reader("Eve", false)
		reporter.Grants = []account.Grant{{Role: account.Reporter, Edition: "en"}}
		staff := f.say(reporter, "We have corrected it.", "")
		spam, later := f.say(eve, "Buy boats", ""), talk.Comment{}
		once := fact.Once{Account: f.moderator.ID, Key: "k"}
		for range 2 {
			did, err := f.talk.Sweep(t.Context(), news.Act{Who: f.moderator, Once: once}, talk.Sweep{Edition: "en", Since: since})
			if did.Rejected != 1 || did.Left || err != nil {
				t.Errorf("%+v %v", did, err)
			}
			later = f.say(eve, "What came later", "")
		}
		if later.State != talk.Held {
			t.Fatal(later)
		}
		for id, want := range map[string]talk.State{staff.ID: talk.Public, spam.ID: talk.Rejected, later.ID: talk.Held} {
			if c, err := f.db.Talk.Comment(t.Context(), id); err != nil || c.State != want {
				t.Errorf("%+v %v", c, err)
			}
		}
	})
}

// forgetful cannot read what is known of anybody.
type forgetful struct{ *discussion.DB }

var errForgotten = errors.New("the disk is gone")

func (forgetful) Member(context.Context, string) (talk.Member, error) {
	return talk.Member{}, errForgotten
}

func TestASweepRejectsNobodyOfWhomItCannotReadWhoHeIs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		since, ben := f.clock.Now(), f.reader("Ben", true)
		said := f.say(ben, "A word of somebody who is known.", "")
		blind := talk.NewDesk(forgetful{f.db.Talk}, f.clock, moment.NewIDs(f.clock), stem.Of, func(string) bool { return true })
		if did, err := blind.Sweep(t.Context(), news.Act{Who: f.moderator}, talk.Sweep{Edition: "en", Since: since}); !errors.Is(err, errForgotten) || did.Rejected != 0 {
			t.Errorf("%+v %v", did, err)
		}
		if c, err := f.db.Talk.Comment(t.Context(), said.ID); err != nil || c.State != talk.Public {
			t.Errorf("%+v %v", c, err)
		}
	})
}

func TestADecisionThatIsTakenBackLeavesTheReportsAsTheyWere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		ana, ben, eve := f.reader("Ana", true), f.reader("Ben", true), f.reader("Eve", true)
		c := f.say(ana, "A claim.", "")
		report := func(who account.Actor, why talk.Reason, note string) {
			t.Helper()
			f.clock.Forward(time.Second)
			if err := f.talk.Report(ctx, news.Act{Who: who}, c.ID, why, note); err != nil {
				t.Fatal(err)
			}
		}
		waits := func(want int) {
			t.Helper()
			now, all, err := f.talk.Read(ctx, f.moderator, c.ID)
			n := 0
			for _, r := range all {
				if r.Dealt.IsZero() {
					n++
				}
			}
			if err != nil || now.Reports != want || n != want || (f.reported() != "") != (want > 0) {
				t.Errorf("%d reports wait, %d are counted, want %d: %v", n, now.Reports, want, err)
			}
		}
		report(ben, talk.Illegal, "Names a child.")
		waits(1)
		f.decide(c.ID, "+")
		waits(0)
		if got := f.told(ben); got != "report:A claim." {
			t.Errorf("who gave notice is told %q", got)
		}
		report(ben, talk.Illegal, "Names a child.") // was decided on
		waits(0)
		report(eve, talk.Spam, "")
		report(ben, talk.Illegal, "The child's school, too.")
		waits(2)
		f.decide(c.ID, "-u")
		waits(2)
		if got := f.told(ben) + f.told(eve); got != "receipt:A claim." {
			t.Errorf("taken back, and they are told %q", got)
		}
		f.decide(c.ID, "u") // the approval: Ben's first notice stays as it is while his second waits
		waits(2)
		f.decide(c.ID, "-")
		waits(0)
		if got := f.told(ben) + f.told(eve); got != "report:A claim." {
			t.Errorf("they are told %q", got)
		}
		if _, all, err := f.talk.Read(ctx, f.moderator, c.ID); err != nil || len(all) != 3 {
			t.Errorf("%+v %v", all, err)
		}
		// What was changed since can be reported again for the same.
		d := f.say(ana, "Another claim.", "")
		c = d
		report(ben, talk.Abuse, "")
		f.decide(d.ID, "+")
		report(ben, talk.Abuse, "")
		waits(0)
		if _, err := f.talk.Edit(ctx, news.Act{Who: ana}, f.story.ID, d.ID, "Another claim, changed."); err != nil {
			t.Fatal(err)
		}
		report(ben, talk.Abuse, "")
		waits(1)
	})
}

func TestWhoGaveNoticeIsToldByMailAndOfWhatItsAuthorTookBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		ana, ben := f.reader("Ana", true), f.reader("Ben", true)
		for n, end := range []func(string) error{
			func(id string) error { f.decide(id, "-"); return nil },
			func(id string) error { _, err := f.talk.Remove(ctx, news.Act{Who: ana}, f.story.ID, id); return err },
		} {
			c := f.say(ana, []string{"Rejected.", "Taken back."}[n], "")
			if err := f.talk.Report(ctx, news.Act{Who: ben}, c.ID, talk.Illegal, "Against the law."); err != nil {
				t.Fatal(err)
			}
			if err := end(c.ID); err != nil {
				t.Fatal(err)
			}
			f.clock.Forward(talk.NoticeAfter)
			if got := strings.Join(f.letters(ben), " "); got != "decisions 1" {
				t.Errorf("letters: %q", got)
			}
		}
		if got := f.told(ben); got != "report: report:Rejected." {
			t.Errorf("%q", got)
		}
	})
}

func TestWhoMayNotSpeakReactsToNothingEither(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		ana, ben := f.reader("Ana", true), f.reader("Ben", false)
		c := f.say(ana, "A claim.", "")
		if _, err := f.talk.React(ctx, ben, f.story.ID, c.ID, true); err != nil {
			t.Fatal(err)
		}
		if _, err := f.talk.Restrict(ctx, news.Act{Who: f.moderator}, ben.ID, talk.Banned, time.Time{}, talk.BreachSpam, ""); err != nil {
			t.Fatal(err)
		}
		if n, err := f.talk.React(ctx, ben, f.story.ID, c.ID, false); n != 0 || err != nil {
			t.Errorf("taking back: %d %v", n, err)
		}
		if _, err := f.talk.React(ctx, ben, f.story.ID, c.ID, true); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%v", err)
		}
	})
}

func TestACorrectionIsNotOneMoreComment(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ana := f.reader("Ana", true)
		f.clock.Forward(time.Minute)
		var last talk.Comment
		for _, text := range []string{"one", "two", "three", "four", "five"} {
			c, err := f.talk.Say(t.Context(), news.Act{Who: ana}, f.story.ID, text, "")
			if err != nil || c.State != talk.Public {
				t.Fatalf("%+v %v", c, err)
			}
			last = c
		}
		if c, err := f.talk.Edit(t.Context(), news.Act{Who: ana}, f.story.ID, last.ID, "five, corrected"); err != nil || c.State != talk.Public {
			t.Errorf("waits for %+v: %v", c.Holds, err)
		}
	})
}

func TestThreadsGoOnBehindWhatIsGoneAndAreCutBehindWholeOnes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		ana, ben := f.reader("Ana", true), f.reader("Ben", true)
		a, b, c, d := f.say(ana, "A", ""), f.say(ben, "B", ""), f.say(ana, "C", ""), f.say(ben, "D", "")
		for _, text := range []string{"A1", "A2", "A3"} {
			f.say(ben, text, a.ID)
		}
		f.say(ana, "D1", d.ID)
		f.say(ana, "D2", d.ID)
		f.decide(c.ID, "-")
		if _, err := f.talk.Remove(ctx, news.Act{Who: ben}, f.story.ID, b.ID); err != nil {
			t.Fatal(err)
		}
		e := f.say(ben, "E", "")
		for _, one := range []struct {
			order       talk.Order
			after, want string
		}{
			{talk.Newest, c.ID, "A<A1<A2<A3"}, {talk.Newest, b.ID, "A<A1<A2<A3"}, {talk.Oldest, c.ID, "D<D1<D2 E"}, {talk.Oldest, b.ID, "D<D1<D2 E"},
			{talk.Replied, e.ID, ""}, {talk.Replied, d.ID, "E"}, {talk.Replied, c.ID, ""}, {talk.Featured, c.ID, "A<A1<A2<A3"},
		} {
			if got := f.threads(one.order, one.after, 10); got != one.want {
				t.Errorf("%s behind %s: %q, want %q", one.order, one.after, got, one.want)
			}
		}
		if _, _, err := f.db.Talk.Threads(ctx, f.story.ID, talk.Newest, "nowhere", 10, 10); !fault.Is(err, fault.NotFound) {
			t.Errorf("behind no comment: %v", err)
		}
		for most, want := range map[int]string{5: "D1 D2 A1 A2 A3", 4: "D1 D2 A1 A2", 2: "D1 D2", 1: "D1", 0: ""} {
			_, rest, err := f.db.Talk.Threads(ctx, f.story.ID, talk.Newest, "", 10, most)
			var got []string
			for _, s := range rest {
				got = append(got, s.Text)
			}
			slices.Sort(got)
			wanted := strings.Fields(want)
			slices.Sort(wanted)
			if !slices.Equal(got, wanted) || err != nil {
				t.Errorf("%d replies: %v, want %s: %v", most, got, want, err)
			}
		}
	})
}

func TestOfTwoWhoRestrictSomebodyTheLaterSeesWhatTheOtherDid(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		ana := f.reader("Ana", false)
		m, err := f.talk.Member(ctx, f.moderator, ana.ID)
		if err != nil {
			t.Fatal(err)
		}
		restrict := func(version int64, to talk.Restriction) error {
			_, err := f.talk.Restrict(ctx, news.Act{Who: f.moderator, Version: version}, ana.ID, to, time.Time{}, talk.BreachSpam, "")
			return err
		}
		if err := restrict(m.Tag(), talk.Banned); err != nil {
			t.Fatal(err)
		}
		err = restrict(m.Tag(), talk.Warned)
		var stale *fault.Error
		if !errors.As(err, &stale) || stale.Kind != fault.Stale || stale.Current.(talk.Member).Restricted != talk.Banned {
			t.Errorf("%v", err)
		}
		if err := restrict(0, talk.Warned); err != nil {
			t.Errorf("on whatever there is: %v", err)
		}
	})
}

func TestOfWhoLeavesNothingIsFoundByHisAccount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		ana := f.reader("Ana", false)
		c := f.say(ana, "Stays as it was said.", "")
		f.decide(c.ID, "-")
		if _, err := f.talk.Annotate(ctx, news.Act{Who: f.moderator}, ana.ID, "Met her at the ferry."); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := f.talk.Forget(ctx, ana.ID); err != nil {
				t.Fatal(err)
			}
		}
		if all, err := f.talk.Written(ctx, ana.ID); err != nil || len(all) != 0 {
			t.Errorf("%+v %v", all, err)
		}
		if m, err := f.talk.Member(ctx, f.moderator, ana.ID); err != nil || len(m.Notes)+len(m.Rejections) != 0 || m.Refused != 0 {
			t.Errorf("%+v %v", m, err)
		}
		if c, err := f.db.Talk.Comment(ctx, c.ID); err != nil || c.Text != "Stays as it was said." || c.Author != "" {
			t.Errorf("%+v %v", c, err)
		}
		// What is decided on it later counts of nobody.
		f.decide(c.ID, "u+")
	})
}
