package readership

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/internal/moment"
)

// book is a store that takes views and sometimes does not.
type book struct {
	Store
	views map[string]int64
	down  bool
}

func (b *book) AddViews(_ context.Context, _ time.Time, views []Views, _ time.Time) error {
	if b.down {
		return errors.New("away")
	}
	for _, v := range views {
		b.views[v.Article] += v.N
	}
	return nil
}

func writer(b *book) *Writer {
	return &Writer{Counter: NewCounter(), Store: b, Clock: moment.System{}, Log: slog.New(slog.DiscardHandler)}
}

func TestWhatManyCountAtOnceIsWrittenOnce(t *testing.T) {
	b := &book{views: map[string]int64{}}
	w := writer(b)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for n := range 10_000 {
				w.Counter.Of("a").Add()
				if n%2 == 0 {
					w.Counter.Of("b").Add()
				}
			}
		})
	}
	stop := make(chan struct{})
	go func() {
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC() // takes the tallies that nobody holds
			}
		}
	}()
	writing := make(chan struct{})
	go func() {
		defer close(writing)
		for {
			select {
			case <-stop:
				return
			default:
				w.Write(t.Context())
			}
		}
	}()
	all.Wait()
	close(stop)
	<-writing
	w.Write(t.Context())
	if b.views["a"] != 80_000 || b.views["b"] != 40_000 {
		t.Errorf("%v", b.views)
	}
}

func TestViewsThatCannotBeWrittenAreWrittenLater(t *testing.T) {
	b := &book{views: map[string]int64{}, down: true}
	w := writer(b)
	story := w.Counter.Of("a")
	story.Add()
	w.Write(t.Context())
	story.Add()
	w.Write(t.Context())
	b.down = false
	w.Write(t.Context())
	w.Write(t.Context())
	if b.views["a"] != 2 {
		t.Errorf("%v", b.views)
	}
}

func TestATallyGoesWithItsPageAndNotBefore(t *testing.T) {
	b := &book{views: map[string]int64{}}
	w := writer(b)
	page := w.Counter.Of("a")
	w.Counter.Of("b").Add() // no page has it any more
	for range 3 {
		w.Write(t.Context())
		runtime.GC()
	}
	if n := len(w.Counter.tallies); n != 1 {
		t.Errorf("%d tallies are held", n)
	}
	page.Add()
	if w.Counter.Of("a") != page {
		t.Error("a story has two tallies")
	}
	w.Write(t.Context())
	if b.views["a"] != 1 || b.views["b"] != 1 {
		t.Errorf("%v", b.views)
	}
	runtime.KeepAlive(page)
}

func TestBrowsersAreReadersAndProgramsAreNot(t *testing.T) {
	readers := `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36
Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1
Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0
Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36
Mozilla/5.0 (Linux; U; Android 13; en-us; 2201117TY Build/TKQ1.221114.001) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100.0.4896.127 Mobile Safari/537.36 XiaoMi/MiuiBrowser/14.4.0-g
Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)
Opera/9.80 (J2ME/MIDP; Opera Mini/7.1.32052/29.3417; U; en) Presto/2.8.119 Version/11.10`
	robots := `Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.6478.61 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)
Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)
Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.1; +https://openai.com/gptbot)
Mozilla/5.0 (compatible; Google-InspectionTool/1.0;)
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36
Mozilla/5.0 (Linux; Android 11; moto g power (2022)) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse
facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)
Twitterbot/1.0
curl/8.5.0
Wget/1.21.4
Go-http-client/1.1
python-requests/2.31.0
Feedly/1.0 (+http://www.feedly.com/fetcher.html; like FeedFetcher-Google)
mozilla/5.0`
	for agent := range strings.Lines(readers) {
		if s := strings.TrimSpace(agent); Robot(s) || RobotBytes([]byte(s)) {
			t.Errorf("a reader is taken for a robot: %s", agent)
		}
	}
	for agent := range strings.Lines(robots) {
		if s := strings.TrimSpace(agent); !Robot(s) || !RobotBytes([]byte(s)) {
			t.Errorf("a robot is taken for a reader: %s", agent)
		}
	}
	if !Robot("") {
		t.Error("who says nothing is a reader")
	}
}

func TestCountingTakesNoMemory(t *testing.T) {
	story := NewCounter().Of("a")
	agent := "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
	head := []byte(agent)
	if n := testing.AllocsPerRun(100, func() {
		if !Robot(agent) && !RobotBytes(head) {
			story.Add()
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkCount(b *testing.B) {
	story := NewCounter().Of("a")
	agent := "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if !Robot(agent) {
				story.Add()
			}
		}
	})
}

func TestViewsOfAPageThatWentAreWritten(t *testing.T) {
	b := &book{views: map[string]int64{}}
	w := writer(b)
	page := w.Counter.Of("a")
	w.Write(t.Context()) // nothing yet
	page.Add()
	runtime.KeepAlive(page)
	runtime.GC() // the page gave way to others
	w.Write(t.Context())
	if b.views["a"] != 1 {
		t.Errorf("%v", b.views)
	}
}
