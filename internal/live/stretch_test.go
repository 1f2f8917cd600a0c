package live

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"

	"dateline/internal/fact"
)

type answer struct {
	Topic fact.Topic
	After int64
	Items []Message
	Next  int64
	More  bool
	Reset bool
}

func (s *site) stretch(topic fact.Topic, after, etag string) (answer, *http.Response) {
	s.t.Helper()
	at := s.url + "/events/" + string(topic)
	if after != "" {
		at += "?after=" + after
	}
	req, _ := http.NewRequest("GET", at, nil)
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	res, err := plainClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	var a answer
	if text, _ := io.ReadAll(res.Body); res.StatusCode != http.StatusNotModified {
		if err := json.Unmarshal(text, &a); err != nil {
			s.t.Fatalf("%s: %q: %v", res.Status, text, err)
		}
	}
	return a, res
}

func TestStretchesTogetherAreTheTopic(t *testing.T) {
	for _, ring := range []int{16, 512} {
		room := newNewsroom()
		for i := range 250 {
			room.tell(nil, published(feed, fmt.Sprint("a", i)))
		}
		s := open(t, room, Options{Ring: ring})
		after, seq, stretches := "", int64(0), 0
		for {
			a, res := s.stretch(feed, after, "")
			if res.StatusCode != 200 || a.Topic != feed || a.After != seq {
				t.Fatalf("%s: %+v", res.Status, a)
			}
			for _, m := range a.Items {
				if seq++; m.Seq != seq {
					t.Fatalf("%d for %d", m.Seq, seq)
				}
			}
			if a.Next != seq {
				t.Fatalf("next is %d after %d", a.Next, seq)
			}
			stretches++
			after = fmt.Sprint(a.Next)
			if !a.More {
				break
			}
		}
		if seq != 250 || stretches != 3 {
			t.Errorf("%d messages in %d stretches", seq, stretches)
		}
	}
}

func TestAStretchMayBeKeptAndIsAskedForAgain(t *testing.T) {
	room := newNewsroom()
	for i := range 150 {
		room.tell(nil, published(feed, fmt.Sprint("a", i)))
	}
	s := open(t, room, Options{})
	_, full := s.stretch(feed, "0", "")
	_, open := s.stretch(feed, "100", "")
	for _, res := range []*http.Response{full, open} {
		if got := res.Header.Get("Cache-Control"); got != "public, max-age=0, must-revalidate" {
			t.Errorf("a stretch may be kept unasked: %s", got)
		}
	}
	if _, res := s.stretch(feed, "0", full.Header.Get("ETag")); res.StatusCode != http.StatusNotModified {
		t.Errorf("again: %s", res.Status)
	}
	room.tell([]fact.Tag{fact.TagArticle("a5")}, fact.Fact{Topic: feed, Kind: fact.Withdrawn, ID: "a5"})
	settled(t, s)
	a, res := s.stretch(feed, "0", full.Header.Get("ETag"))
	if res.StatusCode != 200 || a.Items[5].Kind != fact.Withdrawn || string(a.Items[5].Item) != `{"id":"a5"}` {
		t.Errorf("after a withdrawal: %s %+v", res.Status, a.Items)
	}
}

func TestAStretchThatCannotBeProvenIsGone(t *testing.T) {
	room := newNewsroom()
	for i := range 20 {
		room.tell(nil, published(feed, fmt.Sprint("a", i)))
	}
	room.sweep(feed, 10)
	s := open(t, room, Options{})
	for _, after := range []string{"", "5", "21", "9223372036854775807"} {
		if a, res := s.stretch(feed, after, ""); res.StatusCode != http.StatusGone || !a.Reset || a.Topic != feed {
			t.Errorf("after %q: %s %+v", after, res.Status, a)
		}
	}
	if a, res := s.stretch(feed, "20", ""); res.StatusCode != 200 || len(a.Items) != 0 || a.More || a.Next != 20 {
		t.Errorf("at the end: %s %+v", res.Status, a)
	}
	if a, res := s.stretch(feed, "10", ""); res.StatusCode != 200 || len(a.Items) != 10 {
		t.Errorf("what is left: %s %+v", res.Status, a)
	}
}
