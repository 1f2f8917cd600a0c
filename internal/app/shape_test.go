package app

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// shapes are the schemas of the committed description, by method, pattern of the path and status.
type shapes []struct {
	method string
	path   *regexp.Regexp
	status string
	schema *jsonschema.Schema // nil: the answer has no body, or is none of JSON
	kind   string             // of an answer that is no JSON
}

// readShapes compiles the committed description once for all tests.
var readShapes = sync.OnceValues(func() (shapes, error) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "openapi.json"))
	if err != nil {
		return nil, err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource("openapi.json", doc); err != nil {
		return nil, err
	}
	var spec struct {
		Paths map[string]map[string]struct {
			Responses map[string]struct {
				Content map[string]json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(raw, &spec); err != nil {
		return nil, err
	}
	var out shapes
	for path, item := range spec.Paths {
		pattern := regexp.MustCompile("^" + regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(path, "[^/]+") + "$")
		for method, op := range item {
			for status, r := range op.Responses {
				one := shapes{{strings.ToUpper(method), pattern, status, nil, ""}}
				for kind := range r.Content {
					if !strings.HasSuffix(kind, "json") {
						one[0].kind = kind
						continue
					}
					at := "openapi.json#/paths/" + escape(path) + "/" + method + "/responses/" + status + "/content/" + escape(kind) + "/schema"
					if one[0].schema, err = c.Compile(at); err != nil {
						return nil, err
					}
				}
				out = append(out, one...)
			}
		}
	}
	return out, nil
})

func escape(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(s, "~", "~0"), "/", "~1"), "{", "%7B")
}

// fits holds an answer of the API against what the description says of it; a status that is not described is a fault as well.
func (p *paper) fits(method, path string, r reply) {
	p.t.Helper()
	if !strings.HasPrefix(path, "/api/v1/") || method == "HEAD" || r.status == 301 { // 301 is the gate's
		return
	}
	all, err := readShapes()
	if err != nil {
		p.t.Fatal(err)
	}
	known := false
	for _, one := range all {
		if one.method != method || !one.path.MatchString(path) {
			continue
		}
		known = true
		if one.status != strconv.Itoa(r.status) {
			continue
		}
		if one.kind != "" {
			if got := r.header.Get("Content-Type"); !strings.HasPrefix(got, one.kind) {
				p.t.Errorf("%s %s: %d is %s, not %s", method, path, r.status, got, one.kind)
			}
			return
		}
		if one.schema == nil {
			if len(r.body) > 0 {
				p.t.Errorf("%s %s: %d has a body: %.200s", method, path, r.status, r.body)
			}
			return
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(r.body))
		if err == nil {
			err = one.schema.Validate(v)
		}
		if err != nil {
			p.t.Errorf("%s %s: %d is not as described: %v\n%.500s", method, path, r.status, err, r.body)
		}
		return
	}
	if known {
		p.t.Errorf("%s %s: the status %d is not described: %.200s", method, path, r.status, r.body)
	}
}
