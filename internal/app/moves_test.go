package app

import (
	"fmt"
	"strings"
	"testing"

	"dateline/internal/fact"
)

// smallSite is an export of one story, one page and one comment.
const smallSite = `<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Old Gazette</title><link>https://old.example</link><wp:wxr_version>1.2</wp:wxr_version>
<item><title>Storm takes the pier</title><link>https://old.example/storm/</link><guid>https://old.example/?p=1</guid><content:encoded><![CDATA[<p>The pier is gone. [unknown-thing]</p>]]></content:encoded><wp:post_id>1</wp:post_id><wp:post_date_gmt>2019-05-14 06:30:00</wp:post_date_gmt><wp:status>publish</wp:status><wp:post_type>post</wp:post_type>
<wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_author>Ines</wp:comment_author><wp:comment_approved>1</wp:comment_approved><wp:comment_content>Sad for all.</wp:comment_content></wp:comment></item>
<item><title>About us</title><link>https://old.example/about/</link><guid>https://old.example/?page_id=2</guid><content:encoded><![CDATA[<p>We are few.</p>]]></content:encoded><wp:post_id>2</wp:post_id><wp:post_date_gmt>2018-01-01 00:00:00</wp:post_date_gmt><wp:status>publish</wp:status><wp:post_type>page</wp:post_type></item>
</channel></rss>`

// handIn hands an export in for the edition en as an admin and waits until it was checked.
func (p *paper) handIn(text string) reply {
	p.t.Helper()
	m := p.must(201, "admin", "POST", "/api/v1/moves?edition=en&name=export.xml", text, "Content-Type", "application/xml")
	p.eventually("it is checked", func() bool {
		m = p.must(200, "admin", "GET", "/api/v1/moves/"+m.text("id"), "")
		return m.text("stage") != "checking"
	})
	return m
}

// endMoves stops every move that is open.
func (p *paper) endMoves() {
	p.t.Helper()
	for _, m := range p.must(200, "admin", "GET", "/api/v1/moves", "").json()["items"].([]any) {
		if m := m.(map[string]any); m["stage"] != "done" && m["stage"] != "failed" {
			p.ask("admin", "POST", "/api/v1/moves/"+m["id"].(string)+"/stop", "") // it may be over meanwhile
		}
	}
}

func TestASiteMovesInFromSettings(t *testing.T) {
	p := newPaper(t)
	m := p.handIn(smallSite)
	id := m.text("id")
	if m.text("stage") != "checked" || m.text("found.posts") != "1" || m.text("found.pages") != "1" || m.text("found.comments") != "1" || m.text("site") != "Old Gazette" || m.text("name") != "export.xml" {
		t.Fatalf("%s", m.body)
	}
	p.get(404, "/storm/")
	if r := p.must(409, "editor", "POST", "/api/v1/moves?edition=en&name=b.xml", smallSite, "Content-Type", "application/xml"); !strings.Contains(r.text("type"), "move_open") {
		t.Errorf("%s", r.body)
	}
	p.must(200, "editor", "POST", "/api/v1/moves/"+id+"/start", "")
	p.eventually("it is done", func() bool {
		m = p.must(200, "editor", "GET", "/api/v1/moves/"+id, "")
		return m.text("stage") == "done"
	})
	if m.text("brought.posts") != "1" || m.text("brought.pages") != "1" || m.text("brought.comments") != "1" || m.text("brought.redirects") != "2" || m.text("debts.shortcode") != "1" {
		t.Errorf("%s", m.body)
	}
	r := p.must(301, "", "GET", "/storm/", "")
	page := p.get(200, r.header.Get("Location"))
	if !strings.Contains(page, "The pier is gone.") || !strings.Contains(page, "Sad for all.") || !strings.Contains(page, "2019-05-14T06:30:00Z") {
		t.Errorf("%.600s", page)
	}
	debts := p.must(200, "editor", "GET", "/api/v1/moves/"+id+"/debts?kind=shortcode", "").json()["items"].([]any)
	if len(debts) != 1 || debts[0].(map[string]any)["headline"] != "Storm takes the pier" || !strings.Contains(fmt.Sprint(debts[0]), "[unknown-thing]") {
		t.Errorf("%v", debts)
	}
	if n := p.toldDesk(fact.Carried); n < 4 { // handed in, checked, started, done
		t.Errorf("the desk was told %d times", n)
	}
	p.must(409, "editor", "POST", "/api/v1/moves/"+id+"/start", "")
	if m = p.handIn(smallSite[:900]); m.text("stage") != "failed" || !strings.Contains(m.text("why"), "line ") {
		t.Errorf("a damaged file: %s", m.body)
	}
	p.eventually("no file stays", func() bool { // the last one goes when its move has ended
		for range p.site.Files.List(t.Context(), "moves/") {
			return false
		}
		return true
	})
}
