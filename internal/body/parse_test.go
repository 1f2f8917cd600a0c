package body_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dateline/internal/body"
	"dateline/internal/fault"
)

func doc(content string) string { return `{"type":"doc","content":[` + content + `]}` }

func para(text string) string {
	return `{"type":"paragraph","content":[{"type":"text","text":"` + text + `"}]}`
}

func parsed(t testing.TB, source string) body.Document {
	t.Helper()
	d, err := body.Parse([]byte(source))
	if err != nil {
		t.Fatalf("Parse(%s): %v", source, err)
	}
	return d
}

func TestParseStoresOneSpelling(t *testing.T) {
	for name, c := range map[string][2]string{
		"keys in order, spaces gone": {` { "type" : "doc" , "content" : [ ` + para("a") + ` ] } `,
			`{"content":[{"content":[{"text":"a","type":"text"}],"type":"paragraph"}],"type":"doc"}`},
		"empty document is one empty paragraph": {`{"type":"doc"}`, `{"content":[{"type":"paragraph"}],"type":"doc"}`},
		"neighbours join, empty runs go": {doc(`{"type":"paragraph","content":[{"type":"text","text":"a"},{"type":"text","text":""},{"type":"text","text":"b"}]}`),
			`{"content":[{"content":[{"text":"ab","type":"text"}],"type":"paragraph"}],"type":"doc"}`},
		"marks in order, once": {doc(`{"type":"paragraph","content":[{"type":"text","text":"a","marks":[{"type":"italic"},{"type":"bold"},{"type":"italic"}]}]}`),
			`{"content":[{"content":[{"marks":[{"type":"bold"},{"type":"italic"}],"text":"a","type":"text"}],"type":"paragraph"}],"type":"doc"}`},
		"defaults and nulls go": {doc(`{"type":"orderedList","attrs":{"start":1,"type":null},"content":[{"type":"listItem","content":[{"type":"paragraph","attrs":{"lang":""}}]}]}`),
			`{"content":[{"content":[{"content":[{"type":"paragraph"}],"type":"listItem"}],"type":"orderedList"}],"type":"doc"}`},
		"NUL and broken bytes are replaced": {doc(para(`a\u0000` + "\xff" + `\ud800`)),
			`{"content":[{"content":[{"text":"a` + "\uFFFD\uFFFD\uFFFD" + `","type":"text"}],"type":"paragraph"}],"type":"doc"}`},
		"only needed escapes": {doc(para(`\u003c\u00e9\/\"\\\u001f\u2028`)),
			`{"content":[{"content":[{"text":"<é/\"\\\u001f` + "\u2028" + `","type":"text"}],"type":"paragraph"}],"type":"doc"}`},
		"address and rel are cleaned": {doc(`{"type":"paragraph","content":[{"type":"text","text":"a","marks":[{"type":"link","attrs":{"href":" HTTPS://U:p@Example.ORG\\a b","rel":"noopener sponsored","target":null}}]}]}`),
			`{"content":[{"content":[{"marks":[{"attrs":{"href":"https://example.org/a%20b","rel":"sponsored"},"type":"link"}],"text":"a","type":"text"}],"type":"paragraph"}],"type":"doc"}`},
	} {
		t.Run(name, func(t *testing.T) {
			got := parsed(t, c[0])
			if diff := cmp.Diff(c[1], string(got.Canonical())); diff != "" {
				t.Error(diff)
			}
			if again := parsed(t, string(got.Canonical())); !again.Equal(got) {
				t.Error("canonical bytes do not parse to themselves")
			}
		})
	}
}

func TestParseRefusesWithThePlace(t *testing.T) {
	deep := strings.Repeat(`{"type":"blockquote","content":[`, 32) + para("x") + strings.Repeat(`]}`, 32)
	for name, c := range map[string]struct {
		source, place, key string
		kind               fault.Kind
	}{
		"no JSON":              {`{"type":`, "body", "fault.body.json", fault.Malformed},
		"nothing":              {``, "body", "fault.body.json", fault.Malformed},
		"a list":               {`[]`, "body", "fault.body.shape", fault.Invalid},
		"no doc":               {para("x"), "body", "fault.body.nesting", fault.Invalid},
		"unknown node":         {doc(para("x") + `,{"type":"script"}`), "body.content[1].type", "fault.body.node", fault.Invalid},
		"no type":              {doc(`{}`), "body.content[0].type", "fault.body.node", fault.Invalid},
		"type is a number":     {doc(`{"type":1}`), "body.content[0].type", "fault.body.shape", fault.Invalid},
		"unknown mark":         {doc(`{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"underline"}]}]}`), "body.content[0].content[0].marks[0].type", "fault.body.mark", fault.Invalid},
		"unknown attribute":    {doc(`{"type":"paragraph","attrs":{"style":"x"}}`), "body.content[0].attrs.style", "fault.body.attribute", fault.Invalid},
		"unknown key":          {doc(`{"type":"paragraph","onclick":"x"}`), "body.content[0].onclick", "fault.body.attribute", fault.Invalid},
		"heading of level 1":   {doc(para("x") + `,{"type":"heading","attrs":{"level":1}}`), "body.content[1].attrs.level", "fault.body.range", fault.Invalid},
		"heading of level 2.5": {doc(`{"type":"heading","attrs":{"level":2.5}}`), "body.content[0].attrs.level", "fault.body.shape", fault.Invalid},
		"heading without":      {doc(`{"type":"heading"}`), "body.content[0].attrs.level", "fault.body.missing", fault.Invalid},
		"level given twice":    {doc(`{"type":"heading","attrs":{"level":2,"level":3}}`), "body.content[0].attrs.level", "fault.body.twice", fault.Invalid},
		"content given twice":  {doc(`{"type":"paragraph","content":[],"content":[]}`), "body.content[0]", "fault.body.twice", fault.Invalid},
		"block in a paragraph": {doc(`{"type":"paragraph","content":[` + para("x") + `]}`), "body.content[0].content[0]", "fault.body.nesting", fault.Invalid},
		"text in the document": {doc(`{"type":"text","text":"x"}`), "body.content[0]", "fault.body.nesting", fault.Invalid},
		"item without a list":  {doc(`{"type":"listItem","content":[` + para("x") + `]}`), "body.content[0]", "fault.body.nesting", fault.Invalid},
		"item begins wrongly":  {doc(`{"type":"bulletList","content":[{"type":"listItem","content":[{"type":"horizontalRule"}]}]}`), "body.content[0].content[0].content[0]", "fault.body.nesting", fault.Invalid},
		"fact box in a quote":  {doc(`{"type":"blockquote","content":[{"type":"factBox","content":[` + para("x") + `]}]}`), "body.content[0].content[0]", "fault.body.nesting", fault.Invalid},
		"table in a cell":      {doc(`{"type":"table","content":[{"type":"tableRow","content":[{"type":"tableCell","content":[{"type":"table","content":[{"type":"tableRow"}]}]}]}]}`), "body.content[0].content[0].content[0].content[0]", "fault.body.nesting", fault.Invalid},
		"empty list":           {doc(`{"type":"bulletList"}`), "body.content[0]", "fault.body.empty", fault.Invalid},
		"colspan 101":          {doc(`{"type":"table","content":[{"type":"tableRow","content":[{"type":"tableCell","attrs":{"colspan":101},"content":[` + para("x") + `]}]}]}`), "body.content[0].content[0].content[0].attrs.colspan", "fault.body.range", fault.Invalid},
		"marks in code":        {doc(`{"type":"codeBlock","content":[{"type":"text","text":"x","marks":[{"type":"bold"}]}]}`), "body.content[0].content[0]", "fault.body.mark", fault.Invalid},
		"marks on a block":     {doc(`{"type":"paragraph","marks":[{"type":"bold"}]}`), "body.content[0].marks", "fault.body.mark", fault.Invalid},
		"text on a block":      {doc(`{"type":"paragraph","text":"x"}`), "body.content[0].text", "fault.body.attribute", fault.Invalid},
		"text without":         {doc(`{"type":"paragraph","content":[{"type":"text"}]}`), "body.content[0].content[0].text", "fault.body.missing", fault.Invalid},
		"two links on a run":   {doc(`{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"link","attrs":{"href":"/a"}},{"type":"link","attrs":{"href":"/b"}}]}]}`), "body.content[0].content[0].marks[1]", "fault.body.twice", fault.Invalid},
		"script address":       {doc(`{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"link","attrs":{"href":"java\tscript:alert(1)"}}]}]}`), "body.content[0].content[0].marks[0].attrs.href", "fault.body.address", fault.Invalid},
		"language of nothing":  {doc(`{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"language"}]}]}`), "body.content[0].content[0].marks[0].attrs.lang", "fault.body.missing", fault.Invalid},
		"no language tag":      {doc(`{"type":"paragraph","attrs":{"lang":"e\" onx"}}`), "body.content[0].attrs.lang", "fault.body.language", fault.Invalid},
		"no direction":         {doc(`{"type":"paragraph","attrs":{"dir":"up"}}`), "body.content[0].attrs.dir", "fault.body.word", fault.Invalid},
		"picture without id":   {doc(`{"type":"picture","attrs":{"id":""}}`), "body.content[0].attrs.id", "fault.body.missing", fault.Invalid},
		"picture id":           {doc(`{"type":"picture","attrs":{"id":"../x"}}`), "body.content[0].attrs.id", "fault.body.id", fault.Invalid},
		"gallery of nothing":   {doc(`{"type":"gallery","attrs":{"pictures":[]}}`), "body.content[0].attrs.pictures", "fault.body.range", fault.Invalid},
		"gallery of numbers":   {doc(`{"type":"gallery","attrs":{"pictures":[1]}}`), "body.content[0].attrs.pictures", "fault.body.shape", fault.Invalid},
		"media over http":      {doc(`{"type":"media","attrs":{"kind":"video","src":"http://a.example/b.mp4"}}`), "body.content[0].attrs.src", "fault.body.address", fault.Invalid},
		"media of a sort":      {doc(`{"type":"media","attrs":{"kind":"flash","src":"/b.swf"}}`), "body.content[0].attrs.kind", "fault.body.word", fault.Invalid},
		"embed by mail":        {doc(`{"type":"embed","attrs":{"url":"mailto:a@b.example"}}`), "body.content[0].attrs.url", "fault.body.address", fault.Invalid},
		"long title":           {doc(`{"type":"factBox","attrs":{"title":"` + strings.Repeat("é", 301) + `"},"content":[` + para("x") + `]}`), "body.content[0].attrs.title", "fault.body.long", fault.Invalid},
		"too deep":             {doc(deep), "body" + strings.Repeat(".content[0]", 32), "fault.body.depth", fault.Invalid},
		"too many":             {doc(strings.Repeat(`{"type":"paragraph"},`, body.MaxNodes) + para("x")), "body.content[19999]", "fault.body.nodes", fault.Invalid},
		"too large":            {doc(para(strings.Repeat("x", body.MaxBytes))), "body", "fault.body.bytes", fault.TooLarge},
		"attrs is a list":      {doc(`{"type":"paragraph","attrs":[]}`), "body.content[0].attrs", "fault.body.shape", fault.Invalid},
		"marks is an object":   {doc(`{"type":"paragraph","content":[{"type":"text","text":"x","marks":{}}]}`), "body.content[0].content[0].marks", "fault.body.shape", fault.Invalid},
		"content is a string":  {doc(`{"type":"paragraph","content":"x"}`), "body.content[0].content", "fault.body.shape", fault.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := body.Parse([]byte(c.source))
			var e *fault.Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want a fault", err)
			}
			if e.Kind != c.kind || len(e.Places) == 0 || e.Places[0].Location != c.place || e.Places[0].Key != c.key || e.Places[0].Text == "" {
				t.Errorf("got kind %d %+v\nwant kind %d at %s %s", e.Kind, e.Places, c.kind, c.place, c.key)
			}
		})
	}
}

func TestParseNamesAllFaultsUpToTwenty(t *testing.T) {
	_, err := body.ParseAt("post.body", []byte(doc(`{"type":"heading"},{"type":"x"}`+strings.Repeat(`,{"type":"y"}`, 30))))
	var e *fault.Error
	if !errors.As(err, &e) || len(e.Places) != 20 {
		t.Fatalf("got %v", err)
	}
	if e.Places[0].Location != "post.body.content[0].attrs.level" || e.Places[1].Location != "post.body.content[1].type" {
		t.Errorf("places %v", e.Places[:2])
	}
	known := map[string]bool{}
	for _, k := range body.FaultKeys() {
		known[k] = true
	}
	for _, p := range e.Places {
		if !known[p.Key] {
			t.Errorf("key %q is not in FaultKeys", p.Key)
		}
	}
}

func TestDocumentGoesThroughEncodingJSON(t *testing.T) {
	type article struct {
		Body body.Document `json:"body"`
	}
	var a, b article
	if err := json.Unmarshal([]byte(`{"body":`+doc(para("x<y"))+`}`), &a); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &b); err != nil || !a.Body.Equal(b.Body) {
		t.Errorf("%s: %v", out, err)
	}
	if err := json.Unmarshal([]byte(`{"body":null}`), &b); err != nil || !b.Body.IsEmpty() {
		t.Errorf("null: %v", err)
	}
	var e *fault.Error
	if err := json.Unmarshal([]byte(`{"body":{"type":"x"}}`), &b); !errors.As(err, &e) {
		t.Errorf("want a fault, got %v", err)
	}
	if zero, _ := json.Marshal(body.Document{}); string(zero) != `{"type":"doc"}` && string(zero) != `{"content":[{"type":"paragraph"}],"type":"doc"}` {
		t.Errorf("zero: %s", zero)
	}
}
