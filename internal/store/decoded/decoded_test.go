package decoded

import (
	"encoding/json"
	"fmt"
	"testing"

	"dateline/internal/body"
	"dateline/internal/news"
)

// row is a published item as a query gives it.
type row struct{ card, doc string }

func rowOf(t *testing.T, i news.Item) row {
	t.Helper()
	doc, err := json.Marshal(i.Body)
	if err != nil {
		t.Fatal(err)
	}
	i.Body = body.Document{}
	card, err := json.Marshal(i)
	if err != nil {
		t.Fatal(err)
	}
	return row{string(card), string(doc)}
}

func TestWhatIsDecodedOnceIsWhatTheDatabaseHolds(t *testing.T) {
	var d Items
	read := func(r row) news.Item {
		t.Helper()
		i, err := d.Read(r.card, r.doc)
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	one := news.Item{ID: "1", Content: news.Content{Headline: "One", Tags: []string{"a", "b", "c"}, Body: body.FromText("First words.")}}
	first := read(rowOf(t, one))
	grown := append(first.Tags, "mine")
	if again := read(rowOf(t, one)); again.Headline != "One" || again.Body.Text() != first.Body.Text() || len(again.Tags) != 3 {
		t.Errorf("the same text became %+v", again)
	} else if other := append(again.Tags, "other's"); grown[3] != "mine" || other[3] != "other's" {
		t.Errorf("two readers grow one list: %q, %q", grown, other)
	}
	changed := one
	changed.Headline, changed.Body = "Two", body.FromText("Other words.")
	if now := read(rowOf(t, changed)); now.Headline != "Two" || now.Body.Text() != changed.Body.Text() {
		t.Errorf("after a change %q, %q", now.Headline, now.Body.Text())
	}
	for _, broken := range []row{{`{"id":`, ""}, {`{"id":"1"}`, `{"type":"script"}`}} {
		for range 2 {
			if i, err := d.Read(broken.card, broken.doc); err == nil {
				t.Errorf("%v was read as %+v", broken, i)
			}
		}
	}
}

func TestCardsThatAreAskedForInTurnsAreMostlyDecodedOnce(t *testing.T) {
	var d Items
	const many = 200
	var texts []string
	for n := range many {
		texts = append(texts, rowOf(t, news.Item{ID: fmt.Sprint(n), Content: news.Content{Tags: []string{"a"}}}).card)
	}
	kept := 0
	first := map[string]*string{}
	for turn := range 2 {
		for _, text := range texts {
			i, err := d.Read(text, "")
			if err != nil {
				t.Fatal(err)
			}
			if turn > 0 && first[i.ID] == &i.Tags[0] {
				kept++
			}
			first[i.ID] = &i.Tags[0]
		}
	}
	if kept < many*8/10 {
		t.Errorf("%d of %d are kept", kept, many)
	}
}
