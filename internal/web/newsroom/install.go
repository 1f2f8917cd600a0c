package newsroom

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"dateline/internal/fault"
	"dateline/internal/page/install"
	"dateline/internal/web"
)

// The sizes of the icons that devices ask for, pixels.
var icons = []install.Icon{{Path: "/newsroom/icon-192.png", Size: 192}, {Path: "/newsroom/icon-512.png", Size: 512}}

// headersMark is what stands in the application's worker where the headers of its page go.
const headersMark = `"HEADERS-OF-THE-PAGE"`

// newWorker completes the worker that opens the application without a network: it gets the headers with which this door answers the
// application's page, the mark standing for the nonce in them as in the page.
func newWorker(code []byte, mark string) ([]byte, error) {
	if bytes.Count(code, []byte(headersMark)) != 1 {
		return nil, fmt.Errorf("newsroom: staff application: its worker has no place for the headers of its page")
	}
	h := http.Header{}
	dressed(h, web.NewsroomPolicy(mark))
	h.Set("Content-Type", "text/html; charset=utf-8")
	flat := map[string]string{}
	for name := range h {
		flat[name] = h.Get(name)
	}
	all, err := json.Marshal(flat)
	if err != nil {
		return nil, fmt.Errorf("newsroom: staff application: %w", err)
	}
	return bytes.Replace(code, []byte(headersMark), all, 1), nil
}

// worker answers the script that opens the application without a network. It holds nothing that is not public. A browser asks for it again by itself; a
// new one is how it hears of a new version.
func (n *Newsroom) worker(w http.ResponseWriter, r *http.Request) error {
	if n.staff == nil {
		return fault.New(fault.NotFound, "fault.not_found", "there is no such page")
	}
	return public(w, r, "text/javascript; charset=utf-8", web.WorkerPolicy, n.staff.worker)
}

// manifest answers what a device installs: the application under the publication's name.
func (n *Newsroom) manifest(w http.ResponseWriter, r *http.Request) error {
	body, err := n.o.Pages.NewsroomManifest(language(r), icons...)
	if err != nil {
		return err
	}
	w.Header().Set("Vary", "Accept-Language")
	return public(w, r, "application/manifest+json; charset=utf-8", web.DataPolicy, body)
}

// icon answers an icon of the application.
func (n *Newsroom) icon(w http.ResponseWriter, r *http.Request) error {
	for i, at := range icons {
		if at.Path == r.URL.Path {
			return public(w, r, "image/png", web.DataPolicy, n.icons[i])
		}
	}
	return fault.New(fault.NotFound, "fault.not_found", "there is no such page")
}

// public writes something small that everybody may have.
func public(w http.ResponseWriter, r *http.Request, kind, policy string, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Content-Security-Policy", policy)
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client may have gone; nothing is left to do
	}
	return nil
}
