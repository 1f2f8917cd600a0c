package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"dateline/internal/transfer"
)

// bar shows how far a long journey is: a bar on a terminal, else a line now and then.
type bar struct {
	out      io.Writer
	terminal bool
	last     time.Time
	shown    bool // something of the bar stands on the line
}

// How often a bar and a line are written.
const (
	barEvery  = 100 * time.Millisecond
	lineEvery = 5 * time.Second
)

func newBar(out io.Writer) *bar {
	b := &bar{out: out, last: time.Now()}
	if f, ok := out.(*os.File); ok {
		info, err := f.Stat()
		b.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
	}
	return b
}

func (b *bar) show(p transfer.Progress) {
	every := lineEvery
	if b.terminal {
		every = barEvery
	}
	if time.Since(b.last) < every {
		return
	}
	b.last = time.Now()
	text := fmt.Sprintf("%s: %d", p.Doing, p.Done)
	if p.Total > 0 {
		text += fmt.Sprintf(" of %d", p.Total)
	}
	if !b.terminal {
		fmt.Fprintln(b.out, text)
		return
	}
	if p.Total > 0 {
		const width = 30
		full := min(width, width*p.Done/p.Total)
		text = "[" + strings.Repeat("=", full) + strings.Repeat(" ", width-full) + "] " + text
	}
	fmt.Fprintf(b.out, "\r\x1b[K%s", text)
	b.shown = true
}

// end takes the bar off its line.
func (b *bar) end() {
	if b.shown {
		fmt.Fprint(b.out, "\r\x1b[K")
	}
}
