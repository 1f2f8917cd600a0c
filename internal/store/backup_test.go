package store_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/history"
	"dateline/internal/news"
	"dateline/internal/readership"
	"dateline/internal/store"
	"dateline/internal/store/dump"
	"dateline/internal/store/storetest"
)

// dumpedRow is a line of a backup.
type dumpedRow struct {
	table string
	line  []byte
}

// dumped gives what a backup of a database holds.
func dumped(t *testing.T, db *store.DB) (rows []dumpedRow) {
	t.Helper()
	if err := db.Dump(t.Context(), func(table string, line []byte) error {
		rows = append(rows, dumpedRow{table, bytes.Clone(line)})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return rows
}

// restored puts the rows of a backup in place of what a database holds, and gives the log that was there.
func restored(t *testing.T, db *store.DB, rows []dumpedRow) history.Head {
	t.Helper()
	head, err := db.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Restore(t.Context(), head, false, func(put func(string, []any) error) error {
		for _, r := range rows {
			values, err := dump.Parse(r.table, r.line)
			if err == nil {
				err = put(r.table, values)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return head
}

func TestARestoreGivesAlertsReadershipAndTheDesksListsBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := t.Context()
		desk, editor := fronts(r)
		alert, err := desk.Alert(ctx, editor, fact.Once{}, edition.AlertDraft{Edition: "en", Text: "Bridge closed", Banner: true, Newsfeed: true})
		if err != nil {
			t.Fatal(err)
		}
		a := r.publish(r.draft("Bridge closed"), news.Publication{})
		to, original := "somebody", a.ID
		b, err := r.desk.Save(ctx, news.Act{Who: r.editor}, r.draft("Puente cerrado").ID, news.Patch{TranslationOf: &original})
		if err != nil {
			t.Fatal(err)
		}
		if b, err = r.db.AmendArticle(ctx, fact.Once{}, b.ID, 0, func(_ news.Lookup, a *news.Article) (news.Outcome, error) {
			a.Version, a.Assignee = a.Version+1, to
			return news.Outcome{}, nil
		}); err != nil {
			t.Fatal(err)
		}
		hour := r.clock.Now().Truncate(time.Hour)
		if err := r.db.AddViews(ctx, hour, []readership.Views{{Article: a.ID, N: 7}}, r.clock.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if err := r.db.AmendMostRead(ctx, "en", func([]string) ([]string, fact.Outcome, error) { return []string{a.ID}, fact.Outcome{}, nil }); err != nil {
			t.Fatal(err)
		}

		restored(t, r.db, dumped(t, r.db))

		if all, err := r.db.Banners(ctx, "en"); err != nil || len(all) != 1 || all[0].ID != alert.ID {
			t.Errorf("banners: %+v %v", all, err)
		}
		if all, err := r.db.AlertLines(ctx, "en", news.Cursor{}, 10); err != nil || len(all) != 1 {
			t.Errorf("lines: %+v %v", all, err)
		}
		if n, err := r.db.TotalViews(ctx, "en", hour, hour.Add(time.Hour)); err != nil || n != 7 {
			t.Errorf("%d views: %v", n, err)
		}
		if all, err := r.db.MostRead(ctx, "en"); err != nil || !slices.Equal(all, []string{a.ID}) {
			t.Errorf("most read: %v %v", all, err)
		}
		if all, err := r.db.Articles(ctx, news.DeskQuery{Mine: to, Limit: 10}); err != nil || len(all) != 1 || all[0].ID != b.ID {
			t.Errorf("whose they are to do: %d %v", len(all), err)
		}
		if all, err := r.db.Family(ctx, a.ID); err != nil || len(all) != 2 {
			t.Errorf("a story and its translations: %d %v", len(all), err)
		}
	})
}

func TestEveryTableIsInABackupOrMadeAgain(t *testing.T) {
	again := []string{"article_lock", "article_picture", "challenge", "desk_found", "found", "knock", "letter", "once", "outbox", "picture_found", "picture_shelf", "session", "setting", "staff", "unsent"}
	storetest.Each(t, func(t *testing.T, o store.Options) {
		all, err := storetest.Open(t, o).Describe(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(all) {
			table, _, column := strings.Cut(line, ".")
			own := slices.ContainsFunc(again, func(a string) bool { return table == a || strings.HasPrefix(table, a+"_") })
			if column && !strings.Contains(table, " ") && table != "migration" && !strings.HasPrefix(table, "sqlite_") && !own && !slices.Contains(dump.Tables(), table) {
				t.Errorf("%s is in no backup", table)
			}
		}
	})
}
