package api

import (
	"bytes"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"

	"dateline/internal/page/lang"

	"github.com/danielgtaylor/huma/v2"
)

// docsStyle is the inline style of /api/docs; its hash is in the page's policy.
const docsStyle = `:root{color-scheme:light dark}body{margin:0 auto;max-width:62rem;padding:1.5rem 1rem 6rem;font:1rem/1.55 system-ui,sans-serif;color:#14171a;background:#fff}
h1,h2,h3{font-family:Charter,"Bitstream Charter",Cambria,"Noto Serif",serif;letter-spacing:-.01em;line-height:1.2}h2{border-block-start:3px solid;padding-block-start:.5rem;margin-block-start:3rem}
h3{margin-block:2rem .25rem}code{font:.875em ui-monospace,monospace;overflow-wrap:anywhere}.m{display:inline-block;min-inline-size:4.5em;font-weight:700}
table{border-collapse:collapse;inline-size:100%;font-size:.9375rem}td,th{border-block-end:1px solid #8886;padding:.35rem .75rem .35rem 0;text-align:start;vertical-align:top}
a{color:#0b5563}p{max-width:66ch}.g{color:#5a6068}@media(prefers-color-scheme:dark){body{background:#121416;color:#e8e6e1}a{color:#7cc4d1}.g{color:#a3a9b0}}`

var docsPage = template.Must(template.New("docs").Parse(`<!doctype html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Dateline API</title><style>{{.Style}}</style></head>
<body><main><h1>Dateline API</h1><p>{{.Description}}</p>
<p>The machine-readable description is <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI 3.1). Send a token as <code>Authorization: Bearer …</code>; an operator makes one with <code>dateline token add</code>.
Every POST takes <code>Idempotency-Key</code>; changes of an article take <code>If-Match</code> with the <code>ETag</code> of the version they were made on.</p>
{{range .Tags}}<h2>{{.Name}}</h2>{{range .Operations}}<h3 id="{{.ID}}">{{.Summary}}</h3>
<p><span class="m">{{.Method}}</span> <code>{{.Path}}</code> <span class="g">{{.Who}}</span></p>{{with .Description}}<p>{{.}}</p>{{end}}
{{if .Fields}}<table><thead><tr><th scope="col">Field</th><th scope="col">Kind</th><th scope="col">What it is</th></tr></thead><tbody>{{range .Fields}}<tr><td><code>{{.Name}}</code>{{if .Required}} <b>needed</b>{{end}}<br><span class="g">{{.In}}</span></td><td>{{.Kind}}</td><td>{{.Doc}}</td></tr>{{end}}</tbody></table>{{end}}{{end}}{{end}}
<h2>Faults</h2><p>The <code>type</code> of a problem leads here, and so does the <code>key</code> of each of its places.</p>
<table><thead><tr><th scope="col">Key</th><th scope="col">What it says</th></tr></thead><tbody>{{range .Faults}}<tr id="{{.Key}}"><td><code>{{.Key}}</code></td><td>{{.Words}}</td></tr>{{end}}</tbody></table>
</main></body></html>`))

type docsTag struct {
	Name       string
	Operations []docsOperation
}

type docsOperation struct {
	ID, Method, Path, Summary, Description, Who string
	Fields                                      []docsField
}

type docsFault struct{ Key, Words string }

// docsFaults lists every fault with its words.
func docsFaults() ([]docsFault, error) {
	words, err := lang.For("en")
	if err != nil {
		return nil, fmt.Errorf("api: docs: %w", err)
	}
	var out []docsFault
	for _, key := range words.Keys("fault.") {
		out = append(out, docsFault{key, words.Say(key)})
	}
	return out, nil
}

type docsField struct {
	Name, In, Kind, Doc string
	Required            bool
}

// renderDocs makes the page that shows the description to people, without a script and with nothing foreign.
func renderDocs(spec *huma.OpenAPI) (page []byte, style string, err error) {
	byTag := map[string]*docsTag{}
	for _, path := range slices.Sorted(maps.Keys(spec.Paths)) {
		for _, op := range operations(spec.Paths[path]) {
			tag := byTag[op.Tags[0]]
			if tag == nil {
				tag = &docsTag{Name: strings.ToUpper(op.Tags[0][:1]) + op.Tags[0][1:]}
				byTag[op.Tags[0]] = tag
			}
			tag.Operations = append(tag.Operations, docsOperation{ID: op.OperationID, Method: op.Method, Path: path, Summary: op.Summary, Description: op.Description,
				Who: whoMay(op.OperationID), Fields: docsFields(spec, op)})
		}
	}
	var tags []docsTag
	for _, name := range slices.Sorted(maps.Keys(byTag)) {
		tags = append(tags, *byTag[name])
	}
	faults, err := docsFaults()
	if err != nil {
		return nil, "", err
	}
	var b bytes.Buffer
	err = docsPage.Execute(&b, struct {
		Style       template.CSS
		Description string
		Tags        []docsTag
		Faults      []docsFault
	}{docsStyle, spec.Info.Description, tags, faults})
	if err != nil {
		return nil, "", fmt.Errorf("api: docs: %w", err)
	}
	return b.Bytes(), docsStyle, nil
}

func whoMay(id string) string {
	row := Rights[id]
	if row.Strangers {
		return "everybody"
	}
	names := make([]string, len(row.Roles))
	for i, r := range row.Roles {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}

func docsFields(spec *huma.OpenAPI, op *huma.Operation) []docsField {
	var out []docsField
	for _, p := range op.Parameters {
		out = append(out, docsField{Name: p.Name, In: p.In, Kind: kindOf(p.Schema), Doc: p.Description, Required: p.Required})
	}
	if op.RequestBody == nil {
		return out
	}
	media, ok := op.RequestBody.Content["application/json"]
	if !ok || media.Schema == nil {
		return out
	}
	s := media.Schema
	if s.Ref != "" {
		s = spec.Components.Schemas.SchemaFromRef(s.Ref)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		out = append(out, docsField{Name: name, In: "body", Kind: kindOf(p), Doc: p.Description, Required: slices.Contains(s.Required, name)})
	}
	return out
}

func kindOf(s *huma.Schema) string {
	if s == nil {
		return ""
	}
	switch {
	case s.Ref != "":
		return s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
	case s.Type == huma.TypeArray:
		return "list of " + kindOf(s.Items)
	case s.Format != "":
		return s.Format
	case len(s.OneOf) > 0:
		return "one of several"
	}
	return s.Type
}
