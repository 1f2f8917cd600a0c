package transfer

import (
	"context"
	"slices"
	"strings"

	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/wire"
)

// maxRelated is how many related stories an article may have.
const maxRelated = 50

// links are the other articles that an item points at, as they are called here.
type links struct {
	related  []string
	original string // it is a translation of this
	pending  bool   // one that is not here yet stands in the input
	cards    map[string]string
}

// card gives the article that a related card in the text is about; what is not here has no card.
func (l links) card(id string) (string, bool) { to, ok := l.cards[id]; return to, ok }

// links resolves the addresses that an item gives. self is its own id, "" while it has none.
func (m *importer) links(ctx context.Context, it *wire.Item, self string) (links, error) {
	l := links{related: []string{}, cards: map[string]string{}}
	find := func(uri, own string) (string, error) {
		if uri == uriOf(*it) {
			return "", nil
		}
		id, err := m.resolve(ctx, uri, own)
		if err == nil && id == "" && (uri != "" && m.input.has(uri) || own != "" && m.input.has(ownMark+own)) {
			l.pending = true
		}
		if id == self {
			id = ""
		}
		return id, err
	}
	for _, uri := range it.Related {
		id, err := find(uri, foreignID(uri))
		if err != nil {
			return l, err
		}
		if id != "" && !slices.Contains(l.related, id) && len(l.related) < maxRelated {
			l.related = append(l.related, id)
		}
	}
	if it.TranslationOf != "" {
		var err error
		if l.original, err = find(it.TranslationOf, foreignID(it.TranslationOf)); err != nil {
			return l, err
		}
	}
	if it.ID == "" {
		return l, nil // only another Dateline site knows cards
	}
	for _, card := range it.Content.Body.Related() {
		id, err := find(besides(uriOf(*it), card), card)
		if err != nil {
			return l, err
		}
		if id != "" {
			l.cards[card] = id
		}
	}
	return l, nil
}

// resolve gives the article of an address, or the one that is own on another Dateline site; "" when it is not here.
func (m *importer) resolve(ctx context.Context, uri, own string) (string, error) {
	if uri != "" {
		a, ok, err := m.Desk.BySource(ctx, uri)
		if err != nil || ok {
			return a.ID, err
		}
	}
	if from, err := moment.Number(own); err == nil {
		m.mu.Lock()
		to, ok := m.ids[from]
		m.mu.Unlock()
		if ok {
			return moment.ID(to), nil
		}
	}
	id, ours := wire.OwnID(m.dir.Base, "article", uri)
	if !ours {
		return "", nil
	}
	a, err := m.Desk.Article(ctx, house.Who, id)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return a.ID, err
}

// foreignID gives the id in an address that some Dateline site made, "" when none did.
func foreignID(uri string) string {
	rest, ok := strings.CutPrefix(uri, "tag:")
	if !ok {
		return ""
	}
	if _, id, ok := strings.Cut(rest, ":article/"); ok {
		if _, err := moment.Number(id); err == nil {
			return id
		}
	}
	return ""
}

// besides gives the address that an article has on the site that made uri, "" when uri does not tell the site.
func besides(uri, id string) string {
	if foreignID(uri) == "" {
		return ""
	}
	host, _, _ := strings.Cut(strings.TrimPrefix(uri, "tag:"), ",")
	return wire.ItemURI("https://"+host, "article", id)
}
