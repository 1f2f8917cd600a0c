package theme

import (
	"errors"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"text/template/parse"

	"dateline/internal/page/lang"
)

// Prepare takes line ends and indentation out of templates and checks their words, and that their shared parts are among parts.
func Prepare(set *template.Template, parts ...string) error {
	en, err := lang.For("en")
	if err != nil {
		return err
	}
	var faults []error
	for _, t := range set.Templates() {
		if t.Tree == nil || t.Tree.Root == nil {
			continue
		}
		Walk(t.Tree.Root, func(n parse.Node) {
			switch n := n.(type) {
			case *parse.TextNode:
				n.Text = Trim(n.Text)
			case *parse.CommandNode:
				if why := checkCall(n, en, parts); why != "" {
					where, _ := t.Tree.ErrorContext(n)
					faults = append(faults, fmt.Errorf("theme: %s: %s", where, why))
				}
			}
		})
	}
	slices.SortFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(faults...)
}

// Settle puts the words of a language into the templates of a set for good, where they are without a value and hold nothing
// that HTML must escape: a page has some forty of them, and each call costs more than the words.
func Settle(set *template.Template, words *lang.Catalogue) {
	for _, t := range set.Templates() {
		if t.Tree != nil && t.Tree.Root != nil {
			Walk(t.Tree.Root, func(n parse.Node) { settle(n, words) })
		}
	}
}

func settle(n parse.Node, words *lang.Catalogue) {
	list, ok := n.(*parse.ListNode)
	if !ok || list == nil {
		return
	}
	for i, n := range list.Nodes {
		a, ok := n.(*parse.ActionNode)
		if !ok || len(a.Pipe.Decl) > 0 || len(a.Pipe.Cmds) != 1 || len(a.Pipe.Cmds[0].Args) != 2 {
			continue
		}
		name, ok := a.Pipe.Cmds[0].Args[0].(*parse.IdentifierNode)
		key, literal := a.Pipe.Cmds[0].Args[1].(*parse.StringNode)
		if !ok || !literal || name.Ident != "word" {
			continue
		}
		if text := words.Say(key.Text); !strings.ContainsAny(text, "<>&\"'`=") {
			list.Nodes[i] = &parse.TextNode{NodeType: parse.NodeText, Pos: a.Pos, Text: []byte(text)}
		}
	}
}

// checkCall says what is wrong with a call of word, count or part.
func checkCall(c *parse.CommandNode, en *lang.Catalogue, parts []string) string {
	if len(c.Args) < 2 {
		return ""
	}
	name, ok := c.Args[0].(*parse.IdentifierNode)
	if !ok {
		return ""
	}
	arg, literal := c.Args[1].(*parse.StringNode)
	switch name.Ident {
	case "word":
		if literal && !en.Has(arg.Text) {
			return fmt.Sprintf("there are no words under %q", arg.Text)
		}
	case "count":
		if literal && !en.HasCount(arg.Text) {
			return fmt.Sprintf("there are no plural words under %q", arg.Text)
		}
	case "part":
		if !literal || !slices.Contains(parts, arg.Text) {
			return "part takes " + strings.Join(parts[:len(parts)-1], ", ") + " or " + parts[len(parts)-1]
		}
	}
	return ""
}
