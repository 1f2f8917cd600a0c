package edition

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
)

// WorkSupport is due work: the time of a sponsor is over. Its subject is the slug of the edition.
const WorkSupport = "support"

// SponsorKind is what a sponsor's place is called, in the edition's language.
type SponsorKind string

// The kinds of sponsors.
const (
	Sponsored     SponsorKind = "sponsor"
	Advertisement SponsorKind = "advertisement"
)

// Sponsor is a labelled place on fronts and stories: a sentence that leads to the sponsor, with a picture of ours where there is one. Nothing of
// it is asked for elsewhere.
type Sponsor struct {
	Kind    SponsorKind `json:"kind"`
	Text    string      `json:"text"`
	URL     string      `json:"url"`
	Picture string      `json:"picture,omitempty"` // id
	EndsAt  time.Time   `json:"ends_at,omitzero"`  // from then on it is shown nowhere; zero is never
}

// How many sponsors and links for gifts an edition has at most, and how long a sponsor's sentence may be, in bytes.
const (
	maxSponsors  = 1
	maxDonations = 1
	maxSponsor   = 300
)

// SponsorsAt gives the sponsors that are shown at a time.
func (e Edition) SponsorsAt(now time.Time) []Sponsor {
	var out []Sponsor
	for _, s := range e.Sponsors {
		if s.EndsAt.IsZero() || now.Before(s.EndsAt) {
			out = append(out, s)
		}
	}
	return out
}

// sponsors checks what a change says of sponsors.
func sponsors(from *[]Sponsor, old []Sponsor, g *fault.Gather) []Sponsor {
	if from == nil {
		return old
	}
	if len(*from) > maxSponsors {
		g.At("body.sponsors", "fault.too_many", "at most %d sponsor", maxSponsors)
		return old
	}
	out := []Sponsor{}
	for i, s := range *from {
		place := fmt.Sprintf("body.sponsors[%d]", i)
		if s.Kind != Sponsored && s.Kind != Advertisement {
			g.At(place+".kind", "fault.sponsor", "sponsor or advertisement is expected")
		}
		if s.Text = strings.TrimSpace(s.Text); s.Text == "" || !line(s.Text, maxSponsor) {
			g.At(place+".text", "fault.sponsor", "a sentence of at most %d bytes", maxSponsor)
		}
		if !linkable(s.URL) {
			g.At(place+".url", "fault.address", "an address is an https:// one or a path of this site")
		}
		if len(s.Picture) > 40 || strings.ContainsFunc(s.Picture, func(r rune) bool { return r < '0' || r > 'z' }) {
			g.At(place+".picture", "fault.sponsor", "the id of a picture is expected")
		}
		if y := s.EndsAt.Year(); !s.EndsAt.IsZero() && (y < 2000 || y > 2200) {
			g.At(place+".ends_at", "fault.sponsor", "a year from 2000 to 2200 is expected")
		}
		s.EndsAt = s.EndsAt.UTC().Truncate(time.Microsecond)
		out = append(out, s)
	}
	return out
}

// linkable reports whether an address may stand behind a link: an absolute one of the web or a path of this site.
func linkable(address string) bool {
	u, err := url.Parse(address)
	local := strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//") && !strings.Contains(address, "\\")
	return err == nil && len(address) <= maxText && (local || (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil)
}

// supported notes when the next sponsor of e ends, or that none does.
func (d *Desk) supported(e Edition, o *fact.Outcome) {
	w := fact.Work{Kind: WorkSupport, Subject: e.Slug}
	for _, s := range e.Sponsors {
		if s.EndsAt.After(d.clock.Now()) && (w.Due.IsZero() || s.EndsAt.Before(w.Due)) {
			w.Due = s.EndsAt
		}
	}
	if w.Due.IsZero() {
		o.Undone = append(o.Undone, w)
	} else {
		o.Work = append(o.Work, w)
	}
}

// endSupport lets every page of an edition go when the time of a sponsor is over.
func (d *Desk) endSupport(ctx context.Context, slug string) error {
	_, err := d.store.AmendEdition(ctx, slug, 0, func(_ *Directory, e *Edition) (fact.Outcome, error) {
		var o fact.Outcome
		now := d.clock.Now()
		if left := e.SponsorsAt(now); !slices.Equal(left, e.Sponsors) {
			e.Sponsors = append([]Sponsor{}, left...)
			o.Stale = []fact.Tag{fact.TagEdition(slug)}
		}
		d.supported(*e, &o)
		return o, nil
	})
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
