package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dateline/internal/edition"
	"dateline/internal/moment"
)

var update = flag.Bool("update", false, "write docs/openapi.json anew")

// described makes the description as the site serves it.
func described(t *testing.T) []byte {
	t.Helper()
	a, err := New(Options{Addresses: func() edition.Addresses { return edition.Addresses{} }, Cookie: func(*http.Request) string { return "" }, Clock: moment.System{}})
	if err != nil {
		t.Fatal(err)
	}
	return a.Spec()
}

// committed is where integrators find the description without a running site.
var committed = filepath.Join("..", "..", "..", "docs", "openapi.json")

func TestCommittedDescriptionIsFresh(t *testing.T) {
	now := described(t)
	if *update {
		if err := os.WriteFile(committed, now, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(committed)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(kept, now) {
		t.Errorf("docs/openapi.json is not what the site serves; run: go test ./internal/web/api -run Fresh -update")
	}
}

func TestDescriptionIsTheSameEachTime(t *testing.T) {
	if a, b := described(t), described(t); !bytes.Equal(a, b) {
		t.Error("two descriptions of the same API differ")
	}
}

// node is a piece of the description.
type node = map[string]any

// walk visits every object of the description with its place in it.
func walk(v any, at string, visit func(at string, n node)) {
	switch x := v.(type) {
	case node:
		visit(at, x)
		for _, k := range slices.Sorted(maps.Keys(x)) {
			walk(x[k], at+"/"+strings.ReplaceAll(strings.ReplaceAll(k, "~", "~0"), "/", "~1"), visit)
		}
	case []any:
		for i, one := range x {
			walk(one, fmt.Sprintf("%s/%d", at, i), visit)
		}
	}
}

// find follows a reference within the description.
func find(root node, ref string) any {
	var v any = root
	for part := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		n, ok := v.(node)
		if !ok {
			return nil
		}
		v = n[strings.ReplaceAll(strings.ReplaceAll(part, "~1", "/"), "~0", "~")]
	}
	return v
}

func readDescription(t *testing.T) node {
	t.Helper()
	var root node
	if err := json.Unmarshal(described(t), &root); err != nil {
		t.Fatal(err)
	}
	return root
}

var (
	pathParam  = regexp.MustCompile(`\{([a-z]+)\}`)
	statusCode = regexp.MustCompile(`^([1-5][0-9][0-9]|default)$`)
	component  = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)
	sentence   = regexp.MustCompile(`^[A-Z].*[a-z)]$`)
	types      = []string{"string", "number", "integer", "boolean", "array", "object", "null"}
)

// TestDescriptionIsOpenAPI31 holds the structure against the rules of OpenAPI 3.1.1 that concern what we use.
func TestDescriptionIsOpenAPI31(t *testing.T) {
	root := readDescription(t)
	if v, _ := root["openapi"].(string); !strings.HasPrefix(v, "3.1.") {
		t.Errorf("openapi is %q", v)
	}
	for k := range root {
		if !slices.Contains([]string{"openapi", "info", "jsonSchemaDialect", "servers", "paths", "webhooks", "components", "security", "tags", "externalDocs"}, k) {
			t.Errorf("%s is no member of an OpenAPI object", k)
		}
	}
	info := root["info"].(node)
	if info["title"] == "" || info["version"] == "" || info["description"] == nil {
		t.Errorf("info: %v", info)
	}
	for name := range find(root, "#/components/schemas").(node) {
		if !component.MatchString(name) {
			t.Errorf("components/schemas/%s: not a name that OpenAPI takes", name)
		}
	}
	walk(root, "#", func(at string, n node) {
		if ref, ok := n["$ref"].(string); ok && find(root, ref) == nil {
			t.Errorf("%s: %s leads nowhere", at, ref)
		}
		if _, ok := n["nullable"]; ok && !strings.Contains(at, "/properties") {
			t.Errorf("%s: nullable is no word of 3.1", at)
		}
		switch kind := n["type"].(type) {
		case string:
			if strings.Contains(at, "/schema") && !slices.Contains(types, kind) {
				t.Errorf("%s: type %s", at, kind)
			}
			if kind == "array" && n["items"] == nil {
				t.Errorf("%s: a list of what?", at)
			}
		case []any:
			for _, k := range kind {
				if !slices.Contains(types, k.(string)) {
					t.Errorf("%s: type %v", at, k)
				}
			}
		}
	})
	seen := map[string]bool{}
	for path, item := range root["paths"].(node) {
		for method, v := range item.(node) {
			op := v.(node)
			at := strings.ToUpper(method) + " " + path
			if !slices.Contains([]string{"get", "post", "put", "patch", "delete"}, method) {
				t.Errorf("%s: no method of a path item", at)
			}
			id, _ := op["operationId"].(string)
			if id == "" || seen[id] {
				t.Errorf("%s: operationId %q", at, id)
			}
			seen[id] = true
			named := map[string]bool{}
			params, _ := op["parameters"].([]any)
			for _, one := range params {
				p := one.(node)
				key := fmt.Sprint(p["in"], " ", p["name"])
				if named[key] || p["schema"] == nil || !slices.Contains([]any{"path", "query", "header", "cookie"}, p["in"]) {
					t.Errorf("%s: parameter %v", at, p)
				}
				if p["in"] == "path" && p["required"] != true {
					t.Errorf("%s: the path parameter %v must be required", at, p["name"])
				}
				named[key] = true
			}
			for _, m := range pathParam.FindAllStringSubmatch(path, -1) {
				if !named["path "+m[1]] {
					t.Errorf("%s: {%s} is not described", at, m[1])
				}
			}
			if body, ok := op["requestBody"].(node); ok && len(body["content"].(node)) == 0 {
				t.Errorf("%s: a body without content", at)
			}
			responses := op["responses"].(node)
			good := false
			for code, r := range responses {
				good = good || code[0] == '2'
				if d, _ := r.(node)["description"].(string); !statusCode.MatchString(code) || d == "" {
					t.Errorf("%s: response %s without a description", at, code)
				}
			}
			if !good {
				t.Errorf("%s: no answer that says it went well", at)
			}
			security, _ := op["security"].([]any)
			for _, one := range security {
				for name := range one.(node) {
					if find(root, "#/components/securitySchemes/"+name) == nil {
						t.Errorf("%s: security scheme %s is not described", at, name)
					}
				}
			}
			if (len(security) > 0) == Rights[id].Strangers {
				t.Errorf("%s: security %v, and strangers %v", at, security, Rights[id].Strangers)
			}
		}
	}
}

func TestEveryOperationAndFieldIsDescribed(t *testing.T) {
	root := readDescription(t)
	tags := map[string]bool{}
	list, _ := root["tags"].([]any)
	for _, one := range list {
		if d, _ := one.(node)["description"].(string); d == "" {
			t.Errorf("tag %v is not described", one)
		}
		tags[one.(node)["name"].(string)] = true
	}
	for path, item := range root["paths"].(node) {
		for method, v := range item.(node) {
			op, at := v.(node), strings.ToUpper(method)+" "+path
			if s, _ := op["summary"].(string); !sentence.MatchString(s) {
				t.Errorf("%s: summary %q", at, s)
			}
			used, _ := op["tags"].([]any)
			if len(used) != 1 || !tags[fmt.Sprint(used[0])] {
				t.Errorf("%s: tags %v", at, used)
			}
			params, _ := op["parameters"].([]any)
			for _, one := range params {
				if d, _ := one.(node)["description"].(string); d == "" {
					t.Errorf("%s: the parameter %v is not described", at, one.(node)["name"])
				}
			}
			for code, r := range op["responses"].(node) {
				for name, h := range asNode(r.(node)["headers"]) {
					if d, _ := h.(node)["description"].(string); d == "" {
						t.Errorf("%s %s: the header %s is not described", at, code, name)
					}
				}
				if code[0] == '2' || code == "304" {
					continue
				}
				content := asNode(r.(node)["content"])
				problem := asNode(content["application/problem+json"])
				if len(content) != 1 || asNode(problem["schema"])["$ref"] != "#/components/schemas/Problem" {
					t.Errorf("%s: %s is no problem: %v", at, code, content)
				}
			}
			responses := asNode(op["responses"])
			for _, needs := range []struct {
				code string
				when bool
			}{
				{"default", true}, {"429", true}, {"401", true}, {"403", !Rights[op["operationId"].(string)].Strangers}, {"404", strings.Contains(path, "{")},
				{"413", op["requestBody"] != nil}, {"422", op["requestBody"] != nil}, {"412", method != "get" && method != "post" && strings.Contains(path, "{") && !beside(path)},
				{"428", strings.Contains(path, "/articles/{id}") && method != "get" && !beside(path)},
			} {
				if needs.when && responses[needs.code] == nil {
					t.Errorf("%s: %s is not described", at, needs.code)
				}
			}
			if method == "post" && !slices.ContainsFunc(params, func(p any) bool { return p.(node)["name"] == "Idempotency-Key" }) {
				t.Errorf("%s takes no Idempotency-Key", at)
			}
		}
	}
	for name, s := range find(root, "#/components/schemas").(node) {
		for field, p := range asNode(s.(node)["properties"]) {
			if d, _ := p.(node)["description"].(string); d == "" && asNode(p)["$ref"] == nil {
				t.Errorf("%s.%s is not described", name, field)
			}
		}
	}
	walk(root, "#", func(at string, n node) {
		for field, p := range asNode(n["properties"]) {
			if q := asNode(p); strings.HasPrefix(at, "#/paths") && q["description"] == nil && q["$ref"] == nil {
				t.Errorf("%s/%s is not described", at, field)
			}
		}
	})
}

// beside reports whether a path is of what has no versions, of what is made there, or lies beside what has: a lock, one's own sessions and keys.
func beside(path string) bool {
	return strings.Contains(path, "/lock") || strings.HasSuffix(path, "/presence") || strings.HasSuffix(path, "/claim") || strings.Contains(path, "/branches/") || strings.HasSuffix(path, "/posts") || strings.Contains(path, "/comments") || strings.HasSuffix(path, "/close") || strings.HasSuffix(path, "/reopen") ||
		strings.Contains(path, "/me/") || strings.Contains(path, "/tokens/") || strings.HasSuffix(path, "/factors") || strings.Contains(path, "/alerts/")
}

func asNode(v any) node { n, _ := v.(node); return n }

// TestWhatMayBeClearedMayBeNull holds the fields of changes against what null does to them: in an article or a picture it clears.
func TestWhatMayBeClearedMayBeNull(t *testing.T) {
	root := readDescription(t)
	never := map[string][]string{ // what a thing cannot be without
		"ArticleFields": {"body_html", "urgency", "source_revision"},
		"PictureFields": {"kind", "outputs", "focal"},
		"EditionFields": {"slug", "name", "language", "timezone", "digits", "default"},
		"SectionFields": {"edition", "slug", "name", "description", "position"},
	}
	for name, without := range never {
		for field, p := range asNode(asNode(find(root, "#/components/schemas/"+name))["properties"]) {
			kinds, _ := asNode(p)["type"].([]any)
			can := slices.Contains(kinds, any("null")) || asNode(p)["type"] == nil && field == "body"
			if can == slices.Contains(without, field) {
				t.Errorf("%s.%s: null %v", name, field, can)
			}
		}
	}
}

func TestDocumentationPageIsOursAlone(t *testing.T) {
	a, err := New(Options{Addresses: func() edition.Addresses { return edition.Addresses{} }, Cookie: func(*http.Request) string { return "" }, Clock: moment.System{}})
	if err != nil {
		t.Fatal(err)
	}
	page := string(a.docs)
	if strings.Contains(page, "<script") || regexp.MustCompile(`(src|href)="(https?:)?//`).MatchString(page) {
		t.Error("the page of the API loads something")
	}
	for id := range Rights {
		if !strings.Contains(page, `id="`+id+`"`) {
			t.Errorf("the page of the API does not show %s", id)
		}
	}
}
