package main

import (
	"fmt"
	"os"
	"slices"
	"time"

	"dateline/cmd/dateline/internal/bench"
)

type benchCommand struct {
	Pages benchPages `cmd:"" help:"Cached and uncached pages, memory, growth, a first story; beside nginx when it is installed."`
	Live  benchLive  `cmd:"" help:"From a publication to open pages: the new front, many readers, all of them coming back."`
	Talk  benchTalk  `cmd:"" help:"Comments: kept, read, a flood of them undone."`
	Bare  benchBare  `cmd:"" hidden:""`
	Hall  benchHall  `cmd:"" hidden:""`
}

type benchPages struct {
	Parts       []string      `help:"Tables to make: cached, uncached, idle, growth, install; all unless given." enum:"cached,uncached,idle,growth,install" placeholder:"NAME,…"`
	Articles    int           `help:"Stories in the site that is loaded." default:"10000" placeholder:"N"`
	Growth      []int         `help:"Numbers of stories to compare." default:"1000,100000" placeholder:"N,…"`
	Connections []int         `help:"Connections kept open at once." default:"64,1000" placeholder:"N,…"`
	Turn        time.Duration `help:"Load in one turn." default:"2s" placeholder:"D"`
	Rounds      int           `help:"Turns whose medians are quoted." default:"5" placeholder:"N"`
	JSON        bool          `name:"json" help:"Machine-readable."`
}

// Run measures pages.
func (b benchPages) Run(c *call) error {
	o, err := c.bench(b.JSON)
	if err != nil {
		return err
	}
	if b.Articles < 1 || b.Rounds < 1 || b.Turn <= 0 {
		return exit{2, fmt.Errorf("--articles, --rounds and --turn are at least one")}
	}
	for _, n := range append(b.Growth, b.Connections...) {
		if n < 1 {
			return exit{2, fmt.Errorf("--growth and --connections are lists of numbers from one on")}
		}
	}
	o.Parts, o.Articles, o.Growth, o.Connections, o.Turn, o.Rounds, o.Posts = b.Parts, b.Articles, b.Growth, b.Connections, b.Turn, b.Rounds, 200
	return o.Pages(c.ctx)
}

type benchLive struct {
	Readers      int  `help:"Streams held open." default:"2000" placeholder:"N"`
	Publications int  `help:"Publications that are timed." default:"200" placeholder:"N"`
	Articles     int  `help:"Stories in the site." default:"1000" placeholder:"N"`
	Reconnect    bool `help:"Let all readers come back at once, after a restart with events they have not seen."`
	Hostile      bool `help:"Let a fifth as many readers come who never read, and 5,000 connections that never ask."`
	Nodes        int  `help:"Processes on the same data that share the readers." default:"1" placeholder:"N"`
	JSON         bool `name:"json" help:"Machine-readable."`
}

// Run measures what is live.
func (b benchLive) Run(c *call) error {
	o, err := c.bench(b.JSON)
	if err != nil {
		return err
	}
	if b.Reconnect && b.Hostile || b.Nodes > 1 && (b.Reconnect || b.Hostile) {
		return exit{2, fmt.Errorf("--reconnect, --hostile and --nodes are runs of their own")}
	}
	if b.Nodes < 1 || b.Readers < b.Nodes {
		return exit{2, fmt.Errorf("--nodes is at least one, and not more than --readers")}
	}
	if b.Readers < 1 || b.Publications < 1 || b.Articles < 1 {
		return exit{2, fmt.Errorf("--readers, --publications and --articles are at least one")}
	}
	o.Readers, o.Posts, o.Articles, o.Reconnect, o.Hostile, o.Nodes = b.Readers, b.Publications, b.Articles, b.Reconnect, b.Hostile, b.Nodes
	return o.Live(c.ctx)
}

type benchTalk struct {
	Parts       []string      `help:"Tables to make: read, written, flood, growth; all unless given." enum:"read,written,flood,growth" placeholder:"NAME,…"`
	Articles    int           `help:"Stories in the site." default:"200" placeholder:"N"`
	Growth      []int         `help:"Numbers of comments to compare." default:"10000,1000000" placeholder:"N,…"`
	People      int           `help:"Readers who write." default:"4000" placeholder:"N"`
	Connections []int         `help:"Connections kept open at once." default:"64,256" placeholder:"N,…"`
	Turn        time.Duration `help:"Load in one turn." default:"4s" placeholder:"D"`
	Rounds      int           `help:"Turns whose medians are quoted." default:"3" placeholder:"N"`
	JSON        bool          `name:"json" help:"Machine-readable."`
}

// Run measures what is said.
func (b benchTalk) Run(c *call) error {
	o, err := c.bench(b.JSON)
	if err != nil {
		return err
	}
	if b.Articles < 3 {
		return exit{2, fmt.Errorf("--articles is at least three")}
	}
	if b.People < 1 || b.Rounds < 1 || b.Turn <= 0 || slices.ContainsFunc(b.Connections, func(n int) bool { return n < 1 }) {
		return exit{2, fmt.Errorf("--people, --connections, --rounds and --turn are at least one")}
	}
	o.Parts, o.Articles, o.Readers, o.Growth, o.Connections, o.Turn, o.Rounds, o.Posts = b.Parts, b.Articles, b.People, b.Growth, b.Connections, b.Turn, b.Rounds, 200
	return o.Talk(c.ctx)
}

// bench gives the options that all share.
func (c *call) bench(asJSON bool) (bench.Options, error) {
	program, err := os.Executable()
	return bench.Options{Program: program, JSON: asJSON, Out: c.out, Say: c.say}, err
}

type benchBare struct {
	File string `arg:""`
}

// Run serves one answer and nothing else, for comparison.
func (b benchBare) Run(c *call) error { return bench.Bare(b.File, c.out) }

type benchHall struct {
	Address string `arg:""`
	Readers int    `arg:""`
}

// Run holds streams open for a bench in another process.
func (b benchHall) Run(c *call) error { return bench.Hall(b.Address, b.Readers, os.Stdin, c.out) }
