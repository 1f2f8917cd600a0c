package main

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/internal/store/storetest"
)

// TestSoakARestartedDatabaseLosesNothing stops and starts PostgreSQL under load. Pages in memory are answered all the time, what was acknowledged
// is there once, refusals say that it passes, and an open page hears everything without being opened again.
func TestSoakARestartedDatabaseLosesNothing(t *testing.T) {
	restarts := 2
	switch {
	case testing.Short():
		restarts = 1
	case soaking():
		restarts = 20
	}
	server, database := storetest.OwnPostgres(t)
	room := newNewsroom(t, database)
	room.found()
	s := room.start("127.0.0.1:0")
	addr := s.addr
	page := s.listen("newsfeed:en")
	stop := make(chan struct{})
	var load sync.WaitGroup
	var asked, refused, published atomic.Int64
	for range 4 {
		load.Go(func() {
			a := &asker{addr: addr, request: "GET / HTTP/1.1\r\nHost: " + addr + "\r\n\r\n"}
			defer a.close()
			for {
				select {
				case <-stop:
					return
				default:
				}
				status, err := a.ask()
				if err != nil || status != http.StatusOK {
					t.Errorf("a page in memory: %d %v", status, err)
					return
				}
				asked.Add(1)
			}
		})
	}
	load.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			headline, id := fmt.Sprintf("Story %d", n), ""
			for step, patience := 0, time.Now().Add(60*time.Second); step < 2; {
				var a outcome
				var err error
				if step == 0 {
					err = s.call("POST", "/api/v1/articles", fmt.Sprintf("new-%d", n), map[string]any{"edition": "en", "section": "world", "headline": headline, "body_html": "<p>Text.</p>"}, &a)
					id = a.ID
				} else {
					err = s.call("POST", "/api/v1/articles/"+id+"/publish", fmt.Sprintf("publish-%d", n), map[string]any{"change": "first"}, &a)
				}
				var p problem
				switch {
				case err == nil:
					step++
				case !errors.As(err, &p) || p.status != http.StatusServiceUnavailable || time.Now().After(patience):
					t.Errorf("story %d: %v", n, err)
					return
				default:
					refused.Add(1)
					time.Sleep(20 * time.Millisecond) // as a client that was told to come back
				}
			}
			published.Add(1)
		}
	})
	var again []time.Duration
	for range restarts {
		begun := published.Load()
		room.wait(30*time.Second, "work going on", func() bool { return published.Load() >= begun+5 && asked.Load() >= 50 })
		server.Stop()
		seen := refused.Load()
		room.wait(30*time.Second, "a refusal", func() bool { return refused.Load() > seen })
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
		back, begun := time.Now(), published.Load()
		room.wait(30*time.Second, "work again", func() bool { return published.Load() > begun })
		again = append(again, time.Since(back).Round(time.Millisecond))
		if took := time.Since(back); took > 5*time.Second && soaking() {
			t.Errorf("the first story after a restart took %s", took)
		}
	}
	close(stop)
	load.Wait()
	want := int(published.Load())
	room.wait(30*time.Second, "everything heard", func() bool { return len(page.heard()) >= want })
	for i, e := range page.heard() {
		if e.Seq != int64(i+1) {
			t.Fatalf("event %d came as number %d", e.Seq, i+1)
		}
	}
	events, err := s.events("newsfeed:en", 0)
	if err != nil || len(events) != want || len(page.heard()) != want {
		t.Errorf("%d stories were acknowledged, %d told, %d heard, %v", want, len(events), len(page.heard()), err)
	}
	s.stop()
	room.run("doctor")
	t.Logf("%d restarts, %d pages, 0 failed, %d stories, %d attempts refused; the first story after the database was back took %v", restarts, asked.Load(), want, refused.Load(), again)
}
