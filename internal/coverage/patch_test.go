package coverage

import (
	"testing"

	"dateline/internal/body"
	"dateline/internal/fault"
)

func TestTheKindOfAPostFollowsFromWhatIsInIt(t *testing.T) {
	html := func(text string) Content {
		doc, _ := body.FromHTML(text, body.Source{})
		return Content{Body: doc}
	}
	poll, score := html("<p>Text</p>"), html("<p>Text</p>")
	poll.Question, score.Result = &Question{Question: "?"}, &Result{Home: "A", Away: "B"}
	for want, all := range map[Kind][]Content{
		Update: {html("<p>Words alone.</p>"), html("<p>Words first.</p><blockquote><p>Then a quote.</p></blockquote>"), {}},
		Quote:  {html("<blockquote><p>So she said.</p></blockquote><p>And left.</p>")},
		Video:  {html(`<p>Seen here.</p><iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe>`)},
		Embed:  {html(`<iframe src="https://open.spotify.com/embed/track/abc"></iframe>`)},
		Poll:   {poll},
		Score:  {score},
	} {
		for n, c := range all {
			if got := kindOf(c); got != want {
				t.Errorf("%s %d: %s", want, n, got)
			}
		}
	}
}

func TestAPollThatWasPublishedKeepsItsOptions(t *testing.T) {
	old := &Question{Question: "Open?", Options: []Option{{1, "Yes"}, {2, "No"}}}
	p := &Post{Revision: 1, Content: Content{Question: old}}
	for name, q := range map[string]*Question{"taken away": nil, "one more": {Question: "Open?", Options: []Option{{Text: "Yes"}, {Text: "No"}, {Text: "Maybe"}}}} {
		var g fault.Gather
		if got := question(&g, q, p); got != old || g.Err() == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
	var g fault.Gather
	mended := question(&g, &Question{Question: "Is it open?", Options: []Option{{Text: "Yes."}, {Text: "No."}}}, p)
	if g.Err() != nil || mended.Options[1] != (Option{2, "No."}) {
		t.Errorf("mended words: %+v %v", mended, g.Err())
	}
}

func TestAScoreIsALineOfWords(t *testing.T) {
	if got := (Result{Home: "Rovers", Away: "United", HomePoints: 2, AwayPoints: 1, Note: "after extra time"}).Line(); got != "Rovers 2 : 1 United (after extra time)" {
		t.Error(got)
	}
}
