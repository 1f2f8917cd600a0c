package media

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"

	"golang.org/x/sync/semaphore"

	"dateline/internal/fault"
)

// Pool is where pictures are worked on: so many at once, and so much memory for all of them together. A call waits for
// its turn as long as its context lives. A decoder that panics fails its own picture and nothing else.
type Pool struct {
	limits Limits
	tools  Tools
	looks  *semaphore.Weighted // inspecting is short and never waits for what is being rendered
	slots  *semaphore.Weighted
	memory *semaphore.Weighted
	total  int64
	prints prints
}

// PoolOptions say how much a Pool may take. Zero fields take the default.
type PoolOptions struct {
	Workers int    // pictures at once; half the processors
	Memory  int64  // for all pictures together, in bytes; twice what one may take
	Limits  Limits // of one picture
	Tools   Tools  // converters of other programs; none by default
}

// beside is what a picture takes besides its decoded samples while renditions are made of it, in bytes.
const beside = 32 << 20

// NewPool gives a Pool. It holds no goroutine and needs no closing.
func NewPool(o PoolOptions) *Pool {
	o.Limits = o.Limits.withDefaults()
	if o.Workers <= 0 {
		o.Workers = max(1, runtime.GOMAXPROCS(0)/2)
	}
	if o.Memory <= 0 {
		o.Memory = 2 * (o.Limits.Memory + beside)
	}
	o.Limits.Memory = min(o.Limits.Memory, max(o.Memory-beside, o.Memory/2))
	return &Pool{limits: o.Limits, tools: o.Tools, total: o.Memory,
		looks: semaphore.NewWeighted(int64(max(2, o.Workers))), slots: semaphore.NewWeighted(int64(o.Workers)), memory: semaphore.NewWeighted(o.Memory)}
}

// Limits gives what one file may cost in this pool.
func (p *Pool) Limits() Limits { return p.limits }

// Inspect does what the function of that name does, when it is its turn, and gives Unsupported for HEIC and AVIF when there
// is no converter for them.
func (p *Pool) Inspect(ctx context.Context, r io.ReaderAt, size int64) (info Info, err error) {
	err = p.turn(ctx, p.looks, func() error {
		info, err = Inspect(r, size, p.limits)
		if err == nil && !p.tools.reads(info.format) {
			err = p.noConverter(info.format)
		}
		return err
	})
	return info, err
}

func (p *Pool) noConverter(f format) error {
	if f == formatAVIF {
		return unsupported("an AVIF picture, for which this site has no converter")
	}
	return unsupported("a HEIC picture of a phone, for which this site has no converter")
}

// turn runs work when one of slots is free. A panic becomes an error.
func (p *Pool) turn(ctx context.Context, slots *semaphore.Weighted, work func() error) (err error) {
	if err := slots.Acquire(ctx, 1); err != nil {
		return err
	}
	defer slots.Release(1)
	defer func() {
		if broken := recover(); broken != nil {
			err = damaged(fmt.Errorf("media: a panic while the picture was worked on: %v", broken))
		}
	}()
	return work()
}

// Job is what is to be made of a file.
type Job struct {
	Focal  Point  // the centre of crops, Centre where nobody chose
	Crops  []Crop // what crops of some shapes show
	Kind   Kind   // a graphic is kept as PNG where that is smaller
	Notice Notice // what the public files say about themselves

	// Put keeps one finished file and gives the key under which it lies. It is called in the order of the renditions, while
	// the picture's place in the pool is held.
	Put func(ctx context.Context, r Rendition, ending string, data []byte) (key string, err error)
}

// Render makes all renditions of a file, as Plan names them, and hands each to Put as soon as it is made. Whether it
// gives an error or not, the files handed over are whole; after an error the caller throws them away. The file is
// inspected anew: what Inspect said of it earlier is not believed.
func (p *Pool) Render(ctx context.Context, r io.ReaderAt, size int64, job Job) (made []Rendition, err error) {
	err = p.turn(ctx, p.slots, func() error {
		info, err := Inspect(r, size, p.limits)
		if err != nil {
			return err
		}
		sum, err := job.sum(r, size)
		if err != nil {
			return err
		}
		if kept := p.prints.find(sum); kept != nil {
			for _, one := range kept {
				if err == nil {
					made, err = job.put(ctx, made, one)
				}
			}
			return err
		}
		if info.format == formatHEIC || info.format == formatAVIF {
			if !p.tools.reads(info.format) {
				return p.noConverter(info.format)
			}
			file, err := p.tools.convert(ctx, r, size, info.format, p.limits)
			if err != nil {
				return err
			}
			defer os.RemoveAll(file.dir)
			defer file.Close()
			if r, info, err = file, file.info, nil; info.format != formatJPEG {
				return fault.New(fault.Unavailable, "fault.picture.converter", "the converter did not give a JPEG")
			}
		}
		weight := min(info.layout.memory+beside, p.total)
		if err := p.memory.Acquire(ctx, weight); err != nil {
			return err
		}
		defer p.memory.Release(weight)
		var all []print
		held := 0
		err = render(ctx, r, info, job, func(one print) (err error) {
			if held += len(one.data); held <= mostOfOne {
				all = append(all, one)
			}
			made, err = job.put(ctx, made, one)
			return err
		})
		if err == nil && held <= mostOfOne {
			p.prints.keep(sum, all)
		}
		return err
	})
	return made, err
}

// put writes into a print what it says about itself, hands it to Put and adds it to made.
func (j Job) put(ctx context.Context, made []Rendition, one print) ([]Rendition, error) {
	data, err := one.out(j.Notice)
	if err != nil {
		return made, fmt.Errorf("media: encode %s: %w", one.Name, err)
	}
	r := one.Rendition
	r.Bytes, r.ContentType = int64(len(data)), string(one.format)
	if r.Key, err = j.Put(ctx, r, endings[one.format], data); err != nil {
		return made, fmt.Errorf("media: keep %s: %w", one.Name, err)
	}
	return append(made, r), nil
}
