package load

import (
	"encoding/json"
	"fmt"

	"dateline/cmd/dateline/internal/demo"
	"dateline/internal/body"
)

// node is one node of a ProseMirror document on its way into JSON.
type node struct {
	Type    string         `json:"type"`
	Attrs   map[string]any `json:"attrs,omitempty"`
	Content []node         `json:"content,omitempty"`
	Text    string         `json:"text,omitempty"`
	Marks   []node         `json:"marks,omitempty"`
}

// refs turns the names that the demo's texts use into ids and addresses.
type refs struct {
	picture func(name string) string
	story   func(key string) string // article id
	address func(key string) string // path of a story
}

// document makes the document of a body.
func document(b demo.Body, r refs) (body.Document, error) {
	raw, err := json.Marshal(node{Type: "doc", Content: blocks(b, r)})
	if err != nil {
		return body.Document{}, fmt.Errorf("load: document: %w", err)
	}
	return body.Parse(raw)
}

func blocks(b demo.Body, r refs) []node {
	var out []node
	for _, k := range b {
		switch k.Kind {
		case demo.Paragraph:
			out = append(out, paragraph(k.Text, r))
		case demo.Heading:
			out = append(out, node{Type: "heading", Attrs: map[string]any{"level": k.Level}, Content: text(k.Text, r)})
		case demo.Quote:
			q := node{Type: "blockquote", Content: []node{paragraph(k.Text, r)}}
			if k.Cite != "" {
				q.Content = append(q.Content, paragraph(demo.Text{{Text: "— " + k.Cite}}, r))
			}
			out = append(out, q)
		case demo.List:
			out = append(out, list(k, r))
		case demo.Table:
			out = append(out, table(k, r)...)
		case demo.Figure:
			if id := r.picture(k.Ref); id != "" {
				out = append(out, node{Type: "picture", Attrs: map[string]any{"id": id}})
			}
		case demo.Card:
			if id := r.story(k.Ref); id != "" {
				out = append(out, node{Type: "related", Attrs: map[string]any{"id": id}})
			}
		case demo.Facts:
			out = append(out, node{Type: "factBox", Attrs: map[string]any{"title": k.Title}, Content: blocks(k.Blocks, r)})
		}
	}
	return out
}

func paragraph(t demo.Text, r refs) node { return node{Type: "paragraph", Content: text(t, r)} }

func text(t demo.Text, r refs) []node {
	var out []node
	for _, s := range t {
		if s.Text == "" {
			continue
		}
		n := node{Type: "text", Text: s.Text}
		href := s.Link
		if len(href) > 6 && href[:6] == "story:" {
			href = r.address(href[6:])
		}
		if href != "" {
			n.Marks = append(n.Marks, node{Type: "link", Attrs: map[string]any{"href": href}})
		}
		if s.Strong {
			n.Marks = append(n.Marks, node{Type: "bold"})
		}
		if s.Em {
			n.Marks = append(n.Marks, node{Type: "italic"})
		}
		out = append(out, n)
	}
	return out
}

func list(k demo.Block, r refs) node {
	l := node{Type: "bulletList"}
	if k.Ordered {
		l.Type = "orderedList"
	}
	for _, item := range k.Items {
		l.Content = append(l.Content, node{Type: "listItem", Content: []node{paragraph(item, r)}})
	}
	return l
}

func table(k demo.Block, r refs) []node {
	var out []node
	if k.Title != "" {
		out = append(out, paragraph(demo.Text{{Text: k.Title, Strong: true}}, r))
	}
	t := node{Type: "table"}
	for i, row := range k.Rows {
		cell := "tableCell"
		if i == 0 {
			cell = "tableHeader"
		}
		n := node{Type: "tableRow"}
		for _, c := range row {
			n.Content = append(n.Content, node{Type: cell, Content: []node{paragraph(c, r)}})
		}
		t.Content = append(t.Content, n)
	}
	return append(out, t)
}
