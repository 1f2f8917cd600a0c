package store_test

import (
	"strings"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
	"dateline/internal/talk"
)

func TestTheSameSentAgainWithinAMinuteIsOneComment(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ana, ben, eve := f.reader("Ana", true), f.reader("Ben", true), f.reader("Eve", false)
		for _, one := range []struct {
			who    account.Actor
			text   string
			counts int64
		}{{ana, "Yes.", 1}, {ana, "Yes.", 1}, {ana, "No.", 2}, {ben, "Yes.", 3}, {ana, "A longer word about the quayside.", 4}, {ana, "A longer word about the quayside.", 4}, {eve, "Hello.", 4}, {eve, "Hello.", 4}} {
			f.clock.Forward(time.Second)
			first, err := f.talk.Say(t.Context(), news.Act{Who: one.who}, f.story.ID, one.text, "")
			if n := f.count(); err != nil || n != one.counts {
				t.Errorf("%s says %q: %d comments, %+v %v", one.who.Name, one.text, n, first.Holds, err)
			}
		}
		all, err := f.db.Talk.Comments(t.Context(), talk.Query{Author: eve.ID, Limit: 10})
		if err != nil || len(all) != 1 {
			t.Errorf("%d of Eve wait: %v", len(all), err)
		}
		last := f.say(ana, "Yes.", "")
		f.clock.Forward(time.Minute)
		if later := f.say(ana, "Yes.", ""); later.ID == last.ID {
			t.Error("said again after a minute, it is not told apart")
		}
	})
}

func TestAListedWordIsFoundHoweverItIsWrittenAndInTheNameOfWhoWrites(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		editor := account.Actor{ID: "ed", Grants: []account.Grant{{Role: account.Editor}}}
		if _, err := f.talk.Configure(t.Context(), editor, "en", 0, func(s *talk.Settings) {
			s.Banned, s.Suspect = []string{"swindler", "go back home", "мошенник"}, []string{"strike", "لص"}
		}); err != nil {
			t.Fatal(err)
		}
		ana, named := f.reader("Ana", true), f.reader("Swindlers-of-Strikes", true)
		for _, c := range []struct {
			who        account.Actor
			text, want string
		}{
			{ana, "You swin\u200bdler, all of you.", "banned=swindler"},
			{ana, "You swin\u00addlers, all of you.", "banned=swindler"},
			{ana, "You sw\u2060ind\u034fler\ufe0f, all of you.", "banned=swindler"},
			{ana, "You ｓｗｉｎｄｌｅｒｓ, all of you.", "banned=swindler"},
			{ana, "𝗚𝗼 𝗯𝗮𝗰𝗸 home to where you came from.", "banned=go back home"},
			{ana, "Here are мошенников many, and more.", "banned=мошенник"},
			{ana, "They are اللص of this town.", "suspect=لص"},
			{ana, "A stri\u200bking morning at the quay.", "suspect=strike"},
			{ana, "A café, naïve and ﬁne: nothing is meant.", ""},
			{named, "Good morning to everybody here.", "name=swindler,strike"},
		} {
			f.clock.Forward(time.Minute)
			said := f.say(c.who, c.text, "")
			var got []string
			for _, h := range said.Holds {
				got = append(got, string(h.Rule)+"="+strings.Join(h.Words, ","))
			}
			if strings.Join(got, " ") != c.want || said.Text != c.text {
				t.Errorf("%q waits for %v, want %q", said.Text, got, c.want)
			}
		}
	})
}

func TestWhatSomebodyWhoLeftReportedAndReactedToIsNobodys(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		ana, ben, eve := f.reader("Ana", true), f.reader("Ben", true), f.reader("Eve", true)
		c := f.say(ana, "A claim.", "")
		for _, who := range []account.Actor{ben, eve} {
			if _, err := f.talk.React(ctx, who, f.story.ID, c.ID, true); err != nil {
				t.Fatal(err)
			}
			if err := f.talk.Report(ctx, news.Act{Who: who}, c.ID, talk.Abuse, ""); err != nil {
				t.Fatal(err)
			}
			if err := f.talk.Forget(ctx, who.ID); err != nil {
				t.Fatal(err)
			}
			if reported, reacted, err := f.db.Talk.Given(ctx, who.ID); err != nil || len(reported)+len(reacted) > 0 {
				t.Errorf("left of %s: %v %v %v", who.Name, reported, reacted, err)
			}
		}
		shown, err := f.db.Talk.Said(ctx, []string{c.ID})
		if err != nil || shown[c.ID].Reactions != 2 {
			t.Errorf("%+v %v", shown, err)
		}
		waits := func(want int) {
			t.Helper()
			now, all, err := f.talk.Read(ctx, f.moderator, c.ID)
			open := 0
			for _, one := range all {
				if one.By != "" {
					t.Errorf("a report is that of %s", one.By)
				}
				if one.Dealt.IsZero() {
					open++
				}
			}
			if err != nil || now.Reports != want || open != want || len(all) != 2 {
				t.Errorf("%d of %d wait, counted are %d, want %d: %v", open, len(all), now.Reports, want, err)
			}
		}
		waits(2)
		f.decide(c.ID, "-")
		waits(0)
		f.decide(c.ID, "u")
		waits(2)
	})
}
