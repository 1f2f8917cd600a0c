package body

import (
	"net/url"
	"strings"
)

// Embed is a thing elsewhere that a reader may open with a click: the address of its own page, the
// provider's name for machines ("youtube", "" when unknown) and a title.
type Embed struct {
	URL, Provider, Title string
}

type act uint8

const (
	watch act = iota
	listen
	view
)

// provider is a service whose frames and pages are recognised.
type provider struct {
	id, name string
	act      act
	hosts    []string
	page     func(u *url.URL) string // the address of the thing's own page, "" when u is none
}

var providers = []provider{
	{"youtube", "YouTube", watch, []string{"youtube.com", "youtube-nocookie.com", "youtu.be"}, youtubePage},
	{"vimeo", "Vimeo", watch, []string{"vimeo.com"}, vimeoPage},
	{"dailymotion", "Dailymotion", watch, []string{"dailymotion.com", "dai.ly"}, func(u *url.URL) string {
		id := after(u.Path, "/embed/video/", "/video/")
		if u.Host == "dai.ly" {
			id = after(u.Path, "/")
		}
		if v := u.Query().Get("video"); id == "" && strings.HasPrefix(u.Path, "/player") {
			id = v
		}
		return put("https://www.dailymotion.com/video/", id)
	}},
	{"tiktok", "TikTok", watch, []string{"tiktok.com"}, func(u *url.URL) string {
		if strings.HasPrefix(u.Path, "/@") && strings.Contains(u.Path, "/video/") {
			return "https://www.tiktok.com" + u.EscapedPath()
		}
		return put("https://www.tiktok.com/embed/v2/", after(u.Path, "/embed/v2/", "/player/v1/", "/embed/"))
	}},
	{"twitch", "Twitch", watch, []string{"twitch.tv"}, func(u *url.URL) string {
		q := u.Query()
		switch {
		case q.Get("video") != "":
			return put("https://www.twitch.tv/videos/", strings.TrimPrefix(q.Get("video"), "v"))
		case q.Get("channel") != "":
			return put("https://www.twitch.tv/", q.Get("channel"))
		case q.Get("clip") != "":
			return put("https://clips.twitch.tv/", q.Get("clip"))
		}
		return put("https://www.twitch.tv/videos/", after(u.Path, "/videos/"))
	}},
	{"soundcloud", "SoundCloud", listen, []string{"soundcloud.com"}, func(u *url.URL) string {
		if u.Host == "w.soundcloud.com" {
			return u.Query().Get("url")
		}
		return ownPage(u, 2)
	}},
	{"spotify", "Spotify", listen, []string{"spotify.com"}, func(u *url.URL) string {
		path := strings.TrimPrefix(strings.TrimPrefix(u.Path, "/embed-podcast"), "/embed")
		if strings.Count(path, "/") < 2 {
			return ""
		}
		return "https://open.spotify.com" + path
	}},
	{"apple-podcasts", "Apple Podcasts", listen, []string{"podcasts.apple.com"}, func(u *url.URL) string {
		return "https://podcasts.apple.com" + u.EscapedPath() + query(u, "i")
	}},
	{"mixcloud", "Mixcloud", listen, []string{"mixcloud.com"}, func(u *url.URL) string {
		if feed := u.Query().Get("feed"); strings.HasPrefix(feed, "/") {
			return "https://www.mixcloud.com" + feed
		}
		return ownPage(u, 2)
	}},
	{"x", "X", view, []string{"x.com", "twitter.com"}, func(u *url.URL) string {
		if id := u.Query().Get("id"); strings.Contains(u.Path, "/embed/") && id != "" {
			return put("https://x.com/i/status/", id)
		}
		if strings.Contains(u.Path, "/status/") || strings.Contains(u.Path, "/statuses/") {
			return "https://" + strings.TrimPrefix(strings.TrimPrefix(u.Host, "www."), "mobile.") + u.EscapedPath()
		}
		return ""
	}},
	{"instagram", "Instagram", view, []string{"instagram.com"}, func(u *url.URL) string {
		for _, part := range []string{"/p/", "/reel/", "/tv/"} {
			if id := after(u.Path, part); id != "" {
				return put("https://www.instagram.com"+part, id)
			}
		}
		return ""
	}},
	{"facebook", "Facebook", view, []string{"facebook.com", "fb.watch"}, func(u *url.URL) string {
		if strings.HasPrefix(u.Path, "/plugins/") {
			return u.Query().Get("href")
		}
		if strings.Contains(u.Path, "/posts/") || strings.Contains(u.Path, "/videos/") || u.Host == "fb.watch" {
			return "https://" + u.Host + u.EscapedPath()
		}
		return ""
	}},
	{"bluesky", "Bluesky", view, []string{"bsky.app"}, func(u *url.URL) string {
		if u.Host == "embed.bsky.app" {
			parts := strings.Split(strings.Trim(u.Path, "/"), "/")
			if len(parts) == 4 && parts[0] == "embed" {
				return "https://bsky.app/profile/" + parts[1] + "/post/" + parts[3]
			}
			return ""
		}
		if strings.Contains(u.Path, "/post/") {
			return "https://bsky.app" + u.EscapedPath()
		}
		return ""
	}},
	{"threads", "Threads", view, []string{"threads.net", "threads.com"}, func(u *url.URL) string {
		if strings.Contains(u.Path, "/post/") {
			return "https://" + u.Host + strings.TrimSuffix(u.EscapedPath(), "/embed")
		}
		return ""
	}},
	{"telegram", "Telegram", view, []string{"t.me"}, func(u *url.URL) string { return ownPage(u, 2) }},
	{"datawrapper", "Datawrapper", view, []string{"datawrapper.dwcdn.net"}, func(u *url.URL) string { return ownPage(u, 1) }},
	{"flourish", "Flourish", view, []string{"flourish.studio"}, func(u *url.URL) string {
		return strings.TrimSuffix(ownPage(u, 2), "/embed")
	}},
}

// EmbedOf recognises the address of a video, a recording or a post on a service that is known, whether it is
// the frame's or the page's own, and gives the page's. Nothing is fetched.
func EmbedOf(address string) (Embed, bool) {
	clean, ok := cleanLink(address, nil)
	if !ok {
		return Embed{}, false
	}
	u, err := url.Parse(clean)
	if err != nil || u.Host == "" {
		return Embed{}, false
	}
	p := providerAt(u.Hostname())
	if p == nil {
		return Embed{}, false
	}
	page, ok := cleanLink(p.page(u), nil)
	if !ok || providerAt(portless(hostOf(page))) != p {
		return Embed{}, false
	}
	return Embed{URL: page, Provider: p.id}, true
}

func portless(host string) string {
	name, _, _ := strings.Cut(host, ":")
	return name
}

func providerAt(host string) *provider {
	for i := range providers {
		for _, h := range providers[i].hosts {
			if host == h || strings.HasSuffix(host, "."+h) {
				return &providers[i]
			}
		}
	}
	return nil
}

// actOf says what one does with an embed, and the name to show.
func actOf(id, address string) (act, string) {
	for i := range providers {
		if providers[i].id == id {
			return providers[i].act, providers[i].name
		}
	}
	if id != "" {
		return view, id
	}
	return view, strings.TrimPrefix(hostOf(address), "www.")
}

func youtubePage(u *url.URL) string {
	id := u.Query().Get("v")
	if u.Host == "youtu.be" {
		id = after(u.Path, "/")
	}
	if id == "" {
		id = after(u.Path, "/embed/", "/v/", "/shorts/", "/live/")
	}
	if id == "" || id == "videoseries" {
		if list := u.Query().Get("list"); list != "" {
			return put("https://www.youtube.com/playlist?list=", list)
		}
		return ""
	}
	return put("https://www.youtube.com/watch?v=", id)
}

func vimeoPage(u *url.URL) string {
	id := after(u.Path, "/video/", "/event/", "/")
	if id == "" || strings.Trim(id, "0123456789") != "" {
		return ""
	}
	return put("https://vimeo.com/", id)
}

// after gives the path's part behind the first of these beginnings that it has.
func after(path string, beginnings ...string) string {
	for _, b := range beginnings {
		if rest, ok := strings.CutPrefix(path, b); ok {
			part, _, _ := strings.Cut(rest, "/")
			return part
		}
	}
	return ""
}

// put appends an id made of harmless signs; "" when it is none.
func put(address, id string) string {
	for i := range len(id) {
		if !letterOrDigit(id[i]) && id[i] != '-' && id[i] != '_' && id[i] != '.' {
			return ""
		}
	}
	if id == "" || len(id) > 80 {
		return ""
	}
	return address + id
}

// ownPage gives the address without its query when its path has at least this many parts.
func ownPage(u *url.URL, parts int) string {
	if len(strings.FieldsFunc(u.Path, func(r rune) bool { return r == '/' })) < parts {
		return ""
	}
	return "https://" + u.Host + u.EscapedPath()
}

func query(u *url.URL, name string) string {
	if v := u.Query().Get(name); v != "" {
		return "?" + name + "=" + url.QueryEscape(v)
	}
	return ""
}
