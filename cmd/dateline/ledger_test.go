package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // renditions are decoded
	"image/png"
	"math/rand/v2"
	"mime/multipart"
	"strings"
	"sync/atomic"

	_ "golang.org/x/image/webp" // renditions are decoded
)

// deed is one act that changes something. What it sends is made once, so that it can be sent again to the byte.
type deed struct {
	act    string // create, save, publish, withdraw, upload; of readers and moderators: those of remark
	as     string // token of whose deed it is; the editor's when empty
	method string
	path   string
	key    string // idempotency key; none for what can be repeated as it is
	says   string // what it puts into a remark: its text, or what a rejection rests on
	kind   string
	body   []byte

	sent  bool
	acked bool
	out   outcome // of the first acknowledged answer
}

// outcome is what answers say of articles, pictures and comments.
type outcome struct {
	ID         string `json:"id"`
	URL        string `json:"url"`
	State      string `json:"state"`
	Revision   int    `json:"revision"`
	Version    int    `json:"version"`
	Renditions []struct {
		URL           string
		Width, Height int
		Bytes         int
	} `json:"renditions"`
}

// do sends the deed. An answer that says something else than the first one did is an error that no retry heals.
func (d *deed) do(s *node) error {
	d.sent = true
	b, err := s.send(d.as, d.method, d.path, d.key, d.kind, d.body)
	if err != nil {
		return err
	}
	var out outcome
	if err := json.Unmarshal(b, &out); err != nil && len(b) > 0 {
		return problem{200, err.Error() + ": " + string(b)}
	}
	if d.acked && d.key != "" && (out.ID != d.out.ID || out.Revision != d.out.Revision || out.Version != d.out.Version) {
		return problem{200, fmt.Sprintf("%s %s under one key was %s revision %d version %d and is now %s revision %d version %d", d.method, d.path, d.out.ID, d.out.Revision, d.out.Version, out.ID, out.Revision, out.Version)}
	}
	if !d.acked {
		d.acked, d.out = true, out
	}
	return nil
}

// story is an article in the ledger, with everything that was ever asked for it.
type story struct {
	n     int
	id    string
	path  string
	deeds []*deed
	at    int // the first deed that was not acknowledged
	fresh int // its publication of this number is among the latest of all
}

func (t *story) word() string { return fmt.Sprintf("w%06d", t.n) }

// mark stands in the text of a revision and nowhere else.
func (t *story) mark(revision int) string { return fmt.Sprintf("%sr%d.", t.word(), revision) }

// released counts the acknowledged publications, a withdrawal among them; open reports that one more may have happened, and
// gone that the last of so many is a withdrawal.
func (t *story) released() (n int, open bool) {
	for _, d := range t.deeds {
		if d.act == "publish" || d.act == "withdraw" {
			if d.acked {
				n++
			} else if d.sent {
				open = true
			}
		}
	}
	return n, open
}

// gone reports whether the publication of that number is a withdrawal.
func (t *story) gone(revision int) bool {
	n := 0
	for _, d := range t.deeds {
		if d.act == "publish" || d.act == "withdraw" {
			if n++; n == revision {
				return d.act == "withdraw"
			}
		}
	}
	return false
}

// author works on stories of his own, or uploads pictures, one deed after the other.
type author struct {
	ledger  *ledger
	random  *rand.Rand
	upload  bool
	stories []*story
	now     *story
	touched map[*story]bool // since the last look
	pics    []*deed
	pic     *deed // under way
}

// ledger is what the authors know. It is read while nobody works.
type ledger struct {
	authors []*author
	next    atomic.Int64
	keys    atomic.Int64
}

func newLedger(authors int, seed uint64) *ledger {
	l := &ledger{}
	for i := range authors {
		l.authors = append(l.authors, &author{ledger: l, random: rand.New(rand.NewPCG(seed, uint64(i))), upload: i == authors-1, touched: map[*story]bool{}})
	}
	return l
}

func (l *ledger) deed(act, method, path string, body map[string]any) *deed {
	d := &deed{act: act, method: method, path: path, kind: "application/json"}
	if act != "save" {
		d.key = fmt.Sprintf("key-%d", l.keys.Add(1))
	}
	d.body, _ = json.Marshal(body)
	return d
}

func (a *author) step(s *node) error {
	if a.upload {
		if a.pic == nil {
			a.pic = a.ledger.picture(a.random)
		}
		if err := a.pic.do(s); err != nil {
			return err
		}
		a.pics, a.pic = append(a.pics, a.pic), nil
		return nil
	}
	if a.now == nil || a.now.at == len(a.now.deeds) {
		a.choose()
	}
	t := a.now
	a.touched[t] = true
	d := t.deeds[t.at]
	if d.path == "" { // of a story whose id was not known yet
		d.path = "/api/v1/articles/" + t.id + "/publish"
	}
	if err := d.do(s); err != nil {
		return err
	}
	t.at++
	if d.act == "publish" {
		t.fresh = d.out.Revision
	}
	if d.act == "create" {
		t.id = d.out.ID
	}
	t.path = d.out.URL[strings.Index(d.out.URL, "/world/"):]
	return nil
}

// choose finds something to do: a new story, or one of his own that changes or goes.
func (a *author) choose() {
	l := a.ledger
	if len(a.stories) > 0 && a.random.IntN(10) < 4 {
		t := a.stories[a.random.IntN(len(a.stories))]
		if n, _ := t.released(); n < 9 && !t.gone(n) {
			a.now = t
			base := "/api/v1/articles/" + t.id
			if a.random.IntN(4) == 0 {
				t.deeds = append(t.deeds, l.deed("withdraw", "POST", base+"/withdraw", map[string]any{"note": "taken back"}))
				return
			}
			t.deeds = append(t.deeds, l.deed("save", "PATCH", base, map[string]any{"body_html": "<p>Changed: " + t.mark(n+1) + "</p>"}),
				l.deed("publish", "POST", base+"/publish", map[string]any{"change": "update"}))
			return
		}
	}
	t := &story{n: int(l.next.Add(1))}
	t.deeds = []*deed{l.deed("create", "POST", "/api/v1/articles", map[string]any{"edition": "en", "section": "world", "headline": "Story " + t.word(), "lead": "Of this and that.",
		"body_html": "<p>First: " + t.mark(1) + "</p>", "tags": []string{"tag" + t.word()[5:]}, "byline": []string{"A. Writer"}}),
		l.deed("publish", "POST", "", map[string]any{"change": "first"})}
	a.stories, a.now = append(a.stories, t), t
}

// picture makes an upload of a file that no other is like.
func (l *ledger) picture(random *rand.Rand) *deed {
	img := image.NewNRGBA(image.Rect(0, 0, 420, 280))
	for y := range 280 {
		for x := range 420 {
			img.Set(x, y, color.NRGBA{uint8(x * y), uint8(x + random.IntN(32)), uint8(y), 255})
		}
	}
	var file, body bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		panic(err)
	}
	w := multipart.NewWriter(&body)
	part, _ := w.CreateFormFile("file", "drawn.png") // a buffer takes everything
	part.Write(file.Bytes())
	w.WriteField("credit", "Drawn")
	w.WriteField("alt", "Noise")
	w.Close()
	return &deed{act: "upload", method: "POST", path: "/api/v1/pictures", key: fmt.Sprintf("key-%d", l.keys.Add(1)), kind: w.FormDataContentType(), body: body.Bytes()}
}
