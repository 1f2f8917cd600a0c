package app

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

func TestPicturesLieInABucketAndAreServedFromIt(t *testing.T) {
	backend := s3mem.New()
	if err := backend.CreateBucket("press"); err != nil {
		t.Fatal(err)
	}
	s3 := httptest.NewServer(gofakes3.New(backend).Server())
	defer s3.Close()
	p := newPaper(t, func(c *Config) {
		c.Media = "s3://key:secret@press?region=eu-1&endpoint=" + url.QueryEscape(s3.URL)
	})
	id := p.upload("pictures", 7)
	address, _ := p.must(http.StatusOK, "pictures", "GET", "/api/v1/pictures/"+id, "").json()["url"].(string)
	if body := p.get(http.StatusOK, strings.TrimPrefix(address, p.url)); !strings.HasPrefix(body, "\xff\xd8") {
		t.Fatalf("%s is no JPEG: %.20q", address, body)
	}
	objects, err := backend.ListBucket("press", nil, gofakes3.ListBucketPage{})
	if err != nil || len(objects.Contents) < 3 {
		t.Fatalf("%d files in the bucket: %v", len(objects.Contents), err)
	}
}
