package app

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/pprof"
	"runtime"
	"time"

	"dateline/internal/live"
)

// admin serves metrics and profiles on an address of its own, which is never the public one. It returns when ctx ends.
func (s *Site) admin(ctx context.Context, listen net.Listener) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		s.metrics(r.Context(), w)
	})
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		server.Close()
	}()
	if err := server.Serve(listen); err != nil && ctx.Err() == nil {
		s.Config.Log.Error("app: admin address", "error", err)
	}
}

// histogram writes how long something took.
func histogram(w io.Writer, name, help string, h *live.Histogram) {
	steps, count, sum := h.Read()
	fmt.Fprintf(w, "# HELP dateline_%s %s\n# TYPE dateline_%s histogram\n", name, help, name)
	for _, s := range steps {
		fmt.Fprintf(w, "dateline_%s_bucket{le=\"%g\"} %d\n", name, s.Most.Seconds(), s.Count)
	}
	fmt.Fprintf(w, "dateline_%s_bucket{le=\"+Inf\"} %d\ndateline_%s_sum %g\ndateline_%s_count %d\n", name, count, name, sum.Seconds(), name, count)
}

// metrics writes what is counted in the text format of Prometheus.
func (s *Site) metrics(ctx context.Context, w io.Writer) {
	gauge := func(name, help string, v int64) {
		fmt.Fprintf(w, "# HELP dateline_%s %s\n# TYPE dateline_%s gauge\ndateline_%s %d\n", name, help, name, name, v)
	}
	counter := func(name, help string, v int64) {
		fmt.Fprintf(w, "# HELP dateline_%s_total %s\n# TYPE dateline_%s_total counter\ndateline_%s_total %d\n", name, help, name, name, v)
	}
	c := &s.hub.Counters
	gauge("readers", "open streams", c.Readers.Load())
	counter("streams_opened", "streams opened", c.Opened.Load())
	counter("streams_dropped", "streams ended because their reader was too slow", c.Dropped.Load())
	counter("streams_refused", "streams refused", c.Refused.Load())
	counter("stream_resets", "streams told to read the page again", c.Resets.Load())
	counter("messages_delivered", "messages handed to connections", c.Delivered.Load())
	counter("stream_bytes", "bytes taken by connections", c.Bytes.Load())
	counter("fanouts", "times a shard brought news to its readers", c.Fanouts.Load())
	counter("fanout_nanoseconds", "time that took", c.FanoutNS.Load())
	histogram(w, "fanout_seconds", "from when this node has news of a topic until one of its shards has handed it to its readers", &c.Fanned)
	counter("messages_replayed", "messages read from the database for those who resumed", c.Replayed.Load())
	gauge("held_bytes", "bytes that wait for slow readers", c.Held.Load())
	gauge("topics_behind", "topics told of and not handed out yet", c.Behind.Load())
	pages := s.site.Cache().Stats()
	gauge("cache_pages", "pages kept", int64(pages.Pages))
	gauge("cache_missing", "addresses kept that lead nowhere", int64(pages.Missing))
	gauge("cache_bytes", "bytes kept", pages.Bytes)
	if s.lane != nil {
		counter("lane_answers", "pages answered from memory before net/http read the request", s.lane.Answers())
	}
	counter("cache_hits", "pages answered from memory", pages.Hits)
	counter("renders", "pages rendered", pages.Renders)
	counter("old_answers", "answers given with old bytes because something was down", pages.Old)
	counter("database_retries", "transactions that the database gave up and that were done again", s.Store.Retries())
	counter("comments_learned_held", "comments that wait for words that moderators rejected before", s.learner.Held.Load())
	asked := &s.outside.Counters
	counter("service_questions", "comments that a service outside was asked about", asked.Asked.Load())
	counter("service_held", "comments that wait because it said so", asked.Held.Load())
	counter("service_failed", "questions that it did not answer", asked.Failed.Load())
	counter("service_rested", "questions that it was not asked because it did not answer those before", asked.Rested.Load())
	if all, due, err := s.Store.WorkWaiting(ctx); err == nil { // a database that is away has no numbers, and the others count
		gauge("work_waiting", "work for later, all of it", all)
		gauge("work_due", "work that is due already", due)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	gauge("heap_bytes", "bytes of live objects", int64(m.HeapAlloc))
	gauge("goroutines", "goroutines", int64(runtime.NumGoroutine()))
}
