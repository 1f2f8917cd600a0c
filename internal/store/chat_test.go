package store_test

import (
	"context"
	"fmt"
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

// chat opens a room in the edition of the forum.
func (f *forum) chat(slug string, change func(*talk.Chat)) talk.Chat {
	f.t.Helper()
	c := talk.Chat{Slug: slug, Name: "Storm night", Edition: "en", Language: "en"}
	if change != nil {
		change(&c)
	}
	c, err := f.talk.OpenChat(context.Background(), news.Act{Who: f.moderator}, c)
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

// messages gives what readers see of a room, oldest first.
func (f *forum) messages(c talk.Chat) string {
	f.t.Helper()
	all, _, err := f.db.Talk.Threads(context.Background(), c.ID, talk.Oldest, "", 100, 0)
	if err != nil {
		f.t.Fatal(err)
	}
	var out []string
	for _, s := range all {
		out = append(out, word(s))
	}
	return strings.Join(out, " ")
}

func TestMessagesOfARoomAreInOrderAndInTheQueueOfComments(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		ana, eve := f.reader("Ana", true), f.reader("Eve", false)
		c := f.chat("storm-night", nil)
		if _, err := f.talk.OpenChat(ctx, news.Act{Who: f.moderator}, talk.Chat{Slug: "storm-night", Name: "Again", Edition: "en", Language: "en"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("a second room of one name: %v", err)
		}
		say := func(who account.Actor, once fact.Once, text, to string) talk.Comment {
			t.Helper()
			f.clock.Forward(time.Second)
			m, err := f.talk.Say(ctx, news.Act{Who: who, Once: once}, c.ID, text, to)
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		once := fact.Once{Account: ana.ID, Key: "k", Body: [32]byte{1}}
		one := say(ana, once, "one", "")
		if again := say(ana, once, "one", ""); again.ID != one.ID {
			t.Error("one key made two messages")
		}
		say(ana, fact.Once{}, "two", one.ID)
		held := say(eve, fact.Once{}, "three", "")
		if held.State != talk.Held || held.Place.Chat != "storm-night" {
			t.Errorf("a newcomer's message: %+v", held)
		}
		if got := f.messages(c); got != "one two" {
			t.Errorf("readers see %q", got)
		}
		queue, err := f.talk.Queue(ctx, f.moderator, "", talk.Query{Queue: talk.Pending, Limit: 10})
		if err != nil || len(queue) != 1 || queue[0].ID != held.ID {
			t.Fatalf("%v %v", queue, err)
		}
		if _, err := f.talk.Approve(ctx, news.Act{Who: f.moderator}, held.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := f.talk.Reject(ctx, news.Act{Who: f.moderator}, one.ID, "", ""); err != nil {
			t.Fatal(err)
		}
		if got := f.messages(c); got != "two three" {
			t.Errorf("after the decisions readers see %q", got)
		}
		joined, err := f.talk.Joined(ctx, ana)
		if err != nil || len(joined) != 1 || joined[0].Place != c.ID || joined[0].Unread != 1 {
			t.Errorf("what Ana joined: %+v %v", joined, err)
		}
		if err := f.talk.Seen(ctx, ana, c.ID); err != nil {
			t.Fatal(err)
		}
		if joined, _ = f.talk.Joined(ctx, ana); joined[0].Unread != 0 {
			t.Errorf("after she looked: %+v", joined)
		}
		// What waits is new when it is approved, however much of what came later was seen; what those say whom she ignores is not.
		late := say(f.reader("Dan", false), fact.Once{}, "four", "")
		elsewhere := f.chat("quiet-night", nil)
		if _, err := f.talk.Say(ctx, news.Act{Who: ana}, elsewhere.ID, "hello", ""); err != nil {
			t.Fatal(err)
		}
		f.clock.Forward(time.Second)
		if err := f.talk.Seen(ctx, ana, c.ID); err != nil {
			t.Fatal(err)
		}
		f.clock.Forward(time.Second)
		if _, err := f.talk.Approve(ctx, news.Act{Who: f.moderator}, late.ID); err != nil {
			t.Fatal(err)
		}
		if joined, _ = f.talk.Joined(ctx, ana); len(joined) != 2 || joined[0].Place != c.ID || joined[0].Unread != 1 || joined[1].Unread != 0 {
			t.Errorf("after an approval: %+v", joined)
		}
		if err := f.talk.Ignore(ctx, ana, late.Author, true); err != nil {
			t.Fatal(err)
		}
		if joined, _ = f.talk.Joined(ctx, ana); joined[0].Unread != 0 {
			t.Errorf("of whom she ignores: %+v", joined)
		}
		if err := f.talk.Forget(ctx, ana.ID); err != nil {
			t.Fatal(err)
		}
		if joined, _ = f.talk.Joined(ctx, ana); len(joined) != 0 {
			t.Errorf("of somebody forgotten: %+v", joined)
		}
	})
}

func TestSlowModeLetsOneOfTwoMessagesAtOnceThrough(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ana := f.reader("Ana", true)
		c := f.chat("storm-night", func(c *talk.Chat) { c.Slow = 30 })
		desks := []*talk.Desk{f.talk, talk.NewDesk(f.db.Talk, f.clock, moment.NewIDs(f.clock), stem.Of, func(string) bool { return true })}
		for round := range 5 {
			var wg sync.WaitGroup
			errs := make([]error, 2)
			for i, d := range desks {
				wg.Go(func() { _, errs[i] = d.Say(t.Context(), news.Act{Who: ana}, c.ID, fmt.Sprint("now ", i), "") })
			}
			wg.Wait()
			if (errs[0] == nil) == (errs[1] == nil) {
				t.Fatalf("round %d: %v and %v", round, errs[0], errs[1])
			}
			for _, err := range errs {
				if err != nil && (!fault.Is(err, fault.TooMany) || !strings.Contains(err.Error(), "30 seconds")) {
					t.Errorf("refused with %v", err)
				}
			}
			if _, err := f.talk.Say(t.Context(), news.Act{Who: f.moderator}, c.ID, "The newsroom may.", ""); err != nil {
				t.Errorf("the newsroom: %v", err)
			}
			f.clock.Forward(30 * time.Second)
		}
	})
}

func TestARoomOpensAndClosesByItsHoursAndItsState(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx, now := t.Context(), f.clock.Now()
		ana := f.reader("Ana", true)
		c := f.chat("evening", func(c *talk.Chat) { c.OpensAt, c.ClosesAt = now.Add(time.Hour), now.Add(3*time.Hour) })
		try := func(who account.Actor) string {
			f.clock.Forward(time.Second)
			_, err := f.talk.Say(ctx, news.Act{Who: who}, c.ID, "word", "")
			if err == nil {
				return ""
			}
			return err.Error()
		}
		expect := func(when, reader, staff string) {
			t.Helper()
			if got := try(ana); got == "" != (reader == "") || !strings.Contains(got, reader) {
				t.Errorf("%s a reader: %q", when, got)
			}
			if got := try(f.moderator); got == "" != (staff == "") || !strings.Contains(got, staff) {
				t.Errorf("%s the newsroom: %q", when, got)
			}
		}
		change := func(to talk.Standing) {
			t.Helper()
			if _, err := f.talk.ChangeChat(ctx, news.Act{Who: f.moderator}, c.ID, func(c *talk.Chat) { c.State = to }); err != nil {
				t.Fatal(err)
			}
		}
		expect("before it opens", "opens at", "")
		f.clock.Forward(time.Hour)
		if w, err := f.db.TakeWork(ctx, time.Minute); err != nil || w.Kind != talk.WorkHours {
			t.Errorf("due work: %+v %v", w, err)
		} else if ok, err := f.talk.Do(ctx, w); !ok || err != nil {
			t.Errorf("%v %v", ok, err)
		}
		expect("open", "", "")
		change(talk.ChatReadOnly)
		expect("read-only", "only to be read", "")
		change(talk.ChatClosed)
		expect("closed", "closed", "closed")
		change(talk.ChatOpen)
		expect("open again", "", "")
		f.clock.Forward(3 * time.Hour)
		expect("after it closed", "closed", "closed")
		if _, err := f.talk.ChangeChat(ctx, news.Act{Who: f.moderator, Version: 1}, c.ID, func(c *talk.Chat) { c.Name = "Old" }); !fault.Is(err, fault.Stale) {
			t.Errorf("a change of an old version: %v", err)
		}
		elsewhere := account.Actor{ID: "other", Grants: []account.Grant{{Role: account.Moderator, Edition: "es"}}}
		if _, err := f.talk.ChangeChat(ctx, news.Act{Who: elsewhere}, c.ID, func(c *talk.Chat) { c.Name = "Mine" }); !fault.Is(err, fault.NotFound) {
			t.Errorf("a moderator of another edition: %v", err)
		}
	})
}

func TestMessagesGoWhenTheirTimeIsOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		ana, ben, eve := f.reader("Ana", true), f.reader("Ben", true), f.reader("Eve", false)
		c := f.chat("storm-night", func(c *talk.Chat) { c.KeepDays = 2 })
		say := func(who account.Actor, text string) talk.Comment {
			t.Helper()
			f.clock.Forward(20 * time.Second)
			m, err := f.talk.Say(ctx, news.Act{Who: who}, c.ID, text, "")
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		pin := say(f.moderator, "shelters")
		if _, err := f.talk.ChangeChat(ctx, news.Act{Who: f.moderator}, c.ID, func(c *talk.Chat) { c.Pinned = pin.ID }); err != nil {
			t.Fatal(err)
		}
		say(ana, "old")
		reported := say(ana, "reported")
		waits := say(eve, "waits")
		if err := f.talk.Report(ctx, news.Act{Who: eve}, reported.ID, talk.Abuse, ""); err != nil {
			t.Fatal(err)
		}
		contested := say(ana, "contested")
		if _, err := f.talk.Reject(ctx, news.Act{Who: f.moderator}, contested.ID, "", ""); err != nil {
			t.Fatal(err)
		}
		if _, err := f.talk.Appeal(ctx, news.Act{Who: ana}, contested.ID, "Why?"); err != nil {
			t.Fatal(err)
		}
		rejected, late := say(ben, "rejected"), say(ben, "late")
		for _, one := range []talk.Comment{rejected, late} {
			if _, err := f.talk.Reject(ctx, news.Act{Who: f.moderator}, one.ID, talk.BreachInsult, ""); err != nil {
				t.Fatal(err)
			}
		}
		f.clock.Forward(47 * time.Hour)
		say(ana, "young")
		f.clock.Forward(2 * time.Hour)
		done := false
		for !done {
			w, err := f.db.TakeWork(ctx, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			if ok, err := f.talk.Do(ctx, w); err != nil {
				t.Fatal(ok, err)
			}
			if done = w.Kind == talk.WorkKeep; !done {
				_ = f.db.DoneWork(ctx, w)
			}
		}
		if got := f.messages(c); got != "shelters reported young" {
			t.Errorf("left are %q", got)
		}
		if n, _ := f.db.Talk.Spoken(ctx, []string{c.ID}); n[c.ID] != 3 {
			t.Errorf("counted %d", n[c.ID])
		}
		if _, err := f.db.Talk.Comment(ctx, waits.ID); err != nil {
			t.Errorf("what waits: %v", err)
		}
		if _, err := f.db.Talk.Comment(ctx, contested.ID); err != nil {
			t.Errorf("what its author objects to: %v", err)
		}
		if at, err := f.db.NextWork(ctx); err != nil || at.IsZero() {
			t.Errorf("nobody looks again: %v %v", at, err)
		}
		if _, err := f.talk.Appeal(ctx, news.Act{Who: ben}, rejected.ID, "Why?"); err != nil {
			t.Errorf("an objection in time: %v", err)
		}
		f.clock.Forward(190 * 24 * time.Hour)
		if err := f.talk.Tidy(ctx, c.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := f.db.Talk.Comment(ctx, late.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("what nobody may object to any more: %v", err)
		}
	})
}
