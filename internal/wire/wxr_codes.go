package wire

import (
	"html"
	"regexp"
	"strings"
)

// Bounds of the work on shortcodes.
const (
	maxCodes   = 10_000    // in one item
	maxCode    = 4 << 10   // bytes of one without its content
	maxCodeGap = 256 << 10 // bytes up to its end
)

var (
	codeName    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*`)
	codeAttr    = regexp.MustCompile(`([A-Za-z0-9_-]+)\s*=\s*"([^"]*)"|([A-Za-z0-9_-]+)\s*=\s*'([^']*)'|([A-Za-z0-9_-]+)\s*=\s*([^\s'"]+)|"([^"]*)"|(\S+)`)
	codeAddress = regexp.MustCompile(`https?://[^\s"'<>\[\]]+`)
	imageTag    = regexp.MustCompile(`(?is)^\s*(<a\b[^>]*>\s*)?<img\b[^>]*>(\s*</a>)?`)
)

// code is one shortcode: [name attr="value"]content[/name].
type code struct {
	name, said, content string
	attrs               map[string]string
	closed              bool
}

// services are shortcodes of plug-ins that name a thing on a service by its address or its id.
var services = map[string]string{
	"embed": "", "youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/", "dailymotion": "https://www.dailymotion.com/video/", "tweet": "", "twitter": "",
	"instagram": "", "facebook": "", "soundcloud": "", "spotify": "", "tiktok": "", "wpvideo": "", "googlevideo": "", "ted": "", "bandcamp": "",
}

// shortcodes makes HTML of the shortcodes in a text. What looks like none ("[sic]") stays; unknown ones fall away, and what they
// enclose stays.
func (b *wxrBody) shortcodes(text string, deep int) string {
	if !strings.Contains(text, "[") {
		return text
	}
	var out strings.Builder
	for {
		at := strings.IndexByte(text, '[')
		if at < 0 || b.codes >= maxCodes {
			out.WriteString(text)
			return out.String()
		}
		out.WriteString(text[:at])
		text = text[at:]
		if strings.HasPrefix(text, "[[") { // how WordPress writes one that is to be shown
			if inner, _, ok := strings.Cut(text[2:min(len(text), maxCode)], "]]"); ok && !strings.Contains(inner, "\n") {
				out.WriteString("[" + inner + "]")
				text = text[2+len(inner)+2:]
				continue
			}
		}
		c, size := readCode(text)
		if size == 0 {
			out.WriteByte('[')
			text = text[1:]
			continue
		}
		b.codes++
		shown, ok := b.code(c, deep)
		if !ok {
			out.WriteByte('[')
			text = text[1:]
			continue
		}
		out.WriteString(shown)
		text = text[size:]
	}
}

// readCode reads the shortcode with which a text begins; size is 0 when it begins with none.
func readCode(text string) (c code, size int) {
	c.name = codeName.FindString(text[1:min(len(text), 100)])
	if c.name == "" {
		return c, 0
	}
	i := 1 + len(c.name)
	if i >= len(text) || strings.IndexByte("] \t\n=/\"", text[i]) < 0 {
		return c, 0
	}
	quote := byte(0)
	start := i
	for ; i < len(text) && i < maxCode; i++ {
		switch ch := text[i]; {
		case quote != 0:
			if ch == quote {
				quote = 0
			}
			continue
		case ch == '"' || ch == '\'' && text[i-1] == '=':
			quote = ch
			continue
		case ch == '[':
			return c, 0
		case ch != ']':
			continue
		}
		break
	}
	if i >= len(text) || i >= maxCode {
		return c, 0
	}
	c.said = strings.TrimSuffix(strings.TrimLeft(text[start:i], "="), "/")
	c.attrs = map[string]string{}
	for _, m := range codeAttr.FindAllStringSubmatch(html.UnescapeString(c.said), 50) {
		for n := 1; n+1 < 7; n += 2 {
			if m[n] != "" {
				c.attrs[strings.ToLower(m[n])] = m[n+1]
			}
		}
	}
	size = i + 1
	if !strings.HasSuffix(text[start:i], "/") {
		end := "[/" + c.name + "]"
		if gap := strings.Index(text[size:min(len(text), size+maxCodeGap)], end); gap >= 0 {
			c.content, c.closed = text[size:size+gap], true
			size += gap + len(end)
		}
	}
	return c, size
}

// code writes what a shortcode shows; ok is false when it is none.
func (b *wxrBody) code(c code, deep int) (shown string, ok bool) {
	inner := func() string {
		if deep >= 8 {
			return c.content
		}
		return b.shortcodes(c.content, deep+1)
	}
	switch name := strings.ToLower(c.name); name {
	case "caption", "wp_caption":
		if c.closed {
			return captioned(inner(), c.attrs["caption"]), true
		}
	case "gallery":
		return b.gallery(c), true
	case "playlist":
		return b.playlist(c), true
	case "video", "audio":
		for _, from := range []string{c.attrs["src"], c.attrs["mp4"], c.attrs["m4v"], c.attrs["webm"], c.attrs["ogv"], c.attrs["mp3"], c.attrs["m4a"], c.attrs["ogg"], c.attrs["wav"], codeAddress.FindString(c.said), codeAddress.FindString(c.content)} {
			if from != "" {
				return b.player(name, from, ""), true
			}
		}
		b.warn("[" + name + "] names no file and was left out")
		return "", true
	default:
		base, service := services[name]
		if !service {
			return b.unknown(c, inner)
		}
		where := codeAddress.FindString(c.said)
		if where == "" {
			where = codeAddress.FindString(c.content)
		}
		if id := strings.Trim(strings.TrimSpace(c.said), `"`); where == "" && base != "" && c.attrs["id"] != "" {
			where = base + c.attrs["id"]
		} else if where == "" && base != "" && id != "" && !strings.ContainsAny(id, " =/") {
			where = base + id
		}
		if e := embedded(where, ""); e != "" {
			return e, true
		}
		return b.unknown(c, inner)
	}
	return b.unknown(c, inner)
}

// unknown takes what has the form of a shortcode out, and leaves words in brackets.
func (b *wxrBody) unknown(c code, inner func() string) (string, bool) {
	if !c.closed && len(c.attrs) == 0 && !strings.ContainsAny(c.name, "_-") {
		return "", false
	}
	if strings.TrimSpace(c.content) == "" {
		b.warn("[" + c.name + "] is made by WordPress or a plug-in and was left out")
		return "", true
	}
	b.warn("[" + c.name + "] is not known here; what it encloses was kept")
	return inner(), true
}

// captioned makes a figure of a picture and the words behind it.
func captioned(content, caption string) string {
	image := imageTag.FindString(content)
	if image == "" {
		return content
	}
	if rest := strings.TrimSpace(content[len(image):]); caption == "" {
		caption = rest
	}
	return "\n\n<figure>" + strings.TrimSpace(image) + "<figcaption>" + caption + "</figcaption></figure>\n\n"
}

// player writes a recording, which stays where it is.
func (b *wxrBody) player(kind, address, title string) string {
	address = b.site.file(strings.TrimSpace(address))
	if e := embedded(address, ""); strings.Contains(e, "data-embed") {
		return e
	}
	b.warn("the file " + address + " stays at its old address")
	return "\n\n" + element(kind, "src", address, "title", title) + "</" + kind + ">\n\n"
}

// named lists the attachments that a shortcode names.
func (b *wxrBody) named(c code) []WXRItem {
	ids := c.attrs["ids"]
	if ids == "" {
		ids = c.attrs["include"]
	}
	var out []WXRItem
	for _, id := range strings.FieldsFunc(ids, func(r rune) bool { return r == ',' || r == ' ' }) {
		if len(out) >= 100 {
			break
		}
		if a, ok := b.find("id", id); ok && a.File != "" {
			out = append(out, a)
		}
	}
	if len(out) == 0 {
		b.warn("[" + c.name + "] names no file of the export and was left out")
	}
	return out
}

func (b *wxrBody) gallery(c code) string {
	shown := ""
	for _, a := range b.named(c) {
		address := b.site.file(a.File)
		b.attached[address] = a
		shown += element("img", "src", address, "alt", a.Meta["_wp_attachment_image_alt"])
	}
	if shown == "" {
		return ""
	}
	return "\n\n" + `<figure class="gallery">` + shown + "</figure>\n\n"
}

func (b *wxrBody) playlist(c code) string {
	kind := "audio"
	if c.attrs["type"] == "video" {
		kind = "video"
	}
	shown := ""
	for _, a := range b.named(c) {
		shown += b.player(kind, a.File, oneLine(plainText(a.Title)))
	}
	return shown
}
