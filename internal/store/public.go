package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"dateline/internal/store/discussion"
	"dateline/internal/store/handle"
)

// listed holds every text that the public handle may run. It is filled while the package is initialised and only read afterwards.
var listed handle.List

func init() { discussion.List(&listed) }

// public puts a text on the list of the public handle. It is called for package variables only.
func public(text string) string { return listed.Add(text) }

// placeholder finds the parameters of a text.
var placeholder = regexp.MustCompile(`\$(\d+)`)

// CheckPublic runs every listed text, with nothing to look for, on PostgreSQL, where the role of the public handle may lack a grant, and
// says which it may not run.
func (d *DB) CheckPublic(ctx context.Context) (err error) {
	listed.All(func(text string) bool {
		if text == sqlFindSQLite {
			return true
		}
		n := 0
		for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
			number, _ := strconv.Atoi(found[1])
			n = max(n, number)
		}
		var rows *sql.Rows
		if rows, err = d.public.QueryContext(ctx, text, make([]any, n)...); err == nil {
			for rows.Next() {
			}
			err = errors.Join(rows.Err(), rows.Close())
		}
		if err != nil {
			err = fmt.Errorf("store: the public role may not read what pages need: %w, in %s", err, text)
		}
		return err == nil
	})
	return err
}
