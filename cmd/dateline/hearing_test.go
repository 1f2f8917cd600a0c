package main

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestSoakKillingLosesNothingThatReadersSay kills the real program at random moments while readers write comments and messages, change and take
// them back, react and report, and moderators decide. After each start the oracle reads over HTTP: what was acknowledged is there once, as
// moderators and as readers see it, decisions stand, and every count agrees with what it counts; what was not acknowledged is there
// whole or not at all, and sending it again does it once.
func TestSoakKillingLosesNothingThatReadersSay(t *testing.T) {
	each(t, func(t *testing.T, database string) {
		kills, seed, random := lot(t)
		room := newNewsroom(t, database)
		room.found()
		c := newCrowd(room, 4, seed)
		o := &oracle{}
		var between []time.Duration
		half, happened := 0, 0
		starts := room.killed(kills, random, func(s *node, kill int, begun time.Time) []step {
			o.s = s
			if kill == 0 {
				s.must("PATCH", "/api/v1/editions/en/discussion", "", map[string]any{"new_for": 0}, nil)
			}
			fail := func(err error) {
				t.Helper()
				if err != nil {
					t.Fatalf("kill %d: %v\n%s", kill, err, s.log)
				}
			}
			look := func() (unanswered, did int) {
				for _, p := range c.recent() {
					u, d, err := o.discussed(p)
					fail(err)
					unanswered, did = unanswered+u, did+d
				}
				return unanswered, did
			}
			u, d := look()
			half, happened = half+u, happened+d
			between = append(between, time.Since(begun))
			for _, one := range c.talkers {
				for one.now != nil && one.now.at < len(one.now.deeds) {
					fail(one.step(s))
				}
			}
			look()
			fail(o.counted(c))
			for _, one := range c.talkers { // what is acknowledged is repeated
				for r := range one.touched {
					for _, d := range r.deeds {
						if d.key != "" {
							fail(d.do(s))
						}
					}
				}
			}
			look()
			if kill == kills {
				for _, p := range c.places {
					_, _, err := o.discussed(p)
					fail(err)
				}
				fail(o.counted(c))
				fail(o.decided(c))
			}
			c.settle(s)
			var steps []step
			for _, one := range c.talkers {
				clear(one.touched)
				steps = append(steps, one.step)
			}
			return steps
		})
		acts := map[string]int{}
		for _, p := range c.places {
			for _, r := range p.remarks {
				for _, d := range r.deeds {
					if acts[d.act]++; d.act == "say" && p.room {
						acts["message"]++
					}
				}
			}
		}
		t.Logf("%d kills: %d comments, %d messages; changed %d, taken back %d, reactions %d and %d taken back, reports %d; approved %d, rejected %d, undone %d; %d were unanswered, of which %d had happened; from start to ready at most %s, until the oracle had asked for everything, and it agreed, median %s, at most %s",
			kills, acts["say"]-acts["message"], acts["message"], acts["edit"], acts["remove"], acts["react"], acts["unreact"], acts["report"], acts["approve"], acts["reject"], acts["undo"],
			half, happened, most(starts), middle(between), most(between))
	})
}

// kase is a remark as moderators see it.
type kase struct {
	ID        string `json:"id"`
	Thread    string `json:"thread"`
	Body      string `json:"body"`
	State     string `json:"state"`
	Queue     string `json:"queue"`
	Reports   int    `json:"reports"`
	DecidedBy string `json:"decided_by"`
	Breach    string `json:"breach"`
	Version   int    `json:"version"`
}

// is reports whether a row is what a standing says.
func (t standing) is(k kase) bool {
	return k.State == t.state && k.Body == t.text && k.Breach == t.breach && k.Reports == t.reports && k.Version == t.version && (k.DecidedBy != "") == t.decided || t.state == "removed" && k.State == "removed" && k.Body == "" && k.Reports == 0 && k.Version == t.version
}

// all reads a list of the API to its end.
func all[T any](s *node, path string) ([]T, error) {
	var out []T
	for after := ""; ; {
		var list struct {
			Items []T
			Next  string
		}
		if err := s.call("GET", path+"&limit=100&after="+after, "", nil, &list); err != nil {
			return nil, err
		}
		out = append(out, list.Items...)
		if after = list.Next; after == "" {
			return out, nil
		}
	}
}

// discussed checks that everything agrees on what was said in a place: each remark that was acknowledged is there once, as it stands after its
// last deed, or one later if that is unanswered. It gives how many deeds were unanswered, and how many of them had happened.
func (o *oracle) discussed(p *place) (unanswered, happened int, err error) {
	at := p.name
	if p.room {
		var room struct{ ID string }
		if err := o.s.call("GET", "/api/v1/chats/"+p.name, "", nil, &room); err != nil {
			return 0, 0, fmt.Errorf("room %s is lost: %w", p.name, err)
		}
		at = room.ID
	}
	rows, err := all[kase](o.s, "/api/v1/moderation?article="+at)
	if err != nil {
		return 0, 0, err
	}
	left := map[string]kase{}
	for _, k := range rows {
		if _, twice := left[k.ID]; twice {
			return 0, 0, fmt.Errorf("%s is listed twice", k.ID)
		}
		left[k.ID] = k
	}
	for _, r := range p.remarks {
		d := r.open()
		k, ok := left[r.id]
		if !ok && d != nil && d.act == "say" {
			for _, one := range left {
				if one.Body == d.says {
					k, ok = one, true
				}
			}
		}
		delete(left, k.ID)
		r.there = r.stands
		if d != nil {
			unanswered++
		}
		switch {
		case !ok && r.stands.state == "":
		case !ok:
			return 0, 0, fmt.Errorf("%s, remark %d, is lost", r.id, r.n)
		case r.stands.is(k):
		case d != nil && r.stands.after(d, k.State).is(k):
			r.there = r.stands.after(d, k.State)
			happened++
		default:
			return 0, 0, fmt.Errorf("remark %d is %+v, not %+v; unanswered: %+v", r.n, k, r.stands, d)
		}
		if k.Queue != r.there.queue() {
			return 0, 0, fmt.Errorf("remark %d stands in %q: %+v", r.n, k.Queue, r.there)
		}
	}
	for _, k := range left {
		return 0, 0, fmt.Errorf("%+v is not in the ledger, or doubled", k)
	}
	more, err := o.heard(p)
	if err != nil {
		return 0, 0, err
	}
	return unanswered, happened + more, o.events(p)
}

var counted = regexp.MustCompile(`data-count>(\d+) `)

// heard checks what readers have of a place: what is public, once, with its reactions and its answers counted, and nothing else. It gives
// how many unanswered reactions had happened.
func (o *oracle) heard(p *place) (happened int, err error) {
	type said struct {
		ID, Body, State, Thread string
		Reactions, Replies      int
	}
	path := p.at + "?order=oldest"
	items, err := all[said](o.s, path)
	if err != nil {
		return 0, err
	}
	seen := map[string]said{}
	for _, one := range items {
		if _, twice := seen[one.ID]; twice {
			return 0, fmt.Errorf("readers see %s twice", one.ID)
		}
		if seen[one.ID] = one; one.State != "public" && one.Body != "" {
			return 0, fmt.Errorf("readers see what is gone: %+v", one)
		}
	}
	public, answers := 0, map[string]int{}
	for _, r := range p.remarks {
		one := seen[r.id]
		if d := r.open(); d != nil && (d.act == "react" || d.act == "unreact") && one.Reactions != len(r.there.reacting) {
			r.there = r.stands.after(d, "")
			happened++
		}
		if r.there.state != "public" {
			if one.State == "public" {
				return 0, fmt.Errorf("readers see remark %d: %+v", r.n, r.there)
			}
			continue
		}
		public++
		if r.id == "" { // it was said, and nobody was told its id
			i := slices.IndexFunc(items, func(one said) bool { return one.Body == r.there.text })
			if i < 0 {
				return 0, fmt.Errorf("readers do not see remark %d", r.n)
			}
			one = items[i]
		}
		if one.Body != r.there.text || one.Reactions != len(r.there.reacting) {
			return 0, fmt.Errorf("readers see %+v of remark %d (%s), not %+v", one, r.n, r.id, r.there)
		}
		if one.Thread != one.ID {
			answers[one.Thread]++
		}
	}
	for _, one := range items {
		if one.Thread == one.ID && one.Replies != answers[one.ID] {
			return 0, fmt.Errorf("%+v has %d answers that readers see", one, answers[one.ID])
		}
	}
	status, page := o.s.get(p.path)
	if status != http.StatusOK {
		return 0, fmt.Errorf("%s: %d", p.path, status)
	}
	n := 0
	if m := counted.FindStringSubmatch(page); m != nil {
		n, _ = strconv.Atoi(m[1])
	}
	if n != public {
		return 0, fmt.Errorf("%s counts %d, and readers see %d", p.path, n, public)
	}
	for _, r := range p.remarks {
		if r.there.state != "public" && strings.Contains(page, fmt.Sprintf("Remark w%06d", r.n)) {
			return 0, fmt.Errorf("%s shows remark %d: %+v", p.path, r.n, r.there)
		}
	}
	return happened, nil
}

// events checks that open pages are told of each change that readers see, once, in a moment: a node hears of what was written and tells it then.
func (o *oracle) events(p *place) error {
	for patience := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		events, err := o.s.events(p.topic(), p.seq)
		if err != nil {
			return err
		}
		for _, e := range events {
			p.told[e.Item.ID]++
			p.seq = e.Seq
		}
		missing := false
		for _, r := range p.remarks {
			n := p.told[r.id]
			if r.id == "" || n == r.there.told || n > r.there.told && r.reacted {
				continue
			}
			if n > r.there.told || time.Now().After(patience) {
				return fmt.Errorf("%d events of remark %d, %d changes that readers see: %+v", n, r.n, r.there.told, r.there)
			}
			missing = true
		}
		if !missing {
			return nil
		}
	}
}

// counted checks that the queues hold as many as they are said to hold, and that this is what the ledger says.
func (o *oracle) counted(c *crowd) error {
	want := map[string]int{"reported": 0, "pending": 0, "unmoderated": 0, "approved": 0, "rejected": 0}
	for _, p := range c.places {
		for _, r := range p.remarks {
			if q := r.stands.queue(); q != "" {
				want[q]++
			}
			if r.stands.reports > 0 {
				want["reported"]++
			}
		}
	}
	got := map[string]int{}
	if err := o.s.call("GET", "/api/v1/moderation/queues/counts", "", nil, &got); err != nil {
		return err
	}
	for q, n := range want {
		if got[q] != min(n, 1000) {
			return fmt.Errorf("%d are counted in %s, and the ledger has %d", got[q], q, n)
		}
		if n > 100 {
			continue
		}
		rows, err := all[kase](o.s, "/api/v1/moderation?queue="+q)
		if err != nil {
			return err
		}
		if len(rows) != n {
			return fmt.Errorf("%d are listed in %s, and the ledger has %d", len(rows), q, n)
		}
	}
	return nil
}

// decided checks that the audit log has every decision once.
func (o *oracle) decided(c *crowd) error {
	o.s.room.run("account", "add", "--email", "boss@example.org", "--name", "Boss", "--role", "admin")
	boss := *o.s
	room := *o.s.room
	room.token = o.s.room.run("token", "add", "--email", "boss@example.org")
	boss.room = &room
	acts, err := all[struct{ Subject string }](&boss, "/api/v1/audit?did=comment-approve,comment-reject,comment-undo")
	if err != nil {
		return err
	}
	got, want := map[string]int{}, map[string]int{}
	for _, a := range acts {
		got[a.Subject]++
	}
	for _, p := range c.places {
		for _, r := range p.remarks {
			for _, d := range r.deeds {
				if d.act == "approve" || d.act == "reject" || d.act == "undo" {
					want[r.id]++
				}
			}
		}
	}
	if !maps.Equal(got, want) {
		return fmt.Errorf("the audit log has %v, the ledger %v", got, want)
	}
	return nil
}
