package site

import (
	"context"
	"io"
	"net/http"
	"path"
	"slices"
	"strconv"
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

// fileAge is how long others may keep the file of a picture without asking again. Its name changes with its content, so it could be
// for ever, but a picture may be killed and rights end, and then no copy may be shown much longer. Asking again costs a 304.
const fileAge = time.Hour

// media answers the public file of a picture: "/media/p/{picture}/{name}". A killed picture and one whose rights have ended are
// 410 at once, and never any more in memory here.
func (s *Site) media(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("key")
	id, ok := publicKey(key)
	if !ok {
		return absent()
	}
	state := cache.Key{Host: "\x00picture", Query: id}
	if err := s.mayMiss(r, state); err != nil {
		return err
	}
	known, err := s.cache.Recall(r.Context(), state, func(ctx context.Context) (cache.Page, error) { return s.pictureState(ctx, id) })
	if err != nil {
		return err
	}
	age := fileAge
	if ends := known.Modified; !ends.IsZero() { // what was known last counts also while the database is down
		age = min(age, ends.Sub(s.o.Clock.Now()))
	}
	if known.Status != http.StatusOK || age <= 0 {
		s.files.Forget(id)
		return gone()
	}
	named := slices.ContainsFunc(known.Chunks, func(c cache.Chunk) bool { return string(c.Bytes) == key })
	if !named { // a file of an earlier version, or nothing
		if err := s.miss(r); err != nil {
			return err
		}
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
	file, err := s.files.Open(r.Context(), key)
	if err != nil {
		h.Del("Etag")
		h.Del("Content-Disposition")
		return err
	}
	defer file.Close()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "public, max-age="+strconv.Itoa(int(age/time.Second)))
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

// pictureState says whether the files of a picture may be given away, by its status: 200, or 410 when it was killed or its rights
// have ended. Modified is when they end, and the chunks are the keys of its files. One that does not exist is NotFound and is not
// remembered, so that made-up ids take no room.
func (s *Site) pictureState(ctx context.Context, id string) (cache.Page, error) {
	found, err := s.o.Pictures.Pictures(ctx, []string{id})
	if err != nil {
		return cache.Page{}, err
	}
	p, ok := found[id]
	if !ok {
		return cache.Page{}, absent()
	}
	out := cache.Page{Status: http.StatusOK, Tags: []fact.Tag{fact.TagPicture(id)}, Life: time.Hour, Modified: p.ExpiresAt}
	now := s.o.Clock.Now()
	if !p.KilledAt.IsZero() || !p.ExpiresAt.IsZero() && !p.ExpiresAt.After(now) {
		out.Status = http.StatusGone
		return out, nil
	}
	for _, r := range p.Renditions {
		out.Chunks = append(out.Chunks, cache.Chunk{Bytes: []byte(r.Key)})
	}
	return out, nil
}
