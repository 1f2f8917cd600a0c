package wire

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dateline/internal/fault"
	"dateline/internal/news"
)

// readWXR reads a whole export, and gives a finder over it.
func readWXR(t testing.TB, r io.Reader) (WXRSite, []WXRItem, Finder, error) {
	t.Helper()
	x := NewWXR(r)
	var all []WXRItem
	for it, err := range x.Items() {
		if err != nil {
			return x.Site, all, nil, err
		}
		all = append(all, it)
	}
	return x.Site, all, func(by, key string) (WXRItem, bool) {
		for _, it := range all {
			if key != "" && (by == "id" && it.ID == key || by == "file" && it.File == key) {
				return it, true
			}
		}
		return WXRItem{}, false
	}, nil
}

func harbour(t testing.TB) (string, WXRSite, []WXRItem, Finder) {
	raw, err := os.ReadFile("testdata/harbour.xml")
	if err != nil {
		t.Fatal(err)
	}
	site, all, find, err := readWXR(t, strings.NewReader(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw), site, all, find
}

func TestAPostOfTheOlderEditorBecomesAStory(t *testing.T) {
	_, site, all, find := harbour(t)
	it, warnings := site.Item(all[2], find)
	c := it.Content
	if c.Headline != "Storm takes the pier" || c.Lead != "A night of wind ended what stood for 90 years." || c.Slug != "storm-takes-the-pier" || c.Kind != news.Story || c.Discussion != "open" {
		t.Errorf("got %+v", c)
	}
	if len(c.Byline) != 1 || c.Byline[0] != (news.Byline{Name: "Mara Lind", Author: "mara"}) {
		t.Errorf("byline %v", c.Byline)
	}
	if strings.Join(c.Tags, "|") != "City|Storm" {
		t.Errorf("tags %q", c.Tags)
	}
	if len(it.Pictures) != 2 || c.Picture != it.Pictures[0].ID || it.Pictures[0].Alt != "A wooden pier under a low sky" || it.Pictures[0].Caption != "The pier before the storm." || it.Pictures[0].Credit != "Mara Lind / Gazette" {
		t.Errorf("pictures %+v", it.Pictures)
	}
	if f := it.Pictures[1].Files; len(f) < 2 || f[0].Href != "uploads/2019/05/crane.jpg" || f[1].Href != "https://gazette.example.org/wp-content/uploads/2019/05/crane.jpg" {
		t.Errorf("the whole file is not asked for: %+v", f)
	}
	doc := string(c.Body.Canonical())
	for _, want := range []string{`"text":"old pier"`, "hurt [sic].", `"provider":"youtube"`} {
		if !strings.Contains(doc, want) {
			t.Errorf("no %s in %s", want, doc)
		}
	}
	if it.Pictures[1].Caption != "The crane on Tuesday" || it.Pictures[1].Alt != "A crane" {
		t.Errorf("the picture in the text: %+v", it.Pictures[1])
	}
	if strings.Contains(doc, "caption id") || strings.Contains(doc, "contact-form") || strings.Contains(doc, "[embed]") {
		t.Errorf("a shortcode is left: %s", doc)
	}
	if text := c.Body.Text(); !strings.Contains(text, "is gone.\nNobody") {
		t.Errorf("the lines ran together: %q", text)
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0].Text, "contact-form-7") {
		t.Errorf("warnings %v", warnings)
	}
	if got := strings.Join(site.Formerly(all[2]), " "); got != "/2019/05/storm-takes-the-pier /?p=21" {
		t.Errorf("former addresses %s", got)
	}
	if s, ok := site.Section(all[2]); !ok || s.SectionSlug("en") != "port" || s.Name != "The Port & the Sea" || s.Description != "Ships, tides and those who live by them." {
		t.Errorf("section %+v", s)
	}
	if all[2].Comments != 2 || all[2].Replies != 1 {
		t.Errorf("%d comments, %d replies", all[2].Comments, all[2].Replies)
	}
}

func TestAPostOfTheBlockEditorBecomesAStory(t *testing.T) {
	_, site, all, find := harbour(t)
	it, warnings := site.Item(all[3], find)
	doc := string(it.Content.Body.Canonical())
	if it.Content.Headline != "A new pier – by autumn" || len(it.Content.Byline) != 2 || it.Content.Byline[1].Name != "Tomás Vey" {
		t.Errorf("got %+v", it.Content)
	}
	if !strings.Contains(doc, `"type":"gallery"`) || !strings.Contains(doc, "https://vimeo.com/76979871") || !strings.Contains(doc, "The plan in a minute") {
		t.Errorf("got %s", doc)
	}
	if n := strings.Count(doc, "vimeo.com/76979871"); n != 1 {
		t.Errorf("the embed stands there %d times: %s", n, doc)
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0].Text, "latest-posts") {
		t.Errorf("warnings %v", warnings)
	}
}

func TestWhatIsNotPublicStaysSo(t *testing.T) {
	for _, c := range []struct {
		it    WXRItem
		state news.State
		why   bool
	}{
		{WXRItem{Status: "publish"}, news.Published, false}, {WXRItem{Status: "draft"}, news.Draft, false}, {WXRItem{Status: "pending"}, news.InReview, false},
		{WXRItem{Status: "private"}, news.Draft, true}, {WXRItem{Status: "publish", Password: true}, news.Draft, true}, {WXRItem{Status: "trash"}, "", false},
		{WXRItem{Status: "future", Published: wxrTime("2099-01-01 00:00:00")}, news.Scheduled, false}, {WXRItem{Status: "archived"}, news.Draft, true},
	} {
		if state, why := c.it.State(); state != c.state || why != "" != c.why {
			t.Errorf("%+v: %q %q", c.it.Status, state, why)
		}
	}
}

func TestAnItemIsReadAgainFromWhereItBegins(t *testing.T) {
	raw, _, all, _ := harbour(t)
	for _, it := range all {
		again, err := ReadWXRItem(strings.NewReader(raw[it.Offset:]))
		again.Offset, again.Line = it.Offset, it.Line
		a, _ := json.Marshal(it)
		b, _ := json.Marshal(again)
		if err != nil || string(a) != string(b) {
			t.Errorf("item %s at %d: %v\n%s\n%s", it.ID, it.Offset, err, a, b)
		}
	}
}

func TestADamagedExportSaysTheLine(t *testing.T) {
	raw, _, _, _ := harbour(t)
	for name, c := range map[string][2]string{
		"cut off":       {raw[:len(raw)/2], "line "},
		"end missing":   {strings.TrimSuffix(strings.TrimSpace(raw), "</rss>"), "unexpected EOF"},
		"bare &":        {strings.Replace(raw, "crane.jpg</wp:attachment_url>", "crane.jpg?a=1&b=2</wp:attachment_url>", 1), "line 26: invalid character entity"},
		"a page":        {"<html><body>Not found</body></html>", "line 1: it begins with <html>"},
		"a feed":        {`<rss><channel><item><title>x</title></item></channel></rss>`, "no export of WordPress"},
		"nothing":       {"", ""},
		"other letters": {`<?xml version="1.0" encoding="KOI8-R"?><rss/>`, "KOI8-R"},
		"deep":          {"<rss><channel>" + strings.Repeat("<a>", 200), "too deep"},
		"large":         {"<rss><channel><item><title>" + strings.Repeat("a", MaxItem+1), "larger than 8 MB"},
	} {
		_, _, _, err := readWXR(t, strings.NewReader(c[0]))
		if name == "nothing" {
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c[1]) || !fault.Is(err, fault.Malformed) && !fault.Is(err, fault.TooLarge) {
			t.Errorf("%s: %v, want %q", name, err, c[1])
		}
	}
}

func TestExportsThatOthersWroteAreReadAsExpected(t *testing.T) {
	const shared = "../../../shared/testdata/migrate-wordpress"
	for _, folder := range []string{"isso", "mg-wp-xml"} {
		raw, err := os.ReadFile(filepath.Join(shared, folder, "expected-counts.json"))
		if err != nil {
			t.Skip("the shared test data is not beside the repository")
		}
		var want map[string]struct {
			Wellformed               bool
			Items, Comments, Authors int
			CommentReplies           int            `json:"comment_replies"`
			ByType                   map[string]int `json:"by_type"`
		}
		if err := json.Unmarshal(raw, &want); err != nil {
			t.Fatal(err)
		}
		for name, w := range want {
			in, err := os.ReadFile(filepath.Join(shared, folder, name))
			if err != nil {
				t.Fatal(err)
			}
			site, all, find, err := readWXR(t, strings.NewReader(string(in)))
			if !w.Wellformed {
				if !fault.Is(err, fault.Malformed) {
					t.Errorf("%s is taken although it is not well-formed: %v", name, err)
				}
				continue
			}
			comments, posts := 0, 0
			for _, it := range all {
				comments += it.Comments
				if item, _ := site.Item(it, find); item.NotArticle == "" {
					posts++
				}
			}
			if err != nil || len(all) != w.Items || comments != w.Comments || len(site.Authors) != w.Authors || posts != w.ByType["post"]+w.ByType["page"] {
				t.Errorf("%s: %d items, %d comments, %d authors, %d stories: %v, want %+v", name, len(all), comments, len(site.Authors), posts, err, w)
			}
		}
	}
}

func FuzzWXR(f *testing.F) {
	raw, _, all, _ := harbour(f)
	f.Add(raw)
	for _, it := range all {
		f.Add(`<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><item><wp:post_type>post</wp:post_type><wp:status>publish</wp:status><content:encoded><![CDATA[` + it.Content + `]]></content:encoded></item></channel></rss>`)
	}
	for _, s := range []string{"[[a]]", "[gallery ids=\"1,2\"", "[caption]<img>x[/caption][/caption]", "<!-- wp:block {\"ref\":1} /-->", "<!-- wp:embed {\"url\":\"https://x.com/\"} -->", "[a b='", "<pre>\n\n</pre>\n\n<ul>\n\n<li>"} {
		f.Add(`<rss><channel><item><wp:post_type>page</wp:post_type><content:encoded><![CDATA[` + s + `]]></content:encoded></item></channel></rss>`)
	}
	f.Fuzz(func(t *testing.T, text string) {
		site, all, find, err := readWXR(t, strings.NewReader(text))
		if err != nil {
			if !fault.Is(err, fault.Malformed) && !fault.Is(err, fault.TooLarge) {
				t.Fatalf("%v is no fault of the file", err)
			}
			return
		}
		for _, it := range all {
			item, _ := site.Item(it, find)
			site.Formerly(it)
			site.Section(it)
			c := item.Content
			for _, s := range append([]string{c.Headline, c.Lead, c.Slug}, c.Tags...) {
				if strings.ContainsAny(s, "\x00\x07\x1b") {
					t.Errorf("control characters in %q", s)
				}
			}
			if c.Slug != "" && !isSlug(c.Slug) {
				t.Errorf("slug %q", c.Slug)
			}
		}
	})
}
