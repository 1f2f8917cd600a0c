package store_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"testing"

	"dateline/internal/account"
	"dateline/internal/body"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"

	"pgregory.net/rapid"
)

// window is a tab of somebody's as the staff application runs it: it types, saves on the version it has, and keeps a branch when
// that is not taken. What it has typed and nobody kept yet lies in the browser, which survives the window.
type window struct {
	who     account.Actor
	tab     string // a new one whenever it reads the story
	open    bool
	text    []string // paragraphs
	version int64    // of the story that text came from
	lock    string
	aside   bool // the story went on without it: what it types goes into a branch
}

// bench is a story with some windows around it, and every word that was ever typed and sent.
type bench struct {
	*room
	id      string
	windows []*window
	words   int
	loads   int
	sent    []string
}

func (b *bench) document(w *window) *body.Document {
	doc := body.FromText(strings.Join(w.text, "\n\n"))
	return &doc
}

// enter opens the story in a window, or reads it again.
func (b *bench) enter(w *window) {
	a, err := b.desk.Article(context.Background(), w.who, b.id)
	if err != nil {
		b.t.Fatal(err)
	}
	b.loads++
	w.tab = fmt.Sprintf("tab%d", b.loads)
	w.open, w.aside, w.text, w.version = true, false, strings.Split(a.Body.Text(), "\n\n"), a.Version
	l, err := b.desk.TakeLock(context.Background(), news.Act{Who: w.who}, b.id, w.tab, "")
	if err == nil {
		w.lock = l.ID
	}
}

// typed puts a new word at a place of the window's text; a word is a paragraph of its own or the end of one.
func (b *bench) typed(w *window, at int, alone bool) {
	b.words++
	word := fmt.Sprintf("word%05d", b.words)
	at %= len(w.text)
	if alone {
		w.text = append(w.text[:at:at], append([]string{word}, w.text[at:]...)...)
	} else {
		w.text[at] += " " + word
	}
}

// remember notes the words of a window as ones that were sent and acknowledged.
func (b *bench) remember(w *window) {
	for _, word := range strings.Fields(strings.Join(w.text, " ")) {
		if strings.HasPrefix(word, "word") {
			b.sent = append(b.sent, word)
		}
	}
}

// save sends what the window has: into the story while it is on the version it began on, else into a branch.
func (b *bench) save(w *window, any bool) {
	ctx := context.Background()
	if !w.aside {
		act := news.Act{Who: w.who, Version: w.version}
		if any {
			act.Version = 0 // an integration that says If-Match: *
		}
		a, err := b.desk.Save(ctx, act, b.id, news.Patch{Body: b.document(w)})
		if err == nil {
			w.version = a.Version
			b.remember(w)
			return
		}
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Stale {
			b.t.Fatal(err)
		}
		w.aside = true
	}
	if _, err := b.desk.Keep(ctx, w.who, b.id, w.tab, w.version, news.Patch{Body: b.document(w)}); err != nil {
		b.t.Fatal(err)
	}
	b.remember(w)
}

// merge takes the window's words into the story as it is now and closes its branch.
func (b *bench) merge(w *window) {
	ctx := context.Background()
	b.save(w, false)
	if !w.aside {
		return
	}
	list, err := b.desk.Branches(ctx, w.who, b.id, "", 100)
	if err != nil {
		b.t.Fatal(err)
	}
	tab := w.tab
	for _, one := range list {
		if one.By != w.who.ID || one.Tab != tab || !one.ClosedAt.IsZero() {
			continue
		}
		whole, err := b.desk.Branch(ctx, w.who, b.id, one.ID)
		if err != nil {
			b.t.Fatal(err)
		}
		b.enter(w)
		w.text = append(w.text, strings.Split(whole.Copy.Body.Text(), "\n\n")...)
		b.save(w, false)
		if _, err := b.desk.CloseBranch(ctx, news.Act{Who: w.who}, b.id, one.ID); err != nil {
			b.t.Fatal(err)
		}
	}
}

// found is every text that the desk can still read of the story: as it is, its versions, its branches.
func (b *bench) found() string {
	ctx := context.Background()
	var all strings.Builder
	add := func(a news.Article, err error) {
		if err != nil {
			b.t.Fatal(err)
		}
		all.WriteString(a.Body.Text() + "\n")
	}
	add(b.desk.Article(ctx, b.editor, b.id))
	for before := int64(0); ; {
		page, err := b.desk.Versions(ctx, b.editor, b.id, before, 100)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, v := range page {
			add(b.desk.Version(ctx, b.editor, b.id, v.Number))
			before = v.Number
		}
		if len(page) < 100 {
			break
		}
	}
	for after := ""; ; {
		page, err := b.desk.Branches(ctx, b.editor, b.id, after, 100)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, one := range page {
			whole, err := b.desk.Branch(ctx, b.editor, b.id, one.ID)
			if err != nil {
				b.t.Fatal(err)
			}
			add(*whole.Copy, nil)
			after = one.ID
		}
		if len(page) < 100 {
			return all.String()
		}
	}
}

// TestEveryWordThatWasSentIsInTheStoryAVersionOrABranch lets windows of three people type, save, take over, crash, come back and
// merge in any order.
func TestEveryWordThatWasSentIsInTheStoryAVersionOrABranch(t *testing.T) {
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue { // each is some hundred transactions
		if err := flag.Set("rapid.checks", "12"); err != nil {
			t.Fatal(err)
		}
		defer flag.Set("rapid.checks", f.DefValue)
	}
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		rapid.Check(t, func(rt *rapid.T) {
			b := &bench{room: r, id: r.draft("Written by many").ID}
			for _, name := range []string{"ana", "ana", "ben", "cleo"} {
				b.windows = append(b.windows, &window{who: person(name)})
			}
			pick := func(rt *rapid.T) *window {
				w := b.windows[rapid.IntRange(0, len(b.windows)-1).Draw(rt, "window")]
				if !w.open {
					b.enter(w)
				}
				return w
			}
			rt.Repeat(map[string]func(*rapid.T){
				"type": func(rt *rapid.T) {
					b.typed(pick(rt), rapid.IntRange(0, 1000).Draw(rt, "at"), rapid.Bool().Draw(rt, "alone"))
				},
				"save":    func(rt *rapid.T) { b.save(pick(rt), false) },
				"save *":  func(rt *rapid.T) { b.save(pick(rt), true) },
				"reread":  func(rt *rapid.T) { w := pick(rt); b.save(w, false); b.enter(w) },
				"merge":   func(rt *rapid.T) { b.merge(pick(rt)) },
				"crash":   func(rt *rapid.T) { pick(rt).open = false },
				"wait":    func(rt *rapid.T) { r.clock.Forward(news.Lease / 2) },
				"publish": func(rt *rapid.T) { r.publish(b.stored(), news.Publication{}) },
				"take over": func(rt *rapid.T) {
					w := pick(rt)
					l, held, err := b.desk.Lock(context.Background(), w.who, b.id)
					if err != nil {
						rt.Fatal(err)
					}
					over := ""
					if held {
						over = l.ID
					}
					w.lock = r.take(w.who, b.id, w.tab, over).ID
					for _, other := range b.windows { // who had it is told, and what is typed there goes aside
						if other != w && other.lock == over && other.open && held {
							other.aside = true
							b.save(other, false)
						}
					}
				},
			})
			all := b.found()
			for _, word := range b.sent {
				if !strings.Contains(all, word) {
					rt.Fatalf("%s was sent and is nowhere", word)
				}
			}
		})
	})
}

func (b *bench) stored() news.Article {
	a, err := b.db.Article(context.Background(), b.id)
	if err != nil {
		b.t.Fatal(err)
	}
	return a
}
