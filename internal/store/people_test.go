package store_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/media"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

var update = flag.Bool("update", false, "write golden files anew")

func TestAOneTimeLinkOpensOnceHoweverManyTry(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		clock := moment.At(time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC))
		o.Clock = clock
		db := storetest.Open(t, o)
		door := account.NewDoor(db, clock, moment.NewIDs(clock))
		ctx := context.Background()
		a, err := door.Add(ctx, "Ann@Example.org", "Ann", "a long enough password", account.Grant{Role: account.Editor, Edition: "en"})
		if err != nil || a.Email != "ann@example.org" {
			t.Fatalf("%+v: %v", a, err)
		}
		if _, err := door.Add(ctx, "ann@example.org", "Other", ""); !fault.Is(err, fault.Conflict) {
			t.Fatalf("a second account: %v", err)
		}
		link, err := door.Link(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		var in atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if _, who, err := door.Redeem(ctx, link); err == nil && who.ID == a.ID {
					in.Add(1)
				} else if !fault.Is(err, fault.NotFound) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if in.Load() != 1 {
			t.Fatalf("%d came in", in.Load())
		}
		late, err := door.Link(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		clock.Forward(25 * time.Hour)
		if _, _, err := door.Redeem(ctx, late); !fault.Is(err, fault.NotFound) {
			t.Fatalf("a link of yesterday: %v", err)
		}
		session, who, err := door.SignIn(ctx, "ann@example.org", "a long enough password")
		if err != nil || !who.Has("en", account.Editor) || who.Has("es", account.Editor) {
			t.Fatalf("%+v: %v", who, err)
		}
		for _, wrong := range [][2]string{{"ann@example.org", "another password"}, {"nobody@example.org", "a long enough password"}} {
			if _, _, err := door.SignIn(ctx, wrong[0], wrong[1]); !fault.Is(err, fault.Unauthenticated) {
				t.Fatalf("%v: %v", wrong, err)
			}
		}
		if _, err := door.Who(ctx, session, account.Token); !fault.Is(err, fault.Unauthenticated) {
			t.Fatalf("a session as a token: %v", err)
		}
		if err := door.SignOut(ctx, who); err != nil {
			t.Fatal(err)
		}
		if _, err := door.Who(ctx, session, account.Session); !fault.Is(err, fault.Unauthenticated) {
			t.Fatalf("after signing out: %v", err)
		}
		token, err := door.Token(ctx, a, "ci", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := door.Who(ctx, token, account.Token); err != nil {
			t.Fatal(err)
		}
		clock.Forward(2 * time.Hour)
		if _, err := door.Who(ctx, token, account.Token); !fault.Is(err, fault.Unauthenticated) {
			t.Fatalf("a token that ended: %v", err)
		}
	})
}

func TestTheSetUpLinkMakesOneAdminHoweverManyTry(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		db := storetest.Open(t, o)
		door := account.NewDoor(db, moment.System{}, moment.NewIDs(moment.System{}))
		ctx := context.Background()
		first, err := door.SetUpLink(ctx)
		if err != nil {
			t.Fatal(err)
		}
		link, err := door.SetUpLink(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := door.SetUpPending(ctx, first); err != nil {
			t.Fatalf("an earlier link: %v", err)
		}
		if _, _, err := door.SetUp(ctx, link, "no address", "", "short"); !fault.Is(err, fault.Invalid) {
			t.Fatalf("bad input: %v", err)
		}
		var made atomic.Int32
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				if _, _, err := door.SetUp(ctx, link, fmt.Sprintf("a%d@example.org", i), "Ann", "a long enough password"); err == nil {
					made.Add(1)
				}
			})
		}
		wg.Wait()
		n, err := db.Accounts(ctx)
		if err != nil || n != 1 || made.Load() != 1 {
			t.Fatalf("%d accounts, %d made: %v", n, made.Load(), err)
		}
		if _, err := door.SetUpLink(ctx); !fault.Is(err, fault.Conflict) {
			t.Fatalf("another link: %v", err)
		}
	})
}

func TestASectionsEarlierSlugLeadsToItAndNobodyElseGetsIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		desk := edition.NewDesk(r.db, r.clock, moment.NewIDs(r.clock), []string{"en"})
		if _, err := desk.ChangeSection(ctx, r.editor, r.section.ID, 0, edition.SectionPatch{Slug: ptr("globe")}); err != nil {
			t.Fatal(err)
		}
		r.refresh()
		if s, moved, ok := r.dir.Section("en", "world"); !ok || !moved || s.Slug != "globe" {
			t.Fatalf("%+v %v %v", s, moved, ok)
		}
		if _, err := desk.CreateSection(ctx, r.editor, fact.Once{}, edition.SectionPatch{Edition: ptr("en"), Slug: ptr("world"), Name: ptr("New")}); !fault.Is(err, fault.Conflict) {
			t.Fatalf("a section took the earlier slug: %v", err)
		}
		var f *fault.Error
		if _, err := desk.ChangeSection(ctx, r.editor, r.section.ID, 1, edition.SectionPatch{Name: ptr("x")}); !errors.As(err, &f) || f.Kind != fault.Stale {
			t.Fatalf("an old version: %v", err)
		}
		if _, err := desk.ChangeEdition(ctx, r.editor, "es", 0, edition.EditionPatch{Default: ptr(true)}); err != nil {
			t.Fatal(err)
		}
		r.refresh()
		if d, _ := r.dir.Default(); d.Slug != "es" || len(r.dir.Editions) != 4 {
			t.Fatalf("default %s of %d", d.Slug, len(r.dir.Editions))
		}
		if e, _ := r.dir.Edition("en"); e.Default {
			t.Fatal("two defaults")
		}
	})
}

func TestAPictureIsKeptWithWhatItsJSONLeavesOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		db := storetest.Open(t, o)
		ctx := context.Background()
		p := media.Picture{ID: moment.NewIDs(moment.System{}).New(), Credit: "Agency", SHA256: "abc", Original: "o/x", CreatedBy: "ann", Outputs: []media.Output{}}
		once := fact.Once{Account: "ann", Key: "k", Body: [32]byte{1}}
		for range 2 {
			kept, err := db.CreatePicture(ctx, once, p, "https://example.org/p", fact.Outcome{})
			if err != nil || kept.Version != 1 || kept.SHA256 != "abc" || kept.Original != "o/x" {
				t.Fatalf("%+v: %v", kept, err)
			}
			p.ID = "other" // a repetition brings the first one back
		}
		got, err := db.PictureBySource(ctx, "https://example.org/p")
		if err != nil || got.Original != "o/x" {
			t.Fatalf("%+v: %v", got, err)
		}
		if _, err := db.AmendPicture(ctx, fact.Once{}, got.ID, 9, func(*media.Picture) (fact.Outcome, error) { return fact.Outcome{}, nil }); !fault.Is(err, fault.Stale) {
			t.Fatalf("another version: %v", err)
		}
		public, err := db.Pictures(ctx, []string{got.ID, "", "none", got.ID})
		if err != nil || len(public) != 1 || public[got.ID].CreatedBy != "" || public[got.ID].Original != "" {
			t.Fatalf("%+v: %v", public, err)
		}
	})
}

func TestADumpRestoresIntoEitherDatabase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		a := r.publish(r.draft("To be kept"), news.Publication{})
		b := r.publish(r.draft("To be withdrawn"), news.Publication{})
		if _, err := r.desk.Withdraw(ctx, news.Act{Who: r.editor}, b.ID, "Wrong"); err != nil {
			t.Fatal(err)
		}
		rows := dumped(t, r.db)
		storetest.Each(t, func(t *testing.T, o store.Options) {
			other := storetest.Open(t, o)
			before, err := other.Epoch(ctx)
			if err != nil {
				t.Fatal(err)
			}
			head := restored(t, other, rows)
			if after, err := other.Epoch(ctx); err != nil || after == before {
				t.Fatalf("epoch %s after %s: %v", after, before, err)
			}
			if err := other.CheckLog(ctx); err != nil {
				t.Fatal(err)
			}
			if hits, err := other.Find(ctx, news.Search{Edition: "en", Text: "kept"}); err != nil || len(hits) != 1 || hits[0].ID != a.ID {
				t.Fatalf("%d found: %v", len(hits), err)
			}
			if i, err := other.Item(ctx, b.ID); err != nil || !i.Gone() {
				t.Fatalf("%+v: %v", i, err)
			}
			if err := other.Restore(ctx, head, false, func(func(string, []any) error) error { return nil }); !errors.Is(err, store.ErrPublished) {
				t.Fatalf("what was logged since the backup was compared was thrown away: %v", err)
			}
			if head, err = other.Head(ctx); err != nil {
				t.Fatal(err)
			}
			if err := other.Restore(ctx, head, false, func(func(string, []any) error) error { return errors.New("stop") }); err == nil {
				t.Fatal("a broken restore went through")
			}
			if _, err := other.Item(ctx, a.ID); err != nil {
				t.Fatalf("a restore that failed left something behind: %v", err)
			}
		})
	})
}

func TestTheSchemaIsTheOneWrittenDown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		db := storetest.Open(t, o)
		got, err := db.Describe(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join("testdata", "schema."+map[string]string{"SQLite": "sqlite", "PostgreSQL": "postgres"}[db.Kind()]+".txt")
		if *update {
			if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("the schema differs from %s; a released migration never changes, a new one is written down with -update", name)
		}
	})
}
