package transfer

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/intake"
	"dateline/internal/media"
	"dateline/internal/wire"
)

// shelf brings the pictures of items to the picture desk: each once, whatever number of items shows it.
type shelf struct {
	m     *importer
	kept  atomic.Int64   // pictures that were uploaded
	turns [64]sync.Mutex // one picture is looked for and brought in by one job at a time

	mu      sync.Mutex
	refused map[uint64]bool // pictures that could not be had in this import
	deaf    map[string]int  // hosts, and how often in a row each could not be reached
	planned map[uint64]bool // in a dry run: what would have been brought in
	killed  map[uint64]bool // what was killed, or would have been
}

const (
	maxDeaf  = 3 // then a host is not asked again
	maxTries = 3 // files of one picture
)

func newShelf(m *importer) *shelf {
	return &shelf{m: m, refused: map[uint64]bool{}, deaf: map[string]int{}, planned: map[uint64]bool{}, killed: map[uint64]bool{}}
}

// take brings in the pictures of a job's item and gives their ids at the desk by their ids in the item. One that cannot be
// had is a note and nothing worse; an error stops the import.
func (s *shelf) take(ctx context.Context, j *job) (map[string]string, error) {
	ids := map[string]string{}
	for i := range j.item.Pictures {
		img := &j.item.Pictures[i]
		id, err := s.one(ctx, j, img)
		if err != nil {
			return nil, err
		}
		if id != "" {
			ids[img.ID] = id
		}
	}
	return ids, nil
}

func (s *shelf) one(ctx context.Context, j *job, img *wire.Image) (string, error) {
	from := sourceOf(j, img)
	key := hashOf(from)
	turn := &s.turns[key%uint64(len(s.turns))]
	turn.Lock()
	defer turn.Unlock()
	p, known, err := s.known(ctx, img, from)
	switch {
	case err != nil:
		return "", err
	case img.Killed:
		if known && p.KilledAt.IsZero() && !s.m.DryRun {
			if err := s.end(ctx, p.ID); err != nil {
				return "", err
			}
		}
		j.note("%s: the picture is canceled or withheld by its publisher and is not shown", from)
		return "", nil
	case known && !p.KilledAt.IsZero():
		j.note("%s: the picture was killed and is not shown", from)
		return "", nil
	case known:
		return p.ID, s.renew(ctx, j, img, from, p)
	}
	s.mu.Lock()
	refused, planned := s.refused[key], s.planned[key]
	s.mu.Unlock()
	switch {
	case planned:
		return "planned", nil
	case refused:
		j.note("%s: the picture could not be had", from)
		j.debts = append(j.debts, intake.Debt{Kind: "media", What: from})
		return "", nil
	}
	id, err := s.bring(ctx, j, img, from)
	if id == "" && err == nil {
		s.mu.Lock()
		s.refused[key] = true
		s.mu.Unlock()
	}
	return id, err
}

// renew brings to the desk what a newer version of an item says of a picture that is kept. What somebody at the desk changed
// stays as it is, but rights never last longer than an item says, be it newer or not.
func (s *shelf) renew(ctx context.Context, j *job, img *wire.Image, from string, p media.Picture) error {
	f := fields(img)
	next := p
	if err := next.Apply(f); err != nil {
		return nil // it says nothing that can be kept
	}
	if !j.newer || !p.Untouched {
		next.ExpiresAt = p.ExpiresAt
		if j.newer && !reflect.DeepEqual(next, p) {
			j.note("%s: there are newer words or rights of the picture, but the desk has changed it; they were not taken over", from)
		}
		if img.ExpiresAt.IsZero() || !p.ExpiresAt.IsZero() && !img.ExpiresAt.Before(p.ExpiresAt) {
			return nil
		}
		f = media.Fields{ExpiresAt: f.ExpiresAt}
	} else if reflect.DeepEqual(next, p) {
		return nil
	}
	if s.m.DryRun {
		return nil
	}
	_, err := s.m.Library.Change(ctx, house.Who, fact.Once{}, p.ID, 0, f)
	if err != nil && !fatal(err) {
		j.note("%s: the picture could not be brought up to date: %v", from, err)
		return nil
	}
	return err
}

// kill kills the picture that an item canceled or withheld by its publisher is, when it is kept here: as the item's own, or brought by a
// story that showed it. It reports whether it did and whether there is one.
func (s *shelf) kill(ctx context.Context, j *job, old *known) (killed, kept bool, err error) {
	it := &j.item
	if it.Status != wire.Canceled && it.Status != wire.Withheld || old != nil && old.house {
		return false, false, nil
	}
	if own := it.Content.Source; old != nil && own.Version != "" && wire.Newer(*own, old.source) < 0 {
		return false, false, nil // it was given free again since
	}
	uri := uriOf(*it)
	key := hashOf(uri)
	turn := &s.turns[key%uint64(len(s.turns))]
	turn.Lock()
	defer turn.Unlock()
	p, known, err := s.m.Library.BySource(ctx, uri)
	if err != nil || !known || !p.KilledAt.IsZero() {
		return false, known, err
	}
	s.mu.Lock()
	before := s.killed[key]
	s.killed[key] = true
	s.mu.Unlock()
	if s.m.DryRun {
		return !before, true, nil
	}
	return true, true, s.end(ctx, p.ID)
}

// end kills a picture. That somebody else did so meanwhile is no error.
func (s *shelf) end(ctx context.Context, id string) error {
	_, _, err := s.m.Library.Kill(ctx, house.Who, fact.Once{}, id, "Its publisher canceled it.")
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}

// sourceOf names where a picture comes from, the same in every import: its own address, else that of its file, else
// the item's with the file's path. What is too long for an address is named by its digest.
func sourceOf(j *job, img *wire.Image) string {
	from := addressOf(j, img)
	if len(from) > wire.MaxURI || strings.HasPrefix(from, "data:") {
		sum := sha256.Sum256([]byte(from))
		return "sha256:" + hex.EncodeToString(sum[:])
	}
	return from
}

func addressOf(j *job, img *wire.Image) string {
	if img.URI != "" {
		return img.URI
	}
	if len(img.Files) == 0 {
		return uriOf(j.item) + "#" + img.ID
	}
	href := img.Files[0].Href
	if u, err := url.Parse(href); err == nil && u.IsAbs() {
		return href
	}
	return uriOf(j.item) + "#" + href
}

func (s *shelf) known(ctx context.Context, img *wire.Image, from string) (media.Picture, bool, error) {
	p, ok, err := s.m.Library.BySource(ctx, from)
	if ok || err != nil {
		return p, ok, err
	}
	id, own := wire.OwnID(s.m.dir.Base, "picture", img.URI)
	if !own {
		return p, false, nil
	}
	p, err = s.m.Library.Picture(ctx, house.Who, id)
	if err != nil && !fatal(err) {
		return p, false, nil
	}
	return p, err == nil, err
}

// bring fetches a picture's file and uploads it; "" when no file of it can be had or used.
func (s *shelf) bring(ctx context.Context, j *job, img *wire.Image, from string) (string, error) {
	var last error
	for _, f := range img.Files[:min(len(img.Files), maxTries)] {
		file, size, err := s.open(ctx, j, f.Href)
		if err != nil {
			last = err
			if ctx.Err() != nil {
				return "", ctx.Err()
			}
			continue
		}
		id, err := s.keep(ctx, j, img, from, file, size)
		file.Close()
		if err == nil {
			return id, nil
		}
		if fatal(err) {
			return "", fmt.Errorf("picture %s: %w", from, err)
		}
		last = err
	}
	if last == nil {
		last = errors.New("the item names no file of it")
	}
	j.note("%s: the picture could not be had: %v", from, last)
	j.debts = append(j.debts, intake.Debt{Kind: "media", What: from})
	return "", nil
}

// keep uploads an open file. In a dry run it only looks whether the file is a picture.
func (s *shelf) keep(ctx context.Context, j *job, img *wire.Image, from string, file *os.File, size int64) (string, error) {
	var p media.Picture
	if s.m.DryRun {
		info, err := s.m.Pool.Inspect(ctx, file, size)
		if err != nil {
			return "", err
		}
		p = media.Picture{ID: "planned"}
		p.Fill(info.Metadata)
		if err := p.Apply(fields(img)); err != nil {
			return "", err
		}
		s.mu.Lock()
		s.planned[hashOf(from)] = true
		s.mu.Unlock()
	} else {
		var err error
		if p, err = s.m.Library.Upload(ctx, house.Who, fact.Once{}, file, size, fields(img), from); err != nil {
			return "", err
		}
		s.kept.Add(1)
	}
	s.m.mu.Lock()
	s.m.result.Pictures++
	s.m.mu.Unlock()
	if !p.Credited() {
		j.debts = append(j.debts, intake.Debt{Kind: "credit", Picture: p.ID})
		j.note("%s: the picture has no credit and stays unshown until it has one", from)
	}
	if p.Alt == "" {
		j.debts = append(j.debts, intake.Debt{Kind: "alt", Picture: p.ID})
		j.note("%s: the picture has no alt text", from)
	}
	return p.ID, nil
}

// open gives a picture's file: one beside the input, under its path or under that of its address, else what the address
// answers, in a file that goes away when it is closed.
func (s *shelf) open(ctx context.Context, j *job, href string) (*os.File, int64, error) {
	u, err := url.Parse(href)
	if err != nil {
		return nil, 0, fmt.Errorf("%.200q is no address", href)
	}
	if u.Scheme == "data" {
		return inline(href)
	}
	name := strings.TrimPrefix(u.Path, "/")
	web := u.Scheme == "https" || u.Scheme == "http"
	if !web && u.Scheme != "" {
		return nil, 0, fmt.Errorf("%.200q is no address of the web", href)
	}
	file, err := j.file.local(name)
	if err == nil {
		info, err := file.Stat()
		if err != nil {
			file.Close()
			return nil, 0, err
		}
		if max := s.m.Pool.Limits().Bytes; info.Size() > max {
			file.Close()
			return nil, 0, fmt.Errorf("%s is larger than %d MB", filepath.Base(name), max>>20)
		}
		return file, info.Size(), nil
	}
	if !web {
		return nil, 0, fmt.Errorf("%.200s is not beside the item's file", name)
	}
	return s.fetch(ctx, u)
}

// inline gives the file that an address holds itself (RFC 2397).
func inline(address string) (*os.File, int64, error) {
	kind, data, ok := strings.Cut(strings.TrimPrefix(address, "data:"), ",")
	data, err := url.PathUnescape(data)
	raw := []byte(data)
	if strings.HasSuffix(kind, ";base64") && err == nil {
		raw, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(data), ""))
	}
	if !ok || err != nil {
		return nil, 0, fmt.Errorf("%.60q holds no file", address)
	}
	file, err := os.CreateTemp("", "dateline-import-*")
	if err != nil {
		return nil, 0, err
	}
	_ = os.Remove(file.Name()) // it lives as long as it is open
	if _, err = file.Write(raw); err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		file.Close()
		return nil, 0, err
	}
	return file, int64(len(raw)), nil
}

func (s *shelf) fetch(ctx context.Context, u *url.URL) (*os.File, int64, error) {
	if s.m.Fetch == nil {
		return nil, 0, errors.New("it is not beside the item's file, and nothing is fetched")
	}
	s.mu.Lock()
	deaf := s.deaf[u.Host] >= maxDeaf
	s.mu.Unlock()
	if deaf {
		return nil, 0, fmt.Errorf("%s could not be reached before", u.Host)
	}
	file, err := os.CreateTemp("", "dateline-import-*")
	if err != nil {
		return nil, 0, err
	}
	_ = os.Remove(file.Name()) // it lives as long as it is open
	err = s.m.Fetch(ctx, u.String(), file, s.m.Pool.Limits().Bytes)
	s.heard(u.Host, err)
	var size int64
	if err == nil {
		size, err = file.Seek(0, 1)
	}
	if err != nil {
		file.Close()
		return nil, 0, err
	}
	return file, size, nil
}

// heard counts how often a host could not be reached.
func (s *shelf) heard(host string, err error) {
	var unreached *url.Error
	s.mu.Lock()
	defer s.mu.Unlock()
	if !errors.As(err, &unreached) {
		delete(s.deaf, host)
		return
	}
	if len(s.deaf) < 10_000 {
		s.deaf[host]++
	}
}

func (j *job) note(text string, args ...any) { j.notes = append(j.notes, fmt.Sprintf(text, args...)) }

// fields are what an item says about a picture; what it leaves open the file itself may say.
func fields(img *wire.Image) media.Fields {
	f := media.Fields{}
	for _, w := range []struct {
		to   **string
		from string
	}{
		{&f.Credit, img.Credit}, {&f.Pool, img.Pool}, {&f.Creator, img.Creator}, {&f.Source, img.Source}, {&f.Copyright, img.Copyright},
		{&f.Headline, img.Headline}, {&f.Caption, img.Caption}, {&f.Alt, img.Alt}, {&f.City, img.City}, {&f.Country, img.Country},
		{&f.UsageTerms, img.UsageTerms}, {&f.WebStatement, img.WebStatement}, {&f.LicensorURL, img.LicensorURL},
		{&f.DigitalSourceType, img.DigitalSourceType}, {&f.TakenAt, date(img.TakenAt, img.TakenUnit)}, {&f.ExpiresAt, date(img.ExpiresAt, media.Moment)},
	} {
		if w.from != "" {
			*w.to = ptr(w.from)
		}
	}
	if img.Kind != "" {
		f.Kind = &img.Kind
	}
	if len(img.Outputs) > 0 {
		f.Outputs = &img.Outputs
	}
	if img.Focal != media.Centre {
		f.Focal = &img.Focal
	}
	if len(img.Crops) > 0 {
		f.Crops = &img.Crops
	}
	return f
}

// date writes as much of a time as is known.
func date(t time.Time, known media.Unit) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(map[media.Unit]string{media.Year: "2006", media.Month: "2006-01", media.Day: time.DateOnly, media.Moment: time.RFC3339Nano}[known])
}
