package feed

import (
	"encoding/xml"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// element is an XML element as a tree.
type element struct {
	space, name string
	attrs       map[string]string
	text        string
	children    []*element
}

func tree(raw []byte) (*element, error) {
	d := xml.NewDecoder(strings.NewReader(string(raw)))
	top := &element{}
	stack := []*element{top}
	for {
		t, err := d.Token()
		if err != nil {
			if len(stack) == 1 && len(top.children) == 1 {
				return top.children[0], nil
			}
			return nil, err
		}
		last := stack[len(stack)-1]
		switch t := t.(type) {
		case xml.StartElement:
			e := &element{space: t.Name.Space, name: t.Name.Local, attrs: map[string]string{}}
			for _, a := range t.Attr {
				name := a.Name.Local
				if a.Name.Space != "" {
					name = a.Name.Space + ":" + name
				}
				e.attrs[name] = a.Value
			}
			last.children = append(last.children, e)
			stack = append(stack, e)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			last.text += string(t)
		}
	}
}

// all gives the children of a name; without a space those of the element's own space or none.
func (e *element) all(space, name string) []*element {
	var out []*element
	for _, c := range e.children {
		if c.name == name && c.space == space {
			out = append(out, c)
		}
	}
	return out
}

func (e *element) one(space, name string) *element {
	if all := e.all(space, name); len(all) > 0 {
		return all[0]
	}
	return nil
}

func (e *element) value(space, name string) string {
	if c := e.one(space, name); c != nil {
		return strings.TrimSpace(c.text)
	}
	return ""
}

const atomSpace = "http://www.w3.org/2005/Atom"

// complaints gives what a validator of feeds would say, as far as the published samples go: the name of the rule, a space, the
// parent and the element.
func complaints(raw []byte) ([]string, error) {
	root, err := tree(raw)
	if err != nil {
		return nil, err
	}
	if root.name == "feed" {
		return atomComplaints(root), nil
	}
	if root.name == "entry" {
		return nil, nil // a bare entry, which we never write
	}
	return rssComplaints(root), nil
}

func atomComplaints(feed *element) (out []string) {
	say := func(rule string, parent, name string) { out = append(out, strings.TrimSpace(rule+" "+parent+"/"+name)) }
	once := func(e *element, names ...string) {
		for _, n := range names {
			if len(e.all(atomSpace, n)) > 1 {
				say("DuplicateElement", e.name, n)
			}
		}
	}
	needed := func(e *element, names ...string) {
		for _, n := range names {
			if len(e.all(atomSpace, n)) == 0 {
				say("MissingElement", e.name, n)
			}
		}
	}
	links := func(e *element) (alternate, self bool) {
		seen := map[string]bool{}
		for _, l := range e.all(atomSpace, "link") {
			rel := l.attrs["rel"]
			if rel == "" {
				rel = "alternate"
			}
			alternate, self = alternate || rel == "alternate", self || rel == "self"
			key := rel + "|" + l.attrs["type"] + "|" + l.attrs["hreflang"]
			if rel == "alternate" && seen[key] {
				say("DuplicateAtomLink", e.name, "link")
			}
			seen[key] = true
			if u, err := url.Parse(l.attrs["href"]); err != nil || !u.IsAbs() {
				say("InvalidLink", e.name, "link")
			}
		}
		return alternate, self
	}
	once(feed, "generator", "icon", "id", "logo", "rights", "subtitle", "title", "updated")
	needed(feed, "id", "title", "updated")
	if _, self := links(feed); !self {
		say("MissingSelf", "feed", "")
	}
	entries := false
	ids := map[string]map[string]int{}
	for _, c := range feed.children {
		if c.space != atomSpace || c.name != "entry" {
			if entries && c.space == atomSpace {
				say("MisplacedMetadata", "feed", c.name)
			}
			continue
		}
		entries = true
		once(c, "content", "id", "published", "rights", "source", "summary", "title", "updated")
		needed(c, "id", "title", "updated")
		if len(c.all(atomSpace, "author")) == 0 && len(feed.all(atomSpace, "author")) == 0 {
			if s := c.one(atomSpace, "source"); s == nil || s.one(atomSpace, "author") == nil {
				say("MissingElement", "entry", "author")
			}
		}
		alternate, _ := links(c)
		content := c.one(atomSpace, "content")
		if content == nil && !alternate {
			say("MissingContentOrAlternate", "entry", "")
		}
		if content != nil && c.one(atomSpace, "summary") == nil {
			kind := content.attrs["type"]
			plain := kind == "" || kind == "text" || kind == "html" || kind == "xhtml" || strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "xml")
			if content.attrs["src"] != "" || !plain {
				say("MissingSummary", "entry", "")
			}
		}
		id := c.value(atomSpace, "id")
		if ids[id] == nil {
			ids[id] = map[string]int{}
		}
		ids[id][c.value(atomSpace, "updated")]++
		for _, n := range []string{"updated", "published"} {
			if v := c.value(atomSpace, n); v != "" {
				if _, err := time.Parse(time.RFC3339, v); err != nil {
					say("InvalidRFC3339Date", "entry", n)
				}
			}
		}
	}
	for _, times := range ids {
		total := 0
		for _, n := range times {
			total += n
			if n > 1 {
				say("DuplicateEntries", "feed", "entry")
			}
		}
		if total > 1 && len(times) == 1 && len(ids) == 1 && total > 2 {
			say("DuplicateIds", "feed", "entry")
		}
	}
	return out
}

func rssComplaints(rss *element) (out []string) {
	say := func(rule string, parent, name string) { out = append(out, rule+" "+parent+"/"+name) }
	channel := rss.one("", "channel")
	if channel == nil {
		return []string{"MissingElement rss/channel"}
	}
	for _, n := range []string{"title", "link", "description"} {
		if channel.one("", n) == nil {
			say("MissingElement", "channel", n)
		}
	}
	date := func(e *element, n string) {
		if d := e.one("", n); d != nil {
			if rule := mailDate(d.text); rule != "" {
				say(rule, e.name, n)
			}
		}
	}
	date(channel, "pubDate")
	date(channel, "lastBuildDate")
	seen := map[string]bool{}
	for _, i := range channel.all("", "item") {
		date(i, "pubDate")
		if i.one("", "title") == nil && i.one("", "description") == nil {
			say("MissingItemDescription", "item", "")
		}
		guid := i.one("", "guid")
		if guid == nil {
			say("MissingGuid", "item", "")
			continue
		}
		v := strings.TrimSpace(guid.text)
		if seen[v] && v != "" {
			say("DuplicateValue", "item", "guid")
		}
		seen[v] = true
		for a := range guid.attrs {
			if a != "isPermaLink" {
				say("UnexpectedAttribute", "item", "guid")
			}
		}
		perma, given := guid.attrs["isPermaLink"]
		switch strings.ToLower(perma) {
		case "true", "false":
		default:
			if given {
				say("InvalidBooleanAttribute", "item", "guid")
			}
		}
		u, err := url.Parse(v)
		switch {
		case strings.EqualFold(perma, "false"):
			if len(v) <= 8 && strings.Trim(v, "0123456789") == "" {
				say("NotSufficientlyUnique", "item", "guid")
			}
		case err == nil && (u.Scheme == "tag" || u.Scheme == "urn"):
			say("InvalidPermalink", "item", "guid")
		case err != nil || u.Scheme == "" || u.Host == "":
			say("InvalidHttpGUID", "item", "guid")
		}
	}
	return out
}

var zones = regexp.MustCompile(`^(?i:ut|gmt|z|[ecmp][sd]t|[+-](\d{2})(\d{2}))$`)

// mailDate gives the rule that an RSS date breaks, "" when none. Whatever is legal but badly read by old programs is problematical.
func mailDate(s string) string {
	s = strings.TrimSpace(s)
	m := regexp.MustCompile(`^(?:([A-Za-z]{3}), )?(\d{1,2}) ([A-Za-z]{3,9}) (\d{4}) (\d{2}:\d{2}(?::\d{2})?) (\S+)$`).FindStringSubmatch(s)
	if m == nil {
		if regexp.MustCompile(`\(|^[A-Za-z]{3} *,|^\d{1,2} [A-Za-z]{3} \d{2} |^[A-Za-z]{3}, *\d{1,2} +[A-Za-z]{3} +\d{2,4} `).MatchString(s) {
			return "ProblematicalRFC822Date"
		}
		return "InvalidRFC2822Date"
	}
	z := zones.FindStringSubmatch(m[6])
	if z == nil {
		if len(m[6]) == 1 {
			return "ProblematicalRFC822Date"
		}
		return "InvalidRFC2822Date"
	}
	clock := m[5]
	if len(clock) == 5 {
		clock += ":00"
	}
	t, err := time.Parse("2 Jan 2006 15:04:05", m[2]+" "+m[3][:3]+" "+m[4]+" "+clock)
	if err != nil {
		return "InvalidRFC2822Date"
	}
	if m[1] != "" && !strings.EqualFold(t.Weekday().String()[:3], m[1]) {
		return "InvalidRFC2822Date"
	}
	if len(z) > 2 && z[2] != "" && z[2] != "00" && z[2] != "30" {
		return "ProblematicalRFC822Date"
	}
	return ""
}

// TestTheRulesHoldOnThePublishedSamples says of each sample what it says of itself, so that the rules can be trusted on our output.
func TestTheRulesHoldOnThePublishedSamples(t *testing.T) {
	const samples = shared + "/feeds/feedvalidator-sample"
	if _, err := os.Stat(samples); err != nil {
		t.Skip("no feed samples beside the repository: ../shared/testdata/feeds is absent")
	}
	expect := regexp.MustCompile(`Expect:\s+(!?)([A-Za-z0-9]+)(?:\{([^}]*)\})?`)
	checked := 0
	for _, pattern := range []string{"/atom/*/*.xml", "/rss20/*/*.xml"} {
		files, _ := filepath.Glob(samples + pattern)
		for _, file := range files {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			m := expect.FindStringSubmatch(string(raw))
			got, err := complaints(raw)
			if m == nil || err != nil {
				t.Errorf("%s: %v %v", file, m, err)
				continue
			}
			checked++
			if fault := disagrees(m[1] != "", m[2], m[3], got); fault != "" {
				t.Errorf("%s: %s, got %v", file, fault, got)
			}
		}
	}
	t.Logf("%d samples", checked)
}

// disagrees says how the complaints differ from what a sample expects.
func disagrees(not bool, rule, where string, got []string) string {
	element := ""
	for _, p := range strings.Split(where, ",") {
		if v, ok := strings.CutPrefix(p, "element:"); ok {
			element = v
		}
	}
	said := func(rule string) bool {
		for _, c := range got {
			name, place, _ := strings.Cut(c, " ")
			if name == rule && (element == "" || strings.HasSuffix(place, "/"+element) || strings.HasPrefix(place, element+"/")) {
				return true
			}
		}
		return false
	}
	switch {
	case rule == "Error": // warnings may be given
		for _, c := range got {
			if name, _, _ := strings.Cut(c, " "); name != "MissingSelf" && name != "DuplicateEntries" && name != "MissingSummary" {
				return "no error was expected"
			}
		}
	case strings.HasPrefix(rule, "Valid"):
		bad := map[string][]string{"ValidRFC2822Date": {"InvalidRFC2822Date", "ProblematicalRFC822Date"}, "ValidHttpGUID": {"InvalidHttpGUID", "InvalidPermalink"},
			"ValidBooleanAttribute": {"InvalidBooleanAttribute"}}
		for _, b := range bad[rule] {
			if said(b) {
				return "nothing was expected"
			}
		}
	case not && said(rule):
		return rule + " was not expected"
	case !not && !said(rule):
		return fmt.Sprintf("%s %s was expected", rule, where)
	}
	return ""
}
