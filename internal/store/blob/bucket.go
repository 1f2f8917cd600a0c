package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"dateline/internal/fault"
)

// What bounds the time for which a service that is down or stuck can hold a caller: three attempts, each at most
// dialWait for a connection, answerWait for the head of the answer, and stallWait between two pieces of a body.
const (
	attempts   = 3
	dialWait   = 3 * time.Second
	answerWait = 15 * time.Second
	stallWait  = 30 * time.Second
)

// partSize is up to where an upload goes in one request, and how long the pieces of a larger one are.
const partSize = 16 << 20

// bucket is a Store in one bucket of an S3 service, below prefix (empty or ending in a slash).
type bucket struct {
	core   minio.Core
	name   string
	prefix string
	close  func()
}

func openBucket(addr string) (Store, error) {
	u, err := url.Parse(addr)
	if err != nil {
		return nil, errors.New("blob: the address of the bucket cannot be read: s3://bucket?endpoint=…&region=… is expected") // err holds the secret
	}
	query := u.Query()
	for name := range query {
		if name != "endpoint" && name != "region" && name != "insecure" {
			return nil, fmt.Errorf("blob: the address of the bucket has an unknown part %q", name)
		}
	}
	endpoint, secure := query.Get("endpoint"), query.Get("insecure") != "1"
	if rest, ok := strings.CutPrefix(endpoint, "http://"); ok {
		endpoint, secure = rest, false
	}
	endpoint = strings.TrimSuffix(strings.TrimPrefix(endpoint, "https://"), "/")
	if endpoint == "" {
		endpoint = "s3.amazonaws.com"
	}
	if u.Host == "" {
		return nil, errors.New("blob: the address names no bucket: s3://bucket?endpoint=…&region=…")
	}
	prefix := strings.Trim(u.Path, "/")
	if prefix != "" {
		if err := ValidKey(prefix); err != nil {
			return nil, fmt.Errorf("blob: prefix %q: %w", prefix, err)
		}
		prefix += "/"
	}
	creds := credentials.NewStaticV4(os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SESSION_TOKEN"))
	if u.User != nil {
		secret, _ := u.User.Password()
		creds = credentials.NewStaticV4(u.User.Username(), secret, "")
	}
	region := query.Get("region")
	if region == "" {
		region = "us-east-1" // else the client asks the service before each first use
	}
	wire := transport()
	core, err := minio.NewCore(endpoint, &minio.Options{Creds: creds, Secure: secure, Region: region, Transport: wire, MaxRetries: attempts})
	if err != nil {
		return nil, fmt.Errorf("blob: bucket at %s: %w", endpoint, err)
	}
	return &bucket{core: *core, name: u.Host, prefix: prefix, close: wire.CloseIdleConnections}, nil
}

func transport() *http.Transport {
	dialer := &net.Dialer{Timeout: dialWait, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			c, err := dialer.DialContext(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return restless{c}, nil
		},
		TLSHandshakeTimeout:   dialWait,
		ResponseHeaderTimeout: answerWait,
		ExpectContinueTimeout: time.Second,
		MaxIdleConnsPerHost:   16,
		IdleConnTimeout:       stallWait,
		DisableCompression:    true, // bytes come back as they were put
	}
}

// restless is a connection on which no single read or write may take longer than stallWait.
type restless struct{ net.Conn }

func (c restless) Read(p []byte) (int, error) {
	c.SetReadDeadline(time.Now().Add(stallWait))
	return c.Conn.Read(p)
}

func (c restless) Write(p []byte) (int, error) {
	c.SetWriteDeadline(time.Now().Add(stallWait))
	return c.Conn.Write(p)
}

func (b *bucket) Close() error { b.close(); return nil }

func (b *bucket) Put(ctx context.Context, key string, r io.Reader, size int64, contentType string) error {
	if err := admit(key, size, contentType); err != nil {
		return err
	}
	source := &exact{ctx: ctx, r: r, left: size}
	var err error
	if size <= partSize {
		err = b.putWhole(ctx, key, source, size)
	} else {
		err = b.putParts(ctx, key, source, size)
	}
	switch {
	case source.failed != nil:
		return fromSource("put", key, source.failed)
	case err != nil:
		return b.fault("put", key, err)
	}
	return nil
}

// putWhole sends what fits into memory in one request. It is read whole and hashed before: a source that is cut off never
// reaches the service, a lost connection is tried again, and the service refuses what changed on the way.
func (b *bucket) putWhole(ctx context.Context, key string, source io.Reader, size int64) error {
	whole, err := io.ReadAll(source)
	if err != nil {
		return err
	}
	var body io.Reader
	if size > 0 {
		body = bytes.NewReader(whole)
	}
	_, err = b.core.PutObject(ctx, b.name, b.prefix+key, body, size, "", sum(whole),
		minio.PutObjectOptions{ContentType: TypeOf(key), DisableContentSha256: true})
	return err
}

// putParts sends a large file piece by piece; the service shows it only when the last request says that all are there.
func (b *bucket) putParts(ctx context.Context, key string, source io.Reader, size int64) error {
	name := b.prefix + key
	options := minio.PutObjectOptions{ContentType: TypeOf(key)}
	id, err := b.core.NewMultipartUpload(ctx, b.name, name, options)
	if err != nil {
		return err
	}
	piece := make([]byte, partLength(size))
	var parts []minio.CompletePart
	for left := size; left > 0 && err == nil; {
		piece = piece[:min(left, int64(len(piece)))]
		if _, err = io.ReadFull(source, piece); err != nil {
			break
		}
		var part minio.ObjectPart
		part, err = b.core.PutObjectPart(ctx, b.name, name, id, len(parts)+1, bytes.NewReader(piece), int64(len(piece)),
			minio.PutObjectPartOptions{Sha256Hex: sum(piece), DisableContentSha256: true})
		parts = append(parts, minio.CompletePart{PartNumber: len(parts) + 1, ETag: part.ETag})
		left -= int64(len(piece))
	}
	if err == nil {
		_, err = b.core.CompleteMultipartUpload(ctx, b.name, name, id, parts, minio.PutObjectOptions{})
	}
	if err != nil {
		away, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWait)
		defer cancel()
		b.core.AbortMultipartUpload(away, b.name, name, id) // what stays is swept
	}
	return err
}

// partLength gives the size of a piece: a service takes 10,000 at most.
func partLength(size int64) int64 { return max(partSize, (size+9_999)/10_000) }

func sum(p []byte) string {
	h := sha256.Sum256(p)
	return hex.EncodeToString(h[:])
}

// fromSource tells what was wrong with the bytes to be put, which is no fault of the service.
func fromSource(doing, key string, err error) error {
	err = fmt.Errorf("blob: %s %s: %w", doing, key, err)
	if known := common(err); known != nil {
		return known
	}
	return err
}

func (b *bucket) Open(ctx context.Context, key string) (io.ReadSeekCloser, Info, error) {
	if err := ValidKey(key); err != nil {
		return nil, Info{}, err
	}
	body, stat, _, err := b.core.GetObject(ctx, b.name, b.prefix+key, minio.GetObjectOptions{})
	if err != nil {
		return nil, Info{}, b.fault("open", key, err)
	}
	o := &object{ctx: ctx, b: b, key: key, etag: stat.ETag, size: stat.Size, body: body}
	return o, Info{Size: stat.Size, ContentType: TypeOf(key), ModTime: stat.LastModified}, nil
}

// object reads a file of a bucket. One request serves who reads from the beginning to the end; a jump to elsewhere costs
// another when it is read from there, and only as long as the file is the same.
type object struct {
	ctx  context.Context
	b    *bucket
	key  string
	etag string
	size int64
	at   int64         // where the reader wants to be
	body io.ReadCloser // nil when nothing is open
	pos  int64         // where body stands
}

func (o *object) Read(p []byte) (int, error) {
	if o.at >= o.size {
		return 0, io.EOF
	}
	if o.body != nil && o.pos != o.at {
		o.body.Close()
		o.body = nil
	}
	if o.body == nil {
		options := minio.GetObjectOptions{}
		options.SetMatchETag(o.etag)
		options.SetRange(o.at, o.size-1)
		body, _, _, err := o.b.core.GetObject(o.ctx, o.b.name, o.b.prefix+o.key, options)
		if err != nil {
			return 0, o.b.fault("read", o.key, err)
		}
		o.body, o.pos = body, o.at
	}
	n, err := o.body.Read(p[:min(int64(len(p)), o.size-o.at)])
	o.at += int64(n)
	o.pos = o.at
	if err == io.EOF && o.at < o.size {
		err = io.ErrUnexpectedEOF
	}
	if err != nil && err != io.EOF {
		return n, down(fmt.Errorf("blob: read %s: %w", o.key, err))
	}
	return n, err
}

func (o *object) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += o.at
	case io.SeekEnd:
		offset += o.size
	}
	if offset < 0 {
		return 0, fmt.Errorf("blob: seek %s: before the beginning", o.key)
	}
	o.at = offset
	return offset, nil
}

func (o *object) Close() error {
	if o.body == nil {
		return nil
	}
	err := o.body.Close()
	o.body = nil
	return err
}

func (b *bucket) Delete(ctx context.Context, key string) error {
	if err := ValidKey(key); err != nil {
		return err
	}
	err := b.core.RemoveObject(ctx, b.name, b.prefix+key, minio.RemoveObjectOptions{})
	if err != nil && !fault.Is(b.fault("delete", key, err), fault.NotFound) {
		return b.fault("delete", key, err)
	}
	return nil
}

func (b *bucket) List(ctx context.Context, prefix string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if err := validPrefix(prefix); err != nil {
			yield(Entry{}, err)
			return
		}
		for o := range b.core.Client.ListObjectsIter(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix + prefix, Recursive: true}) {
			if o.Err != nil {
				yield(Entry{}, b.fault("list", prefix, o.Err))
				return
			}
			key := strings.TrimPrefix(o.Key, b.prefix)
			if ValidKey(key) != nil {
				continue // somebody else's file in the same bucket
			}
			if !yield(Entry{Key: key, Size: o.Size, ModTime: o.LastModified}, nil) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(Entry{}, err)
		}
	}
}

// Sweep aborts uploads in parts that nobody finished; the service shows them to no reader but counts their bytes.
func (b *bucket) Sweep(ctx context.Context, age time.Duration) (int, error) {
	swept, before := 0, time.Now().Add(-age)
	keyMarker, idMarker := "", ""
	for {
		page, err := b.core.ListMultipartUploads(ctx, b.name, b.prefix, keyMarker, idMarker, "", 1000)
		if err := b.fault("sweep", b.prefix, err); err != nil {
			if fault.Is(err, fault.NotFound) {
				return swept, nil // some services say so when nothing is unfinished
			}
			return swept, err
		}
		for _, u := range page.Uploads {
			if !u.Initiated.Before(before) {
				continue
			}
			if err := b.core.AbortMultipartUpload(ctx, b.name, u.Key, u.UploadID); err != nil {
				if !fault.Is(b.fault("sweep", u.Key, err), fault.NotFound) {
					return swept, b.fault("sweep", u.Key, err)
				}
				continue
			}
			swept++
		}
		if !page.IsTruncated || page.NextKeyMarker == keyMarker && page.NextUploadIDMarker == idMarker {
			return swept, nil
		}
		keyMarker, idMarker = page.NextKeyMarker, page.NextUploadIDMarker
	}
}

func (b *bucket) Check(ctx context.Context) error { return check(ctx, b) }

// fault turns what the service or the way to it says into what people may see. A refused key or a bucket that is not
// there is a place that cannot be reached: the reader can do nothing about it, and doctor prints the cause.
func (b *bucket) fault(doing, key string, err error) error {
	if err == nil {
		return nil
	}
	wrapped := fmt.Errorf("blob: %s %s: %w", doing, key, err)
	if known := common(wrapped); known != nil {
		return known
	}
	var said minio.ErrorResponse
	if !errors.As(err, &said) {
		return down(wrapped)
	}
	switch {
	case said.Code == minio.NoSuchKey || said.Code == "NoSuchUpload":
		return missing(key)
	case said.StatusCode == http.StatusInsufficientStorage || said.Code == "XMinioStorageFull" || said.Code == "QuotaExceeded" || said.Code == "XMinioAdminBucketQuotaExceeded":
		return full(wrapped)
	}
	return down(wrapped)
}
