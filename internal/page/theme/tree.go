package theme

import (
	"regexp"
	"text/template/parse"
)

// Walk visits every node below n.
func Walk(n parse.Node, visit func(parse.Node)) {
	list := func(l *parse.ListNode) {
		if l != nil {
			Walk(l, visit)
		}
	}
	pipe := func(p *parse.PipeNode) {
		if p != nil {
			Walk(p, visit)
		}
	}
	visit(n)
	switch n := n.(type) {
	case *parse.ListNode:
		for _, c := range n.Nodes {
			Walk(c, visit)
		}
	case *parse.ActionNode:
		pipe(n.Pipe)
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			Walk(c, visit)
		}
	case *parse.CommandNode:
		for _, a := range n.Args {
			Walk(a, visit)
		}
	case *parse.IfNode:
		pipe(n.Pipe)
		list(n.List)
		list(n.ElseList)
	case *parse.RangeNode:
		pipe(n.Pipe)
		list(n.List)
		list(n.ElseList)
	case *parse.WithNode:
		pipe(n.Pipe)
		list(n.List)
		list(n.ElseList)
	case *parse.TemplateNode:
		pipe(n.Pipe)
	}
}

var broken = regexp.MustCompile(`[ \t]*\n\s*`)

// Trim takes a line end with the spaces around it away where it stands beside a tag or an action, and makes one space of it elsewhere.
func Trim(text []byte) []byte {
	var out []byte
	last := 0
	for _, m := range broken.FindAllIndex(text, -1) {
		out = append(out, text[last:m[0]]...)
		last = m[1]
		edge := m[0] == 0 || m[1] == len(text)
		if !edge && text[m[0]-1] != '>' && text[m[1]] != '<' && text[m[1]] != '>' {
			out = append(out, ' ')
		}
	}
	return append(out, text[last:]...)
}
