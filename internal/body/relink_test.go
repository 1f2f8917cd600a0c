package body

import "testing"

func TestLinksLeadElsewhereAfterAMove(t *testing.T) {
	d, _ := FromHTML(`<p>See <a href="https://old.example.org/a">the first</a><a href="https://old.example.org/b"> and more</a>, or <a href="https://else.example.org/">others</a>.</p>
		<ul><li><a href="https://old.example.org/c"><b>deep</b></a></li></ul>`, Source{})
	before := string(d.Canonical())
	moved := d.Relink(func(address string) (string, bool) {
		switch address {
		case "https://old.example.org/a", "https://old.example.org/b":
			return "/world/one", true
		case "https://old.example.org/c":
			return "javascript:alert(1)", true
		}
		return "", false
	})
	want, _ := FromHTML(`<p>See <a href="/world/one">the first and more</a>, or <a href="https://else.example.org/">others</a>.</p>
		<ul><li><a href="https://old.example.org/c"><b>deep</b></a></li></ul>`, Source{})
	if !moved.Equal(want) {
		t.Errorf("got %s\nwant %s", moved.Canonical(), want.Canonical())
	}
	if string(d.Canonical()) != before {
		t.Error("the document it came from changed")
	}
	if again, err := Parse(moved.Canonical()); err != nil || !again.Equal(moved) {
		t.Errorf("it is no document any more: %v", err)
	}
}
