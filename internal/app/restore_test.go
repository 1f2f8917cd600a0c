package app

import (
	"path/filepath"
	"strings"
	"testing"

	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

func quietly(string) {}

// headline publishes a story of one line.
func (p *paper) headline(words string) string {
	p.t.Helper()
	id := p.must(201, "editor", "POST", "/api/v1/articles", `{"edition":"en","section":"world","headline":"`+words+`"}`).text("id")
	p.must(200, "editor", "POST", "/api/v1/articles/"+id+"/publish", `{}`, "If-Match", "*")
	return id
}

func TestARestoreNeverForksThePublicLog(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		p := newPaper(t, func(c *Config) { c.Database = o.Database })
		h := p.site.House
		p.headline("One")
		p.headline("Two")
		kept := filepath.Join(t.TempDir(), "kept.tar.gz")
		if err := h.Backup(t.Context(), kept, quietly); err != nil {
			t.Fatal(err)
		}
		p.headline("Three")
		before, err := h.Store.Head(t.Context())
		if err != nil || before.Size != 3 {
			t.Fatalf("a log of %d: %v", before.Size, err)
		}
		var said []string
		if err := h.Restore(t.Context(), kept, func(line string) { said = append(said, line) }); err != nil {
			t.Fatal(err)
		}
		after, err := h.Store.Head(t.Context())
		if err != nil || after.Size != 3 || string(after.Peaks) != string(before.Peaks) || !strings.Contains(strings.Join(said, "\n"), "1 entries") {
			t.Errorf("the log of 3 entries became one of %d (%v); said %v", after.Size, err, said)
		}
		p.headline("Four")
		if err := h.Store.CheckLog(t.Context()); err != nil {
			t.Error(err)
		}
		if head, err := h.Store.Head(t.Context()); err != nil || head.Size != 4 {
			t.Errorf("after the restore the log goes on to %d: %v", head.Size, err)
		}

		// Another site has another history.
		other := newPaper(t)
		other.headline("Somewhere else")
		err = other.site.House.Restore(t.Context(), kept, quietly)
		if err == nil || !strings.Contains(err.Error(), "another history") || !strings.Contains(err.Error(), "nothing was replaced") {
			t.Errorf("a backup of another history: %v", err)
		}
		if head, err := other.site.House.Store.Head(t.Context()); err != nil || head.Size != 1 {
			t.Errorf("its log has %d entries: %v", head.Size, err)
		}
		// An empty one takes it.
		empty := newEmpty(t)
		if err := empty.site.House.Restore(t.Context(), kept, quietly); err != nil {
			t.Fatal(err)
		}
		if head, err := empty.site.House.Store.Head(t.Context()); err != nil || head.Size != 2 {
			t.Errorf("the log has %d entries: %v", head.Size, err)
		}
	})
}

func TestALeafThatIsNoneIsRefused(t *testing.T) {
	for _, row := range [][]any{{int64(0), nil}, {int64(0), int64(7)}, {nil, []byte("x")}, {int64(1), []byte("x")}, {"0", []byte("x")}} {
		l := logs{}
		if err := l.check("history_leaf", row); err == nil {
			t.Errorf("%v was taken", row)
		}
	}
}

func TestDoctorLooksAtEachComponentByItself(t *testing.T) {
	found := map[string]error{}
	for _, f := range Examine(t.Context(), Config{Data: t.TempDir(), Listen: "127.0.0.1:0", Database: "postgres://nobody@127.0.0.1:1/nothing?connect_timeout=2"}) {
		found[f.Part] = f.Err
	}
	for _, part := range []string{"media", "bus", "disk", "clock"} {
		if err, looked := found[part]; !looked || err != nil {
			t.Errorf("%s, while the database is down: looked at %v, %v", part, looked, err)
		}
	}
	if found["database"] == nil {
		t.Error("the database is down, and doctor does not say so")
	}
}

func TestNoSecretOfAnAddressIsShown(t *testing.T) {
	for address, want := range map[string]string{
		"postgres://dateline:geheim@db.example.org/dateline?sslmode=require":    "postgres://dateline:xxxxx@db.example.org/dateline?sslmode=require",
		"postgres://db.example.org/dateline?user=dateline&password=geheim":      "postgres://db.example.org/dateline?user=dateline&password=xxxxx",
		"postgres://dateline:ge/heim,x@db.example.org/dateline":                 "postgres://dateline:xxxxx@db.example.org/dateline",
		"host=db user=dateline password=geheim dbname=dateline":                 "host=db user=dateline password=xxxxx dbname=dateline",
		`host=db password = 'ge heim\' x' dbname=dateline`:                      `host=db password = xxxxx dbname=dateline`,
		"nats://geheim@bus.example.org:4222":                                    "nats://xxxxx@bus.example.org:4222",
		"nats://geheim@a.example.org:4222,nats://user:geheim@b.example.org":     "nats://xxxxx@a.example.org:4222,nats://user:xxxxx@b.example.org",
		"s3://AKIA:geheim@bucket?endpoint=s3.example.org&region=eu":             "s3://AKIA:xxxxx@bucket?endpoint=s3.example.org&region=eu",
		"s3://bucket?endpoint=s3.example.org&secret_key=geheim":                 "s3://bucket?endpoint=s3.example.org&secret_key=xxxxx",
		"smtps://news%40example.org:geheim@mail.example.org":                    "smtps://news%40example.org:xxxxx@mail.example.org",
		"/var/lib/dateline/media":                                               "/var/lib/dateline/media",
		"10.0.0.0/8, 192.0.2.1":                                                 "10.0.0.0/8, 192.0.2.1",
		"postgres://dateline@a.example.org:5432,b.example.org:5432/dateline":    "postgres://dateline@a.example.org:5432,b.example.org:5432/dateline",
		"postgres://dateline:geheim@a.example.org:5432,b.example.org/dateline":  "postgres://dateline:xxxxx@a.example.org:5432,b.example.org/dateline",
		"postgres://db/dateline?sslmode=verify-full&sslpassword=geheim&x=y#now": "postgres://db/dateline?sslmode=verify-full&sslpassword=xxxxx&x=y#now",
	} {
		if got := redacted(address); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", address, got, want)
		}
	}
}
