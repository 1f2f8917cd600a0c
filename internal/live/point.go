package live

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"math"
	"slices"

	"dateline/internal/fact"
)

// MaxTopics is how many topics one stream may follow.
const MaxTopics = 10

// A resume point is the id of an event: where a reader stands in each of its topics. It is opaque to
// everybody else. Its form: a version byte, eight bytes for the epoch, and for each topic, by ascending
// hash, four bytes for the topic and its position as a varint; the whole in base64url. It is not
// signed: whoever forges one gets a replay that anybody may ask for, or a reset.
const pointVersion = 1

// place is a position in a topic, the topic given by its hash.
type place struct {
	sum uint32
	pos int64
}

// point is a parsed resume point.
type point struct {
	epoch  uint64
	places []place // by ascending sum, 1 to MaxTopics
}

// maxPoint is how long a resume point can be before it is encoded.
const maxPoint = 1 + 8 + MaxTopics*(4+binary.MaxVarintLen64)

// appendPoint appends the text of a resume point; places stand by ascending sum.
func appendPoint(dst []byte, epoch uint64, n int, at func(int) place) []byte {
	var raw [maxPoint]byte
	b := append(raw[:0], pointVersion)
	b = binary.BigEndian.AppendUint64(b, epoch)
	for i := range n {
		p := at(i)
		b = binary.BigEndian.AppendUint32(b, p.sum)
		b = binary.AppendUvarint(b, uint64(p.pos))
	}
	return base64.RawURLEncoding.AppendEncode(dst, b)
}

// parsePoint reads a resume point; it takes exactly what appendPoint gives and nothing else.
func parsePoint(text string) (point, bool) {
	if len(text) > base64.RawURLEncoding.EncodedLen(maxPoint) {
		return point{}, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) < 1+8+4+1 || b[0] != pointVersion {
		return point{}, false
	}
	// The decoder skips line ends, which we never write.
	if base64.RawURLEncoding.EncodedLen(len(b)) != len(text) {
		return point{}, false
	}
	p := point{epoch: binary.BigEndian.Uint64(b[1:])}
	b = b[9:]
	for len(b) > 0 {
		if len(b) < 5 || len(p.places) == MaxTopics {
			return point{}, false
		}
		sum := binary.BigEndian.Uint32(b)
		pos, n := binary.Uvarint(b[4:])
		if n <= 0 || pos > math.MaxInt64 || n > 1 && b[4+n-1] == 0 { // too long, too large, or longer than it need be
			return point{}, false
		}
		if k := len(p.places); k > 0 && p.places[k-1].sum >= sum {
			return point{}, false
		}
		p.places = append(p.places, place{sum: sum, pos: int64(pos)})
		b = b[4+n:]
	}
	return p, true
}

// unprovable is no resume point, so whoever asks for it is told to read the page again.
const unprovable = "-"

// joinPoints makes one resume point of those that the parts of a page carry; of a topic that stands in several, the earliest
// position counts. What cannot be joined, with a point that is none or of two epochs, is unprovable.
func joinPoints(texts []string) string {
	switch len(texts) {
	case 0:
		return ""
	case 1:
		return texts[0]
	}
	var all point
	for i, text := range texts {
		p, ok := parsePoint(text)
		if !ok || i > 0 && p.epoch != all.epoch || i >= MaxTopics {
			return unprovable
		}
		all.epoch = p.epoch
		for _, at := range p.places {
			k, known := slices.BinarySearchFunc(all.places, at.sum, func(a place, sum uint32) int { return cmp.Compare(a.sum, sum) })
			switch {
			case known:
				all.places[k].pos = min(all.places[k].pos, at.pos)
			case len(all.places) == MaxTopics:
				return unprovable
			default:
				all.places = slices.Insert(all.places, k, at)
			}
		}
	}
	return string(appendPoint(nil, all.epoch, len(all.places), func(i int) place { return all.places[i] }))
}

// position gives the position in the topic with this hash.
func (p point) position(sum uint32) (int64, bool) {
	for _, at := range p.places {
		if at.sum == sum {
			return at.pos, true
		}
	}
	return 0, false
}

// topicSum and epochSum are FNV-1a: short names for what is compared, not a protection.
func topicSum(t fact.Topic) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(t); i++ {
		h = (h ^ uint32(t[i])) * 16777619
	}
	return h
}

func epochSum(epoch string) uint64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(epoch); i++ {
		h = (h ^ uint64(epoch[i])) * 1099511628211
	}
	return h
}
