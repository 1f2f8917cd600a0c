package newsroom

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"dateline/internal/fault"
	"dateline/internal/web"

	"github.com/klauspost/compress/gzip"
)

// kinds are those of the application's files.
var kinds = map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".json": "application/json"}

// staff is the staff application as it was built: one page with a nonce of its own in each answer, and files whose names change with their content.
type staff struct {
	page   [][]byte // index.html, cut where the nonce goes
	worker []byte
	app    fs.FS
}

// newStaff reads the application. mark is what stands in its page where the nonce goes.
func newStaff(app fs.FS, mark string) (*staff, error) {
	page, err := fs.ReadFile(app, "index.html")
	if err != nil {
		return nil, fmt.Errorf("newsroom: staff application: %w", err)
	}
	parts := bytes.Split(page, []byte(mark))
	if len(parts) < 2 {
		return nil, fmt.Errorf("newsroom: staff application: its page has no place for a nonce")
	}
	code, err := fs.ReadFile(app, "worker.js")
	if err != nil {
		return nil, fmt.Errorf("newsroom: staff application: %w", err)
	}
	worker, err := newWorker(code, mark)
	if err != nil {
		return nil, err
	}
	return &staff{page: parts, worker: worker, app: app}, nil
}

// arrive answers every address of the application with its page, which draws the rest; strangers are asked to sign in first.
func (n *Newsroom) arrive(w http.ResponseWriter, r *http.Request) error {
	who, err := n.who(r)
	if err != nil {
		return err
	}
	if !who.Known() {
		return n.askIn(w, r)
	}
	if !who.Staff() {
		return who.Refused()
	}
	if n.staff == nil {
		return n.home(w, r)
	}
	nonce := web.Nonce()
	h := w.Header()
	h.Set("Content-Security-Policy", web.NewsroomPolicy(nonce))
	h.Set("Content-Type", "text/html; charset=utf-8")
	body := bytes.Join(n.staff.page, []byte(nonce))
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client may have gone; nothing is left to do
	}
	return nil
}

// askIn shows the form to sign in at the newsroom's own address and sends strangers from deeper ones there, to come back.
func (n *Newsroom) askIn(w http.ResponseWriter, r *http.Request) error {
	if r.URL.Path == "/newsroom/" {
		return n.form(w, r)
	}
	to := next(r.URL.RequestURI())
	if to != "" {
		to = "?next=" + url.QueryEscape(to)
	}
	w.Header().Set("Location", "/newsroom/sign-in"+to)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// file answers a file of the application. It holds nothing that is not public, so that it may be kept for ever.
func (n *Newsroom) file(w http.ResponseWriter, r *http.Request) error {
	name := "assets/" + r.PathValue("file")
	missing := fault.New(fault.NotFound, "fault.not_found", "there is no such page")
	if n.staff == nil || !fs.ValidPath(name) || kinds[path.Ext(name)] == "" {
		return missing
	}
	h := w.Header()
	for _, way := range []struct{ coding, end string }{{"br", ".br"}, {"gzip", ".gz"}, {"", ".gz"}} {
		if way.coding != "" && !accepts(r, way.coding) {
			continue
		}
		body, err := fs.ReadFile(n.staff.app, name+way.end)
		if err != nil {
			continue
		}
		if way.coding != "" {
			h.Set("Content-Encoding", way.coding)
		} else if body, err = unpacked(body); err != nil {
			return err
		}
		h.Set("Content-Type", kinds[path.Ext(name)])
		h.Set("Content-Length", strconv.Itoa(len(body)))
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("Content-Security-Policy", web.DataPolicy)
		h.Set("Vary", "Accept-Encoding")
		w.WriteHeader(http.StatusOK)
		if r.Method != http.MethodHead {
			_, _ = w.Write(body) // the client may have gone; nothing is left to do
		}
		return nil
	}
	return missing
}

// unpacked gives what was packed, for the rare client that unpacks nothing.
func unpacked(b []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// accepts reports whether a browser takes a coding; "q=0" is what no browser says.
func accepts(r *http.Request, coding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		if name, _, _ := strings.Cut(strings.TrimSpace(part), ";"); strings.EqualFold(name, coding) {
			return true
		}
	}
	return false
}
