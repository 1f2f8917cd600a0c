package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const testdata = "../../../shared/testdata/wire-ninjs"

// data skips the test where the shared test data is absent.
func data(t testing.TB) {
	t.Helper()
	if _, err := os.Stat(testdata); err != nil {
		t.Skip("no wire test data beside the repository: ../shared/testdata/wire-ninjs is absent")
	}
}

// schemas compiles the published schemas, dates and addresses checked. Addresses may be relative, as the published cases have them.
func schemas(t testing.TB) map[Family]*jsonschema.Schema {
	t.Helper()
	data(t)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	c.RegisterFormat(&jsonschema.Format{Name: "uri", Validate: func(v any) error {
		if s, ok := v.(string); ok {
			var k check
			if address(&k, "", &node{kind: 's', text: s}); len(k.breaches) > 0 {
				return fmt.Errorf("no address")
			}
		}
		return nil
	}})
	add := func(url, file string) {
		f, err := os.Open(filepath.Join(testdata, "schema", file))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		doc, err := jsonschema.UnmarshalJSON(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource(url, doc); err != nil {
			t.Fatal(err)
		}
	}
	add("https://geojson.org/schema/GeoJSON.json", "GeoJSON-schema.json")
	out := map[Family]*jsonschema.Schema{}
	for f, v := range map[Family]string{Ninjs1: "1.6", Ninjs2: "2.2", Ninjs3: "3.1"} {
		url := "http://www.iptc.org/std/ninjs/ninjs-schema_" + v + ".json"
		add(url, "ninjs-schema_"+v+".json")
		s, err := c.Compile(url)
		if err != nil {
			t.Fatal(err)
		}
		out[f] = s
	}
	return out
}

func files(t testing.TB, pattern string) []string {
	t.Helper()
	data(t)
	found, err := filepath.Glob(filepath.Join(testdata, pattern))
	if err != nil || len(found) == 0 {
		t.Fatalf("no files for %s: %v", pattern, err)
	}
	return found
}

func verdicts(t testing.TB, s *jsonschema.Schema, f Family, raw []byte) (own []breach, ok bool, schema error) {
	t.Helper()
	n, err := read(raw)
	if err != nil {
		return nil, false, nil
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("own reader takes what the other refuses: %v in %s", err, raw)
	}
	return breaches(f, n), true, s.Validate(doc)
}

// TestOwnValidationAgreesWithTheSchemasOnEveryFile runs each file against all three families.
func TestOwnValidationAgreesWithTheSchemasOnEveryFile(t *testing.T) {
	all := schemas(t)
	n := 0
	for _, file := range append(files(t, "examples/*/*.json"), files(t, "test_suite/*/*/*.json")...) {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for f, s := range all {
			own, ok, schema := verdicts(t, s, f, raw)
			if !ok {
				continue
			}
			n++
			if (schema == nil) != (len(own) == 0) {
				t.Errorf("%s as %s: schema %v, own %v", file, f, schema, own)
			}
		}
	}
	t.Logf("%d verdicts compared", n)
}

// TestOwnValidationAgreesWithTheSchemasOnMutatedItems drops, renames, retypes and replaces properties of valid items, one to
// three at a time, and compares the verdicts.
func TestOwnValidationAgreesWithTheSchemasOnMutatedItems(t *testing.T) {
	all := schemas(t)
	rounds := 400
	if testing.Short() {
		rounds = 40
	}
	seeds := append(files(t, "examples/[123]*/*.json"), files(t, "test_suite/*/should_pass/*.json")...)
	for i, whole := range []string{everything1, everything2, everything3} {
		f := Family(i + 1)
		if own, _, schema := verdicts(t, all[f], f, []byte(whole)); schema != nil || len(own) > 0 {
			t.Fatalf("the item with everything of %s is not valid: %v %v", f, schema, own)
		}
	}
	r := rand.New(rand.NewPCG(7, 11))
	n, refused := 0, 0
	try := func(raw []byte, f Family, rounds int) {
		for range rounds {
			var v any
			d := json.NewDecoder(bytes.NewReader(raw))
			d.UseNumber()
			if err := d.Decode(&v); err != nil {
				t.Fatal(err)
			}
			for range 1 + r.IntN(3) {
				v = mutate(r, v)
			}
			changed, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			own, ok, schema := verdicts(t, all[f], f, changed)
			if !ok {
				t.Fatalf("cannot be read: %s", changed)
			}
			n++
			if schema != nil {
				refused++
			}
			if (schema == nil) != (len(own) == 0) {
				t.Errorf("as %s: schema %v, own %v\n%s", f, schema, own, changed)
				if t.Failed() && n > 50 {
					t.FailNow()
				}
			}
		}
	}
	for _, file := range seeds {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Detect(raw)
		if err != nil {
			t.Fatal(err)
		}
		try(raw, f, rounds/10)
	}
	try([]byte(everything1), Ninjs1, rounds*10)
	try([]byte(everything2), Ninjs2, rounds*10)
	try([]byte(everything3), Ninjs3, rounds*10)
	t.Logf("%d mutated items, %d refused by the schema", n, refused)
}

// mutate changes one random spot of v.
func mutate(r *rand.Rand, v any) any {
	switch v := v.(type) {
	case map[string]any:
		names := make([]string, 0, len(v))
		for k := range v {
			names = append(names, k)
		}
		sort.Strings(names)
		if len(names) == 0 || r.IntN(12) == 0 {
			v[stray[r.IntN(len(stray))]] = odd(r)
			return v
		}
		k := names[r.IntN(len(names))]
		switch r.IntN(10) {
		case 0:
			delete(v, k)
		case 1:
			v[rename(r, k)] = v[k]
			delete(v, k)
		case 2:
			v[k] = odd(r)
		default:
			v[k] = mutate(r, v[k])
		}
		return v
	case []any:
		if len(v) == 0 || r.IntN(8) == 0 {
			return append(v, odd(r))
		}
		i := r.IntN(len(v))
		if r.IntN(8) == 0 {
			return append(v[:i], v[i+1:]...)
		}
		v[i] = mutate(r, v[i])
		return v
	case string:
		if r.IntN(3) == 0 {
			return odd(r)
		}
		return strange[r.IntN(len(strange))]
	}
	return odd(r)
}

func rename(r *rand.Rand, k string) string {
	return []string{strings.ToLower(k), strings.ToUpper(k), k + "_x", "x" + k, k + "_", k + "é"}[r.IntN(6)]
}

var stray = []string{"random", "headline_x", "headline_é", "body_1", "description_", "geometry_a", "value", "address", "name",
	"startDate", "expectedStartDate", "expectedEndDate", "recurrenceDates", "linkedRights", "encodedRights", "linkedrights",
	"geoJSON", "geojson", "", " ", "é", "uri", "type", "coordinates", "bbox", "urgency", "contentType", "role"}

var strange = []string{"", "x", "usable", "canceled", "cancelled", "text", "event", "2026-03-10T09:05:00Z", "2026-03-10t09:05:00z",
	"2026-02-30T09:05:00Z", "2026-03-10T09:05:60Z", "2026-12-31T23:59:60Z", "2026-12-31T15:59:60-08:00", "2026-03-10T24:00:00Z", "2026-03-10 09:05:00Z", "2026-03-10T09:05:00",
	"2026-03-10T09:05:00+01:00", "2026-03-10T09:05:00+0100", "2026-03-10T09:05:00.5-05:30", "2026-03-10T09:05:00,5Z", "2026-03-10T9:05:00Z", "2026-03-10T09:05:00+24:00",
	"2026-03-10T09:05:00+23:60", "2026-03-10T09:05:00.Z", "2026", "02026", "12026-01", "-2026-01-31", "2026-13", "2026-00", "2026-1", "2026-03-32", "2026-03-10T09:05:00.25", "2026-03-10T23:59:59-23:59",
	"2026-03-10T09:05", "%zz", "http://[::1", "http://a b/", "://", "http://example.com/%41", "urn:x:y", "daily", "progressive", "Point", "Feature", "FeatureCollection", "Polygon", "complete", "full", "\x7f"}

func odd(r *rand.Rand) any {
	switch r.IntN(12) {
	case 0:
		return nil
	case 1:
		return true
	case 2:
		return json.Number([]string{"0", "1", "9", "10", "-1", "5.0", "5.5", "1e1", "1e-1", "10e-1", "0.0", "100", "101", "1e30"}[r.IntN(14)])
	case 3:
		return []any{}
	case 4:
		return []any{"x"}
	case 5:
		return []any{json.Number("1"), json.Number("2"), json.Number("3"), json.Number("4")}
	case 6:
		return map[string]any{}
	case 7:
		return map[string]any{"name": "x"}
	case 8:
		return map[string]any{"type": "Point", "coordinates": []any{json.Number("1"), json.Number("2")}}
	case 9:
		return map[string]any{"uri": "x", "name": "y", "value": "z"}
	case 10:
		return []any{map[string]any{"value": "x"}, map[string]any{"type": "Feature", "geometry": nil, "properties": nil}}
	}
	return strange[r.IntN(len(strange))]
}
