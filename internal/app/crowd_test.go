package app

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

var countOf = regexp.MustCompile(`Count (\d+)\.`)

// TestACrowdNeverGetsAnOldCopyAfterTheEvent republishes one story while readers ask for its page, the front and the feed without
// pause. Whoever has heard of a publication must never again be given an earlier one, nobody may get an error, and a reader's
// own pages may only grow newer.
func TestACrowdNeverGetsAnOldCopyAfterTheEvent(t *testing.T) {
	publications := 40
	if testing.Short() {
		publications = 12
	}
	p := newPaper(t)
	id, path := p.story("Counting", `"lead":"Count 0."`)
	stream, err := http.Get(p.url + "/events?topic=newsfeed:en")
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	events := bufio.NewScanner(stream.Body)
	events.Buffer(nil, 1<<20)
	for events.Scan() && !strings.HasPrefix(events.Text(), "id:") { // the stream stands
	}

	var told atomic.Int64 // the newest count that an event has told of
	var asked atomic.Int64
	done := make(chan struct{})
	var crowd sync.WaitGroup
	for n := range 6 {
		target := []string{path, "/", "/feed.xml"}[n%3]
		crowd.Go(func() {
			newest := int64(0)
			for {
				select {
				case <-done:
					return
				default:
				}
				least := max(told.Load(), newest)
				res, err := http.Get(p.url + target)
				if err != nil {
					t.Error(err)
					return
				}
				body, err := io.ReadAll(res.Body)
				res.Body.Close()
				asked.Add(1)
				found := countOf.FindSubmatch(body)
				if err != nil || res.StatusCode != http.StatusOK || found == nil {
					t.Errorf("%s: %d, %v", target, res.StatusCode, err)
					return
				}
				if newest, _ = strconv.ParseInt(string(found[1]), 10, 64); newest < least {
					t.Errorf("%s gave count %d when %d was known", target, newest, least)
					return
				}
			}
		})
	}
	for n := 1; n <= publications && !t.Failed(); n++ {
		p.save(id, fmt.Sprintf(`{"lead":"Count %d."}`, n))
		p.publish(id, `{"change":"update"}`)
		for events.Scan() {
			data, ok := strings.CutPrefix(events.Text(), "data: ")
			if !ok {
				continue
			}
			var e struct{ Item struct{ Lead string } }
			if err := json.Unmarshal([]byte(data), &e); err != nil {
				t.Fatal(err)
			}
			if e.Item.Lead == fmt.Sprintf("Count %d.", n) {
				told.Store(int64(n))
				break
			}
		}
	}
	close(done)
	crowd.Wait()
	if told.Load() != int64(publications) {
		t.Errorf("events told of %d publications of %d", told.Load(), publications)
	}
	stats := p.site.site.Cache().Stats()
	if most := int64(publications+2) * 8; stats.Renders > most {
		t.Errorf("%d renders for %d publications of three pages and their parts", stats.Renders, publications)
	}
	t.Logf("%d pages served, %d renders", asked.Load(), stats.Renders)
}
