package transfer_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/news"
	"dateline/internal/talk"
	"dateline/internal/transfer"
)

// said is a post of an export of Disqus: its id, what it answers, its thread, and what it says; more goes into the element as it is.
func said(id, parent, thread, text, more string) string {
	if parent != "" {
		more += `<parent dsq:id="` + parent + `"/>`
	}
	return fmt.Sprintf(`<post dsq:id="%s"><id/><message><![CDATA[<p>%s</p>]]></message><createdAt>2020-01-02T03:04:%02dZ</createdAt><author><name>Reader %s</name><email>r%s@old.example</email></author><ipAddress>192.0.2.9</ipAddress><thread dsq:id="%s"/>%s</post>`,
		id, text, len(id)+len(parent), id, id, thread, more)
}

func thread(id, identifier, link string) string {
	return fmt.Sprintf(`<thread dsq:id="%s"><id>%s</id><link>%s</link><title>T</title><isClosed>true</isClosed><isDeleted>false</isDeleted></thread>`, id, identifier, link)
}

func disqus(inside ...string) string {
	return `<?xml version="1.0" encoding="utf-8"?><disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">` + strings.Join(inside, "\n") + `</disqus>`
}

func (n *newsroom) hear(paths []string, set ...func(*transfer.Options)) transfer.Result {
	n.t.Helper()
	r, err := transfer.ImportDisqus(n.t.Context(), n.options(set...), paths...)
	if err != nil {
		n.t.Fatal(err)
	}
	return r
}

func heard(r transfer.Result) string {
	return fmt.Sprintf("%d comments, %d unchanged, %d warnings, %d failed", r.Comments, r.Unchanged, len(r.Warnings), len(r.Failed))
}

// discussion gives what readers see under a story, each with what it answers: "text<parent".
func (n *newsroom) discussion(id string) string {
	n.t.Helper()
	first, rest, err := n.db.Talk.Threads(n.t.Context(), id, talk.Oldest, "", 100, 100)
	if err != nil {
		n.t.Fatal(err)
	}
	texts := map[string]string{}
	var out []string
	for _, s := range slices.Concat(first, rest) {
		texts[s.ID] = s.Text
	}
	for _, s := range slices.Concat(first, rest) {
		if s.Parent != "" {
			s.Text += "<" + texts[s.Parent]
		}
		out = append(out, s.Text)
	}
	slices.Sort(out)
	return strings.Join(out, "|")
}

const pier = "https://gazette.example.org/2019/05/storm-takes-the-pier/"

func TestCommentsOfDisqusComeUnderTheirStories(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		n.move(gazette(t, "wp:comment>", "wp:nothing>"))
		story := n.article("https://gazette.example.org/?p=21")
		text := disqus(thread("1", "", pier), thread("2", "", "https://gazette.example.org/2001/gone/"), thread("3", "", "https://gazette.example.org/"),
			said("a", "", "1", `Один &amp; 汉字 مرحبا, <a href="https://a.example/">see</a>`, ""), said("bb", "a", "1", "Two", ""), said("ccc", "bb", "1", "Buy", "<isSpam>true</isSpam>"),
			said("dddd", "ccc", "1", "Three", ""), said("eeeee", "", "1", "Bad", "<isDeleted>true</isDeleted>"), said("ffffff", "eeeee", "1", "Four", ""),
			said("ggggggg", "nowhere", "1", "Five", ""), said("hhhhhhhh", "", "2", "Lost", ""), said("iiiiiiiii", "hhhhhhhh", "2", "Lost too", ""),
			said("jjjjjjjjjj", "", "2", "Spam", "<isSpam>true</isSpam>"), said("kkkkkkkkkkk", "", "9", "No thread", ""), said("llllllllllll", "", "1", "", ""))
		files := []string{write(t, "export.xml", text)}
		const all = "5 comments, 0 unchanged, 3 warnings, 0 failed"
		before := n.facts()
		if r := n.hear(files, dry); heard(r) != all || n.discussion(story.ID) != "" || n.facts() != before {
			t.Errorf("a dry run: %s; readers see %q", heard(r), n.discussion(story.ID))
		}
		r := n.hear(files)
		if heard(r) != all || r.Articles+r.Authors > 0 {
			t.Errorf("got %s; failed %v, warnings %v", heard(r), r.Failed, r.Warnings)
		}
		for _, words := range [][]string{{"2001/gone", "no story here", "2 comments were left out"}, {"1 comments are of threads that are not in their file"}, {"1 comments hold no text"}} {
			if !has(r.Warnings, words...) {
				t.Errorf("no warning of %v in %v", words, r.Warnings)
			}
		}
		const tree = "Five|Four|Three<Two|Two<Один & 汉字 مرحبا, see (https://a.example/)|Один & 汉字 مرحبا, see (https://a.example/)"
		if got := n.discussion(story.ID); got != tree {
			t.Errorf("readers see %s", got)
		}
		first, _, err := n.db.Talk.Threads(t.Context(), story.ID, talk.Oldest, "", 1, 1)
		if err != nil || first[0].Name != "Reader a" || first[0].Author != "" || !first[0].At.Equal(time.Date(2020, 1, 2, 3, 4, 1, 0, time.UTC)) {
			t.Errorf("the first is %+v: %v", first, err)
		}
		if waits, err := n.talk.Queue(t.Context(), account.House(), "", talk.Query{Queue: talk.Unmoderated, Limit: 10}); err != nil || len(waits) > 0 {
			t.Errorf("moderators have to look at %v: %v", waits, err)
		}
		if err := n.db.Dump(t.Context(), func(table string, line []byte) error {
			for _, never := range []string{"Buy", "@old.example", "192.0.2.9", "Lost"} {
				if bytes.Contains(line, []byte(never)) {
					t.Errorf("%s holds %s", table, line)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}

		// Again changes nothing; a later export brings what is new in it, and what a moderator rejected stays so.
		before = n.facts()
		if r := n.hear(files); heard(r) != "0 comments, 5 unchanged, 3 warnings, 0 failed" || n.facts() != before {
			t.Errorf("again: %s, %d facts", heard(r), n.facts()-before)
		}
		if _, err := n.talk.Reject(t.Context(), news.Act{Who: account.House()}, first[0].ID, "", "Rude."); err != nil {
			t.Fatal(err)
		}
		later := []string{write(t, "export.xml", strings.Replace(text, "</disqus>", said("mmmmmmmmmmmmm", "bb", "1", "Six", "")+"</disqus>", 1))}
		if r := n.hear(later, dry); heard(r) != "1 comments, 5 unchanged, 3 warnings, 0 failed" {
			t.Errorf("a later export, dry: %s", heard(r))
		}
		if r := n.hear(later); heard(r) != "1 comments, 5 unchanged, 3 warnings, 0 failed" {
			t.Errorf("a later export: %s", heard(r))
		}
		if got := n.discussion(story.ID); got != "Five|Four|Six<Two|Three<Two|Two<|" && got != "|Five|Four|Six<Two|Three<Two|Two<" {
			t.Errorf("then readers see %s", got)
		}
	})
}

func TestAnExportOfLaterPostsOnlyAnswersWhatIsHere(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		n.move(gazette(t, "wp:comment>", "wp:nothing>"))
		var first []string
		for i := range 150 {
			first = append(first, said(fmt.Sprintf("p%d", i), "", "1", fmt.Sprintf("Said %d", i), ""))
		}
		n.hear([]string{write(t, "1.xml", disqus(append(first, thread("1", "", pier), said("q", "p149", "1", "Before", ""))...))})
		later := []string{write(t, "2.xml", disqus(thread("1", "", pier), said("r0", "p140", "1", "After", ""), said("r1", "q", "1", "After that", ""), said("r2", "never", "1", "Alone", "")))}
		for _, want := range []string{"3 comments, 0 unchanged", "0 comments, 3 unchanged"} {
			if r := n.hear(later); !strings.HasPrefix(heard(r), want) {
				t.Errorf("%s, want %s", heard(r), want)
			}
		}
		id := n.article("https://gazette.example.org/?p=21").ID
		by := map[string]talk.Comment{}
		for _, oldest := range []bool{true, false} {
			some, err := n.db.Talk.Comments(t.Context(), talk.Query{Place: id, Oldest: oldest, Limit: 101})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range some {
				by[c.Text] = c
			}
		}
		if c := by["After that"]; c.Parent != by["Before"].ID || c.Root != by["Said 149"].ID || by["After"].Parent != by["Said 140"].ID || by["Alone"].Parent != "" {
			t.Errorf("it answers %s of %s; %v", c.Parent, c.Root, by["After"])
		}
	})
}

func TestAThreadFindsItsStoryByWhateverAddressItHad(t *testing.T) {
	n := open(t, sqlite(t))
	n.move(gazette(t))
	a := n.article("https://gazette.example.org/?p=21")
	slug := "the-storm"
	a, err := n.desk.Save(t.Context(), news.Act{Who: editor}, a.ID, news.Patch{Slug: &slug})
	if err == nil {
		_, err = n.desk.Show(t.Context(), a.ID, news.Arrival{Publication: news.Publication{Change: news.Minor}, Archive: true})
	}
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	for _, c := range []struct{ identifier, link, source string }{
		{"", pier, "21"},
		{"", "http://www.gazette.example.org/2019/05/storm-takes-the-pier?utm_source=x#disqus_thread", "21"},
		{"", "/2019/05/storm-takes-the-pier/", "21"},
		{"", "gazette.example.org/2019/05/storm-takes-the-pier/", "21"},
		{"", "https://mirror.example/2019/05/storm-takes-the-pier", "21"},
		{"", pier + "amp/", "21"},
		{"", pier + "comment-page-3/#comments", "21"},
		{"", "https://gazette.example.org/?p=21", "21"},
		{"", "https://news.example.org/port/the-storm", "21"},
		{"", "https://news.example.org/port/storm-takes-the-pier", "21"},
		{"", "/port/the-storm", "21"},
		{"", "https://old.example/international/port/the-storm?x=1", "21"},
		{"21 https://gazette.example.org/?p=21", "https://elsewhere.example/x", "21"},
		{"21 http://gazette.example.org/?p=21", "", "21"},
		{pier, "https://elsewhere.example/", "21"},
		{"", "https://gazette.example.org/about/", "31"},
		{"", "https://news.example.org/page/about", "31"},
		{"23 https://gazette.example.org/?p=23", "https://gazette.example.org/2019/05/unfinished/", "23"}, // a draft
		{"21", "https://elsewhere.example/x", ""},
		{"", "https://gazette.example.org/", ""},
		{"", "https://gazette.example.org/2019/05/", ""},
		{"javascript:alert(1)", "javascript:alert(1)", ""},
		{"", "https://[::1", ""},
		{"", "", ""},
	} {
		at++
		id := fmt.Sprint(1000 + at)
		r := n.hear([]string{write(t, "export.xml", disqus(thread("1", c.identifier, strings.ReplaceAll(c.link, "&", "&amp;")), said(id, "", "1", "Said "+id, "")))})
		want := "1 comments, 0 unchanged, 0 warnings, 0 failed"
		if c.source == "" {
			want = "0 comments, 0 unchanged, 1 warnings, 0 failed"
		}
		if heard(r) != want {
			t.Errorf("%q %q: %s %v", c.identifier, c.link, heard(r), r.Warnings)
		}
		if c.source == "" {
			continue
		}
		uri := map[string]string{"31": "https://gazette.example.org/?page_id=31"}[c.source]
		if uri == "" {
			uri = "https://gazette.example.org/?p=" + c.source
		}
		all, err := n.db.Talk.Comments(t.Context(), talk.Query{Place: n.article(uri).ID, Limit: 101})
		if err != nil || !slices.ContainsFunc(all, func(c talk.Comment) bool { return c.Text == "Said "+id }) {
			t.Errorf("%q %q: it is not there: %v", c.identifier, c.link, err)
		}
	}
}

func TestOneEditionTakesTheCommentsOfItsOwnStories(t *testing.T) {
	n := open(t, sqlite(t))
	n.move(gazette(t))
	files := []string{write(t, "export.xml", disqus(thread("1", "", pier), said("a", "", "1", "One", "")))}
	r := n.hear(files, func(o *transfer.Options) { o.Edition = "ru" })
	if heard(r) != "0 comments, 0 unchanged, 1 warnings, 0 failed" || !has(r.Warnings, pier, "in another edition; 1 comments") {
		t.Errorf("%s %v", heard(r), r.Warnings)
	}
	if r := n.hear(files, func(o *transfer.Options) { o.Edition = "international" }); r.Comments != 1 {
		t.Errorf("%s %v", heard(r), r.Warnings)
	}
	for _, wrong := range []func(*transfer.Options){func(o *transfer.Options) { o.Edition = "xx" }, func(o *transfer.Options) { o.Section = "port" }} {
		if _, err := transfer.ImportDisqus(t.Context(), n.options(wrong), files...); err == nil {
			t.Error("a place that means nothing is taken")
		}
	}
}

func TestNothingComesOfAFileThatIsNotWhole(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		n.move(gazette(t))
		story, before := n.article("https://gazette.example.org/?p=21").ID, n.facts()
		had := n.discussion(story)
		good := disqus(thread("1", "", pier), said("a", "", "1", "One", ""))
		packed := pack(t, good)
		for name, c := range map[string][2]string{
			"cut.xml":    {good[:len(good)-20], "line 2: "},
			"time.xml":   {strings.Replace(good, "2020-01-02T", "2020-13-02T", 1), `line 2: post a: createdAt is "2020-13-02T03:04:01Z", which is no time`},
			"cut.xml.gz": {packed[:len(packed)-12], "the packed file is damaged or cut off"},
			"bad.xml.gz": {"\x1f\x8bnot so", "damaged or cut off"},
			"x.zip":      {"PK\x03\x04" + packed, "zip archive"},
			"rss.xml":    {"<rss/>", "no export of Disqus"},
		} {
			r := n.hear([]string{filepath.Join(write(t, name, c[0]), name)})
			if heard(r) != "0 comments, 0 unchanged, 0 warnings, 1 failed" || !has(r.Failed, name, c[1]) {
				t.Errorf("%s: %s %v", name, heard(r), r.Failed)
			}
		}
		if n.facts() != before || n.discussion(story) != had {
			t.Errorf("something is left behind: %s", n.discussion(story))
		}
		// A whole one beside a broken one comes in, and so does a packed one.
		r := n.hear([]string{write(t, "1.xml", "<disqus>", "2.xml.gz", packed)})
		if heard(r) != "1 comments, 0 unchanged, 0 warnings, 1 failed" {
			t.Errorf("%s %v", heard(r), r.Failed)
		}
	})
}

func TestATreeThatIsNoneIsOneAfterwards(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		n.move(gazette(t, "wp:comment>", "wp:nothing>"))
		var deep []string
		for i := range 3000 { // each answers the one before it; in the middle all are deleted
			more := ""
			if i > 10 && i < 2990 {
				more = "<isDeleted>true</isDeleted>"
			}
			deep = append(deep, said(fmt.Sprintf("d%d", i), fmt.Sprintf("d%d", i-1), "1", fmt.Sprintf("Deep %d", i), more))
		}
		slices.Reverse(deep)
		ring := []string{thread("1", "", pier), thread("1", "", "https://gazette.example.org/twice/"), thread("2", "", pier),
			said("x", "y", "2", "X", ""), said("y", "z", "2", "Y", ""), said("z", "x", "2", "Z", ""), said("s", "s", "2", "Self", ""), said("x", "", "2", "Twice", ""),
			said("g1", "g2", "2", "", "<isSpam>true</isSpam>"), said("g2", "g1", "2", "", "<isSpam>true</isSpam>"), said("g3", "g1", "2", "G", ""), said("g4", "g2", "2", "H", ""),
			said("o", "d1", "2", "Of another thread", "")}
		files := []string{write(t, "export.xml", disqus(append(ring, deep...)...))}
		r := n.hear(files)
		if heard(r) != fmt.Sprintf("%d comments, 0 unchanged, 0 warnings, 0 failed", 7+11+10) {
			t.Errorf("%s %v %v", heard(r), r.Failed, r.Warnings)
		}
		got := n.discussion(n.article("https://gazette.example.org/?p=21").ID)
		for _, want := range []string{"|G|H|", "|Self", "|Of another thread", "Deep 2990<Deep 10|", "Deep 1<Deep 0"} {
			if !strings.Contains("|"+got+"|", want) {
				t.Errorf("no %s in %s", want, got)
			}
		}
		if r := n.hear(files); r.Comments != 0 {
			t.Errorf("again: %s", heard(r))
		}
	})
}

func TestACommentThatWordPressAndDisqusBothHaveComesOnce(t *testing.T) {
	n := open(t, sqlite(t))
	comment := func(id, more, text string) string {
		return `<wp:comment><wp:comment_id>` + id + `</wp:comment_id><wp:comment_author>Ines</wp:comment_author><wp:comment_date_gmt>2020-01-02 03:04:0` + id + `</wp:comment_date_gmt><wp:comment_approved>1</wp:comment_approved><wp:comment_content>` + text + `</wp:comment_content>` + more + `</wp:comment>`
	}
	site := strings.Replace(export(1), "</item>", comment("4", `<wp:commentmeta><wp:meta_key>dsq_post_id</wp:meta_key><wp:meta_value>7001</wp:meta_value></wp:commentmeta><wp:commentmeta><wp:meta_key>akismet</wp:meta_key><wp:meta_value>x</wp:meta_value></wp:commentmeta>`, "Synced")+
		comment("5", `<wp:comment_agent>Disqus/1.1(2.61):7002</wp:comment_agent>`, "Synced long ago")+comment("6", "", "Begun there")+"</item>", 1)
	post := func(id, before, second, text string) string {
		return `<post dsq:id="` + id + `"><id>` + before + `</id><message>` + text + `</message><createdAt>2020-01-02T03:04:0` + second + `Z</createdAt><thread dsq:id="1"/></post>`
	}
	other := disqus(thread("1", "", "https://old.example/0/"), post("7001", "", "4", "Synced"), post("7002", "", "5", "Synced long ago"), post("7003", "wp_id=6", "6", "Begun there"), post("7004", "", "7", "Only here"))
	n.move(write(t, "export.xml", site))
	files := []string{write(t, "export.xml", other)}
	if r := n.hear(files); heard(r) != "1 comments, 3 unchanged, 0 warnings, 0 failed" {
		t.Errorf("%s %v", heard(r), r.Warnings)
	}
	// The other way round: what Disqus brought before does not hide what only WordPress has.
	m := open(t, sqlite(t))
	m.move(write(t, "export.xml", strings.ReplaceAll(export(1), "wp:comment>", "wp:nothing>")))
	if r := m.hear(files); heard(r) != "4 comments, 0 unchanged, 0 warnings, 0 failed" {
		t.Errorf("%s %v", heard(r), r.Warnings)
	}
	if r := m.move(write(t, "export.xml", site)); r.Comments != 2 {
		t.Errorf("%d comments came from WordPress, want 2", r.Comments)
	}
}

func TestAnImportOfCommentsThatIsStoppedGoesOnTheNextTime(t *testing.T) {
	n := open(t, sqlite(t))
	n.move(gazette(t, "wp:comment>", "wp:nothing>"))
	var all []string
	for i := range 250 {
		all = append(all, said(fmt.Sprintf("p%d", i), "", "1", fmt.Sprintf("Said %d", i), ""))
	}
	files := []string{write(t, "export.xml", disqus(append(all, thread("1", "", pier))...))} // posts before their thread
	ctx, stop := context.WithCancel(t.Context())
	stopping := n.options()
	stopping.Comments = cutting{n.talk, stop}
	r, err := transfer.ImportDisqus(ctx, stopping, files...)
	if err == nil || !strings.Contains(err.Error(), "goes on with the rest") || r.Comments == 0 || r.Comments == 250 {
		t.Fatalf("%s: %v", heard(r), err)
	}
	if next := n.hear(files); next.Comments+r.Comments != 250 {
		t.Errorf("%d comments, and then %d", r.Comments, next.Comments)
	}
}

func pack(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
