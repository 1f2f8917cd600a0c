package said

import "testing"

func TestWhatBeginsWithASignIsQuotedAndNothingElse(t *testing.T) {
	for text, want := range map[string]string{
		"> one\n> two\n\nMine.":   `<blockquote><p dir="auto">one<br>two</p></blockquote><p dir="auto">Mine.</p>`,
		"Mine.\n>> deep\n> <b>":   `<p dir="auto">Mine.</p><blockquote><p dir="auto">deep<br>&lt;b&gt;</p></blockquote>`,
		"> one\n>\n> two":         `<blockquote><p dir="auto">one</p><p dir="auto">two</p></blockquote>`,
		"2 > 1 and x@y.example":   `<p dir="auto">2 &gt; 1 and x@y.example</p>`,
		">":                       "",
		"Hello @Ana, *yes*":       `<p dir="auto">Hello <b class="at"><bdi>@Ana</bdi></b>, <em>yes</em></p>`,
		"> https://a.example/\nB": `<blockquote><p dir="auto"><a href="https://a.example/" rel="nofollow ugc noopener" dir="ltr">https://a.example/</a></p></blockquote><p dir="auto">B</p>`,
	} {
		if got := string(HTML(text)); got != want {
			t.Errorf("%q:\n%s\nwant\n%s", text, got, want)
		}
	}
}
