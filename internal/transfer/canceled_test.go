package transfer_test

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestAStoryThatWasCanceledBeforeItCameStaysAway(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		canceled := func(version string) string {
			return write(t, "end.json", item("urn:k", version, "", map[string]any{"pubStatus": "canceled", "headlines": nil, "bodies": nil}))
		}
		story := func(version string) string { return write(t, "story.json", item("urn:k", version, "Killed", nil)) }
		if r := n.bring(publishing, canceled("5")); len(r.Warnings) != 1 {
			t.Errorf("warnings: %v", r.Warnings)
		}
		facts := n.facts()
		for _, path := range []string{story("3"), story("5"), canceled("5"), canceled("4"), story("4")} {
			r := n.bring(publishing, path)
			n.wants(r, "0 new, 0 pictures, 0 updated, 1 unchanged, 0 failed")
			if len(r.Warnings) > 0 {
				t.Errorf("warnings: %v", r.Warnings)
			}
		}
		if p := n.public("international"); len(p) > 0 || n.facts() != facts {
			t.Errorf("readers saw %v", p)
		}
		n.wants(n.bring(publishing, canceled("7")), "0 new, 0 pictures, 0 updated, 1 unchanged, 0 failed")
		n.wants(n.bring(publishing, story("6")), "0 new, 0 pictures, 0 updated, 1 unchanged, 0 failed")
		n.wants(n.bring(publishing, story("8")), "1 new, 0 pictures, 0 updated, 0 unchanged, 0 failed")
		if p := n.public("international"); !slices.Equal(p, []string{"Killed"}) {
			t.Errorf("its publisher gave it free again, readers see %v", p)
		}
	})
}

func TestAPictureThatIsInTheItemItselfIsBroughtOnce(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		var file bytes.Buffer
		if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, 300, 200))); err != nil {
			t.Fatal(err)
		}
		with := func(href string) map[string]any {
			return map[string]any{"associations": []any{map[string]any{"name": "mainpic", "uri": "urn:" + strings.Repeat("p", 3000), "type": "picture", "copyrightHolder": "A",
				"renditions": []any{map[string]any{"name": "w", "href": href, "contentType": "image/png"}}}}}
		}
		dir := write(t, "1.json", item("urn:a", "1", "One", with("data:image/png;base64,"+base64.StdEncoding.EncodeToString(file.Bytes()))),
			"2.json", item("urn:b", "1", "Two", with("data:image/png;base64,no")))
		n.wants(n.bring(publishing, dir), "2 new, 1 pictures, 0 updated, 0 unchanged, 0 failed")
		if a, b := n.article("urn:a"), n.article("urn:b"); a.Picture == "" || b.Picture != a.Picture {
			t.Errorf("pictures %q and %q", a.Picture, b.Picture)
		}
		if err := os.WriteFile(filepath.Join(dir, "3.json"), []byte(item("urn:"+strings.Repeat("x", 2000), "1", "Long", nil)), 0o644); err != nil {
			t.Fatal(err)
		}
		r := n.bring(publishing, dir)
		n.wants(r, "0 new, 0 pictures, 0 updated, 2 unchanged, 1 failed")
		if len(r.Failed) != 1 || !strings.Contains(r.Failed[0].Why, "uri has more than 2000 bytes") {
			t.Errorf("%+v", r.Failed)
		}
	})
}
