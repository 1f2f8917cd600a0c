package page

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"dateline/internal/body"
	"dateline/internal/edition"
	"dateline/internal/media"
	"dateline/internal/news"
	"dateline/internal/talk"
)

// The publication that tests look at: four editions, one right-to-left, with enough stories for a front.

var noon = time.Date(2026, 11, 23, 11, 42, 0, 0, time.UTC)

type sampleWords struct {
	name      string
	timezone  string
	sections  [3]string
	about     string
	place     string
	source    string
	author    string
	heads     []string
	lead      string
	paragraph string
	quote     string
	caption   string
	alt       string
	tag       string
	standing  [3]string
}

var samples = map[string]sampleWords{
	"en": {"The Orlan Dispatch", "Europe/London", [3]string{"Harbour", "City", "Culture"}, "Ships, tides and the people who live by them.", "Port Orlan", "Orlan Dispatch", "Mara Vey",
		[]string{"Ferry crews suspend strike after night of talks", "Why water bills rose twice", "Tram line 4 opens, nine years late", "Library gets back atlas borrowed in 1931",
			"Council puts off vote on the old fish market", "Derby ends level after two red cards", "Storm Halla expected to reach the coast by Thursday", "School kitchens to serve local catch",
			"A lighthouse keeper’s last winter", "Museum shows the charts that were never printed", "Night buses return to the eastern quays", "Bakers ask for earlier deliveries", "Choir of dockers sings for the new organ", "Harbour master retires after forty years"},
		"Crews will sail the morning timetable again while both sides study an offer on night pay that neither would describe before noon.",
		"The agreement, reached shortly before four in the morning, sends the first boats out with two hours’ delay. A spokeswoman for the crews said that members would vote by the end of the week, and that nothing in the offer had been put in writing yet.",
		"We sail because people have to get to work, not because we are content.", "Two ferries wait at the northern quay on the first morning of the strike.", "Two white ferries lie side by side at an empty stone quay under low clouds", "Ferries", [3]string{"About the Dispatch", "Imprint", "Privacy"}},
	"es": {"El Despacho de Orlan", "Europe/Madrid", [3]string{"Puerto", "Ciudad", "Cultura"}, "Barcos, mareas y quienes viven de ellos.", "Puerto Orlan", "El Despacho", "Mara Vey",
		[]string{"Los marineros de los transbordadores suspenden la huelga", "Por qué el agua subió dos veces", "Abre la línea 4 del tranvía, nueve años tarde", "La biblioteca recupera un atlas prestado en 1931", "El consejo aplaza el voto sobre la lonja", "El derbi acaba en empate"},
		"Las tripulaciones vuelven al horario de la mañana mientras ambas partes estudian una oferta sobre la paga nocturna.",
		"El acuerdo, alcanzado poco antes de las cuatro de la madrugada, permite que los primeros barcos salgan con dos horas de retraso. Una portavoz dijo que los afiliados votarán antes del fin de semana.",
		"Salimos porque la gente tiene que llegar al trabajo.", "Dos transbordadores esperan en el muelle norte.", "Dos barcos blancos junto a un muelle vacío", "Transbordadores", [3]string{"Quiénes somos", "Aviso legal", "Privacidad"}},
	"ru": {"Вестник Орлана", "Europe/Moscow", [3]string{"Порт", "Город", "Культура"}, "Суда, приливы и люди, которые ими живут.", "Порт-Орлан", "Вестник", "Мара Вей",
		[]string{"Экипажи паромов приостановили забастовку после ночных переговоров", "Почему вода подорожала дважды", "Четвёртая линия трамвая открылась с опозданием на девять лет", "В библиотеку вернулся атлас, взятый в 1931 году", "Совет отложил голосование о рыбном рынке", "Дерби закончилось вничью"},
		"Утренние рейсы возобновятся, пока обе стороны изучают предложение об оплате ночных смен.",
		"Соглашение, достигнутое незадолго до четырёх утра, позволит первым судам выйти с опозданием на два часа. Представительница экипажей сообщила, что голосование пройдёт до конца недели.",
		"Мы выходим в море, потому что людям надо на работу.", "Два парома ждут у северного причала.", "Два белых парома у пустого причала", "Паромы", [3]string{"О редакции", "Выходные данные", "Конфиденциальность"}},
	"ar": {"بريد أورلان", "Asia/Riyadh", [3]string{"الميناء", "المدينة", "الثقافة"}, "السفن والمدّ والجزر ومن يعيشون منها.", "بورت أورلان", "بريد أورلان", "مارا فاي",
		[]string{"أطقم العبّارات تعلّق الإضراب بعد ليلة من المحادثات", "لماذا ارتفعت فاتورة المياه مرتين", "افتتاح خط الترام الرابع بعد تأخر تسع سنوات", "المكتبة تستعيد أطلسا استُعير عام 1931", "المجلس يؤجّل التصويت على سوق السمك القديم", "مباراة الديربي تنتهي بالتعادل"},
		"تعود الأطقم إلى مواعيد الصباح بينما يدرس الطرفان عرضا بشأن أجر العمل الليلي.",
		"يتيح الاتفاق الذي أُبرم قبيل الرابعة صباحا خروج أولى السفن بتأخير ساعتين. وقالت متحدثة باسم الأطقم إن الأعضاء سيصوّتون قبل نهاية الأسبوع، وإن شيئا من العرض لم يُكتب بعد.",
		"نبحر لأن على الناس أن يصلوا إلى أعمالهم.", "عبّارتان تنتظران عند الرصيف الشمالي في أول صباح للإضراب.", "عبّارتان بيضاوان عند رصيف حجري خال", "عبّارات", [3]string{"من نحن", "بيانات النشر", "الخصوصية"}},
}

var sampleSlugs = [3]string{"harbour", "city", "culture"}

func editionSlug(language string) string {
	if language == "en" {
		return "international"
	}
	return language
}

func sampleAddresses(t testing.TB) edition.Addresses {
	t.Helper()
	d := &edition.Directory{}
	for _, l := range []string{"en", "es", "ru", "ar"} {
		w := samples[l]
		slug := editionSlug(l)
		d.Editions = append(d.Editions, edition.Edition{Slug: slug, Name: w.name, Language: l, Timezone: w.timezone, Default: l == "en",
			Channels: []edition.Link{{Name: "Mastodon", URL: "https://social.example/@orlan"}}})
		for i, n := range w.sections {
			d.Sections = append(d.Sections, edition.Section{ID: slug + "-" + sampleSlugs[i], Edition: slug, Slug: sampleSlugs[i], Name: n, Description: w.about, Position: i})
		}
	}
	return edition.Addresses{Base: "https://orlan.example", Directory: d}
}

func samplePictures() Pictures {
	out := Pictures{}
	for i := range 4 {
		id := fmt.Sprintf("pic%d", i)
		p := media.Picture{ID: id, Kind: media.Photo, Credit: "Orlan Dispatch", Creator: "M. Vey", Copyright: "© Orlan Dispatch 2026", TakenAt: noon.Add(-2 * time.Hour), Width: 1800, Height: 1200, Focal: media.Centre,
			Caption: samples["en"].caption, Alt: samples["en"].alt}
		if i == 1 {
			p.TakenAt = noon.AddDate(0, -3, 0)
		}
		if i == 2 {
			p.Kind = media.Illustration
		}
		for _, w := range []int{320, 640, 960, 1280, 1800} {
			p.Renditions = append(p.Renditions, media.Rendition{Name: fmt.Sprintf("w%d", w), Width: w, Height: w * 2 / 3, Key: fmt.Sprintf("%s-%d.jpg", id, w), ContentType: "image/jpeg"})
		}
		p.Renditions = append(p.Renditions, media.Rendition{Name: "social", Width: 1200, Height: 630, Key: id + "-social.jpg", ContentType: "image/jpeg"})
		out[id] = p
	}
	return out
}

type docNode map[string]any

func para(text string) docNode {
	return docNode{"type": "paragraph", "content": []any{docNode{"type": "text", "text": text}}}
}

func sampleBody(t testing.TB, w sampleWords, paragraphs int) body.Document {
	t.Helper()
	content := []any{para(w.paragraph)}
	for i := 1; i < paragraphs; i++ {
		content = append(content, para(w.paragraph))
		switch i {
		case 1:
			content = append(content, docNode{"type": "related", "attrs": docNode{"id": "story1"}})
		case 2:
			content = append(content, docNode{"type": "heading", "attrs": docNode{"level": 2}, "content": []any{docNode{"type": "text", "text": w.heads[1]}}},
				docNode{"type": "blockquote", "content": []any{para(w.quote)}})
		case 3:
			content = append(content, docNode{"type": "picture", "attrs": docNode{"id": "pic1"}})
		case 4:
			cell := func(kind, text string) docNode { return docNode{"type": kind, "content": []any{para(text)}} }
			content = append(content, docNode{"type": "factBox", "attrs": docNode{"title": w.sections[1]}, "content": []any{
				docNode{"type": "bulletList", "content": []any{docNode{"type": "listItem", "content": []any{para(w.heads[2])}}, docNode{"type": "listItem", "content": []any{para(w.heads[3])}}}}}},
				docNode{"type": "table", "content": []any{
					docNode{"type": "tableRow", "content": []any{cell("tableHeader", w.place), cell("tableHeader", "2025"), cell("tableHeader", "2026")}},
					docNode{"type": "tableRow", "content": []any{cell("tableCell", w.sections[0]), cell("tableCell", "12.40"), cell("tableCell", "14.20")}}}})
		}
	}
	b, err := json.Marshal(docNode{"type": "doc", "content": content})
	if err != nil {
		t.Fatal(err)
	}
	d, err := body.Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// sampleItems gives the stories of an edition, newest first.
func sampleItems(t testing.TB, language string) []news.Item {
	t.Helper()
	w := samples[language]
	slug := editionSlug(language)
	genres := []news.Genre{news.News, news.Analysis, news.News, news.OffBeat, news.News, news.Opinion, news.News, news.Feature}
	var out []news.Item
	for i, h := range w.heads {
		at := noon.Add(-time.Duration(i*i) * 47 * time.Minute)
		it := news.Item{ID: fmt.Sprintf("story%d", i), Revision: 1, PublishedAt: at, UpdatedAt: at, FeedAt: at, Words: 400, Content: news.Content{
			Edition: slug, Section: slug + "-" + sampleSlugs[i%3], Genre: genres[i%len(genres)], Kind: news.Story, Headline: h, Lead: w.lead,
			Dateline: news.Dateline{Place: w.place}, Byline: []news.Byline{{Name: w.author, Author: "mara-vey"}}, Slug: fmt.Sprintf("story-%d", i), Urgency: 3 + i%4, Language: language}}
		if i%3 != 1 {
			it.Picture = fmt.Sprintf("pic%d", i%4)
		}
		if i > 0 {
			it.Lead = w.quote
		}
		if i == 4 {
			it.Kind = news.Live
		}
		out = append(out, it)
	}
	return out
}

// sampleArticle is a whole story with everything a page can show.
func sampleArticle(t testing.TB, language string) Article {
	t.Helper()
	w := samples[language]
	items := sampleItems(t, language)
	it := items[0]
	it.Body = sampleBody(t, w, 7)
	it.Dateline = news.Dateline{Place: w.place, Source: w.source}
	it.Byline = []news.Byline{{Name: w.author, Author: "mara-vey"}, {Name: "I. Tolm"}}
	it.Tags = []string{w.tag, w.sections[1]}
	it.Related = []string{"story2", "story3", "missing"}
	it.Revision, it.UpdatedAt = 3, it.PublishedAt.Add(83*time.Minute)
	it.Corrections = []news.Mark{{Revision: 3, At: it.UpdatedAt, Note: w.quote, Before: "14.20", After: "12.40"}}
	related := map[string]news.Item{}
	for _, r := range items[1:4] {
		related[r.ID] = r
	}
	var translations []news.Item
	for _, l := range []string{"en", "es", "ru", "ar"} {
		tr := sampleItems(t, l)[0]
		if l != language {
			tr.ID += "-" + l
		}
		translations = append(translations, tr)
	}
	return Article{Item: it, Pictures: samplePictures(), Related: related, Translations: translations, More: items[3:], Resume: "7.41"}
}

func sampleRenderer(t testing.TB) *Renderer {
	t.Helper()
	a := sampleAddresses(t)
	r, err := New(Options{Addresses: func() edition.Addresses { return a }, Assets: map[string]string{"reader.js": "/assets/reader.js"}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func sampleFront(t testing.TB, language string, n int) Front {
	items := sampleItems(t, language)
	items = items[:min(n, len(items))]
	f := Front{Edition: editionSlug(language), Latest: items, Sections: map[string][]news.Item{}, Pictures: samplePictures()}
	for _, it := range items {
		f.Sections[it.Section] = append(f.Sections[it.Section], it)
	}
	return f
}

// samplePages renders every kind of page of an edition, by name.
func samplePages(t testing.TB, r *Renderer, language string) map[string]Page {
	t.Helper()
	slug, w := editionSlug(language), samples[language]
	items, pictures := sampleItems(t, language), samplePictures()
	art := sampleArticle(t, language)
	standing := items[5]
	standing.Kind, standing.Section, standing.Headline, standing.Body, standing.Picture = news.Page, "", w.standing[0], sampleBody(t, w, 3), ""
	gone := items[0]
	gone.WithdrawnAt, gone.Note, gone.Headline = noon.Add(time.Hour), w.quote, ""
	old := art.Item.Content
	old.Headline, old.Lead, old.Body = w.heads[0]+" 2", w.quote, sampleBody(t, w, 5)
	revisions := []news.Revision{
		{Number: 3, Change: news.Correction, At: art.Item.UpdatedAt, Note: w.quote, Content: &art.Item.Content},
		{Number: 2, Change: news.Update, At: art.Item.PublishedAt.Add(time.Hour), Content: &old},
		{Number: 1, Change: news.First, At: art.Item.PublishedAt, Content: &old}}
	plain := Plain{Edition: slug}
	out := map[string]Page{}
	add := func(name string) func(Page, error) {
		return func(p Page, err error) {
			t.Helper()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			out[name] = p
		}
	}
	add("front")(r.Front(sampleFront(t, language, 100)))
	add("front-3")(r.Front(sampleFront(t, language, 3)))
	add("front-1")(r.Front(sampleFront(t, language, 1)))
	add("front-0")(r.Front(Front{Edition: slug}))
	add("section")(r.SectionFront(SectionFront{Edition: slug, Section: slug + "-harbour", Items: items, Pictures: pictures, Next: "n"}))
	add("section-empty")(r.SectionFront(SectionFront{Edition: slug, Section: slug + "-harbour"}))
	add("article")(r.Article(art))
	flash := items[1]
	add("flash")(r.Article(Article{Item: flash, Pictures: pictures}))
	add("standing")(r.Standing(Standing{Item: standing}))
	add("tag")(r.Entry(EntryPage{Edition: slug, Entry: news.Entry{EntryKey: news.TopicKey(slug, "ferries"), Name: w.tag}, Items: items, Pictures: pictures, From: "m", Next: "n"}))
	add("author")(r.Entry(EntryPage{Edition: slug, Entry: news.Entry{EntryKey: news.AuthorKey("mara-vey"), Name: w.author}, Items: items, Pictures: pictures}))
	add("search")(r.Search(SearchPage{Edition: slug, Text: w.tag, Hits: []news.Hit{{Item: items[0], Excerpt: w.paragraph}, {Item: items[1]}}, Pictures: pictures, Next: 20}))
	add("search-none")(r.Search(SearchPage{Edition: slug, Text: w.tag}))
	add("search-form")(r.Search(SearchPage{Edition: slug}))
	add("newsfeed")(r.Newsfeed(NewsfeedPage{Edition: slug, Items: items, Next: "n", Resume: "7.41"}))
	add("history")(r.History(History{Item: art.Item, Revisions: revisions}))
	add("history-gone")(r.History(History{Item: gone, Revisions: []news.Revision{{Number: 2, Change: "withdrawn", At: gone.WithdrawnAt, Note: w.quote}, {Number: 1, Change: news.First, At: gone.PublishedAt}}}))
	add("corrections")(r.Corrections(Corrections{Edition: slug, Items: []news.CorrectedItem{{Item: art.Item, Mark: art.Item.Corrections[0]}}}))
	add("corrections-none")(r.Corrections(Corrections{Edition: slug}))
	add("subscribe")(r.Subscribe(plain))
	room := talk.Chat{ID: "room", Slug: "night", Name: w.tag, Edition: slug, Slow: 30, KeepDays: 3, State: talk.ChatOpen, ClosesAt: noon.Add(time.Hour)}
	said := talk.Shown{ID: "m", Root: "m", Name: w.author, Text: w.paragraph, Badge: talk.OfStaff, At: noon}
	add("chats")(r.Chats(Chats{Edition: slug, Rooms: []talk.Chat{room}, Counts: map[string]int64{"room": 2}, Now: noon}))
	add("chats-none")(r.Chats(Chats{Edition: slug, Paused: true}))
	add("chats-mine")(r.Joined(Joined{Edition: slug, Who: w.author, Grounds: []talk.Ground{{Chat: room}, {Story: art.Item}}, Unread: []int{2, 0}, Now: noon}))
	add("chat")(r.Chat(Chat{Room: room, Story: art.Item, Gate: talk.Open, Count: 2, Messages: []talk.Shown{said}, Pinned: &said, Earlier: "m", Resume: "1.1"}))
	room.State = talk.ChatReadOnly
	add("chat-empty")(r.Chat(Chat{Room: room, Gate: talk.ReadOnly}))
	seen := []Session{{ID: "1", Browser: "Mozilla/5.0 (X11; Linux x86_64) Chrome/140 Safari/537", SeenAt: noon, Here: true}, {ID: "2", SeenAt: noon.Add(-time.Hour)}}
	add("account")(r.Account(Account{Edition: slug, Name: w.author, Email: "m@orlan.example", Has: true, Staff: true, Sessions: seen, Saved: "name"}))
	add("sign-in")(r.SignIn(SignIn{Edition: slug, Back: "/harbour/story-0/discussion", Mail: true}))
	add("sign-in-no-mail")(r.SignIn(SignIn{Edition: slug}))
	add("sign-in-code")(r.SignInCode(SignInCode{Edition: slug, Email: "m@orlan.example", Ticket: "t"}))
	add("sign-in-name")(r.SignInCode(SignInCode{Edition: slug, Email: "m@orlan.example", Ticket: "t", Code: "1"}))
	add("sign-in-link")(r.SignInLink(SignInLink{Edition: slug, Email: "m@orlan.example", Token: "t"}))
	add("sign-in-new")(r.SignInLink(SignInLink{Edition: slug, Email: "m@orlan.example", Token: "t", Newcomer: true}))
	add("sign-in-spent")(r.SignInLink(SignInLink{Edition: slug, Spent: true}))
	add("discussion")(r.Discussion(Discussion{Item: art.Item}))
	add("404")(r.Failure(Failure{Edition: slug, Status: 404, Host: "orlan.example", Path: "/nowhere"}))
	add("410")(r.Failure(Failure{Edition: slug, Status: 410, Item: gone}))
	add("429")(r.Failure(Failure{Edition: slug, Status: 429, After: 21 * time.Second}))
	add("500")(r.Failure(Failure{Edition: slug, Status: 500}))
	add("503")(r.Failure(Failure{Edition: slug, Status: 503, After: 5 * time.Minute}))
	add("setup")(r.Setup(Setup{Language: language}))
	add("set-up")(r.NewsroomSetUp(NewsroomSetUp{Language: language, Action: "/newsroom/set-up?t=x"}))
	add("staff-sign-in")(r.NewsroomSignIn(NewsroomSignIn{Language: language, Action: "/newsroom/sign-in", Link: "/newsroom/link"}))
	add("newsroom")(r.NewsroomHome(NewsroomHome{Language: language, Name: w.author, Roles: []string{"admin"}, SignOut: "/newsroom/sign-out"}))
	return out
}

// whole stitches a page with the parts of its edition.
func whole(t testing.TB, r *Renderer, language string, p Page) []byte {
	t.Helper()
	items, w, slug := sampleItems(t, language), samples[language], editionSlug(language)
	var standing []news.Item
	for i, h := range w.standing {
		standing = append(standing, news.Item{ID: fmt.Sprint("page", i), Content: news.Content{Edition: slug, Kind: news.Page, Headline: h, Slug: fmt.Sprint("p", i)}})
	}
	b, err := p.Stitch(func(n PartName) ([]byte, error) {
		var part Part
		var err error
		switch n {
		case MastheadPart:
			part, err = r.MastheadPart(Masthead{Edition: slug})
		case NewsfeedPart:
			for len(items) < 20 {
				more := items[len(items)%3]
				more.ID += fmt.Sprint("-", len(items))
				items = append(items, more)
			}
			part, err = r.NewsfeedPart(Newsfeed{Edition: slug, Items: items[:20], Resume: "7.41"})
		case FooterPart:
			part, err = r.FooterPart(Footer{Edition: slug, Standing: standing})
		}
		return part.HTML, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}
