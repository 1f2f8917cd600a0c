package media

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dateline/internal/fault"
)

// Age is how much older than a story a photo must be to be called a file picture.
const Age = 30 * 24 * time.Hour

// Credited reports whether somebody is named: a credit or a creator. A copyright notice alone names an owner, not who
// is to be thanked.
func (p Picture) Credited() bool {
	return strings.TrimSpace(p.Credit) != "" || strings.TrimSpace(p.Creator) != ""
}

// Usable says why the picture may not be shown in an output at a time, as one Conflict error that names every place of
// fault; nil when it may. The keys of the places are fault.picture.killed, .expired, .credit and .output.
func (p Picture) Usable(now time.Time, out Output) error {
	var places []fault.Place
	at := func(location, key, text string) {
		places = append(places, fault.Place{Location: location, Key: key, Text: text})
	}
	if !p.KilledAt.IsZero() {
		at("killed_at", "fault.picture.killed", "the picture was killed")
	}
	if !p.ExpiresAt.IsZero() && !now.Before(p.ExpiresAt) {
		at("expires_at", "fault.picture.expired", "the rights to the picture have ended")
	}
	if !p.Credited() {
		at("credit", "fault.picture.credit", "the picture has no credit")
	}
	if len(p.Outputs) > 0 && !slices.Contains(p.Outputs, out) {
		at("outputs", "fault.picture.output", "the picture may not be shown there")
	}
	if places == nil {
		return nil
	}
	return &fault.Error{Kind: fault.Conflict, Key: places[0].Key, Text: places[0].Text, Places: places}
}

// CreditLine gives the parts of the line under the picture, in order, to be joined by the page: the copyright notice when it
// is short and names the credit ("© AFP 2023"), else the credit; then the pool; then the creator. What an
// earlier part says already is left out.
func (p Picture) CreditLine() []string {
	var parts []string
	add := func(s string) {
		s = strings.Join(strings.Fields(s), " ")
		for _, earlier := range parts {
			if holds(earlier, s) {
				return
			}
		}
		if s != "" {
			parts = append(parts, s)
		}
	}
	if p.Credit != "" && utf8.RuneCountInString(p.Copyright) <= 60 && holds(p.Copyright, p.Credit) {
		add(p.Copyright)
	} else {
		add(p.Credit)
	}
	add(p.Pool)
	add(p.Creator)
	return parts
}

// holds reports whether the words of part are whole words of s, in whatever case.
func holds(s, part string) bool {
	words := func(s string) string {
		return " " + strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return strings.ContainsRune(" \t\n/,;|©", r) }), " ") + " "
	}
	part = words(part)
	return strings.TrimSpace(part) != "" && strings.Contains(words(s), part)
}

// IsFilePicture reports whether it is a photo taken 30 days or more before the story's time. Of a date of which only the
// day, the month or the year is known the last moment counts, so that no fresh photo is called old.
func (p Picture) IsFilePicture(story time.Time) bool {
	if p.Kind != Photo || p.TakenAt.IsZero() {
		return false
	}
	taken := p.TakenAt
	switch p.TakenUnit {
	case Year:
		taken = taken.AddDate(1, 0, 0)
	case Month:
		taken = taken.AddDate(0, 1, 0)
	case Day:
		taken = taken.AddDate(0, 0, 1)
	}
	return story.Sub(taken) >= Age
}

// Cropped reports whether somebody chose what a crop of this ratio shows.
func (p Picture) Cropped(ratio string) bool {
	return slices.ContainsFunc(p.Crops, func(c Crop) bool { return c.Ratio == ratio })
}

// Find gives the smallest rendition whose name begins with prefix ("w", "c", "social") and that is at least width pixels
// wide, else the widest; ok is false when there is none.
func (p Picture) Find(prefix string, width int) (r Rendition, ok bool) {
	for _, c := range p.Renditions {
		if !strings.HasPrefix(c.Name, prefix) {
			continue
		}
		wanted, has := c.Width >= width, r.Width >= width
		if !ok || wanted && (!has || c.Width < r.Width) || !wanted && !has && c.Width > r.Width {
			r, ok = c, true
		}
	}
	return r, ok
}
