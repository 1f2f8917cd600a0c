package app

import (
	"strings"
	"testing"
	"time"
)

func TestATranslationSaysThatItsSourceWasCorrectedUntilItIsBroughtUpToDate(t *testing.T) {
	p := newPaper(t)
	source, _ := p.story("The fare is 14.20", `"body_html":"<p>The fare is 14.20.</p>"`)
	p.clock.Forward(time.Hour)
	made := p.must(201, "admin", "POST", "/api/v1/articles", `{"edition":"es","section":"mundo","headline":"La tarifa es 14,20","translation_of":"`+source+`"}`)
	id := made.text("id")
	if made.text("source_revision") != "1" {
		t.Errorf("%s", made.body)
	}
	at := "/api/v1/articles/" + id
	stale := func() string { return p.must(200, "admin", "GET", at, "").text("source_changed.change") }
	if got := stale(); got != "" {
		t.Errorf("a fresh one is %q", got)
	}
	p.save(source, `{"lead":"A comma."}`)
	p.publish(source, `{"change":"minor"}`)
	if got := stale(); got != "" {
		t.Errorf("after a minor change: %q", got)
	}
	p.save(source, `{"headline":"The fare is 12.40","body_html":"<p>The fare is 12.40.</p>"}`)
	p.publish(source, `{"change":"correction","note":"The fare was wrong."}`)
	r := p.must(200, "admin", "GET", at, "")
	if r.text("source_changed.change") != "correction" || r.text("source_changed.revision") != "3" || r.text("source_changed.base") != "1" || r.text("source_changed.article") != source {
		t.Errorf("%s", r.body)
	}
	list := p.must(200, "elsewhere", "GET", "/api/v1/articles?edition=es", "")
	if list.text("items.0.source_changed.change") != "correction" {
		t.Errorf("the desk's row: %s", list.body)
	}
	family := p.must(200, "admin", "GET", "/api/v1/articles/"+source+"/translations", "")
	if family.text("items.0.id") != source || family.text("items.0.source") != "true" || family.text("items.1.id") != id || family.text("items.1.edition") != "es" || family.text("items.1.source_changed.revision") != "3" {
		t.Errorf("%s", family.body)
	}
	if own := p.must(200, "elsewhere", "GET", at+"/translations", ""); own.text("items.0.id") != id || own.text("items.1.id") != "" {
		t.Errorf("who works in one edition only sees %s", own.body)
	}
	compared := p.must(200, "admin", "GET", "/api/v1/articles/"+source+"/compare?from=r1&to=r3", "")
	if !strings.Contains(string(compared.body), "12.40") || !strings.Contains(string(compared.body), "14.20") {
		t.Errorf("%s", compared.body)
	}
	p.must(200, "admin", "PATCH", at, `{"source_revision":3}`, "If-Match", "*")
	if got := stale(); got != "" {
		t.Errorf("brought up to date it is still %q", got)
	}
	p.publish(source, `{"change":"update"}`)
	if got := stale(); got != "update" {
		t.Errorf("the next change: %q", got)
	}
	p.must(200, "admin", "PATCH", at, `{"source_revision":4}`, "If-Match", "*")
	p.must(200, "admin", "POST", "/api/v1/articles/"+source+"/withdraw", `{"note":"The fare was never raised."}`, "If-Match", "*")
	if got := stale(); got != "withdrawn" {
		t.Errorf("of a source that is withdrawn: %q", got)
	}
	p.must(200, "admin", "PATCH", at, `{"translation_of":null}`, "If-Match", "*")
	if r := p.must(200, "admin", "GET", at, ""); r.text("source_changed.change") != "" || r.text("source_revision") != "" {
		t.Errorf("%s", r.body)
	}
}

func TestATranslationBegunBeforeItsSourceWasOutHearsOfItsCorrectionsUntilItFollowsThem(t *testing.T) {
	p := newPaper(t)
	source := p.must(201, "admin", "POST", "/api/v1/articles", `{"edition":"en","section":"world","headline":"The fare is 14.20","body_html":"<p>The fare is 14.20.</p>"}`).text("id")
	id := p.must(201, "admin", "POST", "/api/v1/articles", `{"edition":"es","section":"mundo","headline":"La tarifa es 14,20","body_html":"<p>La tarifa es 14,20.</p>","translation_of":"`+source+`"}`).text("id")
	p.clock.Forward(time.Hour)
	p.publish(source, `{}`)
	p.save(source, `{"headline":"The fare is 12.40"}`)
	p.clock.Forward(time.Hour)
	p.publish(source, `{"change":"correction","note":"The fare was wrong."}`)
	p.clock.Forward(time.Hour)
	p.publish(id, `{}`)
	at := "/api/v1/articles/" + id
	if got := p.must(200, "admin", "GET", at, "").text("source_changed.change"); got != "correction" {
		t.Errorf("it went out after the correction without it, and is marked %q", got)
	}
	p.must(200, "admin", "PATCH", at, `{"source_revision":2}`, "If-Match", "*")
	if got := p.must(200, "admin", "GET", at, "").text("source_changed.change"); got != "" {
		t.Errorf("brought up to date it is still %q", got)
	}
}
