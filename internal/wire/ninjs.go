package wire

import (
	"fmt"
	"strings"

	"dateline/internal/fault"
)

const keyUnknown = "fault.wire.unknown"

// families holds the shape of an item in each family. It is set in init because a shape that meets an unknown name
// looks at all of them.
var families map[Family]*shape

func init() {
	families = map[Family]*shape{Ninjs1: ninjs1, Ninjs2: ninjs2, Ninjs3: ninjs3}
}

// Warning is something in an item that was not taken, or taken otherwise than it stands. Location is the path of the
// property, Text says in English what was done.
type Warning struct {
	Location string
	Text     string
}

// String gives the warning as one line.
func (w Warning) String() string {
	if w.Location == "" {
		return w.Text
	}
	return w.Location + " " + w.Text
}

// Detect tells the family of a ninjs item by the names it uses, which say more than the version it claims: the one
// that knows most of its names, then most of the names further inside, then the claimed one, then the newest. A value that is no JSON object is Malformed.
func Detect(data []byte) (Family, error) {
	n, err := read(data)
	if err != nil {
		return 0, err
	}
	return detect(n)
}

func detect(n *node) (Family, error) {
	if n.kind != 'o' {
		return 0, malformed("", "fault.wire.form", "is no news item: a JSON object is needed")
	}
	var equal []Family // those that know most names, the newest first
	most := -1
	for _, f := range []Family{Ninjs3, Ninjs2, Ninjs1} {
		score := 0
		for i, name := range n.names {
			if known(f, name, n.values[i]) {
				score++
			}
		}
		if score > most {
			most, equal = score, nil
		}
		if score == most {
			equal = append(equal, f)
		}
	}
	if len(equal) == 1 {
		return equal[0], nil
	}
	best, fewest := equal[0], 0
	for i, f := range equal {
		strange := 0
		for _, b := range breaches(f, n) {
			if b.key == keyUnknown {
				strange += 2
			}
		}
		if f == claimed(n) {
			strange--
		}
		if i == 0 || strange < fewest {
			best, fewest = f, strange
		}
	}
	return best, nil
}

// known reports whether the family has the name, and with this form when families differ in the form only.
func known(f Family, name string, v *node) bool {
	if families[f].find(name) == nil {
		return false
	}
	switch name {
	case "renditions", "associations", "altids":
		return v.kind == 'o' == (f == Ninjs1)
	}
	return true
}

// claimed gives the family that the item says it belongs to, 0 when it says nothing.
func claimed(n *node) Family {
	s := n.of("standard")
	if s == nil {
		s = n.of("$standard")
	}
	version := s.of("version").word()
	if version == "" {
		if _, after, ok := strings.Cut(s.of("schema").word(), "ninjs-schema_"); ok {
			version = after
		}
	}
	for f, start := range map[Family]string{Ninjs1: "1.", Ninjs2: "2.", Ninjs3: "3."} {
		if strings.HasPrefix(version, start) {
			return f
		}
	}
	return 0
}

// breaches gives what in n the schema of the family does not allow.
func breaches(f Family, n *node) []breach {
	var c check
	families[f].check(&c, "", n)
	return c.breaches
}

// validate sorts the breaches of an item into refusals and warnings.
//
// The published schemas refuse every unknown name. Real feeds carry names of their own, and an import that refuses them
// is of no use; so an unknown name is ignored with a warning, unless that would lose something: when it is a known name
// misspelled, a name of another family, or begins like a text ("headline_…", "body-…"), or when the item has nothing
// but its address beside it. Every other breach refuses the item.
func validate(f Family, n *node) ([]Warning, error) {
	var g fault.Gather
	var warnings []Warning
	bare := true
	for i, name := range n.names {
		if known(f, name, n.values[i]) && name != "uri" && plain(name) != "standard" {
			bare = false
		}
	}
	for _, b := range breaches(f, n) {
		if b.extra && !(bare && !strings.ContainsAny(b.at, ".[")) {
			warnings = append(warnings, Warning{b.at, "is no property of ninjs " + f.String() + " and was ignored"})
			continue
		}
		g.At(b.at, b.key, "%s", b.text)
	}
	if v := n.of("uri"); v != nil && v.kind == 's' && v.word() == "" {
		g.At("uri", "fault.wire.missing", "is empty, and nothing else says which item this is")
	} else if len(v.word()) > MaxURI {
		g.At("uri", "fault.wire.value", "has more than %d bytes", MaxURI)
	}
	return warnings, g.Err()
}

// MaxURI is how many bytes the address of an item may have; an index of a database holds no more.
const MaxURI = 2000

// refusal puts the family in front of a fault's words, for people who read a log of an import.
func refusal(f Family, err error) error {
	var e *fault.Error
	if err == nil || !asFault(err, &e) {
		return err
	}
	c := *e
	c.Text = fmt.Sprintf("not valid ninjs %s: %s", f, e.Text)
	return &c
}

// FaultKeys lists every catalogue key that this package may name, for the test that all have words.
func FaultKeys() []string {
	return []string{"fault.wire.form", "fault.wire.missing", keyUnknown, "fault.wire.value", "fault.wire.stream"}
}
