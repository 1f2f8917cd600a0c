// Package fact holds what has happened, as values.
//
// A change in the newsroom leaves facts: rows of the outbox, written in the
// transaction of the change. Each belongs to a topic and has that topic's next
// seq, gapless and in commit order. A fact holds ids only; words are filled in
// when it is delivered, so that what was withdrawn is never told again. What a
// transaction touched, its topics and the pages it made stale, is summed up in
// one Change on the house topic, by which every node follows.
package fact

import (
	"strings"
	"time"
)

// Topic names a stream of facts: a kind, a colon and what it is about ("newsfeed:international").
type Topic string

// House is the topic of Changes: one row for each transaction that told anything. It is never delivered to a page.
const House Topic = "house"

// Newsfeed is the stream of everything just published in an edition (a slug).
func Newsfeed(edition string) Topic { return Topic("newsfeed:" + edition) }

// Article is the stream of one article's publications.
func Article(id string) Topic { return Topic("article:" + id) }

// Live is the stream of a live coverage's posts.
func Live(id string) Topic { return Topic("live:" + id) }

// Discussion is the stream of comments under an article.
func Discussion(id string) Topic { return Topic("discussion:" + id) }

// Chat is the stream of messages in a room (a slug).
func Chat(room string) Topic { return Topic("chat:" + room) }

// Alerts is the stream of breaking banners of an edition.
func Alerts(edition string) Topic { return Topic("alerts:" + edition) }

// Desk is the stream of what staff of an edition see move; it is not public.
func Desk(edition string) Topic { return Topic("desk:" + edition) }

// Parts gives the kind of topic and what it is about; both are empty when t is no topic that can be asked for.
func (t Topic) Parts() (kind, about string) {
	kind, about, ok := strings.Cut(string(t), ":")
	if !ok || about == "" || len(t) > 100 {
		return "", ""
	}
	for i := 0; i < len(about); i++ {
		c := about[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return "", ""
		}
	}
	switch kind {
	case "newsfeed", "article", "live", "discussion", "chat", "alerts", "desk":
		return kind, about
	}
	return "", ""
}

// Public reports whether anybody may follow t.
func (t Topic) Public() bool {
	kind, _ := t.Parts()
	return kind != "" && kind != "desk"
}

// Kind says what happened.
type Kind string

// What can happen to an article, as its readers and its desk are told.
const (
	Published Kind = "published" // first publication
	Updated   Kind = "updated"   // a published update
	Corrected Kind = "corrected" // a published correction
	Amended   Kind = "minor"     // a published minor change, shown without a mark
	Withdrawn Kind = "withdrawn" // taken from every output
	Moved     Kind = "moved"     // newsfeed: published in another edition from now on
	Redacted  Kind = "redacted"  // a revision's text erased from history
	Created   Kind = "created"   // desk: a new draft
	Saved     Kind = "saved"     // desk: a new version of the working copy
	Deleted   Kind = "deleted"   // desk: an unpublished draft thrown away
	Scheduled Kind = "scheduled" // desk: waits for its time
	Held      Kind = "held"      // desk: was due, but a check stopped it
	Killed    Kind = "killed"    // a picture taken out of every output
	Locked    Kind = "locked"    // desk: somebody has the story in hand whom nobody had it from
	Unlocked  Kind = "unlocked"  // desk: let go, or the lease ran out
	Taken     Kind = "taken"     // desk: somebody took it over from who had it
	Reported  Kind = "reported"  // desk: a reader says what is wrong in a story, or somebody dealt with it
	Arranged  Kind = "arranged"  // desk: a front was edited, or a pin on it ended; chat: the room stands otherwise, or another message is pinned
	Branched  Kind = "branched"  // desk: words that did not go into the story are kept beside it
	Arrived   Kind = "arrived"   // desk: an item in the inbox, or a newer version of it
	Offered   Kind = "offered"   // desk: a newer version of the item that a story was made of
	Sorted    Kind = "sorted"    // desk: an item of the inbox was used, dismissed or put back
	Sourced   Kind = "sourced"   // desk: a source was read, or could not be
	Carried   Kind = "carried"   // desk: a site that moves in is further, or is over
	Ended     Kind = "ended"     // alerts: the time of a banner was over
	Alerted   Kind = "alerted"   // desk: an alert was sent, is over, or was removed
	Posted    Kind = "posted"    // desk: a post of a live coverage was written, changed or thrown away
	Pinned    Kind = "pinned"    // live: a post stands on top from now on
	Unpinned  Kind = "unpinned"  // live: it does not any more, and no other does
	Closed    Kind = "closed"    // live, desk: the coverage is over
	Reopened  Kind = "reopened"  // live, desk: it goes on
	Tallied   Kind = "tallied"   // live, discussion: the votes of a poll, or the reactions to a comment, were counted
	Roomed    Kind = "roomed"    // desk: a room was opened or changed
	Talked    Kind = "talked"    // desk: something was said, reported or decided on; the part is the comment
)

// Fact is one thing that happened. Seq is given by the store.
type Fact struct {
	Topic    Topic     `json:"-"`
	Seq      int64     `json:"-"`
	Kind     Kind      `json:"kind"`
	ID       string    `json:"id"`                 // of what it happened to
	Revision int       `json:"revision,omitempty"` // of an article, when one was published
	Version  int64     `json:"version,omitempty"`  // of the working copy, on desk topics
	By       string    `json:"by,omitempty"`       // account id, on desk topics only
	Part     string    `json:"part,omitempty"`     // id of the lock, branch or post that it is about, on desk topics; of the coverage, of a post in the newsfeed
	Tab      string    `json:"tab,omitempty"`      // in which window of By's, on desk topics only
	At       time.Time `json:"at"`
}

// Tag marks cached pages that show a thing; dropping a tag drops these pages.
type Tag string

// The tags of pages.
func TagArticle(id string) Tag          { return Tag("article/" + id) }
func TagLive(id string) Tag             { return Tag("live/" + id) }       // what shows the posts of a live coverage
func TagDiscussion(id string) Tag       { return Tag("discussion/" + id) } // what shows the comments of a story
func TagChats(edition string) Tag       { return Tag("chats/" + edition) } // what lists the rooms of an edition
func TagPicture(id string) Tag          { return Tag("picture/" + id) }
func TagEdition(slug string) Tag        { return Tag("edition/" + slug) }     // words, navigation, sections: every page of it
func TagNewsfeed(edition string) Tag    { return Tag("newsfeed/" + edition) } // the stitched column and the newsfeed pages
func TagLines(section string) Tag       { return Tag("lines/" + section) }    // what shows the posts in a section's newsfeed
func TagAlerts(edition string) Tag      { return Tag("alerts/" + edition) }   // the banners, stitched into every page
func TagMostRead(edition string) Tag    { return Tag("mostread/" + edition) } // the stories readers are shown as most read
func TagFront(edition string) Tag       { return Tag("front/" + edition) }
func TagSection(id string) Tag          { return Tag("section/" + id) }
func TagTopic(edition, tag string) Tag  { return Tag("tag/" + edition + "/" + tag) }
func TagAuthor(slug string) Tag         { return Tag("author/" + slug) }
func TagCorrections(edition string) Tag { return Tag("corrections/" + edition) }
func TagSearch(edition string) Tag      { return Tag("search/" + edition) }
func TagSitemap() Tag                   { return "sitemap" }
func TagPath(host, path string) Tag     { return Tag("path/" + host + path) } // what a 404 carries, so that a new address drops it

// TagEdition404 is on each remembered 404 of an edition, so that a new address drops them.
func TagEdition404(edition string) Tag { return Tag("missing/" + edition) }

// TagAll is on every page: dropping it empties the cache.
const TagAll Tag = "all"

// Change sums up one transaction for those who follow the house: the last seq of each topic it wrote to, and what became stale.
type Change struct {
	Seq    int64           `json:"-"`
	Topics map[Topic]int64 `json:"topics,omitempty"`
	Stale  []Tag           `json:"stale,omitempty"`
	Forget bool            `json:"forget,omitempty"` // what is stale may not be served again even while the database is down
	At     time.Time       `json:"-"`
}

// Work is something due later, kept by the store until it is done: at least once, with an idempotent effect.
type Work struct {
	ID      string
	Kind    string    // "publish", "picture-expires", …: who does it
	Subject string    // id of what it is about; one row a kind and subject, a later one replaces it
	Due     time.Time // not before this
	Tries   int
}

// Outcome is what a rule in the domain decides that the store must write with the change itself.
type Outcome struct {
	Facts  []Fact
	Stale  []Tag
	Forget bool   // withdrawn, killed, redacted: no copy of the stale pages may be served again
	Work   []Work // to be done later
	Undone []Work // no longer due: Kind and Subject count
	Acts   []Act  // for the audit log, besides those that Facts of desks tell
	// Letters go out by mail, each soon after the change.
	Letters []Letter
}

// Once marks an act that its sender may repeat: the same Key with the same Body has one outcome. The zero value marks nothing.
type Once struct {
	Account string   // whose key it is
	Key     string   // as sent, at most 200 bytes
	Body    [32]byte // SHA-256 of method, path and body
}
