package live

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime"
	"sync/atomic"
	"time"

	"dateline/internal/fact"
)

// Options say what a hub works with. Source and Filler must be given; everything else has a default.
type Options struct {
	Source Source
	Filler Filler
	Log    *slog.Logger // default: slog.Default()

	Ring      int // messages kept in memory a topic; default 512
	RingBytes int // bytes of messages kept a topic, one message always; default 256 KiB
	Replay    int // how far back a reader may resume in a topic; default 1,000 messages
	Topics    int // topics kept in memory although nobody follows them now; default 20,000
	Shards    int // writers; default: one a core

	StreamsPerAddress int // streams an address may hold, an IPv6 address by its /64; default 1,000, below 0 no limit; loopback is exempt
	// Address says from whom a request comes, behind trusted proxies too; default: the peer's address.
	Address func(*http.Request) netip.Addr
	// Allow says whether this request may follow a topic that is not public; default: no. It is asked when a stream is
	// opened, so such a stream ends after PrivateAge and is asked again.
	Allow      func(*http.Request, fact.Topic) bool
	PrivateAge time.Duration // default 10 min
	// Known says whether there is what a topic is about; default: yes. It is asked for topics that are not in memory.
	Known func(context.Context, fact.Topic) (bool, error)

	Heartbeat time.Duration // between two comments to an idle reader, spread over them; default 45 s
	Patience  time.Duration // how long a reader may take none of what waits for it; default 15 s
	Held      int           // bytes held for all readers that do not take them; of one 32 KiB and a message at most; default 64 MiB
}

func (o *Options) defaults() {
	whole := func(n *int, or int) {
		if *n == 0 {
			*n = or
		}
	}
	span := func(d *time.Duration, or time.Duration) {
		if *d <= 0 {
			*d = or
		}
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	whole(&o.Ring, 512)
	whole(&o.RingBytes, 256<<10)
	whole(&o.Replay, 1000)
	whole(&o.Topics, 20_000)
	whole(&o.Shards, runtime.GOMAXPROCS(0))
	whole(&o.StreamsPerAddress, 1000)
	whole(&o.Held, 64<<20)
	span(&o.PrivateAge, 10*time.Minute)
	span(&o.Heartbeat, 45*time.Second)
	span(&o.Patience, 15*time.Second)
	if o.Address == nil {
		o.Address = peer
	}
	if o.Allow == nil {
		o.Allow = func(*http.Request, fact.Topic) bool { return false }
	}
}

// Counters are what a hub has done since its start; each may be read at any time.
type Counters struct {
	Readers   atomic.Int64 // open streams now
	Opened    atomic.Int64 // streams ever
	Gone      atomic.Int64 // streams ended by their reader
	Dropped   atomic.Int64 // streams ended because their reader was too slow
	Refused   atomic.Int64 // streams refused: too many from one address, or closing
	Resets    atomic.Int64 // streams told to read the page again
	Delivered atomic.Int64 // messages handed to readers' connections
	Bytes     atomic.Int64 // bytes taken by the connections, heartbeats included
	Replayed  atomic.Int64 // messages read from the database for those who resumed
	Fanouts   atomic.Int64 // times a shard brought news of a topic to its readers
	FanoutNS  atomic.Int64 // nanoseconds this took in all
	Fanned    Histogram    // from when this node had news of a topic until a shard had handed it to its readers
	Held      atomic.Int64 // bytes that wait for slow readers now
	Behind    atomic.Int64 // topics told of by the house and not handed out yet
}
