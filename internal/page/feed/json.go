package feed

import (
	"bytes"
	"encoding/json"
)

type (
	jsonFeed struct {
		Version     string     `json:"version"`
		Title       string     `json:"title"`
		HomePage    string     `json:"home_page_url"`
		FeedURL     string     `json:"feed_url"`
		Next        string     `json:"next_url,omitempty"`
		Description string     `json:"description,omitempty"`
		Language    string     `json:"language,omitempty"`
		Hubs        []jsonHub  `json:"hubs,omitempty"`
		Items       []jsonItem `json:"items"`
	}
	jsonHub struct {
		Type string `json:"type"`
		URL  string `json:"url"`
	}
	jsonItem struct {
		ID          string           `json:"id"`
		URL         string           `json:"url"`
		Title       string           `json:"title,omitempty"`
		HTML        string           `json:"content_html"`
		Summary     string           `json:"summary,omitempty"`
		Image       string           `json:"image,omitempty"`
		Published   string           `json:"date_published"`
		Modified    string           `json:"date_modified"`
		Authors     []jsonAuthor     `json:"authors,omitempty"`
		Tags        []string         `json:"tags,omitempty"`
		Language    string           `json:"language,omitempty"`
		Attachments []jsonAttachment `json:"attachments,omitempty"`
	}
	jsonAuthor struct {
		Name string `json:"name"`
		URL  string `json:"url,omitempty"`
	}
	jsonAttachment struct {
		URL   string `json:"url"`
		Type  string `json:"mime_type"`
		Title string `json:"title,omitempty"`
		Bytes int64  `json:"size_in_bytes,omitempty"`
	}
)

// JSON gives the feed in JSON Feed 1.1. The title of an attached picture is its caption with its credit in brackets, since the
// format has no field for one.
func JSON(f Feed) ([]byte, error) {
	v := f.view()
	out := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: oneLine(v.title), HomePage: v.page, FeedURL: v.self(JSONPath),
		Description: oneLine(v.about), Language: v.edition.Language, Items: []jsonItem{},
	}
	if v.Next != "" {
		out.Next = v.self(JSONPath) + "?after=" + v.Next
	}
	if v.Hub != "" {
		out.Hubs = []jsonHub{{"WebSub", v.Hub}}
	}
	for _, x := range v.entries {
		i := x.item
		item := jsonItem{
			ID: x.id, URL: x.url, Title: oneLine(i.Headline), HTML: legal(x.html), Summary: oneLine(i.Lead),
			Published: stamp(i.PublishedAt), Modified: stamp(i.UpdatedAt), Language: x.language, Tags: x.tags,
		}
		for _, b := range i.Byline {
			if name := oneLine(b.Name); name != "" {
				item.Authors = append(item.Authors, jsonAuthor{name, v.author(b)})
			}
		}
		for n, p := range x.pictures {
			if n == 0 && i.Picture == p.ID {
				item.Image = p.url
			}
			title := oneLine(p.told())
			if p.credit != "" {
				title = oneLine(title + " (" + p.credit + ")")
			}
			item.Attachments = append(item.Attachments, jsonAttachment{p.url, p.file.ContentType, title, p.file.Bytes})
		}
		out.Items = append(out.Items, item)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // its own content type; nobody reads it as HTML
	err := e.Encode(out)
	return b.Bytes(), err
}
