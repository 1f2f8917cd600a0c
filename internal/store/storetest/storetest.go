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
	shared  *Server // of all tests of this process; nil when there can be none
	reason  error   // why
	counter atomic.Int64
)

// Postgres gives the address of a fresh, empty PostgreSQL database, or skips the test with the reason.
func Postgres(t testing.TB) string {
	t.Helper()
	once.Do(func() { shared, reason = newServer() })
	if shared == nil {
		missing(t, reason)
	}
	return shared.database(t)
}

// OwnPostgres starts a server for one test alone, which may stop and start it, and gives it with the address of an empty database on it.
func OwnPostgres(t testing.TB) (*Server, string) {
	t.Helper()
	s, err := newServer()
	if err != nil {
		missing(t, err)
	}
	t.Cleanup(s.end)
	return s, s.database(t)
}

// missing ends a test that needs PostgreSQL where there is none: it skips, in CI it fails.
func missing(t testing.TB, why error) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("PostgreSQL must run in CI: %v", why)
	}
	t.Skipf("no PostgreSQL here: %v", why)
}

// Main runs the tests of a package and stops the server afterwards; call it from TestMain.
func Main(m *testing.M) {
	code := m.Run()
	Stop()
	os.Exit(code)
}

// Stop stops the server if one was started.
func Stop() {
	if shared != nil {
		shared.end()
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

// Server is a running PostgreSQL server in a temporary folder.
type Server struct {
	dir string
	as  []string // what runs its programs as somebody who is not root
	cmd *exec.Cmd
	log *strings.Builder
}

// newServer makes a server and starts it. As root, which PostgreSQL refuses, it runs as the user postgres or nobody.
func newServer() (_ *Server, err error) {
	for _, name := range []string{"initdb", "postgres", "psql"} {
		if _, err := bin(name); err != nil {
			return nil, err
		}
	}
	s := &Server{}
	if s.dir, err = os.MkdirTemp("", "dateline-pg"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.end()
		}
	}()
	if os.Getuid() == 0 {
		user := "postgres"
		if exec.Command("id", user).Run() != nil {
			user = "nobody"
		}
		if out, err := exec.Command("chown", user, s.dir).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("chown: %w: %s", err, out)
		}
		s.as = []string{"setpriv", "--reuid=" + user, "--clear-groups", "--"}
	}
	if out, err := s.program("initdb", "-D", s.data(), "-U", "dateline", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	return s, s.Start()
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// program is a program of PostgreSQL, which must be there.
func (s *Server) program(name string, args ...string) *exec.Cmd {
	path, err := bin(name)
	if err != nil {
		path = name
	}
	all := append(append(append([]string{}, s.as...), path), args...)
	c := exec.Command(all[0], all[1:]...)
	c.Dir = s.dir
	return c
}

// Start starts the server and waits until it answers.
func (s *Server) Start() error {
	s.log = &strings.Builder{}
	s.cmd = s.program("postgres", "-D", s.data(), "-k", s.dir, "-c", "listen_addresses=", "-c", "max_connections=200", "-c", "logging_collector=off")
	s.cmd.Stderr = s.log
	dieWithParent(s.cmd)
	if err := s.cmd.Start(); err != nil {
		return err
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, err := s.psql("SELECT 1"); err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			s.Stop()
			return fmt.Errorf("the server did not answer: %s", s.log)
		}
	}
}

// Stop stops the server as its operator does, without waiting for those who use it.
func (s *Server) Stop() {
	if s.cmd == nil || s.cmd.Process == nil {
		return
	}
	_ = s.cmd.Process.Signal(os.Interrupt)
	_ = s.cmd.Wait()
	s.cmd = nil
}

func (s *Server) end() {
	s.Stop()
	_ = os.RemoveAll(s.dir)
}

func (s *Server) psql(text string) (string, error) {
	out, err := s.program("psql", "-X", "-q", "-h", s.dir, "-U", "dateline", "-d", "postgres", "-c", text).CombinedOutput()
	return string(out), err
}

// database makes an empty database for a test and gives its address.
func (s *Server) database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("t%d_%d", os.Getpid(), counter.Add(1))
	if out, err := s.psql("CREATE DATABASE " + name); err != nil {
		t.Fatalf("create database: %v %s", err, out)
	}
	t.Cleanup(func() { _, _ = s.psql("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)") })
	return "postgres:///?host=" + s.dir + "&user=dateline&dbname=" + name
}
