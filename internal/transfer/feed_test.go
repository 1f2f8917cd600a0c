package transfer_test

import (
	"testing"

	"dateline/internal/news"
	"dateline/internal/transfer"
)

const feedOfTwo = `<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour Wire</title><link>https://wire.example/</link><language>en</language>
<item><guid>https://wire.example/2</guid><title>Bridge stuck</title><category>Business</category><description><![CDATA[<p>It is stuck.</p>]]></description><pubDate>Sun, 22 Nov 2026 10:00:00 GMT</pubDate></item>
<item><guid>https://wire.example/1</guid><title>Pilots vote</title><description>They vote.</description><pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>`

func TestAFeedIsImportedAsDraftsOnce(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		folder := write(t, "feed.xml", feedOfTwo, "page.xml", "<html><body>No feed</body></html>")
		bring := func(set ...func(*transfer.Options)) transfer.Result {
			t.Helper()
			r, err := transfer.ImportFeed(t.Context(), n.options(set...), folder)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		n.wants(bring(dry), "2 new, 0 pictures, 0 updated, 0 unchanged, 1 failed")
		if n.articles() != 0 {
			t.Fatal("a dry run wrote something")
		}
		n.wants(bring(), "2 new, 0 pictures, 0 updated, 0 unchanged, 1 failed")
		a := n.article("https://wire.example/2")
		if s, _ := n.addresses().SectionByID(a.Section); a.State != news.Draft || a.Headline != "Bridge stuck" || a.Source.Name != "Harbour Wire" || s.Slug != "business" || a.Body.Text() != "It is stuck." {
			t.Errorf("%+v", a)
		}
		n.wants(bring(), "0 new, 0 pictures, 0 updated, 2 unchanged, 1 failed")
	})
}
