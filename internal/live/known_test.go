package live

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"

	"dateline/internal/fact"
	"dateline/internal/fault"
)

func TestATopicAboutNothingIsNotFoundAndTakesNoRoom(t *testing.T) {
	var asked atomic.Int64
	var away atomic.Bool
	s := open(t, newNewsroom(), Options{Known: func(_ context.Context, topic fact.Topic) (bool, error) {
		asked.Add(1)
		if away.Load() {
			return false, fault.New(fault.Unavailable, "fault.unavailable", "the database is away")
		}
		return topic == feed, nil
	}})
	get := func(path string) int {
		t.Helper()
		res, err := plainClient.Get(s.url + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	for _, path := range []string{"/events/newsfeed:none?after=0", "/events/article:0abc000000001", "/events/chat:x", "/events?topic=newsfeed:none", "/events?topic=" + string(feed) + "&topic=article:none"} {
		if got := get(path); got != http.StatusNotFound {
			t.Errorf("%s: %d", path, got)
		}
	}
	if n := len(s.hub.Load().channels()); n != 0 {
		t.Errorf("%d topics in memory", n)
	}
	if got := get("/events/" + string(feed)); got != http.StatusOK {
		t.Fatalf("one that is known: %d", got)
	}
	before := asked.Load()
	away.Store(true)
	if got := get("/events/" + string(feed)); got != http.StatusOK || asked.Load() != before {
		t.Errorf("one in memory while the database is away: %d, asked %d times", got, asked.Load()-before)
	}
	if got := get("/events/newsfeed:other"); got != http.StatusServiceUnavailable {
		t.Errorf("one of which nobody can tell: %d", got)
	}
}

func TestWhetherATopicIsKnownCannotBeToldByAnUnknownError(t *testing.T) {
	s := open(t, newNewsroom(), Options{Known: func(context.Context, fact.Topic) (bool, error) { return true, errors.New("?") }})
	res, err := plainClient.Get(s.url + "/events/" + string(feed))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusServiceUnavailable {
		t.Error(res.Status)
	}
}
