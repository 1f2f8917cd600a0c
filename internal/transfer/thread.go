package transfer

import (
	"context"
	"net/url"
	"path"
	"strings"

	"dateline/internal/edition"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/wire/disqus"
)

// story finds what a thread was written under; "" when it is not here, and why.
func (d *discussions) story(ctx context.Context, t disqus.Thread) (id, why string, err error) {
	named := addressIn(t.Identifier)
	if u := addressOfThread(t.Link); u != nil {
		if id, why, err = d.under(ctx, u, named); err != nil || id != "" {
			return id, why, err
		}
	}
	if named != nil {
		var other string
		if id, other, err = d.under(ctx, named, nil); err != nil || id != "" {
			return id, other, err
		}
		why = firstOf(why, other)
	}
	return "", firstOf(why, "no story here has or had this address"), nil
}

// addressOfThread reads the address of a page, with a host or without; nil when it is none.
func addressOfThread(link string) *url.URL {
	link = strings.TrimSpace(link)
	if host, _, _ := strings.Cut(link, "/"); strings.Contains(host, ".") && !strings.Contains(host, ":") {
		link = "https://" + link
	}
	u, err := url.Parse(link)
	if err != nil || u.Opaque != "" || u.Path == "" && u.RawQuery == "" {
		return nil
	}
	return u
}

// addressIn finds the address in an identifier: "21 https://old.example/?p=21" as the plug-in of WordPress writes it, or one alone. What is
// no address, such as a number, could be any system's.
func addressIn(identifier string) *url.URL {
	for _, word := range strings.Fields(identifier) {
		if strings.HasPrefix(word, "/") || strings.HasPrefix(word, "http://") || strings.HasPrefix(word, "https://") {
			return addressOfThread(word)
		}
	}
	return nil
}

// under finds the story that has or had an address, whatever host that is of. Of several the one counts that came from the very address,
// or from the one that the thread names besides.
func (d *discussions) under(ctx context.Context, u, named *url.URL) (id, why string, err error) {
	ours := d.ours(u)
	if ours {
		if id, why, err = d.own(ctx, u); err != nil || id != "" {
			return id, why, err
		}
	}
	var items []news.Item
	if former := news.FormerPath(u); former != "" {
		if items, err = d.Archive.Formerly(ctx, former, whole(former)); err != nil {
			return "", "", err
		}
	}
	fit := items[:0:0]
	for _, i := range items {
		if i.Gone() {
			why = "its story was withdrawn"
		} else if d.Edition != "" && i.Edition != d.Edition {
			why = "its story is in another edition"
		} else {
			fit = append(fit, i)
		}
	}
	if len(fit) == 1 {
		return fit[0].ID, "", nil
	}
	for _, exact := range []*url.URL{u, named} {
		source, other, err := d.from(ctx, exact)
		if err != nil || source != "" {
			return source, "", err
		}
		why = firstOf(why, other)
	}
	if len(fit) > 0 {
		first, _ := d.dir.Default()
		for _, i := range fit {
			if i.Edition == first.Slug {
				return i.ID, "", nil
			}
		}
		return fit[0].ID, "", nil
	}
	if !ours {
		id, other, err := d.own(ctx, u)
		return id, firstOf(why, other), err
	}
	return "", why, nil
}

// whole is the path of the page that another is a form of: for phones, or of its later comments.
func whole(former string) string {
	dir, last := path.Split(former)
	if last == "amp" || last == "index.html" || last == "index.php" || strings.HasPrefix(last, "comment-page-") {
		return strings.TrimSuffix(dir, "/")
	}
	return former
}

// ours reports whether an address is of this site, or of none.
func (d *discussions) ours(u *url.URL) bool {
	base, err := url.Parse(d.dir.Base)
	_, edition := d.dir.Host(u.Hostname())
	return u.Host == "" || edition || err == nil && bareHost(u) == bareHost(base)
}

func bareHost(u *url.URL) string { return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.") }

// from finds the story that came from an address: the item of a feed, of a WordPress without names in its addresses.
func (d *discussions) from(ctx context.Context, u *url.URL) (id, why string, err error) {
	if u == nil || u.Host == "" {
		return "", "", nil
	}
	for _, scheme := range []string{"https", "http"} {
		at := *u
		at.Scheme, at.Fragment, at.RawFragment = scheme, "", ""
		a, ok, err := d.Desk.BySource(ctx, at.String())
		switch {
		case err != nil:
			return "", "", err
		case !ok:
		case a.State == news.Withdrawn:
			why = "its story was withdrawn"
		case d.Edition != "" && a.Edition != d.Edition:
			why = "its story is in another edition"
		default:
			return a.ID, "", nil
		}
	}
	return "", why, nil
}

// own finds the story that has or had an address of this site's kind: the edition, the section, the name.
func (d *discussions) own(ctx context.Context, u *url.URL) (id, why string, err error) {
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	editions := d.dir.Editions
	if e, ok := d.dir.Host(u.Hostname()); ok {
		editions = []edition.Edition{e}
	} else if e, ok := d.dir.Edition(parts[0]); ok && len(parts) == 3 {
		editions, parts = []edition.Edition{e}, parts[1:]
	}
	if len(parts) != 2 {
		return "", "", nil
	}
	for _, e := range editions {
		section := "" // of standing pages
		if parts[0] != "page" {
			s, _, ok := d.dir.Section(e.Slug, parts[0])
			if !ok {
				continue
			}
			section = s.ID
		}
		l, err := d.Archive.Locate(ctx, e.Slug, section, parts[1])
		switch {
		case fault.Is(err, fault.NotFound):
		case err != nil:
			return "", "", err
		case l.Item.Gone():
			why = "its story was withdrawn"
		case d.Edition != "" && l.Item.Edition != d.Edition:
			why = "its story is in another edition"
		default:
			return l.Item.ID, "", nil
		}
	}
	return "", why, nil
}
