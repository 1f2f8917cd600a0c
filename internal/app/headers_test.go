package app

import (
	"bytes"
	"compress/gzip"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"dateline/internal/account"
)

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	p := newPaper(t, func(c *Config) { c.URL = "https://paper.example" })
	picture := p.upload("admin", 2)
	id, _ := p.story("Tram opens", `"tags":["tag"],"byline":[{"name":"A name","author":"a-name"}],"picture":"`+picture+`"`)
	gone, _ := p.story("Taken back", "")
	p.must(200, "admin", "POST", "/api/v1/articles/"+gone+"/withdraw", `{"note":"Wrong."}`, "If-Match", "*")
	xmls, jsons := everyFeed("tag", "a-name")
	targets := append(append(everyPage("/world/tram-opens", "tag", "a-name"), xmls...), jsons...)
	targets = append(targets, "/world/taken-back", "/world/", "//world", "/x%2fy", "/api", "/api/docs", "/api/openapi.json", "/api/v1/articles", "/api/v1/articles/"+id, "/api/v1/none", "/api/v1/articles/"+missing, "/events", "/events/newsfeed:en?after=0",
		"/newsroom/", "/newsroom/none", "/newsroom/sign-in/x", "/newsroom/worker.js", "/newsroom/manifest.webmanifest", "/newsroom/icon-192.png", "/account", "/account/sign-in/x", "/healthz", "/readyz", "/robots.txt", "/.well-known/security.txt", "/icon.svg", "/favicon.ico", "/assets/none.js", "/media/none", "/media/p/"+picture+"/none.jpg", "/search?q=tram", strings.TrimPrefix(p.files(picture)[0], "https://paper.example"))
	for _, at := range targets {
		for _, method := range []string{"GET", "HEAD", "POST", "DELETE", "TRACE"} {
			for range 2 { // the second time from memory
				r := p.ask("", method, at, "")
				h := r.header
				policy := h.Get("Content-Security-Policy")
				if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") || !strings.Contains(policy, "base-uri 'none'") || !strings.Contains(policy, "form-action ") {
					t.Errorf("%s %s (%d): policy %q", method, at, r.status, policy)
				}
				if strings.Contains(policy, "nonce") && !strings.HasPrefix(at, "/newsroom") {
					t.Errorf("%s %s: a nonce in %q", method, at, policy)
				}
				for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Strict-Transport-Security": "max-age=31536000", "Cross-Origin-Opener-Policy": "same-origin"} {
					if h.Get(name) != want {
						t.Errorf("%s %s (%d): %s is %q", method, at, r.status, name, h.Get(name))
					}
				}
				if h.Get("Referrer-Policy") == "" || h.Get("Permissions-Policy") == "" || h.Get("Server") != "" || h.Get("X-Powered-By") != "" || h.Get("Access-Control-Allow-Origin") != "" {
					t.Errorf("%s %s (%d): %v", method, at, r.status, h)
				}
				kind := h.Get("Content-Type")
				if len(r.body) > 0 && (kind == "" || (strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "/xml")) && !strings.Contains(kind, "utf-8")) {
					t.Errorf("%s %s (%d): Content-Type %q", method, at, r.status, kind)
				}
				if r.status/100 == 5 || method == "TRACE" && r.status/100 == 2 {
					t.Errorf("%s %s: %d", method, at, r.status)
				}
			}
		}
	}
	for _, at := range []string{"/api/v1/articles/" + id, "/api/v1/articles?state=draft", "/api/v1/pictures/" + picture} {
		if r := p.must(200, "admin", "GET", at, ""); r.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s of the desk: Cache-Control %q", at, r.header.Get("Cache-Control"))
		}
	}
}

func TestALongAnswerOfTheAPIIsCompressedForWhoCanReadThat(t *testing.T) {
	p := newPaper(t)
	long, _ := p.story("Tram opens", `"body_html":"<p>`+strings.Repeat("A line of the tram. ", 500)+`</p>"`)
	packed := func(at string) reply { // as it is sent
		r, err := http.NewRequestWithContext(t.Context(), "GET", p.url+at, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+p.tokens["admin"])
		r.Header.Set("Accept-Encoding", "br, gzip;q=0.8")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return reply{status: res.StatusCode, header: res.Header, body: b}
	}
	for _, at := range []string{"/api/v1/articles/" + long, "/api/openapi.json", "/api/docs"} {
		plain, small := p.must(200, "admin", "GET", at, ""), packed(at)
		if plain.header.Get("Content-Encoding") != "" || small.header.Get("Content-Encoding") != "gzip" || plain.header.Get("Vary") != "Accept-Encoding" || len(small.body)*3 > len(plain.body) {
			t.Errorf("%s: %d bytes as %q, %d as %q", at, len(plain.body), plain.header, len(small.body), small.header)
		}
		z, err := gzip.NewReader(bytes.NewReader(small.body))
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(z); err != nil || !bytes.Equal(b, plain.body) {
			t.Errorf("%s: another answer when it is unpacked: %v", at, err)
		}
		if tag := small.header.Get("ETag"); tag != plain.header.Get("ETag") {
			t.Errorf("%s: ETag %s and %s", at, plain.header.Get("ETag"), tag)
		} else if tag != "" {
			p.must(304, "admin", "GET", at, "", "Accept-Encoding", "gzip", "If-None-Match", tag)
		}
	}
	if r := packed("/api/v1/articles/" + long + "/lock"); r.status != 200 || r.header.Get("Content-Encoding") != "" {
		t.Errorf("%d bytes are compressed", len(r.body))
	}
}

func TestTheLogTellsWhoCameInAndNobodysAddress(t *testing.T) {
	told := &lines{}
	p := newPaper(t, func(c *Config) { c.Log = slog.New(slog.NewJSONHandler(told, nil)) })
	a, err := p.site.Door.Add(t.Context(), "ana@paper.example", "Ana Example", password, account.Grant{Role: account.Editor})
	if err != nil {
		t.Fatal(err)
	}
	p.send("/newsroom/sign-in", "", "email", "ana@paper.example", "password", "wrong password")
	p.send("/newsroom/sign-in", "", "email", "\nlevel=ERROR forged@paper.example", "password", "wrong password")
	r := p.send("/newsroom/sign-in", "", "email", "ana@paper.example", "password", password)
	p.send("/newsroom/sign-out", r.cookie())
	p.send("/newsroom/sign-in/"+strings.Repeat("x", 43), "")
	log := told.String()
	for what, n := range map[string]int{`"newsroom: signed in"`: 1, `"newsroom: a try to sign in was refused"`: 3, `"newsroom: signed out"`: 1, `"account":"` + a.ID: 2} {
		if strings.Count(log, what) != n {
			t.Errorf("%s stands %d times in the log, want %d:\n%s", what, strings.Count(log, what), n, log)
		}
	}
	for _, secret := range []string{"paper.example", "Ana Example", password, "wrong password", "forged", "127.0.0.1", strings.Repeat("x", 43), strings.TrimPrefix(r.cookie(), "dateline_session=")} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q:\n%s", secret, log)
		}
	}
}
