package media

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"dateline/internal/fault"
)

// Fields is a change of what is said about a picture: nil leaves as it is, empty words clear. TakenAt is an RFC 3339 time
// or as much of a date as is known ("2023", "2023-05", "2023-05-31"), ExpiresAt an RFC 3339 time.
type Fields struct {
	Kind              *Kind     `json:"kind,omitempty"`
	Credit            *string   `json:"credit,omitempty"`
	Pool              *string   `json:"pool,omitempty"`
	Creator           *string   `json:"creator,omitempty"`
	Source            *string   `json:"source,omitempty"`
	Copyright         *string   `json:"copyright,omitempty"`
	Headline          *string   `json:"headline,omitempty"`
	Caption           *string   `json:"caption,omitempty"`
	Alt               *string   `json:"alt,omitempty"`
	TakenAt           *string   `json:"taken_at,omitempty"`
	City              *string   `json:"city,omitempty"`
	Country           *string   `json:"country,omitempty"`
	UsageTerms        *string   `json:"usage_terms,omitempty"`
	ExpiresAt         *string   `json:"expires_at,omitempty"`
	Outputs           *[]Output `json:"outputs,omitempty"`
	WebStatement      *string   `json:"web_statement,omitempty"`
	LicensorURL       *string   `json:"licensor_url,omitempty"`
	DigitalSourceType *string   `json:"digital_source_type,omitempty"`
	Focal             *Point    `json:"focal,omitempty"`
	Crops             *[]Crop   `json:"crops,omitempty"` // all of them, in place of those there are
}

// Apply makes the change and says, as one Invalid error with the places, what the picture may then not be; the picture is
// changed only when nothing is wrong.
func (p *Picture) Apply(f Fields) error {
	next := *p
	var g fault.Gather
	for _, s := range []struct {
		to   *string
		from *string
	}{
		{&next.Credit, f.Credit}, {&next.Pool, f.Pool}, {&next.Creator, f.Creator}, {&next.Source, f.Source},
		{&next.Copyright, f.Copyright}, {&next.Headline, f.Headline}, {&next.Caption, f.Caption}, {&next.Alt, f.Alt},
		{&next.City, f.City}, {&next.Country, f.Country}, {&next.UsageTerms, f.UsageTerms}, {&next.WebStatement, f.WebStatement},
		{&next.LicensorURL, f.LicensorURL}, {&next.DigitalSourceType, f.DigitalSourceType},
	} {
		if s.from != nil {
			*s.to = strings.TrimSpace(*s.from)
		}
	}
	if f.Kind != nil {
		next.Kind = *f.Kind
	}
	if f.Outputs != nil {
		next.Outputs = append([]Output{}, *f.Outputs...)
	}
	if f.Focal != nil {
		next.Focal = *f.Focal
	}
	if f.Crops != nil {
		next.Crops = append([]Crop(nil), *f.Crops...)
	}
	if f.TakenAt != nil {
		if t, unit, ok := readDate(*f.TakenAt); ok || *f.TakenAt == "" {
			next.TakenAt, next.TakenUnit = t, unit
		} else {
			g.At("taken_at", "fault.picture.time", "a time such as 2023-05-31T14:00:00Z, or a date, is expected")
		}
	}
	if f.ExpiresAt != nil {
		t, err := time.Parse(time.RFC3339, *f.ExpiresAt)
		if err != nil && *f.ExpiresAt != "" {
			g.At("expires_at", "fault.picture.time", "a time such as 2023-05-31T14:00:00Z is expected")
		}
		next.ExpiresAt = t.UTC().Truncate(time.Microsecond)
	}
	if err := join(g.Err(), next.Validate()); err != nil {
		return err
	}
	*p = next
	return nil
}

// join makes one Invalid error of two.
func join(a, b error) error {
	var g fault.Gather
	for _, err := range []error{a, b} {
		if e, ok := err.(*fault.Error); ok {
			for _, place := range e.Places {
				g.At(place.Location, place.Key, "%s", place.Text)
			}
		}
	}
	return g.Err()
}

// Fill takes over from a file what is not said about the picture yet. Words that are longer than may be are cut, and what
// cannot be shown is left out: the file's author may have known other limits.
func (p *Picture) Fill(m Metadata) {
	from := Picture{Credit: m.Credit, Creator: m.Creator, Source: m.Source, Copyright: m.Copyright, Headline: m.Headline, Caption: m.Caption,
		Alt: m.Alt, City: m.City, Country: m.Country, UsageTerms: m.UsageTerms,
		WebStatement: m.WebStatement, LicensorURL: m.LicensorURL, DigitalSourceType: m.DigitalSourceType}
	for _, l := range lines {
		if to := l.at(p); *to == "" {
			*to = clean(*l.at(&from), l.max, l.many)
		}
	}
	for _, l := range addresses {
		if to, s := l.at(p), strings.TrimSpace(*l.at(&from)); *to == "" && len(s) <= l.max && webAddress(s) {
			*to = s
		}
	}
	if y := m.TakenAt.Year(); p.TakenAt.IsZero() && !m.TakenAt.IsZero() && y >= 1800 && y <= 2200 {
		p.TakenAt, p.TakenUnit = m.TakenAt, m.TakenUnit
	}
	if p.Kind == "" {
		p.Kind = m.kind()
	}
	if p.Focal == (Point{}) {
		p.Focal = Centre
	}
}

// clean gives s without what cannot be shown, in one line unless many, cut to max characters at a word where one is near.
func clean(s string, max int, many bool) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && many:
			return r
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case unicode.IsControl(r) || r == utf8.RuneError || r == '\ufeff':
			return -1
		}
		return r
	}, strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n"))
	s = strings.TrimSpace(s)
	if utf8.RuneCountInString(s) <= max {
		return s
	}
	cut := string([]rune(s)[:max-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)-40 && i > 0 {
		cut = cut[:i]
	}
	return strings.TrimSpace(cut) + "…"
}
