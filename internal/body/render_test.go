package body_test

import (
	"encoding/xml"
	"html/template"
	"io"
	"strings"
	"testing"

	"dateline/internal/body"
)

var words = body.Words{Watch: "Mira en {provider}", Listen: "Escucha en {provider}", View: "Abre en {provider}", Video: "Vídeo", Audio: "Audio", Table: "Tabla"}

func rendering(mode body.Mode) body.Rendering {
	return body.Rendering{
		Mode: mode, Base: "https://news.example/world/a-1", Words: words,
		Picture: func(p body.Picture) template.HTML {
			if p.ID == "gone" {
				return ""
			}
			return template.HTML("<figure>" + p.ID + "|" + template.HTMLEscapeString(p.Caption) + "</figure>")
		},
		Gallery: func(ids []string) template.HTML {
			return template.HTML("<figure>" + strings.Join(ids, "+") + "</figure>")
		},
		Related: func(id string) template.HTML { return template.HTML("<div>" + id + "</div>") },
	}
}

// nodes holds each node and mark with what every mode makes of it; "" for a mode means the same as page.
var nodes = map[string]struct{ json, page, feed, mail, xhtml string }{
	"paragraph":     {json: `{"type":"paragraph","attrs":{"lang":"ar","dir":"rtl"},"content":[{"type":"text","text":"a & <b> \"c\""}]}`, page: `<p lang="ar" dir="rtl">a &amp; &lt;b&gt; "c"</p>`, xhtml: `<p lang="ar" xml:lang="ar" dir="rtl">a &amp; &lt;b&gt; "c"</p>`},
	"empty":         {json: `{"type":"paragraph"},{"type":"paragraph","content":[{"type":"text","text":" \u00a0"},{"type":"hardBreak"}]}`, page: ``},
	"heading":       {json: `{"type":"heading","attrs":{"level":2},"content":[{"type":"text","text":"a"}]},{"type":"heading","attrs":{"level":4},"content":[{"type":"text","text":"b"}]}`, page: `<h2>a</h2><h4>b</h4>`},
	"blockquote":    {json: `{"type":"blockquote","attrs":{"cite":"/x"},"content":[` + para("a") + `]}`, page: `<blockquote cite="/x"><p>a</p></blockquote>`, feed: `<blockquote cite="https://news.example/x"><p>a</p></blockquote>`},
	"lists":         {json: `{"type":"orderedList","attrs":{"start":3},"content":[{"type":"listItem","content":[` + para("a") + `,{"type":"bulletList","content":[{"type":"listItem","content":[` + para("b") + `,` + para("c") + `]}]}]}]}`, page: `<ol start="3"><li>a<ul><li><p>b</p><p>c</p></li></ul></li></ol>`},
	"code block":    {json: `{"type":"codeBlock","content":[{"type":"text","text":"\n a <b>\n"}]}`, page: "<pre><code>\n a &lt;b&gt;\n</code></pre>"},
	"rule, break":   {json: `{"type":"horizontalRule"},{"type":"paragraph","content":[{"type":"text","text":"a"},{"type":"hardBreak"},{"type":"text","text":"b"}]}`, page: `<hr><p>a<br>b</p>`, xhtml: `<hr/><p>a<br/>b</p>`},
	"picture":       {json: `{"type":"picture","attrs":{"id":"p1","caption":"<c>"}},{"type":"picture","attrs":{"id":"gone"}}`, page: `<figure>p1|&lt;c&gt;</figure>`},
	"frame of gone": {json: `{"type":"blockquote","content":[{"type":"picture","attrs":{"id":"gone"}}]},{"type":"factBox","attrs":{"title":"T"},"content":[{"type":"picture","attrs":{"id":"gone"}}]}`, page: ``},
	"gallery":       {json: `{"type":"gallery","attrs":{"pictures":["a","b"]}}`, page: `<figure>a+b</figure>`},
	"related":       {json: `{"type":"related","attrs":{"id":"a1"}}`, page: `<div>a1</div>`},
	"table": {json: `{"type":"table","content":[{"type":"tableRow","content":[{"type":"tableHeader","attrs":{"colspan":2},"content":[` + para("h") + `]}]},{"type":"tableRow","content":[{"type":"tableCell","content":[` + para("a") + `]},{"type":"tableCell","content":[{"type":"paragraph"}]}]}]}`,
		page: `<div class="table" role="group" aria-label="Tabla" tabindex="0"><table><tbody><tr><th colspan="2">h</th></tr><tr><td>a</td><td></td></tr></tbody></table></div>`,
		feed: `<table><tbody><tr><th colspan="2">h</th></tr><tr><td>a</td><td></td></tr></tbody></table>`},
	"fact box": {json: `{"type":"factBox","attrs":{"title":"T&T"},"content":[` + para("a") + `]}`,
		page: `<aside class="fact-box"><p class="fact-box-title">T&amp;T</p><p>a</p></aside>`, feed: `<blockquote><p><strong>T&amp;T</strong></p><p>a</p></blockquote>`},
	"own file": {json: `{"type":"media","attrs":{"kind":"audio","src":"/media/a.mp3","title":"T"}}`,
		page: `<figure class="media"><audio controls preload="none" src="/media/a.mp3" aria-label="T"></audio><figcaption>T</figcaption></figure>`,
		feed: `<figure><audio controls preload="none" src="https://news.example/media/a.mp3" aria-label="T"></audio><figcaption>T</figcaption></figure>`,
		mail: `<p><a href="https://news.example/media/a.mp3" rel="noopener nofollow">Escucha en news.example</a><br>T</p>`, xhtml: `<p><a href="https://news.example/media/a.mp3" rel="noopener nofollow">Escucha en news.example</a><br/>T</p>`},
	"foreign file": {json: `{"type":"media","attrs":{"kind":"video","src":"https://cdn.example/a.mp4"}}`,
		page: `<figure class="embed" data-embed="video"><a href="https://cdn.example/a.mp4" rel="noopener nofollow">Mira en cdn.example</a></figure>`,
		feed: `<figure><video controls preload="none" src="https://cdn.example/a.mp4" aria-label="Vídeo"></video></figure>`,
		mail: `<p><a href="https://cdn.example/a.mp4" rel="noopener nofollow">Mira en cdn.example</a></p>`},
	"embed": {json: `{"type":"embed","attrs":{"url":"https://www.youtube.com/watch?v=a&t=1","provider":"youtube","title":"T"}}`,
		page: `<figure class="embed" data-embed="youtube"><a href="https://www.youtube.com/watch?v=a&amp;t=1" rel="noopener nofollow">Mira en YouTube</a><figcaption>T</figcaption></figure>`,
		feed: `<p><a href="https://www.youtube.com/watch?v=a&amp;t=1" rel="noopener nofollow">Mira en YouTube</a><br>T</p>`, xhtml: `<p><a href="https://www.youtube.com/watch?v=a&amp;t=1" rel="noopener nofollow">Mira en YouTube</a><br/>T</p>`},
	"unknown embed": {json: `{"type":"embed","attrs":{"url":"https://www.charts.example/1"}}`,
		page: `<figure class="embed" data-embed=""><a href="https://www.charts.example/1" rel="noopener nofollow">Abre en charts.example</a></figure>`,
		feed: `<p><a href="https://www.charts.example/1" rel="noopener nofollow">Abre en charts.example</a></p>`},
	"marks": {json: `{"type":"paragraph","content":[` + marked("bold", "a") + `,` + marked("italic", "b") + `,` + marked("strike", "c") + `,` + marked("code", "d") + `,` + marked("subscript", "e") + `,` + marked("superscript", "f") + `]}`,
		page: `<p><strong>a</strong><em>b</em><s>c</s><code>d</code><sub>e</sub><sup>f</sup></p>`},
	"marks nest": {json: `{"type":"paragraph","content":[{"type":"text","text":"a","marks":[{"type":"bold"}]},{"type":"text","text":"b","marks":[{"type":"bold"},{"type":"italic"}]},{"type":"text","text":"c","marks":[{"type":"italic"}]}]}`,
		page: `<p><strong>a<em>b</em></strong><em>c</em></p>`},
	"link outside": {json: link(`"href":"https://a.example/?x=1&y=\"","rel":"sponsored","title":"t\"t"`), page: `<p><a href="https://a.example/?x=1&amp;y=%22" rel="noopener sponsored" title="t&#34;t">x</a></p>`},
	"link inside":  {json: link(`"href":"/a"`), page: `<p><a href="/a">x</a></p>`, feed: `<p><a href="https://news.example/a">x</a></p>`},
	"link by host": {json: link(`"href":"https://news.example/a"`), page: `<p><a href="https://news.example/a">x</a></p>`},
	"link on page": {json: link(`"href":"#a"`), page: `<p><a href="#a">x</a></p>`, feed: `<p><a href="https://news.example/world/a-1#a">x</a></p>`},
	"language": {json: `{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"language","attrs":{"lang":"he","dir":"rtl"}}]}]}`,
		page: `<p><span lang="he" dir="rtl">x</span></p>`, xhtml: `<p><span lang="he" xml:lang="he" dir="rtl">x</span></p>`},
	"controls": {json: para(`a\u0001\r\uffffb`), page: "<p>a\x01&#13;\uffffb</p>", feed: "<p>a&#13;b</p>"},
}

func marked(mark, text string) string {
	return `{"type":"text","text":"` + text + `","marks":[{"type":"` + mark + `"}]}`
}

func link(attrs string) string {
	return `{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"link","attrs":{` + attrs + `}}]}]}`
}

func TestEveryNodeAndMarkInEveryMode(t *testing.T) {
	for name, c := range nodes {
		d := parsed(t, doc(c.json))
		feed := either(c.feed, c.page)
		mail := either(c.mail, feed)
		for mode, want := range map[body.Mode]string{body.Page: c.page, body.Feed: feed, body.Mail: mail, body.XHTML: either(c.xhtml, mail)} {
			if got := string(d.HTML(rendering(mode))); got != want {
				t.Errorf("%s, mode %d:\n got %s\nwant %s", name, mode, got, want)
			}
		}
		inXML := xml.NewDecoder(strings.NewReader("<div>" + string(d.HTML(rendering(body.XHTML))) + "</div>"))
		for {
			if _, err := inXML.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Errorf("%s: not well-formed: %v", name, err)
				break
			}
		}
	}
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func TestNoResolverLeavesNoGap(t *testing.T) {
	d := parsed(t, doc(`{"type":"picture","attrs":{"id":"a"}},{"type":"gallery","attrs":{"pictures":["a"]}},{"type":"related","attrs":{"id":"a"}}`))
	if got := d.HTML(body.Rendering{}); got != "" {
		t.Errorf("got %s", got)
	}
	if d.IsEmpty() {
		t.Error("a document with a picture is not empty")
	}
}

func TestOutputHasNoWordsOfItsOwn(t *testing.T) {
	d := parsed(t, doc(nodes["embed"].json+","+nodes["own file"].json+","+nodes["table"].json))
	got := string(d.HTML(body.Rendering{}))
	if want := `<figure class="embed" data-embed="youtube"><a href="https://www.youtube.com/watch?v=a&amp;t=1" rel="noopener nofollow">YouTube</a>`; !strings.HasPrefix(got, want) {
		t.Errorf("got %s", got)
	}
}
