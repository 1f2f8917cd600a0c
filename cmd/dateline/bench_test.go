package main

import (
	"encoding/json"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestTheLoadClientMeasures runs every table once, as small as can be: what they say is for people, that they say it is for us.
func TestTheLoadClientMeasures(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the load client runs on Linux")
	}
	if testing.Short() {
		t.Skip("it takes some seconds")
	}
	room := newNewsroom(t, "")
	for _, c := range []struct {
		args   string
		tables []string
	}{
		{"bench pages --articles 30 --growth 20,40 --connections 4 --turn 100ms --rounds 1 --json", []string{"At rest", "A story from memory", "A story not in memory", "Growth", "From nothing"}},
		{"bench live --articles 10 --readers 20 --publications 5 --json", []string{"From a publication", "One publication"}},
		{"bench live --articles 10 --readers 20 --publications 5 --reconnect --json", []string{"All readers"}},
		{"bench live --articles 10 --readers 20 --publications 2 --hostile --json", []string{"20 open pages beside"}},
		{"bench live --articles 10 --readers 20 --publications 4 --nodes 2 --json", []string{"One publication to many open pages on 2 nodes"}},
	} {
		var out struct {
			Tables []struct {
				Name    string
				Columns []string
				Rows    [][]string
			}
		}
		if err := json.Unmarshal([]byte(room.run(strings.Fields(c.args)...)), &out); err != nil {
			t.Fatal(err)
		}
		if len(out.Tables) != len(c.tables) {
			t.Fatalf("%s: %d tables", c.args, len(out.Tables))
		}
		for i, table := range out.Tables {
			if !strings.HasPrefix(table.Name, c.tables[i]) || len(table.Rows) == 0 {
				t.Errorf("%s: %q has %d rows", c.args, table.Name, len(table.Rows))
			}
			for _, row := range table.Rows {
				if len(row) != len(table.Columns) {
					t.Errorf("%s: %v under %v", table.Name, row, table.Columns)
				}
				if k := slices.Index(table.Columns, "failed"); k >= 0 && row[k] != "0" {
					t.Errorf("%s: %v", table.Name, row)
				}
				if k := slices.Index(table.Columns, "old copies"); k >= 0 && row[k] != "0" {
					t.Errorf("%s: %v", table.Name, row)
				}
				if strings.Contains(row[0], "lost") && row[1] != "0" {
					t.Errorf("%s: %v", table.Name, row)
				}
			}
		}
	}
}
