package transfer

import (
	"context"
	"net/url"
	"path"
	"strings"
	"time"

	"dateline/internal/body"
	"dateline/internal/edition"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/talk"
	"dateline/internal/wire"
)

// story is one post or page of a WordPress export on its way in.
type story struct {
	*wordpress
	site    wire.WXRSite
	edition edition.Edition
	it      wire.WXRItem
	state   news.State // what becomes of it
	why     string     // it is not what it was there
	ended   bool       // it was withdrawn here
}

// public reports whether readers see it, now or when its time has come.
func (s *story) public() bool { return s.state == news.Published || s.state == news.Scheduled }

// prepare decides what becomes of it, brings its pictures in, and lays out the changes.
func (s *story) prepare(ctx context.Context, j *job) error {
	if err := s.decide(ctx, j); err != nil || s.ended {
		return err
	}
	return s.discuss(ctx, j)
}

// discuss lays out that the comments which came with it are kept, unless they are.
func (s *story) discuss(ctx context.Context, j *job) error {
	all, refs := make([]talk.Past, len(s.it.Discussed)), map[string]string{}
	for _, c := range s.it.Discussed {
		refs[c.ID] = c.Ref
	}
	for n, c := range s.it.Discussed {
		all[n] = talk.Past{Ref: c.Ref, Parent: refs[c.Parent], Name: c.Author, At: c.At, Held: c.Held, Text: c.Body}
	}
	if s.Comments == nil || len(all) == 0 {
		return nil
	}
	if s.it.Unkept > 0 {
		j.note("%d comments are empty, too long or too many; they were left out", s.it.Unkept)
	}
	count := func(n int) {
		s.importer.mu.Lock()
		s.result.Comments += n
		s.importer.mu.Unlock()
	}
	if j.id != "" {
		n, err := s.Comments.Missing(ctx, j.id, all)
		if err != nil || n == 0 {
			return err
		}
		if s.DryRun {
			count(n)
		}
	} else if s.DryRun {
		count(len(all))
	}
	j.steps = append(j.steps, func(ctx context.Context) error {
		n, err := s.Comments.Arrive(ctx, j.id, all)
		count(n)
		return err
	})
	return nil
}

func (s *story) decide(ctx context.Context, j *job) error {
	a, known, err := s.Desk.BySource(ctx, uriOf(j.item))
	if err != nil {
		return err
	}
	if !known {
		return s.layAdd(ctx, j)
	}
	j.id = a.ID
	j.count = &s.result.Unchanged
	var have news.Source
	if a.Source != nil {
		have = *a.Source
	}
	newer := wire.Newer(*j.item.Content.Source, have) > 0
	handled := a.Handled()
	switch {
	case a.State == news.Withdrawn:
		s.ended = true
		return nil
	case !newer && s.public() && a.State == news.Draft && a.Revision == 0 && !handled: // an import was interrupted here
		j.count = &s.result.Updated
		text, pending, err := s.relink(ctx, a.ID, a.Body, false)
		if err != nil {
			return err
		}
		if j.later = pending; !pending {
			if !text.Equal(a.Body) {
				j.steps = append(j.steps, s.saving(a, news.Patch{Body: &text}))
			}
			j.steps = append(j.steps, s.publishing(j, 0))
		}
		return nil
	case !newer:
		return nil
	case handled:
		j.note("has a newer version, but it was changed here; it was left as it is")
		return nil
	case a.Revision > 0 && s.state != news.Published:
		j.note("is not public in WordPress any more; withdraw it here if that is meant")
		return nil
	}
	j.count = &s.result.Updated
	p, err := s.lay(ctx, j, s.stored(a, true))
	if err != nil {
		return err
	}
	j.steps = append(j.steps, s.saving(a, p))
	if s.public() && !j.later {
		j.steps = append(j.steps, s.publishing(j, a.Revision))
	}
	return nil
}

func (s *story) saving(a news.Article, p news.Patch) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := s.Desk.Save(ctx, news.Act{Who: house.Who, Version: a.Version}, a.ID, p)
		return err
	}
}

// lay makes of the item what a save changes.
func (s *story) lay(ctx context.Context, j *job, old *known) (news.Patch, error) {
	p, err := s.patch(ctx, j, old)
	if err != nil {
		return p, err
	}
	j.tellAll()
	if s.why != "" {
		j.notes = append(j.notes, s.why)
		p.DeskNote = ptr("Imported from WordPress: " + s.why + ".")
	}
	text, pending, err := s.relink(ctx, j.id, *p.Body, false)
	if err != nil {
		return p, err
	}
	p.Body, j.later = &text, pending && s.public()
	p.Formerly = s.site.Formerly(s.it)
	p.Language = s.language()
	return p, nil
}

// language is the site's when the edition has another.
func (s *story) language() *string {
	base := func(tag string) string {
		tag, _, _ = strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
		return strings.ToLower(tag)
	}
	if s.site.Language == "" || base(s.site.Language) == base(s.edition.Language) {
		return &s.edition.Language
	}
	return ptr(base(s.site.Language))
}

func (s *story) layAdd(ctx context.Context, j *job) error {
	j.count = &s.result.Articles
	p, err := s.lay(ctx, j, nil)
	if err != nil {
		return err
	}
	p.Edition = &s.edition.Slug
	if s.it.Type == "post" {
		section, err := s.section()
		if err != nil {
			return err
		}
		p.Section = &section
	}
	if s.state == news.InReview {
		p.State = ptr(string(news.InReview))
	}
	leads := 0
	if s.public() && len(p.Formerly) > 0 {
		leads = 1
	}
	redirects := func() {
		s.importer.mu.Lock()
		s.result.Redirects += leads
		if s.it.Type == "page" {
			s.result.pages++
		}
		s.importer.mu.Unlock()
	}
	if s.DryRun {
		redirects()
		j.later = false
		return nil
	}
	j.steps = append(j.steps, func(ctx context.Context) error {
		var show *news.Arrival
		if s.public() && !j.later {
			show = ptr(s.arrival(0))
		}
		a, err := s.Desk.Receive(ctx, p, show) // once, whoever else moves the same site in
		if err == nil {
			j.id = a.ID
			redirects()
		}
		return err
	})
	return nil
}

// publishing is the step that shows it to readers as of its own date, or schedules it. revision is the last one, 0 for none.
func (s *story) publishing(j *job, revision int) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := s.Desk.Show(ctx, j.id, s.arrival(revision))
		if fault.Is(err, fault.Invalid) {
			if a, known, again := s.Desk.BySource(ctx, uriOf(j.item)); again == nil && known && a.Revision > revision {
				return nil // another move of the same site was first
			}
		}
		return err
	}
}

// arrival says how readers see it: as of its own date, or at its own time.
func (s *story) arrival(revision int) news.Arrival {
	now := s.Clock.Now()
	p := news.Arrival{Publication: news.Publication{Change: news.First}, First: s.it.Published, Archive: true}
	switch {
	case revision > 0:
		p.Change, p.First = news.Minor, time.Time{}
		if s.it.Modified.Before(now) {
			p.At = s.it.Modified
		}
	case p.First.After(now):
		p.At, p.First = p.First, time.Time{}
	}
	return p
}

// prepareLater looks again at a story with links to others that had not come in yet, and publishes it.
func (s *story) prepareLater(ctx context.Context, j *job) error {
	a, ok, err := s.Desk.BySource(ctx, uriOf(j.item))
	if err != nil || !ok || a.State == news.Withdrawn || a.Handled() {
		return err
	}
	j.id = a.ID
	text, _, err := s.relink(ctx, a.ID, a.Body, true)
	if err != nil {
		return err
	}
	if !text.Equal(a.Body) {
		j.steps = append(j.steps, s.saving(a, news.Patch{Body: &text}))
	}
	if a.State != news.Scheduled && (a.Revision == 0 || a.LiveVersion < a.Version || len(j.steps) > 0) {
		j.steps = append(j.steps, s.publishing(j, a.Revision))
	}
	return nil
}

// relink turns links to the old site into those of what came from there. pending reports that one leads to a story of the
// input that readers cannot see yet; with ahead such a link gets the address that the story will have.
func (s *story) relink(ctx context.Context, self string, text body.Document, ahead bool) (out body.Document, pending bool, err error) {
	to := map[string]string{}
	for _, link := range text.Links() {
		former, u := s.elsewhere(link)
		if u == nil {
			continue
		}
		address, later, err := s.now(ctx, former, u, ahead)
		if err != nil {
			return text, false, err
		}
		pending = pending || later
		if address != "" {
			if u.Fragment != "" && !strings.HasPrefix(u.Fragment, "more") {
				address += "#" + u.EscapedFragment()
			}
			to[link] = address
		}
	}
	if len(to) == 0 {
		return text, pending, nil
	}
	return text.Relink(func(link string) (string, bool) { address, ok := to[link]; return address, ok }), pending, nil
}

// now gives the address that an old one has here, "" when there is none; later reports that it will have one.
func (s *story) now(ctx context.Context, former string, u *url.URL, ahead bool) (address string, later bool, err error) {
	if former == "" {
		if strings.Trim(u.Path, "/")+"/" == strings.TrimPrefix(s.site.Home(), "/") || strings.Trim(u.Path, "/") == "" {
			return s.dir.Path(s.edition.Slug) + "/", false, nil
		}
		return "", false, nil
	}
	items, err := s.Archive.Formerly(ctx, former, former)
	if err != nil {
		return "", false, err
	}
	for _, i := range items {
		if i.Edition == s.edition.Slug && !i.Gone() {
			return s.local(news.Address(s.dir, i.Content)), false, nil
		}
	}
	if _, rest, ok := strings.Cut(u.Path, "/category/"); ok {
		if sec, _, ok := s.dir.Section(s.edition.Slug, s.slugs[s.edition.Slug+"/"+path.Base(rest)]); ok {
			return s.dir.Path(s.edition.Slug) + "/" + sec.Slug, false, nil
		}
	}
	p, ok := s.at(s.site, "path", former)
	if !ok || !ahead {
		return "", ok, nil
	}
	it, ok := s.look(s.site, "path", former)
	if !ok {
		return "", false, nil
	}
	a, ok, err := s.Desk.BySource(ctx, s.uri(int(p.file), s.site, it))
	if state, _ := it.State(); err != nil || !ok || state != news.Published || a.State != news.Draft || a.Handled() {
		return "", false, err
	}
	if _, err = s.Archive.Locate(ctx, a.Edition, a.Section, a.Slug); fault.Is(err, fault.NotFound) {
		return s.local(news.Address(s.dir, a.Content)), false, nil
	}
	return "", false, err // its address is another's
}

// local is an address on the site's own host as a path.
func (s *story) local(address string) string { return strings.TrimPrefix(address, s.dir.Base) }
