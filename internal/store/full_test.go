package store

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"dateline/internal/fault"
)

// A full disk makes SQLite give up the whole transaction, in which others may have done their part.
func TestOnAFullDiskNobodyIsToldThatALostChangeWasKept(t *testing.T) {
	db, err := Open(context.Background(), Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx := context.Background()
	pragma := func(text string) (n int) {
		if err := db.change(ctx, func(t *tx) error { return t.Row(text).Scan(&n) }); err != nil { // by the one connection that writes
			t.Fatal(err)
		}
		return n
	}
	put := func(name string, size int) error {
		return db.change(ctx, func(t *tx) error {
			return t.Exec(`INSERT INTO setting (name, value) VALUES ($1, $2)`, name, strings.Repeat("x", size))
		})
	}
	kept := func() (n int) {
		if err := db.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM setting WHERE name LIKE 'row%'`).Scan(&n); err != nil {
			t.Fatal(err) // reading goes on
		}
		return n
	}
	pragma(fmt.Sprintf("PRAGMA max_page_count = %d", pragma("PRAGMA page_count")+40))
	var told, full atomic.Int64
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			size := 100
			if i%4 == 0 {
				size = 20_000
			}
			switch err := put(fmt.Sprintf("row%d", i), size); {
			case err == nil:
				told.Add(1)
			case fault.Is(err, fault.Full):
				full.Add(1)
			default:
				t.Errorf("told %v", err)
			}
		})
	}
	all.Wait()
	if full.Load() == 0 {
		t.Fatal("the disk was never full")
	}
	if n := kept(); int64(n) != told.Load() {
		t.Errorf("%d were told that their change was kept; %d are", told.Load(), n)
	}
	pragma("PRAGMA max_page_count = 100000")
	before := kept()
	if err := put("row-after", 20_000); err != nil || kept() != before+1 {
		t.Errorf("with room again nothing is kept: %v", err)
	}
}
