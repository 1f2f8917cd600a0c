// Package specimen is a small made-up publication that fills every field a template may use, by which themes are tried.
package specimen

import (
	"time"

	"dateline/internal/body"
	"dateline/internal/coverage"
	"dateline/internal/edition"
	"dateline/internal/media"
	"dateline/internal/news"
	"dateline/internal/talk"
)

// Room is its room.
var Room = talk.Chat{ID: "r", Slug: "room", Name: "Room", Edition: "e", State: talk.ChatOpen, Slow: 30, KeepDays: 2, Article: "1"}

// Publication is a publication of one story that fills every field a template may use.
func Publication() (edition.Addresses, news.Item) {
	d := &edition.Directory{
		Editions: []edition.Edition{
			{Slug: "e", Name: "Edition", Language: "en", Timezone: "UTC", Default: true, Channels: []edition.Link{{Name: "Channel", URL: "https://channel.example/"}}},
			{Slug: "f", Name: "Edición", Language: "es", Timezone: "UTC"},
		},
		Sections: []edition.Section{{ID: "s", Edition: "e", Slug: "s", Name: "Section", Description: "Description"}},
	}
	doc, err := body.Parse([]byte(`{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"Text"}]},{"type":"picture","attrs":{"id":"p"}},{"type":"related","attrs":{"id":"other"}}]}`))
	if err != nil {
		panic("specimen: the body is no document: " + err.Error())
	}
	at := time.Date(2026, 11, 23, 9, 42, 0, 0, time.UTC)
	it := news.Item{ID: "1", Revision: 2, PublishedAt: at, UpdatedAt: at.Add(time.Hour), FeedAt: at, Corrections: []news.Mark{{Revision: 2, At: at, Note: "Note", Before: "Before", After: "After"}},
		Content: news.Content{Edition: "e", Section: "s", Genre: news.Opinion, Kind: news.Story, Headline: "Headline", Lead: "Lead", Dateline: news.Dateline{Place: "Place", Source: "Source"},
			Byline: []news.Byline{{Name: "Name", Author: "name"}, {Name: "Other"}}, Body: doc, Picture: "p", Tags: []string{"Tag"}, Related: []string{"other"}, Slug: "slug", Urgency: 3, Language: "en",
			Source: &news.Source{Copyright: "Copyright"}}}
	return edition.Addresses{Base: "https://site.example", Directory: d}, it
}

// Post is a post of a live coverage that fills every field a template may use.
func Post(id, article string) coverage.Item {
	_, it := Publication()
	at := it.PublishedAt
	return coverage.Item{ID: id, Coverage: it.ID, Revision: 2, PublishedAt: at, RevisedAt: at.Add(time.Minute), EditedAt: at.Add(time.Minute), Article: article, Votes: []int64{1, 2},
		Corrections: []coverage.Mark{{At: at, Note: "Note"}},
		Content: coverage.Content{Kind: coverage.Poll, Headline: "Headline", Body: it.Body, KeyEvent: true, At: at, Byline: "Name", Contributor: "Name", Tags: []string{"Tag"},
			Result:   &coverage.Result{Home: "Home", Away: "Away", HomePoints: 2, AwayPoints: 1, Note: "Note"},
			Question: &coverage.Question{Question: "Question", Options: []coverage.Option{{ID: 1, Text: "Yes"}, {ID: 2, Text: "No"}}}}}
}

// Picture is a picture of it.
func Picture() media.Picture {
	return media.Picture{ID: "p", Kind: media.Photo, Credit: "Agency", Creator: "Name", Caption: "Caption", Alt: "Alt", Width: 1200, Height: 800,
		Renditions: []media.Rendition{{Name: "w480", Width: 480, Height: 320, Key: "k1"}, {Name: "w960", Width: 960, Height: 640, Key: "k2"}}}
}
