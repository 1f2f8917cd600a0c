package store_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/stem"
	"dateline/internal/store/storetest"
	"dateline/internal/talk"
	"dateline/internal/talk/learned"
)

// adviser holds what has a word in it, and looks whether the database can be written meanwhile.
type adviser struct {
	talk.Outside
	on    bool
	asked []talk.Question
	while func()
}

func (a *adviser) Asked(talk.Settings) bool { return a.on }

func (a *adviser) Advise(_ context.Context, _ talk.Settings, q talk.Question) []talk.Hold {
	a.asked = append(a.asked, q)
	a.while()
	if strings.Contains(q.Text, "pills") {
		return []talk.Hold{{Rule: talk.RuleService, Reason: "pills"}}
	}
	return nil
}

func TestAdvisersAreAskedWhileNoTransactionIsOpen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		editor := account.Actor{ID: "ed", Grants: []account.Grant{{Role: account.Editor, Edition: "en"}}}
		if _, err := f.talk.Configure(ctx, editor, "en", 0, func(s *talk.Settings) { s.NewFor = 0 }); err != nil {
			t.Fatal(err)
		}
		ben := f.reader("Ben", false)
		a := &adviser{on: true}
		meanwhile := ""
		a.while = func() { // the same discussion: it would never return while that is held
			c, err := f.talk.Say(ctx, news.Act{Who: editor}, f.story.ID, fmt.Sprint("Meanwhile ", len(a.asked)), "")
			if meanwhile = c.ID; err != nil {
				t.Error(err)
			}
		}
		f.talk.Advise(nil, a)
		once := fact.Once{Account: ben.ID, Key: "k"}
		f.clock.Forward(time.Minute)
		c, err := f.talk.Say(ctx, news.Act{Who: ben, Once: once}, f.story.ID, "Cheap pills for everybody", "")
		if err != nil || c.State != talk.Held || len(c.Holds) != 1 || c.Holds[0].Reason != "pills" || len(a.asked) != 1 {
			t.Fatalf("%+v %v", c, err)
		}
		if c.ID <= meanwhile {
			t.Error("who reads on from what was said meanwhile never reads it")
		}
		if q := a.asked[0]; q.ID == "" || q.Edition != "en" || q.Language != "en" || q.Kind != talk.AboutRemark || q.Text != c.Text || q.Name != "Ben" {
			t.Errorf("%+v", q)
		}
		again, err := f.talk.Say(ctx, news.Act{Who: ben, Once: once}, f.story.ID, "Cheap pills for everybody", "")
		if err != nil || again.ID != c.ID || len(a.asked) != 1 {
			t.Errorf("the same act again: %+v %v, asked %d times", again, err, len(a.asked))
		}
		kept, err := f.db.Talk.Comment(ctx, c.ID)
		if err != nil || kept.Holds[0].Rule != talk.RuleService || kept.State != talk.Held {
			t.Errorf("%+v %v", kept, err)
		}
		fine := f.say(ben, "The ferries sail again", "")
		if fine.State != talk.Public || len(a.asked) != 2 {
			t.Errorf("%+v", fine)
		}
		if _, err := f.talk.Edit(ctx, news.Act{Who: ben}, f.story.ID, fine.ID, "Cheap pills sail again"); err != nil || len(a.asked) != 3 {
			t.Fatal(err, len(a.asked))
		}
		if kept, _ = f.db.Talk.Comment(ctx, fine.ID); kept.State != talk.Held || kept.Text != "Cheap pills sail again" {
			t.Errorf("%+v", kept)
		}
		if n := f.count(); n != 3 { // what was said meanwhile
			t.Errorf("%d public comments", n)
		}
		if _, err := f.talk.Edit(ctx, news.Act{Who: ben}, f.story.ID, fine.ID, "What waits is told to nobody"); err != nil || len(a.asked) != 3 {
			t.Error(err, len(a.asked))
		}
		if kept, _ = f.db.Talk.Comment(ctx, fine.ID); len(kept.Holds) != 1 || kept.Holds[0].Reason != "pills" {
			t.Errorf("what an adviser held waits for nothing: %+v", kept)
		}
		going, leave := context.WithCancel(ctx)
		a.while = leave
		if c, err := f.talk.Say(going, news.Act{Who: ben}, f.story.ID, "Gone before the answer", ""); err != nil || c.State != talk.Public || len(a.asked) != 4 || f.count() != 4 {
			t.Errorf("who goes away loses what he said: %+v %v", c, err)
		}
		a.on = false
		if c := f.say(ben, "More pills, nobody is asked", ""); c.State != talk.Public || len(a.asked) != 4 {
			t.Errorf("%+v", c)
		}
	})
}

func TestEachNodeLearnsWhatModeratorsDecide(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		editor := account.Actor{ID: "ed", Grants: []account.Grant{{Role: account.Editor, Edition: "en"}}}
		if _, err := f.talk.Configure(ctx, editor, "en", 0, func(s *talk.Settings) { s.Learned = talk.Likely }); err != nil {
			t.Fatal(err)
		}
		settings, err := f.db.Talk.Settings(ctx, "en")
		if err != nil {
			t.Fatal(err)
		}
		decide := func(n int, from int) {
			t.Helper()
			var past []talk.Past
			for i := range n {
				past = append(past, talk.Past{Ref: fmt.Sprint("g", from+i), Name: "Ana", Text: fmt.Sprintf("Thanks for early ferries %d", i), At: f.clock.Now().Add(-time.Hour), Held: true},
					talk.Past{Ref: fmt.Sprint("b", from+i), Name: "Bo", Text: fmt.Sprintf("Buying cheap pills %d", i), At: f.clock.Now().Add(-time.Hour), Held: true})
			}
			if _, err := f.talk.Arrive(ctx, f.story.ID, past); err != nil {
				t.Fatal(err)
			}
			for {
				waiting, err := f.talk.Queue(ctx, f.moderator, "en", talk.Query{Queue: talk.Pending, Limit: 100})
				if err != nil {
					t.Fatal(err)
				}
				if len(waiting) == 0 {
					return
				}
				for _, c := range waiting {
					if c.Name == "Bo" {
						_, err = f.talk.Reject(ctx, news.Act{Who: f.moderator}, c.ID, talk.BreachSpam, "")
					} else {
						_, err = f.talk.Approve(ctx, news.Act{Who: f.moderator}, c.ID)
					}
					if err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		decide(learned.Enough-1, 0)
		node := func() *talk.Learner {
			return talk.NewLearner(f.db.Talk, f.db, stem.Of, func() map[string]string { return map[string]string{"en": "en"} }, slog.New(slog.DiscardHandler))
		}
		first, second := node(), node()
		go second.Run(ctx)
		says := func(l *talk.Learner) []talk.Hold {
			return l.Advise(ctx, settings, talk.Question{Edition: "en", Language: "en", Text: "Cheap pill, who buys?"})
		}
		if a, r, err := first.Known(ctx, "en"); a != learned.Enough-1 || r != learned.Enough-1 || err != nil || says(first) != nil {
			t.Fatal(a, r, err)
		}
		decide(1, learned.Enough)
		if a, r, err := first.Known(ctx, "en"); a != learned.Enough || r != learned.Enough || err != nil {
			t.Fatal(a, r, err)
		}
		if h := says(first); len(h) != 1 || h[0].Rule != talk.RuleLearned || len(h[0].Words) != 3 {
			t.Errorf("%+v", h)
		}
		// The other node hears that something happened, and reads it in the background.
		at, err := f.db.Position(ctx, []fact.Topic{fact.Desk("en")})
		if err != nil {
			t.Fatal(err)
		}
		until := time.Now().Add(30 * time.Second)
		for says(second) == nil && time.Now().Before(until) {
			second.Heard(fact.Change{Seq: 1, Topics: at})
		}
		if h := says(second); len(h) != 1 || len(h[0].Words) != 3 {
			t.Errorf("the other node: %+v", h)
		}
		restarted := node()
		if a, r, err := restarted.Known(ctx, "en"); a != learned.Enough || r != learned.Enough || err != nil {
			t.Errorf("after a start: %d %d %v", a, r, err)
		}
	})
}
