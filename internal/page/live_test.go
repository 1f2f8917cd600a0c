package page

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dateline/internal/body"
	"dateline/internal/coverage"
	"dateline/internal/news"
)

// storm gives the live coverage of the made-up newsroom as a page has it: its posts are text that packs like real text.
func storm(t testing.TB, posts int) Live {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "cmd", "dateline", "internal", "demo", "content", "live", "storm-halla.txt"))
	if err != nil {
		t.Fatal(err)
	}
	v := Live{Article: sampleArticle(t, "en"), Follow: "7.41", Now: noon}
	v.Item.Kind, v.Item.Headline, v.Item.Body, v.Item.Corrections = news.Live, "Storm Halla reaches the coast", body.Document{}, nil
	records := strings.Split(string(raw), "====\n")[1:]
	for n := range posts {
		_, text, _ := strings.Cut(records[n%len(records)], "\n\n")
		at := noon.Add(-time.Duration(n) * 5 * time.Minute)
		i := coverage.Item{ID: fmt.Sprintf("0p6gr%03dk3c9x", n), Coverage: v.Item.ID, Revision: 1, PublishedAt: at, RevisedAt: at,
			Content: coverage.Content{Kind: coverage.Update, Body: body.FromText(strings.TrimSpace(text)), At: at, Byline: "Petra Lindow", KeyEvent: n%7 == 0}}
		if n%5 == 0 {
			i.Headline = fmt.Sprintf("What is known at this hour, part %d", n)
		}
		v.Updates = append(v.Updates, i)
		if n < 20 {
			v.Posts = append(v.Posts, i)
		}
		if i.KeyEvent {
			v.Keys = append(v.Keys, i)
		}
	}
	v.Next = v.Updates[min(20, posts-1)].ID
	return v
}

func TestALivePageOfTwentyPostsStaysSmall(t *testing.T) {
	r := sampleRenderer(t)
	for _, posts := range []int{20, 34, 100} {
		p, err := r.Live(storm(t, posts))
		if err != nil {
			t.Fatal(err)
		}
		b := whole(t, r, "en", p)
		n := compressed(t, b)
		t.Logf("%d posts: %d bytes, %d with brotli", posts, len(b), n)
		if n > 12<<10 { // a story has ten; what a server may send before it hears from the reader is fourteen
			t.Errorf("with %d posts it has %d bytes with brotli, more than 12 KB", posts, n)
		}
	}
}

func TestSearchEnginesAreToldOfEveryUpdate(t *testing.T) {
	r := sampleRenderer(t)
	v := storm(t, 34)
	p, err := r.Live(v)
	if err != nil {
		t.Fatal(err)
	}
	html := string(whole(t, r, "en", p))
	if n := strings.Count(html, `"@type":"BlogPosting"`); n != 34 || !strings.Contains(html, `"@type":"LiveBlogPosting"`) {
		t.Errorf("%d updates", n)
	}
	for _, i := range v.Updates {
		if !strings.Contains(html, `?post=`+i.ID+`#post-`+i.ID) {
			t.Errorf("%s has no address", i.ID)
		}
	}
	for _, part := range LiveHooks {
		if !strings.Contains(html, `data-part="`+part+`"`) {
			t.Errorf("no %s", part)
		}
	}
	if strings.Count(html, `id="post-`) != 20 {
		t.Error("not each post stands once")
	}
}

func TestAFurtherPageOfACoverageNamesItsOwnAddress(t *testing.T) {
	r := sampleRenderer(t)
	v := storm(t, 34)
	v.From = v.Posts[3].ID
	p, err := r.Live(v)
	if err != nil {
		t.Fatal(err)
	}
	html := string(whole(t, r, "en", p))
	for _, want := range []string{`rel="canonical" href="`, `property="og:url" content="`} {
		_, rest, _ := strings.Cut(html, want)
		if address, _, _ := strings.Cut(rest, `"`); !strings.HasSuffix(address, "?post="+v.From) {
			t.Errorf("%s%s", want, address)
		}
	}
	if strings.Contains(html, `rel="alternate" hreflang`) {
		t.Error("it names pages of other editions as its own")
	}
}

func TestAPostOfAnotherDayShowsItsTimeAndItsDay(t *testing.T) {
	r := sampleRenderer(t)
	v := storm(t, 20)
	v.Posts[19].At = noon.Add(-20 * time.Hour)
	v.Posts[19].PublishedAt = v.Posts[19].At
	p, err := r.Live(v)
	if err != nil {
		t.Fatal(err)
	}
	d := parsed(t, whole(t, r, "en", p))
	links := d.all(func(e dom) bool { return strings.Contains(e.attr("class"), "permalink") })
	if len(links) != 20 {
		t.Fatalf("%d links of posts", len(links))
	}
	for _, l := range links {
		if shown, name := strings.TrimSpace(l.text()), l.attr("aria-label"); !strings.Contains(name, shown) || !strings.Contains(shown, ":") {
			t.Errorf("a link that shows %q is called %q", shown, name)
		}
	}
	days := d.all(func(e dom) bool {
		return strings.Contains(e.attr("class"), "hint") && strings.Contains(e.text(), "Nov")
	})
	if len(days) != 1 {
		t.Errorf("%d posts show a day", len(days))
	}
}
