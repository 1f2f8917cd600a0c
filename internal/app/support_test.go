package app

import (
	"strings"
	"testing"
	"time"
)

func TestASponsorStandsUnderItsWordUntilItsTimeIsOver(t *testing.T) {
	p := newPaper(t)
	picture := p.upload("pictures", 1, "credit", "Line", "alt", "A ship")
	_, path := p.story("A story", "")
	ends := noon.Add(time.Hour).Format(time.RFC3339)
	p.must(403, "reporter", "PATCH", "/api/v1/editions/en", `{"sponsors":[]}`)
	r := p.must(200, "editor", "PATCH", "/api/v1/editions/en", `{"sponsors":[{"kind":"advertisement","text":"Sail with the Orlan Line","url":"https://line.example/","picture":"`+picture+`","ends_at":"`+ends+`"}],"donations":[{"name":"Keep us afloat","url":"/page/give"}]}`)
	if !strings.Contains(r.text("sponsors"), ends) {
		t.Errorf("%s", r.body)
	}
	for _, at := range []string{"/", path} {
		page := p.get(200, at)
		for _, words := range []string{">Advertisement<", "Sail with the Orlan Line", `href="https://line.example/" rel="sponsored noopener"`, "/media/p/" + picture, "Keep us afloat"} {
			if !strings.Contains(page, words) {
				t.Errorf("%s does not show %s", at, words)
			}
		}
	}
	if strings.Contains(p.get(200, "/es/"), "Orlan Line") {
		t.Error("another edition shows it")
	}
	if uses := p.must(200, "pictures", "GET", "/api/v1/pictures/"+picture+"/uses", "").text("items"); !strings.Contains(uses, "kind:sponsor") || !strings.Contains(uses, "Sail with the Orlan Line") {
		t.Errorf("the desk is not told that the sponsor has it: %s", uses)
	}
	p.must(200, "pictures", "POST", "/api/v1/pictures/"+picture+"/kill", "")
	for _, at := range []string{"/", path} {
		if page := p.get(200, at); strings.Contains(page, "/media/p/"+picture) || !strings.Contains(page, "Orlan Line") {
			t.Errorf("%s after its picture was killed", at)
		}
	}
	p.clock.Forward(61 * time.Minute)
	for _, at := range []string{"/", path} {
		p.eventually("the sponsor is gone from "+at, func() bool { return !strings.Contains(p.get(200, at), "Orlan Line") })
		if !strings.Contains(p.get(200, at), "Keep us afloat") {
			t.Errorf("%s shows no link for gifts any more", at)
		}
	}
	p.eventually("the edition names it no more", func() bool {
		return p.must(200, "editor", "GET", "/api/v1/editions/en", "").text("sponsors") == "[]"
	})
}
