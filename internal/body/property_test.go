package body_test

import (
	"encoding/json"
	"html/template"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"dateline/internal/body"
)

type object = map[string]any

// word is text that survives HTML as it is: no spaces that collapse, no signs that HTML rewrites.
var word = rapid.StringMatching(`[a-zA-Z0-9<>&"'éßжصあ中\x{1F600}.,;:!?()-]{1,8}`)

func sentence(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(word, 1, 4).Draw(t, "words"), " ")
}

func attrs(t *rapid.T, langs ...string) object {
	a := object{}
	if rapid.IntRange(0, 5).Draw(t, "lang?") == 0 {
		a["lang"] = rapid.SampledFrom(langs).Draw(t, "lang")
	}
	return a
}

// inlineOf draws runs of text; all of them bold is left out, since a heading drops that.
func inlineOf(t *rapid.T) []any {
	var out []any
	for i := range rapid.IntRange(1, 4).Draw(t, "runs") {
		if i > 0 {
			if rapid.IntRange(0, 3).Draw(t, "break?") == 0 {
				out = append(out, object{"type": "hardBreak"})
			} else {
				out = append(out, object{"type": "text", "text": " "})
			}
		}
		var marks []any
		for _, m := range []string{"bold", "italic", "strike", "code"} {
			if rapid.IntRange(0, 3).Draw(t, m) == 0 && !(i == 0 && m == "bold") {
				marks = append(marks, object{"type": m})
			}
		}
		if shift := rapid.SampledFrom([]string{"", "", "subscript", "superscript"}).Draw(t, "shift"); shift != "" {
			marks = append(marks, object{"type": shift})
		}
		if rapid.IntRange(0, 3).Draw(t, "link?") == 0 {
			marks = append(marks, object{"type": "link", "attrs": object{
				"href": rapid.SampledFrom([]string{"https://a.example/?b=c&d=%22", "/x", "#y", "mailto:a@b.example", "tel:+123"}).Draw(t, "href"),
				"rel":  rapid.SampledFrom([]string{"", "sponsored", "nofollow sponsored"}).Draw(t, "rel"), "title": rapid.SampledFrom([]string{"", "a \"b\""}).Draw(t, "title")}})
		}
		if rapid.IntRange(0, 5).Draw(t, "language?") == 0 {
			marks = append(marks, object{"type": "language", "attrs": rapid.SampledFrom([]object{{"lang": "de"}, {"lang": "he", "dir": "rtl"}}).Draw(t, "language")})
		}
		out = append(out, object{"type": "text", "text": sentence(t), "marks": marks})
	}
	return out
}

func paragraphOf(t *rapid.T) object {
	return object{"type": "paragraph", "content": inlineOf(t), "attrs": attrs(t, "fr", "zh-Hant-TW")}
}

// blocksOf draws blocks; inside says what holds them.
func blocksOf(t *rapid.T, depth int, inside string) []any {
	var out []any
	for range rapid.IntRange(1, 3).Draw(t, "blocks") {
		out = append(out, blockOf(t, depth, inside))
	}
	return out
}

func blockOf(t *rapid.T, depth int, inside string) any {
	sorts := []string{"paragraph", "heading", "codeBlock", "horizontalRule", "picture", "gallery", "media", "embed"}
	if depth > 0 {
		sorts = append(sorts, "blockquote", "bulletList", "orderedList")
		if inside != "cell" {
			sorts = append(sorts, "table")
		}
		if inside == "doc" {
			sorts = append(sorts, "factBox")
		}
	}
	switch sort := rapid.SampledFrom(sorts).Draw(t, "sort"); sort {
	case "heading":
		return object{"type": sort, "attrs": object{"level": rapid.IntRange(2, 4).Draw(t, "level")}, "content": inlineOf(t)}
	case "codeBlock":
		return object{"type": sort, "content": []any{object{"type": "text", "text": rapid.StringMatching(`[a-z<&]( ?[a-z<>&"\t\n]){0,20}`).Draw(t, "code")}}}
	case "horizontalRule":
		return object{"type": sort}
	case "picture":
		return object{"type": sort, "attrs": object{"id": rapid.StringMatching(`[a-z0-9_-]{1,13}`).Draw(t, "id"), "caption": sentence(t)}}
	case "gallery":
		return object{"type": sort, "attrs": object{"pictures": rapid.SliceOfN(rapid.StringMatching(`[a-z0-9]{1,13}`), 2, 4).Draw(t, "ids")}}
	case "media":
		return object{"type": sort, "attrs": object{"kind": rapid.SampledFrom([]string{"audio", "video"}).Draw(t, "kind"), "title": sentence(t),
			"src": rapid.SampledFrom([]string{"/media/a.mp3", "https://cdn.example/b.mp4"}).Draw(t, "src")}}
	case "embed":
		return object{"type": sort, "attrs": object{"url": "https://www.youtube.com/watch?v=a", "provider": rapid.SampledFrom([]string{"youtube", "", "Charts & co"}).Draw(t, "provider"), "title": sentence(t)}}
	case "blockquote":
		return object{"type": sort, "attrs": object{"cite": rapid.SampledFrom([]string{"", "https://a.example/"}).Draw(t, "cite")}, "content": blocksOf(t, depth-1, "quote")}
	case "bulletList", "orderedList":
		list := object{"type": sort, "attrs": object{}}
		if sort == "orderedList" {
			list["attrs"] = object{"start": rapid.IntRange(0, 20).Draw(t, "start")}
		}
		var items []any
		for range rapid.IntRange(1, 3).Draw(t, "items") {
			content := []any{paragraphOf(t)}
			if rapid.Bool().Draw(t, "more?") {
				content = append(content, blocksOf(t, depth-1, "item")...)
			}
			items = append(items, object{"type": "listItem", "content": content})
		}
		list["content"] = items
		return list
	case "table":
		columns := rapid.IntRange(2, 3).Draw(t, "columns")
		var rows []any
		for range rapid.IntRange(2, 3).Draw(t, "rows") {
			var cells []any
			for range columns {
				cells = append(cells, object{"type": rapid.SampledFrom([]string{"tableHeader", "tableCell"}).Draw(t, "cell"),
					"attrs": object{"colspan": rapid.IntRange(1, 3).Draw(t, "span")}, "content": blocksOf(t, 0, "cell")})
			}
			rows = append(rows, object{"type": "tableRow", "content": cells})
		}
		return object{"type": sort, "content": rows}
	case "factBox":
		return object{"type": sort, "attrs": object{"title": rapid.SampledFrom([]string{"", "In short"}).Draw(t, "title")}, "content": blocksOf(t, depth-1, "box")}
	}
	return paragraphOf(t)
}

func anyDocument(t *rapid.T) body.Document {
	source, err := json.Marshal(object{"type": "doc", "content": blocksOf(t, 3, "doc")})
	if err != nil {
		t.Fatal(err)
	}
	d, err := body.Parse(source)
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	return d
}

// pictures writes pictures and galleries so that FromHTML can ask for them again.
var pictures = body.Rendering{
	Picture: func(p body.Picture) template.HTML {
		return template.HTML(`<figure><img src="/p/` + p.ID + `"><figcaption>` + template.HTMLEscapeString(p.Caption) + `</figcaption></figure>`)
	},
	Gallery: func(ids []string) template.HTML {
		return template.HTML(`<figure class="gallery"><img src="/p/` + strings.Join(ids, `"><img src="/p/`) + `"></figure>`)
	},
}

func TestPagesReadBackGiveTheSameDocument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDocument(t)
		page := string(d.HTML(pictures))
		back, warnings := body.FromHTML(page, body.Source{Picture: known})
		if !back.Equal(d) || len(warnings) > 0 {
			t.Fatalf("%s\n want %s\n got  %s\n %v", page, d.Canonical(), back.Canonical(), warnings)
		}
	})
}

func TestCanonicalBytesAreStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDocument(t)
		var loose any
		if err := json.Unmarshal(d.Canonical(), &loose); err != nil {
			t.Fatal(err)
		}
		spaced, _ := json.MarshalIndent(loose, "", "\t")
		again, err := body.Parse(spaced)
		if err != nil || string(again.Canonical()) != string(d.Canonical()) {
			t.Fatalf("%v\n%s\n%s", err, d.Canonical(), again.Canonical())
		}
		inert(t, d)
		consistent(t, d)
	})
}

func TestComparisonGivesBothTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", " ", "c", ",", "中", "14.20"}), 0, 40).Draw(t, "old"), "")
		now := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", " ", "c", ",", "中", "12.40"}), 0, 40).Draw(t, "now"), "")
		var a, b string
		for _, r := range body.CompareText(old, now) {
			if r.Op != body.Inserted {
				a += r.Text
			}
			if r.Op != body.Deleted {
				b += r.Text
			}
		}
		if a != old || b != now {
			t.Fatalf("%q %q\n%q %q", old, a, now, b)
		}
	})
}
