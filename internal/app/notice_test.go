package app

import (
	"context"
	"io"
	"strings"
	"testing"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/media"
)

// busyShelf does something else while a file is put.
type busyShelf struct {
	shelf
	meanwhile func()
}

func (b *busyShelf) Put(ctx context.Context, key string, r io.Reader, size int64, kind string) error {
	if f := b.meanwhile; f != nil {
		b.meanwhile = nil
		f()
	}
	return b.shelf.Put(ctx, key, r, size, kind)
}

func TestThePublicFilesOfAPictureBearWhatIsSaidOfItNow(t *testing.T) {
	p := newPaper(t)
	id := p.upload("pictures", 1)
	h := p.site.House
	files := &busyShelf{shelf: shelf{h.Files}, meanwhile: func() {
		p.must(200, "pictures", "PATCH", "/api/v1/pictures/"+id, `{"copyright":"Second notice"}`)
	}}
	slow := media.NewLibrary(h.Store, files, media.NewPool(media.PoolOptions{}), p.clock, h.IDs)
	who := account.Actor{ID: "x", Grants: []account.Grant{{Role: account.Editor}}}
	credit := "First credit"
	pic, err := slow.Change(t.Context(), who, fact.Once{}, id, 0, media.Fields{Credit: &credit})
	if err != nil || pic.Copyright != "Second notice" || pic.Credit != credit {
		t.Fatalf("%+v: %v", pic, err)
	}
	f, err := files.Open(t.Context(), pic.Renditions[0].Key)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil || !strings.Contains(string(data), "Second notice") || !strings.Contains(string(data), credit) {
		t.Errorf("the file does not bear both: %v", err)
	}
}
