package app

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"dateline/internal/store/storetest"

	_ "github.com/jackc/pgx/v5/stdlib"
)

var roles atomic.Int64

// publicRole makes the role of docs/operate.md on a database of PostgreSQL, as an operator would after the first start, and gives the
// address under which it reads.
func publicRole(t *testing.T, address string) string {
	t.Helper()
	house, err := Open(t.Context(), Config{Data: t.TempDir(), Database: address})
	if err != nil {
		t.Fatal(err)
	}
	if err := house.Close(); err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "operate.md"))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)```\n(CREATE ROLE dateline_public.*?)```").FindSubmatch(doc)
	if found == nil {
		t.Fatal("docs/operate.md does not say how the role is made")
	}
	role := fmt.Sprintf("public_%d_%d", os.Getpid(), roles.Add(1))
	text := regexp.MustCompile(` PASSWORD '[^']*'`).ReplaceAllString(strings.ReplaceAll(string(found[1]), "dateline_public", role), "")
	text = strings.ReplaceAll(text, "DATABASE dateline ", "DATABASE "+regexp.MustCompile(`dbname=(\w+)`).FindStringSubmatch(address)[1]+" ")
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, s := range []string{"DROP OWNED BY " + role, "DROP ROLE " + role} {
			if _, err := db.Exec(s); err != nil {
				t.Errorf("%s: %v", s, err)
			}
		}
		db.Close()
	})
	for statement := range strings.SplitSeq(text, ";") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	return strings.Replace(address, "user=dateline", "user="+role, 1)
}

func TestARoleOfItsOwnServesEveryPageAndSeesNoSecret(t *testing.T) {
	address := storetest.Postgres(t)
	public := publicRole(t, address)
	t.Run("it serves every page", func(t *testing.T) {
		p := newPaper(t, func(c *Config) { c.Database, c.DatabasePublic = address, public })
		p.story("House rules", `"kind":"page"`)
		picture := p.upload("admin", 2)
		id, path := p.story("Tram opens", `"tags":["tag"],"byline":["A name"],"picture":"`+picture+`","body_html":"<p>At last.</p>"`)
		p.save(id, `{"lead":"A lead"}`)
		p.publish(id, `{"change":"correction","note":"It was left out."}`)
		gone, gonePath := p.story("Taken back", "")
		p.must(200, "admin", "POST", "/api/v1/articles/"+gone+"/withdraw", `{"note":"Wrong."}`, "If-Match", "*")
		for _, at := range append(everyPage(path, "tag", "a-name"), "/page/house-rules", "/search?q=tram", "/api/v1/articles", "/api/v1/articles/"+id, "/api/v1/articles/"+id+"/revisions/1", "/api/v1/articles?q=tram", "/api/v1/pictures/"+picture, "/api/v1/sections", "/events/newsfeed:en?after=0", p.files(picture)[0], "/readyz") {
			want := 200
			if at == "/nothing-there" || at == "/page/about" {
				want = 404
			}
			p.get(want, at)
		}
		xmls, jsons := everyFeed("tag", "a-name")
		for _, at := range append(xmls, jsons...) {
			p.get(200, at)
		}
		p.get(410, gonePath)
	})
	t.Run("doctor says what it may not read", func(t *testing.T) {
		c := Config{Data: t.TempDir(), Listen: "127.0.0.1:0", Database: address, DatabasePublic: public}
		look := func() error {
			t.Helper()
			for _, f := range Examine(t.Context(), c) {
				if f.Part == "public reads" {
					return f.Err
				}
			}
			t.Fatal("doctor does not look")
			return nil
		}
		if err := look(); err != nil {
			t.Errorf("all is granted: %v", err)
		}
		db, err := sql.Open("pgx", address)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		role := regexp.MustCompile(`user=(\w+)`).FindStringSubmatch(public)[1]
		if _, err := db.ExecContext(t.Context(), "REVOKE ALL ON published_tag FROM "+role); err != nil {
			t.Fatal(err)
		}
		if err := look(); err == nil || !strings.Contains(err.Error(), "published_tag") {
			t.Errorf("one grant is missing: %v", err)
		}
	})
	t.Run("it sees nothing else", func(t *testing.T) {
		db, err := sql.Open("pgx", public)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for _, may := range []string{"SELECT doc FROM edition", "SELECT id, doc FROM picture", "SELECT content, leaf FROM revision", "SELECT card, body FROM published", "SELECT 1 FROM found"} {
			rows, err := db.QueryContext(t.Context(), may)
			if err != nil {
				t.Errorf("%s: %v", may, err)
				continue
			}
			rows.Close()
		}
		for _, text := range []string{
			"SELECT * FROM account", "SELECT email FROM account", "SELECT COUNT(*) FROM account", "SELECT hash FROM secret", "SELECT 1 FROM secret", "SELECT doc FROM article", "SELECT doc FROM version", "SELECT * FROM revision", "SELECT salt FROM revision", "SELECT account FROM revision",
			"SELECT original FROM picture", "SELECT * FROM picture", "SELECT source_uri FROM picture", "SELECT * FROM once", "SELECT * FROM outbox", "SELECT * FROM work", "SELECT * FROM setting", "SELECT * FROM desk_found", "SELECT * FROM history_leaf", "SELECT * FROM tree_head", "SELECT * FROM topic",
			"INSERT INTO edition (slug, version, standard, host, doc) VALUES ('x', 1, 0, '', '{}')", "UPDATE published SET card = ''", "DELETE FROM published", "TRUNCATE published", "DROP TABLE published", "CREATE TABLE x (y INT)", "ALTER TABLE published ADD COLUMN x INT", "CREATE TEMP TABLE x (y INT)",
			"COPY published TO PROGRAM 'id'", "COPY published TO '/tmp/x'", "SELECT pg_read_file('/etc/passwd')", "CREATE ROLE x", "SET ROLE dateline", "SET SESSION AUTHORIZATION dateline", "SELECT * FROM pg_authid", "CREATE FUNCTION x() RETURNS INT AS 'SELECT 1' LANGUAGE sql",
		} {
			if _, err := db.ExecContext(t.Context(), text); err == nil {
				t.Errorf("the role may: %s", text)
			} else if !strings.Contains(err.Error(), "SQLSTATE 42501") {
				t.Errorf("%s: %v", text, err)
			}
		}
	})
}
