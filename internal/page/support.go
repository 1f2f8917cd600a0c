package page

import (
	"time"

	"dateline/internal/edition"
)

// sponsorView is a sponsor as a page shows it, under the word that says what it is.
type sponsorView struct {
	Word, Text, URL string
	Picture         *figure
}

// supportView is what keeps the edition going: its sponsor, and where readers may give.
type supportView struct {
	Sponsors  []sponsorView
	Donations []edition.Link
}

// support gives what stands below the stories of a page; nil when there is nothing.
func (s *sheet) support(sponsors []edition.Sponsor) *supportView {
	d := &supportView{Donations: s.ed.Donations}
	for _, sp := range sponsors {
		v := sponsorView{Word: s.words.Say("sponsor." + string(sp.Kind)), Text: sp.Text, URL: sp.URL}
		if v.Picture = s.figure(sp.Picture, "", "", time.Time{}, true, sizesCard); v.Picture != nil {
			v.Picture.Alt, v.Picture.Caption, v.Picture.Label = "", "", "" // its sentence stands beside it
		}
		d.Sponsors = append(d.Sponsors, v)
	}
	if len(d.Sponsors) == 0 && len(d.Donations) == 0 {
		return nil
	}
	return d
}
