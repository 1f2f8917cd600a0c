package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"dateline/internal/fault"
)

// Tools are programs of others that turn HEIC and AVIF into JPEG. Each field is the path of a program, or empty. They run
// as children with bounded time, memory and output, on files of their own, with nothing of our environment but the path of programs.
type Tools struct {
	HeifConvert string // heif-convert of libheif
	Vips        string // vips of libvips
}

// toolTime is how long a converter may take.
const toolTime = 20 * time.Second

// FindTools gives the programs that are installed.
func FindTools() (t Tools) {
	t.HeifConvert, _ = exec.LookPath("heif-convert")
	t.Vips, _ = exec.LookPath("vips")
	return t
}

// reads reports whether pictures of a format can be rendered: by ourselves or by a tool. Only trying shows whether the tool
// was built with the codec.
func (t Tools) reads(f format) bool {
	return f != formatHEIC && f != formatAVIF || t.HeifConvert != "" || t.Vips != ""
}

// converted is the file that a tool made, in a directory of its own.
type converted struct {
	*os.File
	dir  string
	info Info
}

// convert makes a JPEG of the file. The caller closes it and removes its directory. The tool has turned the picture
// upright, so an orientation that it copied does not count.
func (t Tools) convert(ctx context.Context, r io.ReaderAt, size int64, f format, limits Limits) (c *converted, err error) {
	dir, err := os.MkdirTemp("", "dateline-picture-")
	if err != nil {
		return nil, fmt.Errorf("media: make a folder for the converter: %w", err)
	}
	defer func() {
		if c == nil {
			os.RemoveAll(dir)
		}
	}()
	in, out := filepath.Join(dir, "in"+endings[f]), filepath.Join(dir, "out.jpg")
	if err := writeFile(in, io.NewSectionReader(r, 0, size)); err != nil {
		return nil, fmt.Errorf("media: write for the converter: %w", err)
	}
	var tried []error
	for _, command := range t.commands(in, out) {
		if err := runTool(ctx, dir, command, limits); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			tried = append(tried, err)
			continue
		}
		if c, err = openConverted(dir, limits); err == nil {
			return c, nil
		}
		tried = append(tried, err)
	}
	return nil, fault.At("file", "fault.picture.unconverted", "the converter could not read the picture").Because(errors.Join(tried...))
}

func (t Tools) commands(in, out string) (all [][]string) {
	if t.HeifConvert != "" {
		all = append(all, []string{t.HeifConvert, "-q", "95", in, out})
	}
	if t.Vips != "" {
		all = append(all, []string{t.Vips, "copy", in, out + "[Q=95]"})
	}
	return all
}

// runTool runs a program under the shell's limits where there is a shell: processor seconds, address space, size of files.
func runTool(ctx context.Context, dir string, command []string, limits Limits) error {
	ctx, cancel := context.WithTimeout(ctx, toolTime)
	defer cancel()
	if sh, err := exec.LookPath("sh"); err == nil {
		limit := fmt.Sprintf(`ulimit -t %d; ulimit -v %d; ulimit -f %d; exec "$@"`, int(toolTime.Seconds()), 2<<20, 2*limits.Bytes/512)
		command = append([]string{sh, "-c", limit, "sh"}, command...)
	}
	var said tail
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Dir, cmd.Env = dir, []string{"LC_ALL=C", "PATH=" + os.Getenv("PATH"), "TMPDIR=" + dir}
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("media: %s: %w: %s", filepath.Base(command[len(command)-1]), err, said.String())
	}
	return nil
}

// tail keeps the first kilobyte of what a program says.
type tail struct{ b bytes.Buffer }

func (t *tail) Write(p []byte) (int, error) {
	t.b.Write(p[:min(len(p), 1024-t.b.Len())])
	return len(p), nil
}

func (t *tail) String() string { return strings.ToValidUTF8(strings.TrimSpace(t.b.String()), "?") }

// openConverted finds what the tool wrote: out.jpg, or the first of several.
func openConverted(dir string, limits Limits) (*converted, error) {
	for _, name := range []string{"out.jpg", "out-1.jpg"} {
		file, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		stat, err := file.Stat()
		if err == nil {
			var info Info
			loose := limits
			loose.Bytes *= 2
			if info, err = Inspect(file, stat.Size(), loose); err == nil {
				info.Orientation, info.Width, info.Height = 1, info.layout.width, info.layout.height
				return &converted{File: file, dir: dir, info: info}, nil
			}
		}
		file.Close()
		return nil, err
	}
	return nil, errors.New("media: the converter wrote nothing")
}

func writeFile(name string, r io.Reader) error {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, r)
	return errors.Join(err, file.Close())
}
