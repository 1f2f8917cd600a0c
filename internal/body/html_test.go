package body_test

import (
	"html/template"
	"strings"
	"testing"

	"dateline/internal/body"
)

// known resolves every picture to an id made of its file's name.
func known(f body.Found) (body.Picture, bool) {
	name := f.Src[strings.LastIndexByte(f.Src, '/')+1:]
	id, _, _ := strings.Cut(name, ".")
	return body.Picture{ID: id, Caption: f.Caption, Alt: f.Alt}, id != "unknown"
}

func show(d body.Document) string {
	return string(d.HTML(body.Rendering{
		Picture: func(p body.Picture) template.HTML {
			return template.HTML("[" + p.ID + "|" + p.Alt + "|" + p.Caption + "]")
		},
		Gallery: func(ids []string) template.HTML { return template.HTML("[" + strings.Join(ids, "+") + "]") },
	}))
}

func TestHTMLBecomesADocument(t *testing.T) {
	for name, c := range map[string][2]string{
		"text alone":                  {"a\n\n  b", `<p>a b</p>`},
		"paragraphs":                  {`<p>a<p> b <p></p><p>&nbsp;</p><p><br></p>`, `<p>a</p><p>b</p>`},
		"divs and sections":           {`<article><section>a<div>b<div>c</div></div>d</section></article>`, `<p>a</p><p>b</p><p>c</p><p>d</p>`},
		"a break stays":               {`<p>a <br> b</p>`, `<p>a<br>b</p>`},
		"two breaks part":             {`a<br><br>b<br> <br><br>c<br>`, `<p>a</p><p>b</p><p>c</p>`},
		"headings":                    {`<h1>a</h1><h2><b>b</b></h2><h3>c <i>d</i></h3><h5>e</h5><h6><div>f</div></h6>`, `<h2>a</h2><h2>b</h2><h3>c <em>d</em></h3><h4>e</h4><h4>f</h4>`},
		"marks":                       {`<b>a</b><strong>b</strong> <i>c</i><em>d</em> <s>e</s><del>f</del> <sub>g</sub><sup>h</sup><code>i</code><kbd>j</kbd><u>k</u>`, `<p><strong>ab</strong> <em>cd</em> <s>ef</s> <sub>g</sub><sup>h</sup><code>ij</code>k</p>`},
		"deleted in Word":             {`<p>The strike is <span class=msoDel><del cite="mailto:Ana" datetime="2026-05-01T10:00">off</del></span><span class=msoIns><ins cite="mailto:Ana" datetime="2026-05-01T10:00">on</ins></span><del cite="mailto:Ana"> for now</del>.</p>`, `<p>The strike is on.</p>`},
		"footnotes of Google Docs":    {`<p>a<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup></p><hr><div><p><a href="#ftnt_ref1" id="ftnt1">[1]</a> b</p></div>`, `<p>a<sup>[1]</sup></p><hr><p>[1] b</p>`},
		"misnested":                   {`<b>a<i>b</b>c</i>`, `<p><strong>a<em>b</em></strong><em>c</em></p>`},
		"bold over blocks":            {`<b><p>a</p><p>b</p></b>`, `<p><strong>a</strong></p><p><strong>b</strong></p>`},
		"bold by style":               {`<span style="font-weight:700">a</span><span style="FONT-WEIGHT: Bold">b</span><b style="font-weight:400">c</b><span style="font-weight:500">d</span><span style="font-style:italic;text-decoration:underline line-through">e</span><span style="vertical-align:super">f</span>`, `<p><strong>ab</strong>cd<em><s>e</s></em><sup>f</sup></p>`},
		"bold by style sheet":         {`<style>.c1{font-weight:700}.c2, span.c3 { font-style : italic }@media print{.c4{font-weight:700}}p{color:red}</style><p><span class="c1">a</span><span class="x c2">b</span><span class=c3>c</span></p>`, `<p><strong>a</strong><em>bc</em></p>`},
		"spaces stay between marks":   {`a <b> b</b> <i>c </i>d`, `<p>a <strong>b</strong> <em>c </em>d</p>`},
		"no-break spaces stay":        {"<p>10&nbsp;km</p>", "<p>10\u00a0km</p>"},
		"lists":                       {`<ul><li>a</li><li><p>b</p><ol start=4><li>c</ol></ul>`, `<ul><li>a</li><li>b<ol start="4"><li>c</li></ol></li></ul>`},
		"list in a list":              {`<ul><li>a</li><ul><li>b</li></ul> <br> c</ul>`, `<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>`},
		"list without items":          {`<ul> </ul><ul><li></li></ul>a`, `<p>a</p>`},
		"heading in an item":          {`<ul><li><h3>a</h3>b</li></ul>`, `<ul><li><p>a</p><p>b</p></li></ul>`},
		"quote":                       {`<blockquote cite="https://a.example/"><p>a</p>b</blockquote>`, `<blockquote cite="https://a.example/"><p>a</p><p>b</p></blockquote>`},
		"code":                        {"<pre>a <b>b</b>\n  c</pre>", "<pre><code>a b\n  c</code></pre>"},
		"rule":                        {`<p>a<hr>b`, `<p>a</p><hr><p>b</p>`},
		"table":                       {`<table><caption>t</caption><thead><tr><th><b>h</b><th>i<tbody><tr><td>a<td>`, `<p>t</p><div class="table" tabindex="0"><table><tbody><tr><th>h</th><th>i</th></tr><tr><td>a</td><td></td></tr></tbody></table></div>`},
		"spans are bounded":           {`<table><tr><td colspan=9999>a<td>b<tr><td rowspan=5>c<td>d</table>`, `<div class="table" tabindex="0"><table><tbody><tr><td colspan="100">a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></tbody></table></div>`},
		"layout tables unwrap":        {`<table><tr><td>a</td></tr><tr><td><table><tr><td>b<td>c<tr><td>d<td>e</table></td></tr></table>`, `<p>a</p><div class="table" tabindex="0"><table><tbody><tr><td>b</td><td>c</td></tr><tr><td>d</td><td>e</td></tr></tbody></table></div>`},
		"links":                       {`<a href=" https://A.example/b ">a</a> <a href="/c">c</a> <a href="mailto:a@b.example">m</a> <a href="tel:+1 23">t</a> <a name=x>n</a> <a href="//d.example">d</a>`, `<p><a href="https://a.example/b" rel="noopener">a</a> <a href="/c">c</a> <a href="mailto:a@b.example">m</a> <a href="tel:+123">t</a> n <a href="https://d.example" rel="noopener">d</a></p>`},
		"link around blocks":          {`<a href="/x"><div>a</div><div>b</div></a>`, `<p><a href="/x">a</a></p><p><a href="/x">b</a></p>`},
		"dangerous links":             {"<a href='java\nscript:x'>a</a><a href='&#1;javascript:x'>b</a><a href='data:text/html,x'>c</a><a href='vbscript:x'>d</a><a href='x.html'>e</a>", `<p>abcde</p>`},
		"redirects of editors":        {`<a href="https://www.google.com/url?q=https://a.example/%3Fb&amp;sa=D">a</a><a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fb.example%2F&amp;data=x">b</a>`, `<p><a href="https://a.example/?b" rel="noopener">a</a><a href="https://b.example/" rel="noopener">b</a></p>`},
		"dropped whole":               {`<script>a</script><style>b</style><template><p>c</p></template><svg><text>d</text></svg><math><mi>e</mi></math><noscript>f</noscript><!-- g --><iframe>h</iframe><textarea>i</textarea><p hidden>j</p><p style="display:none">k</p>l`, `<p>l</p>`},
		"unknown is unwrapped":        {`<block><hl2>a</hl2><p><person>b</person></p></block><x-y>c</x-y>`, `<h2>a</h2><p>b</p><p>c</p>`},
		"picture":                     {`<figure><img src="/m/p1.jpg" alt="A"><figcaption> C <b>d</b></figcaption></figure>a<img src="/m/p2.jpg">b`, `[p1|A|C d]<p>a</p>[p2||]<p>b</p>`},
		"words beside a picture":      {`<figure><img src="/m/p1.jpg"><div>w</div><figcaption>C</figcaption></figure>`, `[p1||C]<p>w</p>`},
		"unknown picture":             {`<figure><img src="/m/unknown.jpg"><figcaption>C</figcaption></figure>a`, `<p>a</p>`},
		"lazy picture":                {`<img src="data:image/gif;base64,R0" data-src="/m/p3.jpg"><img srcset="/m/p4.jpg 2x, /m/p5.jpg"><img width=1 height=1 src="/m/p6.gif">`, `[p3||][p4||]`},
		"captioned by WordPress":      {`<div class="wp-caption"><a href="/x"><img src="/m/p1.jpg"></a><p class="wp-caption-text">C</p></div>`, `[p1||C]`},
		"gallery":                     {`<figure class="wp-block-gallery"><figure><img src="/m/a.jpg"></figure><figure><img src="/m/b.jpg"><figcaption>x</figcaption></figure><figcaption>y</figcaption></figure>`, `[a+b]<p>y</p>`},
		"media of NITF":               {`<media media-type="image"><media-reference source="https://a.example/p1.jpg"></media-reference><media-caption>C</media-caption></media>`, `[p1||C]`},
		"emoji pictures":              {`a<img class="emoji" alt="😀" src="https://s.example/x.svg">`, `<p>a😀</p>`},
		"frame of a service":          {`<iframe src="//www.youtube-nocookie.com/embed/abc?rel=0" title="T"></iframe>`, `<figure class="embed" data-embed="youtube"><a href="https://www.youtube.com/watch?v=abc" rel="noopener nofollow">YouTube</a><figcaption>T</figcaption></figure>`},
		"frame of a stranger":         {`<iframe src="https://w.example/x"></iframe><iframe src="javascript:x"></iframe><iframe srcdoc="<p>x"></iframe>`, `<p><a href="https://w.example/x" rel="noopener">w.example/x</a></p>`},
		"post of a service":           {`<blockquote class="twitter-tweet"><p>Hello</p>&mdash; A (@a) <a href="https://twitter.com/a/status/12?ref=x">May 1</a></blockquote><script src="https://platform.twitter.com/widgets.js"></script>`, `<figure class="embed" data-embed="x"><a href="https://twitter.com/a/status/12" rel="noopener nofollow">X</a><figcaption>Hello— A (@a) May 1</figcaption></figure>`},
		"frame that lies":             {`<iframe src="https://w.soundcloud.com/player/?url=https%3A//evil.example/x"></iframe>`, `<p><a href="https://w.soundcloud.com/player/?url=https%3A//evil.example/x" rel="noopener">w.soundcloud.com/player/?url=https%3A//evil.example/x</a></p>`},
		"audio and video":             {`<video><source src="/m/a.mp4"></video><audio src="http://a.example/b.mp3" title="T"></audio>`, `<figure class="media"><video controls preload="none" src="/m/a.mp4"></video></figure><p><a href="http://a.example/b.mp3" rel="noopener">T</a></p>`},
		"language of a run":           {`<p>a <span lang="fr">b</span> <i lang=DE-de>c</i> <bdi>d</bdi></p>`, `<p>a <span lang="fr">b</span> <span lang="de-DE"><em>c</em></span> <span dir="auto">d</span></p>`},
		"language of a block":         {`<div lang="fr"><p>a</p><p lang="ar" dir="rtl">b</p><ul><li lang="fr-CA">c</li></ul></div>`, `<p lang="fr">a</p><p lang="ar" dir="rtl">b</p><ul lang="fr"><li>c</li></ul>`},
		"language of the page":        {`<html lang="en"><body><p lang="en-GB">a</p><p lang="es">b</p>`, `<p>a</p><p lang="es">b</p>`},
		"quotation marks":             {`<q>a</q>`, `<p>“a”</p>`},
		"definitions":                 {`<dl><dt>a</dt><dd>b</dd></dl>`, `<p><strong>a</strong></p><p>b</p>`},
		"broken bytes":                {"a\x00b\xffc", "<p>a\uFFFDb\uFFFDc</p>"},
		"windows clipboard":           {"Version:0.9\r\nStartHTML:0000000105\r\n<html><body><!--StartFragment-->a<!--EndFragment-->", `<p>a</p>`},
		"fact box of our own":         {`<aside class="fact-box"><p class="fact-box-title">T</p><p>a</p></aside><aside>b</aside>`, `<aside class="fact-box"><p class="fact-box-title">T</p><p>a</p></aside><p>b</p>`},
		"Google Docs wrapper":         {`<b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr"><span style="font-weight:400">a</span><span style="font-weight:700">b</span></p><br><p dir="ltr"><span>c</span></p></b>`, `<p>a<strong>b</strong></p><p>c</p>`},
		"Word":                        {`<html xmlns:o="urn:schemas-microsoft-com:office:office"><body lang=RU><p class=MsoTitle>T<o:p></o:p></p><p class=MsoNormal><span lang=EN-US style='mso-spacerun:yes'>a&nbsp;&nbsp; </span><b style='mso-bidi-font-weight:normal'>b</b><o:p>&nbsp;</o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>`, `<h2>T</h2><p>a <strong>b</strong></p>`},
		"lists of Word":               {wordItem("l0 level1", "·", "a") + wordItem("l0 level2", "o", "b") + wordItem("l0 level2", "o", "c") + wordItem("l0 level1", "·", "d") + `<p class=MsoNormal>x</p>` + wordItem("l1 level1", "3.", "e"), `<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul><p>x</p><ol start="3"><li>e</li></ol>`},
		"a list without its level":    {wordItem("l0 level", "·", "a") + `<p class=MsoListParagraph style='mso-list:level'>b<p class=MsoListParagraph>c`, `<ul><li>a</li><li>b</li></ul><p>c</p>`},
		"lists of filtered Word":      {`<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt'><span style='font-family:Symbol'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span>a</p><p class=MsoListParagraphCxSpLast style='margin-left:72.0pt;text-indent:-18.0pt'>1.<span>&nbsp;&nbsp; </span>b</p>`, `<ul><li>a<ol><li>b</li></ol></li></ul>`},
		"form":                        {`<form action="javascript:x"><label>a</label><input value=b><button>c</button><select><option>d</select></form>`, `<p>a</p>`},
		"an address alone is no card": {`<p>https://youtu.be/abc</p>`, `<p>https://youtu.be/abc</p>`},
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := body.FromHTML(c[0], body.Source{Picture: known})
			if got := show(d); got != c[1] {
				t.Errorf("\n got %s\nwant %s", got, c[1])
			}
			parsed(t, string(d.Canonical()))
		})
	}
}

func wordItem(list, sign, text string) string {
	return `<p class=MsoListParagraph style='text-indent:-.25in;mso-list:` + list + ` lfo1'><![if !supportLists]><span style='mso-list:Ignore'>` + sign + `<span style='font:7.0pt'>&nbsp;&nbsp; </span></span><![endif]>` + text + `<o:p></o:p></p>`
}

func TestSourceSaysHowToRead(t *testing.T) {
	for name, c := range map[string]struct {
		source body.Source
		in     string
		want   string
	}{
		"relative links":           {body.Source{Base: "https://a.example/b/c"}, `<a href="d?e">x</a><a href="#f">y</a>`, `<p><a href="https://a.example/b/d?e" rel="noopener">x</a><a href="https://a.example/b/c#f" rel="noopener">y</a></p>`},
		"base element":             {body.Source{}, `<base href="https://a.example/b/"><a href="d">x</a>`, `<p><a href="https://a.example/b/d" rel="noopener">x</a></p>`},
		"language of the edition":  {body.Source{Lang: "ar", Dir: "rtl"}, `<p dir=rtl lang=ar>a</p><p dir=ltr lang=en>b</p>`, `<p>a</p><p lang="en" dir="ltr">b</p>`},
		"XHTML":                    {body.Source{XHTML: true}, `<p>a<script src="x"/>b<a id="c"/>d</p><div/><p>e</p>`, `<p>abd</p><p>e</p>`},
		"an address alone":         {body.Source{Cards: true}, `<p>https://youtu.be/abc</p><p>https://a.example/</p><p>see https://youtu.be/abc</p>`, `<figure class="embed" data-embed="youtube"><a href="https://www.youtube.com/watch?v=abc" rel="noopener nofollow">YouTube</a></figure><p>https://a.example/</p><p>see https://youtu.be/abc</p>`},
		"ids of a caller are read": {body.Source{Picture: func(body.Found) (body.Picture, bool) { return body.Picture{ID: `"><script>`}, true }}, `a<img src="/x.jpg">`, `<p>a</p>`},
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := body.FromHTML(c.in, c.source)
			if got := show(d); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestWarningsNameWhatIsMissing(t *testing.T) {
	_, warnings := body.FromHTML(`<img src="https://a.example/x.jpg"><img src="https://a.example/x.jpg"><iframe src="https://w.example/"></iframe><a href="javascript:x">b</a>`+strings.Repeat(`<img src="/y`, 0), body.Source{})
	var keys []string
	for _, w := range warnings {
		keys = append(keys, w.Key)
		if w.Text == "" || len(w.Args) != 1 {
			t.Errorf("warning %+v", w)
		}
	}
	if got := strings.Join(keys, " "); got != "warning.body.picture warning.body.frame warning.body.link" {
		t.Errorf("got %s", got)
	}
}

func TestTooMuchIsCutWithAWarning(t *testing.T) {
	for name, in := range map[string]string{
		"one long paragraph": strings.Repeat("word ", 1<<20),
		"many paragraphs":    strings.Repeat("<p>a", 100_000),
		"a long list":        "<p>before</p><ul>" + strings.Repeat("<li>a", 60_000) + "</ul>",
		"escapes":            "<pre>" + strings.Repeat("\x01", 1<<20) + "</pre>",
	} {
		t.Run(name, func(t *testing.T) {
			d, warnings := body.FromHTML(in, body.Source{})
			if len(warnings) == 0 {
				t.Error("no warning")
			}
			if d.IsEmpty() {
				t.Error("nothing is left")
			}
			parsed(t, string(d.Canonical()))
		})
	}
}

func TestEmbedsAreRecognised(t *testing.T) {
	for in, want := range map[string]string{
		"https://youtu.be/a-b_c?t=3":                                                                    "https://www.youtube.com/watch?v=a-b_c",
		"https://www.youtube.com/embed/videoseries?list=PL1":                                            "https://www.youtube.com/playlist?list=PL1",
		"https://m.youtube.com/shorts/abc":                                                              "https://www.youtube.com/watch?v=abc",
		"https://www.youtube.com/":                                                                      "",
		"https://notyoutube.com/watch?v=a":                                                              "",
		"https://player.vimeo.com/video/123?h=x":                                                        "https://vimeo.com/123",
		"https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/1":                    "https://api.soundcloud.com/tracks/1",
		"https://open.spotify.com/embed/episode/abc":                                                    "https://open.spotify.com/episode/abc",
		"https://platform.twitter.com/embed/Tweet.html?id=12":                                           "https://x.com/i/status/12",
		"https://x.com/a/status/12?s=20":                                                                "https://x.com/a/status/12",
		"https://www.instagram.com/p/abc/embed/captioned":                                               "https://www.instagram.com/p/abc",
		"https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Fevil.example%2F":                  "",
		"https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Fwww.facebook.com%2Fa%2Fposts%2F1": "https://www.facebook.com/a/posts/1",
		"https://www.dailymotion.com/embed/video/x1":                                                    "https://www.dailymotion.com/video/x1",
		"https://www.tiktok.com/@a/video/1":                                                             "https://www.tiktok.com/@a/video/1",
		"https://t.me/channel/1?embed=1":                                                                "https://t.me/channel/1",
		"javascript:alert(1)":                                                                           "",
	} {
		e, ok := body.EmbedOf(in)
		if e.URL != want || ok != (want != "") {
			t.Errorf("%s: got %+v %v, want %s", in, e, ok, want)
		}
	}
}

func TestPlainTextBecomesParagraphs(t *testing.T) {
	d := body.FromText("a\r\nb <i>\n \n\n c\x00 \n")
	if got, want := show(d), "<p>a<br>b &lt;i&gt;</p><p>c\uFFFD</p>"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !body.FromText(" \n\u00a0\n").IsEmpty() {
		t.Error("spaces are not empty")
	}
	parsed(t, string(body.FromText(strings.Repeat("a\n\n", 50_000)).Canonical()))
}

func TestATextThatIsCutSaysAtWhichLength(t *testing.T) {
	long := strings.Repeat("word ", body.MaxBytes/4)
	if _, all := body.FromHTML("<p>"+long+"</p>", body.Source{}); len(all) != 1 || all[0].Text != "the text is longer than 1048576 bytes and was cut" {
		t.Errorf("got %+v", all)
	}
}

func TestBlankIsWhatShowsNothing(t *testing.T) {
	for _, s := range []string{"", " \u00a0\t", "\u200b\u200e\u202e\u2066", "\ufeff\u00ad\u2060\u3164\ufe0f"} {
		if !body.Blank(s) {
			t.Errorf("%q is not blank", s)
		}
	}
	for _, s := range []string{"a", ".", "\u202bאב", "👩\u200d🚒"} {
		if body.Blank(s) {
			t.Errorf("%q is blank", s)
		}
	}
}
