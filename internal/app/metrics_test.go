package app

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// measured reads what is counted: each series with its value.
func (p *paper) measured() map[string]float64 {
	p.t.Helper()
	var b strings.Builder
	p.site.metrics(p.t.Context(), &b)
	out, kinds := map[string]float64{}, map[string]string{}
	for line := range strings.Lines(b.String()) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "# TYPE "); ok {
			name, kind, _ := strings.Cut(rest, " ")
			kinds[name] = kind
			continue
		}
		if strings.HasPrefix(line, "#") {
			continue
		}
		series, value, ok := strings.Cut(line, " ")
		v, err := strconv.ParseFloat(value, 64)
		if !ok || err != nil || !regexp.MustCompile(`^dateline_[a-z_]+(\{le="[0-9.e+Inf-]+"\})?$`).MatchString(series) {
			p.t.Errorf("no series: %q", line)
		}
		if _, twice := out[series]; twice {
			p.t.Errorf("%s stands twice", series)
		}
		name, _, _ := strings.Cut(series, "{")
		for _, end := range []string{"_bucket", "_sum", "_count"} {
			if kinds[strings.TrimSuffix(name, end)] == "histogram" {
				name = strings.TrimSuffix(name, end)
			}
		}
		if kinds[name] == "" || kinds[name] == "counter" && !strings.HasSuffix(name, "_total") {
			p.t.Errorf("%s is a %q", series, kinds[name])
		}
		out[series] = v
	}
	return out
}

func TestMetricsTellOfReadersFanOutPagesAndWork(t *testing.T) {
	p := newPaper(t)
	_, path := p.story("Tram opens", "")
	for range 5 {
		p.ask("", "GET", path, "", "User-Agent", browser, "Accept-Encoding", "gzip")
	}
	stop := p.follow("newsfeed:en")
	defer stop()
	p.eventually("a reader is counted", func() bool { return p.measured()["dateline_readers"] == 1 })
	p.story("Tram closes", "")
	p.eventually("the news of it came to the reader", func() bool { return p.measured()["dateline_fanout_seconds_count"] >= 1 })
	m := p.measured()
	if m["dateline_cache_hits_total"] < 3 || m["dateline_renders_total"] < 1 || m[`dateline_fanout_seconds_bucket{le="+Inf"}`] != m["dateline_fanout_seconds_count"] || m["dateline_fanout_seconds_sum"] <= 0 {
		t.Errorf("%v", m)
	}
	id := p.draft("admin", "Later", "")
	before := m["dateline_work_waiting"]
	p.publish(id, `{"at":"2026-05-01T00:00:00Z"}`)
	if m = p.measured(); m["dateline_work_waiting"] != before+1 {
		t.Errorf("work for later: %v, it was %v", m["dateline_work_waiting"], before)
	}
}

func TestTheDashboardShowsWhatIsMeasured(t *testing.T) {
	p := newPaper(t)
	m := p.measured()
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "grafana.json"))
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`dateline_[a-z_]+`).FindAllString(string(doc), -1)
	if len(names) < 20 {
		t.Fatalf("%d series in the dashboard", len(names))
	}
	for _, name := range names {
		if _, ok := m[name]; !ok && m[name+`{le="+Inf"}`] == 0 {
			if _, steps := m[name+`{le="+Inf"}`]; !steps {
				t.Errorf("the dashboard shows %s, which nobody measures", name)
			}
		}
	}
}
