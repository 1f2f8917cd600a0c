package ui

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"regexp"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
)

func TestABareCloneSaysThatTheScriptsAreNotBuilt(t *testing.T) {
	_, err := find(fstest.MapFS{"reader/dist/.keep": {}, "reader/dist/live-a.js": {}}, "reader")
	if !errors.Is(err, ErrNotBuilt) {
		t.Fatalf("got %v", err)
	}
}

func TestTwoModulesAreRefused(t *testing.T) {
	_, err := find(fstest.MapFS{"reader/dist/reader-a.js": {}, "reader/dist/reader-b.js": {}}, "reader")
	if err == nil || errors.Is(err, ErrNotBuilt) {
		t.Fatalf("got %v", err)
	}
}

// GOALS R2: at most 8 KiB of script on an article and 12 on a live page, and none of it makes code from text, or HTML but in one place.
func TestTheReadersModulesAreSmallAndPlain(t *testing.T) {
	for _, m := range []struct {
		name    string
		most    int
		parsers int
		people  int // places in which it asks whether somebody is signed in, and loads what only he needs
	}{

		// Posts and comments come as HTML of our own stream: it is read in one place, through the one policy that pages allow, into a document in which nothing runs.
		{"reader", 8 << 10, 1, 1}, {"rooms", 12 << 10, 1, 1}, {"live", 12 << 10, 1, 1}, {"own", 4 << 10, 0, 0},
	} {
		s, err := Module(m.name)
		if errors.Is(err, ErrNotBuilt) && os.Getenv("CI") == "" {
			t.Skipf("make build first: %v", err)
		}
		if err != nil {
			t.Fatal(err)
		}
		var small bytes.Buffer
		w := brotli.NewWriterLevel(&small, brotli.BestCompression)
		if _, err := w.Write(s.Code); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes, %d after brotli", s.Name, len(s.Code), small.Len())
		if small.Len() > m.most {
			t.Errorf("%s: %d bytes after brotli, at most %d", s.Name, small.Len(), m.most)
		}
		for _, sink := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "http:", "https:"} {
			if bytes.Contains(s.Code, []byte(sink)) {
				t.Errorf("%s holds %q", s.Name, sink)
			}
		}
		if all, own := bytes.Count(s.Code, []byte("import(")), bytes.Count(s.Code, []byte(`import("/assets/own-`)); all != m.people || own != m.people {
			t.Errorf("%s loads %d modules, %d of which are for who is signed in", s.Name, all, own)
		}
		// Whether somebody is signed in is read in one place; nothing is ever written there.
		if all, read := bytes.Count(s.Code, []byte("document.cookie")), bytes.Count(s.Code, []byte(`document.cookie.includes("dateline_known=")`)); all != m.people || read != m.people {
			t.Errorf("%s uses cookies in %d places, %d of which read whether there is somebody", s.Name, all, read)
		}
		if parsers, policies := bytes.Count(s.Code, []byte("DOMParser")), bytes.Count(s.Code, []byte(`createPolicy("dateline"`)); parsers != m.parsers || policies != m.parsers {
			t.Errorf("%s reads HTML in %d places, through %d policies", s.Name, parsers, policies)
		}
	}
}

func TestTheNewsroomIsBuiltWholeOrSaysSo(t *testing.T) {
	if _, err := application(fstest.MapFS{"newsroom/dist/.keep": {}}); !errors.Is(err, ErrNotBuilt) {
		t.Fatalf("got %v", err)
	}
	app, err := Newsroom()
	if errors.Is(err, ErrNotBuilt) && os.Getenv("CI") == "" {
		t.Skipf("make build first: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	page, err := fs.ReadFile(app, "index.html")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(page, []byte(`<meta property="csp-nonce" nonce="`+NonceMark+`">`)) {
		t.Errorf("the page has no place for a nonce:\n%s", page)
	}
	if bytes.Contains(page, []byte("<script>")) || bytes.Contains(page, []byte("<style>")) {
		t.Errorf("the page holds script or style of its own:\n%s", page)
	}
	for _, found := range regexp.MustCompile(`/newsroom/(assets/[^"]+)`).FindAllSubmatch(page, -1) {
		for _, end := range []string{".br", ".gz"} {
			if _, err := fs.Stat(app, string(found[1])+end); err != nil {
				t.Error(err)
			}
		}
	}
}
