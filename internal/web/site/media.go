package site

import (
	"context"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	"dateline/internal/fact"
	"dateline/internal/web"
	"dateline/internal/web/cache"
)

// kinds are the public files that are shown in a page, by the end of their key; everything else is offered for saving.
var kinds = map[string]string{
	".jpg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp", ".avif": "image/avif",
	".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg", ".opus": "audio/ogg", ".mp4": "video/mp4", ".webm": "video/webm",
	".vtt": "text/vtt; charset=utf-8",
}

// media answers the public file of a picture: "/media/p/{picture}/{name}". Its key changes with its content, so that browsers
// may keep it; a killed picture and one whose rights have ended are 410 at once, and never any more in memory here.
func (s *Site) media(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("key")
	id, ok := publicKey(key)
	if !ok {
		return absent()
	}
	state, err := s.cache.Recall(r.Context(), cache.Key{Host: "\x00picture", Query: id}, func(ctx context.Context) (cache.Page, error) { return s.pictureState(ctx, id) })
	if err != nil {
		return err
	}
	switch state.Status {
	case http.StatusOK:
	case http.StatusGone:
		return gone()
	default:
		return absent()
	}
	h := w.Header()
	web.Secure(h, web.FilePolicy)
	web.Elsewhere(h)
	etag := `"` + strings.ReplaceAll(key, "/", ".") + `"`
	h.Set("Etag", etag)
	kind, shown := kinds[path.Ext(key)]
	if !shown {
		kind = "application/octet-stream"
		h.Set("Content-Disposition", "attachment")
	}
	file, err := s.o.Files.Open(r.Context(), key)
	if err != nil {
		h.Del("Etag")
		h.Del("Content-Disposition")
		return err
	}
	defer file.Close()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", forever)
	if name := s.o.Cache.KeyHeader; name != "" {
		h.Set(name, string(fact.TagPicture(id)))
	}
	patient(w, file)
	http.ServeContent(w, r, "", time.Time{}, file)
	return nil
}

// slowest is the rate in bytes a second below which a reader of a file is cut off.
const slowest = 16 << 10

// patient gives the reader of a large file more time.
func patient(w http.ResponseWriter, file io.Seeker) {
	size, err := file.Seek(0, io.SeekEnd)
	if _, err2 := file.Seek(0, io.SeekStart); err != nil || err2 != nil {
		return // ServeContent will meet the same and say so
	}
	within := web.AnswerWithin + time.Duration(size/slowest)*time.Second
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(within))
}

// publicKey gives the picture that a key belongs to; ok is false for keys that are not of a public file: originals lie beside them.
func publicKey(key string) (id string, ok bool) {
	rest, ok := strings.CutPrefix(key, "p/")
	if !ok || len(key) > 200 {
		return "", false
	}
	id, name, ok := strings.Cut(rest, "/")
	if !ok || id == "" || name == "" || strings.Contains(key, "..") {
		return "", false
	}
	for i := 0; i < len(rest); i++ {
		c := rest[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' && !(c == '/' && i == len(id)) {
			return "", false
		}
	}
	return id, true
}

// pictureState says by its status whether the files of a picture may be given away: 200, 404 when there is none, 410 when it
// was killed or its rights have ended.
func (s *Site) pictureState(ctx context.Context, id string) (cache.Page, error) {
	found, err := s.o.Pictures.Pictures(ctx, []string{id})
	if err != nil {
		return cache.Page{}, err
	}
	out := cache.Page{Status: http.StatusOK, Tags: []fact.Tag{fact.TagPicture(id)}, Life: time.Hour}
	p, ok := found[id]
	now := s.o.Clock.Now()
	switch {
	case !ok:
		out.Status, out.Life = http.StatusNotFound, missed
	case !p.KilledAt.IsZero(), !p.ExpiresAt.IsZero() && !p.ExpiresAt.After(now):
		out.Status = http.StatusGone
	case !p.ExpiresAt.IsZero() && p.ExpiresAt.Sub(now) < out.Life:
		out.Life = p.ExpiresAt.Sub(now)
	}
	return out, nil
}
