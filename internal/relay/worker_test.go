package relay_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"dateline/internal/account"
	"dateline/internal/body"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/intake"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/relay"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

// doer does work as a function.
type doer func(ctx context.Context, w fact.Work) (bool, error)

func (d doer) Do(ctx context.Context, w fact.Work) (bool, error) { return d(ctx, w) }

// due is a database with one story whose time has come.
func due(t *testing.T) *store.DB {
	t.Helper()
	ctx := context.Background()
	db := storetest.Open(t, store.Options{Dir: t.TempDir()})
	ids, who := moment.NewIDs(moment.System{}), account.House()
	desk := edition.NewDesk(db, moment.System{}, ids, []string{"en"})
	slug, section := "en", "world"
	if _, err := desk.CreateEdition(ctx, who, fact.Once{}, edition.EditionPatch{Slug: &slug, Name: &slug, Language: &slug}); err != nil {
		t.Fatal(err)
	}
	if _, err := desk.CreateSection(ctx, who, fact.Once{}, edition.SectionPatch{Edition: &slug, Slug: &section, Name: &section}); err != nil {
		t.Fatal(err)
	}
	dir, err := db.Publication(ctx)
	if err != nil {
		t.Fatal(err)
	}
	stories := news.NewDesk(db, moment.System{}, ids, func() *edition.Directory { return dir })
	doc := body.FromText("Text.")
	for ahead := 50 * time.Millisecond; ; ahead *= 4 { // a slow machine may let its time pass before it is kept
		a, err := stories.Create(ctx, news.Act{Who: who}, news.Patch{Edition: &slug, Section: &section, Headline: &section, Body: &doc})
		if err != nil {
			t.Fatal(err)
		}
		if a, err = stories.Publish(ctx, news.Act{Who: who}, a.ID, news.Publication{At: time.Now().Add(ahead)}); err != nil {
			t.Fatal(err)
		}
		if a.State == news.Scheduled {
			return db
		}
	}
}

// run lets workers work until the test ends.
func run(t *testing.T, db *store.DB, long bool, d ...relay.Doer) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	w := &relay.Worker{Work: db, Doers: d, Clock: moment.System{}, Log: slog.New(slog.DiscardHandler), Long: map[string]bool{intake.WorkRead: long}}
	go func() {
		defer close(done)
		w.Run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-done })
}

// next gives the time at which something may be taken again, read until f says that it is what is waited for.
func next(t *testing.T, db *store.DB, f func(time.Time) bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		at, err := db.NextWork(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if f(at) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the next work is due at %s", at)
		}
	}
}

func TestLongWorkIsHeldAndDoneByOneWorker(t *testing.T) {
	db := due(t)
	var taken atomic.Int32
	begun, finish := make(chan time.Time, 10), make(chan struct{})
	long := doer(func(context.Context, fact.Work) (bool, error) {
		taken.Add(1)
		begun <- time.Now()
		<-finish
		return true, nil
	})
	run(t, db, false, long)
	run(t, db, false, long)
	var start time.Time
	select {
	case start = <-begun:
	case <-time.After(20 * time.Second):
		t.Fatal("nobody took it")
	}
	defer close(finish)
	next(t, db, func(at time.Time) bool { return at.After(start.Add(3 * time.Second)) }) // held on several times
	if n := taken.Load(); n != 1 {
		t.Fatalf("%d workers took it", n)
	}
}

func TestLongWorkIsHeldFromItsBeginning(t *testing.T) {
	db := due(t)
	ctx := context.Background()
	source := intake.Source{ID: "source", Edition: "en", Version: 1}
	if _, err := db.CreateSource(ctx, fact.Once{}, source, fact.Outcome{Work: []fact.Work{{Kind: intake.WorkRead, Subject: "source", Due: time.Now().Add(-time.Hour)}}}); err != nil {
		t.Fatal(err)
	}
	var taken atomic.Int32
	begun, finish := make(chan time.Time, 10), make(chan struct{})
	defer close(finish)
	long := doer(func(_ context.Context, w fact.Work) (bool, error) {
		if w.Kind == intake.WorkRead {
			taken.Add(1)
			begun <- time.Now()
			<-finish
		}
		return true, nil
	})
	for range 2 {
		run(t, db, true, long)
	}
	var start time.Time
	select {
	case start = <-begun:
	case <-time.After(20 * time.Second):
		t.Fatal("nobody took it")
	}
	next(t, db, func(at time.Time) bool { return at.After(start.Add(10 * time.Second)) }) // held on twice at least
	if n := taken.Load(); n != 1 {
		t.Fatalf("it was begun %d times", n)
	}
}

func TestWorkThatFailsIsPutOff(t *testing.T) {
	db := due(t)
	var tries atomic.Int32
	run(t, db, false, doer(func(context.Context, fact.Work) (bool, error) {
		tries.Add(1)
		return true, errors.New("not today")
	}))
	next(t, db, func(at time.Time) bool { return at.After(time.Now().Add(20 * time.Second)) })
	if n := tries.Load(); n != 1 {
		t.Fatalf("tried %d times", n)
	}
}

func TestLongWorkKeepsNothingElseWaitingAndIsLetGoOfAtAStop(t *testing.T) {
	db := due(t)
	ctx := context.Background()
	source := intake.Source{ID: "source", Edition: "en", Version: 1}
	if _, err := db.CreateSource(ctx, fact.Once{}, source, fact.Outcome{Work: []fact.Work{{Kind: intake.WorkRead, Subject: "source", Due: time.Now().Add(-time.Hour)}}}); err != nil {
		t.Fatal(err)
	}
	begun, published := make(chan struct{}, 1), make(chan struct{}, 1)
	d := doer(func(ctx context.Context, w fact.Work) (bool, error) {
		if w.Kind != intake.WorkRead {
			published <- struct{}{}
			return true, nil
		}
		begun <- struct{}{}
		<-ctx.Done() // it ends only with the program
		return true, ctx.Err()
	})
	run, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	w := &relay.Worker{Work: db, Doers: []relay.Doer{d}, Clock: moment.System{}, Log: slog.New(slog.DiscardHandler), Long: map[string]bool{intake.WorkRead: true}}
	go func() { defer close(done); w.Run(run) }()
	for what, c := range map[string]chan struct{}{"the long work begins": begun, "the other is done meanwhile": published} {
		select {
		case <-c:
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: not within 20 s", what)
		}
	}
	stop()
	<-done
	if at, err := db.NextWork(ctx); err != nil || at.After(time.Now()) {
		t.Fatalf("what was stopped waits until %s: %v", at, err)
	}
}

// full is work that lies on a disk without room until it has some.
type full struct {
	relay.Work
	room  atomic.Bool
	asked atomic.Int32
}

func (f *full) TakeWork(context.Context, time.Duration) (fact.Work, error) {
	f.asked.Add(1)
	if f.room.Load() {
		return fact.Work{}, fault.New(fault.NotFound, "fault.not_found", "nothing is due")
	}
	return fact.Work{}, errors.New("the disk is full")
}

func (f *full) NextWork(context.Context) (time.Time, error) {
	return time.Now().Add(-time.Minute), nil
}

func TestAFullDiskIsToldOnceAndAskedOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		work, said := &full{}, 0
		log := slog.New(slog.NewTextHandler(counting{&said}, nil))
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			(&relay.Worker{Work: work, Clock: moment.System{}, Log: log}).Run(ctx)
		}()
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := work.asked.Load(); n < 50 || n > 70 || said != 1 {
			t.Errorf("asked %d times in a minute, told %d times", n, said)
		}
		work.room.Store(true)
		time.Sleep(2 * time.Second)
		work.room.Store(false)
		time.Sleep(time.Minute)
		cancel()
		<-done
		if said != 2 {
			t.Errorf("told %d times of two full disks", said)
		}
	})
}

type counting struct{ n *int }

func (c counting) Write(p []byte) (int, error) { *c.n++; return len(p), nil }
