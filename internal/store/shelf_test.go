package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/body"
	"dateline/internal/coverage"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/media"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

// shelfIDs gives ids to pictures that come by no library.
var shelfIDs = moment.NewIDs(moment.System{})

// hang keeps a picture and gives its id.
func (r *room) hang(p media.Picture) string {
	r.t.Helper()
	p.ID = shelfIDs.New()
	if p.Kind == "" {
		p.Kind = media.Photo
	}
	if _, err := r.db.CreatePicture(context.Background(), fact.Once{}, p, "", fact.Outcome{}); err != nil {
		r.t.Fatal(err)
	}
	return p.ID
}

// with saves what a patch says of a story.
func (r *room) with(a news.Article, p news.Patch) news.Article {
	r.t.Helper()
	a, err := r.desk.Save(context.Background(), news.Act{Who: r.editor, Version: a.Version}, a.ID, p)
	if err != nil {
		r.t.Fatal(err)
	}
	return a
}

func TestTheShelfFindsPicturesByTheirWordsRightsAndUse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
		harbour := r.hang(media.Picture{Caption: "Cranes at the harbours of Orlan", Credit: "Dispatch / Vey", Alt: "Two cranes", City: "Orlan"})
		tram := r.hang(media.Picture{Caption: "Трамваи на мосту", Creator: "M. Vey", ExpiresAt: now.Add(48 * time.Hour)})
		chart := r.hang(media.Picture{Kind: media.Graphic, Caption: "Una ciudad y sus mareas", Alt: "A chart", ExpiresAt: now.Add(-time.Hour)})
		dead := r.hang(media.Picture{Caption: "A harbour that was killed", Credit: "X", KilledAt: now})
		a := r.with(r.draft("Cranes"), news.Patch{Picture: &harbour})
		yes, no := true, false
		for _, c := range []struct {
			name string
			q    media.Shelf
			want []string
		}{
			{"all but the killed, newest first", media.Shelf{}, []string{chart, tram, harbour}},
			{"inflected English", media.Shelf{Query: media.Query{Text: "harbour crane"}}, []string{harbour}},
			{"inflected Russian", media.Shelf{Query: media.Query{Text: "трамвай"}}, []string{tram}},
			{"inflected Spanish", media.Shelf{Query: media.Query{Text: "ciudades"}}, []string{chart}},
			{"a name in the credit or of the maker", media.Shelf{Query: media.Query{Text: "vey"}}, []string{tram, harbour}},
			{"no word at all", media.Shelf{Query: media.Query{Text: "?!"}}, nil},
			{"a kind", media.Shelf{Query: media.Query{Kind: media.Graphic}}, []string{chart}},
			{"rights over", media.Shelf{EndsBefore: now}, []string{chart}},
			{"rights over soon", media.Shelf{EndsAfter: now, EndsBefore: now.Add(media.Soon)}, []string{tram}},
			{"no credit", media.Shelf{Query: media.Query{Uncredited: true}}, []string{chart}},
			{"no alternative text", media.Shelf{Query: media.Query{Undescribed: true}}, []string{tram}},
			{"killed", media.Shelf{Query: media.Query{Killed: true}}, []string{dead}},
			{"in a story", media.Shelf{Query: media.Query{Used: &yes}}, []string{harbour}},
			{"in none", media.Shelf{Query: media.Query{Used: &no}}, []string{chart, tram}},
			{"behind one", media.Shelf{Query: media.Query{After: tram}}, []string{harbour}},
		} {
			c.q.Limit = 10
			found, err := r.db.ListPictures(ctx, c.q)
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			var ids []string
			for _, p := range found {
				ids = append(ids, p.ID)
			}
			if !slices.Equal(ids, c.want) {
				t.Errorf("%s: %v, want %v", c.name, ids, c.want)
			}
		}
		// What is said of a picture, and where it stands, is found anew after each change.
		if _, err := r.db.AmendPicture(ctx, fact.Once{}, tram, 0, func(p *media.Picture) (fact.Outcome, error) {
			p.Caption, p.Alt = "A lighthouse", "Tower"
			return fact.Outcome{}, nil
		}); err != nil {
			t.Fatal(err)
		}
		none := ""
		if _, err := r.desk.Save(ctx, news.Act{Who: r.editor, Version: a.Version}, a.ID, news.Patch{Picture: &none}); err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string]int{"трамвай": 0, "lighthouses": 1} {
			if found, err := r.db.ListPictures(ctx, media.Shelf{Query: media.Query{Text: text, Limit: 5}}); err != nil || len(found) != want {
				t.Errorf("%s: %d found, want %d: %v", text, len(found), want, err)
			}
		}
		if found, err := r.db.ListPictures(ctx, media.Shelf{Query: media.Query{Used: &yes, Limit: 5}}); err != nil || len(found) != 0 {
			t.Errorf("%d are still used: %v", len(found), err)
		}
	})
}

func TestWhereAPictureStandsIsToldToWhoMayKnow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		id := r.hang(media.Picture{Credit: "Dispatch", Caption: "Cranes", Alt: "Two"})
		other := r.hang(media.Picture{Credit: "Dispatch"})
		doc, err := body.Parse(fmt.Appendf(nil, `{"type":"doc","content":[{"type":"gallery","attrs":{"pictures":[%q,%q]}}]}`, id, other))
		if err != nil {
			t.Fatal(err)
		}
		out := r.publish(r.with(r.draft("Published"), news.Patch{Picture: &id}), news.Publication{})
		none := ""
		kept, err := r.desk.Save(ctx, news.Act{Who: r.editor, Version: out.Version}, out.ID, news.Patch{Picture: &none, Headline: ptr("Not told yet")})
		if err != nil {
			t.Fatal(err)
		}
		draft := r.with(r.draft("A draft with a gallery"), news.Patch{Body: &doc})
		uses, err := r.desk.Uses(ctx, r.editor, id)
		if err != nil || len(uses) != 2 {
			t.Fatalf("%+v: %v", uses, err)
		}
		if u := uses[0]; u.Article != draft.ID || !u.Copy || u.Live || u.State != news.Draft {
			t.Errorf("the draft: %+v", u)
		}
		if u := uses[1]; u.Article != out.ID || u.Copy || !u.Live || u.Head != "Published" {
			t.Errorf("what readers see: %+v of %+v", u, kept.Headline)
		}
		foreign := account.Actor{ID: "foreign", Grants: []account.Grant{{Role: account.Reporter, Edition: "es"}}}
		uses, err = r.desk.Uses(ctx, foreign, id)
		if err != nil || len(uses) != 1 || uses[0].Article != out.ID || uses[0].Head != "Published" {
			t.Errorf("somebody of another edition is told %+v: %v", uses, err)
		}
		if _, err := r.desk.Uses(ctx, account.Actor{ID: "reader", Grants: []account.Grant{{Role: account.Reader}}}, id); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a reader is told: %v", err)
		}
		if err := r.desk.Delete(ctx, news.Act{Who: r.editor, Version: draft.Version}, draft.ID); err != nil {
			t.Fatal(err)
		}
		if uses, err = r.desk.Uses(ctx, r.editor, other); err != nil || len(uses) != 0 {
			t.Errorf("a deleted story still uses it: %+v %v", uses, err)
		}
	})
}

func TestThePictureOfALivePostStandsInItsCoverage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := t.Context()
		desk, live := storm(r)
		id := r.hang(media.Picture{Credit: "Dispatch", Caption: "Waves", Alt: "Waves"})
		doc, err := body.Parse(fmt.Appendf(nil, `{"type":"doc","content":[{"type":"picture","attrs":{"id":%q}}]}`, id))
		if err != nil {
			t.Fatal(err)
		}
		p, err := desk.Create(ctx, coverage.Act{Who: r.editor}, live.ID, coverage.Patch{Body: &doc, State: ptr("draft")})
		if err != nil {
			t.Fatal(err)
		}
		stands := func(when string, used int, live bool) {
			t.Helper()
			uses, err := r.desk.Uses(ctx, r.editor, id)
			if err != nil || len(uses) != used || used > 0 && uses[0].Live != live {
				t.Errorf("%s: %+v %v", when, uses, err)
			}
			yes := true
			if found, err := r.db.ListPictures(ctx, media.Shelf{Query: media.Query{Used: &yes, Limit: 5}}); err != nil || len(found) != used {
				t.Errorf("%s: %d are used, want %d: %v", when, len(found), used, err)
			}
		}
		stands("a draft", 1, false)
		if p, err = desk.Save(ctx, coverage.Act{Who: r.editor, Version: p.Version}, live.ID, p.ID, coverage.Patch{State: ptr("published")}); err != nil {
			t.Fatal(err)
		}
		stands("published", 1, true)
		if err := r.db.Close(); err != nil {
			t.Fatal(err)
		}
		older(t, o, `DELETE FROM article_picture`, `DELETE FROM setting WHERE name = 'hung-posts'`)
		again := storetest.Open(t, o)
		if copies, items, err := again.Using(ctx, id); err != nil || len(copies) != 1 || len(items) != 1 || copies[0].ID != live.ID {
			t.Errorf("posts from before: %+v %+v %v", copies, items, err)
		}
	})
}

func TestPicturesFromBeforeTheShelfArePutOnIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		id := r.hang(media.Picture{Caption: "Cranes", Credit: "Dispatch"})
		a := r.with(r.draft("Cranes"), news.Patch{Picture: &id})
		older(t, o, `DELETE FROM picture_shelf`, `DELETE FROM picture_found`, `DELETE FROM article_picture`, `DELETE FROM setting WHERE name = 'picture-shelf'`)
		if found, err := r.db.ListPictures(ctx, media.Shelf{Query: media.Query{Limit: 5}}); err != nil || len(found) != 0 {
			t.Fatalf("%d are there: %v", len(found), err)
		}
		again := storetest.Open(t, o)
		if found, err := again.ListPictures(ctx, media.Shelf{Query: media.Query{Text: "crane", Limit: 5}}); err != nil || len(found) != 1 {
			t.Errorf("%d found: %v", len(found), err)
		}
		if copies, _, err := again.Using(ctx, id); err != nil || len(copies) != 1 || copies[0].ID != a.ID {
			t.Errorf("%+v: %v", copies, err)
		}
	})
}

// older makes of a database what it was before a release, behind the back of the store.
func older(t *testing.T, o store.Options, texts ...string) {
	t.Helper()
	raw, err := sql.Open("sqlite", "file:"+filepath.Join(o.Dir, "dateline.db")+"?_pragma=busy_timeout(5000)")
	if o.Database != "" {
		raw, err = sql.Open("pgx", o.Database)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	for _, text := range texts {
		if _, err := raw.ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
}
