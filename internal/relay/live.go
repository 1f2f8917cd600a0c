package relay

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"dateline/internal/body"
	"dateline/internal/coverage"
	"dateline/internal/fact"
	"dateline/internal/live"
	"dateline/internal/news"
	"dateline/internal/page/feed"
)

// post is what an event says of a post of a live coverage.
type post struct {
	ID       string     `json:"id"`
	URL      string     `json:"url,omitempty"`
	Headline string     `json:"headline,omitempty"`
	Text     string     `json:"text,omitempty"` // its first words
	Kind     string     `json:"kind,omitempty"`
	Label    string     `json:"label,omitempty"` // in the newsfeed: the word before the headline
	Coverage string     `json:"coverage,omitempty"`
	Section  string     `json:"section,omitempty"` // slug, in the newsfeed
	At       *time.Time `json:"at,omitempty"`
	FeedAt   *time.Time `json:"feed_at,omitempty"`
	Note     string     `json:"note,omitempty"` // in the newsfeed: of the correction that its line tells of
	Key      bool       `json:"key_event,omitempty"`
	Language string     `json:"language,omitempty"`
	Revision int        `json:"revision,omitempty"`
	HTML     string     `json:"html,omitempty"` // as its page shows it
}

// excerpt is how many characters of a post an event tells as words.
const excerpt = 280

// ofPost reports whether a fact is about a live coverage or a post of one, and gives the coverage's id.
func ofPost(f fact.Fact) (coverage string, ok bool) {
	switch kind, about := f.Topic.Parts(); {
	case kind == "live":
		return about, true
	case kind == "newsfeed" && f.Part != "":
		return f.Part, true
	}
	return "", false
}

// posts reads the published posts that facts are about.
func (f Filler) posts(ctx context.Context, facts []fact.Fact) (map[string]coverage.Item, error) {
	var ids []string
	for _, one := range facts {
		if of, ok := ofPost(one); ok && one.ID != of {
			ids = append(ids, one.ID)
		}
	}
	if ids == nil {
		return nil, nil
	}
	return f.Coverage.Published(ctx, ids)
}

// fillPost puts words to a fact of a live coverage: the words of now, or that it was withdrawn and nothing more.
func (f Filler) fillPost(ctx context.Context, one fact.Fact, items map[string]news.Item, posts map[string]coverage.Item) (live.Message, error) {
	m := live.Message{Topic: one.Topic, Seq: one.Seq, Kind: one.Kind, At: one.At}
	of, _ := ofPost(one)
	words := post{ID: one.ID}
	kind, about := one.Topic.Parts()
	story, there := items[of]
	i, published := posts[one.ID]
	switch {
	case one.Kind == fact.Withdrawn:
	case !there || one.ID != of && !published:
		m.Kind = fact.Withdrawn
	case one.ID == of:
		words.URL, words.Headline = news.Address(f.Addresses(), story.Content), story.Headline
	case kind == "newsfeed" && (one.Kind == fact.Moved || story.Edition != about || !i.Newsfeed):
		m.Kind, words.URL = fact.Moved, coverage.Permalink(news.Address(f.Addresses(), story.Content), i.ID)
	default:
		words = f.postWords(i, story, one)
		if kind == "newsfeed" {
			at := i.LineAt()
			words.FeedAt, words.Coverage = &at, of
			words.Label, words.Note = f.line(feed.Flash(story, i))
			if s, ok := f.Addresses().SectionByID(story.Section); ok {
				words.Section = s.Slug
			}
			if words.Headline == "" {
				words.Headline = body.Shorten(words.Text, 110)
			}
			break
		}
		html, err := f.Post(ctx, story, i)
		if err != nil {
			return m, fmt.Errorf("relay: post %s: %w", i.ID, err)
		}
		words.HTML = string(html)
	}
	var err error
	m.Item, err = json.Marshal(words)
	return m, err
}

func (f Filler) postWords(i coverage.Item, story news.Item, one fact.Fact) post {
	return post{ID: i.ID, URL: coverage.Permalink(news.Address(f.Addresses(), story.Content), i.ID), Headline: i.Headline, Text: body.Shorten(i.Words(), excerpt), Kind: string(i.Kind),
		At: &i.At, Key: i.KeyEvent, Language: story.Language, Revision: one.Revision}
}
