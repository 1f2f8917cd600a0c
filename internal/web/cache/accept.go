package cache

import "strings"

// The encodings, best last.
const (
	identity = iota
	gzipped
	brotlied
	encodings
)

var (
	names    = [encodings][]string{gzipped: {"gzip"}, brotlied: {"br"}}
	suffixes = [encodings]string{gzipped: "-gz", brotlied: "-br"}
)

// accepted gives the encoding a client gets by its Accept-Encoding lines (RFC 9110, 12.5.3): the one of highest weight,
// the better one among equals. When it accepts none, it gets identity, which the RFC allows and clients survive.
func accepted(lines []string) int {
	if len(lines) == 0 {
		return identity
	}
	if len(lines) == 1 {
		switch lines[0] { // what nearly everybody sends
		case "gzip, deflate, br, zstd", "gzip, deflate, br", "br", "br, gzip":
			return brotlied
		case "gzip", "gzip, deflate":
			return gzipped
		}
	}
	const unsaid = -1
	weight := [encodings]int{unsaid, unsaid, unsaid}
	any := unsaid
	for _, rest := range lines {
		for rest != "" {
			var one string
			one, rest, _ = strings.Cut(rest, ",")
			coding, params, _ := strings.Cut(one, ";")
			q := weightOf(params)
			coding = strings.Trim(coding, " \t")
			switch {
			case coding == "*":
				any = q
			case strings.EqualFold(coding, "gzip"), strings.EqualFold(coding, "x-gzip"):
				weight[gzipped] = q
			case strings.EqualFold(coding, "br"):
				weight[brotlied] = q
			case strings.EqualFold(coding, "identity"):
				weight[identity] = q
			}
		}
	}
	best, most := identity, 0
	if weight[identity] > 0 {
		most = weight[identity]
	}
	for enc := gzipped; enc < encodings; enc++ {
		q := weight[enc]
		if q == unsaid {
			q = any
		}
		if q > 0 && q >= most {
			best, most = enc, q
		}
	}
	return best
}

// weightOf reads ";q=0.8" in thousandths; without a weight it is 1000, an unreadable one is 0.
func weightOf(params string) int {
	for params != "" {
		var one string
		one, params, _ = strings.Cut(params, ";")
		name, value, ok := strings.Cut(strings.Trim(one, " \t"), "=")
		if !ok || !strings.EqualFold(strings.TrimRight(name, " \t"), "q") {
			continue
		}
		value = strings.TrimLeft(value, " \t")
		if value == "" || len(value) > 5 || value[0] != '0' && value[0] != '1' || len(value) > 1 && value[1] != '.' {
			return 0
		}
		q, unit := int(value[0]-'0')*1000, 100
		for i := 2; i < len(value); i++ {
			if value[i] < '0' || value[i] > '9' {
				return 0
			}
			q += int(value[i]-'0') * unit
			unit /= 10
		}
		return min(q, 1000)
	}
	return 1000
}

// anything is what matches gives for "*".
const anything = encodings

// matches looks for a version in one line of If-None-Match, by the weak comparison that this header uses (RFC 9110, 13.1.2).
// It gives the encoding of the tag found, anything for "*", and -1 when it is not there.
func matches(line, bare string) int {
	for {
		line = strings.TrimLeft(line, " \t,")
		if line == "" || bare == "" {
			return -1
		}
		if line[0] == '*' {
			if rest := strings.TrimLeft(line[1:], " \t"); rest == "" || rest[0] == ',' {
				return anything
			}
			return -1
		}
		line = strings.TrimPrefix(line, "W/")
		if line == "" || line[0] != '"' {
			return -1
		}
		end := strings.IndexByte(line[1:], '"')
		if end < 0 {
			return -1
		}
		tag := line[1 : 1+end]
		line = line[end+2:]
		if !strings.HasPrefix(tag, bare) {
			continue
		}
		for enc, suffix := range suffixes {
			if tag[len(bare):] == suffix {
				return enc
			}
		}
	}
}
