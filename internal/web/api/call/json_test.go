package call

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestTextsAreKeptAsTheyWereSentOrRefused(t *testing.T) {
	unmarshal := JSON()["application/json"].Unmarshal
	for in, want := range map[string]string{
		`"plain"`: "plain", `"\ud83d\ude00"`: "😀", `"\u00e9\\ud800"`: `é\ud800`, `"\\\\\ud83d\ude00"`: `\\😀`, `"\uFFFD"`: "\uFFFD", `"\u0041"`: "A",
		`"\ud800"`: "", `"\udc00"`: "", `"\ud800\u0041"`: "", `"\ud800\ud800"`: "", `"\uD800x"`: "", "\"\xff\"": "", "\"\xed\xa0\x80\"": "", `"\ud800\`: "", `"\u00`: "", `"\`: "", `"\ude00\ud83d"`: "",
	} {
		var got string
		err := unmarshal([]byte(in), &got)
		if (err != nil) != (want == "") || err == nil && got != want {
			t.Errorf("%s: %q %v, want %q", in, got, err, want)
		}
	}
	for in, want := range map[string]bool{`"\u0000"`: true, `"\\u0000"`: false, `"\\\u0000"`: true, `"\u0001"`: false, `"u0000"`: false, `"\`: false, `"\u000`: false, `{"a":["x\u0000"]}`: true} {
		if HoldsNull([]byte(in)) != want {
			t.Errorf("%s: %v", in, !want)
		}
	}
}

func TestANameThatIsGivenTwiceIsRefused(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}],"d":"a","e":"a"}`: "", `{"a":{},"b":[[]],"c":"c"}`: "",
		`{"a":1,"a":1}`: `"a" is given twice`, `{"x":[1,{"b":[],"c":"b","b":{}}]}`: `"b" is given twice`, `{"a":1,"\u0061":2}`: `"a" is given twice`,
		`[1e400]`: "number 1e400 cannot be kept as it is",
	} {
		var v any
		err := JSON()["json"].Unmarshal([]byte(in), &v)
		if (err != nil) != (want != "") || err != nil && err.Error() != want {
			t.Errorf("%s: %v", in, err)
		}
	}
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{`"\ud83d\ude00"`, `"\ud800"`, `{"a":"\\\u0000"}`, "\"\xff\"", `[1,"é"]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var v any
		if JSON()["json"].Unmarshal(data, &v) != nil {
			return
		}
		// What was taken holds a replacement character only where one was sent.
		kept, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if sent := strings.ToLower(string(data)); strings.Contains(string(kept), "\uFFFD") && !strings.Contains(sent, "\uFFFD") && !strings.Contains(sent, `\ufffd`) {
			t.Errorf("%q became %q", data, kept)
		}
		if strings.Contains(string(kept), `\u0000`) && !HoldsNull(data) {
			t.Errorf("%q holds a null", data)
		}
	})
}
