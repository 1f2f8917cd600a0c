package feed

import (
	"dateline/internal/body"
	"dateline/internal/coverage"
	"dateline/internal/edition"
	"dateline/internal/news"
)

// Flash makes a post of a live coverage an item of the newsfeed.
func Flash(of news.Item, i coverage.Item) news.Item {
	it := news.Item{ID: i.ID, Content: of.Content, PublishedAt: i.PublishedAt, UpdatedAt: i.RevisedAt, FeedAt: i.LineAt(), Corrections: marks(i)}
	it.Headline, it.ShortHeadline, it.Lead, it.Picture, it.Urgency, it.Body = i.Short(), "", "", "", 0, body.Document{}
	return it
}

// marks are the corrections of a post as a story has them.
func marks(i coverage.Item) []news.Mark {
	var out []news.Mark
	for _, m := range i.Corrections {
		out = append(out, news.Mark{At: m.At, Note: m.Note})
	}
	return out
}

// OfPosts gives the posts of a live coverage as items of its feed, and their addresses by id.
func OfPosts(a edition.Addresses, of news.Item, posts []coverage.Item) (items []news.Item, addresses map[string]string) {
	base := news.Address(a, of.Content)
	addresses = map[string]string{}
	for _, i := range posts {
		it := news.Item{ID: i.ID, Revision: i.Revision, PublishedAt: i.At, UpdatedAt: i.RevisedAt, FeedAt: i.At}
		it.Content = news.Content{Edition: of.Edition, Section: of.Section, Kind: news.Live, Headline: i.Short(), Body: i.Body, Tags: i.Tags, Slug: of.Slug, Language: of.Language}
		if it.Body.IsEmpty() {
			it.Body = body.FromText(plainPost(i.Content))
		}
		if name := i.Contributor; name != "" {
			it.Byline = []news.Byline{{Name: name}}
		} else if i.Byline != "" {
			it.Byline = []news.Byline{{Name: i.Byline}}
		}
		it.Corrections = marks(i)
		items, addresses[i.ID] = append(items, it), coverage.Permalink(base, i.ID)
	}
	return items, addresses
}

// plainPost is what a post without a text says: the score, or the question with its answers.
func plainPost(c coverage.Content) string {
	switch {
	case c.Result != nil:
		return c.Result.Line()
	case c.Question != nil:
		text := c.Question.Question
		for _, o := range c.Question.Options {
			text += "\n\n" + o.Text
		}
		return text
	}
	return c.Headline
}
