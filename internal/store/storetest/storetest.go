// Package storetest opens real databases for tests: SQLite always, PostgreSQL where its programs are.
//
// A PostgreSQL server of its own is started once for each test process, in a temporary folder, on a Unix socket; every
// test gets a fresh database on it. Where the programs are missing a test says so and skips, unless CI is set: there it fails.
package storetest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/internal/moment"
	"dateline/internal/store"
)

// Each runs f on a fresh database of every kind.
func Each(t *testing.T, f func(t *testing.T, o store.Options)) {
	t.Run("sqlite", func(t *testing.T) { f(t, store.Options{Dir: t.TempDir()}) })
	t.Run("postgres", func(t *testing.T) { f(t, store.Options{Dir: t.TempDir(), Database: Postgres(t)}) })
}

// Open opens the database of o with the machine's clock and closes it with the test.
func Open(t testing.TB, o store.Options) *store.DB {
	t.Helper()
	if o.Clock == nil {
		o.Clock = moment.System{}
	}
	db, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return db
}

var (
	once    sync.Once
	server  string // address without a database, or ""
	reason  string
	counter atomic.Int64
	stop    func()
)

// Postgres gives the address of a fresh, empty PostgreSQL database, or skips the test with the reason.
func Postgres(t testing.TB) string {
	t.Helper()
	once.Do(start)
	if server == "" {
		if os.Getenv("CI") != "" {
			t.Fatalf("PostgreSQL must run in CI: %s", reason)
		}
		t.Skipf("no PostgreSQL here: %s", reason)
	}
	name := fmt.Sprintf("t%d_%d", os.Getpid(), counter.Add(1))
	if out, err := psql("postgres", "CREATE DATABASE "+name); err != nil {
		t.Fatalf("create database: %v %s", err, out)
	}
	t.Cleanup(func() { _, _ = psql("postgres", "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return server + "&dbname=" + name
}

// Main runs the tests of a package and stops the server afterwards; call it from TestMain.
func Main(m *testing.M) {
	code := m.Run()
	Stop()
	os.Exit(code)
}

// Stop stops the server if one was started.
func Stop() {
	if stop != nil {
		stop()
	}
}

// bin finds a program of PostgreSQL on PATH or where Debian puts it.
func bin(name string) (string, error) {
	if p, err := exec.LookPath(name); err == nil {
		return p, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		return "", fmt.Errorf("%s is not installed (Debian: postgresql)", name)
	}
	sort.Strings(found)
	return found[len(found)-1], nil
}

var socketDir string

func psql(database, text string) (string, error) {
	p, err := bin("psql")
	if err != nil {
		return "", err
	}
	out, err := exec.Command(p, "-X", "-q", "-h", socketDir, "-U", "dateline", "-d", database, "-c", text).CombinedOutput()
	return string(out), err
}

// start makes a server in a temporary folder. As root, which PostgreSQL refuses, it runs as the user postgres or nobody.
func start() {
	initdb, err := bin("initdb")
	if err == nil {
		_, err = bin("postgres")
	}
	if err == nil {
		_, err = bin("psql")
	}
	if err != nil {
		reason = err.Error()
		return
	}
	dir, err := os.MkdirTemp("", "dateline-pg")
	if err != nil {
		reason = err.Error()
		return
	}
	socketDir = dir
	var as []string
	if os.Getuid() == 0 {
		user := "postgres"
		if exec.Command("id", user).Run() != nil {
			user = "nobody"
		}
		if out, err := exec.Command("chown", user, dir).CombinedOutput(); err != nil {
			reason = string(out)
			return
		}
		as = []string{"setpriv", "--reuid=" + user, "--clear-groups", "--"}
	}
	run := func(name string, args ...string) *exec.Cmd {
		all := append(append([]string{}, as...), name)
		all = append(all, args...)
		c := exec.Command(all[0], all[1:]...)
		c.Dir = dir
		return c
	}
	data := filepath.Join(dir, "data")
	if out, err := run(initdb, "-D", data, "-U", "dateline", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8").CombinedOutput(); err != nil {
		reason = fmt.Sprintf("initdb: %v: %s", err, out)
		return
	}
	postgres, _ := bin("postgres")
	c := run(postgres, "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "max_connections=200", "-c", "logging_collector=off")
	var log strings.Builder
	c.Stderr = &log
	dieWithParent(c)
	if err := c.Start(); err != nil {
		reason = err.Error()
		return
	}
	stop = func() {
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Wait()
		_ = os.RemoveAll(dir)
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, err := psql("postgres", "SELECT 1"); err == nil {
			break
		}
		if time.Now().After(deadline) {
			reason = "the server did not answer: " + log.String()
			stop()
			return
		}
	}
	server = "postgres:///?host=" + dir + "&user=dateline"
}
