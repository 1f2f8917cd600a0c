package relay

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/live"
	"dateline/internal/news"
	"dateline/internal/talk"
)

// remark is what an event says of a comment.
type remark struct {
	ID        string     `json:"id"`
	URL       string     `json:"url,omitempty"`
	Text      string     `json:"text,omitempty"`
	Name      string     `json:"name,omitempty"`
	Author    string     `json:"author,omitempty"`
	Thread    string     `json:"thread,omitempty"`
	ReplyTo   string     `json:"reply_to,omitempty"`
	At        *time.Time `json:"at,omitempty"`
	Reactions int64      `json:"reactions,omitempty"`
	Count     int64      `json:"count"` // public comments in all
	HTML      string     `json:"html,omitempty"`
}

// ofComment reports whether a fact is about a comment or a room, and gives the id of the story or the slug of the room.
func ofComment(f fact.Fact) (about string, ok bool) {
	kind, about := f.Topic.Parts()
	return about, kind == "discussion" || kind == "chat"
}

// said is what is public of the comments that facts are about, and how many there are in their places.
type said struct {
	comments map[string]talk.Shown
	counts   map[string]int64
	rooms    map[string]talk.Chat // by slug
}

func (f Filler) comments(ctx context.Context, facts []fact.Fact) (said, error) {
	var ids, places []string
	var topics []fact.Topic
	for _, one := range facts {
		if of, ok := ofComment(one); ok {
			ids, places, topics = append(ids, one.ID), append(places, of), append(topics, one.Topic)
		}
	}
	if ids == nil {
		return said{}, nil
	}
	out := said{rooms: map[string]talk.Chat{}}
	for n, one := range places {
		if kind, _ := topics[n].Parts(); kind != "chat" {
			continue
		}
		room, known := out.rooms[one]
		if !known {
			var err error
			if room, err = f.Spoken.Chat(ctx, one); err != nil && !fault.Is(err, fault.NotFound) {
				return out, err
			}
			out.rooms[one] = room
		}
		places[n] = room.ID
	}
	var err error
	if out.comments, err = f.Spoken.Said(ctx, ids); err != nil {
		return out, err
	}
	out.counts, err = f.Spoken.Spoken(ctx, places)
	return out, err
}

// fillComment puts words to a fact of a discussion: those of now, or that it was withdrawn and nothing more.
func (f Filler) fillComment(ctx context.Context, one fact.Fact, items map[string]news.Item, of said) (live.Message, error) {
	m := live.Message{Topic: one.Topic, Seq: one.Seq, Kind: one.Kind, At: one.At}
	kind, place := one.Topic.Parts()
	c, there := of.comments[one.ID]
	ground := talk.Ground{Story: items[place]}
	if kind == "chat" {
		ground.Chat = of.rooms[place]
		place = ground.Chat.ID
	}
	words := remark{ID: one.ID, Count: of.counts[place]}
	switch {
	case one.Kind == fact.Arranged && one.ID == place: // the room itself: the page has its words
		words.URL = ground.URL(f.Addresses())
	case !there || c.Gone != "" || c.Place != place || ground.ID() == "":
		m.Kind = fact.Withdrawn
	default:
		html, err := f.Said(ctx, ground, c)
		if err != nil {
			return m, fmt.Errorf("relay: comment %s: %w", c.ID, err)
		}
		words = remark{ID: c.ID, URL: talk.Permalink(ground.URL(f.Addresses()), c.ID), Text: c.Text, Name: c.Name, Author: c.Author, Thread: c.Root, ReplyTo: c.Parent,
			At: &c.At, Reactions: c.Reactions, Count: of.counts[place], HTML: string(html)}
	}
	var err error
	m.Item, err = json.Marshal(words)
	return m, err
}
