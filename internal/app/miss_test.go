//go:build unix

package app

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/body"
	"dateline/internal/fact"
	"dateline/internal/news"
	"dateline/internal/web/cache"
)

// BenchmarkStoryNotInMemory measures goal P2: a story of 600 words that is not in memory, found in the database, rendered, put
// together and compressed, through the gate of a whole site. The processor time is that of the process, its collector included,
// over all requests; the connection is not in it.
func BenchmarkStoryNotInMemory(b *testing.B) {
	p := newPaper(b)
	stories := fillPaper(b, p, 300)
	for _, encoding := range []string{"identity", "gzip", "br"} {
		b.Run(encoding, func(b *testing.B) {
			b.ReportAllocs()
			n, before := 0, processorTime()
			for b.Loop() {
				if n%len(stories) == 0 { // now and then, as news come: what stories share is read once between two drops
					p.site.site.Cache().Drop(cache.Forget, fact.TagAll)
				}
				a := stories[n*197%len(stories)]
				r := httptest.NewRequest(http.MethodGet, news.Address(p.site.Addresses(), a.Content), nil)
				r.Header.Set("Accept-Encoding", encoding)
				r.RemoteAddr = "127.0.0.1:1" // nobody from elsewhere may ask for so many
				w := httptest.NewRecorder()
				p.site.server.Handler.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatalf("%s: %d", r.URL, w.Code)
				}
				n++
			}
			b.ReportMetric(float64((processorTime()-before).Microseconds())/1000/float64(n), "cpu-ms/op")
		})
	}
}

// fillPaper publishes n stories of 600 words in the sections of the English edition.
func fillPaper(b *testing.B, p *paper, n int) []news.Article {
	edition, sections := "en", p.site.Directory().SectionsOf("en")
	stories := make([]news.Article, n)
	var wg sync.WaitGroup
	for part := range 30 { // together they share commits
		wg.Go(func() {
			for i := part; i < n; i += 30 {
				section, headline, lead := sections[i%len(sections)].Slug, fmt.Sprintf("Ferry talks, day %d: crews and owners meet again", i), prose(uint64(i)+1e6, 25)
				doc, tags := body.FromText(prose(uint64(i), 600)), []string{fmt.Sprintf("Harbour %d", i%97), "Ferries"}
				a, err := p.site.Desk.Create(b.Context(), news.Act{Who: account.House()}, news.Patch{Edition: &edition, Section: &section, Headline: &headline,
					Lead: &lead, Body: &doc, Tags: &tags, Byline: &[]news.Byline{{Name: "Ana Reporter", Author: fmt.Sprintf("ana-%d", i%40)}},
					Dateline: &news.Dateline{Place: "PORT ORLTEN", Source: "Dispatch"}})
				if err == nil {
					a, err = p.site.Desk.PublishAs(b.Context(), a.ID, news.Publication{}, noon.Add(-time.Duration(n-i)*20*time.Minute))
				}
				if err != nil {
					b.Error(err)
					return
				}
				stories[i] = a
			}
		})
	}
	wg.Wait()
	if b.Failed() {
		b.FailNow()
	}
	return stories
}

// prose gives n made-up words in paragraphs, the same for the same seed.
func prose(seed uint64, n int) string {
	stock := strings.Fields(`the a council ferry crews harbour talks agreed refused offered night morning workers union owners water line bridge
		storm coast shelter captain port minister court trial evidence report said told asked vote result leader budget million percent prices closed opened`)
	r := rand.New(rand.NewPCG(seed, 7))
	var out strings.Builder
	for i := range n {
		out.WriteString(stock[r.IntN(len(stock))])
		out.WriteString([]string{" ", ". ", ".\n\n"}[min(i%12/11+i%60/59, 2)])
	}
	return out.String()
}

// processorTime gives the processor time of this process so far.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
