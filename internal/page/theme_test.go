package page

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"dateline/internal/edition"
	"dateline/internal/page/specimen"
	"dateline/internal/page/theme"
)

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

func TestAnOperatorsFileStandsInThePlaceOfOurs(t *testing.T) {
	own := fstest.MapFS{"style.css": file("body { color: red }\n"), "plain.html": file(`{{define "plain"}}{{template "open" .Frame}}<h1>Own {{.Heading}}</h1><p data-part="subscribe"></p><p data-part="discussion"></p><p data-part="chats"></p>{{template "close" .Frame}}{{end}}`)}
	a, _ := specimen.Publication()
	// What plain.html defined besides is missing now, and said so with its name.
	_, err := New(Options{Theme: own, Addresses: func() edition.Addresses { return a }})
	if err == nil || !strings.Contains(err.Error(), `"failure"`) || !strings.Contains(err.Error(), `"newsroom"`) {
		t.Errorf("%v", err)
	}
	ours, err := fs.ReadFile(theme.Default(), "plain.html")
	if err != nil {
		t.Fatal(err)
	}
	own["plain.html"] = file(strings.Replace(string(ours), "<h1 class=\"middle\">{{.Heading}}", "<h1>Own {{.Heading}}", 1))
	r, err := New(Options{Theme: own, Addresses: func() edition.Addresses { return a }})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(r.press.styles["front"], "body{color:red}.story") {
		t.Errorf("style %.60q", r.press.styles["front"])
	}
	p, err := r.Subscribe(Plain{Edition: "e"})
	if err != nil || !strings.Contains(fmt.Sprint(string(p.Chunks[2].HTML)), "<h1>Own Subscribe") {
		t.Errorf("%v %s", err, p.Chunks)
	}
}

func TestMistakesInAThemeAreNamedByFileAndLine(t *testing.T) {
	for name, tt := range map[string]struct{ file, text, want string }{
		"no end":              {"x.html", "{{define \"x\"}}\n\n{{if .A}}\n", "theme: x.html:4"},
		"no such function":    {"x.html", "{{define \"x\"}}\n{{shout .}}{{end}}", "theme: x.html:2"},
		"no such words":       {"x.html", "{{define \"x\"}}\n\n{{word \"no.such\"}}{{end}}", "theme: x.html:3"},
		"no such plural":      {"x.html", "{{define \"x\"}}{{count \"page.skip\" 1}}{{end}}", "theme: x.html:1"},
		"no such part":        {"x.html", "{{define \"x\"}}\n{{part \"sidebar\"}}{{end}}", "theme: x.html:2"},
		"no such field":       {"parts.html", "", "part-masthead"},
		"unclosed comment":    {"form.css", "a{}\n\n/* for ever", "theme: form.css:3"},
		"unclosed brace":      {"form.css", "a{}\nb { color: red\n", "theme: form.css:2"},
		"unclosed string":     {"form.css", "a { content: \"x\n }", "theme: form.css:1"},
		"ends its own style":  {"form.css", "a { content: \"</style>\" }", "theme: form.css"},
		"one brace too many":  {"form.css", "a { }\n}\n", "theme: form.css:2"},
		"no page has it":      {"extra.css", "a{}", "theme: extra.css"},
		"more than its limit": {"form.css", strings.Repeat("a{color:red}\n", 4000), "bytes"},
	} {
		faults := CheckTheme(fstest.MapFS{tt.file: file(tt.text)})
		said := ""
		for _, f := range faults {
			said += f.Error() + "\n"
		}
		if !strings.Contains(said, tt.want) {
			t.Errorf("%s: %q does not say %q", name, said, tt.want)
		}
	}
}

func TestAFieldThatIsNotThereIsNamedByFileAndLine(t *testing.T) {
	ours, err := fs.ReadFile(theme.Default(), "lists.html")
	if err != nil {
		t.Fatal(err)
	}
	faults := CheckTheme(fstest.MapFS{"lists.html": file(strings.Replace(string(ours), "{{.Text}}", "{{.Texd}}", 1))})
	if len(faults) == 0 || !regexp.MustCompile(`lists\.html:\d+`).MatchString(faults[0].Error()) {
		t.Errorf("%v", faults)
	}
}

func TestAThemeWithoutAHookIsToldSo(t *testing.T) {
	ours, err := fs.ReadFile(theme.Default(), "article.html")
	if err != nil {
		t.Fatal(err)
	}
	faults := CheckTheme(fstest.MapFS{"article.html": file(strings.ReplaceAll(string(ours), ` data-part="byline"`, ""))})
	if len(faults) != 1 || !strings.Contains(faults[0].Error(), `"byline"`) {
		t.Errorf("%v", faults)
	}
}

func TestStylesUseLogicalPropertiesOnly(t *testing.T) {
	names, err := fs.Glob(theme.Default(), "*.css")
	if err != nil {
		t.Fatal(err)
	}
	physical := regexp.MustCompile(`(?i)(^|[{;\s])((margin|padding|border|scroll-margin|scroll-padding|inset)-(left|right|top|bottom)[a-z-]*|left|right|top|bottom|width|height|(min|max)-(width|height)|border-(top|bottom)-(left|right)-radius|float|clear|text-align)\s*:\s*([^;}]*)`)
	for _, name := range names {
		b, err := fs.ReadFile(theme.Default(), name)
		if err != nil {
			t.Fatal(err)
		}
		css, line := theme.Shrink(string(b))
		if line > 0 {
			t.Fatal(name, line)
		}
		rules := regexp.MustCompile(`@media[^{]*`).ReplaceAllString(css, "")
		for _, m := range physical.FindAllStringSubmatch(rules, -1) {
			if value := strings.TrimSpace(m[len(m)-1]); m[2] == "text-align" && (value == "start" || value == "end" || value == "center") {
				continue
			}
			t.Errorf("%s: %s", name, m[0])
		}
		for _, m := range regexp.MustCompile(`(margin|padding|inset|border-width):([^;}]*)`).FindAllStringSubmatch(rules, -1) {
			if len(strings.Fields(m[2])) == 4 {
				t.Errorf("%s: %s has four sides", name, m[0])
			}
		}
		if strings.Contains(rules, "url(") || strings.Contains(rules, "@import") || strings.Contains(rules, "@font-face") {
			t.Errorf("%s asks for another file", name)
		}
		for _, rule := range regexp.MustCompile(`[^{}]+\{[^{}]*\}`).FindAllString(rules, -1) {
			if strings.Contains(rule, "var(--red)") && !regexp.MustCompile(`live|alert|correct|word|wrong|withdrawn`).MatchString(rule) {
				t.Errorf("%s: red where nothing is live, alarming or corrected: %s", name, rule)
			}
		}
	}
}

func TestStylesAreMadeSmallWithoutChangingThem(t *testing.T) {
	for in, want := range map[string]string{
		"a { color : red ; }\n\n/* x */ b{ margin:0 ; }":             "a{color :red}b{margin:0}",
		"a:is( b , c ) d > e ~ f { inline-size: calc( 1px + 2px ) }": "a:is( b,c ) d>e~f{inline-size:calc( 1px + 2px )}",
		"@media ( min-width : 4rem ) and (print) { a { x: y } }":     "@media ( min-width :4rem ) and (print){a{x:y}}",
		"a::after { content: \"  ;} /* \" ; }":                       "a::after{content:\"  ;} /* \"}",
		"a { x: y !important }":                                      "a{x:y!important}",
		"a :is(b) {}":                                                "a :is(b){}",
	} {
		if got, line := theme.Shrink(in); got != want || line != 0 {
			t.Errorf("%q became %q (line %d), want %q", in, got, line, want)
		}
	}
}

func FuzzStylesAreMadeSmallOnce(f *testing.F) {
	for _, s := range []string{"a{b:c}", "/*", "a { content: '\\'' }", "@media x{a{}}", "}{", "\"\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, css string) {
		once, line := theme.Shrink(css)
		if line > 0 {
			return
		}
		if len(once) > len(css) {
			t.Errorf("%q grew to %q", css, once)
		}
	})
}

func TestLineEndsBesideTagsAndActionsFallAway(t *testing.T) {
	for in, want := range map[string]string{
		"<p>\n\t<b>x</b>\n</p>\n":       "<p><b>x</b></p>",
		"one\n\ttwo":                    "one two",
		"\n<p class=\"a\"\n  id=\"b\">": "<p class=\"a\" id=\"b\">",
		"a  b":                          "a  b",
		" \n ":                          "",
	} {
		if got := string(theme.Trim([]byte(in))); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}
