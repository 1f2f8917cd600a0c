package ledger_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"dateline/internal/fact"
	"dateline/internal/store"
	"dateline/internal/store/ledger"
	"dateline/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var errOnPurpose = errors.New("on purpose")

func TestChangesThatFailAmongOthersLeaveNoGapInWhatIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		var told sync.Map // seq of the house -> what was said of it
		o.OnCommit = func(c fact.Change) { told.Store(c.Seq, c) }
		db, err := store.Open(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		ctx := context.Background()
		before, err := db.Position(ctx, []fact.Topic{fact.House})
		if err != nil {
			t.Fatal(err)
		}
		var kept atomic.Int64
		var all sync.WaitGroup
		for n := range 240 {
			all.Go(func() {
				err := db.Change(ctx, func(tx *ledger.Tx) error {
					facts := []fact.Fact{{Topic: fact.Desk("en"), Kind: fact.Talked, ID: fmt.Sprint(n)}, {Topic: fact.Discussion(fmt.Sprint(n % 7)), Kind: fact.Published, ID: fmt.Sprint(n)}, {Topic: fact.Desk("en"), Kind: fact.Talked, ID: fmt.Sprint(n)}}
					if err := tx.Outcome(fact.Outcome{Facts: facts, Stale: []fact.Tag{fact.TagDiscussion(fmt.Sprint(n))}}); err != nil {
						return err
					}
					if n%3 == 0 {
						return errOnPurpose
					}
					return nil
				})
				switch {
				case n%3 == 0 && !errors.Is(err, errOnPurpose), n%3 != 0 && err != nil:
					t.Error(n, err)
				case err == nil:
					kept.Add(1)
				}
			})
		}
		all.Wait()
		facts, err := db.Facts(ctx, fact.Desk("en"), 0, 1000)
		if err != nil || int64(len(facts)) != 2*kept.Load() {
			t.Fatalf("%d facts of the desk for %d changes: %v", len(facts), kept.Load(), err)
		}
		for i, f := range facts {
			if f.Seq != int64(i+1) || f.ID != facts[i-i%2].ID {
				t.Errorf("fact %d has the number %d and is of %s", i+1, f.Seq, f.ID)
			}
		}
		changes, err := db.Changes(ctx, before[fact.House], 1000)
		if err != nil || int64(len(changes)) != kept.Load() {
			t.Fatalf("%d changes of the house for %d: %v", len(changes), kept.Load(), err)
		}
		for i, c := range changes {
			seq := before[fact.House] + int64(i+1)
			said, _ := told.Load(seq)
			if c.Seq != seq || len(c.Topics) != 2 || len(c.Stale) != 1 || said == nil || said.(fact.Change).Topics[fact.Desk("en")] != c.Topics[fact.Desk("en")] {
				t.Errorf("change %d is %+v, told was %+v", seq, c, said)
			}
		}
		for place := range 7 {
			topic := fact.Discussion(fmt.Sprint(place))
			facts, err := db.Facts(ctx, topic, 0, 1000)
			at, err2 := db.Position(ctx, []fact.Topic{topic})
			if err := errors.Join(err, err2); err != nil || int64(len(facts)) != at[topic] || facts[len(facts)-1].Seq != at[topic] {
				t.Errorf("%s: %d facts, it stands at %d: %v", topic, len(facts), at[topic], err)
			}
		}
	})
}

func TestWhatChangesReadTogetherIsNeverOlderThanWhatOneOfThemWrote(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		db, err := store.Open(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		ctx := context.Background()
		read := func(tx *ledger.Tx) (value string, err error) {
			err = tx.Row(`SELECT value FROM setting WHERE name = 'shared'`).Scan(&value)
			if errors.Is(err, sql.ErrNoRows) {
				err = nil
			}
			return value, err
		}
		write := func(tx *ledger.Tx, n int) error {
			return tx.Exec(`INSERT INTO setting (name, value) VALUES ('shared', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, fmt.Sprint(n))
		}
		var all sync.WaitGroup
		for n := range 300 {
			all.Go(func() {
				err := db.Change(ctx, func(tx *ledger.Tx) error {
					switch n % 10 {
					case 0:
						return write(tx, n)
					case 5: // one that reads what it wrote, and fails
						if err := write(tx, n); err != nil {
							return err
						}
						if _, err := ledger.Read(tx, "shared", func() (string, error) { return read(tx) }); err != nil {
							return err
						}
						return errOnPurpose
					}
					tx.Leaves()
					got, err := ledger.Read(tx, "shared", func() (string, error) { return read(tx) })
					if err != nil {
						return err
					}
					again, err := ledger.Read(tx, "shared", func() (string, error) { return "", errOnPurpose })
					if err != nil || again != got {
						t.Errorf("read %q, then %q: %v", got, again, err)
					}
					if now, err := read(tx); err != nil || now != got && db.Kind() == "SQLite" {
						t.Errorf("read %q, there is %q: %v", got, now, err)
					}
					return nil
				})
				if err != nil && !(n%10 == 5 && errors.Is(err, errOnPurpose)) {
					t.Error(n, err)
				}
			})
		}
		all.Wait()
	})
}
