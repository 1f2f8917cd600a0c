package main

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"dateline/internal/store/storetest"
)

// nats starts a real NATS server, which keeps nothing.
func nats(t *testing.T, port int) *server.Server {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: port, NoLog: true, NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the NATS server does not answer")
	}
	return s
}

// TestSoakABusThatDiesLosesNothing runs two nodes on one PostgreSQL and one NATS server that ends at random moments and comes back empty. Whichever node
// publishes, an open page of the other hears of it once and in order, and finds the story there when it does.
func TestSoakABusThatDiesLosesNothing(t *testing.T) {
	rounds := 3
	switch {
	case testing.Short():
		rounds = 1
	case soaking():
		rounds = 20
	}
	const each = 8
	room := newNewsroom(t, storetest.Postgres(t))
	room.found()
	bus := nats(t, -1)
	port := bus.Addr().(*net.TCPAddr).Port
	defer func() { bus.Shutdown() }()
	t.Setenv("DATELINE_BUS", fmt.Sprintf("nats://127.0.0.1:%d", port))
	nodes := []*node{room.start("127.0.0.1:0"), room.start("127.0.0.1:0")}
	pages := []*listener{nodes[0].listen("newsfeed:en"), nodes[1].listen("newsfeed:en")}
	seen := make([]int, 2)
	var slowest time.Duration
	total := 0
	for round := range rounds {
		down, up := rand.IntN(each), rand.IntN(each)
		for n := range each {
			if n == down {
				bus.Shutdown()
				bus.WaitForShutdown()
			}
			var a outcome
			from := n % 2
			nodes[from].must("POST", "/api/v1/articles", "", map[string]any{"edition": "en", "section": "world", "slug": fmt.Sprintf("bus-%d-%d", round, n), "headline": "A story", "body_html": "<p>Text.</p>"}, &a)
			for _, s := range nodes {
				if got := s.status(fmt.Sprintf("/world/bus-%d-%d", round, n)); got != http.StatusNotFound {
					t.Fatalf("before it is out: %d", got)
				}
			}
			nodes[from].must("POST", "/api/v1/articles/"+a.ID+"/publish", "", map[string]any{"change": "first"}, nil)
			total++
			begun := time.Now()
			room.wait(20*time.Second, "told on both nodes", func() bool { return len(pages[0].heard()) >= total && len(pages[1].heard()) >= total })
			slowest = max(slowest, time.Since(begun))
			for i, p := range pages {
				for _, e := range p.heard()[seen[i]:] {
					if seen[i]++; e.Seq != int64(seen[i]) || e.Item.ID != a.ID {
						t.Fatalf("node %d told of %d (%s) where %d was due", i, e.Seq, e.Item.ID, seen[i])
					}
				}
				if got := nodes[i].status(fmt.Sprintf("/world/bus-%d-%d", round, n)); got != http.StatusOK {
					t.Errorf("node %d told of a story and answers %d", i, got)
				}
			}
			if n == max(down, up) {
				bus = nats(t, port)
			}
		}
	}
	for _, s := range nodes {
		s.stop()
	}
	t.Logf("%d stories, the bus ended %d times; the latest was told on both nodes %s after its publication", total, rounds, slowest.Round(time.Millisecond))
}
