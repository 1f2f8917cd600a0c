package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// schedule makes n stories that come out one step after another, the first as soon as a machine as busy as this one can have scheduled
// them all, and not before wait. It gives their ids and times.
func (s *node) schedule(prefix string, n int, step, wait time.Duration) (ids []string, at []time.Time) {
	s.room.t.Helper()
	begun := time.Now()
	for i := range n {
		var a outcome
		s.must("POST", "/api/v1/articles", "", map[string]any{"edition": "en", "section": "world", "headline": fmt.Sprintf("%s %d", prefix, i), "body_html": "<p>Text.</p>"}, &a)
		ids = append(ids, a.ID)
	}
	first := time.Now().Add(max(wait, 4*time.Since(begun))).Truncate(time.Microsecond)
	for i, id := range ids {
		var a outcome
		at = append(at, first.Add(time.Duration(i)*step))
		s.must("POST", "/api/v1/articles/"+id+"/publish", "", map[string]any{"change": "first", "at": at[i].UTC().Format(time.RFC3339Nano)}, &a)
		if a.State != "scheduled" {
			s.room.t.Fatalf("%s is %s", id, a.State)
		}
	}
	return ids, at
}

// TestSoakScheduledStoriesComeOutOnceOverKills kills the program around the times at which stories are due. Each comes out
// once, not before its time, and within a second of it or of the next start.
func TestSoakScheduledStoriesComeOutOnceOverKills(t *testing.T) {
	each(t, func(t *testing.T, database string) {
		kills := 3
		switch {
		case testing.Short():
			kills = 1
		case soaking():
			kills = 30
		}
		const each = 12
		room := newNewsroom(t, database)
		room.found()
		s := room.start("127.0.0.1:0")
		var seq int64
		var latest time.Duration
		for kill := range kills {
			due := map[string]time.Time{}
			ids, at := s.schedule(fmt.Sprintf("Scheduled %d", kill), each, 30*time.Millisecond, each*60*time.Millisecond)
			for i, id := range ids {
				due[id] = at[i]
			}
			time.Sleep(time.Until(at[0]) + time.Duration(rand.IntN(each*30))*time.Millisecond) // the moment is random, nothing waits for it
			s.kill()
			killed := time.Now()
			s = room.start("127.0.0.1:0")
			ready := time.Now()
			times := map[string]time.Time{}
			room.wait(45*time.Second, "all published", func() bool {
				events, err := s.events("newsfeed:en", seq)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range events {
					seq = e.Seq
					if _, twice := times[e.Item.ID]; twice || due[e.Item.ID].IsZero() {
						t.Fatalf("kill %d: %s was told twice, or nobody scheduled it", kill, e.Item.ID)
					}
					times[e.Item.ID] = e.At
				}
				return len(times) == each
			})
			for id, at := range times {
				if at.Before(due[id]) {
					t.Errorf("%s came out %s before its time", id, due[id].Sub(at))
				}
				late := at.Sub(due[id])
				if at.After(killed) && due[id].Before(ready) {
					late = at.Sub(ready)
				}
				if latest = max(latest, late); late > time.Second && soaking() { // elsewhere a busy machine says nothing of the program
					t.Errorf("kill %d: %s came out %s late", kill, id, late)
				}
				var a outcome
				s.must("GET", "/api/v1/articles/"+id, "", nil, &a)
				if a.Revision != 1 || s.status(a.URL[strings.Index(a.URL, "/world/"):]) != http.StatusOK {
					t.Errorf("%s: %+v", id, a)
				}
			}
		}
		s.stop()
		room.run("doctor")
		t.Logf("%d kills, %d stories; the latest came out %s after its time, or after the start", kills, kills*each, latest.Round(time.Millisecond))
	})
}

// TestTwoNodesOnTheSameDataPublishOnceAndTellBoth runs two processes: what is due comes out once, and both tell their readers
// and drop their pages, whoever published.
func TestTwoNodesOnTheSameDataPublishOnceAndTellBoth(t *testing.T) {
	each(t, func(t *testing.T, database string) {
		room := newNewsroom(t, database)
		room.found()
		nodes := []*node{room.start("127.0.0.1:0"), room.start("127.0.0.1:0")}
		var pages []*listener
		for _, s := range nodes {
			pages = append(pages, s.listen("newsfeed:en"))
			s.get("/") // in memory, to be dropped
			for i := range 20 {
				if got := s.status(fmt.Sprintf("/world/at-once-%d", i)); got != http.StatusNotFound {
					t.Fatalf("before its time: %d", got)
				}
			}
		}
		_, at := nodes[0].schedule("At once", 20, 0, 1500*time.Millisecond)
		due := at[0]
		heard := make([]int, len(nodes))
		room.wait(20*time.Second, "told everywhere", func() bool {
			done := true
			for i, p := range pages {
				events := p.heard()
				for _, e := range events[heard[i]:] { // as soon as it is told, no old copy is served
					path := "/world/" + strings.ReplaceAll(strings.ToLower(e.Item.Headline), " ", "-")
					if status, _ := nodes[i].get(path); status != http.StatusOK {
						t.Errorf("node %d told of %s and answers %d", i, path, status)
					}
					if _, front := nodes[i].get("/newsfeed"); !strings.Contains(front, e.Item.Headline+"<") {
						t.Errorf("node %d told of %q, which its newsfeed does not show", i, e.Item.Headline)
					}
				}
				heard[i] = len(events)
				done = done && len(events) >= len(at)
			}
			return done
		})
		for i, p := range pages {
			ids := map[string]bool{}
			for _, e := range p.heard() {
				if ids[e.Item.ID] || e.At.Before(due) || e.heard.Sub(due) > 5*time.Second {
					t.Errorf("node %d: %s at %s, heard %s after its time", i, e.Item.ID, e.At, e.heard.Sub(due))
				}
				ids[e.Item.ID] = true
			}
			t.Logf("node %d: the last of %d stories due at once was heard %s after its time", i, len(ids), p.heard()[len(ids)-1].heard.Sub(due).Round(time.Millisecond))
		}
		var slowest time.Duration
		for i := range 20 { // now one node publishes, the other's readers hear of it
			from, to := i%2, 1-i%2
			var a outcome
			title := fmt.Sprintf("Across %d", i)
			nodes[from].must("POST", "/api/v1/articles", "", map[string]any{"edition": "en", "section": "world", "headline": title, "body_html": "<p>Text.</p>"}, &a)
			nodes[to].get("/")
			begun := time.Now()
			nodes[from].must("POST", "/api/v1/articles/"+a.ID+"/publish", "", map[string]any{"change": "first"}, nil)
			room.wait(10*time.Second, "told on the other node", func() bool {
				for _, e := range pages[to].heard() {
					if e.Item.Headline == title {
						slowest = max(slowest, e.heard.Sub(begun))
						return true
					}
				}
				return false
			})
			if _, front := nodes[to].get("/"); !strings.Contains(front, title) {
				t.Errorf("the other node told of %q, which its front does not show", title)
			}
		}
		t.Logf("from a publish call on one node to an open page on the other: at most %s", slowest.Round(time.Millisecond))
		for _, s := range nodes {
			s.stop()
		}
		room.run("doctor")
	})
}

// TestARestartUnderLoadFailsNobody stops and starts the program under load, as an upgrade does. A client that repeats what was
// refused or whose idle connection was closed sees no failed answer and loses nothing; streams are told when to come back.
func TestARestartUnderLoadFailsNobody(t *testing.T) {
	room := newNewsroom(t, "")
	room.found()
	s := room.start("127.0.0.1:0")
	var a outcome
	s.must("POST", "/api/v1/articles", "", map[string]any{"edition": "en", "section": "world", "headline": "Read by many", "body_html": "<p>Text.</p>"}, &a)
	s.must("POST", "/api/v1/articles/"+a.ID+"/publish", "", map[string]any{"change": "first"}, nil)
	var answers, again atomic.Int64
	end := make(chan struct{})
	var wg sync.WaitGroup
	addr := s.addr
	for i := range 32 {
		paths := []string{"/", "/world/read-by-many", "/feed.xml", "/search?q=many"}
		wg.Go(func() {
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}, Timeout: 15 * time.Second}
			defer client.CloseIdleConnections()
			for k := i; ; k++ {
				select {
				case <-end:
					return
				default:
				}
				path := paths[k%len(paths)]
				res, err := client.Get("http://" + addr + path)
				if err != nil { // refused, or closed before an answer began
					again.Add(1)
					time.Sleep(5 * time.Millisecond) // as a polite client does
					continue
				}
				_, err = io.Copy(io.Discard, res.Body)
				res.Body.Close()
				if err != nil || res.StatusCode != http.StatusOK && res.StatusCode != http.StatusTooManyRequests {
					t.Errorf("%s: %d, and its body: %v", path, res.StatusCode, err)
				}
				answers.Add(1)
			}
		})
	}
	l := newLedger(3, 1)
	o := &oracle{told: map[string]int{}}
	restarts := 3
	if testing.Short() {
		restarts = 1
	}
	for range restarts {
		var pages []*listener
		for range 20 {
			pages = append(pages, s.listen("newsfeed:en"))
		}
		var writers sync.WaitGroup
		for _, a := range l.authors {
			writers.Go(func() {
				if err := s.until(a.step); err != nil {
					t.Error(err)
				}
			})
		}
		for seen := answers.Load(); answers.Load() < seen+200; time.Sleep(time.Millisecond) {
		}
		took := s.stop()
		writers.Wait()
		if took > 10*time.Second {
			t.Errorf("it took %s to stop", took)
		}
		for i, p := range pages {
			<-p.ended
			if !p.retry {
				t.Errorf("stream %d was not told when to come back", i)
			}
		}
		before := answers.Load()
		begun := time.Now()
		s = room.start(addr)
		room.wait(5*time.Second, "answering again", func() bool { return answers.Load() > before })
		t.Logf("stopped in %s, answering again %s after that", took.Round(time.Millisecond), time.Since(begun).Round(time.Millisecond))
		o.s = s
		o.after(t, l, 0)
	}
	close(end)
	wg.Wait()
	o.end(t, l, a.ID)
	s.stop()
	t.Logf("%d answers, none failed; %d times refused or closed before an answer and asked again", answers.Load(), again.Load())
}

// TestSoakUnderLoadNobodySeesAnOldCopyAfterTheEvent publishes ten times a second while many read: whoever asks after the event was
// told gets the new front, newsfeed and feed, and nobody ever gets an error.
func TestSoakUnderLoadNobodySeesAnOldCopyAfterTheEvent(t *testing.T) {
	room := newNewsroom(t, "")
	room.found()
	s := room.start("127.0.0.1:0")
	publications := 30
	if soaking() {
		publications = 600
	}
	number := regexp.MustCompile(`Number (\d{5})`)
	page := s.listen("newsfeed:en")
	var toldOf, answers atomic.Int64
	end := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { // what was told, as soon as it was
		for {
			select {
			case <-end:
				return
			case <-time.After(time.Millisecond):
			}
			if events := page.heard(); len(events) > 0 {
				n, _ := strconv.ParseInt(number.FindStringSubmatch(events[len(events)-1].Item.Headline)[1], 10, 64)
				toldOf.Store(n)
			}
		}
	})
	paths := []string{"/", "/newsfeed", "/feed.xml", "/world", "/api/v1/articles?edition=en&limit=3"}
	for i := range 10 {
		wg.Go(func() {
			for k := i; ; k++ {
				select {
				case <-end:
					return
				default:
				}
				path := paths[k%len(paths)]
				least := toldOf.Load()
				status, body := s.get(path)
				if status == http.StatusTooManyRequests {
					continue
				}
				newest := int64(0)
				for _, m := range number.FindAllStringSubmatch(body, -1) {
					n, _ := strconv.ParseInt(m[1], 10, 64)
					newest = max(newest, n)
				}
				if status != http.StatusOK || newest < least {
					t.Errorf("%s: %d, its newest story is %d after %d was told", path, status, newest, least)
					return
				}
				answers.Add(1)
			}
		})
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for n := 1; n <= publications && !t.Failed(); n++ {
		var a outcome
		s.must("POST", "/api/v1/articles", "", map[string]any{"edition": "en", "section": "world", "headline": fmt.Sprintf("Number %05d", n), "body_html": "<p>Text.</p>"}, &a)
		s.must("POST", "/api/v1/articles/"+a.ID+"/publish", "", map[string]any{"change": "first"}, nil)
		<-tick.C
	}
	room.wait(10*time.Second, "told", func() bool { return toldOf.Load() == int64(publications) || t.Failed() })
	close(end)
	wg.Wait()
	s.stop()
	t.Logf("%d publications, %d answers, none of them old or failed", publications, answers.Load())
}
