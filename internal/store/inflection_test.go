package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"dateline/internal/body"
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
