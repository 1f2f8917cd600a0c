package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"dateline/internal/account"
	"dateline/internal/body"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

func TestATabWritesOneBranchUntilItIsClosedAndNeverTheStory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		ana, ben := person("ana"), person("ben")
		a := r.draft("The story")
		keep := func(who account.Actor, tab, lead string) news.Branch {
			t.Helper()
			b, err := r.desk.Keep(ctx, who, a.ID, tab, 1, news.Patch{Lead: &lead})
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		first := keep(ana, "one", "Ana began")
		if again := keep(ana, "one", "Ana went on"); again.ID != first.ID {
			t.Fatal("the same tab began another branch")
		}
		others := []string{keep(ana, "two", "Ana's other tab").ID, keep(ben, "one", "Ben").ID}
		if slices.Contains(others, first.ID) || others[0] == others[1] {
			t.Fatalf("branches are shared: %s %v", first.ID, others)
		}
		for range 2 {
			if b, err := r.desk.CloseBranch(ctx, news.Act{Who: ben}, a.ID, first.ID); err != nil || b.ClosedAt.IsZero() {
				t.Fatalf("%+v: %v", b, err)
			}
		}
		if next := keep(ana, "one", "Ana again"); next.ID == first.ID {
			t.Fatal("a closed branch was written")
		}
		b, err := r.desk.Branch(ctx, ben, a.ID, first.ID)
		if err != nil || b.Copy.Lead != "Ana went on" || b.Copy.Headline != "The story" || b.Copy.Body.Text() != a.Body.Text() || b.Base != 1 {
			t.Fatalf("%+v: %v", b, err)
		}
		list, err := r.desk.Branches(ctx, ben, a.ID, "", 3)
		if err != nil || len(list) != 3 {
			t.Fatalf("%d: %v", len(list), err)
		}
		rest, err := r.desk.Branches(ctx, ben, a.ID, list[2].ID, 3)
		if err != nil || len(rest) != 1 || rest[0].ID != first.ID || rest[0].ClosedAt.IsZero() || rest[0].Copy != nil {
			t.Fatalf("%+v: %v", rest, err)
		}
		// The same tab that read the story again does not write over what it wrote before.
		other, err := r.desk.Keep(ctx, ana, a.ID, "two", 2, news.Patch{Lead: ptr("Something else")})
		if err != nil || other.ID == others[0] {
			t.Fatalf("%+v: %v", other, err)
		}
		if b, err := r.desk.Branch(ctx, ana, a.ID, others[0]); err != nil || b.Copy.Lead != "Ana's other tab" {
			t.Fatalf("%+v: %v", b, err)
		}
		if now, err := r.db.Article(ctx, a.ID); err != nil || now.Version != 1 || now.Lead != a.Lead {
			t.Fatalf("the story was changed: %+v: %v", now, err)
		}
		if told := r.told(a.ID); len(told) != 5 {
			t.Fatalf("five branches were begun; the desk was told %v", told)
		}
		if _, err := r.desk.Branch(ctx, ben, r.draft("Another").ID, first.ID); !fault.Is(err, fault.NotFound) {
			t.Fatalf("a branch under another story: %v", err)
		}
	})
}

func TestATabThatWritesTwiceAtOnceHasOneBranch(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		a := r.draft("Twice at once")
		var wg sync.WaitGroup
		for n := range 16 {
			wg.Go(func() {
				if _, err := r.desk.Keep(context.Background(), person("ana"), a.ID, "one", 1, news.Patch{Lead: ptr(fmt.Sprint(n))}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		list, err := r.desk.Branches(context.Background(), r.editor, a.ID, "", 100)
		if err != nil || len(list) != 1 || len(r.told(a.ID)) != 1 {
			t.Fatalf("%d branches, told %v: %v", len(list), r.told(a.ID), err)
		}
	})
}

func TestABranchIsKeptWhenWhatItStoodOnIsGone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		ana := account.Actor{ID: "ana", Name: "Ana", Grants: []account.Grant{{Role: account.Reporter, Edition: "en"}}}
		a := r.draft("Moved on")
		doc := body.FromText("Typed words.")
		b, err := r.desk.Keep(ctx, ana, a.ID, "one", 77, news.Patch{Body: &doc, Edition: ptr("none"), Section: ptr("gone")})
		if err != nil || b.Base != 77 {
			t.Fatalf("%+v: %v", b, err)
		}
		// The story goes to another edition, where Ana has no right; what is hers stays hers to write and to read.
		if _, err := r.desk.Save(ctx, news.Act{Who: r.editor}, a.ID, news.Patch{Edition: ptr("es"), Section: ptr("world")}); err != nil {
			t.Fatal(err)
		}
		if _, err := r.desk.Article(ctx, ana, a.ID); !fault.Is(err, fault.NotFound) {
			t.Fatalf("Ana reads the story: %v", err)
		}
		more := body.FromText("Typed words, and more.")
		if again, err := r.desk.Keep(ctx, ana, a.ID, "one", 77, news.Patch{Body: &more}); err != nil || again.ID != b.ID {
			t.Fatalf("%+v: %v", again, err)
		}
		if got, err := r.desk.Branch(ctx, ana, a.ID, b.ID); err != nil || got.Copy.Body.Text() != "Typed words, and more." {
			t.Fatalf("%+v: %v", got, err)
		}
		ben := account.Actor{ID: "ben", Grants: ana.Grants}
		if _, err := r.desk.Keep(ctx, ben, a.ID, "one", 1, news.Patch{Body: &more}); !fault.Is(err, fault.NotFound) {
			t.Fatalf("somebody without a right began one: %v", err)
		}
		if _, err := r.desk.Branch(ctx, ben, a.ID, b.ID); !fault.Is(err, fault.NotFound) {
			t.Fatalf("somebody without a right reads it: %v", err)
		}
	})
}

func TestEverySaveIsListedWithThePublicationItBecame(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		if _, err := r.db.CreateAccount(ctx, account.Account{ID: "editor", Email: "e@example.org", Name: "Eva"}, account.With{}); err != nil {
			t.Fatal(err)
		}
		a := r.draft("One")
		a = r.publish(a, news.Publication{})
		for _, headline := range []string{"Three", "Four"} {
			var err error
			if a, err = r.desk.Save(ctx, news.Act{Who: r.editor, Version: a.Version}, a.ID, news.Patch{Headline: &headline}); err != nil {
				t.Fatal(err)
			}
		}
		r.publish(a, news.Publication{Change: news.Minor})
		var got []string
		for before := int64(0); ; {
			page, err := r.desk.Versions(ctx, r.editor, a.ID, before, 2)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range page {
				got = append(got, fmt.Sprint(v.Number, " ", v.Headline, " r", v.Revision, " ", v.By, " ", v.ByName, " ", v.Words))
				before = v.Number
			}
			if len(page) < 2 {
				break
			}
		}
		want := []string{"5 Four r2 editor Eva 8", "4 Four r0 editor Eva 8", "3 Three r0 editor Eva 8", "2 One r1 editor Eva 8", "1 One r0 editor Eva 8"}
		if !slices.Equal(got, want) {
			t.Fatalf("%v", got)
		}
		if v, err := r.desk.Version(ctx, r.editor, a.ID, 3); err != nil || v.Headline != "Three" || v.Version != 3 {
			t.Fatalf("%+v: %v", v, err)
		}
		if _, err := r.desk.Version(ctx, r.editor, a.ID, 6); !fault.Is(err, fault.NotFound) {
			t.Fatal(err)
		}
		stranger := account.Actor{ID: "x", Grants: []account.Grant{{Role: account.Reporter, Edition: "es"}}}
		if _, err := r.desk.Versions(ctx, stranger, a.ID, 0, 2); !fault.Is(err, fault.Forbidden) {
			t.Fatal(err)
		}
	})
}

func TestWhatIsErasedIsErasedInBranchesToo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		holds := func(word string) (tables []string) {
			if err := r.db.Dump(ctx, func(table string, line []byte) error {
				if strings.Contains(string(line), word) {
					tables = append(tables, table)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			return tables
		}
		a := r.publish(r.draft("Fined: Vellamo"), news.Publication{})
		branch := func(id string) {
			b, err := r.desk.Keep(ctx, r.editor, id, "one", 1, news.Patch{Lead: ptr("Vellamo said no.")})
			if err != nil {
				t.Fatal(err)
			}
			act := news.Act{Who: r.editor}
			act.Once.Account, act.Once.Key = "editor", "close "+id
			if _, err := r.desk.CloseBranch(ctx, act, id, b.ID); err != nil {
				t.Fatal(err)
			}
			if _, err := r.desk.Keep(ctx, r.editor, id, "one", 1, news.Patch{Lead: ptr("Vellamo said no again.")}); err != nil {
				t.Fatal(err)
			}
		}
		branch(a.ID)
		if n := len(slices.DeleteFunc(holds("Vellamo"), func(t string) bool { return t != "branch" })); n != 2 {
			t.Fatalf("%d branches hold it", n)
		}
		a, err := r.desk.Withdraw(ctx, news.Act{Who: r.editor}, a.ID, "It was wrong.")
		if err != nil {
			t.Fatal(err)
		}
		if list, err := r.desk.Branches(ctx, r.editor, a.ID, "", 10); err != nil || len(list) != 2 {
			t.Fatalf("a withdrawal took %d branches: %v", 2-len(list), err)
		}
		if _, err := r.desk.Redact(ctx, news.Act{Who: r.editor}, a.ID, 1, "A name."); err != nil {
			t.Fatal(err)
		}
		if in := holds("Vellamo"); len(in) > 0 {
			t.Fatalf("it is still in %v", in)
		}
		draft := r.draft("Thrown away")
		branch(draft.ID)
		r.take(r.editor, draft.ID, "one", "")
		if err := r.desk.Delete(ctx, news.Act{Who: r.editor}, draft.ID); err != nil {
			t.Fatal(err)
		}
		if in := holds("Vellamo"); len(in) > 0 {
			t.Fatalf("it is still in %v", in)
		}
		if _, err := r.db.Lock(ctx, draft.ID); !fault.Is(err, fault.NotFound) {
			t.Fatal(err)
		}
	})
}
