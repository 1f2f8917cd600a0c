package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/body"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

// places gives where err says that something is wrong.
func places(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return ""
	}
	var out []string
	for _, p := range f.Places {
		out = append(out, p.Location)
	}
	return strings.Join(out, " ")
}

// save changes an article as the editor.
func (r *room) save(id string, p news.Patch) (news.Article, error) {
	return r.desk.Save(context.Background(), news.Act{Who: r.editor}, id, p)
}

func TestTranslationsOfTranslationsAreOneFamily(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		en := r.publish(r.draft("In English"), news.Publication{})
		in := func(language, of string) news.Article {
			a, err := r.desk.Create(ctx, news.Act{Who: r.editor}, news.Patch{Edition: &language, Section: ptr("world"), Headline: ptr("In " + language), TranslationOf: &of})
			if err != nil {
				t.Fatal(err)
			}
			return r.publish(a, news.Publication{})
		}
		es := in("es", en.ID)
		ru := in("ru", es.ID)
		if ru.TranslationOf != en.ID {
			t.Errorf("the translation of a translation hangs on %s, want the first %s", ru.TranslationOf, en.ID)
		}
		if _, err := r.save(en.ID, news.Patch{TranslationOf: &ru.ID}); places(err) != "body.translation_of" {
			t.Errorf("a circle: %v", err)
		}
		// The first becomes a translation itself: the others come along.
		ar, err := r.desk.Create(ctx, news.Act{Who: r.editor}, news.Patch{Edition: ptr("ar"), Section: ptr("world"), Headline: ptr("In ar")})
		if err != nil {
			t.Fatal(err)
		}
		ar = r.publish(ar, news.Publication{})
		a, err := r.save(en.ID, news.Patch{TranslationOf: &ar.ID})
		if err != nil {
			t.Fatal(err)
		}
		r.publish(a, news.Publication{Change: news.Minor})
		r.publish(es, news.Publication{Change: news.Minor})
		for _, id := range []string{en.ID, es.ID, ru.ID, ar.ID} {
			if items, err := r.db.Translations(ctx, id); err != nil || len(items) != 4 {
				t.Errorf("the family of %s has %d members: %v", id, len(items), err)
			}
		}
	})
}

func TestASaveIsNotJudgedByWhatOthersDeleted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		other, a := r.draft("Other"), r.draft("Kept")
		if _, err := r.save(a.ID, news.Patch{Related: &[]string{other.ID}, TranslationOf: &other.ID}); err != nil {
			t.Fatal(err)
		}
		if err := r.desk.Delete(ctx, news.Act{Who: r.editor}, other.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := r.save(a.ID, news.Patch{Lead: ptr("Goes on.")}); err != nil {
			t.Errorf("the next save: %v", err)
		}
		if _, err := r.save(a.ID, news.Patch{Related: &[]string{other.ID, other.ID[:12] + "\x00"}}); places(err) != "body.related[1]" {
			t.Errorf("what is added is judged: %v", err)
		}
	})
}

func TestWhatIsNoTextIsRefusedAndNoFailure(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		door := account.NewDoor(r.db, r.clock, moment.NewIDs(r.clock))
		a := r.publish(r.draft("Published"), news.Publication{})
		act := news.Act{Who: r.editor}
		for _, bad := range []string{"a\x00b", "a\x07b", "a\xffb", "a\u0085b"} {
			for name, try := range map[string]func() error{
				"publish": func() error {
					_, err := r.desk.Publish(ctx, act, a.ID, news.Publication{Change: news.Minor, Note: bad})
					return err
				},
				"withdraw": func() error { _, err := r.desk.Withdraw(ctx, act, a.ID, bad); return err },
				"redact":   func() error { _, err := r.desk.Redact(ctx, act, a.ID, 1, bad); return err },
			} {
				if err := try(); places(err) != "body.note" {
					t.Errorf("%s with the note %q: %v", name, bad, err)
				}
			}
			if _, err := r.desk.Create(ctx, act, news.Patch{Edition: ptr("en"), Headline: ptr("x"), Related: &[]string{bad}}); places(err) != "body.related[0]" {
				t.Errorf("related %q: %v", bad, err)
			}
			if _, _, err := door.SignIn(ctx, bad, "a long enough password"); !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("signing in as %q: %v", bad, err)
			}
			// Behind every door the database has the last word, and it is no failure of ours.
			if _, err := r.db.Article(ctx, bad); !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Invalid) {
				t.Errorf("reading %q: %v", bad, err)
			}
		}
		if got := r.publish(a, news.Publication{Change: news.Minor, Note: strings.Repeat("я", 2000)}); got.Revision != 2 {
			t.Errorf("2,000 characters: revision %d", got.Revision)
		}
		if _, err := r.desk.Withdraw(ctx, act, a.ID, strings.Repeat("я", 2001)); places(err) != "body.note" {
			t.Errorf("2,001 characters: %v", err)
		}
	})
}

func TestAMegabyteOfDifferentWordsIsKeptAndFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		var b strings.Builder
		b.WriteString("Firstword 힣힣힣 ") // in a vector the words are sorted: this one lies behind all the others
		for n := range 13_000 {         // a letter of three bytes, which becomes two of three
			fmt.Fprintf(&b, "%s%05d ", strings.Repeat("\u0958", 15), n)
		}
		text := body.FromText(b.String())
		a, err := r.save(r.draft("Large").ID, news.Patch{Body: &text})
		if err != nil {
			t.Fatal(err)
		}
		r.publish(a, news.Publication{})
		for _, word := range []string{"firstword", "힣힣힣"} {
			if hits, err := r.db.Find(context.Background(), news.Search{Edition: "en", Text: word}); err != nil || len(hits) != 1 {
				t.Errorf("%d found with %s: %v", len(hits), word, err)
			}
		}
	})
}

func TestOfTwoEditionsMadeAtOnceOneGetsTheHost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		desk := edition.NewDesk(r.db, r.clock, moment.NewIDs(r.clock), []string{"en", "es", "ru", "ar"})
		var wg sync.WaitGroup
		for _, slug := range []string{"en", "es", "ru", "ar"} {
			wg.Go(func() {
				_, err := desk.ChangeEdition(ctx, r.editor, slug, 0, edition.EditionPatch{Host: ptr("news.example")})
				if err != nil && places(err) != "body.host" {
					t.Error(err)
				}
			})
		}
		for n := range 4 {
			slug := fmt.Sprintf("new%d", n)
			wg.Go(func() {
				if _, err := desk.CreateEdition(ctx, r.editor, fact.Once{}, edition.EditionPatch{Slug: &slug, Name: &slug, Language: ptr("en"), Host: ptr("news.example")}); err != nil && places(err) != "body.host" {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		r.refresh()
		n := 0
		for _, e := range r.dir.Editions {
			if e.Host == "news.example" {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d editions have the host", n)
		}
	})
}

func TestOfAnEditionAndASectionMadeAtOnceOneGetsTheSlug(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		desk := edition.NewDesk(r.db, r.clock, moment.NewIDs(r.clock), []string{"en"})
		for n := range 8 {
			slug := fmt.Sprintf("both%d", n)
			var wg sync.WaitGroup
			wg.Go(func() {
				if _, err := desk.CreateEdition(ctx, r.editor, fact.Once{}, edition.EditionPatch{Slug: &slug, Name: &slug, Language: ptr("en")}); err != nil && places(err) != "body.slug" {
					t.Error(err)
				}
			})
			wg.Go(func() {
				if _, err := desk.CreateSection(ctx, r.editor, fact.Once{}, edition.SectionPatch{Edition: ptr("en"), Slug: &slug, Name: &slug}); err != nil && places(err) != "body.slug" {
					t.Error(err)
				}
			})
			wg.Wait()
			r.refresh()
			_, isEdition := r.dir.Edition(slug)
			_, _, isSection := r.dir.Section("en", slug)
			if isEdition == isSection {
				t.Errorf("%s: edition %v, section %v", slug, isEdition, isSection)
			}
		}
	})
}

func TestADeletionThatLosesARaceIsToldTheNewerStateOrTriesAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		for n := range 12 {
			a := r.draft(fmt.Sprintf("Race %d", n))
			version := a.Version * int64(n%2) // every other one is on whatever there is
			var wg sync.WaitGroup
			for range 3 {
				wg.Go(func() {
					if _, err := r.save(a.ID, news.Patch{Lead: ptr("Changed.")}); err != nil && !fault.Is(err, fault.NotFound) {
						t.Error(err)
					}
				})
			}
			err := r.desk.Delete(ctx, news.Act{Who: r.editor, Version: version}, a.ID)
			var f *fault.Error
			switch {
			case err == nil:
			case version > 0 && errors.As(err, &f) && f.Kind == fault.Stale && f.Current != nil:
			default:
				t.Errorf("on version %d: %v", version, err)
			}
			wg.Wait()
		}
	})
}

func TestADraftIsDeletedByWhoseItIsAndByEditors(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		ana, boris := r.reporter("ana"), r.reporter("boris")
		own := func() news.Article {
			a, err := r.desk.Create(ctx, news.Act{Who: ana}, news.Patch{Edition: ptr("en"), Headline: ptr("Hers"), Assignee: ptr("boris")})
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		a := own()
		if _, err := r.desk.Save(ctx, news.Act{Who: boris}, a.ID, news.Patch{Lead: ptr("His line.")}); err != nil {
			t.Errorf("to whom it was given saves it: %v", err)
		}
		if err := r.desk.Delete(ctx, news.Act{Who: boris}, a.ID); !fault.Is(err, fault.Forbidden) {
			t.Errorf("to whom it was given deletes it: %v", err)
		}
		for _, who := range []account.Actor{ana, r.editor} {
			if err := r.desk.Delete(ctx, news.Act{Who: who}, own().ID); err != nil {
				t.Errorf("%s: %v", who.ID, err)
			}
		}
	})
}

func (r *room) reporter(id string) account.Actor {
	r.t.Helper()
	grants := []account.Grant{{Role: account.Reporter}}
	if _, err := r.db.CreateAccount(context.Background(), account.Account{ID: id, Email: id + "@example.com", Name: id, Grants: grants}, account.With{}); err != nil {
		r.t.Fatal(err)
	}
	return account.Actor{ID: id, Grants: grants}
}

func TestARedactionKeepsItsReasonAndNothingOfTheRevision(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		a := r.publish(r.draft("First"), news.Publication{})
		a, err := r.save(a.ID, news.Patch{Headline: ptr("Second")})
		if err != nil {
			t.Fatal(err)
		}
		a = r.publish(a, news.Publication{Change: news.Correction, Note: "We called Vellamo a thief."})
		a, err = r.save(a.ID, news.Patch{Headline: ptr("Third")})
		if err != nil {
			t.Fatal(err)
		}
		a = r.publish(a, news.Publication{Change: news.Minor})
		if a, err = r.desk.Redact(ctx, news.Act{Who: r.editor}, a.ID, 2, "By order of a court."); err != nil {
			t.Fatal(err)
		}
		revs, err := r.db.Revisions(ctx, a.ID)
		if err != nil || len(revs) != 3 || revs[1].Redaction != "By order of a court." || revs[1].Note != "" || revs[1].Content != nil || revs[0].Redaction != "" {
			t.Errorf("%+v: %v", revs, err)
		}
		i, err := r.db.Item(ctx, a.ID)
		if err != nil || len(i.Corrections) != 1 || i.Corrections[0].Note != "By order of a court." {
			t.Errorf("the correction says %+v: %v", i.Corrections, err)
		}
		if err := r.db.Dump(ctx, func(table string, line []byte) error {
			if strings.Contains(string(line), "Vellamo") {
				t.Errorf("%s still says %s", table, line)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := r.db.CheckLog(ctx); err != nil {
			t.Error(err)
		}
		if a.Changed() {
			t.Error("a redaction made the working copy differ from what readers have")
		}
	})
}

func TestARedactedWithdrawalShowsTheReasonInPlaceOfItsNote(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		a := r.publish(r.draft("Named"), news.Publication{})
		a, err := r.desk.Withdraw(ctx, news.Act{Who: r.editor}, a.ID, "Vellamo did not do it.")
		if err != nil {
			t.Fatal(err)
		}
		if a, err = r.desk.Redact(ctx, news.Act{Who: r.editor}, a.ID, a.Revision, "By order of a court."); err != nil || a.WithdrawnNote != "By order of a court." {
			t.Fatalf("%q: %v", a.WithdrawnNote, err)
		}
		if i, err := r.db.Item(ctx, a.ID); err != nil || !i.Gone() || i.Note != "By order of a court." {
			t.Errorf("%+v: %v", i, err)
		}
		if err := r.db.Dump(ctx, func(table string, line []byte) error {
			if strings.Contains(string(line), "Vellamo") {
				t.Errorf("%s still says %s", table, line)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := r.db.CheckLog(ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestChangedSaysWhetherReadersWouldSeeSomethingElse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		a := r.publish(r.draft("Same"), news.Publication{})
		step := func(what string, p news.Patch, want bool) {
			t.Helper()
			var err error
			if a, err = r.save(a.ID, p); err != nil {
				t.Fatal(err)
			}
			if a.Changed() != want {
				t.Errorf("%s: changed is %v", what, a.Changed())
			}
		}
		step("a note of the desk", news.Patch{DeskNote: ptr("Call again.")}, false)
		step("another lead", news.Patch{Lead: ptr("Other.")}, true)
		step("the lead of before", news.Patch{Lead: ptr("A lead.")}, false)
		a = r.publish(a, news.Publication{Change: news.Minor, At: r.clock.Now().Add(time.Hour)})
		if a.Changed() {
			t.Error("waiting: changed")
		}
		step("taken back", news.Patch{State: ptr("ready")}, false)
	})
}

func TestAnAddressThatSomebodyChoseIsNotChangedBehindHisBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		late, err := r.save(r.draft("Late").ID, news.Patch{Slug: ptr("taken")})
		if err != nil {
			t.Fatal(err)
		}
		early, err := r.save(r.draft("Early").ID, news.Patch{Slug: ptr("taken")})
		if err != nil {
			t.Fatal(err)
		}
		r.publish(early, news.Publication{})
		if _, err := r.desk.Publish(ctx, news.Act{Who: r.editor}, late.ID, news.Publication{}); places(err) != "slug" {
			t.Errorf("publishing: %v", err)
		}
		if _, err := r.save(late.ID, news.Patch{Lead: ptr("x")}); err != nil {
			t.Errorf("a save that leaves the address alone: %v", err)
		}
		other := r.draft("Other")
		if _, err := r.save(other.ID, news.Patch{Slug: ptr("taken")}); places(err) != "body.slug" {
			t.Errorf("saving: %v", err)
		}
		if a := r.publish(r.draft("Taken"), news.Publication{}); a.Slug != "taken-2" {
			t.Errorf("an address made from the headline is %s", a.Slug)
		}
	})
}

func TestAStandingPageHasNoSection(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		a, err := r.save(r.draft("House rules").ID, news.Patch{Kind: ptr("page")})
		if err != nil || a.Section != "" {
			t.Fatalf("section %q: %v", a.Section, err)
		}
		if a, err = r.save(a.ID, news.Patch{Section: ptr("world")}); err != nil || a.Section != "" {
			t.Fatalf("section %q: %v", a.Section, err)
		}
		a = r.publish(a, news.Publication{})
		if loc, err := r.db.Locate(ctx, "en", "", a.Slug); err != nil || loc.Moved || loc.Item.ID != a.ID {
			t.Errorf("%+v: %v", loc, err)
		}
	})
}

func TestSearchOfASectionPagesThroughThatSectionOnly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		desk := edition.NewDesk(r.db, r.clock, moment.NewIDs(r.clock), []string{"en"})
		sea, err := desk.CreateSection(ctx, r.editor, fact.Once{}, edition.SectionPatch{Edition: ptr("en"), Slug: ptr("sea"), Name: ptr("Sea")})
		if err != nil {
			t.Fatal(err)
		}
		r.refresh()
		for n := range 6 {
			a := r.draft(fmt.Sprintf("Ferry %d", n))
			if n%3 == 0 {
				if a, err = r.save(a.ID, news.Patch{Section: ptr("sea")}); err != nil {
					t.Fatal(err)
				}
			}
			r.publish(a, news.Publication{})
			r.clock.Forward(time.Second)
		}
		hits, err := r.db.Find(ctx, news.Search{Edition: "en", Section: sea.ID, Text: "ferries", Limit: 2})
		if err != nil || len(hits) != 2 || hits[0].Section != sea.ID || hits[1].Section != sea.ID {
			t.Errorf("%d found: %v", len(hits), err)
		}
		if _, err := r.db.Find(ctx, news.Search{Edition: "en", Text: "ferries", Offset: 1001}); places(err) != "query.after" {
			t.Errorf("beyond the end: %v", err)
		}
	})
}
