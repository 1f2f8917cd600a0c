package transfer

import (
	"time"

	"dateline/internal/news"
	"dateline/internal/wire"
)

// known is what the newsroom has of an item's address already.
type known struct {
	id       string
	article  news.Article // as it is stored
	version  int64        // of the working copy
	live     int64        // the version that readers see
	source   news.Source
	state    news.State
	revision int
	revised  time.Time
	picture  string
	note     string // the desk's
	language string // of its edition
	handled  bool   // somebody at the desk had it in hand, whatever an import did to it since
	shelved  bool   // an import put it aside because its publisher canceled or withheld it
	house    bool   // it was written here: no file changes it
	unseen   bool   // it was canceled before anything of it came
}

// act is what is to be done with an item.
type act int

const (
	leave    act = iota // nothing: the version is known, older, or of no concern
	add                 // a new article
	change              // a newer version
	release             // publish what an import saved and nobody touched
	withdraw            // take it from every output
	shelve              // put the draft aside, so that it is not published
)

// verdict is an act, whether readers see it at once, and what to tell the operator about it.
type verdict struct {
	act     act
	publish bool
	warning string
}

// judge decides about an item. old is nil when its address is not known. Its publisher's word counts: withheld is never
// published, and withdrawn when it was; canceled is withdrawn. What somebody at the desk has in hand is not published by an
// import that was not told to, and what the desk itself withdrew stays so.
func judge(it wire.Item, old *known, publish bool) verdict {
	usable := it.Status == wire.Usable
	switch {
	case old == nil && it.Status == wire.Canceled:
		return verdict{act: leave, warning: "cancels a story that was never imported here"}
	case old == nil:
		return verdict{act: add, publish: publish && usable}
	case old.house:
		return verdict{act: leave}
	case it.Status == wire.Canceled:
		return cancel(it, old)
	}
	newer := wire.Newer(*it.Content.Source, old.source)
	if it.ID != "" && old.source.Version == "" {
		newer = 0 // an export gives its own time to a story that came without a version; that says nothing
	}
	switch {
	case old.state == news.Withdrawn && newer > 0 && usable && old.handled:
		return verdict{act: leave, warning: "has a newer version, but the desk withdrew the story; it was left as it is"}
	case old.state == news.Withdrawn && newer > 0 && usable:
		return verdict{act: add, publish: publish} // its publisher gives it free again; what was withdrawn stays withdrawn
	case old.state == news.Withdrawn:
		return verdict{act: leave}
	case newer == 0 && publish && usable && old.state == news.Draft && old.revision == 0 && !old.handled && !old.shelved:
		return verdict{act: release, publish: true}
	case newer == 0 && usable && old.state == news.Published && old.live < old.version && !old.handled && it.ID == "":
		// An import was stopped between saving it and showing it. An item that names its article is an export: it says what readers
		// have, and nothing of what was saved since.
		return verdict{act: release, publish: true}
	case newer <= 0:
		return verdict{act: leave}
	case it.Status == wire.Withheld && old.revision > 0:
		return verdict{act: withdraw}
	case it.Status == wire.Withheld:
		return verdict{act: shelve}
	}
	v := verdict{act: change}
	switch {
	case old.revision > 0 && (publish || !old.handled): // what an import published it keeps up to date
		v.publish = true
	case old.revision > 0:
		v.warning = "is published as the desk made it; the newer version was saved and waits there"
	case old.state == news.Scheduled && !old.handled:
		v.publish = true
	case publish && !old.handled:
		v.publish = true
	case publish:
		v.warning = "has a newer version that was saved; the desk has the story in hand, so it was not published"
	}
	if old.handled && v.warning == "" {
		v.warning = "replaces what the desk had changed; its words are in the earlier versions"
	}
	return v
}

// cancel decides about the end of a story that is known.
func cancel(it wire.Item, old *known) verdict {
	switch {
	case old.state == news.Withdrawn || !it.Supersedes(old.source):
		return verdict{act: leave}
	case old.revision > 0:
		return verdict{act: withdraw}
	case old.shelved && wire.Newer(*it.Content.Source, old.source) <= 0:
		return verdict{act: leave}
	}
	return verdict{act: shelve}
}
