package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"
)

// place is where people talk: under a story, or in a room.
type place struct {
	room    bool
	name    string // id of the story, slug of the room
	path    string // of the page that has all of it
	remarks []*remark
	seq     int64          // of the last event that was read
	told    map[string]int // events by remark
	at      string         // where the API has what is said there
}

// topic is the stream of the place.
func (p *place) topic() string {
	if p.room {
		return "chat:" + p.name
	}
	return "discussion:" + p.name
}

// remark is a comment or a message in the ledger, with everything that was ever done to it, one deed after the other: say, edit, remove,
// report, react, unreact of readers; approve, reject, undo of a moderator.
type remark struct {
	n       int
	in      *place
	up      *remark // what it answers; nil for none
	by      string  // token of who said it
	id      string
	since   time.Time
	deeds   []*deed
	at      int // the first deed that was not acknowledged
	stands  standing
	there   standing // as it was found
	reacted bool     // it has been asked for: events of reactions come when they are due
}

// standing is how a remark stands.
type standing struct {
	state    string // public, held, rejected or removed; empty before it was said
	text     string
	decided  bool
	decision            // the last, when it is decided
	over     []decision // those that stood before it, the latest first
	reports  int
	version  int
	told     int             // events that readers have of it, but those of reactions
	reacting map[string]bool // by token
	reported map[string]bool // by token, for good
}

// decision is what a moderator did with a remark.
type decision struct {
	was    string // the state that undo leads to
	breach string
	dealt  int // reports that were dealt with by it
}

// mostOver is how many decisions that stood before are kept.
const mostOver = 8

// after gives how a remark stands after a deed. Where rules decide, state is what the answer or the row says.
func (t standing) after(d *deed, state string) standing {
	was := t.state
	t.version++
	switch d.act {
	case "say":
		t.state, t.text = state, d.says
	case "edit":
		t.text = d.says
		if was == "public" { // no moderator has seen these words
			t.state, t.decided, t.decision, t.over = state, false, decision{}, nil
		}
	case "remove":
		t.state, t.text, t.reports = "removed", "", 0
	case "approve", "reject":
		if t.decided {
			t.over = append([]decision{t.decision}, t.over...)
			t.over = t.over[:min(len(t.over), mostOver)]
		}
		t.decided, t.decision, t.reports = true, decision{was, d.says, t.reports}, 0
		if t.state = "public"; d.act == "reject" {
			t.state = "rejected"
		}
	case "undo":
		t.state, t.reports = t.was, t.reports+t.dealt
		if t.decided = len(t.over) > 0; t.decided {
			t.decision, t.over = t.over[0], t.over[1:]
		} else {
			t.decision = decision{}
		}
	case "report":
		t.reports++
		t.reported = maps.Clone(t.reported)
		if t.reported == nil {
			t.reported = map[string]bool{}
		}
		t.reported[d.as] = true
		return t
	case "react", "unreact":
		t.version--
		t.reacting = maps.Clone(t.reacting)
		if t.reacting == nil {
			t.reacting = map[string]bool{}
		}
		if t.reacting[d.as] = true; d.act == "unreact" {
			delete(t.reacting, d.as)
		}
		return t
	}
	if was == "public" || t.state == "public" {
		t.told++
	}
	return t
}

// queue is the list of moderators in which it stands, besides Reported.
func (t standing) queue() string {
	switch {
	case t.state == "held":
		return "pending"
	case t.state == "public" && t.decided:
		return "approved"
	case t.state == "public":
		return "unmoderated"
	case t.state == "rejected":
		return "rejected"
	}
	return ""
}

// open is the deed that was sent and not answered; nil for none.
func (r *remark) open() *deed {
	if r.at < len(r.deeds) && r.deeds[r.at].sent {
		return r.deeds[r.at]
	}
	return nil
}

// words are its text, that no other has.
func (r *remark) words(edit int) string {
	return fmt.Sprintf("Remark w%06d of the day, text %d.", r.n, edit)
}

// talker lets readers talk and decides as a moderator, one deed after the other, on remarks that no other talker touches.
type talker struct {
	crowd     *crowd
	random    *rand.Rand
	moderator string
	places    [2]*place // a story and a room, of his own
	now       *remark
	touched   map[*remark]bool // since the last look
}

// crowd is what the talkers know. It is read while nobody talks.
type crowd struct {
	talkers []*talker
	people  []string // tokens: readers, and those who work in the newsroom, of whom nothing waits
	places  []*place
	next    atomic.Int64
	keys    atomic.Int64
}

// placeMost is how many remarks a place gets.
const placeMost = 60

// newCrowd makes people and gives talkers over them.
func newCrowd(room *newsroom, talkers int, seed uint64) *crowd {
	c := &crowd{}
	join := func(name, role string) string {
		room.run("account", "add", "--email", name+"@example.org", "--name", name, "--role", role)
		return room.run("token", "add", "--email", name+"@example.org")
	}
	for i := range 9 {
		role := "reader"
		if i%3 == 2 {
			role = "reporter"
		}
		c.people = append(c.people, join(fmt.Sprintf("%s%d", role, i), role))
	}
	for i := range talkers {
		c.talkers = append(c.talkers, &talker{crowd: c, random: rand.New(rand.NewPCG(seed, uint64(i))), moderator: join(fmt.Sprintf("moderator%d", i), "moderator"), touched: map[*remark]bool{}})
	}
	return c
}

// settle gives each talker a story and a room in which there is space.
func (c *crowd) settle(s *node) {
	for _, t := range c.talkers {
		for i, p := range t.places {
			if p != nil && len(p.remarks) < placeMost {
				continue
			}
			n := len(c.places)
			p = &place{room: i == 1, told: map[string]int{}}
			var made struct{ ID, URL string }
			if p.room {
				p.name = fmt.Sprintf("room-%d", n)
				s.must("POST", "/api/v1/chats", "chat-"+p.name, map[string]any{"edition": "en", "slug": p.name, "name": "Room " + p.name}, nil)
				p.path, p.at = "/chats/"+p.name, "/api/v1/chats/"+p.name+"/messages"
			} else {
				s.must("POST", "/api/v1/articles", fmt.Sprintf("story-%d", n), map[string]any{"edition": "en", "section": "world", "headline": fmt.Sprintf("Story %d", n), "lead": "Of this.", "body_html": "<p>And that.</p>", "byline": []string{"A. Writer"}}, &made)
				s.must("POST", "/api/v1/articles/"+made.ID+"/publish", fmt.Sprintf("publish-%d", n), map[string]any{"change": "first"}, &made)
				p.name, p.at, p.path = made.ID, "/api/v1/articles/"+made.ID+"/comments", made.URL[len("http://"+s.addr):]+"/discussion"
			}
			t.places[i] = p
			c.places = append(c.places, p)
		}
	}
}

func (c *crowd) deed(act, as, method, path string, body map[string]any) *deed {
	d := &deed{act: act, as: as, method: method, path: path, kind: "application/json"}
	if method == "POST" {
		d.key = fmt.Sprintf("key-%d", c.keys.Add(1))
	}
	if body != nil {
		d.body, _ = json.Marshal(body)
	}
	return d
}

func (t *talker) step(s *node) error {
	if t.now == nil || t.now.at == len(t.now.deeds) {
		t.choose()
	}
	r := t.now
	t.touched[r] = true
	d := r.deeds[r.at]
	r.reacted = r.reacted || d.act == "react"
	if err := d.do(s); err != nil {
		return fmt.Errorf("%s of remark %d (%s), %+v: %w", d.act, r.n, r.id, r.stands, err)
	}
	r.at++
	if d.act == "say" {
		r.id, r.since = d.out.ID, time.Now()
	}
	r.stands = r.stands.after(d, d.out.State)
	return nil
}

// choose finds something to do: a new remark, or one of those before that changes.
func (t *talker) choose() {
	p := t.places[t.random.IntN(2)]
	if len(p.remarks) > 0 && t.random.IntN(10) < 6 {
		r := p.remarks[max(0, len(p.remarks)-1-t.random.IntN(12))]
		if d := t.onto(r); d != nil {
			r.deeds = append(r.deeds, d)
			t.now = r
			return
		}
	}
	r := &remark{n: int(t.crowd.next.Add(1)), in: p, by: t.somebody()}
	body := map[string]any{"body": r.words(0)}
	if len(p.remarks) > 0 && t.random.IntN(2) == 0 {
		if up := p.remarks[max(0, len(p.remarks)-1-t.random.IntN(12))]; up.stands.state == "public" {
			r.up = up
			body["reply_to"] = up.id
		}
	}
	d := t.crowd.deed("say", r.by, "POST", p.at, body)
	d.says = r.words(0)
	r.deeds = []*deed{d}
	p.remarks = append(p.remarks, r)
	t.now = r
}

func (t *talker) somebody() string { return t.crowd.people[t.random.IntN(len(t.crowd.people))] }

// onto finds a deed that changes a remark; nil for none.
func (t *talker) onto(r *remark) *deed {
	c, now, own, desk := t.crowd, r.stands, r.in.at+"/"+r.id, "/api/v1/moderation/"+r.id
	var can []*deed
	add := func(d *deed, says string) {
		d.says = says
		can = append(can, d)
	}
	public, other := now.state == "public", t.somebody()
	if now.state == "" || now.state == "removed" {
		return nil
	}
	if !public || !now.decided || now.reports > 0 {
		add(c.deed("approve", t.moderator, "POST", desk+"/approve", nil), "")
	}
	if now.state != "rejected" {
		breach := []string{"insult", "spam", "off-topic"}[t.random.IntN(3)]
		add(c.deed("reject", t.moderator, "POST", desk+"/reject", map[string]any{"breach": breach, "reason": "So it is."}), breach)
		if time.Since(r.since) < time.Minute {
			text := r.words(len(r.deeds))
			add(c.deed("edit", r.by, "PATCH", own, map[string]any{"body": text}), text)
		}
		if t.random.IntN(3) == 0 {
			add(c.deed("remove", r.by, "DELETE", own, nil), "")
		}
	}
	if now.decided {
		add(c.deed("undo", t.moderator, "POST", desk+"/undo", nil), "")
		add(c.deed("undo", t.moderator, "POST", desk+"/undo", nil), "")
	}
	if public && other != r.by {
		if !now.reported[other] {
			add(c.deed("report", other, "POST", desk+"/report", map[string]any{"reason": "abuse", "note": "Look at it."}), "")
		}
		if !r.in.room && now.reacting[other] {
			add(c.deed("unreact", other, "DELETE", own+"/reaction", nil), "")
		} else if !r.in.room {
			add(c.deed("react", other, "PUT", own+"/reaction", nil), "")
		}
	}
	return can[t.random.IntN(len(can))]
}

// recent gives the places in which something was touched since the last look.
func (c *crowd) recent() []*place {
	var out []*place
	for _, t := range c.talkers {
		for r := range t.touched {
			if !slices.Contains(out, r.in) {
				out = append(out, r.in)
			}
		}
	}
	return out
}
