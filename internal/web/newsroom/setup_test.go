package newsroom

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestBeforeSetUpNobodyIsAskedForAPassword(t *testing.T) {
	b, people := newBrowser(t)
	people.vacant = true
	for _, at := range []string{"/newsroom/", "/newsroom/sign-in"} {
		if w := b.do("GET", at, nil); w.Code != 200 || strings.Contains(w.Body.String(), "<form") || !strings.Contains(w.Body.String(), "set-up link that the program printed") {
			t.Errorf("%s: %d %.400s", at, w.Code, w.Body)
		}
	}
}

func TestSetUpTakesAPasskeyForAPassword(t *testing.T) {
	b, p := newBrowser(t)
	p.host = "news.example"
	if w := b.do("GET", "/newsroom/set-up/first", nil); !strings.Contains(w.Body.String(), `data-passkey="/newsroom/set-up/first/passkey"`) {
		t.Error("no passkey is offered")
	}
	form := url.Values{"publication": {"The Orlan Dispatch"}, "language": {"en"}, "timezone": {"UTC"}, "name": {"Ana"}, "email": {"nobody"}, "password": {""}}
	if w := b.do("POST", "/newsroom/set-up/first/passkey", form); w.Code != 422 {
		t.Errorf("a device is asked before the form is right: %d", w.Code)
	}
	form.Set("passkey", "")
	form.Set("ticket", "")
	if w := b.do("POST", "/newsroom/set-up/first", form); w.Code != 422 || strings.Count(w.Body.String(), `aria-invalid="true"`) != 1 || strings.Contains(w.Body.String(), "fault.") {
		t.Errorf("what is wrong with the form: %d", w.Code)
	}
	form.Set("email", "ana@news.example")
	if w := b.do("POST", "/newsroom/set-up/wrong/passkey", form); w.Code != 404 {
		t.Errorf("a wrong link asks a device: %d", w.Code)
	}
	if w := b.do("POST", "/newsroom/set-up/first/passkey", form); w.Code != 200 || !strings.Contains(w.Body.String(), `"ticket":"ticket"`) {
		t.Errorf("no challenge: %d %s", w.Code, w.Body)
	}
	form.Set("ticket", "ticket")
	form.Set("passkey", "another answer")
	if w := b.do("POST", "/newsroom/set-up/first", form); w.Code != 422 || len(p.sessions)+len(p.editions) > 0 || !strings.Contains(w.Body.String(), "not accepted") {
		t.Errorf("a wrong answer: %d", w.Code)
	}
	form.Set("passkey", "answer")
	if w := b.do("POST", "/newsroom/set-up/first", form); w.Code != 303 || !b.in() || len(p.editions) != 1 {
		t.Errorf("the right one: %d", w.Code)
	}
}

func TestSetUpMakesEditionAndAdmin(t *testing.T) {
	b, p := newBrowser(t)
	if w := b.do("GET", "/newsroom/set-up/wrong", nil); w.Code != 410 {
		t.Errorf("a wrong link: %d", w.Code)
	}
	if w := b.do("GET", "/newsroom/set-up/first", nil, "Accept-Language", "ru-RU, en;q=0.5"); w.Code != 200 || !strings.Contains(w.Body.String(), `lang="ru"`) {
		t.Errorf("the form: %d", w.Code)
	}
	form := url.Values{"publication": {"The Orlan Dispatch"}, "language": {"es"}, "timezone": {"Nowhere/None"}, "name": {"Ana"}, "email": {"ana@news.example"}, "password": {"short"}}
	w := b.do("POST", "/newsroom/set-up/first", form)
	if w.Code != 422 || len(p.sessions) > 0 || !strings.Contains(w.Body.String(), "The Orlan Dispatch") || strings.Contains(w.Body.String(), "short") {
		t.Fatalf("a wrong zone: %d", w.Code)
	}
	if n := strings.Count(w.Body.String(), `aria-invalid="true"`); n != 2 {
		t.Errorf("%d of 2 faults are told at once", n)
	}
	if !strings.Contains(w.Body.String(), `<option value="Europe/Moscow">`) || !strings.Contains(b.do("GET", "/newsroom/set-up/first", nil, "Accept-Language", "es-AR,es;q=0.9").Body.String(), `value="America/Argentina/Buenos_Aires" autocomplete`) {
		t.Error("no time zones are offered")
	}
	form.Set("timezone", "Europe/Madrid")
	if w := b.do("POST", "/newsroom/set-up/first", form); w.Code != 422 || len(p.editions) > 0 {
		t.Fatalf("a short password: %d", w.Code)
	}
	form.Set("password", "a longer password")
	if w := b.do("POST", "/newsroom/set-up/first", form); w.Code != 303 || !b.in() {
		t.Fatalf("%d %.300s", w.Code, w.Body)
	}
	if len(p.editions) != 1 || *p.editions[0].Slug != "es" || *p.editions[0].Name != "The Orlan Dispatch" || *p.editions[0].Timezone != "Europe/Madrid" || !*p.editions[0].Default {
		t.Errorf("%+v", p.editions)
	}
	if want := []string{"es/news Noticias"}; !slices.Equal(p.sections, want) {
		t.Errorf("sections %q, want %q", p.sections, want)
	}
	if w := b.do("POST", "/newsroom/set-up/first", form); w.Code != 410 {
		t.Errorf("a second time: %d", w.Code)
	}
}
