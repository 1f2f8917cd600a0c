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
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
	"dateline/internal/talk"
)

// told gives what somebody is told as a line, newest first: what it is about and the comment.
func (f *forum) told(who account.Actor) string {
	f.t.Helper()
	all, _, err := f.talk.Notices(context.Background(), who, "", 50)
	if err != nil {
		f.t.Fatal(err)
	}
	var out []string
	for _, n := range talk.Current(all) {
		line := string(n.About) + ":" + n.Of.Text
		if n.About == talk.AboutDecision {
			line = string(n.Of.State) + ":" + n.Of.Text
		}
		out = append(out, line)
	}
	return strings.Join(out, " ")
}

func (f *forum) teller() *talk.Teller {
	return &talk.Teller{Notices: f.db.Talk, Clock: f.clock, IDs: moment.NewIDs(f.clock), Zone: func(string) *time.Location { return time.UTC }, Mail: true}
}

// letters does what is due for somebody, as a worker does, and gives the letters that it writes: how many notices are in each.
func (f *forum) letters(who account.Actor, tellers ...*talk.Teller) []string {
	f.t.Helper()
	if tellers == nil {
		tellers = append(tellers, f.teller())
	}
	var out []string
	for {
		w, err := f.db.TakeWork(context.Background(), time.Minute)
		if err != nil {
			break
		}
		if w.Kind == fact.WorkLetter {
			l, err := f.db.Letter(context.Background(), w.Subject)
			if err != nil {
				f.t.Fatal(err)
			}
			if l.Values[talk.LetterTo] == who.ID {
				out = append(out, fmt.Sprintf("%s %d", l.Values[talk.LetterMatter], len(strings.Fields(l.Values[talk.LetterNotices]))))
			}
		} else if w.Kind == talk.WorkNotices {
			var both sync.WaitGroup
			for _, one := range tellers {
				both.Go(func() {
					if _, err := one.Do(context.Background(), w); err != nil {
						f.t.Error(err)
					}
				})
			}
			both.Wait()
		}
		if err := f.db.DoneWork(context.Background(), w); err != nil {
			f.t.Fatal(err)
		}
	}
	slices.Sort(out)
	return out
}

func TestSomebodyIsToldOfWhatIsSaidToHimAndDecidedOnHim(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		ana, ben, eve := f.reader("Ana", true), f.reader("Ben", true), f.reader("Eve", false)
		a := f.say(ana, "A", "")
		f.say(ben, "B", a.ID)
		f.say(ana, "C", a.ID) // to herself
		f.say(ben, "@ana and @Zoe, write to x@ana.example", "")
		if got := f.told(ana); got != "mention:@ana and @Zoe, write to x@ana.example reply:B" {
			t.Errorf("Ana is told %q", got)
		}
		if got := f.told(ben); got != "" {
			t.Errorf("Ben is told %q", got)
		}
		// What waits tells nobody until it is approved; its author is told of the decision.
		held := f.say(eve, "@Ben D", a.ID)
		if got := f.told(ben) + f.told(eve); held.State != talk.Held || got != "" {
			t.Errorf("%s, and they are told %q", held.State, got)
		}
		if _, err := f.talk.Approve(ctx, news.Act{Who: f.moderator}, held.ID); err != nil {
			t.Fatal(err)
		}
		if got := f.told(eve) + " " + f.told(ben); got != "public:@Ben D mention:@Ben D" {
			t.Errorf("approved: %q", got)
		}
		if n, err := f.talk.Unseen(ctx, ana); n != 3 || err != nil {
			t.Errorf("Ana has %d unseen: %v", n, err)
		}
		if _, err := f.talk.Undo(ctx, news.Act{Who: f.moderator}, held.ID); err != nil {
			t.Fatal(err)
		}
		if got := f.told(eve) + f.told(ben); got != "" {
			t.Errorf("undone: %q", got)
		}
		if _, err := f.talk.Reject(ctx, news.Act{Who: f.moderator}, held.ID, "", "Off topic."); err != nil {
			t.Fatal(err)
		}
		if got := f.told(eve) + f.told(ben); got != "rejected:@Ben D" {
			t.Errorf("rejected: %q", got)
		}
		if _, err := f.talk.Feature(ctx, news.Act{Who: f.moderator}, a.ID, true); err != nil {
			t.Fatal(err)
		}
		if got := f.told(ana); !strings.HasPrefix(got, "featured:A ") {
			t.Errorf("featured: %q", got)
		}
		// Looking at them is noted, up to what was shown.
		all, _, _ := f.talk.Notices(ctx, ana, "", 50)
		if err := f.talk.SawNotices(ctx, ana, all[1].ID); err != nil {
			t.Fatal(err)
		}
		if n, err := f.talk.Unseen(ctx, ana); n != 1 || err != nil {
			t.Errorf("Ana has %d unseen: %v", n, err)
		}
		// Of whom she ignores she hears nothing; what he took back is told nobody.
		if err := f.talk.Ignore(ctx, ana, ben.ID, true); err != nil {
			t.Fatal(err)
		}
		if got := f.told(ana); got != "featured:A" {
			t.Errorf("ignoring: %q", got)
		}
		if got, err := f.talk.Ignored(ctx, ana); err != nil || len(got) != 1 || got[0] != ben.ID {
			t.Errorf("%v %v", got, err)
		}
		if err := f.talk.Ignore(ctx, ana, ben.ID, false); err != nil {
			t.Fatal(err)
		}
		if err := f.talk.Forget(ctx, ana.ID); err != nil {
			t.Fatal(err)
		}
		if got := f.told(ana); got != "" {
			t.Errorf("forgotten: %q", got)
		}
	})
}

func TestALetterTellsOfANoticeOnceAtItsTimeAndNeverOfWhatIsGone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		ana, ben := f.reader("Ana", true), f.reader("Ben", true)
		a := f.say(ana, "A", "")
		if err := f.talk.Choose(ctx, ana, map[talk.Matter]talk.Way{talk.Replies: talk.AtOnce}); err != nil {
			t.Fatal(err)
		}
		gone := f.say(ben, "gone", a.ID)
		if got := f.letters(ana); got != nil {
			t.Errorf("before its time: %v", got)
		}
		if _, err := f.talk.Remove(ctx, news.Act{Who: ben}, f.story.ID, gone.ID); err != nil {
			t.Fatal(err)
		}
		f.clock.Forward(talk.NoticeAfter)
		if got := f.letters(ana); got != nil {
			t.Errorf("of what was taken back: %v", got)
		}
		f.say(ben, "B1", a.ID)
		f.clock.Forward(talk.NoticeAfter)
		one, two := f.teller(), f.teller()
		if got := f.letters(ana, one, two); fmt.Sprint(got) != "[replies 1]" { // two processes at once
			t.Errorf("%v", got)
		}
		if got := f.letters(ana); got != nil {
			t.Errorf("told twice: %v", got)
		}
		// Beyond a number within an hour they wait, and are told together.
		letters := 1
		for n := range 9 {
			f.say(ben, fmt.Sprintf("C%d", n), a.ID)
			f.clock.Forward(talk.NoticeAfter)
			letters += len(f.letters(ana))
		}
		if letters != 6 {
			t.Errorf("%d letters within the hour", letters)
		}
		f.clock.Forward(time.Hour)
		if got := f.letters(ana); fmt.Sprint(got) != "[replies 4]" {
			t.Errorf("after the hour: %v", got)
		}
		// Daily ones come in the morning, without what was looked at; none at all when that was chosen.
		if err := f.talk.Choose(ctx, ana, map[talk.Matter]talk.Way{talk.Replies: talk.Daily, talk.Mentions: talk.Never}); err != nil {
			t.Fatal(err)
		}
		f.say(ben, "D1", a.ID)
		all, _, _ := f.talk.Notices(ctx, ana, "", 1)
		if err := f.talk.SawNotices(ctx, ana, all[0].ID); err != nil {
			t.Fatal(err)
		}
		f.say(ben, "D2", a.ID)
		f.say(ben, "@Ana D3", "")
		f.clock.Forward(time.Minute)
		if got := f.letters(ana); got != nil {
			t.Errorf("before the morning: %v", got)
		}
		f.clock.Forward(24 * time.Hour)
		if got := f.letters(ana); fmt.Sprint(got) != "[replies 1]" {
			t.Errorf("in the morning: %v", got)
		}
	})
}
