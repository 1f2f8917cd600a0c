package transfer_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/intake"
	"dateline/internal/talk"
	"dateline/internal/transfer"
	"dateline/internal/wire"
)

var mayMove = account.Actor{ID: "editor", Grants: []account.Grant{{Role: account.Editor}}}

// mover is an intake desk with who does its work.
func (n *newsroom) mover(set ...func(*transfer.Options)) (*intake.Desk, *transfer.Intake) {
	n.t.Helper()
	d := intake.NewDesk(n.db, n.clock, n.ids, func() *edition.Directory { return n.addresses().Directory }, wire.Newer)
	return d, &transfer.Intake{Options: n.options(set...), Inbox: d, MoveFiles: n.files, Scratch: n.t.TempDir()}
}

// hand hands an export in and checks it.
func hand(t *testing.T, d *intake.Desk, w *transfer.Intake, text string) intake.Move {
	t.Helper()
	m := d.NewMove("international", "../export.xml", int64(len(text)))
	if err := w.MoveFiles.Put(t.Context(), m.Key(), strings.NewReader(text), int64(len(text)), ""); err != nil {
		t.Fatal(err)
	}
	m, err := d.BeginMove(t.Context(), mayMove, fact.Once{}, m)
	if err != nil {
		t.Fatal(err)
	}
	return work(t, d, w, m.ID)
}

func work(t *testing.T, d *intake.Desk, w *transfer.Intake, id string) intake.Move {
	t.Helper()
	if mine, err := w.Do(t.Context(), fact.Work{Kind: intake.WorkMove, Subject: id}); err != nil || !mine {
		t.Fatal(mine, err)
	}
	m, err := d.Move(t.Context(), mayMove, id)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func harbour(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("../wire/testdata/harbour.xml")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestAMoveIsCheckedStartedAndLeavesAListOfDebts(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		d, w := n.mover(func(o *transfer.Options) {
			o.Fetch = func(_ context.Context, address string, to io.Writer, _ int64) error {
				if strings.Contains(address, "pier") {
					return fmt.Errorf("%s answers 404", address)
				}
				_, err := io.WriteString(to, photo(1))
				return err
			}
		})
		below := `<item><title>Our history</title><wp:post_id>44</wp:post_id><wp:status>publish</wp:status><wp:post_type>nav_menu_item</wp:post_type><category domain="nav_menu" nicename="main-menu"></category>
			<wp:postmeta><wp:meta_key>_menu_item_menu_item_parent</wp:meta_key><wp:meta_value>42</wp:meta_value></wp:postmeta></item>`
		m := hand(t, d, w, strings.Replace(harbour(t), "</channel>", below+"</channel>", 1))
		if m.Stage != intake.Checked || m.Found.Posts+m.Found.Pages != 6 || m.Found.Comments != 2 || m.Found.Pictures == 0 || m.Name != "export.xml" || n.articles() != 0 {
			t.Fatalf("%+v, %d articles", m, n.articles())
		}
		other := d.NewMove("international", "x.xml", 1)
		if _, err := d.BeginMove(t.Context(), mayMove, fact.Once{}, other); !fault.Is(err, fault.Conflict) {
			t.Errorf("a second move into the same edition: %v", err)
		}
		if _, err := d.StartMove(t.Context(), mayMove, fact.Once{}, m.ID); err != nil {
			t.Fatal(err)
		}
		m = work(t, d, w, m.ID)
		if m.Stage != intake.Done || m.Brought.Posts+m.Brought.Pages != 6 || m.Brought.Pages == 0 || m.Brought.Comments != 2 || m.Brought.Redirects != 4 || m.Done != m.Total {
			t.Fatalf("%+v", m)
		}
		if _, err := w.MoveFiles.Open(t.Context(), m.Key()); !fault.Is(err, fault.NotFound) {
			t.Errorf("the file stays: %v", err)
		}
		if notes := strings.Join(m.Notes, "\n"); strings.Count(notes, "in the trash") != 1 || strings.Count(notes, "1 lines of menus that stand below another line were left out") != 1 {
			t.Errorf("the report says\n%s", notes)
		}
		owed, err := d.DebtCounts(t.Context(), m.ID)
		if err != nil || owed["media"] == 0 || owed["credit"]+owed["alt"] == 0 || owed["shortcode"] == 0 {
			t.Fatalf("%v %v", owed, err)
		}
		for kind := range owed {
			all, err := d.Debts(t.Context(), mayMove, m.ID, kind, 0, 100)
			if err != nil || len(all) != owed[kind] {
				t.Errorf("%s: %d of %d: %v", kind, len(all), owed[kind], err)
			}
			for _, o := range all {
				if a, err := n.desk.Article(t.Context(), account.House(), o.Article); err != nil || a.ID == "" {
					t.Errorf("%+v leads to no story: %v", o, err)
				}
			}
		}
		m = hand(t, d, w, harbour(t))
		if _, err := d.StartMove(t.Context(), mayMove, fact.Once{}, m.ID); err != nil {
			t.Fatal(err)
		}
		if m = work(t, d, w, m.ID); m.Stage != intake.Done || m.Brought.Posts+m.Brought.Pages+m.Brought.Comments != 0 || m.Brought.Unchanged != 6 || n.articles() != 6 {
			t.Errorf("twice is not once: %+v", m)
		}
	})
}

func TestADamagedMoveFailsInOneLineAndLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		d, w := n.mover()
		whole := harbour(t)
		for name, text := range map[string]string{
			"cut": whole[:len(whole)/2], "other": "<html><body>Sign in</body></html>", "nothing": "\x00\x01", "no stories": `<?xml version="1.0"?><rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>T</title><wp:wxr_version>1.2</wp:wxr_version></channel></rss>`,
			"deep": `<?xml version="1.0"?><rss xmlns:wp="http://wordpress.org/export/1.2/"><channel>` + strings.Repeat("<a>", 500),
			"bomb": `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]><rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>&b;</title></channel></rss>`,
		} {
			m := hand(t, d, w, text)
			if m.Stage != intake.Failed || m.Why == "" || !strings.HasPrefix(m.Fault, "fault.") || strings.Contains(m.Why, "\n") || m.EndedAt.IsZero() || n.articles() != 0 {
				t.Errorf("%s: %+v", name, m)
			}
			if _, err := w.MoveFiles.Open(t.Context(), m.Key()); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: the file stays: %v", name, err)
			}
		}
		if left, err := filepath.Glob(filepath.Join(w.Scratch, "*")); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v %v", left, err)
		}
	})
}

func TestAMoveThatWasInterruptedGoesOnAndItsReportIsOfTheWhole(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		ctx, stop := context.WithCancel(t.Context())
		var once sync.Once
		d, w := n.mover(func(o *transfer.Options) {
			o.Fetch = func(context.Context, string, io.Writer, int64) error { return fmt.Errorf("nobody answers") }
		})
		many := export(40)
		m := hand(t, d, w, many)
		if _, err := d.StartMove(t.Context(), mayMove, fact.Once{}, m.ID); err != nil {
			t.Fatal(err)
		}
		w.Options.Comments = cutting{n.talk, func() { once.Do(stop) }}
		if _, err := w.Do(ctx, fact.Work{Kind: intake.WorkMove, Subject: m.ID}); err == nil {
			t.Fatal("it was not interrupted")
		}
		before := n.articles()
		if got, err := d.Move(t.Context(), mayMove, m.ID); err != nil || got.Stage != intake.Moving || before == 0 || before == 40 {
			t.Fatalf("%+v with %d articles: %v", got, before, err)
		}
		w.Options.Comments = n.talk
		m = work(t, d, w, m.ID)
		if m.Stage != intake.Done || m.Brought.Posts+m.Brought.Unchanged != 40 || n.articles() != 40 {
			t.Errorf("%+v, %d articles", m, n.articles())
		}
	})
}

// cutting keeps comments and tells when the first were.
type cutting struct {
	transfer.Comments
	kept func()
}

func (c cutting) Arrive(ctx context.Context, place string, all []talk.Past) (int, error) {
	n, err := c.Comments.Arrive(ctx, place, all)
	c.kept()
	return n, err
}

func (c cutting) Arriving(ctx context.Context, place string, all []talk.Past) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for n, err := range c.Comments.Arriving(ctx, place, all) {
			if c.kept(); !yield(n, err) {
				return
			}
		}
	}
}

// export writes one of so many stories, each with a comment, a spam comment, and an answer to that.
func export(stories int) string {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Many</title><link>https://old.example</link><wp:wxr_version>1.2</wp:wxr_version>`)
	for n := range stories {
		fmt.Fprintf(&b, `<item><title>Story %d</title><link>https://old.example/%d/</link><guid>https://old.example/?p=%d</guid><content:encoded><![CDATA[<p>Text %d.</p>]]></content:encoded><wp:post_id>%d</wp:post_id><wp:post_date_gmt>2026-01-02 03:04:05</wp:post_date_gmt><wp:status>publish</wp:status><wp:post_type>post</wp:post_type>`, n, n, n, n, n+1)
		fmt.Fprintf(&b, `<wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_author>Ines</wp:comment_author><wp:comment_author_email>ines@old.example</wp:comment_author_email><wp:comment_date_gmt>2026-01-03 03:04:05</wp:comment_date_gmt><wp:comment_approved>1</wp:comment_approved><wp:comment_parent>0</wp:comment_parent><wp:comment_content>Good <b>story</b>.</wp:comment_content></wp:comment>`)
		fmt.Fprintf(&b, `<wp:comment><wp:comment_id>2</wp:comment_id><wp:comment_author>Bot</wp:comment_author><wp:comment_approved>spam</wp:comment_approved><wp:comment_parent>1</wp:comment_parent><wp:comment_content>Buy watches.</wp:comment_content></wp:comment>`)
		fmt.Fprintf(&b, `<wp:comment><wp:comment_id>3</wp:comment_id><wp:comment_author>Otto</wp:comment_author><wp:comment_approved>0</wp:comment_approved><wp:comment_parent>2</wp:comment_parent><wp:comment_content>No thanks.</wp:comment_content></wp:comment></item>`)
	}
	b.WriteString(`</channel></rss>`)
	return b.String()
}

func TestCommentsAreKeptWithTheirTreeAndSpamIsNot(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		n.move(write(t, "export.xml", export(1)))
		if err := n.db.Dump(t.Context(), func(table string, line []byte) error {
			if bytes.Contains(line, []byte("Buy watches")) || bytes.Contains(line, []byte("ines@old.example")) {
				t.Errorf("%s holds %s", table, line)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		a, _, err := n.desk.BySource(t.Context(), "https://old.example/?p=0")
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // again changes nothing
			first, rest, err := n.db.Talk.Threads(t.Context(), a.ID, talk.Newest, "", 10, 10)
			if err != nil || len(first) != 1 || len(rest) != 0 || first[0].Name != "Ines" || first[0].Text != "Good story." || !first[0].At.Equal(time.Date(2026, 1, 3, 3, 4, 5, 0, time.UTC)) {
				t.Errorf("readers see %+v %+v %v", first, rest, err)
			}
			waits, err := n.talk.Queue(t.Context(), account.House(), "", talk.Query{Queue: talk.Pending, Limit: 10})
			if err != nil || len(waits) != 1 || waits[0].Name != "Otto" || waits[0].Parent != first[0].ID {
				t.Errorf("moderators see %+v %v", waits, err)
			}
			n.move(write(t, "export.xml", export(1)))
		}
	})
}

func TestTwoMovesAtOnceBringEachStoryOnce(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		folder := write(t, "export.xml", export(30))
		var wg sync.WaitGroup
		results := make([]transfer.Result, 3)
		for i := range results {
			wg.Go(func() {
				var err error
				if results[i], err = transfer.ImportWordPress(t.Context(), n.options(), folder); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		made := 0
		for _, r := range results {
			made += r.Articles
			if len(r.Failed) > 0 {
				t.Errorf("failed: %v", r.Failed)
			}
		}
		if n.articles() != 30 || made != 30 {
			t.Errorf("%d stories, %d were counted as new", n.articles(), made)
		}
	})
}
