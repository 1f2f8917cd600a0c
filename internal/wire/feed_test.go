package wire

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"dateline/internal/fault"
)

func parseFeed(t *testing.T, text string) Feed {
	t.Helper()
	f, err := ParseFeed([]byte(text), "https://wire.example/feeds/all.xml")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const rssFeed = `<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Harbour &amp; Wire</title><link>https://wire.example/news/</link><language>en-GB</language><copyright>Harbour Wire 2026</copyright>
<item><title>Pilots &lt;b&gt;accept&lt;/b&gt; rota</title><link>/news/1</link><guid isPermaLink="false">77</guid><dc:creator>Ana Brandt</dc:creator><category>Sea</category>
<pubDate>Tue, 10 Mar 2026 10:00:00 +0200</pubDate><description>What the pilots said.</description>
<content:encoded><![CDATA[<p>They <a href="vote">voted</a>.<script>alert(1)</script></p><p><img src="img/2.png" alt="A boat"></p>]]></content:encoded>
<media:content url="//cdn.wire.example/1.jpg" medium="image"><media:credit>J. Roe</media:credit></media:content></item>
<item><title></title><description></description></item>
</channel></rss>`

func TestAnEntryOfAFeedBecomesAnItem(t *testing.T) {
	f := parseFeed(t, rssFeed)
	if f.Title != "Harbour & Wire" || len(f.Items) != 1 {
		t.Fatalf("%q, %d items", f.Title, len(f.Items))
	}
	it := f.Items[0]
	c := it.Content
	if c.Headline != "Pilots accept rota" || c.Lead != "What the pilots said." || c.Byline[0].Name != "Ana Brandt" || c.Tags[0] != "Sea" || c.Language != "en-GB" {
		t.Errorf("%+v", c)
	}
	if c.Source.URI != "https://wire.example/feeds/all.xml#77" || c.Source.Version != "2026-03-10T08:00:00Z" || c.Source.Name != "Harbour & Wire" || c.Source.Copyright != "Harbour Wire 2026" {
		t.Errorf("%+v", c.Source)
	}
	text := string(c.Body.Canonical())
	if !strings.Contains(text, "https://wire.example/news/vote") || strings.Contains(text, "alert") {
		t.Errorf("%s", text)
	}
	if len(it.Pictures) != 2 || it.Pictures[0].URI != "https://cdn.wire.example/1.jpg" || it.Pictures[0].Credit != "J. Roe" || it.Pictures[1].URI != "https://wire.example/news/img/2.png" || it.Pictures[1].Alt != "A boat" || c.Picture != it.Pictures[0].ID {
		t.Errorf("%+v", it.Pictures)
	}
	if !it.FirstCreated.Equal(time.Date(2026, 3, 10, 8, 0, 0, 0, time.UTC)) || it.Status != Usable {
		t.Errorf("%s %s", it.FirstCreated, it.Status)
	}
}

func TestAnItemSurvivesBeingKept(t *testing.T) {
	it := parseFeed(t, rssFeed).Items[0]
	raw, err := json.Marshal(it)
	if err != nil {
		t.Fatal(err)
	}
	var back Item
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	if !back.Content.Body.Equal(it.Content.Body) || !reflect.DeepEqual(back.Pictures, it.Pictures) || back.Content.Source.Version != it.Content.Source.Version || back.Status != it.Status || !back.VersionTime.Equal(it.VersionTime) {
		t.Errorf("%+v\n%+v", back, it)
	}
}

func TestFeedsOfOtherKindsCharsetsAndDirectionsAreRead(t *testing.T) {
	atom := parseFeed(t, `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar"><title>وكالة</title><entry><id>urn:uuid:1</id><title>الميناء يفتح</title><updated>2026-03-10T10:00:00Z</updated><published>2026-03-09T10:00:00Z</published><content type="html">&lt;p dir="rtl"&gt;فتح الميناء أبوابه.&lt;/p&gt;</content></entry></feed>`)
	if it := atom.Items[0]; it.Content.Headline != "الميناء يفتح" || it.Content.Source.URI != "urn:uuid:1" || it.Content.Source.Version != "2026-03-10T10:00:00Z" || !strings.Contains(it.Content.Body.Text(), "فتح الميناء") {
		t.Errorf("%+v", it)
	}
	latin := parseFeed(t, "<?xml version=\"1.0\" encoding=\"windows-1251\"?><rss version=\"2.0\"><channel><title>x</title><item><guid>https://a.example/1</guid><title>\xcc\xee\xf1\xea\xe2\xe0</title><description>\xcd\xee\xe2\xee\xf1\xf2\xfc</description></item></channel></rss>")
	if it := latin.Items[0]; it.Content.Headline != "Москва" || it.Content.Body.Text() != "Новость" || it.Content.Source.URI != "https://a.example/1" || it.Content.Source.Version != "" {
		t.Errorf("%+v", it.Content)
	}
	wrong := parseFeed(t, "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel><title>x</title><item><guid>1</guid><title>Caf\xe9 closes</title></item></channel></rss>")
	if it := wrong.Items[0]; !strings.HasPrefix(it.Content.Headline, "Caf") {
		t.Errorf("%q", it.Content.Headline)
	}
	js := parseFeed(t, `{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[{"id":"9","url":"https://j.example/9","title":"Nine","content_html":"<p>Ninth.</p>"}]}`)
	if it := js.Items[0]; it.Content.Headline != "Nine" || it.Content.Body.Text() != "Ninth." {
		t.Errorf("%+v", it.Content)
	}
}

func TestHostileFeedsAreRefusedOrHarmless(t *testing.T) {
	bomb := `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><title>t</title><item><guid>1</guid><title>&b;&x;</title><description>d</description></item></channel></rss>`
	if f, err := ParseFeed([]byte(bomb), ""); err == nil {
		for _, it := range f.Items {
			if strings.Contains(it.Content.Headline, "aaaa") || strings.Contains(it.Content.Headline, "root:") {
				t.Errorf("an entity was expanded: %q", it.Content.Headline)
			}
		}
	}
	for name, text := range map[string]string{
		"deep":  `<rss version="2.0"><channel>` + strings.Repeat("<x:a>", 100_000),
		"large": strings.Repeat(" ", MaxFeed+1),
		"html":  "<!doctype html><html><body>Sign in</body></html>",
		"empty": "",
		"text":  "Nothing to see",
	} {
		if _, err := ParseFeed([]byte(text), ""); !fault.Is(err, fault.Malformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	attributes := `<rss version="2.0"><channel><title>t</title><item `
	for n := range 50_000 {
		attributes += fmt.Sprintf(`a%d="b" `, n)
		if n > 5_000 {
			break
		}
	}
	if _, err := ParseFeed([]byte(attributes+`><guid>1</guid><title>T</title></item></channel></rss>`), ""); err != nil {
		t.Errorf("many attributes: %v", err)
	}
}

func TestTheSameWordsHaveTheSameDigest(t *testing.T) {
	one := parseFeed(t, `<rss version="2.0"><channel><title>A</title><item><guid>1</guid><title>Pilots accept rota</title><description><![CDATA[<p>The pilots voted at noon to accept the rota which the harbour office had proposed in January.</p>]]></description></item></channel></rss>`).Items[0]
	two := parseFeed(t, `<rss version="2.0"><channel><title>B</title><item><guid>2</guid><title>PILOTS ACCEPT ROTA!</title><description>The pilots voted at noon, to accept the rota which the harbour office had proposed in January</description></item></channel></rss>`).Items[0]
	if one.Digest() == "" || one.Digest() != two.Digest() {
		t.Errorf("%q %q", one.Digest(), two.Digest())
	}
	short := one
	short.Content.Body, short.Content.Headline = two.Content.Body.Rewrite(nil, nil), "Other"
	if short.Digest() == one.Digest() {
		t.Error("another headline has the same digest")
	}
}

func FuzzFeed(f *testing.F) {
	f.Add(rssFeed)
	f.Add(`<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>x</title></entry></feed>`)
	f.Add(`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"9"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		feed, err := ParseFeed([]byte(text), "https://wire.example/feed")
		if err != nil && !fault.Is(err, fault.Malformed) {
			t.Fatalf("%v", err)
		}
		for _, it := range feed.Items {
			if it.Content.Headline == "" || it.Content.Source.URI == "" || len(it.Content.Source.URI) > 500 || strings.ContainsAny(it.Content.Headline, "\x00\n") {
				t.Fatalf("%+v", it.Content)
			}
		}
	})
}
