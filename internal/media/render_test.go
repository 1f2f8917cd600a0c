package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"dateline/internal/fault"
)

var pink = color.NRGBA{240, 120, 160, 255}

func TestThePlanNeverEnlarges(t *testing.T) {
	for _, c := range []struct {
		w, h int
		want string
	}{
		{6000, 4000, "w320 320×213, w640 640×427, w960 960×640, w1280 1280×853, w1920 1920×1280, c320 320×213, c640 640×427, c1280 1280×853, q800 800×800, f960 960×720, v1280 1280×720, social 1200×630"},
		{1000, 1000, "w320 320×320, w640 640×640, w960 960×960, c320 320×213, c640 640×427, c1280 1000×667, q800 800×800, f960 960×720, v1280 1000×563, social 1000×525"},
		{1900, 1000, "w320 320×168, w640 640×337, w960 960×505, w1280 1280×674, w1920 1900×1000, c320 320×213, c640 640×427, c1280 1280×853, q800 800×800, f960 960×720, v1280 1280×720, social 1200×630"},
		{110, 100, "w320 110×100, c320 110×73"},
		{1, 1, "w320 1×1, c320 1×1"},
		{100, 30000, "w320 13×4000, c320 100×67"},
		{30000, 2, "w320 320×1, w640 640×1, w960 960×1, w1280 1280×1, w1920 1920×1, c320 3×2"},
	} {
		var got []string
		for _, r := range Plan(c.w, c.h, Centre) {
			got = append(got, fmt.Sprintf("%s %d×%d", r.Name, r.Width, r.Height))
			if r.Width > c.w || r.Height > max(c.h, 1) {
				t.Errorf("%d × %d is enlarged: %+v", c.w, c.h, r)
			}
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%d × %d:\n%s\n%s", c.w, c.h, s, c.want)
		}
	}
}

func TestCropsLieAroundTheFocalPoint(t *testing.T) {
	all := rect{0, 0, 3000, 1000}
	for _, c := range []struct {
		focal Point
		x     float64
	}{{Point{0, 0.5}, 0}, {Point{0.5, 0.5}, 750}, {Point{1, 1}, 1500}, {Point{0.3, 0.9}, 150}} {
		if got := around(all, c.focal, 1.5); got.x != c.x || got.y != 0 || got.w != 1500 || got.h != 1000 {
			t.Errorf("%v: %+v", c.focal, got)
		}
	}
}

func TestAChosenCropIsShownInItsShapeAndInNoOther(t *testing.T) {
	square := Crop{Ratio: "1:1", X: 0.5, Y: 0, Width: 0.25, Height: 0.5} // of 4000 × 2000: 1000 × 1000 from 2000, 0
	wide := Crop{Ratio: "16:9", X: 0, Y: 0.5, Width: 0.4444, Height: 0.5}
	for _, p := range plan(4000, 2000, Point{1, 1}, []Crop{square, wide}) {
		switch p.Name {
		case "q800":
			if p.from != (rect{2000, 0, 1000, 1000}) || p.Width != 800 || p.Height != 800 {
				t.Errorf("%+v", p)
			}
		case "v1280", "social":
			if p.from.x != 0 || p.from.y < 1000 || p.from.x+p.from.w > 1778 || p.from.y+p.from.h > 2000 {
				t.Errorf("%+v does not lie in the stretch that was chosen", p)
			}
		case "c1280":
			if p.from.x+p.from.w != 4000 {
				t.Errorf("%+v does not lie around the focal point", p)
			}
		}
		if float64(p.Width) > p.from.w+1 {
			t.Errorf("%+v is enlarged", p)
		}
	}
}

func TestACropHasItsShapeInsideThePicture(t *testing.T) {
	p := Picture{Kind: Photo, Width: 3000, Height: 2000, Focal: Centre}
	for _, c := range []struct {
		name  string
		crops []Crop
		ok    bool
	}{
		{"none", nil, true},
		{"all of it", []Crop{{"3:2", 0, 0, 1, 1}}, true},
		{"one of each", []Crop{{"3:2", 0, 0, 1, 1}, {"1:1", 0.1, 0, 0.6667, 1}, {"16:9", 0, 0.1, 1, 0.84375}}, true},
		{"two of one", []Crop{{"3:2", 0, 0, 1, 1}, {"3:2", 0, 0, 0.5, 0.5}}, false},
		{"another shape", []Crop{{"1:1", 0, 0, 1, 1}}, false},
		{"a shape nobody knows", []Crop{{"2:1", 0, 0, 1, 0.75}}, false},
		{"over the edge", []Crop{{"3:2", 0.6, 0, 0.5, 0.5}}, false},
		{"nothing of it", []Crop{{"3:2", 0, 0, 0.01, 0.01}}, false},
		{"no number", []Crop{{"3:2", math.NaN(), 0, 0.5, 0.5}}, false},
	} {
		q := p
		if err := q.Apply(Fields{Crops: &c.crops}); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestEveryRenditionIsAsPlanned(t *testing.T) {
	b := asJPEG(t, drawn(1400, 1000))
	files, made, err := renderAll(t, NewPool(PoolOptions{}), b, Job{})
	if err != nil {
		t.Fatal(err)
	}
	want := Plan(1400, 1000, Centre)
	if len(made) != len(want) || len(files) != len(want) {
		t.Fatalf("%d made, %d planned", len(made), len(want))
	}
	for i, r := range made {
		m := decoded(t, files[r.Name])
		if r.Name != want[i].Name || r.Width != want[i].Width || r.Height != want[i].Height || r.Key != r.Name+".jpg" || r.ContentType != "image/jpeg" {
			t.Errorf("%+v, planned %+v", r, want[i])
		}
		if strings.HasPrefix(r.Name, "w") {
			wantCorners(t, r.Name, m)
		}
	}
}

func wantCorners(t *testing.T, name string, m image.Image) {
	t.Helper()
	b := m.Bounds()
	for i, at := range []image.Point{{b.Dx() / 12, b.Dy() / 12}, {b.Dx() - 1 - b.Dx()/12, b.Dy() / 12}, {b.Dx() - 1 - b.Dx()/12, b.Dy() - 1 - b.Dy()/12}, {b.Dx() / 12, b.Dy() - 1 - b.Dy()/12}} {
		if got := m.At(at.X, at.Y); !near(got, corners[i], 12) {
			t.Errorf("%s: corner %d is %v, want %v", name, i, got, corners[i])
		}
	}
}

// turnedTo stores a picture so that it is upright after an orientation is applied.
func turnedTo(m *image.RGBA, orientation int) *image.RGBA {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	flipX, flipY, turn := upright(orientation)
	sw, sh := w, h
	if turn {
		sw, sh = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, sw, sh))
	for y := range h {
		for x := range w {
			sx, sy := x, y
			if turn {
				sx, sy = y, x
			}
			if flipX {
				sx = sw - 1 - sx
			}
			if flipY {
				sy = sh - 1 - sy
			}
			out.SetRGBA(sx, sy, m.RGBAAt(x, y))
		}
	}
	return out
}

func TestEveryOrientationIsApplied(t *testing.T) {
	picture := drawn(333, 201)
	for orientation := range 9 {
		exif := telling(uint32(orientation), "")
		for name, b := range map[string][]byte{
			"jpeg": withSegments(asJPEG(t, turnedTo(picture, orientation)), segment(0xe1, headEXIF+string(exif))),
			"png":  withChunks(asPNG(t, turnedTo(picture, orientation)), pngChunk("eXIf", exif)),
		} {
			made := mustRender(t, b, Job{Focal: Point{0.01, 0.01}})
			f := made["w320"]
			if f.Width != 320 || f.Height != 193 {
				t.Fatalf("%s %d: %+v", name, orientation, f.Rendition)
			}
			wantCorners(t, fmt.Sprintf("%s %d", name, orientation), decoded(t, f))
			crop := decoded(t, made["c320"])
			if !near(crop.At(4, 4), corners[0], 12) {
				t.Errorf("%s %d: the crop is not around the focal point: %v", name, orientation, crop.At(4, 4))
			}
		}
	}
}

func TestALargePictureIsTakenDownFirstAndLooksTheSame(t *testing.T) {
	picture := drawn(901, 601)
	for orientation := range 9 {
		stored, err := jpeg.Decode(bytes.NewReader(asJPEG(t, turnedTo(picture, orientation))))
		if err != nil {
			t.Fatal(err)
		}
		info := Info{Orientation: orientation}
		todo := []planned{{Rendition{Width: 200, Height: 133}, rect{0, 0, 901, 601}}, {Rendition{Width: 60, Height: 40}, rect{0, 0, 225, 150}}}
		small, scaled := planesOf(stored).reduced(todo, info)
		if small.w > 400 || small.h > 400 {
			t.Fatalf("%d × %d", small.w, small.h)
		}
		wantCorners(t, fmt.Sprint(orientation), small.cut(scaled[0].from, 200, 133, orientation, smooth).image())
		corner := small.cut(scaled[1].from, 60, 40, orientation, smooth).image()
		for _, at := range []image.Point{{5, 5}, {54, 5}, {5, 34}, {54, 34}} {
			if !near(corner.At(at.X, at.Y), corners[0], 12) {
				t.Errorf("%d: the corner is %v at %v", orientation, corner.At(at.X, at.Y), at)
			}
		}
	}
}

func TestRealOrientedPhotographsComeOutUpright(t *testing.T) {
	var first []image.Image
	for _, n := range []string{"1", "5", "7"} {
		files := mustRender(t, sharedFile(t, "photos-metadata/orientation/landscape_"+n+".jpg"), Job{})
		first = append(first, decoded(t, files["w320"]))
	}
	for i, m := range first[1:] {
		if m.Bounds() != first[0].Bounds() {
			t.Fatalf("%v and %v", m.Bounds(), first[0].Bounds())
		}
		far := 0
		for y := 0; y < m.Bounds().Dy(); y += 10 {
			for x := 0; x < 320; x += 10 {
				if !near(m.At(x, y), first[0].At(x, y), 40) {
					far++
				}
			}
		}
		if far > 20 {
			t.Errorf("picture %d differs from the upright one in %d places", i+1, far)
		}
	}
}

func TestEveryColourModelIsShownRight(t *testing.T) {
	w, h := 420, 300
	rgb := drawn(w, h)
	each := func(make func(x, y int, c color.RGBA)) {
		for y := range h {
			for x := range w {
				make(x, y, rgb.RGBAAt(x, y))
			}
		}
	}
	deep, cmyk, paletted := image.NewRGBA64(rgb.Rect), image.NewNRGBA64(rgb.Rect), image.NewPaletted(rgb.Rect, color.Palette{corners[0], corners[1], corners[2], corners[3], color.White})
	each(func(x, y int, c color.RGBA) {
		deep.Set(x, y, c)
		cmyk.Set(x, y, color.NRGBA{c.R, c.G, c.B, 254})
		paletted.Set(x, y, c)
	})
	for name, b := range map[string][]byte{"16 bits": asPNG(t, deep), "16 bits, clear": asPNG(t, cmyk), "palette": asPNG(t, paletted), "8 bits": asPNG(t, rgb)} {
		for _, rendition := range []string{"w320", "w640"} {
			wantCorners(t, name, decoded(t, mustRender(t, b, Job{})[rendition]))
		}
	}
	out := planesOf(func() image.Image {
		m := image.NewCMYK(rgb.Rect)
		each(func(x, y int, c color.RGBA) { m.Set(x, y, c) })
		return m
	}()).cut(rect{0, 0, float64(w), float64(h)}, 200, 150, 1, smooth)
	wantCorners(t, "cmyk", out.image())
	grey := image.NewGray16(rgb.Rect)
	each(func(x, y int, c color.RGBA) { grey.Set(x, y, c) })
	m := decoded(t, mustRender(t, asPNG(t, grey), Job{})["w640"])
	if !near(m.At(20, 20), color.GrayModel.Convert(corners[0]), 6) {
		t.Error(m.At(20, 20))
	}
	for _, ratio := range []image.YCbCrSubsampleRatio{image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420, image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410} {
		m := image.NewYCbCr(rgb.Rect, ratio)
		each(func(x, y int, c color.RGBA) {
			m.Y[m.YOffset(x, y)], m.Cb[m.COffset(x, y)], m.Cr[m.COffset(x, y)] = color.RGBToYCbCr(c.R, c.G, c.B)
		})
		for _, k := range []kernel{smooth, area} {
			wantCorners(t, ratio.String(), planesOf(m).cut(rect{0, 0, float64(w), float64(h)}, 201, 149, 1, k).image())
		}
	}
}

func TestWhatIsClearStaysClearAndIsWhiteOnCards(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 900, 700))
	for y := range 700 {
		for x := range 900 {
			if x >= 450 {
				m.SetNRGBA(x, y, color.NRGBA{200, 0, 0, 255})
			} else {
				m.SetNRGBA(x, y, color.NRGBA{0, 255, 0, 0})
			}
		}
	}
	files := mustRender(t, asPNG(t, m), Job{})
	whole, social := decoded(t, files["w640"]), decoded(t, files["social"])
	if files["w640"].ContentType != "image/png" || !near(whole.At(10, 10), color.Transparent, 0) || !near(whole.At(630, 10), color.RGBA{200, 0, 0, 255}, 2) {
		t.Errorf("%v %v %+v", whole.At(10, 10), whole.At(630, 10), files["w640"].Rendition)
	}
	if files["social"].ContentType != "image/jpeg" && !near(social.At(10, 10), color.White, 2) {
		t.Errorf("%v %+v", social.At(10, 10), files["social"].Rendition)
	}
	if r, g, b, a := whole.At(319, 100).RGBA(); g > 0 || b > r || r > a {
		t.Errorf("the edge shows colours that nobody sees: %v", whole.At(319, 100))
	}
}

func TestGraphicsStayPNGWhereThatIsSmaller(t *testing.T) {
	m := image.NewPaletted(image.Rect(0, 0, 650, 450), color.Palette{color.White, color.Black, corners[0]})
	for x := 100; x < 580; x += 100 {
		for y := 450 - x/2; y < 450; y++ {
			for d := range 60 {
				m.SetColorIndex(x+d, y, 2)
			}
		}
	}
	for name, f := range mustRender(t, asPNG(t, m), Job{Kind: Graphic}) {
		if f.ContentType != "image/png" {
			t.Errorf("%s of a chart is %s", name, f.ContentType)
		}
		decoded(t, f)
	}
	for name, f := range mustRender(t, asPNG(t, drawn(650, 450)), Job{}) {
		if f.ContentType != "image/jpeg" {
			t.Errorf("%s of a photograph is %s", name, f.ContentType)
		}
	}
}

func TestOnlyTheFirstFrameIsShown(t *testing.T) {
	red, blue := color.NRGBA{200, 20, 20, 255}, color.NRGBA{20, 20, 200, 255}
	for name, b := range map[string][]byte{"gif": asGIF(t, 100, 60, red, blue, blue), "webp": moving(100, 60, red, blue, blue)} {
		info, err := inspect(b)
		if err != nil || info.Frames != 3 {
			t.Fatalf("%s: %v %+v", name, err, info)
		}
		m := decoded(t, mustRender(t, b, Job{})["w320"])
		if !near(m.At(50, 30), red, 12) && !near(m.At(60, 20), red, 12) {
			t.Errorf("%s: %v", name, m.At(50, 30))
		}
	}
}

func TestAFrameSmallerThanItsCanvasKeepsItsPlace(t *testing.T) {
	b := asGIF(t, 64, 64, color.NRGBA{200, 20, 20, 255})
	b[6], b[8] = 128, 128 // a larger screen
	at := bytes.IndexByte(b[13:], 0x2c) + 13
	b[at+1], b[at+3] = 64, 64
	m := decoded(t, mustRender(t, b, Job{})["w320"])
	if m.Bounds().Dx() != 128 || !near(m.At(5, 5), color.Transparent, 0) && !near(m.At(5, 5), color.White, 2) || !near(m.At(100, 70), color.NRGBA{200, 20, 20, 255}, 4) {
		t.Fatal(m.Bounds(), m.At(5, 5), m.At(100, 70))
	}
	m = decoded(t, mustRender(t, moving(64, 64, pink), Job{})["w320"])
	if m.Bounds().Dx() != 72 || !near(m.At(1, 1), color.Transparent, 0) || !near(m.At(30, 30), pink, 4) {
		t.Fatal(m.Bounds(), m.At(1, 1), m.At(30, 30))
	}
}

func TestWebPIsRead(t *testing.T) {
	m := decoded(t, mustRender(t, asWebP(700, 300, pink), Job{})["w640"])
	if !near(m.At(100, 100), pink, 3) {
		t.Fatal(m.At(100, 100))
	}
	files := mustRender(t, sharedFile(t, "photos-metadata/iptc/sunrise.webp"), Job{})
	if files["w960"].ContentType != "image/jpeg" || files["w960"].Bytes > 300<<10 {
		t.Fatalf("%+v", files["w960"].Rendition)
	}
}

func TestAFailingPutEndsTheWork(t *testing.T) {
	r, n := fromMemory(asJPEG(t, drawn(1000, 700)))
	broken := errors.New("no room")
	calls := 0
	made, err := NewPool(PoolOptions{}).Render(t.Context(), r, n, Job{Put: func(context.Context, Rendition, string, []byte) (string, error) {
		if calls++; calls == 2 {
			return "", broken
		}
		return "k", nil
	}})
	if !errors.Is(err, broken) || len(made) != 1 || calls != 2 {
		t.Fatal(err, made, calls)
	}
}

func TestAStoppedContextStopsTheWork(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r, n := fromMemory(asJPEG(t, drawn(1000, 700)))
	_, err := NewPool(PoolOptions{}).Render(ctx, r, n, Job{Put: func(context.Context, Rendition, string, []byte) (string, error) { cancel(); return "k", nil }})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if _, err = NewPool(PoolOptions{}).Inspect(ctx, r, n); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

func TestThePoolBoundsWhatRunsAtOnce(t *testing.T) {
	var all [8][]byte // each another: what was made before is not made again
	for i := range all {
		all[i] = asJPEG(t, drawn(400+i, 300))
	}
	for name, o := range map[string]PoolOptions{"slots": {Workers: 2}, "memory": {Workers: 8, Memory: 2 * (beside + 1<<20)}} {
		p := NewPool(o)
		var mu sync.Mutex
		running, most := 0, 0
		var jobs sync.WaitGroup
		for _, b := range all {
			jobs.Go(func() {
				r, n := fromMemory(b)
				_, err := p.Render(t.Context(), r, n, Job{Put: func(_ context.Context, r Rendition, _ string, _ []byte) (string, error) {
					mu.Lock()
					defer mu.Unlock()
					if r.Name == "w320" {
						running++
					}
					most = max(most, running)
					if r.Name == "c320" {
						running--
					}
					return "k", nil
				}})
				if err != nil {
					t.Error(err)
				}
			})
		}
		jobs.Wait()
		if most > 2 {
			t.Errorf("%s: %d at once", name, most)
		}
	}
}

func TestAPanicFailsOnePicture(t *testing.T) {
	p := NewPool(PoolOptions{Workers: 1})
	r, n := fromMemory(asJPEG(t, drawn(400, 300)))
	_, err := p.Render(t.Context(), r, n, Job{Put: func(context.Context, Rendition, string, []byte) (string, error) { panic("decoder") }})
	if !fault.Is(err, fault.Invalid) {
		t.Fatal(err)
	}
	if _, err := p.Render(t.Context(), r, n, Job{Put: func(context.Context, Rendition, string, []byte) (string, error) { return "k", nil }}); err != nil {
		t.Fatal("the slot was kept:", err)
	}
}

func TestARefusalDoesNotWaitForWhatIsBeingMade(t *testing.T) {
	p := NewPool(PoolOptions{Workers: 1})
	busy, refused := make(chan struct{}), make(chan struct{})
	var making sync.WaitGroup
	making.Go(func() {
		r, n := fromMemory(asJPEG(t, drawn(400, 300)))
		_, err := p.Render(t.Context(), r, n, Job{Put: func(_ context.Context, r Rendition, _ string, _ []byte) (string, error) {
			if r.Name == "w320" {
				close(busy)
				<-refused
			}
			return "k", nil
		}})
		if err != nil {
			t.Error(err)
		}
	})
	<-busy
	r, n := fromMemory([]byte("GIF89a and nothing more"))
	if _, err := p.Inspect(t.Context(), r, n); err == nil {
		t.Error("it was taken")
	}
	close(refused)
	making.Wait()
}

func TestTheCornerCanBeTheFocalPoint(t *testing.T) {
	for _, planned := range plan(3000, 1000, Point{}, nil) {
		if planned.Name == "c320" && planned.from.x != 0 {
			t.Errorf("the crop around the left edge begins at %v", planned.from.x)
		}
	}
}

func TestResamplingKeepsFlatColoursAndEdges(t *testing.T) {
	for _, k := range []kernel{area, smooth} {
		for _, w := range []int{1, 2, 3, 7, 50, 99, 100, 333} {
			src, dst := newRaster(grey, 100, 40), newRaster(grey, w, w)
			for i := range src.planes[0].pix {
				src.planes[0].pix[i] = 77
			}
			resample(&dst.planes[0], &src.planes[0], axis{0, 100 / float64(w)}, axis{40, -40 / float64(w)}, k)
			if !slices.Equal(dst.planes[0].pix, bytes.Repeat([]byte{77}, w*w)) {
				t.Errorf("kernel %d to %d changes a flat colour: %v", k, w, dst.planes[0].pix[:w])
			}
		}
	}
	src, same := newRaster(grey, 9, 7), newRaster(grey, 9, 7)
	for i := range src.planes[0].pix {
		src.planes[0].pix[i] = byte(i * 37)
	}
	resample(&same.planes[0], &src.planes[0], axis{0, 1}, axis{0, 1}, smooth)
	if !slices.Equal(same.planes[0].pix, src.planes[0].pix) {
		t.Error("a picture of the same size is not the same")
	}
}
