package disqus

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"dateline/internal/fault"
)

// export puts threads and posts into an export.
func export(inside string) string {
	return `<?xml version="1.0" encoding="utf-8"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<category dsq:id="7"><forum>gazette</forum><title>General</title><isDefault>true</isDefault></category>
` + inside + `
</disqus>`
}

// post writes one with fields of its own, in thread 1.
func post(attributes, inside string) string {
	return `<post ` + attributes + `><createdAt>2019-05-14T08:00:00Z</createdAt><message><![CDATA[<p>Sad.</p>]]></message>` + inside + `<thread dsq:id="1"/></post>`
}

func all(text string) (entries []Entry, err error) {
	for e, err := range Read(strings.NewReader(text)) {
		if err != nil {
			return entries, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

func TestAnExportIsReadInItsOrder(t *testing.T) {
	entries, err := all(export(`
<thread dsq:id="1"><id>21 https://gazette.example.org/?p=21</id><forum>gazette</forum><category dsq:id="7"/><link>https://gazette.example.org/2019/05/storm/</link>
 <title>Storm &amp; sea</title><message/><createdAt>2019-05-14T06:30:00Z</createdAt><author><name>Mara</name></author><isClosed>true</isClosed><isDeleted>false</isDeleted></thread>
<post dsq:id="11"><id>wp_id=34</id><message><![CDATA[<p>Hello <b>all</b>, see <a href="http://disq.us/url?url=https%3A%2F%2Fa.example%2Fmap%3AxY-9&amp;cuid=3">the map</a>.</p><p>Второй абзац 汉字</p>]]></message>
 <createdAt>2019-05-14T08:00:01Z</createdAt><isDeleted>false</isDeleted><isSpam>false</isSpam><ipAddress>192.0.2.7</ipAddress>
 <author><email>rae@example.com</email><name> Rae  O&apos;Dell </name><isAnonymous>false</isAnonymous><username>rae</username></author><thread dsq:id="1"/></post>
<post dsq:id="12"><id/><message>Buy</message><createdAt>2019-05-14T08:00:02</createdAt><isDeleted>false</isDeleted><isSpam>true</isSpam><author><name>Bot</name></author><thread dsq:id="1"/><parent dsq:id="11"/></post>
<post dsq:id="13"><message>Held</message><createdAt>2019-05-14T10:00:03+02:00</createdAt><isApproved>false</isApproved><author><name/><username>kim</username></author><thread dsq:id="1"/></post>
<post><message>No id</message><createdAt>2019-05-14T08:00:04Z</createdAt><author><name/><username>google-1</username><isAnonymous>true</isAnonymous></author><thread dsq:id="1"/></post>`))
	if err != nil || len(entries) != 5 {
		t.Fatalf("%d entries: %v", len(entries), err)
	}
	if got := *entries[0].Thread; got != (Thread{ID: "1", Identifier: "21 https://gazette.example.org/?p=21", Link: "https://gazette.example.org/2019/05/storm/", Title: "Storm & sea"}) {
		t.Errorf("thread %+v", got)
	}
	at := func(second int) time.Time { return time.Date(2019, 5, 14, 8, 0, second, 0, time.UTC) }
	for n, want := range []Post{
		{ID: "11", WordPress: "34", Thread: "1", Author: "Rae O'Dell", Text: "Hello all, see the map (https://a.example/map).\n\nВторой абзац 汉字", At: at(1)},
		{ID: "12", Thread: "1", Parent: "11", At: at(2), Gone: true},
		{ID: "13", Thread: "1", Author: "kim", Text: "Held", At: at(3), Held: true},
		{Thread: "1", Text: "No id", At: at(4)},
	} {
		if got := *entries[n+1].Post; got != want {
			t.Errorf("post %d:\n got %+v\nwant %+v", n, got, want)
		}
	}
	if a, b := entries[1].Post.Ref(), entries[3].Post.Ref(); a != "34" || b != "disqus/13" {
		t.Errorf("they are named %s and %s", a, b)
	}
	if a := entries[4].Post.Ref(); !strings.HasPrefix(a, "disqus/said:") || a != entries[4].Post.Ref() {
		t.Errorf("a post without an id is named %s", a)
	}
}

func TestWhatIsNoExportIsRefusedWithTheLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                          "empty",
		"{}":                        "line 1: ",
		"<rss><channel/></rss>":     "line 1: it begins with <rss>, so it is no export of Disqus",
		"<disqus/><disqus/>":        "after its end",
		export(`<post dsq:id="1">`): "line 5: ",
		strings.TrimSuffix(export(post(`dsq:id="1"`, "")), "</disqus>"):                                   "line 5: unexpected EOF",
		export(`<post dsq:id=1></post>`):                                                                  "line 4: unquoted",
		export(post(`dsq:id="1"`, "<author><name>A & B</name></author>")):                                 "line 4: ",
		export(`<post dsq:id="9"><createdAt>2011-x09-30</createdAt><thread dsq:id="1"/></post>`):          `line 4: post 9: createdAt is "2011-x09-30", which is no time`,
		export("\n\n" + `<post dsq:id="9"><thread dsq:id="1"/></post>`):                                   "line 6: post 9: createdAt is missing",
		export(`<post dsq:id="9"><createdAt>0000-00-00T00:00:00Z</createdAt><thread dsq:id="1"/></post>`): "which is no time",
		export(`<post dsq:id="9"><createdAt>2011-09-30T01:02:03Z</createdAt></post>`):                     "line 4: post 9 names no thread",
		export(post(`dsq:id="9"`, "<isSpam>123</isSpam>")):                                                `line 4: post 9: isSpam is "123", neither true nor false`,
		export(post(`dsq:id="`+strings.Repeat("9", 65)+`"`, "")):                                          "too long",
		export(`<thread><link>https://a.example/</link></thread>`):                                        "line 4: a thread has no dsq:id",
		`<!DOCTYPE disqus [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><disqus>` + "</disqus>":                "declares a type of document",
		export(post(`dsq:id="9"`, "<author><name>&lol;</name></author>")):                                 "line 4: invalid character entity",
		export(post(`dsq:id="9"`, strings.Repeat("<a>", 200))):                                            "too deep",
		export(post(`dsq:id="9"`, "<title>"+strings.Repeat("x", maxToken)+"</title>")):                    "line 4: a text is larger than 4 MB",
		export(post(`dsq:id="9"`, "<author><name>\xff</name></author>")):                                  "line 4: invalid UTF-8",
		export(post(`dsq:id="9"`, "<author><name>&#0;</name></author>")):                                  "line 4: illegal character",
		`<?xml version="1.0" encoding="windows-1251"?>` + "<disqus/>":                                     "exports of Disqus are UTF-8",
	} {
		_, err := all(in)
		var f *fault.Error
		if err == nil || !errors.As(err, &f) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.80q: %v, want %q", in, err, want)
		}
	}
}

func TestWhatIsTooLongIsCutAndWhatIsNotShownIsLeftOut(t *testing.T) {
	long := strings.Repeat("ж", maxMessage)
	entries, err := all(export(`<post dsq:id="1"><createdAt>2019-05-14T08:00:00Z</createdAt><message>` + long + `</message><author><name>` + long + `</name></author><thread dsq:id="1"/></post>` +
		"<post dsq:id=\"2\"><createdAt>2019-05-14T08:00:00Z</createdAt><message>a\x00\x07b</message><thread dsq:id=\"1\"/></post>"))
	if err != nil {
		t.Fatal(err)
	}
	p := entries[0].Post
	if !p.Cut || len(p.Text) > maxMessage || len(p.Text) < maxMessage-4 || !utf8.ValidString(p.Text) || len(p.Author) > maxName || p.Author == "" {
		t.Errorf("cut %v, %d bytes, a name of %d", p.Cut, len(p.Text), len(p.Author))
	}
	if got := entries[1].Post.Text; got != "a  b" {
		t.Errorf("got %q", got)
	}
}

func TestReadingStopsWhereNobodyReadsOn(t *testing.T) {
	n := 0
	for range Read(strings.NewReader(export(post(`dsq:id="1"`, "") + post(`dsq:id="2"`, "") + "<broken"))) {
		n++
		break
	}
	if n != 1 {
		t.Errorf("%d entries", n)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(export(post(`dsq:id="1"`, "<parent dsq:id=\"1\"/>")))
	f.Add(export(`<thread dsq:id="1"><id>21 https://a.example/?p=21</id><link>//x</link><isDeleted>true</isDeleted></thread>`))
	f.Add("<disqus><post dsq:id='1'><message><![CDATA[<a href=\"http://disq.us/url?url=:\">x</a>]]></message></post></disqus>")
	f.Add("\x1f\x8b<disqus>")
	f.Fuzz(func(t *testing.T, text string) {
		entries, err := all(text)
		var e *fault.Error
		if err != nil && !errors.As(err, &e) {
			t.Errorf("no fault: %v", err)
		}
		for _, entry := range entries {
			p := entry.Post
			if (p == nil) == (entry.Thread == nil) {
				t.Fatal("an entry is neither or both")
			}
			if p == nil {
				continue
			}
			for _, s := range []string{p.Text, p.Author, p.Ref(), p.Thread} {
				if !utf8.ValidString(s) || strings.Contains(s, "\x00") {
					t.Errorf("%q", s)
				}
			}
			if p.Gone && p.Text != "" || p.Thread == "" || p.At.IsZero() {
				t.Errorf("%s", fmt.Sprintf("%+v", p))
			}
		}
	})
}
