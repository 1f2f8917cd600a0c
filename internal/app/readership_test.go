package app

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/internal/fact"
	"dateline/internal/readership"

	"golang.org/x/net/html"
)

// browser is what a usual one calls itself.
const browser = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"

// write writes what was counted.
func (p *paper) write() {
	w := readership.Writer{Counter: p.site.views, Store: p.site.Store, Clock: p.clock, Log: p.site.Config.Log}
	w.Write(p.t.Context())
}

// views gives how often a story was read today, after writing what was counted.
func (p *paper) views(id string) float64 {
	p.t.Helper()
	p.write()
	return p.must(200, "editor", "GET", "/api/v1/articles/"+id+"/readership", "").json()["today"].(float64)
}

// raw sends heads over one connection, each when the answer before has come, and gives how many were 200 or 304.
func (p *paper) raw(heads ...string) (ok int) {
	p.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	if err != nil {
		p.t.Fatal(err)
	}
	defer c.Close()
	in := bufio.NewReader(c)
	for _, head := range heads {
		if _, err := c.Write([]byte(head)); err != nil {
			p.t.Fatal(err)
		}
		answer, err := http.ReadResponse(in, nil)
		if err != nil {
			p.t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, answer.Body); err != nil {
			p.t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode == 200 || answer.StatusCode == 304 {
			ok++
		}
	}
	return ok
}

func TestEveryWayOfAnsweringCountsAReaderAndNoRobot(t *testing.T) {
	for _, lane := range []bool{true, false} {
		t.Run(fmt.Sprintf("lane %v", lane), func(t *testing.T) {
			p := newPaper(t, func(c *Config) { c.NoLane = !lane })
			id, path := p.story("Tram opens", "")
			head := func(lines ...string) string {
				return "GET " + path + " HTTP/1.1\r\nHost: " + strings.TrimPrefix(p.url, "http://") + "\r\n" + strings.Join(append(lines, ""), "\r\n") + "\r\n"
			}
			agent, zip := "User-Agent: "+browser, "Accept-Encoding: gzip, deflate, br"
			tag := ""
			for range 2 { // rendered, then from memory
				tag = p.ask("", "GET", path, "", "User-Agent", browser, "Accept-Encoding", "gzip, deflate, br").header.Get("ETag")
			}
			reads := []string{head(agent, zip), head(agent), head(agent, zip, "If-None-Match: "+tag), head("Cookie: x=1", agent, zip), head(agent, zip, "X-Unknown: 1")}
			if got := p.raw(reads...); got != len(reads) {
				t.Fatalf("%d of %d answered", got, len(reads))
			}
			others := []string{head(zip), head("User-Agent: curl/8.5.0", zip), head("User-Agent: Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", zip), head(agent, zip, "Sec-Purpose: prefetch"), head(agent, zip, "Purpose: prefetch"),
				strings.Replace(head(agent, zip), path, path+"/history", 1), strings.Replace(head(agent, zip), path, "/", 1)}
			p.raw(others...)
			p.ask("", "HEAD", path, "", "User-Agent", browser)
			if lane != (p.site.lane != nil && p.site.lane.Answers() > 0) {
				t.Errorf("the lane answered: %v", !lane)
			}
			if got, want := p.views(id), float64(2+len(reads)); got != want {
				t.Errorf("%v views, want %v", got, want)
			}
			if got := p.views(id); got != float64(2+len(reads)) {
				t.Errorf("views were written twice: %v", got)
			}
		})
	}
}

// mostRead gives the headlines that a page shows as most read.
func (p *paper) mostRead(path string) (out []string) {
	p.t.Helper()
	doc := p.inertPage(path, p.ask("", "GET", path, ""))
	for n := range doc.Descendants() {
		if n.Data == "ol" && attribute(n, "class") == "ranks" {
			for li := range n.ChildNodes() {
				if li.Type == html.ElementNode {
					out = append(out, strings.Join(strings.Fields(words(li)), " "))
				}
			}
		}
	}
	return out
}

func TestMostReadIsShownWhenThereAreNumbersAndRendersNothingElse(t *testing.T) {
	p := newPaper(t)
	var ids, paths []string
	for n := range 6 {
		id, path := p.story(fmt.Sprintf("Story %d", n), "")
		ids, paths = append(ids, id), append(paths, path)
	}
	read := func(n, times int) {
		for range times {
			p.ask("", "GET", paths[n], "", "User-Agent", browser)
		}
	}
	look := func() { p.write(); p.clock.Forward(4 * time.Minute) }
	read(0, 9)
	read(1, 8)
	read(2, 4) // too few
	look()
	p.eventually("one looked", func() bool {
		return p.must(200, "editor", "GET", "/api/v1/editions/en/readership", "").json()["today"].(float64) == 21
	})
	if got := p.mostRead("/"); got != nil {
		t.Errorf("two stories are shown as a list: %v", got)
	}
	read(2, 3)
	look()
	p.eventually("three are shown on the front", func() bool { return slices.Equal(p.mostRead("/"), []string{"1 Story 0", "2 Story 1", "3 Story 2"}) })
	if got := p.mostRead("/world"); len(got) != 3 {
		t.Errorf("on a section: %v", got)
	}
	if got := p.mostRead("/es/"); got != nil {
		t.Errorf("in another edition: %v", got)
	}
	p.clock.Forward(5 * time.Minute) // fronts that count comments are made again by then
	for _, at := range []string{"/", "/world"} {
		p.get(200, at)
	}
	for _, n := range []int{3, 4, 5} {
		read(n, 10+n)
	}
	before := p.site.site.Cache().Stats().Renders
	look()
	want := []string{"1 Story 5", "2 Story 4", "3 Story 3", "4 Story 0", "5 Story 1"}
	p.eventually("the order is the new one", func() bool { return slices.Equal(p.mostRead("/"), want) && slices.Equal(p.mostRead("/world"), want) })
	if n := p.site.site.Cache().Stats().Renders - before; n != 1 {
		t.Errorf("a new order rendered %d pages and parts, want the list alone", n)
	}
	seq := p.changes()
	for range 3 {
		look()
		p.due()
	}
	if now := p.changes(); now != seq {
		t.Errorf("the same order told the house %d times", now-seq)
	}
	p.must(200, "admin", "POST", "/api/v1/articles/"+ids[5]+"/withdraw", `{"note":"Wrong."}`, "If-Match", "*")
	if got := p.mostRead("/"); slices.Contains(got, "1 Story 5") {
		t.Errorf("a withdrawn story: %v", got)
	}
	top := p.must(200, "editor", "GET", "/api/v1/editions/en/readership?limit=2", "").json()["most_read"].([]any)
	if len(top) != 2 || top[0].(map[string]any)["id"] != ids[4] || top[0].(map[string]any)["today"] != 14.0 || top[0].(map[string]any)["url"] != p.url+paths[4] {
		t.Errorf("%v", top)
	}
	p.clock.Forward(25 * time.Hour)
	p.eventually("yesterday's are shown no more", func() bool { return p.mostRead("/") == nil })
}

func TestReadershipIsByTheDaysOfTheEditionAndSaysWhoReadsNow(t *testing.T) {
	p := newPaper(t)
	p.must(200, "admin", "PATCH", "/api/v1/editions/en", `{"timezone":"Asia/Tokyo"}`)
	id, path := p.story("Tram opens", "")
	read := func(n int) {
		for range n {
			p.ask("", "GET", path, "", "User-Agent", browser)
		}
		p.write()
	}
	read(2)                        // 12:00 UTC, 21:00 in Tokyo
	p.clock.Forward(4 * time.Hour) // 1:00 of the next day there
	read(3)
	r := p.must(200, "reporter", "GET", "/api/v1/articles/"+id+"/readership", "").json()
	days := r["days"].([]any)
	if r["today"] != 3.0 || r["week"] != 5.0 || len(days) != 7 || days[6].(map[string]any)["date"] != "2026-03-11" || days[5].(map[string]any)["views"] != 2.0 {
		t.Errorf("%v", r)
	}
	if r["reading"] != 0.0 {
		t.Errorf("somebody reads now: %v", r)
	}
	stop := p.follow("alerts:en", "article:"+id)
	p.eventually("one page is open", func() bool {
		story := p.must(200, "editor", "GET", "/api/v1/articles/"+id+"/readership", "").json()["reading"]
		return story == 1.0 && p.must(200, "editor", "GET", "/api/v1/editions/en/readership", "").json()["reading"] == 1.0
	})
	stop()
	p.eventually("it is closed", func() bool {
		return p.must(200, "editor", "GET", "/api/v1/articles/"+id+"/readership", "").json()["reading"] == 0.0
	})
	p.clock.Forward(8 * 24 * time.Hour)
	if r := p.must(200, "editor", "GET", "/api/v1/articles/"+id+"/readership", "").json(); r["today"] != 0.0 || r["week"] != 0.0 {
		t.Errorf("a week later: %v", r)
	}
}

// follow opens a stream and gives what closes it.
func (p *paper) follow(topics ...string) (stop func()) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), "GET", p.url+"/events?topic="+strings.Join(topics, "&topic="), nil)
	if err != nil {
		p.t.Fatal(err)
	}
	answer, err := (&http.Client{Transport: &http.Transport{}}).Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	return func() { answer.Body.Close() }
}

// changes counts the changes that the house was told of.
func (p *paper) changes() int64 {
	p.t.Helper()
	at, err := p.site.Store.Position(p.t.Context(), []fact.Topic{fact.House})
	if err != nil {
		p.t.Fatal(err)
	}
	return at[fact.House]
}

func TestNothingOfWhoReadsIsKept(t *testing.T) {
	p := newPaper(t, func(c *Config) { c.TrustProxy = []string{"127.0.0.1"} })
	id, path := p.story("Tram opens", "")
	p.ask("", "GET", path, "", "User-Agent", browser+" UniqueWord77", "X-Forwarded-For", "203.0.113.77", "Cookie", "who=UniqueWord77")
	if got := p.views(id); got != 1 {
		t.Errorf("%v views", got)
	}
	for _, word := range []string{"203.0.113.77", "UniqueWord77"} {
		p.noRow(word)
	}
}
