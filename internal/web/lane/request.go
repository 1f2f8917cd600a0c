package lane

import "bytes"

// request is a simple GET, its parts as they stand in the buffer; nil is absent.
type request struct {
	path, host                                   []byte
	acceptEncoding, ifNoneMatch, ifModifiedSince []byte
	agent                                        []byte // the first, if there are several
	forwarded                                    []byte // what a proxy says that the host was
	ahead                                        bool   // a browser asks before its reader did
}

var (
	get     = []byte("GET ")
	version = []byte(" HTTP/1.1\r\n")
	end     = []byte("\r\n\r\n")
	ahead   = []byte("prefetch")
)

// What may be in a path and in the name of a host.
var inPath, inHost, inName = letters("/-._~"), letters("-.:"), letters("-")

func letters(and string) (set [256]bool) {
	for c := range 256 {
		set[c] = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	}
	for _, c := range []byte(and) {
		set[c] = true
	}
	return set
}

const longestPath = 2048

// passing are headers that decide nothing about a page; small letters. Whatever is neither here nor looked at in field is not
// simple: bodies, upgrades, ranges, credentials, and another host in the words of a proxy.
var passing = map[string]bool{
	"accept": true, "accept-language": true, "referer": true, "dnt": true, "sec-gpc": true, "save-data": true,
	"upgrade-insecure-requests": true, "priority": true, "cache-control": true, "pragma": true, "via": true, "from": true,
	"sec-fetch-site": true, "sec-fetch-mode": true, "sec-fetch-dest": true, "sec-fetch-user": true,
	"sec-ch-ua": true, "sec-ch-ua-mobile": true, "sec-ch-ua-platform": true, "sec-ch-prefers-color-scheme": true,
	"x-forwarded-for": true, "x-forwarded-proto": true, "x-forwarded-port": true, "x-real-ip": true, "x-request-id": true, "accept-charset": true,
	"x-varnish": true, "cdn-loop": true, "cf-ray": true, "cf-connecting-ip": true, "cf-visitor": true, "cf-ipcountry": true, "traceparent": true, "tracestate": true,
}

// parse reports whether b is one request, complete and simple, with nothing after it.
func (q *request) parse(b []byte) bool {
	if !bytes.HasPrefix(b, get) || !bytes.HasSuffix(b, end) {
		return false
	}
	line := bytes.IndexByte(b, '\n')
	if line < len(get)+len(version) || !bytes.HasSuffix(b[:line+1], version) {
		return false
	}
	q.path = b[len(get) : line+1-len(version)]
	if !straight(q.path) {
		return false
	}
	for rest := b[line+1 : len(b)-2]; len(rest) > 0; {
		stop := bytes.IndexByte(rest, '\n')
		if stop < 1 || rest[stop-1] != '\r' || !q.field(rest[:stop-1]) {
			return false
		}
		rest = rest[stop+1:]
	}
	return q.host != nil && (q.forwarded == nil || bytes.Equal(q.forwarded, q.host))
}

// straight reports whether a path is written as it is meant: no escapes, no empty and no dotted segments.
func straight(p []byte) bool {
	if len(p) == 0 || len(p) > longestPath || p[0] != '/' {
		return false
	}
	for i, c := range p {
		if !inPath[c] || c == '/' && i+1 < len(p) && (p[i+1] == '/' || p[i+1] == '.') {
			return false
		}
	}
	return true
}

// longestName is that of the names in passing.
const longestName = 32

// field takes one line of the head and reports whether it is simple.
func (q *request) field(line []byte) bool {
	colon := bytes.IndexByte(line, ':')
	if colon < 1 || colon > longestName || len(line) < colon+3 || line[colon+1] != ' ' {
		return false
	}
	value := line[colon+2:]
	if value[0] == ' ' || value[len(value)-1] == ' ' {
		return false
	}
	for _, c := range value {
		if c < ' ' || c > '~' {
			return false
		}
	}
	var small [longestName]byte
	name := small[:colon]
	for i, c := range line[:colon] {
		if !inName[c] {
			return false
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		name[i] = c
	}
	switch string(name) {
	case "host":
		for _, c := range value {
			if !inHost[c] {
				return false
			}
		}
		return once(&q.host, value)
	case "accept-encoding":
		return once(&q.acceptEncoding, value)
	case "x-forwarded-host": // some proxies always send it
		return once(&q.forwarded, value)
	case "te": // how an answer may be sent that is none of ours
		return bytes.EqualFold(value, []byte("trailers"))
	case "if-none-match":
		return once(&q.ifNoneMatch, value)
	case "if-modified-since":
		return once(&q.ifModifiedSince, value)
	case "user-agent":
		if q.agent == nil {
			q.agent = value
		}
		return true
	case "sec-purpose", "purpose":
		q.ahead = q.ahead || bytes.Contains(value, ahead)
		return true
	case "connection":
		return bytes.EqualFold(value, []byte("keep-alive"))
	case "cookie": // somebody who is signed in may have a page of his own
		return !bytes.Contains(value, []byte("dateline"))
	}
	return passing[string(name)]
}

// once sets a part that may stand in a head once.
func once(part *[]byte, value []byte) bool {
	if *part != nil {
		return false
	}
	*part = value
	return true
}
