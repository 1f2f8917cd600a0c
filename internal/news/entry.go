package news

import (
	"context"
	"slices"
	"strings"

	"dateline/internal/account"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
)

// EntryKind says what an entry is.
type EntryKind string

// What there are entries of.
const (
	AuthorEntry EntryKind = fact.AboutAuthor
	TopicEntry  EntryKind = fact.AboutTopic
)

// EntryKey names an entry. Authors write for all editions and have none.
type EntryKey struct {
	Kind    EntryKind `json:"kind"`
	Edition string    `json:"edition,omitempty"` // slug
	Slug    string    `json:"slug"`
}

// AuthorKey names an author.
func AuthorKey(slug string) EntryKey { return EntryKey{Kind: AuthorEntry, Slug: slug} }

// TopicKey names a topic of an edition.
func TopicKey(edition, slug string) EntryKey { return EntryKey{TopicEntry, edition, slug} }

// Text is the key in one piece, as due work is told.
func (k EntryKey) Text() string { return string(k.Kind) + "/" + k.Edition + "/" + k.Slug }

// path names an entry of a kind: an author's slug, a topic's behind its edition.
func (k EntryKey) path() string {
	if k.Edition == "" {
		return k.Slug
	}
	return k.Edition + "/" + k.Slug
}

// compare orders keys, the order in which transactions hold them.
func (k EntryKey) compare(o EntryKey) int { return strings.Compare(k.Text(), o.Text()) }

func (k EntryKey) tag() fact.Tag {
	if k.Kind == AuthorEntry {
		return fact.TagAuthor(k.Slug)
	}
	return fact.TagTopic(k.Edition, k.Slug)
}

// Entry is a name under which readers find stories, and what its page says besides: an author, or a topic of an edition. It is there from
// the first story that bears it on, also without a word said.
type Entry struct {
	EntryKey
	Name  string `json:"name"`
	Named bool   `json:"named,omitempty"` // by an editor, and stories bear this name; else it is as the latest story writes it
	Profile
	Stories int    `json:"stories,omitempty"` // published ones that bear it; not counted in the outcome of a change
	Latest  string `json:"latest,omitempty"`  // slug of the edition of the latest of them; likewise
	Version int64  `json:"version"`           // 1 before anybody changed it
}

// Path is the address of the entry's page below its edition.
func (e Entry) Path() string {
	if e.Kind == AuthorEntry {
		return "/author/" + e.Slug
	}
	return "/tag/" + e.Slug
}

// Profile is what an entry's page says above its stories.
type Profile struct {
	Role    string         `json:"role,omitempty"`    // one line, of an author: "Harbour correspondent"
	Bio     string         `json:"bio,omitempty"`     // plain paragraphs; of a topic its description
	Picture string         `json:"picture,omitempty"` // id
	Links   []edition.Link `json:"links,omitempty"`   // of an author: where to reach him
}

// EntryQuery says which entries to list, by slug. Text finds words of the name, or of the slug, that begin so.
type EntryQuery struct {
	Kind    EntryKind
	Edition string
	Text    string
	After   string // slug
	Limit   int    // 1 to 101
}

// EntryLookup reads inside the transaction of a change.
type EntryLookup interface {
	// Entry gives an entry, also by an earlier slug, and holds it until the transaction ends; NotFound when the slug is free.
	Entry(ctx context.Context, key EntryKey) (Entry, error)
	HasPicture(ctx context.Context, id string) (bool, error)
}

// EntryOutcome is what a change of an entry brings into its transaction.
type EntryOutcome struct {
	fact.Outcome
	From []string // slugs that lead to it from now on; what they were entries of is no more
	// Refile makes the published stories that bear it, by whatever name and slug from before, bear it as it is called now. More of them than
	// one transaction changes make Rest due.
	Refile bool
	Rest   fact.Work
}

// EntryStore is what entries need kept.
type EntryStore interface {
	Entries(ctx context.Context, q EntryQuery) ([]Entry, error)
	// FindEntry gives an entry with its stories counted, also by an earlier slug.
	FindEntry(ctx context.Context, key EntryKey) (Entry, error)
	// AmendEntry runs change on an entry in a transaction, also by an earlier slug; version 0 means any, another than the stored is Stale
	// with the newer Entry as Current. Revisions stay as they were published. change may run twice.
	AmendEntry(ctx context.Context, once fact.Once, key EntryKey, version int64, change func(EntryLookup, *Entry) (EntryOutcome, error)) (Entry, error)
	// RefileEntry does the same for a stretch of those that are left, in a transaction, and reports whether there were more.
	RefileEntry(ctx context.Context, key EntryKey) (more bool, err error)
}

// WorkRefile is due work: published stories bear an earlier name of an entry. Its subject is the entry's key.
const WorkRefile = "refile"

func (k EntryKey) mayRead(who account.Actor) error {
	if k.Kind == AuthorEntry && who.HasAnywhere(desk...) || k.Kind == TopicEntry && MayRead(who, k.Edition) {
		return nil
	}
	return who.Refused()
}

// mayChange: authors write for all editions, so any editor may.
func (k EntryKey) mayChange(who account.Actor) error {
	if k.Kind == AuthorEntry && who.HasAnywhere(editors...) || k.Kind == TopicEntry && who.Has(k.Edition, editors...) {
		return nil
	}
	return who.Refused()
}

// Entries lists authors, or the topics of an edition, for those who write.
func (d *Desk) Entries(ctx context.Context, who account.Actor, q EntryQuery) ([]Entry, error) {
	if err := (EntryKey{Kind: q.Kind, Edition: q.Edition}).mayRead(who); err != nil {
		return nil, err
	}
	return d.store.Entries(ctx, q)
}

// Entry reads one of them.
func (d *Desk) Entry(ctx context.Context, who account.Actor, key EntryKey) (Entry, error) {
	if err := key.mayRead(who); err != nil {
		return Entry{}, err
	}
	return d.store.FindEntry(ctx, key)
}

// ChangeEntry changes what an entry's page says, its name and its slug.
func (d *Desk) ChangeEntry(ctx context.Context, who account.Actor, key EntryKey, version int64, p EntryPatch) (Entry, error) {
	if err := key.mayChange(who); err != nil {
		return Entry{}, err
	}
	return d.store.AmendEntry(ctx, fact.Once{}, key, version, func(l EntryLookup, e *Entry) (EntryOutcome, error) {
		old := *e
		if err := p.apply(ctx, l, e); err != nil {
			return EntryOutcome{}, err
		}
		o := EntryOutcome{Outcome: fact.Outcome{Stale: []fact.Tag{old.tag()}}}
		if e.Slug == old.Slug && e.Name == old.Name {
			return o, nil
		}
		e.Named = true
		if e.Slug != old.Slug {
			o.From = append(o.From, old.Slug)
		}
		if e.Name != old.Name {
			free, err := d.bySpelling(ctx, l, old.Slug, *e)
			if err != nil {
				return EntryOutcome{}, err
			}
			o.From = append(o.From, free...)
		}
		d.refiled(&o, *e)
		o.Acts = []fact.Act{{Did: map[EntryKind]fact.Deed{AuthorEntry: fact.AuthorRenamed, TopicEntry: fact.TopicRenamed}[e.Kind], By: who.ID, About: string(e.Kind), Subject: e.path(), Note: old.Name + " → " + e.Name}}
		return o, nil
	})
}

// bySpelling gives the slugs that desks would make of an entry's name, as far as they are free: who types the new name means this entry.
func (d *Desk) bySpelling(ctx context.Context, l EntryLookup, before string, e Entry) ([]string, error) {
	var out []string
	for _, of := range d.directory().Editions {
		if e.Edition != "" && of.Slug != e.Edition {
			continue
		}
		slug := Slug(of.Language, e.Name)
		if slug == e.Slug || slug == before || slices.Contains(out, slug) {
			continue
		}
		owner, err := l.Entry(ctx, EntryKey{e.Kind, e.Edition, slug})
		switch {
		case fault.Is(err, fault.NotFound):
			out = append(out, slug)
		case err != nil:
			return nil, err
		case owner.Kind == TopicEntry && owner.Slug != before: // a tag is a word and nothing more, so two cannot share it
			return nil, fault.At("body.name", "fault.entry_taken", "another has or had this name; merge the two instead")
		}
	}
	return out, nil
}

// refiled says what becomes of the stories that bear an entry.
func (d *Desk) refiled(o *EntryOutcome, e Entry) {
	o.Refile = true
	o.Rest = fact.Work{Kind: WorkRefile, Subject: e.Text(), Due: d.clock.Now()}
	o.Stale = append(o.Stale, e.tag())
	for _, slug := range o.From {
		o.Stale = append(o.Stale, EntryKey{e.Kind, e.Edition, slug}.tag())
	}
}

// MergeEntry makes of one entry another: its stories bear the other's name, its addresses lead to the other's page, and what was said of it goes.
func (d *Desk) MergeEntry(ctx context.Context, act Act, key EntryKey, into string) (Entry, error) {
	if err := key.mayChange(act.Who); err != nil {
		return Entry{}, err
	}
	none := func() error { return fault.At("body.into", "fault.entry_into", "there is no other of this address") }
	done, err := d.store.AmendEntry(ctx, act.Once, EntryKey{key.Kind, key.Edition, into}, 0, func(l EntryLookup, e *Entry) (EntryOutcome, error) {
		from, err := l.Entry(ctx, key)
		if err != nil {
			return EntryOutcome{}, err
		}
		if from.Slug == e.Slug {
			return EntryOutcome{}, none()
		}
		e.Named = true
		o := EntryOutcome{From: []string{from.Slug}}
		d.refiled(&o, *e)
		o.Acts = []fact.Act{{Did: map[EntryKind]fact.Deed{AuthorEntry: fact.AuthorsMerged, TopicEntry: fact.TopicsMerged}[e.Kind], By: act.Who.ID, About: string(e.Kind), Subject: e.path(), Note: from.Name + " → " + e.Name}}
		return o, nil
	})
	if fault.Is(err, fault.NotFound) { // which of the two?
		if _, known := d.store.FindEntry(ctx, key); known == nil {
			err = none()
		}
	}
	return done, err
}

// refileDue puts the name of now into the stories that one transaction had no room for.
func (d *Desk) refileDue(ctx context.Context, subject string) error {
	part := strings.SplitN(subject, "/", 3)
	if len(part) != 3 {
		return nil
	}
	key := EntryKey{EntryKind(part[0]), part[1], part[2]}
	for more := true; more; {
		var err error
		more, err = d.store.RefileEntry(ctx, key)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}
