package app

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTheTableOfASVSNamesRealTests holds docs/security.md against the tests that there are: what it names exists, each item of
// ASVS is named once, and every fuzz target is listed.
func TestTheTableOfASVSNamesRealTests(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	function := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	for _, root := range []string{"../../internal", "../../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, m := range function.FindAllSubmatch(text, -1) {
				there[string(m[1])] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	named := map[string]bool{}
	for _, m := range regexp.MustCompile("`((?:Test|Fuzz)\\w+)`").FindAllSubmatch(doc, -1) {
		name := string(m[1])
		if named[name] = true; !there[name] {
			t.Errorf("docs/security.md names %s, which is no test", name)
		}
	}
	for name := range there {
		if strings.HasPrefix(name, "Fuzz") && !named[name] {
			t.Errorf("docs/security.md does not list the fuzz target %s", name)
		}
	}
	_, table, _ := strings.Cut(string(doc), "## ASVS 5.0")
	table, _, _ = strings.Cut(table, "### Not held yet")
	item := regexp.MustCompile(`^\| (\d+\.\d+\.\d+) \| [^|]+ \| (.+) \|$`)
	seen, rows := map[string]bool{}, 0
	for line := range strings.Lines(table) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "| id") || strings.HasPrefix(line, "|---") {
			continue
		}
		m := item.FindStringSubmatch(line)
		if m == nil || !strings.Contains(m[2], "`Test") || seen[m[1]] {
			t.Errorf("a row of the table that is none, names no test, or comes twice: %s", line)
			continue
		}
		seen[m[1]] = true
		rows++
	}
	if rows < 60 {
		t.Errorf("%d rows", rows)
	}
}
