package app

import (
	"path/filepath"
	"testing"

	"dateline/internal/account"
)

func TestWhatANewPublicationShouldSeeToGoesLineByLine(t *testing.T) {
	p := newEmpty(t)
	p.person("admin", account.Admin, "")
	waiting := func() string {
		t.Helper()
		return p.must(200, "admin", "GET", "/api/v1/waiting", "").text("items")
	}
	if got := waiting(); got != "[map[id:address] map[id:mail] map[id:backup] map[id:colleagues]]" {
		t.Fatalf("%s", got)
	}
	p.person("reader", account.Reader, "") // no colleague
	if got := waiting(); got != "[map[id:address] map[id:mail] map[id:backup] map[id:colleagues]]" {
		t.Errorf("a reader: %s", got)
	}
	p.person("editor", account.Editor, "")
	if err := p.site.Backup(t.Context(), filepath.Join(t.TempDir(), "backup.tar.gz"), func(string) {}); err != nil {
		t.Fatal(err)
	}
	if got := waiting(); got != "[map[id:address] map[id:mail]]" {
		t.Errorf("with a backup and a colleague: %s", got)
	}
	p.must(403, "editor", "DELETE", "/api/v1/waiting", "")
	p.must(204, "admin", "DELETE", "/api/v1/waiting", "")
	if got := waiting(); got != "[]" {
		t.Errorf("dismissed: %s", got)
	}
}

func TestWhatWasGivenAtTheStartDoesNotWait(t *testing.T) {
	p := newEmpty(t, func(c *Config) { c.URL, c.SMTP = "https://paper.example", "smtp://mail.example:25" })
	p.person("admin", account.Admin, "")
	if got := p.must(200, "admin", "GET", "/api/v1/waiting", "").text("items"); got != "[map[id:backup] map[id:colleagues]]" {
		t.Errorf("%s", got)
	}
}
