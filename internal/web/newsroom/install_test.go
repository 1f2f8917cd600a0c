package newsroom

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"image/png"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"dateline/internal/edition"
	"dateline/internal/page"
)

// built is a staff application as ui/build.mjs makes it.
func built() fstest.MapFS {
	return fstest.MapFS{
		"index.html": {Data: []byte(`<meta property="csp-nonce" nonce="MARK">`)},
		"worker.js":  {Data: []byte(`const build = { headers: "HEADERS-OF-THE-PAGE", page: "MARK" }`)},
	}
}

func TestTheWorkerHasTheHeadersOfThePageWithoutANonceOfAnyAnswer(t *testing.T) {
	pages, err := page.New(page.Options{Addresses: func() edition.Addresses { return edition.Addresses{Directory: &edition.Directory{}} }})
	if err != nil {
		t.Fatal(err)
	}
	n, err := New(Options{Accounts: &people{}, Pages: pages, App: built(), Mark: "MARK"})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	n.ServeHTTP(w, httptest.NewRequest("GET", "/newsroom/worker.js", nil))
	code := w.Body.String()
	if w.Code != 200 || strings.Contains(code, "HEADERS-OF") || !strings.Contains(code, "'nonce-MARK'") || !strings.Contains(code, "require-trusted-types-for") || !strings.Contains(code, `"Cache-Control":"no-store"`) {
		t.Errorf("%d %s", w.Code, code)
	}
	if h := w.Header(); h.Get("Cache-Control") != "no-store" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'; connect-src 'self';") || !strings.HasPrefix(h.Get("Content-Type"), "text/javascript") {
		t.Errorf("%v", h)
	}
	broken := built()
	broken["worker.js"] = &fstest.MapFile{Data: []byte("nothing")}
	if _, err := New(Options{Accounts: &people{}, Pages: pages, App: broken, Mark: "MARK"}); err == nil {
		t.Error("a worker without a place for headers was taken")
	}
}

func TestAFileIsKeptPackedAndAnsweredAsWhoAsksCanReadIt(t *testing.T) {
	pages, err := page.New(page.Options{Addresses: func() edition.Addresses { return edition.Addresses{Directory: &edition.Directory{}} }})
	if err != nil {
		t.Fatal(err)
	}
	const code = "export default 'the application'"
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(code)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	app := built()
	app["assets/app.js.gz"], app["assets/app.js.br"] = &fstest.MapFile{Data: packed.Bytes()}, &fstest.MapFile{Data: []byte("brotli")}
	n, err := New(Options{Accounts: &people{}, Pages: pages, App: app, Mark: "MARK"})
	if err != nil {
		t.Fatal(err)
	}
	for accepted, want := range map[string]struct{ coding, body string }{
		"gzip, deflate, br, zstd": {"br", "brotli"}, "gzip": {"gzip", packed.String()}, "": {"", code}, "zstd": {"", code},
	} {
		r, w := httptest.NewRequest("GET", "/newsroom/assets/app.js", nil), httptest.NewRecorder()
		r.Header.Set("Accept-Encoding", accepted)
		n.ServeHTTP(w, r)
		if w.Code != 200 || w.Header().Get("Content-Encoding") != want.coding || w.Body.String() != want.body || w.Header().Get("Content-Length") != strconv.Itoa(len(want.body)) {
			t.Errorf("%q: %d %v", accepted, w.Code, w.Header())
		}
	}
	for _, at := range []string{"/newsroom/assets/app.js.gz", "/newsroom/assets/none.js"} {
		w := httptest.NewRecorder()
		if n.ServeHTTP(w, httptest.NewRequest("GET", at, nil)); w.Code != 404 {
			t.Errorf("%s: %d", at, w.Code)
		}
	}
}

func TestAnInstallationHasTheNameOfThePublicationAndIconsOfTheirSizes(t *testing.T) {
	d := &edition.Directory{Editions: []edition.Edition{{Slug: "ru", Name: "Вестник Орлана", Language: "ru", Default: true}}}
	pages, err := page.New(page.Options{Addresses: func() edition.Addresses { return edition.Addresses{Directory: d} }})
	if err != nil {
		t.Fatal(err)
	}
	n, err := New(Options{Accounts: &people{}, Pages: pages})
	if err != nil {
		t.Fatal(err)
	}
	get := func(at string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", at, nil)
		r.Header.Set("Accept-Language", "ar-EG,en")
		w := httptest.NewRecorder()
		n.ServeHTTP(w, r)
		if w.Code != 200 {
			t.Fatalf("%s: %d", at, w.Code)
		}
		return w
	}
	var m struct {
		Name, Lang, Dir string
		Short           string `json:"short_name"`
		Icons           []struct{ Src, Sizes string }
	}
	if err := json.Unmarshal(get("/newsroom/manifest.webmanifest").Body.Bytes(), &m); err != nil {
		t.Fatal(err)
	}
	if m.Name != "Вестник Орлана · غرفة التحرير" || m.Short != "Вестник Орлана" || m.Lang != "ar" || m.Dir != "rtl" || len(m.Icons) != len(icons) {
		t.Errorf("%+v", m)
	}
	for i, at := range icons {
		c, err := png.DecodeConfig(bytes.NewReader(get(m.Icons[i].Src).Body.Bytes()))
		if err != nil || c.Width != at.Size || c.Height != at.Size {
			t.Errorf("%s: %v %v", at.Path, c, err)
		}
	}
}
