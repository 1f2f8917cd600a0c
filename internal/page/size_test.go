package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"

	"dateline/internal/body"
	"dateline/internal/news"
	"dateline/internal/talk"
)

func compressed(t testing.TB, b []byte) int {
	t.Helper()
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, brotli.BestCompression)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}

func TestPagesStaySmall(t *testing.T) {
	r := sampleRenderer(t)
	for kind, style := range r.press.styles {
		t.Logf("%s: %d bytes of style, %d with brotli", kind, len(style), compressed(t, []byte(style)))
		most := 14 << 10
		switch kind {
		case "live": // a story with posts
			most = 16 << 10
		case "search": // with every form
			most = 15 << 10
		case "lively": // with comments besides
			most = 17 << 10
		}
		if n := len(style); n > most {
			t.Errorf("the style of %s has %d bytes, more than %d", kind, n, most)
		}
	}
	for _, language := range []string{"en", "ru"} {
		pages := samplePages(t, r, language)
		for _, name := range []string{"article", "front", "section", "newsfeed", "history"} {
			b := whole(t, r, language, pages[name])
			n := compressed(t, b)
			if name == "article" || name == "front" {
				t.Logf("%s-%s: %d bytes, %d with brotli", language, name, len(b), n)
			}
			if n > 10<<10 {
				t.Errorf("%s-%s has %d bytes with brotli, more than 10 KB", language, name, n)
			}
		}
	}
}

// prose reads paragraphs and headlines of an edition of the made-up newsroom: text that packs like real text.
func prose(t testing.TB, edition string) (paragraphs, headlines []string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("..", "..", "cmd", "dateline", "internal", "demo", "content", edition, "stories", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(b), "\n") {
			if h, ok := strings.CutPrefix(line, "headline: "); ok {
				headlines = append(headlines, h)
			}
			if len(line) > 120 && !strings.Contains(line[:20], ": ") && !strings.ContainsAny(line[:1], "[|#>-") {
				paragraphs = append(paragraphs, strings.NewReplacer("*", "", "](", " ").Replace(line))
			}
		}
	}
	return paragraphs, headlines
}

func TestAnArticleOfSixHundredWordsStaysBelowTenKilobytes(t *testing.T) { weigh(t, 600, 0, 10<<10) }

func TestAnArticleOfFifteenHundredWordsWithTwentyCommentsStaysBelowFourteenKilobytes(t *testing.T) {
	weigh(t, 1500, 20, 14<<10)
}

// weigh renders an article of so many words and comments in each language and says when it weighs more than most.
func weigh(t *testing.T, length, comments, most int) {
	t.Helper()
	for _, language := range []string{"en", "es", "ru", "ar"} {
		paragraphs, headlines := prose(t, editionSlug(language))
		if len(paragraphs) < 12 || len(headlines) < 8 {
			t.Logf("%s: the demo has no stories here yet", language)
			continue
		}
		var content []any
		words := 0
		for _, p := range paragraphs {
			if words >= length {
				break
			}
			words += body.CountWords(p)
			content = append(content, para(p))
		}
		doc, err := json.Marshal(docNode{"type": "doc", "content": content})
		if err != nil {
			t.Fatal(err)
		}
		r := sampleRenderer(t)
		art := sampleArticle(t, language)
		if art.Item.Body, err = body.Parse(doc); err != nil {
			t.Fatal(err)
		}
		art.Item.Corrections, art.Item.Headline = nil, headlines[0]
		art.Talk = Talk{Gate: talk.Open, Count: int64(comments) * 2, Next: "x", Resume: "1.2"}
		for n := range comments {
			c := talk.Shown{ID: fmt.Sprintf("0v%05dk3m%03d", n*977, n), Author: fmt.Sprintf("0u%05dq2n%03d", n*613, n), Name: []string{"Ana Vey", "I. Tolm", "Ben", "Sea Reader"}[n%4], At: art.Item.PublishedAt.Add(time.Duration(n*7) * time.Minute), Text: paragraphs[len(paragraphs)-1-n%len(paragraphs)]}
			if len(c.Text) > 200 {
				c.Text = strings.ToValidUTF8(c.Text[:200], "")
			}
			if c.Root = c.ID; n%3 > 0 {
				c.Root = art.Talk.First[len(art.Talk.First)-1].ID
				c.Parent = c.Root
				art.Talk.Rest = append(art.Talk.Rest, c)
				continue
			}
			c.Replies = 2
			art.Talk.First = append(art.Talk.First, c)
		}
		p, err := r.Article(art)
		if err != nil {
			t.Fatal(err)
		}
		items := sampleItems(t, language)
		for i := range 20 {
			it := items[i%len(items)]
			it.ID, it.Headline, it.Slug = fmt.Sprintf("0w%dk3c9x%dq", i*7919, i), headlines[i%len(headlines)], news.Slug(language, headlines[i%len(headlines)])
			items = append(items, it)
		}
		feed, err := r.NewsfeedPart(Newsfeed{Edition: editionSlug(language), Items: items[len(items)-20:], Resume: "7.41"})
		if err != nil {
			t.Fatal(err)
		}
		b, err := p.Stitch(func(n PartName) ([]byte, error) {
			switch n {
			case MastheadPart:
				m, err := r.MastheadPart(Masthead{Edition: editionSlug(language)})
				return m.HTML, err
			case NewsfeedPart:
				return feed.HTML, nil
			}
			m, err := r.FooterPart(Footer{Edition: editionSlug(language)})
			return m.HTML, err
		})
		if err != nil {
			t.Fatal(err)
		}
		n, most := compressed(t, b), most
		if comments > 0 && (language == "ru" || language == "ar") { // the words alone weigh two bytes a letter
			most += 2 << 10
		}
		t.Logf("%s: %d words, %d comments, %d bytes, %d with brotli", language, words, comments, len(b), n)
		if n > most {
			t.Errorf("%s: %d words and %d comments make %d bytes with brotli, more than %d", language, words, comments, n, most)
		}
	}
}
