package app

import (
	"strings"
	"testing"

	"dateline/internal/account"
	"dateline/internal/web/site"
)

func TestFrontsCountCommentsAndAreNotMadeForEach(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	id, path := p.story("Tram opens", "")
	count := `<a href="` + path + `/discussion">1 comment</a>`
	for _, at := range []string{"/", "/world"} {
		if got := p.get(200, at); strings.Contains(got, "/discussion") {
			t.Errorf("%s counts nothing", at)
		}
	}
	p.comment("reader", id, "At last!", "")
	for _, at := range []string{"/", "/world"} {
		if got := p.get(200, at); strings.Contains(got, count) {
			t.Errorf("%s was made anew for a comment", at)
		}
	}
	p.clock.Forward(site.Counted)
	for _, at := range []string{"/", "/world"} {
		if got := p.get(200, at); !strings.Contains(got, count) {
			t.Errorf("%s: %s", at, got)
		}
	}
}

func TestAnAnswerBeginsWithWhatItQuotes(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	id, path := p.story("Tram opens", "")
	p.person("zoe", account.Reader, "")
	first := p.comment("zoe", id, "> Older.\n\nAt last!\nSee <b>this</b>.", "")
	box := string(p.own("reader", "/comment/"+id+"?to="+first.text("id")).body)
	if at := "/comment/" + id + "?to=" + first.text("id") + "&amp;quote"; !strings.Contains(box, at) {
		t.Errorf("no way to quote: %s", box)
	}
	if box = string(p.own("reader", "/comment/"+id+"?to="+first.text("id")+"&quote").body); !strings.Contains(box, ">&gt; At last!\n&gt; See &lt;b&gt;this&lt;/b&gt;.\n\n</textarea>") {
		t.Errorf("%s", box)
	}
	p.comment("reader", id, "> At last!\n\nNine years late.", first.text("id"))
	if got := p.get(200, path); !strings.Contains(got, `<blockquote><p dir="auto">At last!</p></blockquote><p dir="auto">Nine years late.</p>`) {
		t.Errorf("%s", got)
	}
}
