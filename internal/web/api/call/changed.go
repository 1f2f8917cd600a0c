package call

import (
	"net/http"
	"strings"
)

// IfChanged gives a writer for the answer to r that is 304 without a body when the caller has it already: when the ETag of
// an answer that went well is among those of If-None-Match. Tags compare weakly, as RFC 9110 section 13.1.2 has it.
func IfChanged(w http.ResponseWriter, r *http.Request) http.ResponseWriter {
	had := strings.Join(r.Header.Values("If-None-Match"), ",")
	if had == "" || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return w
	}
	return &ifChanged{ResponseWriter: w, had: had}
}

// ifChanged swallows the body of an answer that it made a 304.
type ifChanged struct {
	http.ResponseWriter
	had  string
	same bool
}

// Unwrap gives the writer below.
func (w *ifChanged) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader compares the tags before anything is on its way.
func (w *ifChanged) WriteHeader(status int) {
	tag := w.Header().Get("ETag")
	if status == http.StatusOK && tag != "" && holdsTag(w.had, tag) {
		w.same = true
		w.Header().Del("Content-Type")
		w.Header().Del("Content-Length")
		status = http.StatusNotModified
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write leaves the body out when the caller has it.
func (w *ifChanged) Write(b []byte) (int, error) {
	if w.same {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// holdsTag reports whether a list of tags, or *, names tag.
func holdsTag(list, tag string) bool {
	for one := range strings.SplitSeq(list, ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == tag {
			return true
		}
	}
	return false
}
