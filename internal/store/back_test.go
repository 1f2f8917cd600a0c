package store_test

import (
	"testing"

	"dateline/internal/account"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
	"dateline/internal/talk"
)

func TestWhatComesBackHasItsThreadAndItsReactions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		ana, ben := f.reader("Ana", true), f.reader("Ben", true)
		act := news.Act{Who: f.moderator}
		reject := func(c talk.Comment) {
			t.Helper()
			if _, err := f.talk.Reject(ctx, act, c.ID, "", ""); err != nil {
				t.Fatal(err)
			}
		}
		approve := func(c talk.Comment) {
			t.Helper()
			if _, err := f.talk.Approve(ctx, act, c.ID); err != nil {
				t.Fatal(err)
			}
		}
		react := func(who account.Actor, c talk.Comment, on bool, want int64) {
			t.Helper()
			if n, err := f.talk.React(ctx, who, f.story.ID, c.ID, on); err != nil || n != want {
				t.Errorf("%d reactions, want %d: %v", n, want, err)
			}
		}
		a := f.say(ana, "A", "")
		a1, a2 := f.say(ben, "A1", a.ID), f.say(ana, "A2", a.ID)
		react(ben, a, true, 1)
		reject(a)
		reject(a1)
		reject(a2)
		if got := f.threads(talk.Oldest, "", 10); got != "" {
			t.Errorf("all were rejected: %s", got)
		}
		approve(a2)
		if got := f.threads(talk.Oldest, "", 10); got != "(rejected)<A2" || f.count() != 1 {
			t.Errorf("an answer came back: %s", got)
		}
		approve(a)
		approve(a1)
		if got := f.threads(talk.Oldest, "", 10); got != "A<A1<A2" || f.count() != 3 {
			t.Errorf("all came back: %s", got)
		}
		first, _, err := f.db.Talk.Threads(ctx, f.story.ID, talk.Oldest, "", 10, 100)
		if err != nil || first[0].Replies != 2 || first[0].Reactions != 1 {
			t.Errorf("%+v %v", first, err)
		}
		react(ben, a, true, 1)
		react(ben, a, false, 0)
	})
}

func TestWhatItsAuthorTookBackWaitsForNobody(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		ana, ben := f.reader("Ana", true), f.reader("Ben", true)
		a := f.say(ana, "A", "")
		if err := f.talk.Report(ctx, news.Act{Who: ben}, a.ID, talk.Abuse, ""); err != nil {
			t.Fatal(err)
		}
		if got := f.reported(); got != "A;" {
			t.Errorf("reported: %q", got)
		}
		if _, err := f.talk.Remove(ctx, news.Act{Who: ana}, f.story.ID, a.ID); err != nil {
			t.Fatal(err)
		}
		if got := f.reported(); got != "" {
			t.Errorf("what nobody can decide on any more waits: %q", got)
		}
	})
}
