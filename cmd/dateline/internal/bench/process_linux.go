package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is a server in a process of its own, with its children.
type process struct {
	cmd  *exec.Cmd
	addr netip.AddrPort
	log  *tail
}

// tail keeps the end of what a process says.
type tail struct {
	mu sync.Mutex
	b  []byte
}

// Write keeps the last 8 KB.
func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, b...)
	if over := len(t.b) - 8<<10; over > 0 {
		t.b = t.b[over:]
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.b))
}

// start runs a program that ends with this one, whatever becomes of it.
func start(name string, args ...string) (*process, io.Reader, error) {
	p, in, out, err := startTalking(name, args...)
	if err == nil {
		in.Close()
	}
	return p, out, err
}

// startTalking is start for a program that reads, too.
func startTalking(name string, args ...string) (*process, io.WriteCloser, io.Reader, error) {
	p := &process{cmd: exec.Command(name, args...), log: &tail{}}
	p.cmd.Env = slicesWithout(os.Environ(), "DATELINE_")
	p.cmd.Stderr = p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, nil, nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, nil, nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, nil, nil, fmt.Errorf("bench: starting %s: %w", name, err)
	}
	return p, in, out, nil
}

// slicesWithout leaves out the settings whose names begin with prefix: the site that is measured has its own.
func slicesWithout(environ []string, prefix string) []string {
	var out []string
	for _, e := range environ {
		if !strings.HasPrefix(e, prefix) {
			out = append(out, e)
		}
	}
	return out
}

var address = regexp.MustCompile(`http://(127\.0\.0\.1:\d+)`)

// listening waits for the line that says where the server is.
func (p *process) listening(out io.Reader) error {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := address.FindStringSubmatch(lines.Text()); m != nil {
			var err error
			if p.addr, err = netip.ParseAddrPort(m[1]); err != nil {
				return err
			}
			go io.Copy(io.Discard, out)
			return nil
		}
	}
	p.stop()
	return fmt.Errorf("bench: %s did not start: %s", p.cmd.Path, p.log)
}

// serve starts the site of a folder and gives the time until it was ready.
func (o Options) serve(dir string, flags ...string) (*process, time.Duration, error) {
	begun := time.Now()
	p, out, err := start(o.Program, append([]string{"serve", "--data", dir, "--listen", "127.0.0.1:0"}, flags...)...)
	if err != nil {
		return nil, 0, err
	}
	if err := p.listening(out); err != nil {
		return nil, 0, err
	}
	if err := p.ready("/readyz"); err != nil {
		p.stop()
		return nil, 0, err
	}
	return p, time.Since(begun), nil
}

// ready asks until the server answers with 200.
func (p *process) ready(path string) error {
	var last error
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		res, err := http.Get(p.url(path))
		if err != nil {
			last = err
			continue
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
		if res.StatusCode == http.StatusOK {
			return nil
		}
		last = fmt.Errorf("%s: %s", path, res.Status)
	}
	return fmt.Errorf("bench: %s is not ready: %w: %s", p.cmd.Path, last, p.log)
}

func (p *process) url(path string) string { return "http://" + p.addr.String() + path }

// stop ends it, at once when it does not end by itself.
func (p *process) stop() {
	if p == nil || p.cmd.ProcessState != nil {
		return
	}
	p.cmd.Process.Signal(syscall.SIGTERM)
	kill := time.AfterFunc(12*time.Second, func() { p.cmd.Process.Kill() })
	p.cmd.Wait()
	kill.Stop()
}

// family gives the ids of the process and its children.
func (p *process) family() []int {
	all := []int{p.cmd.Process.Pid}
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", p.cmd.Process.Pid))
	for _, f := range files {
		b, _ := os.ReadFile(f)
		for _, s := range strings.Fields(string(b)) {
			if n, err := strconv.Atoi(s); err == nil {
				all = append(all, n)
			}
		}
	}
	return all
}

// cpu gives the processor time that the process and its children have taken, to a hundredth of a second.
func (p *process) cpu() time.Duration {
	var ticks int64
	for _, pid := range p.family() {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue
		}
		f := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
		for _, i := range []int{11, 12} { // utime, stime
			n, _ := strconv.ParseInt(string(f[i]), 10, 64)
			ticks += n
		}
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// settled waits until the process no longer gives memory back, 20 seconds at most, and gives what it then holds.
func (p *process) settled() int64 {
	least, same := p.memory(), 0
	for range 20 {
		time.Sleep(time.Second) // at rest is a time, not an event
		now := p.memory()
		if same++; now < least-least/100 {
			least, same = now, 0
		}
		if same == 4 {
			break
		}
	}
	return p.memory()
}

// memory gives what the process and its children hold in RAM, in bytes.
func (p *process) memory() int64 {
	var kb int64
	for _, pid := range p.family() {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(b)) {
			if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
				n, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
				kb += n
			}
		}
	}
	return kb << 10
}

// own gives the processor time of this process.
func own() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// freePort asks the kernel for a port that nobody uses.
func freePort() (netip.AddrPort, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return netip.AddrPort{}, err
	}
	defer l.Close()
	return netip.ParseAddrPort(l.Addr().String())
}

var errNoNginx = errors.New("nginx is not installed")

// nginx starts nginx with its best settings for one file: compressed beforehand, open files kept, no log, no sendfile, which is
// slower at this size. The body is what the site serves, to the byte.
func nginx(ctx context.Context, dir, path string, body, plain []byte) (*process, error) {
	program, err := exec.LookPath("nginx")
	if err != nil {
		if program, err = exec.LookPath("/usr/sbin/nginx"); err != nil {
			return nil, errNoNginx
		}
	}
	addr, err := freePort()
	if err != nil {
		return nil, err
	}
	root := filepath.Join(dir, "root")
	file := filepath.Join(root, path)
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.MkdirAll(filepath.Join(dir, "tmp"), 0o755)); err != nil {
		return nil, err
	}
	if err := errors.Join(os.WriteFile(file, plain, 0o644), os.WriteFile(file+".gz", body, 0o644)); err != nil {
		return nil, err
	}
	user := ""
	if os.Getuid() == 0 {
		user = "user root;"
	}
	config := fmt.Sprintf(`daemon off; %[1]s worker_processes 2; pid %[2]s/pid; error_log %[2]s/error.log;
events { worker_connections 8192; }
http {
	access_log off; sendfile off; tcp_nodelay on; keepalive_requests 100000000; keepalive_timeout 300s; default_type "text/html; charset=utf-8";
	open_file_cache max=100 inactive=300s; open_file_cache_valid 300s; server_tokens off;
	client_body_temp_path %[2]s/tmp/a; proxy_temp_path %[2]s/tmp/b; fastcgi_temp_path %[2]s/tmp/c; uwsgi_temp_path %[2]s/tmp/d; scgi_temp_path %[2]s/tmp/e;
	server { listen %[3]s; root %[4]s; gzip_static on; gzip_vary on; add_header Cache-Control "public, max-age=0"; }
}`, user, dir, addr, root)
	at := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(at, []byte(config), 0o644); err != nil {
		return nil, err
	}
	p, out, err := start(program, "-c", at, "-p", dir, "-e", filepath.Join(dir, "start.log"))
	if err != nil {
		return nil, err
	}
	go io.Copy(io.Discard, out)
	p.addr = addr
	if err := p.ready(path); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}
