package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"runtime"
)

// The sizes that are made, in pixels across. They stay below 2,000, which is a large screen at normal density.
var (
	wholeWidths = []int{320, 640, 960, 1280, 1920}
	cropWidths  = []int{320, 640, 1280}
)

const (
	socialWidth, socialHeight = 1200, 630 // what cards of other sites show
	socialLeast               = 600       // a smaller one is not worth offering
	shapeLeast                = 400       // so is a smaller crop for search engines
	tallest                   = 4000      // of a whole picture, in pixels; a longer one is made narrower instead

	photoQuality   = 80
	graphicQuality = 90 // fine lines show what a photograph hides
	grainQuality   = 60 // grain and printing screens cost many times the bytes and hide more

	grainFrom = 640 // pixels of width from which a picture is looked at for grain
	grainBits = 2   // bits a pixel at photoQuality that a photograph without grain does not need
)

// planned is a rendition to be made of a stretch of the picture as shown.
type planned struct {
	Rendition
	from rect
}

// Plan says which renditions a picture of width × height pixels, as shown, gets: the names and sizes, in the order of
// Picture.Renditions. Nothing is enlarged; the largest whole picture is the picture's own size when that lies clearly
// above the last step.
func Plan(width, height int, focal Point, crops ...Crop) []Rendition {
	var out []Rendition
	for _, p := range plan(width, height, focal, crops) {
		out = append(out, p.Rendition)
	}
	return out
}

// shape is a crop that is made: the letter its names begin with, its ratio, and the widths that are aimed at.
type shape struct {
	letter string
	name   string // in CropRatios; "" is not chosen by hand
	ratio  float64
	least  int // a narrower one is not worth offering
	widths []int
}

// shapes are the crops that are made. Pages show 3:2; search engines ask for the other three.
var shapes = []shape{
	{"c", "3:2", 3.0 / 2, 0, cropWidths},
	{"q", "1:1", 1, shapeLeast, []int{800}},
	{"f", "", 4.0 / 3, shapeLeast, []int{960}},
	{"v", "16:9", 16.0 / 9, shapeLeast, []int{1280}},
}

func plan(width, height int, focal Point, crops []Crop) (out []planned) {
	if width <= 0 || height <= 0 {
		return nil
	}
	all := rect{0, 0, float64(width), float64(height)}
	add := func(name string, from rect, w, h int) {
		out = append(out, planned{Rendition{Name: name, Width: w, Height: h}, from})
	}
	last := 0
	for _, aim := range wholeWidths {
		w := aim
		if w > width {
			if last > 0 && float64(width) < 1.15*float64(last) {
				break
			}
			w = width
		}
		h := float64(height) * float64(w) / float64(width)
		if h > tallest {
			w = max(1, int(float64(width)*tallest/float64(height)))
			h = tallest
		}
		if w <= last {
			break
		}
		add(fmt.Sprintf("w%d", aim), all, w, atLeastOne(h))
		if last = w; aim >= width {
			break
		}
	}
	for _, s := range shapes {
		from := stretch(all, focal, crops, s.name, s.ratio)
		last = 0
		for _, aim := range s.widths {
			w := min(aim, int(from.w))
			if w <= last || w < s.least || last > 0 && w < aim && float64(w) < 1.15*float64(last) {
				break
			}
			add(fmt.Sprintf("%s%d", s.letter, aim), from, max(1, w), atLeastOne(float64(w)/s.ratio))
			last = w
		}
	}
	social := stretch(all, focal, crops, "16:9", float64(socialWidth)/socialHeight)
	if w := min(socialWidth, int(social.w)); w >= socialLeast {
		add("social", social, w, atLeastOne(float64(w)*socialHeight/socialWidth))
	}
	return out
}

// stretch gives what a crop shows: the largest part with a ratio of the stretch that was chosen under a name, else the largest part of
// the picture around its focal point.
func stretch(all rect, focal Point, crops []Crop, name string, ratio float64) rect {
	for _, c := range crops {
		if c.Ratio == name {
			in := rect{c.X * all.w, c.Y * all.h, c.Width * all.w, c.Height * all.h}
			part := around(rect{0, 0, in.w, in.h}, Centre, ratio)
			return rect{in.x + part.x, in.y + part.y, part.w, part.h}
		}
	}
	return around(all, focal, ratio)
}

func atLeastOne(v float64) int { return max(1, int(math.Round(v))) }

// around gives the largest stretch of all with a ratio of width to height, as near to the focal point as it can lie.
func around(all rect, focal Point, ratio float64) rect {
	w, h := all.w, all.w/ratio
	if h > all.h {
		w, h = all.h*ratio, all.h
	}
	x := min(max(focal.X*all.w-w/2, 0), all.w-w)
	y := min(max(focal.Y*all.h-h/2, 0), all.h-h)
	return rect{x, y, w, h}
}

// render decodes a file, makes what is planned and hands each print to done.
func render(ctx context.Context, r io.ReaderAt, info Info, job Job, done func(print) error) error {
	source, err := decode(ctx, r, info)
	if err != nil {
		return err
	}
	todo := plan(info.Width, info.Height, job.Focal, job.Crops)
	graphic := info.layout.graphic || job.Kind == Graphic || info.format != formatJPEG && source.flat()
	source, todo = source.reduced(todo, info)
	if info.layout.memory > 2*beside {
		runtime.GC() // what it was decoded into is free: else the renditions, and the next large picture, stand beside it
	}
	for _, next := range todo {
		if err := ctx.Err(); err != nil {
			return err
		}
		out := source.cut(next.from, next.Width, next.Height, info.Orientation, smooth)
		out.settle()
		p := print{Rendition: next.Rendition, icc: out.icc}
		if p.data, p.format, err = out.encode(graphic, next.Name == "social"); err != nil {
			return fmt.Errorf("media: encode %s: %w", next.Name, err)
		}
		if err := done(p); err != nil {
			return err
		}
	}
	return nil
}

// reduced takes a large picture down by a whole number, so that no rendition needs more than it has left, and tells the
// plan. The samples it was decoded into are then free.
func (r *raster) reduced(todo []planned, info Info) (*raster, []planned) {
	least := math.Inf(1)
	for _, p := range todo {
		least = min(least, p.from.w/float64(p.Width), p.from.h/float64(p.Height))
	}
	by := math.Floor(least)
	if by < 2 {
		return r, todo
	}
	w, h := atLeastOne(float64(r.w)/by), atLeastOne(float64(r.h)/by)
	small := r.cut(rect{0, 0, float64(r.w), float64(r.h)}, w, h, 1, area)
	x, y := float64(w)/float64(r.w), float64(h)/float64(r.h)
	if info.Orientation > 4 {
		x, y = y, x
	}
	scaled := make([]planned, len(todo))
	for i, p := range todo {
		p.from = rect{p.from.x * x, p.from.y * y, p.from.w * x, p.from.h * y}
		scaled[i] = p
	}
	return small, scaled
}

// encode writes a JPEG, or a PNG where the picture is clear in places or is a graphic that is smaller so. What must be opaque
// is put on white.
func (r *raster) encode(graphic, opaque bool) ([]byte, format, error) {
	var asPNG, asJPEG bytes.Buffer
	if opaque {
		r.onWhite()
	}
	if !r.clear {
		quality := photoQuality
		if graphic {
			quality = graphicQuality
		}
		if err := jpeg.Encode(&asJPEG, r.image(), &jpeg.Options{Quality: quality}); err != nil {
			return nil, "", err
		}
		if size := r.image().Bounds().Size(); !graphic && size.X >= grainFrom && asJPEG.Len()*8 > size.X*size.Y*grainBits {
			asJPEG.Reset()
			if err := jpeg.Encode(&asJPEG, r.image(), &jpeg.Options{Quality: grainQuality}); err != nil {
				return nil, "", err
			}
		}
	}
	if r.clear || graphic {
		err := png.Encode(&smaller{&asPNG, asJPEG.Len()}, r.image())
		if errors.Is(err, errLarger) {
			asPNG.Reset()
		} else if err != nil {
			return nil, "", err
		}
	}
	if asJPEG.Len() == 0 || asPNG.Len() > 0 && asPNG.Len() <= asJPEG.Len() {
		return asPNG.Bytes(), formatPNG, nil
	}
	return asJPEG.Bytes(), formatJPEG, nil
}

// errLarger ends the writing of a picture that will not be the smaller one.
var errLarger = errors.New("larger than the other")

// smaller takes at most as many bytes as there are in the other form of a picture; any number while there is no other.
type smaller struct {
	*bytes.Buffer
	than int
}

func (s *smaller) Write(p []byte) (int, error) {
	if s.than > 0 && s.Len()+len(p) > s.than {
		return 0, errLarger
	}
	return s.Buffer.Write(p)
}
