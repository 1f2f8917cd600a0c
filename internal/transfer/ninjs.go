package transfer

import (
	"context"
	"slices"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/body"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/page/lang"
	"dateline/internal/wire"
)

// aside begins the desk note of a draft that an import put aside.
const aside = "Do not publish: "

var house = news.Act{Who: account.House()}

// prepare decides what becomes of an item, brings its pictures in, and lays out the changes.
func (m *importer) prepare(ctx context.Context, j *job) error {
	if j.item.NotArticle != "" {
		j.notes = append(j.notes, "was left out: "+j.item.NotArticle)
		return nil
	}
	old, err := m.known(ctx, &j.item)
	if err != nil {
		return err
	}
	v := judge(j.item, old, m.Publish)
	m.licence(&j.item, &v)
	killed, picture, err := m.shelf.kill(ctx, j, old)
	if err != nil {
		return err
	}
	if v.warning != "" && !picture {
		j.notes = append(j.notes, v.warning)
	}
	if old != nil {
		m.remember(&j.item, old.id)
		j.id = old.id
	}
	switch v.act {
	case leave:
		if j.count = &m.result.Unchanged; killed {
			j.count = &m.result.Updated
		}
		if m.ends(j, old) {
			return nil
		}
		j.later = old == nil && !picture && j.first // its story may come further down
		if j.later {
			j.notes = nil
		}
		return nil
	case add:
		j.count = &m.result.Articles
		err = m.layAdd(ctx, j, v)
	case change:
		j.count = &m.result.Updated
		err = m.layChange(ctx, j, old, v)
	case release:
		j.count = &m.result.Updated
		kind := news.First
		if old.revision > 0 {
			kind = news.Update
		}
		j.steps = []func(context.Context) error{m.publishing(j, kind, old.revised)}
	case withdraw:
		j.count = &m.result.Updated
		m.layWithdraw(j, old)
	case shelve:
		j.count = &m.result.Updated
		m.layShelve(j, old)
	}
	if err == nil {
		m.plan(j, old, v)
	}
	return err
}

// licence takes the publication out of a verdict when the licence to use the item ends before readers would see it.
func (m *importer) licence(it *wire.Item, v *verdict) {
	seen := m.Clock.Now()
	if it.EmbargoUntil.After(seen) {
		seen = it.EmbargoUntil
	}
	if !v.publish || it.Expires.IsZero() || it.Expires.After(seen) {
		return
	}
	if v.publish = false; v.act == release {
		v.act = leave
	}
	v.warning = "may be used until " + it.Expires.Format(time.RFC3339) + " only, so it was not published"
}

// tellAll passes the warnings of the format on; those of items that are left as they are were told the first time.
func (j *job) tellAll() {
	for _, w := range j.warnings {
		j.notes = append(j.notes, w.String())
	}
}

func (m *importer) layAdd(ctx context.Context, j *job, v verdict) error {
	e, section, err := m.place(&j.item)
	if err != nil {
		return fault.New(fault.Invalid, "fault.no_section_named", "%s", err)
	}
	p, err := m.patch(ctx, j, nil)
	if err != nil {
		return err
	}
	j.tellAll()
	p.Edition = &e.Slug
	if section != "" {
		p.Section = &section
	}
	if j.item.Status == wire.Withheld {
		p.Legal, p.DeskNote = ptr("check"), ptr(asideNote(j.item))
	}
	if m.DryRun {
		return m.Desk.Judge(news.Article{}, p)
	}
	j.steps = append(j.steps, func(ctx context.Context) error {
		var show *news.Arrival
		if v.publish && !j.later {
			show = ptr(m.arrival(j, news.First, time.Time{}))
		}
		a, err := m.Desk.Receive(ctx, p, show)
		if err == nil {
			j.id = a.ID
			m.remember(&j.item, a.ID)
		}
		return err
	})
	return nil
}

func (m *importer) layChange(ctx context.Context, j *job, old *known, v verdict) error {
	j.newer = true
	p, err := m.patch(ctx, j, old)
	if err != nil {
		return err
	}
	j.tellAll()
	if old.shelved {
		p.Legal = ptr("none")
	}
	if m.DryRun {
		return m.Desk.Judge(old.article, p)
	}
	kind := news.Update
	if old.revision == 0 {
		kind = news.First
	}
	j.steps = append(j.steps, func(ctx context.Context) error {
		var show *news.Arrival
		if v.publish && !j.later {
			show = ptr(m.arrival(j, kind, old.revised))
		}
		_, err := m.Desk.Replace(ctx, old.version, old.id, p, show)
		return err
	})
	return nil
}

// layWithdraw takes a story from every output; before that its version is kept, so that an older one cannot come after.
func (m *importer) layWithdraw(j *job, old *known) {
	if wire.Newer(*j.item.Content.Source, old.source) > 0 {
		source := old.source
		source.Version = j.item.Content.Source.Version
		j.steps = append(j.steps, func(ctx context.Context) error {
			_, err := m.Desk.Save(ctx, house, old.id, news.Patch{Source: &source})
			return err
		})
	}
	key := "withdrawn.canceled"
	if j.item.Status == wire.Withheld {
		key = "withdrawn.withheld"
	}
	j.steps = append(j.steps, func(ctx context.Context) error {
		words, err := lang.For(old.language)
		if err != nil {
			words, err = lang.For("en")
		}
		if err != nil {
			return err
		}
		_, err = m.Desk.Withdraw(ctx, house, old.id, words.Say(key))
		return err
	})
}

// layShelve keeps a draft from being published: it needs a legal check now, and its note says why.
func (m *importer) layShelve(j *job, old *known) {
	source := *j.item.Content.Source
	if wire.Newer(source, old.source) <= 0 {
		source = old.source
	}
	p := news.Patch{Source: &source, Legal: ptr("check"), DeskNote: ptr(joinNotes(asideNote(j.item), old.note)), State: ptr(string(news.Draft))}
	j.steps = append(j.steps, func(ctx context.Context) error {
		_, err := m.Desk.Save(ctx, news.Act{Who: house.Who, Version: old.version}, old.id, p)
		return err
	})
}

func asideNote(it wire.Item) string {
	note := aside + "its publisher canceled this story."
	if it.Status == wire.Withheld {
		note = aside + "its publisher withholds this story until a version is usable."
	}
	return joinNotes(note, it.DeskNote)
}

// joinNotes puts a newer note before the earlier one, once.
func joinNotes(now, before string) string {
	const max = 9_000 // bytes, below what a desk note may have
	switch {
	case before == "" || strings.Contains(now, before):
		return now
	case strings.Contains(before, now) || len(now)+len(before) > max:
		return before
	case now == "":
		return before
	}
	return now + "\n\n" + before
}

// publishing is the step that shows a story to readers that was saved before.
func (m *importer) publishing(j *job, kind news.Change, revised time.Time) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := m.Desk.Show(ctx, j.id, m.arrival(j, kind, revised))
		return err
	}
}

// arrival says how a story is shown to readers. It bears the times its publisher gave it; those that lie ahead of an embargo or
// of the last publication (revised) would be wrong. In the newsfeed it stands where it came out here; only what another
// Dateline site exported keeps its place there.
func (m *importer) arrival(j *job, kind news.Change, revised time.Time) news.Arrival {
	it := &j.item
	p := news.Arrival{Publication: news.Publication{Change: kind}, Archive: it.ID != ""}
	now := m.Clock.Now()
	if it.EmbargoUntil.After(now) {
		return p
	}
	p.At = it.VersionTime
	if p.At.IsZero() {
		p.At = it.FirstCreated
	}
	for _, earliest := range []time.Time{it.EmbargoUntil, revised} {
		if p.At.Before(earliest) {
			p.At = earliest
		}
	}
	if !revised.IsZero() && !p.At.After(revised) || !p.At.Before(now) {
		p.At = time.Time{}
	}
	if kind == news.First {
		p.First = p.At
		if it.ID != "" && it.FirstCreated.Before(p.At) && !it.FirstCreated.IsZero() {
			p.First = it.FirstCreated // of another Dateline site: it was published there already
		}
	}
	return p
}

// patch makes of an item what a save changes. What the desk decides stays the desk's: edition, section, assignee, state.
func (m *importer) patch(ctx context.Context, j *job, old *known) (news.Patch, error) {
	it := &j.item
	c := &it.Content
	pictures, err := m.shelf.take(ctx, j)
	if err != nil {
		return news.Patch{}, err
	}
	links, err := m.links(ctx, it, j.id)
	if err != nil {
		return news.Patch{}, err
	}
	j.later = j.later || j.first && links.pending
	text := c.Body.Rewrite(func(id string) (string, bool) { to, ok := pictures[id]; return to, ok }, links.card)
	p := news.Patch{
		Genre: ptr(string(c.Genre)), Kind: ptr(string(c.Kind)), Headline: &c.Headline, ShortHeadline: &c.ShortHeadline, Lead: &c.Lead,
		Dateline: &c.Dateline, Byline: &c.Byline, Body: &text, Picture: ptr(pictures[c.Picture]), Tags: &c.Tags, Related: &links.related,
		TranslationOf: &links.original, EmbargoUntil: &it.EmbargoUntil, DeskNote: ptr(it.DeskNote), Source: c.Source,
	}
	if *p.Picture == "" && (it.Kind == wire.Picture || it.Kind == wire.Graphic) && c.Lead == "" && len(it.Pictures) > 0 {
		p.Lead = ptr(body.Shorten(it.Pictures[0].Caption, 1_200)) // the words of a picture that could not be had
	}
	if !it.Expires.IsZero() {
		p.DeskNote = ptr(joinNotes("The licence to use this ends on "+it.Expires.Format(time.RFC3339)+".", it.DeskNote))
	}
	said(&p, c)
	if old != nil {
		spare(&p, c, old)
	}
	return p, nil
}

// said sets what only some items say; a story keeps what it has when they do not.
func said(p *news.Patch, c *news.Content) {
	if c.Slug != "" {
		p.Slug = &c.Slug
	}
	if c.Urgency > 0 {
		p.Urgency = &c.Urgency
	}
	if c.Language != "" {
		p.Language = &c.Language
	}
	if c.Discussion != "" {
		p.Discussion = &c.Discussion
	}
}

// spare takes out of a patch what must not replace what the newsroom has.
func spare(p *news.Patch, c *news.Content, old *known) {
	if old.revision > 0 {
		p.Kind = nil
	}
	if *p.Picture == "" && c.Picture != "" && old.picture != "" {
		p.Picture = nil // the new one could not be had; the one before is better than none
	}
	if old.handled {
		p.DeskNote = ptr(joinNotes(*p.DeskNote, old.note))
	}
}

func ptr[T any](v T) *T { return &v }

// plan keeps, in a dry run, what an item would have become, so that a later version of it counts as it would.
func (m *importer) plan(j *job, old *known, v verdict) {
	if !m.DryRun {
		return
	}
	k := known{state: news.Draft, source: *j.item.Content.Source}
	if old != nil && v.act != add {
		k = *old
		k.source = *j.item.Content.Source
	}
	k.shelved = v.act == shelve || v.act == add && j.item.Status == wire.Withheld
	switch {
	case v.act == withdraw:
		k.state = news.Withdrawn
	case v.publish && j.item.EmbargoUntil.After(m.Clock.Now()):
		k.state = news.Scheduled
	case v.publish:
		k.state, k.revision, k.live = news.Published, k.revision+1, k.version
	}
	m.mu.Lock()
	m.planned[uriOf(j.item)] = &k
	m.mu.Unlock()
}

// remember keeps which article here is which of another Dateline site.
func (m *importer) remember(it *wire.Item, id string) {
	from, err := moment.Number(it.ID)
	if err != nil || id == "" {
		return
	}
	to, err := moment.Number(id)
	if err != nil {
		return
	}
	m.mu.Lock()
	m.ids[from] = to
	m.mu.Unlock()
}

// prepareLater looks again at an item whose links or whose story had not come in yet.
func (m *importer) prepareLater(ctx context.Context, j *job) error {
	if j.item.Status == wire.Canceled {
		return m.prepareCancel(ctx, j)
	}
	if m.DryRun {
		return nil
	}
	a, ok, err := m.Desk.BySource(ctx, uriOf(j.item))
	if err != nil || !ok || a.State == news.Withdrawn || a.Source == nil || wire.Newer(*a.Source, *j.item.Content.Source) != 0 {
		return err // a newer version came after it
	}
	j.id = a.ID
	links, err := m.links(ctx, &j.item, a.ID)
	if err != nil {
		return err
	}
	pictures, err := m.shelf.take(ctx, j)
	if err != nil {
		return err
	}
	j.notes = nil // they were told the first time
	text := j.item.Content.Body.Rewrite(func(id string) (string, bool) { to, ok := pictures[id]; return to, ok }, links.card)
	changed := !slices.Equal(links.related, a.Related) || links.original != a.TranslationOf || !text.Equal(a.Body)
	kind := news.Change("")
	switch {
	case a.Handled() || j.item.Status != wire.Usable || a.State == news.Scheduled:
	case a.Revision == 0 && m.Publish:
		kind = news.First
	case a.Revision > 0 && a.LiveVersion < a.Version:
		kind = news.Update
	case a.Revision > 0 && changed:
		kind = news.Minor
	}
	switch {
	case changed:
		p := news.Patch{Related: &links.related, TranslationOf: &links.original, Body: &text}
		j.steps = append(j.steps, func(ctx context.Context) error {
			var show *news.Arrival
			if kind != "" {
				show = ptr(m.arrival(j, kind, a.RevisedAt))
			}
			_, err := m.Desk.Replace(ctx, a.Version, a.ID, p, show)
			return err
		})
	case kind != "":
		j.steps = append(j.steps, m.publishing(j, kind, a.RevisedAt))
	}
	return nil
}

// prepareCancel cancels a story that stood further down in the input than its cancelation.
func (m *importer) prepareCancel(ctx context.Context, j *job) error {
	old, err := m.known(ctx, &j.item)
	if err != nil {
		return err
	}
	v := judge(j.item, old, m.Publish)
	_, picture, err := m.shelf.kill(ctx, j, old)
	if err != nil {
		return err
	}
	switch v.act {
	case withdraw:
		m.layWithdraw(j, old)
	case shelve:
		m.layShelve(j, old)
	default:
		if v.warning != "" && !picture {
			j.notes = append(j.notes, v.warning)
		}
	}
	return nil
}
