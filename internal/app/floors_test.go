package app

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// floors is the picture of the house: a room imports rooms of lower floors only. Rooms on one floor do not know each other.
var floors = map[string]int{
	"fault": 0, "fact": 0, "history": 0, "dial": 0, "moment": 0,
	"account": 1, "body": 1,
	"media": 2, "edition": 2,
	"news":     3,
	"coverage": 4, "talk": 4, "audience": 4, "intake": 4, "readership": 4,
	"wire":  5,
	"store": 6, "live": 6, "page": 6,
	"relay": 7, "transfer": 7,
	"web": 8,
	"app": 9,
}

// foundation is what rooms of the lowest floor may share although they lie beside each other.
var foundation = map[string]bool{"fault": true}

// strangers are the imports that only some rooms may have.
var strangers = []struct {
	path  string
	rooms []string
}{
	{"database/sql", []string{"store"}},
	{"dateline/internal/store/ledger", []string{"store"}},
	{"dateline/internal/store/handle", []string{"store"}},
	{"modernc.org/sqlite", []string{"store"}},
	{"github.com/jackc/pgx", []string{"store"}},
	{"github.com/nats-io/", []string{"live"}},
	{"net/http", []string{"web", "live", "relay", "store/blob", "app"}},
}

// exceptions to "not: …" on the upper floors.
var forbidden = map[string][]string{
	"relay":    {"store", "web", "transfer"},
	"transfer": {"store", "web", "relay"},
	"web":      {"store", "relay"},
	"live":     {"account", "body", "media", "edition", "news", "wire", "history", "dial"},
}

func TestEveryRoomImportsLowerFloorsOnly(t *testing.T) {
	root := filepath.Join("..", "..", "internal")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		test := strings.HasSuffix(path, "_test.go")
		rel, _ := filepath.Rel(root, filepath.Dir(path))
		dir := filepath.ToSlash(rel)
		room, _, _ := strings.Cut(dir, "/")
		floor, known := floors[room]
		if !known {
			t.Errorf("%s: the room %q is not in the picture of the house", path, room)
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		if test || dir == "store/storetest" {
			return nil // tests may use whatever proves the point
		}
		for _, imp := range file.Imports {
			name, _ := strconv.Unquote(imp.Path.Value)
			for _, s := range strangers {
				if name == s.path || strings.HasPrefix(name, s.path) && strings.HasSuffix(s.path, "/") || strings.HasPrefix(name, s.path+"/") && s.path != "net/http" {
					if !allowed(dir, s.rooms) {
						t.Errorf("%s imports %s, which belongs to %s", path, name, strings.Join(s.rooms, ", "))
					}
				}
			}
			inner, ours := strings.CutPrefix(name, "dateline/internal/")
			if !ours {
				continue
			}
			other, _, _ := strings.Cut(inner, "/")
			if other == room {
				doors(t, path, dir, inner)
				continue
			}
			if floors[other] >= floor && !(floor == 0 && foundation[other]) {
				t.Errorf("%s: %s (floor %d) imports %s (floor %d)", path, room, floor, other, floors[other])
			}
			for _, no := range forbidden[room] {
				if other == no {
					t.Errorf("%s: %s must not know %s", path, room, other)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func allowed(dir string, rooms []string) bool {
	for _, r := range rooms {
		if dir == r || strings.HasPrefix(dir, r+"/") {
			return true
		}
	}
	return false
}

// doors keeps the doors of web from knowing each other.
func doors(t *testing.T, path, dir, imported string) {
	if !strings.HasPrefix(dir, "web/") || !strings.HasPrefix(imported, "web/") {
		return
	}
	from, to := strings.Split(dir, "/")[1], strings.Split(imported, "/")[1]
	if from != to && to != "cache" {
		t.Errorf("%s: the door %s knows the door %s", path, from, to)
	}
}

func TestFilesAndPackagesStaySmall(t *testing.T) {
	lines := map[string]int{}
	for _, root := range []string{"../../internal", "../../cmd", "../../ui", "../../e2e"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil
			}
			if err != nil {
				return err
			}
			if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "dist" || d.Name() == "made") {
				return filepath.SkipDir
			}
			ext := filepath.Ext(path)
			if d.IsDir() || ext != ".go" && ext != ".ts" && ext != ".tsx" {
				return nil
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			n := strings.Count(string(text), "\n")
			if n > 500 {
				t.Errorf("%s has %d lines; split it by noun", path, n)
			}
			if ext == ".go" && !strings.HasSuffix(path, "_test.go") {
				lines[filepath.Dir(path)] += n
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for dir, n := range lines {
		if n > 5000 {
			t.Errorf("%s has %d lines; a package has at most 5,000", dir, n)
		}
	}
}
