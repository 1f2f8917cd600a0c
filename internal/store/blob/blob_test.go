package blob

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"go.uber.org/goleak"

	"dateline/internal/fault"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv("BLOB_TEST_KILL"); dir != "" {
		putAndHang(dir, os.Getenv("BLOB_TEST_WHERE"))
	}
	goleak.VerifyTestMain(m)
}

// service is a real S3 server in this process with one bucket, "files".
func service(t *testing.T) (addr string, server *httptest.Server) {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("files"); err != nil {
		t.Fatal(err)
	}
	server = httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	return "s3://key:secret@files/site?region=eu-west-1&endpoint=" + server.URL, server
}

func open(t *testing.T, addr string) Store {
	t.Helper()
	s, err := Open(t.Context(), addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// onBoth runs a test on a folder and on a bucket.
func onBoth(t *testing.T, test func(t *testing.T, s Store)) {
	t.Run("folder", func(t *testing.T) { test(t, open(t, filepath.Join(t.TempDir(), "a", "media"))) })
	t.Run("bucket", func(t *testing.T) {
		addr, _ := service(t)
		test(t, open(t, addr))
	})
}

func put(t *testing.T, s Store, key, text string) {
	t.Helper()
	if err := s.Put(t.Context(), key, strings.NewReader(text), int64(len(text)), ""); err != nil {
		t.Fatal(err)
	}
}

func wantText(t *testing.T, s Store, key, want string) {
	t.Helper()
	got, err := readAll(t.Context(), s, key)
	if err != nil || string(got) != want {
		t.Fatalf("%s holds %.60q (%v), want %.60q", key, got, err, want)
	}
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Fatalf("error %v, want kind %d", err, kind)
	}
}

func keys(t *testing.T, s Store, prefix string) []string {
	t.Helper()
	var got []string
	for e, err := range s.List(t.Context(), prefix) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e.Key)
	}
	return got
}

func TestWhatIsPutComesBack(t *testing.T) {
	onBoth(t, func(t *testing.T, s Store) {
		before := time.Now().Add(-2 * time.Second)
		put(t, s, "p/ab/cd.jpg", "one")
		r, info, err := s.Open(t.Context(), "p/ab/cd.jpg")
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if info.Size != 3 || info.ContentType != "image/jpeg" || info.ModTime.Before(before) || info.ModTime.After(time.Now().Add(2*time.Second)) {
			t.Fatalf("info %+v", info)
		}
		wantText(t, s, "p/ab/cd.jpg", "one")
		put(t, s, "p/ab/cd.jpg", "another")
		wantText(t, s, "p/ab/cd.jpg", "another")
		put(t, s, "empty.txt", "")
		wantText(t, s, "empty.txt", "")
	})
}

func TestMissingIsNotFoundAndDeletingItIsNoError(t *testing.T) {
	onBoth(t, func(t *testing.T, s Store) {
		put(t, s, "a/b.txt", "x")
		for _, key := range []string{"no.txt", "a", "a/b.txt/c.txt"} {
			_, _, err := s.Open(t.Context(), key)
			wantKind(t, err, fault.NotFound)
			if err := s.Delete(t.Context(), key); err != nil {
				t.Fatal(err)
			}
		}
		wantText(t, s, "a/b.txt", "x")
		if err := s.Delete(t.Context(), "a/b.txt"); err != nil {
			t.Fatal(err)
		}
		_, _, err := s.Open(t.Context(), "a/b.txt")
		wantKind(t, err, fault.NotFound)
	})
}

var badKeys = []string{"", "/a", "a/", "a//b", "../a", "a/../b", "a/..", ".", "..", ".tmp/a", "a/.b", "-a", "A", "a b", "ä", "a\\b", "a\x00", "a..b",
	"a.", "a/b./c", "c:a", "%2e", strings.Repeat("a", 101), strings.Repeat("a/", 200) + "a"}

func TestBadKeysAreRefusedEverywhere(t *testing.T) {
	onBoth(t, func(t *testing.T, s Store) {
		for _, key := range badKeys {
			wantKind(t, s.Put(t.Context(), key, strings.NewReader("x"), 1, ""), fault.Invalid)
			_, _, err := s.Open(t.Context(), key)
			wantKind(t, err, fault.Invalid)
			wantKind(t, s.Delete(t.Context(), key), fault.Invalid)
		}
		for _, err := range s.List(t.Context(), "../") {
			wantKind(t, err, fault.Invalid)
		}
		if err := s.Put(t.Context(), "a.jpg", strings.NewReader("x"), 1, "text/html"); err == nil {
			t.Fatal("a content type against the key's end was taken")
		}
		if got := keys(t, s, ""); got != nil {
			t.Fatalf("left behind: %v", got)
		}
	})
}

func TestAReaderThatEndsEarlyOrLateLeavesWhatWasThere(t *testing.T) {
	big := make([]byte, partSize+partSize/2)
	lost := errors.New("the line broke")
	onBoth(t, func(t *testing.T, s Store) {
		put(t, s, "old.txt", "old")
		for name, c := range map[string]struct {
			r    io.Reader
			size int64
			kind fault.Kind
		}{
			"short":        {strings.NewReader("four"), 5, fault.Malformed},
			"empty":        {strings.NewReader(""), 5, fault.Malformed},
			"long":         {strings.NewReader("four"), 3, fault.Malformed},
			"long as none": {strings.NewReader("four"), 0, fault.Malformed},
			"line":         {io.MultiReader(strings.NewReader("fo"), iotest.ErrReader(lost)), 4, fault.Internal},
			"body":         {io.MultiReader(strings.NewReader("fo"), iotest.ErrReader(io.ErrUnexpectedEOF)), 4, fault.Malformed},
			"big short":    {bytes.NewReader(big), int64(len(big)) + 1, fault.Malformed},
			"big long":     {bytes.NewReader(big), int64(len(big)) - 1, fault.Malformed},
			"big line":     {io.MultiReader(bytes.NewReader(big), iotest.ErrReader(lost)), int64(len(big)) + 7, fault.Internal},
		} {
			err := s.Put(t.Context(), "old.txt", c.r, c.size, "")
			if err == nil || fault.KindOf(err) != c.kind {
				t.Fatalf("%s: %v", name, err)
			}
			if strings.Contains(name, "line") && !errors.Is(err, lost) {
				t.Fatalf("%s: the cause is lost: %v", name, err)
			}
			wantText(t, s, "old.txt", "old")
		}
		if got := keys(t, s, ""); !slices.Equal(got, []string{"old.txt"}) {
			t.Fatalf("left behind: %v", got)
		}
		if n, err := s.Sweep(t.Context(), -time.Hour); n != 0 || err != nil {
			t.Fatalf("%d uploads left behind, %v", n, err)
		}
	})
}

func TestBigFilesComeBackWhole(t *testing.T) {
	big := make([]byte, 2*partSize+12345)
	for i := range big {
		big[i] = byte(i * 7 >> 3)
	}
	onBoth(t, func(t *testing.T, s Store) {
		if err := s.Put(t.Context(), "v/big.mp4", bytes.NewReader(big), int64(len(big)), "video/mp4"); err != nil {
			t.Fatal(err)
		}
		r, info, err := s.Open(t.Context(), "v/big.mp4")
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, big) || info.Size != int64(len(big)) {
			t.Fatalf("%d bytes, %v", len(got), err)
		}
	})
}

func TestReadersAndWritersOfOneByteAtATime(t *testing.T) {
	text := strings.Repeat("Dateline ", 500)
	onBoth(t, func(t *testing.T, s Store) {
		if err := s.Put(t.Context(), "a.txt", iotest.OneByteReader(strings.NewReader(text)), int64(len(text)), ""); err != nil {
			t.Fatal(err)
		}
		r, _, err := s.Open(t.Context(), "a.txt")
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if err := iotest.TestReader(r, []byte(text)); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAFileCanBeReadFromAnywhere(t *testing.T) {
	onBoth(t, func(t *testing.T, s Store) {
		put(t, s, "a.txt", "0123456789")
		r, _, err := s.Open(t.Context(), "a.txt")
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		w := httptest.NewRecorder()
		req := httptest.NewRequest("GET", "/a.txt", nil)
		req.Header.Set("Range", "bytes=3-5")
		http.ServeContent(w, req, "a.txt", time.Time{}, r)
		if w.Code != http.StatusPartialContent || w.Body.String() != "345" {
			t.Fatalf("%d %q", w.Code, w.Body)
		}
		if _, err := r.Seek(-1, io.SeekStart); err == nil {
			t.Fatal("seek before the beginning")
		}
	})
}

func TestListGoesInTheOrderOfKeys(t *testing.T) {
	onBoth(t, func(t *testing.T, s Store) {
		want := []string{"a-b/1.txt", "a.txt", "a/1.txt", "a/b/2.txt", "a/b0.txt", "a0.txt", "b.txt"}
		for _, i := range rand.Perm(len(want)) {
			put(t, s, want[i], want[i])
		}
		for prefix, sub := range map[string][]string{"": want, "a/": want[2:5], "a/b": want[3:5], "a": want[:6], "a.": want[1:2], "c": nil, "a/b/2.txt": want[3:4], "x/y/": nil} {
			if got := keys(t, s, prefix); !slices.Equal(got, sub) {
				t.Errorf("under %q: %v, want %v", prefix, got, sub)
			}
		}
		for e, err := range s.List(t.Context(), "") {
			if err != nil || e.Key != "a-b/1.txt" || e.Size != 9 || time.Since(e.ModTime).Abs() > time.Minute {
				t.Fatalf("%+v %v", e, err)
			}
			break
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		var last error
		for _, err := range s.List(ctx, "") {
			last = err
		}
		if !errors.Is(last, context.Canceled) {
			t.Fatalf("a stopped listing ended with %v", last)
		}
	})
}

func TestOfManyPutsOfOneKeyOneWinsWhole(t *testing.T) {
	onBoth(t, func(t *testing.T, s Store) {
		text := func(i int) string { return strings.Repeat(fmt.Sprintf("%02d", i), 20_000) }
		put(t, s, "k.txt", text(0))
		var writers, readers sync.WaitGroup
		stop := make(chan struct{})
		for range 2 {
			readers.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					got, err := readAll(t.Context(), s, "k.txt")
					if err != nil || len(got) != 40_000 || strings.Trim(string(got), string(got[:2])) != "" {
						t.Errorf("a reader saw %d mixed bytes, %v", len(got), err)
						return
					}
				}
			})
		}
		for i := range 16 {
			writers.Go(func() {
				if err := s.Put(t.Context(), "k.txt", strings.NewReader(text(i)), 40_000, ""); err != nil {
					t.Error(err)
				}
			})
		}
		writers.Wait()
		close(stop)
		readers.Wait()
		if n, err := s.Sweep(t.Context(), -time.Hour); n != 0 || err != nil {
			t.Fatalf("%d left behind, %v", n, err)
		}
	})
}

func TestCheckLeavesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s Store) {
		if err := s.Check(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := keys(t, s, ""); got != nil {
			t.Fatal(got)
		}
	})
}

func TestAStoppedContextStopsAPut(t *testing.T) {
	onBoth(t, func(t *testing.T, s Store) {
		ctx, cancel := context.WithCancel(t.Context())
		r := io.MultiReader(strings.NewReader("half"), stopper(cancel), strings.NewReader("half"))
		if err := s.Put(ctx, "a.txt", r, 8, ""); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if got := keys(t, s, ""); got != nil {
			t.Fatal(got)
		}
	})
}

type stopper func()

func (s stopper) Read([]byte) (int, error) { s(); return 0, io.EOF }

// putAndHang is the other process of the test below: it puts and stops for ever at the place named.
func putAndHang(dir, where string) {
	s, err := openFolder(dir)
	if err != nil {
		panic(err)
	}
	f := s.(*folder)
	f.beforeRename = func() {
		if where == "renaming" {
			fmt.Println("there")
			select {}
		}
	}
	var r io.Reader = strings.NewReader("new and longer")
	if where == "writing" {
		r = io.MultiReader(strings.NewReader("new"), stopper(func() { fmt.Println("there"); time.Sleep(time.Hour) }))
	}
	panic(f.Put(context.Background(), "a.txt", r, 14, ""))
}

func TestAKilledPutLeavesTheOldFileAndIsSwept(t *testing.T) {
	for _, where := range []string{"writing", "renaming"} {
		t.Run(where, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir)
			put(t, s, "a.txt", "old")
			other := exec.Command(os.Args[0])
			other.Env = append(os.Environ(), "BLOB_TEST_KILL="+dir, "BLOB_TEST_WHERE="+where)
			out, err := other.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := other.Start(); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(out).ReadString('\n')
			if line != "there\n" {
				t.Fatalf("%q %v", line, err)
			}
			other.Process.Kill()
			other.Wait()
			wantText(t, s, "a.txt", "old")
			if got := keys(t, s, ""); !slices.Equal(got, []string{"a.txt"}) {
				t.Fatal(got)
			}
			if n, err := s.Sweep(t.Context(), time.Hour); n != 0 || err != nil {
				t.Fatalf("a fresh upload was swept: %d %v", n, err)
			}
			if n, err := s.Sweep(t.Context(), -time.Minute); n != 1 || err != nil {
				t.Fatalf("swept %d, %v", n, err)
			}
			put(t, s, "a.txt", "new")
			wantText(t, s, "a.txt", "new")
		})
	}
}

func TestLinksLeadNowhereOutsideTheFolder(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret.txt"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir)
	if err := os.Symlink(outside, filepath.Join(dir, "out")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	if _, _, err := s.Open(t.Context(), "out/secret.txt"); err == nil {
		t.Fatal("a link was followed outside")
	}
	if err := s.Put(t.Context(), "out/new.txt", strings.NewReader("x"), 1, ""); err == nil {
		t.Fatal("a file was written outside")
	}
	if _, err := os.Stat(filepath.Join(outside, "new.txt")); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
}

func TestAFullDiskIsFull(t *testing.T) {
	for _, cause := range []error{syscall.ENOSPC, syscall.EDQUOT} {
		f := &folder{}
		wantKind(t, f.fault("put", "a.txt", &fs.PathError{Op: "write", Path: "a", Err: cause}), fault.Full)
	}
}

func TestEveryTypeIsOneThatAnEndGives(t *testing.T) {
	for _, end := range slices.Sorted(maps.Keys(types)) {
		if got := TypeOf("a/b" + end); got != types[end] {
			t.Error(end, got)
		}
	}
	if got := TypeOf("a.jpg/b"); got != "application/octet-stream" {
		t.Error(got)
	}
}

func FuzzKey(f *testing.F) {
	for _, key := range badKeys {
		f.Add(key)
	}
	f.Add("a/b-c_d.0.jpg")
	f.Fuzz(func(t *testing.T, key string) {
		if ValidKey(key) == nil && (!filepath.IsLocal(key) || filepath.ToSlash(filepath.Clean(key)) != key || strings.HasPrefix(key, scratch)) {
			t.Fatalf("%q is let through", key)
		}
	})
}

func TestADiskThatFailsIsAPlaceThatCannotBeReached(t *testing.T) {
	for _, err := range []error{syscall.EIO, syscall.EROFS, syscall.EACCES, syscall.EPERM, syscall.ESTALE, syscall.EMFILE} {
		wantKind(t, (&folder{}).fault("put", "a.jpg", &fs.PathError{Op: "open", Path: "a.jpg", Err: err}), fault.Unavailable)
	}
	wantKind(t, (&folder{}).fault("put", "a.jpg", &fs.PathError{Op: "write", Path: "a.jpg", Err: syscall.ENOSPC}), fault.Full)
	wantKind(t, (&folder{}).fault("open", "a.jpg", &fs.PathError{Op: "open", Path: "a.jpg", Err: syscall.ENOENT}), fault.NotFound)
}
