package blob

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"

	"dateline/internal/fault"
)

func TestAKilledUploadInPartsIsSweptFromTheBucket(t *testing.T) {
	addr, _ := service(t)
	b := open(t, addr).(*bucket)
	for _, key := range []string{"site/a.mp4", "site/b.mp4"} {
		if _, err := b.core.NewMultipartUpload(t.Context(), "files", key, minio.PutObjectOptions{ContentType: "video/mp4"}); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := b.Sweep(t.Context(), time.Hour); n != 0 || err != nil {
		t.Fatalf("fresh uploads were swept: %d %v", n, err)
	}
	if n, err := b.Sweep(t.Context(), -time.Hour); n != 2 || err != nil {
		t.Fatalf("swept %d, %v", n, err)
	}
}

// every gives each call of a Store that goes to the service.
func every(s Store) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"put":    func(ctx context.Context) error { return s.Put(ctx, "a.txt", strings.NewReader("x"), 1, "") },
		"open":   func(ctx context.Context) error { _, _, err := s.Open(ctx, "a.txt"); return err },
		"delete": func(ctx context.Context) error { return s.Delete(ctx, "a.txt") },
		"check":  s.Check,
		"sweep":  func(ctx context.Context) error { _, err := s.Sweep(ctx, time.Hour); return err },
		"list": func(ctx context.Context) error {
			for _, err := range s.List(ctx, "") {
				return err
			}
			return nil
		},
	}
}

func TestAServiceThatIsDownIsUnavailableSoon(t *testing.T) {
	addr, server := service(t)
	s := open(t, addr)
	put(t, s, "a.txt", "x")
	server.Close()
	var all sync.WaitGroup
	for name, call := range every(s) {
		all.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			if err := call(ctx); ctx.Err() != nil || !fault.Is(err, fault.Unavailable) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	all.Wait()
}

func TestWhatTheServiceRefusesIsTold(t *testing.T) {
	for code, kind := range map[int]fault.Kind{507: fault.Full, 503: fault.Unavailable, 500: fault.Unavailable, 403: fault.Unavailable} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			w.WriteHeader(code)
		}))
		s := open(t, "s3://key:secret@files?endpoint="+server.URL)
		wantKind(t, s.Put(t.Context(), "a.txt", strings.NewReader("x"), 1, ""), kind)
		server.Close()
	}
	addr, _ := service(t)
	other := open(t, strings.Replace(addr, "@files/", "@elsewhere/", 1))
	wantKind(t, other.Check(t.Context()), fault.Unavailable)
}

func TestAnAnswerThatIsCutOffIsUnavailable(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
		w.Header().Set("ETag", `"e"`)
		w.Write(make([]byte, 100))
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}))
	defer server.Close()
	s := open(t, "s3://key:secret@files?endpoint="+server.URL)
	r, _, err := s.Open(t.Context(), "a.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	_, err = io.ReadAll(r)
	wantKind(t, err, fault.Unavailable)
}

func TestAServiceThatNeverAnswersIsLeftWhenTheCallerLeaves(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	s := open(t, "s3://key:secret@files?insecure=1&endpoint="+silent.Addr().String())
	for name, call := range every(s) {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		if err := call(ctx); err == nil {
			t.Errorf("%s: no error", name)
		}
		cancel()
	}
}

func TestAddressesAreReadAndSecretsKeptOut(t *testing.T) {
	for _, addr := range []string{"", "s3://", "s3:///x?endpoint=h", "ftp://x", "s3://b?endpoint=h&colour=red", "s3://b/Up?endpoint=h", "s3://k:hush%zz@b", "s3://k:hush@b?endpoint=ht tp"} {
		s, err := Open(t.Context(), addr)
		if err == nil {
			s.Close()
			t.Errorf("%q was taken", addr)
		} else if strings.Contains(err.Error(), "hush") {
			t.Errorf("a secret is told: %v", err)
		}
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "id")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "hush")
	for addr, want := range map[string]string{
		"s3://b?region=eu-central-1":            "https://b.s3",
		"s3://b?endpoint=minio:9000&insecure=1": "http://minio:9000",
		"s3://b?endpoint=http://minio:9000":     "http://minio:9000",
		"s3://b?endpoint=https://minio/":        "https://minio",
	} {
		b := open(t, addr).(*bucket)
		if got := b.core.EndpointURL().String(); got != want && !strings.Contains(got, "amazonaws.com") {
			t.Errorf("%s leads to %s", addr, got)
		}
	}
}
