package store_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/internal/body"
	"dateline/internal/coverage"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

// inflected holds twenty pairs a language: what is asked for, and the word that stands in the story.
var inflected = map[string]string{
	"en": `elections election, strikes strike, striking strikes, ferries ferry, voted voting, councillors councillor, closing closed, fares fare,
		flooded flooding, harbours harbour, reports reported, judges judge, decisions decision, rising rises, hospitals hospital, protested protests,
		agreements agreement, ministers minister, cities city, delayed delays`,
	"es": `elecciones elección, huelgas huelga, barcos barco, votaron votar, ciudades ciudad, puertos puerto, precios precio, jueces juez,
		niños niño, corazones corazón, subieron subir, cerrado cerrada, acuerdos acuerdo, ministras ministra, inundaciones inundación, tranvías tranvía,
		vecinos vecina, decisiones decisión, protestas protesta, informes informe`,
	"ru": `выборы выборов, забастовка забастовку, паромы паромов, президент президентом, война войны, город городе, цены цен, суд судом,
		решение решения, тарифы тарифов, идёт идет, пожар пожаром, совет совета, жители жителей, трамвай трамвая, порт порту,
		больницы больниц, протест протестов, договор договором, шторм шторма`,
	"ar": `الانتخابات انتخابات, والحكومة الحكومة, الصحفيون صحفيين, المدينة مدينة, بالميناء الميناء, العمال عمال, المسافرون المسافرين, والأسعار أسعار,
		المستشفيات مستشفيات, للمدينة المدينة, القرارات قرار, المحكمة محكمة, العاصفة عاصفة, والعاصفة العاصفة, الشركات شركات, الاتفاقية اتفاقية,
		التذكرة تذكرة, المكتبة مكتبة, الميناء ميناء, المعلمون معلمين`,
}

func TestTwentyInflectedPairsALanguageAreFoundOnBothDatabases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		for language, pairs := range inflected {
			list := strings.Split(pairs, ",")
			if len(list) != 20 {
				t.Errorf("%s has %d pairs", language, len(list))
			}
			for n, pair := range list {
				words := strings.Fields(pair)
				doc := body.FromText(words[1])
				a, err := r.desk.Create(ctx, news.Act{Who: r.editor}, news.Patch{Edition: &language, Section: ptr("world"), Headline: ptr(fmt.Sprint(n)), Body: &doc})
				if err != nil {
					t.Fatal(err)
				}
				r.publish(a, news.Publication{})
				hits, err := r.db.Find(ctx, news.Search{Edition: language, Text: words[0], Limit: 100})
				found := false
				for _, h := range hits {
					found = found || h.ID == a.ID
				}
				if err != nil || !found {
					t.Errorf("%s: %s does not find %s: %v", language, words[0], words[1], err)
				}
			}
		}
	})
}

func TestPostsAreFoundByInflectedWordsUntilTheyAreWithdrawn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx, act := t.Context(), coverage.Act{Who: r.editor}
		found := func(language, text string) (out []string) {
			t.Helper()
			hits, err := r.db.Find(ctx, news.Search{Edition: language, Text: text})
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range hits {
				if out = append(out, h.Post); h.Post != "" && (h.Kind != news.Live || h.Excerpt == "" || h.At.IsZero()) {
					t.Errorf("%+v", h)
				}
			}
			return out
		}
		desk, _ := storm(r)
		for language, pairs := range inflected {
			a, err := r.desk.Create(ctx, news.Act{Who: r.editor}, news.Patch{Edition: &language, Section: ptr("world"), Headline: ptr("0"), Kind: ptr("live")})
			if err != nil {
				t.Fatal(err)
			}
			live := r.publish(a, news.Publication{})
			for _, both := range strings.Split(pairs, ",")[:5] {
				pair := strings.Fields(both)
				p, err := desk.Create(ctx, act, live.ID, words(pair[1]))
				if err != nil {
					t.Fatal(err)
				}
				if got := found(language, pair[0]); !slices.Contains(got, p.ID) {
					t.Errorf("%s: %s does not find %s: %v", language, pair[0], pair[1], got)
				}
				if _, err := desk.Withdraw(ctx, act, live.ID, p.ID, ""); err != nil {
					t.Fatal(err)
				}
				if got := found(language, pair[0]); slices.Contains(got, p.ID) {
					t.Errorf("%s is withdrawn and found: %v", pair[1], got)
				}
			}
		}
	})
}

func TestASearchGivesSomePostsOfACoverageAmongTheStoriesAndGoesOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx, act := t.Context(), coverage.Act{Who: r.editor}
		desk, live := storm(r)
		var want []string
		for n := range 9 {
			r.clock.Forward(time.Minute)
			if n%3 == 0 {
				a := r.publish(r.draft(fmt.Sprint("Lighthouse ", n)), news.Publication{})
				want = append(want, a.ID)
				continue
			}
			p, err := desk.Create(ctx, act, live.ID, words(fmt.Sprint("The lighthouse is dark ", n)))
			if err != nil {
				t.Fatal(err)
			}
			if want = append(want, p.ID); n == 8 { // only the new words are found
				if p, err = desk.Save(ctx, act, live.ID, p.ID, words("The lighthouse is lit.")); err != nil {
					t.Fatal(err)
				}
				if hits, err := r.db.Find(ctx, news.Search{Edition: "en", Text: "dark 8"}); err != nil || len(hits) != 0 {
					t.Errorf("%+v %v", hits, err)
				}
			}
		}
		want = append(want[:1], want[2:]...) // five posts of one coverage, the latest
		slices.Reverse(want)
		var got []string
		for offset := 0; ; offset += 3 {
			hits, err := r.db.Find(ctx, news.Search{Edition: "en", Text: "lighthouses", Offset: offset, Limit: 3})
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range hits {
				got = append(got, cmp.Or(h.Post, h.ID))
			}
			if len(hits) < 3 {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		if hits, err := r.db.Find(ctx, news.Search{Edition: "es", Text: "lighthouse"}); err != nil || len(hits) != 0 {
			t.Errorf("%+v %v", hits, err)
		}
		if _, err := r.desk.Withdraw(ctx, news.Act{Who: r.editor}, live.ID, "Withdrawn."); err != nil {
			t.Fatal(err)
		}
		if hits, err := r.db.Find(ctx, news.Search{Edition: "en", Text: "lighthouse"}); err != nil || len(hits) != 3 {
			t.Errorf("posts of a withdrawn coverage are found: %+v %v", hits, err)
		}
	})
}
