package app

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/internal/fact"
)

var update = flag.Bool("update", false, "write e2e/hostile/payloads.json anew")

// act is what a payload does when it runs: a browser test looks for the mark. Payloads are ours; whoever reads the fixture with
// the policy switched off must find no mark.
const act = "window.__ran=1"

// hostileTexts are for fields of plain words: each tries to leave the place where it is put.
func hostileTexts() []string {
	tag := "<script>" + act + "</script>"
	img := `<img src=x onerror=` + act + `>`
	return []string{
		tag, img, `"` + img, `'` + img, `">` + tag, `'>` + tag, `</title>` + tag, `</textarea>` + tag, `</style>` + tag, `</script>` + tag, `</script ><svg onload=` + act + `>`,
		`" autofocus onfocus=` + act + ` x="`, `' autofocus onfocus=` + act + ` x='`, "` onmouseover=" + act + " x=`", `" onload="` + act, `" style="animation-name:x" onanimationstart="` + act,
		`]]>` + tag, `]]]]><![CDATA[>` + tag, `<![CDATA[` + tag + `]]>`, `--> ` + tag, `<!--` + tag, `<!-- --!> ` + tag, `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;`,
		`\"` + tag, `\u003cscript\u003e` + act + `\u003c/script\u003e`, `{{constructor.constructor('` + act + `')()}}`, `${` + act + `}`, `#{` + act + `}`, `<%= ` + act + ` %>`, `{{.}}{{template "article"}}{{define "x"}}`,
		"\u2028" + act + "\u2029", "'\u2028;" + act + "//", `';` + act + `;//`, `";` + act + `;//`, `*/` + act + `/*`, `\';` + act + `//`, `</script ` + tag,
		"\u202e" + tag + "\u202c", "\u2066\u2067\u2068" + tag, "\u202dabc\u202ecba", "\u061c\u200f\u200e" + img, "safe\u200b<\u200bscript>" + act, "\ufeff" + tag, "\ufffe\uffff" + tag, "a\u0300\u0301\u0302" + tag,
		"＜script＞" + act + "＜/script＞", "‹script›" + act + "‹/script›", "%3Cscript%3E" + act + "%3C/script%3E", "&lt;script&gt;" + act + "&lt;/script&gt;", "&#60;script&#62;" + act + "&#60;/script&#62;", "&amp;lt;script&amp;gt;",
		`javascript:` + act, `javascript://%0a` + act, ` javascript:` + act, `data:text/html,` + tag, `vbscript:msgbox`, `//evil.example/x`, `https://evil.example/?q=` + tag, `http://evil.example" onclick="` + act,
		`<svg><script>` + act + `</script></svg>`, `<svg onload=` + act + `>`, `<math><mtext></form><form><mglyph><style></math>` + img, `<noscript><p title="</noscript>` + img + `">`, `<template>` + img + `</template>`,
		`<iframe srcdoc="` + tag + `">`, `<base href="https://evil.example/">`, `<meta http-equiv=refresh content="0;url=javascript:` + act + `">`, `<link rel=stylesheet href="https://evil.example/x.css">`,
		`<a href="javascript:` + act + `">click</a>`, `<form action="javascript:` + act + `"><button>x`, `<details open ontoggle=` + act + `>`, `<video><source onerror=` + act + `>`, `<body onload=` + act + `>`, `<x onclick=` + act + `>`,
		`<style>@import "https://evil.example/x.css"</style>`, `</p></div></article></main></body></html>` + tag, `<plaintext>`, `<xmp><p title="</xmp>` + img + `">`, `<select><option>` + img, `<table><td>` + img,
		`data: x` + " event: y id: 7 retry: 1", `{"kind":"published"}`, `=cmd|' /C calc'!A0`, `@SUM(1+1)*cmd|x`, `%0d%0aSet-Cookie: x=y`, `; rel="preload"; as="script"`, `../../../etc/passwd`, `' OR 1=1 --`, `'; DROP TABLE article; --`, `" | ; && $(id)`, "`id`",
	}
}

// hostileHTML is for bodies: what an editor might paste from a page that somebody prepared.
func hostileHTML() []string {
	wrap := func(s string) string { return "<p>before</p>" + s + "<p>after</p>" }
	var out []string
	for _, s := range []string{
		`<script>` + act + `</script>`, `<img src=x onerror=` + act + `>`, `<svg/onload=` + act + `>`, `<a href="javascript:` + act + `">x</a>`, `<a href="jav&#x09;ascript:` + act + `">x</a>`, `<a href="&#1;javascript:` + act + `">x</a>`,
		`<a href=" javascript&colon;` + act + `">x</a>`, `<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>`, `<a href="https://ok.example/" target=_blank onclick=` + act + ` style="position:fixed;inset:0" id=x name=body>x</a>`,
		`<iframe src="javascript:` + act + `"></iframe>`, `<iframe srcdoc="<script>` + act + `</script>"></iframe>`, `<object data="javascript:` + act + `"></object>`, `<embed src="javascript:` + act + `">`, `<form action="javascript:` + act + `"><input type=submit autofocus onfocus=` + act + `></form>`,
		`<style>*{background:url("javascript:` + act + `")}</style>`, `<link rel=import href="https://evil.example/">`, `<base href="https://evil.example/">`, `<meta http-equiv=refresh content="0;url=https://evil.example/">`,
		`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=` + act + `&gt;">`, `<svg></p><style><a id="</style><img src=1 onerror=` + act + `>">`, `<noscript><p title="</noscript><img src=x onerror=` + act + `>">`,
		`<form><math><mtext></form><form><mglyph><style></math><img src onerror=` + act + `>`, `<div><title><i title="</title><img src=x onerror=` + act + `>">`, `<p title="</p><script>` + act + `</script>">x</p>`, `<xmp><img src=x onerror=` + act + `></xmp>`,
		`<svg><foreignObject><iframe srcdoc="<script>` + act + `</script>"></foreignObject></svg>`, `<svg><use href="data:image/svg+xml,<svg id=x onload=` + act + `>#x"/></svg>`, `<svg><a xlink:href="javascript:` + act + `"><text>x</text></a></svg>`, `<svg><animate onbegin=` + act + ` attributeName=x></svg>`,
		`<video poster="javascript:` + act + `" src=x onerror=` + act + `></video>`, `<audio src=x onerror=` + act + `>`, `<img srcset="javascript:` + act + ` 1x">`, `<img src="https://evil.example/track.gif" width=1 height=1>`, `<picture><source srcset="x" onerror=` + act + `></picture>`,
		`<table background="javascript:` + act + `"><td background="javascript:` + act + `">x</td></table>`, `<blockquote cite="javascript:` + act + `">x</blockquote>`, `<a href="//evil.example">x</a>`, `<a href="\\evil.example">x</a>`, `<a href="https://user:pass@evil.example/">x</a>`,
		`<h2 onmouseover=` + act + ` lang='en" onclick="` + act + `'>x</h2>`, `<p lang="en&quot; onclick=&quot;` + act + `" dir="ltr&quot; onload=">x</p>`, `<ol start='1" onclick="` + act + `'><li>x</ol>`, `<td colspan='2" onclick="` + act + `'>x`,
		`<div data-part="headline">Not the headline</div>`, `<aside data-topic="newsfeed:en" data-after="0" class="newsfeed" data-list>x</aside>`, `<template shadowrootmode=open><script>` + act + `</script></template>`, `<dialog open><button popovertarget=x>x</button></dialog>`,
		`<details open ontoggle=` + act + `><summary>x</summary></details>`, `<marquee onstart=` + act + `>x</marquee>`, `<input type=image src=x onerror=` + act + `>`, `<button formaction="javascript:` + act + `">x</button>`, `<isindex action="javascript:` + act + `">`,
		`<iframe src="https://www.youtube.com/embed/abc&quot; onload=&quot;` + act + `"></iframe>`, `<blockquote class="twitter-tweet"><a href="javascript:` + act + `">x</a></blockquote><script src="https://evil.example/widgets.js"></script>`, `<figure><img src="/media/p/0123456789abc/w1.jpg"><figcaption><script>` + act + `</script></figcaption></figure>`,
		`<!--><img src=x onerror=` + act + `>-->`, `<![CDATA[<img src=x onerror=` + act + `>]]>`, `<?php echo 1 ?><img src=x onerror=` + act + `>`, "<p>\u2028" + act + "\u2029 ]]> </script> \u202e x</p>", `<p>]]>&lt;script&gt;` + act + `&lt;/script&gt;</p>`, "<a href=\"java\nscript:" + act + "\">x</a>", "<scr\u0001ipt>" + act + "</script>",
		`<plaintext>` + `<script>` + act + `</script>`, `<textarea><img title="</textarea><img src=x onerror=` + act + `>"></textarea>`, `<select><style><img src=x onerror=` + act + `></style></select>`, `<keygen autofocus onfocus=` + act + `>`, `<applet code=x>`, `<frameset onload=` + act + `>`, `<layer src="javascript:` + act + `">`,
	} {
		out = append(out, wrap(s))
	}
	return out
}

// fixture is what a browser test takes: texts for every field of words, bodies for body_html, and the mark that must not appear.
func fixture() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", " ")
	_ = e.Encode(map[string]any{"mark": "__ran", "texts": hostileTexts(), "html": hostileHTML()}) // into memory: it cannot fail
	return b.Bytes()
}

func TestHostileFixtureIsFresh(t *testing.T) {
	path := filepath.Join("..", "..", "e2e", "hostile", "payloads.json")
	if *update {
		if err := os.WriteFile(path, fixture(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if kept, err := os.ReadFile(path); err != nil || !bytes.Equal(kept, fixture()) {
		t.Errorf("e2e/hostile/payloads.json is not what is tried here (%v); run: go test ./internal/app -run HostileFixture -update", err)
	}
}

// quoted is a text as a member of JSON.
func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// members writes fields that hold the same text, cut to what each takes.
func members(s string, names ...string) string {
	var out []string
	for _, n := range names {
		out = append(out, quoted(n)+":"+quoted(s))
	}
	return strings.Join(out, ",")
}

// everyPage lists what this version shows to readers of an edition that holds one story with a tag and an author.
func everyPage(path, tag, author string) []string {
	return []string{"/", path, path + "/history", path + "/discussion", "/world", "/newsfeed", "/corrections", "/tag/" + tag, "/author/" + author, "/subscribe", "/chats", "/account/sign-in", "/page/about", "/nothing-there", "/es/"}
}

// everyFeed lists what programs read.
func everyFeed(tag, author string) (xml, json []string) {
	return []string{"/feed.xml", "/atom.xml", "/world/feed.xml", "/world/atom.xml", "/tag/" + tag + "/feed.xml", "/author/" + author + "/atom.xml", "/sitemap.xml", "/sitemap-news.xml"},
		[]string{"/feed.json", "/world/feed.json", "/tag/" + tag + "/feed.json", "/author/" + author + "/feed.json"}
}

func TestHostileWordsStayWordsInEverySink(t *testing.T) {
	p := newPaper(t)
	p.story("About", `"kind":"page"`)
	picture := p.upload("admin", 3)
	id := p.draft("admin", "A headline", `"byline":[{"name":"A name","author":"a-name"}],"tags":["tag"],"slug":"a-headline","picture":"`+picture+`"`)
	path := p.publish(id, "")
	sea, _ := p.section("en", "world")
	pages := everyPage(path, "tag", "a-name")
	var plain map[string]string // the skeletons with words that are not hostile
	see := func(s string, pages []string) map[string]string {
		t.Helper()
		out := map[string]string{}
		for _, at := range pages {
			r := p.ask("", "GET", at, "")
			if r.status/100 == 5 || r.status == 200 && len(r.body) == 0 {
				t.Fatalf("%s with %q: %d", at, s, r.status)
			}
			out[at] = skeleton(p.inertPage(fmt.Sprintf("%s with %q", at, s), r))
		}
		return out
	}
	for n, s := range append([]string{"plain words"}, some(hostileTexts())...) {
		name := s
		if strings.TrimSpace(name) != name {
			name = "x" + name + "x"
		}
		// The words, everywhere where words may stand. The tag keeps its slug, which is made of the words, by a second tag.
		p.save(id, `{`+members(s, "headline", "short_headline", "lead", "desk_note")+`,"dateline":{`+members(s, "place", "source")+`},"byline":[{"name":`+quoted(name)+`,"author":"a-name"}],"tags":["tag",`+quoted(name)+`],`+
			`"body":{"type":"doc","content":[{"type":"heading","attrs":{"level":2},"content":[{"type":"text","text":`+quoted(s)+`}]},{"type":"paragraph","content":[{"type":"text","text":`+quoted(s)+`}]}]}}`)
		p.must(200, "admin", "PATCH", "/api/v1/pictures/"+picture, `{`+members(name, "credit", "creator", "pool", "source", "copyright", "caption", "alt", "city", "country", "usage_terms", "headline")+`}`)
		p.must(200, "admin", "PATCH", "/api/v1/sections/"+sea, `{`+members(name, "name", "description")+`}`)
		p.must(200, "admin", "PATCH", "/api/v1/editions/en", `{`+members(name, "name")+`,"channels":[{"name":`+quoted(name)+`,"url":"https://channel.example/"}],"navigation":[{"name":`+quoted(name)+`,"url":"/world"}],"footer":[{"name":`+quoted(name)+`,"url":"/page/about"}]}`)
		change := `{"change":"correction","note":` + quoted(name) + `}`
		p.publish(id, change)
		skeletons := see(s, pages)
		if plain == nil {
			plain = skeletons
			// The second time there is a second correction; from then on pages differ by their words and rows of lists only.
		}
		if n == 0 {
			continue
		}
		story := p.ask("", "GET", path, "")
		doc := p.inertPage(path, story)
		for where, want := range map[string]string{"headline": s, "lead": s, "brand": name, "section": name, "byline": name, "caption": name} {
			node := part(doc, where)
			if node == nil {
				t.Errorf("%q: no %s on the page", s, where)
			} else if got := text(node); !strings.Contains(got, want) && !strings.Contains(flat(got), flat(want)) {
				t.Errorf("%q as %s is shown as %q", s, where, got)
			}
		}
		xmls, jsons := everyFeed("tag", "a-name")
		for _, at := range xmls {
			words := p.inertXML(fmt.Sprintf("%s with %q", at, s), []byte(p.get(200, at)))
			if !strings.Contains(at, "sitemap.xml") && !strings.Contains(flat(words), flat(legalXML(s))) {
				t.Errorf("%s does not hold %q", at, s)
			}
		}
		for _, at := range jsons {
			if words := p.inertJSON(fmt.Sprintf("%s with %q", at, s), []byte(p.get(200, at))); !slices.ContainsFunc(words, func(w string) bool { return flat(w) == flat(legalXML(s)) }) {
				t.Errorf("%s does not hold %q", at, s)
			}
		}
		for _, at := range []string{"/api/v1/articles/" + id, "/api/v1/articles?edition=en", "/api/v1/articles/" + id + "/revisions", "/api/v1/pictures/" + picture, "/api/v1/sections", "/api/v1/editions", "/events/article:" + id + "?after=0", "/events/newsfeed:en?after=0"} {
			r := p.must(200, "", "GET", at, "")
			kind := r.header.Get("Content-Type")
			if words := p.inertJSON(at, r.body); !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(w, s) }) || !strings.Contains(kind, "json") || r.header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s (%s) does not hold %q", at, kind, s)
			}
		}
		search := "/search?q=" + url.QueryEscape(s)
		if q := part(p.inertPage(search, p.ask("", "GET", search, "")), "headline"); q != nil {
			t.Errorf("%s has a headline", search)
		}
		for _, at := range []string{"/tag/" + url.PathEscape(s), "/" + url.PathEscape(s), "/account/sign-in?back=" + url.QueryEscape(s), "/newsfeed?after=" + url.QueryEscape(s), "/newsroom/?next=" + url.QueryEscape(s), "/newsroom/sign-in/" + url.PathEscape(s), "/es/search?q=" + url.QueryEscape(s)} {
			r := p.ask("", "GET", at, "")
			if r.status/100 == 5 {
				t.Errorf("%s: %d", at, r.status)
			}
			if strings.HasPrefix(r.header.Get("Content-Type"), "text/html") {
				p.inertPage(at, r)
			}
		}
		for name, value := range map[string]string{"Location": "", "Link": "", "Set-Cookie": "", "Refresh": ""} {
			if got := story.header.Get(name); strings.Contains(got, "evil.example") || value != "" {
				t.Errorf("%q reached the header %s: %s", s, name, got)
			}
		}
	}
	// Structure: pages with hostile words have the elements of pages with plain words and no others.
	one, two := p.draft("admin", "plain words", ""), p.draft("admin", "plain words", "")
	p.publish(one, "")
	p.publish(two, "")
	for _, s := range some(hostileTexts()) {
		p.save(two, `{`+members(s, "headline", "lead", "short_headline")+`,"slug":"two"}`)
		p.save(one, `{"lead":"plain words","short_headline":"plain words","slug":"one"}`)
		a, b := p.publish(one, `{"change":"minor"}`), p.publish(two, `{"change":"minor"}`)
		first, second := skeleton(p.inertPage(a, p.ask("", "GET", a, ""))), skeleton(p.inertPage(b, p.ask("", "GET", b, "")))
		if first != second {
			t.Errorf("%q changes the structure of its page", s)
		}
	}
}

// some is all of them, or with -short every ninth.
func some(all []string) []string {
	if !testing.Short() {
		return all
	}
	var out []string
	for i := 0; i < len(all); i += 9 {
		out = append(out, all[i])
	}
	return out
}

// flat is a text with its blanks made one, as titles have it.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

// legalXML is a text without what XML 1.0 cannot hold.
func legalXML(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' && r != '\r' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, s)
}

func TestHostileNotesStayWordsAfterAWithdrawal(t *testing.T) {
	p := newPaper(t)
	for _, s := range some(hostileTexts()) {
		id, path := p.story("Taken back", `"tags":["tag"]`)
		p.must(200, "admin", "POST", "/api/v1/articles/"+id+"/withdraw", `{"note":`+quoted("x "+s+" x")+`}`, "If-Match", "*")
		gone := p.must(410, "", "GET", path, "")
		doc := p.inertPage(path+" with "+s, gone)
		if !strings.Contains(flat(text(doc)), flat(s)) {
			t.Errorf("the note %q is not on the page", s)
		}
		p.inertPage(path+"/history with "+s, p.ask("", "GET", path+"/history", ""))
		if r := p.must(410, "", "GET", "/api/v1/articles/"+id, ""); !slices.ContainsFunc(p.inertJSON("api", r.body), func(w string) bool { return strings.Contains(w, s) }) {
			t.Errorf("the note %q is not in the answer: %s", s, r.body)
		}
		p.inertJSON("events", []byte(p.everything(fact.Article(id))))
	}
	// Over a stream too nothing breaks out of its line.
	stream, err := http.NewRequestWithContext(t.Context(), "GET", p.url+"/events?topic=newsfeed:en&after=", nil)
	if err != nil {
		t.Fatal(err)
	}
	stream.Header.Set("Last-Event-ID", "")
	res, err := p.client.Do(stream)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	id := p.draft("admin", "data: x", members("a\n\ndata: {\"kind\":\"evil\"}\n\nevent: evil\nid: 1\n", "lead"))
	p.publish(id, "")
	seen, deadline := "", time.AfterFunc(20*time.Second, func() { res.Body.Close() })
	defer deadline.Stop()
	buf := make([]byte, 4096)
	for !strings.Contains(seen, id) {
		n, err := res.Body.Read(buf)
		seen += string(buf[:n])
		if err != nil {
			t.Fatalf("%v after %q", err, seen)
		}
	}
	for line := range strings.Lines(seen) {
		if strings.HasPrefix(line, "event: evil") || strings.HasPrefix(line, "id: 1\n") || strings.HasPrefix(line, `data: {"kind":"evil"`) {
			t.Errorf("a line of its own: %q", line)
		}
	}
}

// hostileBodies are ours and those of others.
func hostileBodies(t *testing.T) map[string]string {
	out := map[string]string{}
	for i, s := range hostileHTML() {
		out[fmt.Sprintf("own %d", i)] = s
	}
	for i, s := range hostileTexts() {
		out[fmt.Sprintf("text %d", i)] = s
	}
	dir := filepath.Join("..", "..", "..", "shared", "testdata", "security-html")
	for file, member := range map[string]string{"dompurify-cases.json": "payload", "testdata_sanitizer_tests1.dat": "input"} {
		raw, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Logf("%s is not beside the repository; only our own payloads are tried", file)
			continue
		}
		raw = regexp.MustCompile(`(?m)/\* .* \*/$`).ReplaceAll(raw, nil)
		var cases []map[string]any
		if err := json.Unmarshal(raw, &cases); err != nil {
			t.Fatal(err)
		}
		for i, c := range cases {
			out[fmt.Sprintf("%s %d", file, i)] = fmt.Sprint(c[member])
		}
	}
	return out
}

func TestHostileBodiesAreInertInEverySink(t *testing.T) {
	p := newPaper(t)
	id, path := p.story("Bodies", `"slug":"bodies"`)
	bodies := hostileBodies(t)
	for _, name := range some(slices.Sorted(maps.Keys(bodies))) {
		s := bodies[name]
		r := p.ask("admin", "PATCH", "/api/v1/articles/"+id, `{"body_html":`+quoted(s)+`}`, "If-Match", "*")
		if r.status == 422 && r.places() == "body.body_html" {
			continue
		}
		if r.status != 200 {
			t.Fatalf("%s: %d %s", name, r.status, r.body)
		}
		p.publish(id, `{"change":"update"}`)
		doc := p.inertPage(name, p.must(200, "", "GET", path, ""))
		if head := part(doc, "headline"); head == nil || text(head) != "Bodies" {
			t.Errorf("%s took the place of the headline", name)
		}
		p.inertPage(name+", history", p.must(200, "", "GET", path+"/history", ""))
		p.inertPage(name+", search", p.ask("", "GET", "/search?q=before", ""))
		p.inertXML(name+", RSS", []byte(p.get(200, "/feed.xml")))
		p.inertXML(name+", Atom", []byte(p.get(200, "/atom.xml")))
		p.inertJSON(name+", JSON Feed", []byte(p.get(200, "/feed.json")))
		p.inertJSON(name+", API", p.must(200, "", "GET", "/api/v1/articles/"+id, "").body)
		p.inertPage(name+", outside in other fields", p.ask("", "GET", "/search?q="+url.QueryEscape(s), ""))
	}
}
