package app

import (
	"bytes"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dateline/internal/web"
	"dateline/internal/web/newsroom"
	"dateline/internal/web/site"
	"dateline/ui"
)

// otherRights is the table of who gets what from every other route. Readers' pages are the same for everybody, so they have one
// row for all, but for those of who is signed in; the columns of the newsroom are strangers, a token (which is no session), a reader's, a moderator's and an
// admin's session. From another site, nothing but GET and HEAD gets in.
const otherRights = `
door      method  route                         stranger token reader moderator admin
site      GET     /healthz                      200
site      GET     /readyz                       200
site      GET     /robots.txt                   200
site      GET     /sitemap.xml                  200
site      GET     /sitemap-news.xml             200
site      GET     /sitemaps/{name}              404
site      GET     /.well-known/security.txt     200
site      GET     /icon.svg                     200
site      GET     /favicon.ico                  301
site      GET     /assets/{name...}             404
site      GET     /media/{key...}               404
site      GET     /report/{id}                  404
site      POST    /report/{id}                  404
site      GET     /vote/{id}                    404
site      POST    /vote/{id}                    404
site      GET     /comment/{id}                 404
site      POST    /comment/{id}                 404
site      POST    /comment/{id}/edit            404
site      POST    /comment/{id}/remove          404
site      POST    /comment/{id}/react           404
site      GET     /comment/{id}/unread          404
site      GET     /comment/{id}/report          404
site      POST    /comment/{id}/report          404
site      GET     /comment/{id}/appeal          404
site      POST    /comment/{id}/appeal          404
site      POST    /comment/{id}/ignore          404
site      GET     /{path...}                    404
page      GET     /                             200
page      GET     /newsfeed                     200
page      GET     /newsfeed/{section}           200
page      GET     /search                       200
page      GET     /corrections                  200
page      GET     /subscribe                    200
page      GET     /chats                        200
page      GET     /chats/mine                   200
page      GET     /chats/{slug}                 404
page      GET     /account                      303      303   200    200       200
page      GET     /account/sign-in              200      200   303    303       303
page      GET     /account/sign-in/with         404
page      GET     /account/sign-in/from         401
page      GET     /account/sign-in/{token}      410
page      GET     /account/email/{token}        410
page      GET     /account/unsubscribe/{token}  410
page      GET     /account/notifications        303      303   200    200       200
page      GET     /account/comments             303      303   200    200       200
page      GET     /account/who                  200      200   200    200       200
page      GET     /account/data                 303      303   200    200       200
page      GET     /tag/{slug}                   200
page      GET     /author/{slug}                200
page      GET     /page/{slug}                  200
page      GET     /page/{slug}/history          200
page      GET     /{section}                    200
page      GET     /{section}/{slug}             200
page      GET     /{section}/{slug}/discussion  200
page      GET     /{section}/{slug}/history     200
page      GET     /feed.xml                     200
page      GET     /atom.xml                     200
page      GET     /feed.json                    200
page      GET     /{section}/feed.xml           200
page      GET     /{section}/atom.xml           200
page      GET     /{section}/feed.json          200
page      GET     /tag/{slug}/feed.xml          200
page      GET     /tag/{slug}/atom.xml          200
page      GET     /tag/{slug}/feed.json         200
page      GET     /author/{slug}/feed.xml       200
page      GET     /author/{slug}/atom.xml       200
page      GET     /author/{slug}/feed.json      200
page      GET     /{section}/{slug}/feed.xml    404
page      GET     /{section}/{slug}/atom.xml    404
page      GET     /{section}/{slug}/feed.json   404
api       GET     /api/openapi.json             200
api       GET     /api/docs                     200
api       GET     /api                          200
events    GET     /events/newsfeed:en?after=0   200
events    GET     /events/desk:en?after=0       404
events    GET     /events                       400
newsroom  GET     /newsroom                     301      301   301    301       301
newsroom  GET     /newsroom/{$}                 200      200   403    200       200
newsroom  GET     /newsroom/assets/{file}       404      404   404    404       404
newsroom  GET     /newsroom/worker.js           200      200   200    200       200
newsroom  GET     /newsroom/manifest.webmanifest 200     200   200    200       200
newsroom  GET     /newsroom/icon-192.png        200      200   200    200       200
newsroom  GET     /newsroom/icon-512.png        200      200   200    200       200
newsroom  GET     /newsroom/{path...}           303      303   403    200       200
newsroom  GET     /newsroom/sign-in             200      200   200    200       200
newsroom  POST    /newsroom/sign-in             401      401   401    401       401
newsroom  GET     /newsroom/sign-in/{token}     200      200   200    200       200
newsroom  POST    /newsroom/sign-in/{token}     410      410   410    410       410
newsroom  GET     /newsroom/password            303      303   200    200       200
newsroom  POST    /newsroom/password            401      401   303    303       303
newsroom  POST    /newsroom/passkey             200      200   200    200       200
newsroom  GET     /newsroom/passkey.js          200      200   200    200       200
newsroom  GET     /newsroom/code                303      303   303    303       303
newsroom  POST    /newsroom/code                401      401   401    401       401
newsroom  POST    /newsroom/sign-out            303      303   303    303       303
newsroom  GET     /newsroom/set-up/{token}      410      410   410    410       410
newsroom  POST    /newsroom/set-up/{token}      422      422   422    422       422
newsroom  POST    /newsroom/set-up/{token}/passkey 422   422   422    422       422
form      POST    /account/sign-in              422
form      POST    /account/sign-in/{token}      410
form      POST    /account/sign-in/code         410
form      POST    /account/sign-in/password     401
form      POST    /account/name                 303      303   422    422       422
form      POST    /account/password             303      303   303    422       422
form      POST    /account/sign-out             303
form      POST    /account/email                303
form      POST    /account/email/{token}        410
form      POST    /account/unsubscribe/{token}  410
form      POST    /account/mail                 303
form      POST    /account/ignored              303      303   409    409       409
form      POST    /account/sign-in/passkey      401
form      POST    /account/sign-in/passkey/ask  200
form      POST    /account/passkey              303      303   422    422       422
form      POST    /account/passkey/ask          303      303   200    200       200
form      POST    /account/appeal               303      303   422    422       422
form      POST    /account/sessions             303
form      POST    /account/delete               303      303   303    409       409
`

// example writes a route as an address of something that is there.
func example(route string) string {
	return strings.NewReplacer("{section}/{slug}", "world/tram-opens", "tag/{slug}", "tag/trams", "author/{slug}", "author/m-vey", "page/{slug}", "page/about",
		"{section}", "world", "{$}", "", "{token}", "abcdefghijklmnop", "{id}", missing, "{name}", "none", "{name...}", "none.js", "{key...}", "o/0123456789abc/original.jpg", "{path...}", "none/of/it").Replace(route)
}

func TestEveryOtherRouteAnswersEveryRoleAsTheTableSays(t *testing.T) {
	p := newPaper(t, func(c *Config) { c.SMTP = "smtp://127.0.0.1:1" })
	p.story("Tram opens", `"tags":["Trams"],"byline":["M. Vey"],"body_html":"<p>At last.</p>"`)
	p.story("About", `"kind":"page"`)
	there := map[string]bool{}
	for _, r := range site.Routes() {
		there["site "+r.Pattern] = true
	}
	for _, a := range site.Addresses {
		there["page "+a] = true
	}
	for _, a := range site.Forms {
		there["form "+a] = true
	}
	for _, r := range newsroom.Routes() {
		for m := range strings.SplitSeq(r.Methods, ", ") {
			if m != "HEAD" {
				there["newsroom "+m+" "+r.Pattern] = true
			}
		}
	}
	sessions := map[string]string{"reader": p.session("reader"), "moderator": p.session("moderator"), "admin": p.session("admin")}
	columns := []string{"stranger", "token", "reader", "moderator", "admin"}
	asked := map[string]bool{}
	for line := range strings.Lines(strings.TrimSpace(otherRights)) {
		f := strings.Fields(line)
		if f[0] == "door" {
			continue
		}
		door, method, route := f[0], f[1], f[2]
		key := door + " " + route
		if door == "newsroom" {
			key = door + " " + method + " " + route
		}
		asked[key] = true
		if !there[key] && door != "api" && door != "events" {
			t.Errorf("the table names %s, which is no route", key)
		}
		target, body := example(route), ""
		if method == "POST" {
			body = "email=nobody@paper.example&password=nothing+of+it"
		}
		var first []byte
		for i, who := range columns {
			want := f[3]
			if len(f) > 4 {
				want = f[3+i]
			}
			h := []string{"Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin"}
			token := ""
			switch who {
			case "stranger":
			case "token":
				token = "admin"
			default:
				if strings.HasSuffix(route, "sign-out") {
					sessions[who] = p.session(who)
				}
				h = append(h, "Cookie", sessions[who])
			}
			if route == "/events/desk:en?after=0" && who != "stranger" && who != "reader" {
				want = "200" // staff may follow their desk
			}
			p.clock.Forward(30e9) // tries to sign in are limited elsewhere
			if _, err := ui.Newsroom(); route == "/newsroom/worker.js" && errors.Is(err, ui.ErrNotBuilt) {
				want = "404"
			}
			got := p.ask(token, method, target, body, h...)
			if sessions[who] != "" && (strings.HasPrefix(target, "/account/s") || target == "/account/delete") {
				sessions[who] = p.session(who) // the one of before may have ended
			}
			if want != strconv.Itoa(got.status) {
				t.Errorf("%s %s by %s: %d, the table says %s\n%.300s", method, target, who, got.status, want, got.body)
			}
			switch {
			case door != "site" && door != "page" && door != "api":
			case strings.HasPrefix(target, "/account"), target == "/chats/mine": // what says who is signed in
				if !strings.Contains(got.header.Get("Cache-Control"), "no-store") {
					t.Errorf("%s may be kept: %s", target, got.header.Get("Cache-Control"))
				}
			case first == nil:
				first = got.body
			case !bytes.Equal(first, got.body):
				t.Errorf("%s is not the same for %s as for strangers", target, who)
			}
			out := len(h) > 4 && (route == "/account/sign-out" || route == "/account/sessions" || route == "/account/delete")
			if door != "newsroom" && !out && got.header.Get("Set-Cookie") != "" {
				t.Errorf("%s sets a cookie", target)
			}
		}
		if method == "POST" {
			for _, from := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site", "Authorization", "Basic eDp5"}} {
				h := append([]string{"Cookie", sessions["admin"], "Content-Type", "application/x-www-form-urlencoded"}, from...)
				if got := p.ask("", method, target, body, h...); got.status != 403 {
					t.Errorf("%s from another site (%v): %d", target, from, got.status)
				}
			}
		}
		for _, m := range []string{"PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "POST", "PROPFIND"} {
			if m == method || there["newsroom "+m+" "+route] || m == "POST" && there["form "+route] || strings.Contains(route, "sign-in/") {
				continue
			}
			if got := p.ask("admin", m, target, ""); got.status != 405 && got.status != 404 {
				t.Errorf("%s %s: %d", m, target, got.status)
			}
		}
	}
	for key := range there {
		if !asked[key] {
			t.Errorf("%s has no row in the table", key)
		}
	}
	want, gate := []string{"/", "/api", "/events", "/newsroom"}, p.site.server.Handler.(*web.Gate)
	if !slices.Equal(gate.Prefixes(), want) {
		t.Errorf("the doors are %v; each needs its rows here", gate.Prefixes())
	}
}

// variants writes an address in other ways that a careless proxy, router or rule might take for the same. What each gives is
// said once: "" is the same answer as the address itself, "404" and "301" (404 for what is no GET) never let anybody in.
var variants = []struct {
	name string
	make func(path string) string
	want string
}{
	{"a slash at the end", func(p string) string { return p + "/" }, "404"},
	{"two slashes at the end", func(p string) string { return p + "//" }, "301"},
	{"two slashes at the beginning", func(p string) string { return "/" + p }, "301"},
	{"two slashes within", func(p string) string { return strings.Replace(p, "/v1/", "/v1//", 1) }, "301"},
	{"a dot", func(p string) string { return strings.Replace(p, "/v1/", "/v1/./", 1) }, "301"},
	{"two dots", func(p string) string { return strings.Replace(p, "/v1/", "/v1/x/../", 1) }, "301"},
	{"two dots over the beginning", func(p string) string { return "/../.." + p }, "301"},
	{"two dots encoded", func(p string) string { return strings.Replace(p, "/v1/", "/v1/x/%2e%2e/", 1) }, "301"},
	{"two dots half encoded", func(p string) string { return strings.Replace(p, "/v1/", "/v1/x/.%2E/", 1) }, "301"},
	{"two dots encoded twice", func(p string) string { return strings.Replace(p, "/v1/", "/v1/x/%252e%252e/", 1) }, "404"},
	{"an encoded slash", func(p string) string { return strings.Replace(p, "/v1/", "/v1%2f", 1) }, "404"},
	{"an encoded slash in capitals", func(p string) string { return strings.Replace(p, "/v1/", "/v1%2F", 1) }, "404"},
	{"a backslash", func(p string) string { return strings.Replace(p, "/v1/", `/v1\`, 1) }, "404"},
	{"an encoded backslash", func(p string) string { return strings.Replace(p, "/v1/", "/v1%5c", 1) }, "404"},
	{"an encoded letter", func(p string) string { return strings.Replace(p, "/v1/", "/v%31/", 1) }, ""},
	{"capitals", strings.ToUpper, "404"},
	{"one capital", func(p string) string { return strings.Replace(p, "/v1/", "/V1/", 1) }, "404"},
	{"a null byte", func(p string) string { return p + "%00" }, "404"},
	{"a line feed", func(p string) string { return p + "%0a" }, "404"},
	{"a path parameter", func(p string) string { return p + ";a=b" }, "404"},
	{"an ending", func(p string) string { return p + ".json" }, "404"},
	{"bytes that are no UTF-8", func(p string) string { return p + "%c0%ae" }, "404"},
	{"a wide letter", func(p string) string { return strings.Replace(p, "/v1/", "/v%EF%BC%91/", 1) }, "404"},
	{"another version", func(p string) string { return strings.Replace(p, "/v1/", "/v2/", 1) }, "404"},
	{"no version", func(p string) string { return strings.Replace(p, "/v1/", "/", 1) }, "404"},
}

func TestNoWayOfWritingAnAddressGivesMore(t *testing.T) {
	p := newPaper(t)
	o := &objects{paper: p}
	cookie := p.session("admin")
	for _, op := range p.described() {
		object := map[bool]string{true: "draft", false: "here"}[strings.Contains(op.path, "/articles/")]
		if strings.Contains(op.path, "/pictures") {
			object = "unshown"
		}
		target, body, header := o.make(op, object)
		path, query, _ := strings.Cut(target, "?")
		if query != "" {
			query = "?" + query
		}
		plain := map[string]int{}
		for _, who := range []string{"", "foreign"} {
			plain[who] = p.ask(who, op.method, target, body, header...).status
		}
		for _, v := range variants {
			at := v.make(path) + query
			for _, who := range []string{"", "foreign", "admin"} {
				if v.want == "" && who == "admin" {
					continue // it would do what it says
				}
				got := p.ask(who, op.method, at, body, header...)
				want := []int{404}
				switch {
				case v.want == "":
					want = []int{plain[who]}
				case v.want == "301" && op.method == "GET":
					want = []int{301}
				case strings.HasSuffix(path, missing) || op.method == "GET" && (v.name == "a path parameter" || v.name == "an ending"):
					want = []int{404, 422} // an id of another form
				case v.name == "a path parameter" || v.name == "an ending":
					want = []int{404, 401, 403, 405, 422}
				}
				if plain[""] == 401 && strings.HasSuffix(op.path, "}") && (v.name == "a path parameter" || v.name == "an ending") {
					want = append(want, 401, 403) // the same call about something else
				}
				if v.name == "capitals" && op.method != "GET" {
					want = append(want, 405) // a readers' page, which takes none
				}
				if !slices.Contains(want, got.status) {
					t.Errorf("%s %s (%s) by %q: %d, wanted %v\n%.200s", op.method, at, v.name, who, got.status, want, got.body)
				}
				if to := got.header.Get("Location"); got.status == 301 && (!strings.HasPrefix(to, "/api/v1/") || strings.Contains(to, "//")) {
					t.Errorf("%s leads to %s", at, to)
				}
			}
		}
		for _, name := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
			for _, method := range []string{"GET", "PATCH", "DELETE", "POST"} {
				for who, want := range plain {
					if got := p.ask(who, op.method, target, body, append([]string{name, method}, header...)...); got.status != want && got.status != 429 {
						t.Errorf("%s %s by %q with %s: %s: %d, without %d", op.method, target, who, name, method, got.status, want)
					}
				}
			}
			if op.method != "DELETE" {
				continue
			}
			read := p.ask("", "GET", target, "", "Cookie", cookie)
			if got := p.ask("", "GET", target, "", name, "DELETE", "Cookie", cookie); got.status != read.status || got.status < 300 && got.status != 200 {
				t.Errorf("%s with %s: %d %s, without %d", target, name, got.status, got.body, read.status)
			}
		}
		for _, h := range [][]string{{"X-Original-URL", "/healthz"}, {"X-Rewrite-URL", "/healthz"}, {"X-Forwarded-For", "127.0.0.1"}, {"X-Forwarded-Host", "localhost"}, {"X-Forwarded-Proto", "https"}, {"Forwarded", "for=127.0.0.1"}} {
			if got := p.ask("", op.method, target, body, append(h, header...)...); got.status != plain[""] {
				t.Errorf("%s %s with %v: %d, without %d", op.method, target, h, got.status, plain[""])
			}
		}
		if op.method == "DELETE" {
			if got := p.ask("", "POST", target+"?_method=DELETE", "_method=DELETE", "Content-Type", "application/x-www-form-urlencoded", "Authorization", "Bearer "+p.tokens["admin"]); got.status != 403 && got.status != 405 && got.status != 415 {
				t.Errorf("a form that says DELETE: %d", got.status)
			}
		}
	}
}

func TestNoWayOfWritingANewsroomAddressGivesMore(t *testing.T) {
	p := newPaper(t)
	cookie := p.session("reader")
	for _, at := range []string{"/newsroom/", "//newsroom/", "/newsroom//", "/x/../newsroom/", "/x/%2e%2e/newsroom/", "/newsroom/.", "/newsroom/x/..", "/newsroom%2f", "/Newsroom/", "/newsroom/%2e", "/newsroom/;x", "/newsroom\\", "/newsroom/%00", "/%6eewsroom/"} {
		for range 3 {
			got := p.ask("", "GET", at, "", "Cookie", cookie, "X-Original-URL", "/newsroom/", "X-Role", "admin")
			if got.status == 301 {
				to := got.header.Get("Location")
				if u, err := url.Parse(to); err != nil || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") {
					t.Fatalf("%s leads to %s", at, to)
				}
				at = to
				continue
			}
			if got.status != 403 && got.status != 404 {
				t.Errorf("%s by a reader: %d", at, got.status)
			}
			break
		}
	}
}
