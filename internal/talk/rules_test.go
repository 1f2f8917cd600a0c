package talk

import "testing"

func TestNoAddressIsMissedForWhatTellsThatATextHasNone(t *testing.T) {
	for text, want := range map[string]int{
		"":                                  0,
		"A sentence. And another.":          0,
		"It ends with a dot.":               0,
		"Wait...\nWhat?":                    0,
		"He said \"no.\" Then 'yes.' <b.>":  0,
		"half.past two":                     0,
		"see example.com.":                  1,
		"See WWW.example or www..":          2,
		"http://localhost/x":                1,
		"ſee HTTPS://a":                     1,
		"aa.com bb.net, cc.org/x and dd.ru": 4,
	} {
		if got, plain := links(text), link.FindAllString(text, 50); len(got) != want || len(plain) != want {
			t.Errorf("%q has %q, looked at as a whole %q, want %d", text, got, plain, want)
		}
	}
}
