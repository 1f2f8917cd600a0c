package site

import (
	"strings"

	"dateline/internal/edition"
	"dateline/internal/talk"
	"dateline/internal/web"
)

// kind is what an address is of.
type kind uint8

const (
	nowhere kind = iota
	front
	newsfeed
	search
	corrections
	subscribe
	chats
	chat
	joined
	accountPage
	signIn
	signInLink
	signInWith
	vouchedFor
	accountForm
	accountData
	emailLink
	unsubscribe
	notices
	spoken
	knows
	topic
	author
	standing
	section
	article
)

// fixed are the pages that stand below each edition under one name.
var fixed = map[string]kind{
	"newsfeed": newsfeed, "search": search, "corrections": corrections, "subscribe": subscribe, "chats": chats,
	"account": accountPage, "account/sign-in": signIn, "account/sign-in/with": signInWith, "account/sign-in/from": vouchedFor,
	"account/sign-in/code": accountForm, "account/sign-in/password": accountForm, "account/sign-out": accountForm, "account/name": accountForm,
	"account/password": accountForm, "account/sessions": accountForm, "account/email": accountForm, "account/delete": accountForm, "account/data": accountData,
	"account/sign-in/passkey": accountForm, "account/sign-in/passkey/ask": accountForm, "account/passkey": accountForm, "account/passkey/ask": accountForm,
	"account/mail": accountForm, "account/ignored": accountForm, "account/appeal": accountForm, "account/notifications": notices, "account/comments": spoken, "account/who": knows,
}

// links are the pages of accounts whose last segment is a secret of a letter.
var links = map[string]kind{"sign-in": signInLink, "email": emailLink, "unsubscribe": unsubscribe}

// named are the pages below each edition whose next segment names a thing.
var named = map[string]kind{"tag": topic, "author": author, "page": standing}

// feeds are the last segments that make a feed of a page.
var feeds = map[string]bool{"feed.xml": true, "atom.xml": true, "feed.json": true}

// place is what an address means, as far as the directory alone can say: whether an article, a tag or an author of
// that slug exists is for the archive.
type place struct {
	kind    kind
	edition edition.Edition // its words are used for what leads nowhere, too; the zero value while there is none
	section edition.Section // of section and article, and of a section's newsfeed
	slug    string          // of article, room, standing page, topic, author; the secret of a letter's link; where a form of accounts posts to
	tail    string          // "", a feed's name, "discussion", "history"
	moved   bool            // the section's slug is an earlier one
	post    string          // of a live coverage: id of the post with which the page begins
	oldest  bool            // of a live coverage: oldest posts first
	room    rooming         // of a room: which page of it
	talk    talking         // of a discussion: which page of it
	to      string          // another address of the same page, to be redirected to; a path, or absolute on another host
}

// goesOn reports whether the address is of a list whose next page is asked for by a cursor.
func (p place) goesOn() bool { return p.tail == "" && p.kind != front || p.tail == "feed.json" }

// reading is one reading of the directory.
type reading struct {
	edition.Addresses
	base string // host of the public address
}

// key gives the edition whose own host this is; ok is false on the publication's host and on unknown ones, which are the default edition's.
func (rd reading) own(host string) (e edition.Edition, ok bool) {
	e, ok = rd.Host(host)
	return e, ok && !strings.EqualFold(e.Host, rd.base)
}

// resolve says what an address means. It reads the longest names first: an edition, then what the house reserves, then sections.
// The path is straight already (web.Straight).
func (rd reading) resolve(host, path string) place {
	e, own := rd.own(host)
	known := own
	if !own {
		if e, known = rd.Host(host); !known { // the publication's host may be an edition's own as well
			e, known = rd.Default()
		}
	}
	if !known {
		return place{}
	}
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	prefix := ""
	if other, ok := rd.Edition(segments[0]); ok && (!own || other.Slug == e.Slug) {
		at := strings.TrimPrefix(path, "/"+other.Slug)
		switch {
		case other.Slug == e.Slug && (own || other.Default && other.Host == "" || strings.EqualFold(other.Host, rd.base)):
			return place{edition: e, to: slashed(at)} // its addresses do not name it
		case other.Host != "" && !strings.EqualFold(other.Host, rd.base):
			return place{edition: other, to: rd.Root(other.Slug) + slashed(at)}
		}
		e, prefix, segments = other, "/"+other.Slug, segments[1:]
	} else if !own && e.Host != "" && !strings.EqualFold(e.Host, rd.base) && strings.EqualFold(host, rd.base) {
		return place{edition: e, to: rd.Root(e.Slug) + path}
	}
	if n := len(segments); n == 0 {
		return place{edition: e, to: prefix + "/"}
	} else if n > 1 && segments[n-1] == "" {
		p := rd.below(e, segments[:n-1])
		p.edition = e
		if p.kind != nowhere && p.to == "" {
			p.to = strings.TrimSuffix(path, "/")
		}
		return p
	}
	p := rd.below(e, segments)
	p.edition = e
	return p
}

// slashed is a path from the root.
func slashed(p string) string {
	if p == "" {
		return "/"
	}
	return p
}

// below resolves the segments under the root of an edition.
func (rd reading) below(e edition.Edition, segments []string) place {
	last, rest := segments[len(segments)-1], segments[:len(segments)-1]
	tail := ""
	switch {
	case feeds[last]:
		segments, tail = rest, last
	case len(rest) > 1 && (last == "discussion" || last == "history"):
		segments, tail = rest, last
	}
	if len(segments) == 0 || len(segments) == 1 && segments[0] == "" {
		return place{kind: front, tail: tail}
	}
	name := strings.Join(segments, "/")
	if k, ok := fixed[name]; ok {
		if tail != "" {
			return place{}
		}
		p := place{kind: k}
		if k == accountForm {
			p.slug = name
		}
		return p
	}
	if len(segments) == 3 && segments[0] == "account" && tail == "" && segments[2] != "" && len(segments[2]) <= 80 {
		if k, ok := links[segments[1]]; ok {
			return place{kind: k, slug: segments[2]}
		}
	}
	for _, s := range segments {
		if s == "" || len(s) > 200 {
			return place{}
		}
	}
	if segments[0] == "newsfeed" && len(segments) == 2 && tail == "" {
		s, moved, ok := rd.Section(e.Slug, segments[1])
		switch {
		case !ok:
			return place{}
		case moved:
			return place{kind: newsfeed, section: s, to: rd.Path(e.Slug) + "/newsfeed/" + s.Slug}
		}
		return place{kind: newsfeed, section: s}
	}
	if k, ok := named[segments[0]]; ok {
		if len(segments) != 2 || k == standing && tail != "" && tail != "history" || k != standing && tail != "" && !feeds[tail] {
			return place{}
		}
		return place{kind: k, slug: segments[1], tail: tail}
	}
	if segments[0] == "chats" && len(segments) == 2 && tail == "" {
		if segments[1] == talk.OwnChats {
			return place{kind: joined}
		}
		return place{kind: chat, slug: segments[1]}
	}
	if reserved[segments[0]] || len(segments) > 2 {
		return place{}
	}
	s, moved, ok := rd.Section(e.Slug, segments[0])
	if !ok {
		return place{}
	}
	p := place{kind: section, section: s, moved: moved, tail: tail}
	if len(segments) == 2 {
		p.kind, p.slug = article, segments[1]
	} else if moved {
		p.to = rd.Path(e.Slug) + "/" + s.Slug
		if tail != "" {
			p.to += "/" + tail
		}
	}
	return p
}

// reserved are the first segments that are no section's.
var reserved = func() map[string]bool {
	m := map[string]bool{}
	for _, s := range edition.Reserved {
		m[s] = true
	}
	return m
}()

// reading gives the directory as it is now.
func (s *Site) reading() reading {
	d := s.o.Directory()
	if d == nil {
		d = &edition.Directory{}
	}
	return reading{Addresses: edition.Addresses{Base: s.o.Base, Directory: d}, base: s.host}
}

// hostKey tells in a cache key whose host was asked: the same for every host that is no edition's own, so that made-up hosts
// do not multiply pages. It does not allocate.
func (s *Site) hostKey(host string) string {
	d := s.o.Directory()
	if d == nil {
		return ""
	}
	if e, ok := (reading{Addresses: edition.Addresses{Directory: d}, base: s.host}).own(web.BareHost(host)); ok {
		return e.Host
	}
	return ""
}
