package app

import (
	"path/filepath"
	"strings"
	"testing"

	"dateline/internal/account"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

func TestAConfigurationThatNobodyCanWorkWithIsSaid(t *testing.T) {
	for flag, bad := range map[string][]Config{
		"--url":                 {{URL: "ftp://x"}, {URL: "news.example.org"}, {URL: "https://news.example.org/below"}},
		"--trust-proxy":         {{TrustProxy: []string{"nowhere"}}, {TrustProxy: []string{"10.0.0.0/99"}}},
		"--allow-private":       {{AllowPrivate: []string{"intranet"}}},
		"--listen":              {{Listen: "8080"}, {Listen: "::1:x:y"}},
		"--admin-listen":        {{AdminListen: "9090"}},
		"--smtp":                {{SMTP: "mail.example.org"}, {SMTP: "http://mail.example.org"}, {SMTP: "smtp:"}},
		"--purge":               {{Purge: []string{"127.0.0.1:6081"}}, {Purge: []string{"http://"}}},
		"--database:":           {{Database: "mysql://host/name"}, {Database: "name"}},
		"--database-public":     {{DatabasePublic: "http://host"}},
		"--theme":               {{Theme: filepath.Join(t.TempDir(), "none")}},
		"--streams-per-address": {{Streams: -1}},
	} {
		for _, c := range bad {
			if err := c.Check(); err == nil || !strings.HasPrefix(err.Error(), flag) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%+v: %v", c, err)
			}
		}
	}
	good := Config{URL: "https://news.example.org/", TrustProxy: []string{"127.0.0.1", "10.0.0.0/8,::1"}, AllowPrivate: []string{"fd00::/8"}, Listen: ":8080",
		AdminListen: "[::1]:9090", SMTP: "smtps://user:pass@mail.example.org:465", Streams: 1000, Database: "postgres://host/name", DatabasePublic: "host=h dbname=n", Theme: t.TempDir()}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	if err := (Config{}).Check(); err != nil {
		t.Error(err)
	}
}

func TestASiteThatIsNotThereIsNotMade(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mistyped")
	if err := (Config{Data: dir}).There(); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("%v", err)
	}
	if err := (Config{Data: dir, Database: "sqlite:" + filepath.Join(dir, "x.db")}).There(); err == nil {
		t.Error("a file that is named is taken as there")
	}
	if err := (Config{Data: dir, Database: "postgres://host/name"}).There(); err != nil {
		t.Errorf("a server that is named: %v", err)
	}
}

// house opens a house over a database, again and again.
func house(t *testing.T, o store.Options, listen string) *House {
	t.Helper()
	h, err := Open(t.Context(), Config{Data: o.Dir, Database: o.Database, Listen: listen})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	return h
}

func TestADemoThatWasInterruptedBeginsAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		ctx := t.Context()
		begin := func(want bool) *House {
			t.Helper()
			h := house(t, o, "")
			if got, err := h.BeginDemo(ctx); got != want || err != nil {
				t.Fatalf("%v %v", got, err)
			}
			return h
		}
		h := begin(true)
		slug, name := "en", "Half"
		if _, err := h.Editors.CreateEdition(ctx, account.House(), fact.Once{}, edition.EditionPatch{Slug: &slug, Name: &name, Language: &slug}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Door.Add(ctx, "admin@dispatch.example", "Half", "", account.Grant{Role: account.Admin}); err != nil {
			t.Fatal(err)
		}
		if err := h.Files.Put(ctx, "p/half/w480.jpg", strings.NewReader("x"), 1, ""); err != nil {
			t.Fatal(err)
		}
		h = begin(true)
		if n, err := h.Store.Accounts(ctx); n != 0 || err != nil || len(h.Directory().Editions) != 0 {
			t.Errorf("%d accounts, %d editions are left: %v", n, len(h.Directory().Editions), err)
		}
		if keys, err := (shelf{h.Files}).Keys(ctx, ""); len(keys) != 0 || err != nil {
			t.Errorf("files are left: %v %v", keys, err)
		}
		if err := h.EndDemo(ctx); err != nil {
			t.Fatal(err)
		}
		begin(false)
	})
}

func TestADemoLeavesARealSiteAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		h := house(t, o, "")
		if err := h.MayDemo(t.Context()); err != nil {
			t.Errorf("an empty site: %v", err)
		}
		if _, err := h.Door.Add(t.Context(), "ana@paper.example", "Ana", "", account.Grant{Role: account.Admin}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.BeginDemo(t.Context()); err == nil || !strings.Contains(err.Error(), "not the demo") {
			t.Errorf("%v", err)
		}
		if v, err := h.Store.Setting(t.Context(), settingDemo); v != "" || err != nil {
			t.Errorf("it was marked %q %v", v, err)
		}
	})
}

func TestCommandsKnowTheAddressOfTheSiteThatServes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		if got := house(t, o, "").Config.Public(); got != "http://127.0.0.1:8080" {
			t.Errorf("before the first start: %s", got)
		}
		h := house(t, o, "127.0.0.1:0")
		s, err := Build(t.Context(), h)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		at := "http://" + s.listen.Addr().String()
		for listen, want := range map[string]string{"": at, "127.0.0.1:0": at, "127.0.0.1:9000": "http://127.0.0.1:9000"} {
			if got := house(t, o, listen).Config.Public(); got != want {
				t.Errorf("beside it, with --listen %q: %s, want %s", listen, got, want)
			}
		}
	})
}
