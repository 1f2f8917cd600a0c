package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
	"dateline/internal/talk"
)

// reported gives the texts in the queue of what waits for a second look.
func (f *forum) reported() (out string) {
	f.t.Helper()
	all, err := f.talk.Queue(f.t.Context(), f.moderator, "en", talk.Query{Queue: talk.Reported, Oldest: true, Limit: 10})
	if err != nil {
		f.t.Fatal(err)
	}
	n, err := f.talk.Queued(f.t.Context(), f.moderator, "en", 100)
	if err != nil || n[talk.Reported] != len(all) {
		f.t.Errorf("%d are counted of %d: %v", n[talk.Reported], len(all), err)
	}
	for _, c := range all {
		out += c.Text + ";"
	}
	return out
}

func TestADecisionIsObjectedToOnceAndLookedAtAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		ana, ben, other := f.reader("Ana", true), f.reader("Ben", true), account.Actor{ID: "mod2", Name: "Max", Grants: f.moderator.Grants}
		a := f.say(ana, "A", "")
		appeal := func(who account.Actor, id string) error {
			_, err := f.talk.Appeal(ctx, news.Act{Who: who}, id, "I quoted the minister.")
			return err
		}
		if err := appeal(ana, a.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("there is nothing to object to: %v", err)
		}
		rejected, err := f.talk.Reject(ctx, news.Act{Who: f.moderator}, a.ID, "", "")
		if err != nil {
			t.Fatal(err)
		}
		// The reason may come later, and changes nothing else.
		f.clock.Forward(time.Second)
		said, err := f.talk.Reject(ctx, news.Act{Who: f.moderator}, a.ID, talk.BreachInsult, "Names a person.")
		if err != nil || said.Breach != talk.BreachInsult || !said.DecidedAt.Equal(rejected.DecidedAt) || said.Was != talk.Public || said.Version != rejected.Version+1 {
			t.Errorf("%+v %v", said, err)
		}
		if m, err := f.talk.Member(ctx, f.moderator, ana.ID); err != nil || m.Refused != 1 {
			t.Errorf("one rejection counts %d: %v", m.Refused, err)
		}
		if err := appeal(ben, a.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("another objects: %v", err)
		}
		if err := appeal(ana, a.ID); err != nil {
			t.Fatal(err)
		}
		if err := appeal(ana, a.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("a second objection: %v", err)
		}
		if got := f.reported(); got != "A;" {
			t.Errorf("what waits for a second look: %q", got)
		}
		if _, err := f.talk.Undo(ctx, news.Act{Who: f.moderator}, a.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("the decision is taken back below the objection: %v", err)
		}
		if _, err := f.talk.Uphold(ctx, news.Act{Who: other, Version: said.Version}, a.ID, ""); !fault.Is(err, fault.Stale) {
			t.Errorf("decided on what was not seen: %v", err)
		}
		if _, err := f.talk.Uphold(ctx, news.Act{Who: ben}, a.ID, ""); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a reader decides: %v", err)
		}
		upheld, err := f.talk.Uphold(ctx, news.Act{Who: other}, a.ID, "The name is not needed.")
		if err != nil || upheld.State != talk.Rejected || upheld.Appealed().Verdict != talk.Upheld {
			t.Fatalf("%+v %v", upheld, err)
		}
		if got := f.reported() + f.told(ana); got != "rejected:A" {
			t.Errorf("upheld: %q", got)
		}
		if err := appeal(ana, a.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("an objection to what was upheld: %v", err)
		}
		// What was decided on it can be taken back, and decided the other way.
		if _, err := f.talk.Undo(ctx, news.Act{Who: other}, a.ID); err != nil {
			t.Fatal(err)
		}
		if got := f.reported(); got != "A;" {
			t.Errorf("it waits again: %q", got)
		}
		for range 2 {
			back, err := f.talk.Approve(ctx, news.Act{Who: other}, a.ID)
			if err != nil || back.State != talk.Public || back.Appealed().Verdict != talk.Restored || back.Appeal.Ruling.Breach != talk.BreachInsult || f.count() != 1 {
				t.Fatalf("%+v %v", back, err)
			}
			if m, err := f.talk.Member(ctx, f.moderator, ana.ID); err != nil || m.Refused != 0 || m.Approved != 1 {
				t.Errorf("restored: %+v %v", m, err)
			}
			if back, err = f.talk.Undo(ctx, news.Act{Who: other}, a.ID); err != nil || back.State != talk.Rejected || back.DecidedBy != f.moderator.ID || back.Breach != talk.BreachInsult || f.count() != 0 {
				t.Fatalf("%+v %v", back, err)
			}
		}
		all, err := f.talk.Transparency(ctx, f.moderator, "en", 1)
		if err != nil || len(all) != 1 || all[0].Edition != "en" || all[0].Rejected != 1 || all[0].Breaches[talk.BreachInsult] != 1 || all[0].Appeals != 1 {
			t.Errorf("%+v %v", all, err)
		}
		// Another decision can be objected to again, within its time.
		if _, err := f.talk.Approve(ctx, news.Act{Who: other}, a.ID); err != nil {
			t.Fatal(err)
		}
		f.clock.Forward(time.Minute)
		if _, err := f.talk.Reject(ctx, news.Act{Who: other}, a.ID, talk.BreachLaw, ""); err != nil {
			t.Fatal(err)
		}
		f.clock.Forward(200 * 24 * time.Hour)
		if err := appeal(ana, a.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("after half a year: %v", err)
		}
		f.clock.Forward(-30 * 24 * time.Hour)
		if err := appeal(ana, a.ID); err != nil {
			t.Fatal(err)
		}
		// Who leaves takes the words along, and nothing waits any more.
		if err := f.talk.Forget(ctx, ana.ID); err != nil {
			t.Fatal(err)
		}
		if c, err := f.db.Talk.Comment(ctx, a.ID); err != nil || c.Appeal.Text != "" || c.Appeal.Verdict != talk.Dropped || c.Text != "A" {
			t.Errorf("%+v %v", c, err)
		}
		if got := f.reported(); got != "" {
			t.Errorf("after she left: %q", got)
		}
	})
}

func TestWhoIsKeptFromSpeakingObjectsAndIsHeard(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		ana := f.reader("Ana", false)
		waits := func() int {
			t.Helper()
			all, err := f.talk.Objecting(ctx, f.moderator, 10)
			if err != nil {
				t.Fatal(err)
			}
			return len(all)
		}
		object := func() error {
			_, err := f.talk.AppealRestriction(ctx, news.Act{Who: ana}, "I sell nothing.")
			return err
		}
		restrict := func(to talk.Restriction, why talk.Breach) error {
			_, err := f.talk.Restrict(ctx, news.Act{Who: f.moderator}, ana.ID, to, time.Time{}, why, "")
			return err
		}
		if err := object(); !fault.Is(err, fault.Conflict) {
			t.Errorf("nothing holds for her: %v", err)
		}
		if err := restrict(talk.Banned, ""); !fault.Is(err, fault.Invalid) {
			t.Errorf("a ban without a reason: %v", err)
		}
		if err := restrict(talk.Banned, talk.BreachSpam); err != nil {
			t.Fatal(err)
		}
		if err := object(); err != nil {
			t.Fatal(err)
		}
		if err := object(); !fault.Is(err, fault.Conflict) || waits() != 1 {
			t.Errorf("a second objection: %v, %d wait", err, waits())
		}
		if err := restrict(talk.EachWaits, talk.BreachSpam); !fault.Is(err, fault.Conflict) {
			t.Errorf("something else is put on her below it: %v", err)
		}
		m, err := f.talk.UpholdRestriction(ctx, news.Act{Who: f.moderator}, ana.ID, "Nine links.")
		if err != nil || m.Appealed(f.clock.Now()).Verdict != talk.Upheld || waits() != 0 {
			t.Errorf("%+v %v, %d wait", m, err, waits())
		}
		// What is put on her anew she may object to again, and is heard.
		f.clock.Forward(time.Minute)
		if err := restrict(talk.EachWaits, talk.BreachSpam); err != nil {
			t.Fatal(err)
		}
		if err := object(); err != nil || waits() != 1 {
			t.Fatalf("%v, %d wait", err, waits())
		}
		if err := restrict(talk.Free, ""); err != nil || waits() != 0 {
			t.Fatalf("%v, %d wait", err, waits())
		}
		if m, err := f.talk.Held(ctx, ana); err != nil || m.Appeal.Verdict != talk.Restored || m.Appealed(f.clock.Now()) != nil {
			t.Errorf("%+v %v", m, err)
		}
		f.clock.Forward(time.Minute)
		if err := restrict(talk.Banned, talk.BreachSpam); err != nil || object() != nil {
			t.Fatal(err)
		}
		if err := f.talk.Forget(ctx, ana.ID); err != nil || waits() != 0 {
			t.Fatalf("%v, %d wait", err, waits())
		}
		if m, err := f.talk.Held(ctx, ana); err != nil || m.Appeal.Text != "" {
			t.Errorf("her words are left: %+v %v", m, err)
		}
	})
}

func TestAModeratorOfOneEditionDecidesWhatHoldsThereAndNowhereElse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx, ana := t.Context(), f.reader("Ana", false)
		of := func(slugs ...string) account.Actor {
			who := account.Actor{ID: "mod-" + strings.Join(slugs, "-"), Name: "Mo"}
			for _, e := range slugs {
				who.Grants = append(who.Grants, account.Grant{Role: account.Moderator, Edition: e})
			}
			return who
		}
		ban := func(who account.Actor) (talk.Member, error) {
			return f.talk.Restrict(ctx, news.Act{Who: who}, ana.ID, talk.Banned, time.Time{}, talk.BreachSpam, "")
		}
		if m, err := ban(of("es")); err != nil || !slices.Equal(m.Editions, []string{"es"}) {
			t.Fatalf("%v %v", m.Editions, err)
		}
		f.say(ana, "Here I may speak.", "")
		if _, err := f.talk.AppealRestriction(ctx, news.Act{Who: ana}, "It was no advertising."); err != nil {
			t.Fatal(err)
		}
		for who, want := range map[string]int{"en": 0, "es": 1, "": 1} {
			if got, err := f.talk.Objecting(ctx, of(who), 10); err != nil || len(got) != want {
				t.Errorf("%q is asked about %d objections, want %d: %v", who, len(got), want, err)
			}
		}
		for _, act := range []func(account.Actor) error{
			func(who account.Actor) error { _, err := ban(who); return err },
			func(who account.Actor) error {
				_, err := f.talk.Restrict(ctx, news.Act{Who: who}, ana.ID, talk.Free, time.Time{}, "", "")
				return err
			},
			func(who account.Actor) error {
				_, err := f.talk.UpholdRestriction(ctx, news.Act{Who: who}, ana.ID, "")
				return err
			},
		} {
			if err := act(of("en", "ru")); !fault.Is(err, fault.Forbidden) {
				t.Errorf("a moderator of other editions: %v", err)
			}
		}
		if _, err := f.talk.UpholdRestriction(ctx, news.Act{Who: of("es", "en")}, ana.ID, ""); err != nil {
			t.Fatal(err)
		}
		if m, err := ban(of("")); err != nil || m.Editions != nil {
			t.Fatalf("everywhere: %v %v", m.Editions, err)
		}
		if _, err := f.talk.Say(ctx, news.Act{Who: ana}, f.story.ID, "And now?", ""); !fault.Is(err, fault.Forbidden) {
			t.Errorf("banned everywhere: %v", err)
		}
		if _, err := ban(of("es")); !fault.Is(err, fault.Forbidden) {
			t.Errorf("what holds everywhere is not one edition's: %v", err)
		}
	})
}

func TestObjectionsElsewhereHideNoneOfAnEdition(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		object := func(name, edition string) {
			t.Helper()
			who := f.reader(name, false)
			mod := account.Actor{ID: "mod-" + edition, Grants: []account.Grant{{Role: account.Moderator, Edition: edition}}}
			if _, err := f.talk.Restrict(ctx, news.Act{Who: mod}, who.ID, talk.Banned, time.Time{}, talk.BreachSpam, ""); err != nil {
				t.Fatal(err)
			}
			if _, err := f.talk.AppealRestriction(ctx, news.Act{Who: who}, "It was no advertising."); err != nil {
				t.Fatal(err)
			}
		}
		for n := range 101 {
			object(fmt.Sprintf("Ana%03d", n), "es")
		}
		object("Zoe", "en")
		if got, err := f.talk.Objecting(ctx, f.moderator, 100); err != nil || len(got) != 1 || got[0].Account != "zoe" {
			t.Errorf("%+v %v", got, err)
		}
	})
}
