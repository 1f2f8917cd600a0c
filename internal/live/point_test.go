package live

import (
	"testing"

	"dateline/internal/fact"
)

func FuzzResumePoint(f *testing.F) {
	f.Add("")
	f.Add("AQ")
	for _, n := range []int{1, 2, MaxTopics} {
		f.Add(string(appendPoint(nil, epochSum("one"), n, func(i int) place { return place{uint32(i) * 1e8, int64(i) << (6 * i)} })))
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, ok := parsePoint(text)
		if !ok {
			return
		}
		if n := len(p.places); n < 1 || n > MaxTopics {
			t.Fatalf("%d places", n)
		}
		for _, at := range p.places {
			if at.pos < 0 {
				t.Fatalf("position %d", at.pos)
			}
		}
		if again := string(appendPoint(nil, p.epoch, len(p.places), func(i int) place { return p.places[i] })); again != text {
			t.Fatalf("%q was read, but would be written %q", text, again)
		}
	})
}

func FuzzParseTopics(f *testing.F) {
	f.Add("newsfeed:international", "article:0abc")
	f.Add("desk:a", "desk:a")
	f.Add("house", "")
	f.Fuzz(func(t *testing.T, a, b string) {
		topics, err := ParseTopics([]string{a, b})
		if err != nil {
			return
		}
		if len(topics) != 2 || topics[0] == topics[1] || string(topics[0]) != a || topics[0] == fact.House {
			t.Fatalf("%q and %q gave %q", a, b, topics)
		}
	})
}

func TestAResumePointIsShort(t *testing.T) {
	one := appendPoint(nil, epochSum("one"), 1, func(int) place { return place{topicSum("newsfeed:international"), 100_000} })
	if len(one) > 24 {
		t.Errorf("one topic takes %d characters: %s", len(one), one)
	}
	ten := appendPoint(nil, epochSum("one"), MaxTopics, func(i int) place { return place{uint32(i), 1 << 62} })
	if len(ten) > 200 {
		t.Errorf("ten topics take %d characters", len(ten))
	}
}

func TestAResumePointThatWeDidNotWriteIsRefused(t *testing.T) {
	good := string(appendPoint(nil, 7, 2, func(i int) place { return place{uint32(i), 300} }))
	if _, ok := parsePoint(good); !ok {
		t.Fatal("our own is refused")
	}
	for name, text := range map[string]string{
		"empty":            "",
		"padded":           good + "=",
		"with a line end":  good[:4] + "\n" + good[4:],
		"cut":              good[:len(good)-1],
		"longer":           good + "AAAA",
		"of another form":  "C" + good[1:],
		"not base64url":    "+" + good[1:],
		"topics unsorted":  string(appendPoint(nil, 7, 2, func(i int) place { return place{uint32(1 - i), 1} })),
		"a topic twice":    string(appendPoint(nil, 7, 2, func(int) place { return place{5, 1} })),
		"no topic":         string(appendPoint(nil, 7, 0, nil)),
		"negative":         string(appendPoint(nil, 7, 1, func(int) place { return place{5, -1} })),
		"a number padded":  "AQAAAAAAAAAHAAAABYEA",
		"endless":          string(make([]byte, 1<<20)),
		"eleven of topics": good + good + good,
	} {
		if _, ok := parsePoint(text); ok {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestThePointsOfAPagesPartsAreJoined(t *testing.T) {
	at := func(epoch uint64, places ...place) string {
		return string(appendPoint(nil, epoch, len(places), func(i int) place { return places[i] }))
	}
	feed, story := place{sum: 9, pos: 41}, place{sum: 3, pos: 2}
	for name, c := range map[string]struct {
		points []string
		want   string
	}{
		"none":               {nil, ""},
		"one":                {[]string{at(7, feed)}, at(7, feed)},
		"two":                {[]string{at(7, feed), at(7, story)}, at(7, story, feed)},
		"the earlier counts": {[]string{at(7, feed), at(7, story, place{sum: 9, pos: 40})}, at(7, story, place{sum: 9, pos: 40})},
		"two epochs":         {[]string{at(7, feed), at(8, story)}, unprovable},
		"one is none":        {[]string{at(7, feed), "what"}, unprovable},
	} {
		if got := joinPoints(c.points); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	var many []string
	for i := range MaxTopics + 1 {
		many = append(many, at(7, place{sum: uint32(i), pos: 1}))
	}
	if got := joinPoints(many); got != unprovable {
		t.Errorf("too many topics: %q", got)
	}
	if _, ok := parsePoint(unprovable); ok {
		t.Error("unprovable is a point")
	}
}
