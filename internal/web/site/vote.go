package site

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"time"

	"dateline/internal/coverage"
	"dateline/internal/fault"
	"dateline/internal/page"
	"dateline/internal/web"
)

// How many votes one address may send: a family behind one address gets through, and a program does not fill a poll.
const (
	voteEvery = 10 * time.Second
	voteBurst = 20
)

// voterCookie holds the one value that is stored for who votes, and for nobody else. No page but the form's is sent it.
const voterCookie = "dateline_voter"

// voterKept is how long a browser keeps it.
const voterKept = 365 * 24 * time.Hour

// vote answers the address of a poll's form.
func (s *Site) vote(w http.ResponseWriter, r *http.Request) error {
	v, err := s.polled(r)
	if err != nil {
		return err
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		v.Sent, v.Again = r.URL.RawQuery == "sent", r.URL.RawQuery == "again"
		return s.showVote(w, r, v)
	case http.MethodPost:
		return s.takeVote(w, r, v)
	}
	return web.NotAllowed{Allow: "GET, HEAD, POST"}
}

// polled reads the poll of a request.
func (s *Site) polled(r *http.Request) (page.Vote, error) {
	var v page.Vote
	id := r.PathValue("id")
	if len(id) > 40 || s.o.Vote == nil {
		return v, absent()
	}
	if err := s.miss(r); err != nil {
		return v, err
	}
	var err error
	if v.Post, err = s.o.Coverage.Place(r.Context(), "", id); err != nil {
		return v, err
	}
	if v.Post.Gone() || v.Post.Question == nil {
		return v, absent()
	}
	if v.Coverage, err = s.o.Coverage.Live(r.Context(), v.Post.Coverage); err != nil {
		return v, err
	}
	v.Item, err = s.o.Archive.Item(r.Context(), v.Post.Coverage)
	v.Now = s.o.Clock.Now()
	return v, err
}

// takeVote counts a vote and leads to the page that says so.
func (s *Site) takeVote(w http.ResponseWriter, r *http.Request, v page.Vote) error {
	if err := form(r); err != nil {
		return err
	}
	if peer := web.From(r.Context()).Peer; !peer.Local {
		if err := s.votes.Must(web.AddressKey(peer.Addr)); err != nil {
			return err
		}
	}
	option, _ := strconv.Atoi(r.PostForm.Get("option"))
	voter, fresh := voterOf(r)
	counted, err := s.o.Vote(r.Context(), v.Post.ID, voterHash(voter, v.Post), option)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		errors.As(err, &v.Fault)
		return s.showVote(w, r, v)
	}
	if err != nil {
		return err
	}
	if fresh {
		http.SetCookie(w, &http.Cookie{Name: voterCookie, Value: voter, Path: "/vote/", MaxAge: int(voterKept.Seconds()), HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: web.From(r.Context()).Peer.HTTPS})
	}
	said := "?sent"
	if !counted {
		said = "?again"
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", "/vote/"+v.Post.ID+said)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// voterOf gives the name under which a browser votes; a fresh one when it keeps none.
func voterOf(r *http.Request) (name string, fresh bool) {
	if c, err := r.Cookie(voterCookie); err == nil && len(c.Value) == 22 {
		return c.Value, false
	}
	var b [16]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:]), true
}

// voterHash is what is kept of a voter: his name cannot be told from it, nor that two polls have the same one.
func voterHash(name string, i coverage.Item) string {
	sum := sha256.Sum256([]byte(i.ID + "\n" + name))
	return hex.EncodeToString(sum[:16])
}

func (s *Site) showVote(w http.ResponseWriter, r *http.Request, v page.Vote) error {
	out, err := s.o.Pages.Vote(v)
	if err != nil {
		return err
	}
	return s.compose(w, r, out)
}
